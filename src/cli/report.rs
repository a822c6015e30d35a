//! `annexd report`: a period's workbook and Word report; frozen periods never change again.

use std::path::PathBuf;

use jiff::civil::Date;
use serde_json::json;

use super::look::{self, Look};
use super::{Session, exit, output};
use crate::book::xlsx;
use crate::config::periods::{self, PeriodDays};
use crate::domain::consolidation::Consolidation;
use crate::domain::finding::Arg;
use crate::domain::indicator::{PeriodKey, PeriodPart};
use crate::domain::ledger::{Frozen, FrozenFile, Ledger};
use crate::domain::now::Now;
use crate::domain::status::Status;
use crate::shell::publish::{self, Publisher};
use crate::shell::store::Store;
use crate::shell::vault::Vault;
use crate::{pass, report};

/// Writes the period's files below the share; with `freeze`, for good.
pub(super) fn run(
    session: &Session,
    period: &str,
    freeze: bool,
    as_of: Option<Date>,
    json: bool,
) -> i32 {
    let core = &session.core;
    let key: PeriodKey = match period.parse() {
        Ok(key) => key,
        Err(e) => {
            output::error(&format!("{e}"));
            return exit::USAGE;
        }
    };
    let Some(days) = periods::resolve(key, &core.config) else {
        output::error(&format!("the settings give no days for {key}"));
        return exit::USAGE;
    };
    let look = match look::take(session, as_of) {
        Ok(look) => look,
        Err(code) => return code,
    };
    if let Some(frozen) = look.state.ledger.frozen.iter().find(|f| f.period == key) {
        return again(session, frozen, &days, json);
    }
    if freeze && let Err(why) = in_order(session, &look, key, &days) {
        output::error(&why);
        return exit::USAGE;
    }
    match write(session, &look, key, &days, freeze) {
        Ok(written) => {
            tell(session, &days, &written, freeze, json);
            exit::OK
        }
        Err((why, code)) => {
            output::error(&why);
            code
        }
    }
}

type Trouble = (String, i32);

/// Periods are frozen after their cut-off and in order: none before an earlier one of which the history holds figures, none after a later one.
fn in_order(
    session: &Session,
    look: &Look,
    key: PeriodKey,
    days: &PeriodDays,
) -> Result<(), String> {
    if look.now.as_of < days.cut_off {
        return Err(format!(
            "{key} cannot be frozen before its cut-off on {}",
            days.cut_off
        ));
    }
    let frozen = &look.state.ledger.frozen;
    if let Some(later) = frozen.iter().find(|f| f.cut_off > days.cut_off) {
        return Err(format!(
            "periods are frozen in order: the later {} is frozen already",
            later.period
        ));
    }
    let config = &session.core.config;
    let first = Look::events(session, None, None)
        .ok()
        .and_then(|events| events.iter().map(|e| e.day).min());
    for year in config.plan.start.year()..=key.year {
        for setting in &config.periods {
            let Ok(other) = format!("{year}-{}", setting.part).parse::<PeriodKey>() else {
                continue;
            };
            let Some(d) = periods::resolve(other, config) else {
                continue;
            };
            let earlier = d.cut_off < days.cut_off && d.cut_off >= config.plan.start;
            let has_figures = first.is_some_and(|day| day <= d.cut_off);
            if earlier && has_figures && !frozen.iter().any(|f| f.period == other) {
                return Err(format!(
                    "periods are frozen in order: freeze {other} first (`annexd report {other} --freeze`)"
                ));
            }
        }
    }
    Ok(())
}

