//! `annexd check`: judges workbooks without effect, by the roster, the baseline and the ledger where they exist.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::{Session, approval, exit, look, output};
use crate::domain::assessment::{Assessment, FileVerdict};
use crate::domain::finding::{Finding, Severity};
use crate::domain::reading::Reading;
use crate::domain::snapshot::{FileFault, Role, SeenFile, Snapshot};
use crate::domain::verdict::Verdict;
use crate::pass;
use crate::sheets::BaselineTrial;
use crate::shell::snapshot::{Patience, Reader, Scanner};
use crate::text::Text;

/// Judges each file for itself and prints what was found; exit 1 when a finding is an error.
pub(super) fn run(session: &Session, files: &[PathBuf], as_of: Option<Date>, json: bool) -> i32 {
    if let Some(why) = files.iter().find_map(|path| nothing_to_judge(path)) {
        output::error(&why);
        return exit::USAGE;
    }
    let now = session.now(as_of);
    let (state, approved) = match known(session) {
        Ok(known) => known,
        Err(code) => return code,
    };
    let parse = look::parser(session);
    let contents = read_all(session, files, &parse);
    let cx = session.core.context(&[], false, true);
    let mut results = Vec::new();
    let mut share = None;
    let given: Vec<SeenFile> = files
        .iter()
        .zip(contents)
        .map(|(path, (bytes, content))| seen(session, path, &bytes, content))
        .collect();
    for (path, seen) in files.iter().zip(&given) {
        let name = seen.path.clone();
        if seen.role == Role::Baseline {
            let all = share.get_or_insert_with(|| whole_share(session, &state));
            all.files.retain(|f| f.path != seen.path);
            all.files.push(seen.clone());
            let trial = pass::try_baseline(seen, all, &state.ledger, &now, &cx);
            results.push(Checked {
                shown: path.display().to_string(),
                name,
                assessment: as_assessment(&trial),
                baseline: Some(trial),
            });
            continue;
        }
        let mut all = approved.clone();
        all.push(seen.clone());
        all.extend(beside(seen, &given));
        let snapshot = Snapshot {
            files: all,
            ..Snapshot::default()
        };
        let (_, assessment) = pass::assess(&state.ledger, &snapshot, &now, &cx);
        results.push(Checked {
            shown: path.display().to_string(),
            name,
            assessment,
            baseline: None,
        });
    }
    let mut worst = exit::OK;
    let mut printed = Vec::new();
    let mut text = String::new();
    for checked in &results {
        let Checked {
            shown,
            name,
            assessment,
            baseline,
        } = checked;
        let findings: Vec<&Finding> = assessment
            .findings
            .iter()
            .filter(|f| f.file.as_deref() == Some(name.as_str()))
            .collect();
        let verdict = assessment.files.iter().find(|f| &f.path == name);
        if findings.iter().any(|f| f.severity == Severity::Error) {
            worst = exit::FOUND;
        }
        if json {
            let mut one = as_json(shown, verdict, &findings, &session.core.text);
            if let Some(trial) = baseline {
                one["baseline"] = approval::as_json(trial);
            }
            printed.push(one);
        } else {
            text.push_str(&as_text(
                shown,
                verdict,
                &findings,
                assessment,
                &session.core.text,
            ));
            if let Some(trial) = baseline {
                text.push_str(&approval::as_text(trial, &session.core.text));
            }
        }
    }
    if json {
        output::json(&json!({ "files": printed }));
    } else {
        output::print(&text);
    }
    worst
}

/// Why a path cannot be meant: nothing is there, or a folder. Whatever else stands there is judged.
fn nothing_to_judge(path: &Path) -> Option<String> {
    match std::fs::metadata(path) {
        Ok(meta) if meta.is_dir() => Some(format!(
            "{} is a folder; name the workbooks in it",
            path.display()
        )),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !path.is_symlink() => {
            Some(format!("there is no file {}", path.display()))
        }
        _ => None,
    }
}

/// A workbook with what was said of it.
struct Checked {
    shown: String,
    name: String,
    assessment: Assessment,
    /// What it does to the departments, when it is of the approved annex.
    baseline: Option<BaselineTrial>,
}

/// Everything that stands on the share; what a change of the approved annex does shows in the departments' workbooks.
fn whole_share(session: &Session, state: &pass::State) -> Snapshot {
    let parse = look::parser(session);
    let reader = Reader {
        parse: &parse,
        keep: None,
    };
    let known = crate::daemon::perform::known_files(state);
    Scanner::default()
        .take(&session.core.config, Patience::Once, &known, reader)
        .unwrap_or_default()
}

