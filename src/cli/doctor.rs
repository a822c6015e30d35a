//! `annexd doctor`: what is wrong with this installation, each with its remedy.

mod answer;
mod mail;
mod state;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

pub(super) use self::answer::ask;
use super::{Session, exit, look, output};
use crate::config::Config;
use crate::domain::snapshot::FileFault;
use crate::shell::clock;
use crate::shell::folder::{self, Listing};
use crate::shell::mount::{FileSystem, file_system};
use crate::shell::publish::{Disk, ShareDisk};
use crate::shell::store::Store;
use crate::shell::watch::{Watch, Watching};

/// Free space below which writing will soon fail, bytes.
const FREE_MIN: u64 = 100 << 20;

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Note,
    Wrong,
}

/// One check.
#[derive(Clone, Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    message: String,
    remedy: String,
}

#[derive(Default)]
struct Report(Vec<Check>);

impl Report {
    fn ok(&mut self, name: &'static str, message: impl Into<String>) {
        self.add(name, Verdict::Ok, message.into(), "");
    }

    fn note(&mut self, name: &'static str, message: impl Into<String>, remedy: &str) {
        self.add(name, Verdict::Note, message.into(), remedy);
    }

    fn wrong(&mut self, name: &'static str, message: impl Into<String>, remedy: &str) {
        self.add(name, Verdict::Wrong, message.into(), remedy);
    }

    fn add(&mut self, name: &'static str, verdict: Verdict, message: String, remedy: &str) {
        self.0.push(Check {
            name,
            verdict,
            message,
            remedy: remedy.to_owned(),
        });
    }
}

/// Checks the installation; exit 1 when something is wrong.
pub(super) fn run(session: &Session, json: bool) -> i32 {
    let config = &session.core.config;
    let mut report = Report::default();
    // A share that hangs would hang this very process beyond any signal.
    if !answer::comes(config) {
        report.wrong(
            "share",
            format!("{} does not answer", config.share.display()),
            "look at the file server and at the mount; nothing is concluded meanwhile",
        );
    } else if let Some(listing) = share(config, &mut report) {
        annexes(config, &listing, &mut report);
        output_folder(config, &mut report);
        watching(config, &listing, &mut report);
    }
    state::check(config, &mut report);
    clock_check(session, &mut report);
    mail::check(config, &mut report);
    parser(session, &mut report);
    if json {
        output::json(&serde_json::json!({ "checks": report.0 }));
    } else {
        output::print(&as_text(&report.0));
    }
    if report.0.iter().any(|c| c.verdict == Verdict::Wrong) {
        exit::FOUND
    } else {
        exit::OK
    }
}

fn as_text(checks: &[Check]) -> String {
    let mut out = String::new();
    for check in checks {
        let word = match check.verdict {
            Verdict::Ok => "ok   ",
            Verdict::Note => "note ",
            Verdict::Wrong => "WRONG",
        };
        let _ = writeln!(out, "{word} {:<8} {}", check.name, check.message);
        if !check.remedy.is_empty() {
            let _ = writeln!(out, "               → {}", check.remedy);
        }
    }
    let wrong = checks
        .iter()
        .filter(|c| c.verdict == Verdict::Wrong)
        .count();
    let _ = writeln!(out, "{wrong} wrong");
    out
}

fn share(config: &Config, report: &mut Report) -> Option<Listing> {
    match folder::scan(config) {
        Ok(listing) => {
            let words = format!(
                "{} answers, its marker is there, {} workbooks",
                config.share.display(),
                listing.files.len()
            );
            report.ok("share", words);
            for (path, reason) in &listing.oddities {
                report.note(
                    "share",
                    format!("{path}: {reason}"),
                    "look at this file; it may not be counted as meant",
                );
            }
            if listing
                .files
                .iter()
                .any(|f| f.shown.contains('?') || f.shown.contains('\u{fffd}'))
            {
                report.wrong(
                    "share",
                    "names with unreadable letters: Vietnamese names do not come through",
                    "mount the share with iocharset=utf8",
                );
            }
            Some(listing)
        }
        Err(e) => {
            report.wrong(
                "share",
                e.to_string(),
                "mount the share, or correct `share`; a new share gets its marker by `annexd init`",
            );
            None
        }
    }
}

fn annexes(config: &Config, listing: &Listing, report: &mut Report) {
    for department in &config.roster.departments {
        let Some(folder) = &department.folder else {
            continue;
        };
        let there = listing
            .files
            .iter()
            .any(|f| f.folder.as_deref() == Some(folder.as_str()));
        if !there {
            report.note(
                "annexes",
                format!("{}: no workbook in {folder}", department.code),
                "the department has not handed in yet, or its folder is spelled differently",
            );
        }
    }
    let baseline = config.share.join(&config.folders.baseline);
    if !baseline.is_dir() {
        report.note(
            "annexes",
            format!("no folder {}", config.folders.baseline),
            "put the approved annex there: without it nobody is told that a locked cell was changed",
        );
    }
}

