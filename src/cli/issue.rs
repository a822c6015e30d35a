//! `annexd issue`: departments' workbooks from the baseline, with what was accepted so far.

use std::path::Path;

use jiff::civil::Date;
use serde_json::json;

use super::{Session, exit, look, output};
use crate::book::xlsx;
use crate::domain::finding::Arg;
use crate::domain::roster::Department;
use crate::report;

/// Writes one workbook a department into a folder; an existing file is never overwritten by another content unasked.
pub(super) fn run(
    session: &Session,
    codes: &[String],
    out: &Path,
    as_of: Option<Date>,
    json: bool,
) -> i32 {
    let look = match look::take(session, as_of) {
        Ok(look) => look,
        Err(code) => return code,
    };
    let core = &session.core;
    let Some(baseline) = &look.baseline else {
        output::error(
            "there is no baseline to issue from: put the approved annex into the baseline folder of the share",
        );
        return exit::TRY_AGAIN;
    };
    let ledger = match look.ledger(session) {
        Ok(ledger) => ledger,
        Err(code) => return code,
    };
    let known: Vec<Department> = if core.config.roster.is_stated() {
        core.config.roster.departments.clone()
    } else {
        look.assessment
            .departments
            .iter()
            .map(|(code, name)| unlisted(code, name))
            .collect()
    };
    for code in codes {
        if !known.iter().any(|d| &d.code == code) {
            let list: Vec<&str> = known.iter().map(|d| d.code.as_str()).collect();
            output::error(&format!(
                "no department has the code {code}; known: {}",
                list.join(", ")
            ));
            return exit::USAGE;
        }
    }
    if let Err(e) = std::fs::create_dir_all(out) {
        output::error(&format!("cannot make {}: {e}", out.display()));
        return exit::TRY_AGAIN;
    }
    let mut written = Vec::new();
    for department in known
        .iter()
        .filter(|d| codes.is_empty() || codes.contains(&d.code))
    {
        let book = report::issue(
            department,
            baseline,
            &ledger,
            &core.config,
            &core.calendar,
            &core.text,
        );
        let path = out.join(format!("{}.xlsx", department.code));
        let bytes = match xlsx::render(&book) {
            Ok(bytes) => bytes,
            Err(e) => {
                output::error(&format!("{}: {e}", path.display()));
                return exit::DEFECT;
            }
        };
        if let Err(e) = write_new(&path, &bytes) {
            output::error(&format!("{}: {e}", path.display()));
            return exit::TRY_AGAIN;
        }
        written.push((department, path));
    }
    if json {
        let list: Vec<_> = written
            .iter()
            .map(|(d, p)| json!({"code": d.code, "name": d.name, "file": p.display().to_string()}))
            .collect();
        output::json(&json!({ "issued": list }));
    } else {
        let lines: Vec<String> = written
            .iter()
            .map(|(d, p)| {
                let args = [
                    ("name", Arg::Plain(d.name.clone())),
                    ("path", Arg::Plain(p.display().to_string())),
                ];
                core.text.say("cli.issue_written", &args).to_string()
            })
            .collect();
        output::print(&lines.join("\n"));
    }
    exit::OK
}

/// Writes a file; what a department may have filled in meanwhile is not overwritten.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    match std::fs::read(path) {
        Ok(old) if old == bytes => Ok(()),
        Ok(_) => Err(std::io::Error::new(
            std::io::ErrorKind::AlreadyExists,
            "is there already with another content; move it away or choose another --out",
        )),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => std::fs::write(path, bytes),
        Err(e) => Err(e),
    }
}

fn unlisted(code: &str, name: &str) -> Department {
    Department {
        code: code.to_owned(),
        name: name.to_owned(),
        folder: None,
        aliases: Vec::new(),
        mail: Vec::new(),
        head: Vec::new(),
        office: false,
    }
}