/// The approved annex judged by itself, in the form of every other judgement.
fn as_assessment(trial: &BaselineTrial) -> Assessment {
    let worst = trial.own.iter().map(|f| f.severity).min();
    let verdict = match worst {
        _ if trial.tasks == 0 => Verdict::HeldBack,
        None | Some(Severity::Info) => Verdict::Accepted,
        Some(_) => Verdict::AcceptedWithRemarks,
    };
    let file = FileVerdict {
        path: trial.file.clone(),
        department: None,
        verdict,
        read: trial.tasks,
        accepted: trial.tasks,
        held: 0,
        skipped: Vec::new(),
        file_held: trial.tasks == 0,
    };
    Assessment {
        files: vec![file],
        findings: trial.own.clone(),
        ..Assessment::default()
    }
}

/// Further given workbooks of the same department's folder: the daemon judges them together.
fn beside(seen: &SeenFile, given: &[SeenFile]) -> Vec<SeenFile> {
    let together = |f: &&SeenFile| {
        f.path != seen.path
            && seen.folder.is_some()
            && f.folder == seen.folder
            && [f, seen].iter().all(|f| !Path::new(&f.path).is_absolute())
    };
    given.iter().filter(together).cloned().collect()
}

/// The stored state and the approved annex, as far as they are there.
fn known(session: &Session) -> Result<(pass::State, Vec<SeenFile>), i32> {
    let config = &session.core.config;
    if config.file.is_none() {
        return Ok((pass::State::default(), Vec::new()));
    }
    let state = match look::store(session)? {
        Some(store) => store.load(config.limits.log_rows).map_err(|e| {
            output::error(&e.to_string());
            exit::TRY_AGAIN
        })?,
        None => pass::State::default(),
    };
    let parse = look::parser(session);
    let mut approved = Vec::new();
    let folder = config.share.join(&config.folders.baseline);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map(|d| d.flatten().map(|e| e.path()).collect())
        .unwrap_or_default();
    paths.retain(|p| {
        let name = p
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        p.symlink_metadata().is_ok_and(|m| m.is_file()) && !crate::intake::is_litter(&name)
    });
    paths.sort();
    for (path, (bytes, content)) in paths.iter().zip(read_all(session, &paths, &parse)) {
        let mut file = seen(session, path, &bytes, content);
        file.role = Role::Baseline;
        approved.push(file);
    }
    Ok((state, approved))
}

type Content = (Vec<u8>, Result<Reading, FileFault>);

fn read_all(
    session: &Session,
    files: &[PathBuf],
    parse: &crate::shell::snapshot::Parse<'_>,
) -> Vec<Content> {
    files
        .iter()
        .map(
            |path| match bytes_of(path, session.core.config.limits.file_bytes_max) {
                Ok(bytes) => {
                    if let Some(format) =
                        crate::intake::is_other_spreadsheet(&path.to_string_lossy())
                    {
                        return (bytes, Err(FileFault::OtherFormat(format.to_owned())));
                    }
                    let content = parse(vec![Arc::from(bytes.as_slice())])
                        .pop()
                        .unwrap_or_else(|| {
                            Err(FileFault::Unreadable("no answer of the parser".to_owned()))
                        });
                    (bytes, content)
                }
                Err(fault) => (Vec::new(), Err(fault)),
            },
        )
        .collect()
}

/// Reads a regular file up to the limit; anything else is no workbook.
fn bytes_of(path: &Path, max: u64) -> Result<Vec<u8>, FileFault> {
    let unreadable = |e: std::io::Error| FileFault::Unreadable(e.to_string());
    let meta = std::fs::metadata(path).map_err(unreadable)?;
    if !meta.is_file() {
        return Err(FileFault::Unreadable("not a regular file".to_owned()));
    }
    if meta.len() > max {
        return Err(FileFault::TooLarge {
            limit: "file_bytes_max".to_owned(),
            max,
        });
    }
    std::fs::read(path).map_err(unreadable)
}