/// Writes, renames and removes a file of our own in the output folder, as publishing does.
fn output_folder(config: &Config, report: &mut Report) {
    let folder = config
        .publish
        .consolidated
        .rsplit_once('/')
        .map_or("", |(f, _)| f);
    let mut disk = ShareDisk::new(&config.share);
    let base = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    let [from, to] = ["d0c70000", "d0c70001"].map(|n| format!("{base}.~nv-{n}.tmp"));
    let tried = disk
        .make_folder(folder)
        .and_then(|()| {
            let _ = disk.remove(&from);
            disk.write_new(&from, b"annexd doctor", &config.publish.consolidated)
        })
        .and_then(|()| disk.rename(&from, &to))
        .and_then(|()| disk.sync_folder(folder));
    for path in [&from, &to] {
        let _ = disk.remove(path);
    }
    match tried {
        Ok(()) => report.ok(
            "output",
            format!("{} can be written", config.share.join(folder).display()),
        ),
        Err(e) => report.wrong(
            "output",
            format!(
                "{} cannot be written: {e}",
                config.share.join(folder).display()
            ),
            "give the account of annexd the right to write there (and only there)",
        ),
    }
    space("output", &config.share, report);
    // A mask that hides the file from the group hides it from the Office.
    let mask = rustix::process::umask(rustix::fs::Mode::empty());
    rustix::process::umask(mask);
    if mask.bits() & 0o040 != 0 {
        report.note(
            "output",
            format!(
                "umask {:03o}: a new workbook is not readable for the group",
                mask.bits()
            ),
            "set UMask=0002 (or 0007 with a common group) in the unit",
        );
    }
}

fn space(name: &'static str, path: &Path, report: &mut Report) {
    match rustix::fs::statvfs(path) {
        Ok(s) if s.f_bavail.saturating_mul(s.f_frsize) < FREE_MIN => report.wrong(
            name,
            format!("{}: less than 100 MiB free", path.display()),
            "make room; nothing is lost meanwhile, but nothing new is published",
        ),
        Ok(_) => {}
        Err(e) => report.note(
            name,
            format!("{}: free space cannot be asked: {e}", path.display()),
            "",
        ),
    }
}

fn watching(config: &Config, listing: &Listing, report: &mut Report) {
    let watch = Watch::start(config);
    match &watch.watching {
        Watching::Events => report.ok("watch", "events arrive (self-test)"),
        Watching::Polling(why) => report.ok(
            "watch",
            format!("polling every {} s: {why}", config.watch.poll_s),
        ),
    }
    if let Ok(kind) = file_system(&config.share)
        && kind == FileSystem::Nfs
    {
        report.note(
            "watch",
            "NFS: a server that does not answer hangs every access",
            "mount with `soft`, or be patient with `status`",
        );
    }
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok();
    let limit = limit.and_then(|l| l.trim().parse::<usize>().ok());
    let folders: std::collections::BTreeSet<&str> = listing
        .files
        .iter()
        .filter_map(|f| f.shown.rsplit_once('/').map(|(d, _)| d))
        .collect();
    if let Some(limit) = limit
        && folders.len() * 4 > limit
    {
        report.wrong(
            "watch",
            format!(
                "the system allows {limit} watches for {} folders",
                folders.len()
            ),
            "raise fs.inotify.max_user_watches",
        );
    }
}

fn clock_check(session: &Session, report: &mut Report) {
    let config = &session.core.config;
    let now = session.now(None);
    let last: Option<jiff::Timestamp> = Store::read_only(&config.state_dir)
        .ok()
        .and_then(|s| s.meta("last_seen").ok().flatten())
        .and_then(|t| t.parse().ok());
    if let Some(s) = last.and_then(|last| clock::behind(last, now.instant)) {
        report.wrong(
            "clock",
            format!("the clock is {s} s behind the last pass"),
            "set the clock; no new daily run is made meanwhile",
        );
    } else if last.is_some_and(|last| clock::is_far_ahead(last, now.instant)) {
        report.wrong(
            "clock",
            "the clock is months ahead of the last pass".to_owned(),
            "set the clock; if it is right, `annexd notices --release`",
        );
    } else {
        report.ok(
            "clock",
            format!(
                "{} in {}",
                now.local.strftime("%Y-%m-%d %H:%M:%S"),
                config.timezone
            ),
        );
    }
    if jiff::tz::TimeZone::get(&config.timezone).is_err() {
        report.note(
            "clock",
            format!(
                "no data for the time zone {}: +07:00 is used",
                config.timezone
            ),
            "install tzdata, or correct `timezone`",
        );
    }
}

/// Starts a parser child on bytes that are no workbook: it must say so and live.
fn parser(session: &Session, report: &mut Report) {
    let parse = look::parser(session);
    match parse(vec![Arc::from(&b"no workbook"[..])]).pop() {
        Some(Err(FileFault::Unreadable(_))) => report.ok(
            "parser",
            "a child process reads workbooks within its limits",
        ),
        other => report.wrong(
            "parser",
            format!(
                "the child process that reads workbooks does not work: {:?}",
                other.map(|r| r.map(|_| ()))
            ),
            "the unit must allow setrlimit and starting the same binary",
        ),
    }
}