/// The consolidation as of a cut-off: the ledger of that day, or, where the history begins later, what is known now without what was completed after it.
fn as_of_cut_off(session: &Session, look: &Look, cut_off: Date) -> Result<Consolidation, Trouble> {
    let code = |c: i32| ("the history could not be read".to_owned(), c);
    let day = cut_off.min(look.now.as_of);
    let now = Now {
        as_of: day,
        as_of_given: true,
        ..look.now
    };
    let events = Look::events(session, Some(day), None).map_err(code)?;
    let ledger = if events.is_empty() {
        without_later(look.ledger(session).map_err(code)?, day)
    } else {
        crate::ledger::replay(events.iter(), day)
    };
    let held = crate::ledger::held(events.iter());
    // All of them: a change after a freeze is listed however long ago it was.
    let log: Vec<_> = events.into_iter().rev().collect();
    let cx = session.core.context(&[], false, true);
    let planned = match &ledger.approved {
        Some(approved) => Some(approved.clone()),
        None => look.planned(session, &ledger).map_err(code)?,
    };
    Ok(pass::rebuild(
        &ledger,
        held,
        planned.as_ref(),
        &log,
        &look.state.trend,
        &now,
        &cx,
    ))
}

/// Takes out what was completed after a day: on that day it was still open, and nobody told how far it had come.
fn without_later(mut ledger: Ledger, day: Date) -> Ledger {
    for row in ledger.rows.values_mut() {
        row.completions
            .retain(|c| c.day.unwrap_or(c.accepted_on) <= day);
        if row.values.completed.is_some_and(|c| c > day) {
            row.values.completed = None;
            row.values.progress = None;
            if row.values.status == Some(Status::Completed) {
                row.values.status = Some(Status::InProgress);
            }
        }
    }
    ledger
}

/// The period before, for comparison.
fn before(key: PeriodKey) -> Option<PeriodKey> {
    let (year, part) = match key.part {
        PeriodPart::Quarter(1) => (key.year - 1, PeriodPart::Year),
        PeriodPart::Quarter(3) => (key.year, PeriodPart::HalfOne),
        PeriodPart::HalfOne => (key.year, PeriodPart::Quarter(1)),
        PeriodPart::Year => (key.year, PeriodPart::Quarter(3)),
        PeriodPart::Month(1) => (key.year - 1, PeriodPart::Month(12)),
        PeriodPart::Month(m) => (key.year, PeriodPart::Month(m - 1)),
        _ => return None,
    };
    Some(PeriodKey { year, part })
}

fn write(
    session: &Session,
    look: &Look,
    key: PeriodKey,
    days: &PeriodDays,
    freeze: bool,
) -> Result<Vec<PathBuf>, Trouble> {
    let core = &session.core;
    let consolidation = as_of_cut_off(session, look, days.cut_off)?;
    let previous = match before(key).and_then(|k| periods::resolve(k, &core.config)) {
        Some(d) if d.cut_off >= core.config.plan.start => {
            Some(as_of_cut_off(session, look, d.cut_off)?)
        }
        _ => None,
    };
    let input = report::PeriodInput {
        key,
        days,
        consolidation: &consolidation,
        previous: previous.as_ref(),
        config: &core.config,
        text: &core.text,
    };
    let book = xlsx::render(&report::period(&input)).map_err(|e| (e.to_string(), exit::DEFECT))?;
    let word = report::word(&input).map_err(|e| (e.to_string(), exit::DEFECT))?;
    let base = format!("{}/{key}", core.config.publish.periods);
    let files = vec![
        pass::Publication {
            path: format!("{base}.xlsx"),
            bytes: book,
        },
        pass::Publication {
            path: format!("{base}.docx"),
            bytes: word,
        },
    ];
    if freeze {
        let vault =
            Vault::open(&core.config.state_dir).map_err(|e| (e.to_string(), exit::TRY_AGAIN))?;
        for file in &files {
            vault
                .keep(&hash(&file.bytes), &file.bytes)
                .map_err(|e| (e.to_string(), exit::TRY_AGAIN))?;
        }
    }
    let paths = publish_all(session, look, &files)?;
    if freeze {
        let frozen = Frozen {
            period: key,
            cut_off: days.cut_off,
            at: look.now.instant,
            by: login(),
            hash: hash(&files[0].bytes),
            path: files[0].path.clone(),
            word: files.get(1).map(|word| FrozenFile {
                path: word.path.clone(),
                hash: hash(&word.bytes),
            }),
        };
        let mut store =
            Store::again(&core.config.state_dir).map_err(|e| (e.to_string(), exit::TRY_AGAIN))?;
        store
            .freeze(&frozen)
            .map_err(|e| (e.to_string(), exit::TRY_AGAIN))?;
    }
    Ok(paths)
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Who freezes: the login name.
fn login() -> String {
    ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|k| std::env::var(k).ok().filter(|v| !v.is_empty()))
        .unwrap_or_else(|| "?".to_owned())
}