fn seen(
    session: &Session,
    path: &Path,
    bytes: &[u8],
    content: Result<Reading, FileFault>,
) -> SeenFile {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let share = std::path::absolute(&session.core.config.share).unwrap_or_default();
    let inside = absolute
        .strip_prefix(&share)
        .ok()
        .map(|p| p.to_string_lossy().into_owned());
    let name = inside
        .clone()
        .unwrap_or_else(|| path.to_string_lossy().into_owned());
    let folder = match &inside {
        Some(rel) => rel.split_once('/').map(|(first, _)| first.to_owned()),
        None => absolute
            .parent()
            .and_then(Path::file_name)
            .map(|f| f.to_string_lossy().into_owned())
            .filter(|f| {
                session
                    .core
                    .config
                    .roster
                    .departments
                    .iter()
                    .any(|d| d.folder.as_deref() == Some(f))
            }),
    };
    let trial = folder.as_deref().is_some_and(|f| f.starts_with('_'));
    let modified = std::fs::metadata(path)
        .and_then(|m| m.modified())
        .ok()
        .and_then(|t| Timestamp::try_from(t).ok())
        .unwrap_or_default();
    let approved = inside.is_some()
        && folder.as_deref().is_some_and(|f| {
            crate::vn::fold::nfc(f) == crate::vn::fold::nfc(&session.core.config.folders.baseline)
        });
    let role = match (inside.is_some(), &folder) {
        _ if approved => Role::Baseline,
        (true, None) => Role::Common,
        _ => Role::Annex,
    };
    SeenFile {
        path: crate::vn::fold::nfc(&name),
        folder: folder.filter(|_| !trial),
        role,
        hash: blake3::hash(bytes).to_hex().to_string(),
        size: bytes.len() as u64,
        modified,
        content: content.map(Arc::new),
    }
}

fn as_json(
    shown: &str,
    verdict: Option<&FileVerdict>,
    findings: &[&Finding],
    text: &Text,
) -> serde_json::Value {
    let findings: Vec<_> = findings.iter().map(|f| finding_json(f, text)).collect();
    json!({
        "path": shown,
        "department": verdict.and_then(|v| v.department.clone()),
        "tasks": verdict.map_or(0, |v| v.accepted + v.held),
        "verdict": verdict.map_or("held-back", |v| v.verdict.name()),
        "findings": findings,
    })
}

/// A finding as the JSON interface has it.
pub(super) fn finding_json(f: &Finding, text: &Text) -> serde_json::Value {
    let related: Vec<String> = f
        .cells
        .iter()
        .filter(|c| Some(**c) != f.cell)
        .chain(f.related.iter())
        .map(ToString::to_string)
        .collect();
    json!({
        "code": f.code,
        "name": text.finding(&f.code).map_or_else(|| "own-rule".to_owned(), |w| w.name.clone()),
        "severity": f.severity.name(),
        "sheet": f.sheet,
        "cell": f.cell.map(|c| c.to_string()),
        "field": f.field.map(crate::domain::field::Field::name),
        "value": f.value,
        "message": text.message(f).as_str(),
        "remedy": text.remedy(f).as_str(),
        "related": related,
        "cells": f.cells.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "task": f.task,
    })
}

fn as_text(
    shown: &str,
    verdict: Option<&FileVerdict>,
    findings: &[&Finding],
    assessment: &Assessment,
    text: &Text,
) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    let word = verdict.map_or("held-back", |v| v.verdict.name());
    let department = verdict
        .and_then(|v| v.department.as_ref())
        .map(|code| {
            assessment
                .departments
                .iter()
                .find(|(c, _)| c == code)
                .map_or(code.clone(), |(_, n)| n.clone())
        })
        .unwrap_or_default();
    let _ = writeln!(out, "{shown}");
    let _ = writeln!(
        out,
        "  {} {department}",
        text.word(&format!("cli.verdict.{word}"))
    );
    if let Some(v) = verdict {
        let args = [
            ("read", crate::domain::finding::Arg::Count(v.read)),
            ("accepted", crate::domain::finding::Arg::Count(v.accepted)),
            ("held", crate::domain::finding::Arg::Count(v.held)),
        ];
        let _ = writeln!(out, "  {}", text.say("cli.check_counts", &args));
    }
    for f in findings {
        let place = match (&f.sheet, f.cell) {
            (Some(sheet), Some(cell)) => format!("{sheet}!{cell}"),
            (Some(sheet), None) => sheet.clone(),
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "  [{}] {} {place}\n      {}\n      → {}",
            f.code,
            text.word(&format!("severity.{}", f.severity.name())),
            text.message(f),
            text.remedy(f)
        );
    }
    out.push('\n');
    out
}
