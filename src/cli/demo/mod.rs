//! `annexd demo`: a share for the plan's own tasks and indicators, and a pass (or the daemon) on it.

mod plan;
mod workbook;

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use jiff::civil::Date;

use super::{Session, exit, output};
use crate::book::{Book, xlsx};

/// Lays out the share unless it is there, then runs.
pub(super) fn run(dir: &Path, once: bool, as_of: Option<Date>, json: bool) -> i32 {
    let config = dir.join("annexd.toml");
    if config.exists() {
        output::error(&format!(
            "{} is there already: it is used as it is",
            config.display()
        ));
    } else if dir.read_dir().is_ok_and(|mut d| d.next().is_some()) {
        output::error(&format!(
            "{} is not empty and holds no annexd.toml: choose another folder",
            dir.display()
        ));
        return exit::USAGE;
    } else if let Err(e) = lay_out(dir, as_of) {
        output::error(&format!("cannot lay out {}: {e}", dir.display()));
        return exit::TRY_AGAIN;
    }
    let session = match Session::from_file(&config) {
        Ok(session) => session,
        Err(e) => return e.tell(),
    };
    let as_of = as_of.or_else(|| last_working_day(&session));
    if once {
        session.start_log();
        let code = super::once::run(&session, as_of, false, json);
        if !json {
            output::print(&where_to_look(dir, &session, true));
        }
        return code;
    }
    if !json {
        output::print(&where_to_look(dir, &session, false));
    }
    super::session::run_daemon(Some(&config), as_of)
}

/// On a rest day no mail goes out: the demonstration then shows the last working day, so that its notices can be read.
fn last_working_day(session: &Session) -> Option<Date> {
    let today = session.now(None).as_of;
    let mut day = today;
    while !session.core.calendar.is_working(day) {
        day = day.yesterday().ok()?;
    }
    (day != today).then_some(day)
}

fn lay_out(dir: &Path, as_of: Option<Date>) -> io::Result<()> {
    let demo = plan::embedded();
    let share = dir.join("share");
    let today = as_of.unwrap_or_else(|| {
        crate::shell::clock::now(&crate::config::Config::defaults(), None).as_of
    });
    for folder in ["_bieu-goc", "_tong-hop", "_phan-hoi", "_kiem-tra"] {
        std::fs::create_dir_all(share.join(folder))?;
    }
    save(
        &share.join("_bieu-goc").join(&demo.baseline_file),
        &workbook::baseline(&demo),
    )?;
    for unit in &demo.unit {
        let folder = share.join(&unit.folder);
        std::fs::create_dir_all(&folder)?;
        save(
            &folder.join(&unit.file),
            &workbook::department(&demo, unit, today),
        )?;
    }
    std::fs::write(share.join(".annexd"), "")?;
    std::fs::write(dir.join("annexd.toml"), settings(&demo))
}

fn save(path: &Path, book: &Book) -> io::Result<()> {
    let bytes = xlsx::render(book).map_err(|e| io::Error::other(e.to_string()))?;
    std::fs::write(path, bytes)
}

fn settings(demo: &plan::Demo) -> String {
    let mut out = String::from(
        "# Settings of the demonstration. Every other setting has its default: see `annexd config`.\n\
         share = \"share\"\nstate_dir = \"state\"\n\n[watch]\nsettle_ms = 1000\n\n[mail]\ntransport = \"file\"\ndir = \"mail\"\n",
    );
    for u in &demo.unit {
        let aliases = u
            .aliases
            .iter()
            .map(|a| format!("{a:?}"))
            .collect::<Vec<_>>()
            .join(", ");
        let _ = write!(
            out,
            "\n[[department]]\ncode = {:?}\nname = {:?}\nfolder = {:?}\naliases = [{aliases}]\nmail = [{:?}]\nhead = [{:?}]\n{}",
            u.code,
            u.name,
            u.folder,
            u.mail,
            u.head,
            if u.office { "office = true\n" } else { "" },
        );
    }
    for l in &demo.leader {
        let mail = l
            .mail
            .iter()
            .map(|m| format!("{m:?}"))
            .collect::<Vec<_>>()
            .join(", ");
        let of = l
            .departments
            .iter()
            .map(|d| format!("{d:?}"))
            .collect::<Vec<_>>()
            .join(", ");
        let _ = write!(
            out,
            "\n[[leader]]\nname = {:?}\nmail = [{mail}]\ndepartments = [{of}]\n",
            l.name
        );
    }
    out
}

fn where_to_look(dir: &Path, session: &Session, once: bool) -> String {
    let share = dir.join("share");
    let config = dir.join("annexd.toml");
    let rows = [
        (
            "consolidated workbook",
            share.join(&session.core.config.publish.consolidated),
        ),
        (
            "feedback to each department",
            share.join(&session.core.config.publish.feedback),
        ),
        ("mails (.eml)", dir.join("mail")),
        ("workbooks of the departments", share.clone()),
        (
            "approved annex",
            share.join(&session.core.config.folders.baseline),
        ),
        ("settings", config.clone()),
    ];
    let mut out = String::from("\nWhere to look:\n");
    for (what, path) in rows {
        let _ = writeln!(out, "  {what:<29} {}", path.display());
    }
    let config = config.display();
    let _ = if once {
        writeln!(
            out,
            "Edit a department's workbook, save it, and run `annexd --config {config} once` again;\n\
             or `annexd --config {config} explain NV2.3` to see how a task's figures came about."
        )
    } else {
        writeln!(
            out,
            "Edit a department's workbook and save it: the workbooks above follow within seconds. Ctrl-C ends it."
        )
    };
    out
}