fn publish_all(
    session: &Session,
    look: &Look,
    files: &[pass::Publication],
) -> Result<Vec<PathBuf>, Trouble> {
    let config = &session.core.config;
    let mut store = Store::again(&config.state_dir).or_else(|_| Store::open(&config.state_dir));
    let store = store
        .as_mut()
        .map_err(|e| (e.to_string(), exit::TRY_AGAIN))?;
    let trouble = |e: &dyn std::fmt::Display| (e.to_string(), exit::TRY_AGAIN);
    let intents: Vec<(String, String)> = files
        .iter()
        .map(|f| (f.path.clone(), hash(&f.bytes)))
        .collect();
    let ours = store.ours().map_err(|e| trouble(&e))?;
    store.intend(&intents).map_err(|e| trouble(&e))?;
    let disk = publish::ShareDisk::new(&config.share);
    let words = crate::daemon::words(&session.core.text);
    let mut publisher = Publisher::new(disk, words, look.now.local, std::time::SystemTime::now());
    let mut paths = Vec::new();
    for file in files {
        publisher.publish(file, &ours).map_err(|e| trouble(&e))?;
        paths.push(config.share.join(&file.path));
    }
    Ok(paths)
}

/// A frozen period: its files are put back from the vault if they are gone, and never made anew. The Word report is a draft in people's
/// hands: one that is there stays as they left it.
fn again(session: &Session, frozen: &Frozen, days: &PeriodDays, json: bool) -> i32 {
    let config = &session.core.config;
    let at = |path: &str| config.share.join(path);
    let is_there = std::fs::read(at(&frozen.path)).is_ok_and(|b| hash(&b) == frozen.hash);
    let mut wanted = Vec::new();
    if !is_there {
        wanted.push((&frozen.path, &frozen.hash));
    }
    let word = frozen.word.as_ref();
    wanted.extend(
        word.filter(|w| !at(&w.path).exists())
            .map(|w| (&w.path, &w.hash)),
    );
    if !wanted.is_empty() {
        let vault = Vault::open(&config.state_dir).ok();
        let mut files = Vec::new();
        for (path, hash) in wanted {
            let kept = vault.as_ref().and_then(|v| v.get(hash).ok().flatten());
            let Some(bytes) = kept else {
                output::error(&format!(
                    "{} is gone, and the vault does not hold it",
                    at(path).display()
                ));
                if *path == frozen.path {
                    return exit::TRY_AGAIN;
                }
                continue;
            };
            files.push(pass::Publication {
                path: path.clone(),
                bytes,
            });
        }
        let look = match look::take(session, None) {
            Ok(look) => look,
            Err(code) => return code,
        };
        if let Err((why, code)) = publish_all(session, &look, &files) {
            output::error(&why);
            return code;
        }
    }
    let paths: Vec<PathBuf> = std::iter::once(&frozen.path)
        .chain(word.map(|w| &w.path))
        .map(|path| at(path))
        .filter(|path| path.exists())
        .collect();
    tell(session, days, &paths, true, json);
    exit::OK
}

fn tell(session: &Session, days: &PeriodDays, paths: &[PathBuf], frozen: bool, json: bool) {
    let text = &session.core.text;
    if json {
        let files: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
        output::json(&json!({
            "period": days.name, "from": days.from.to_string(), "to": days.to.to_string(),
            "cut_off": days.cut_off.to_string(), "frozen": frozen, "files": files,
        }));
        return;
    }
    let name = Arg::Plain(days.name.clone());
    let mut lines: Vec<String> = paths
        .iter()
        .map(|p| {
            let args = [
                ("name", name.clone()),
                ("path", Arg::Plain(p.display().to_string())),
            ];
            text.say("cli.report_written", &args).to_string()
        })
        .collect();
    if frozen {
        lines.push(text.say("cli.report_frozen", &[("name", name)]).to_string());
    }
    output::print(&lines.join("\n"));
}
