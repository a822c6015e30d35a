//! The command line as people and scripts meet it: the real binary, its exit codes, its JSON, the demonstration.

mod approval;
mod common;
mod finer;
mod freeze;
mod lost;
mod readings;
mod running;
mod secrets;
mod share;
mod steady;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

/// Runs the binary in a folder, away from any settings of the machine.
fn annexd(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annexd"))
        .args(args)
        .current_dir(dir)
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The JSON of a run that ended with a code.
fn json(dir: &Path, args: &[&str], wanted: i32) -> Value {
    let output = annexd(dir, args);
    assert_eq!(code(&output), wanted, "{args:?}: {}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{args:?}: {e}"))
}

fn keys(value: &Value) -> Vec<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

fn holds_keys(value: &Value, wanted: &[&str]) {
    let found = keys(value);
    let lacks = |key: &&&str| !found.iter().any(|k| k == *key);
    let missing: Vec<_> = wanted.iter().filter(lacks).collect();
    assert!(missing.is_empty(), "{missing:?} of {found:?}");
}

/// One demonstration for all tests that only look at it.
struct Demo {
    _dir: tempfile::TempDir,
    home: PathBuf,
    once: Value,
}

fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("demo");
        let once = json(
            dir.path(),
            &[
                "demo",
                "demo",
                "--once",
                "--as-of",
                "2026-11-20",
                "--format",
                "json",
            ],
            0,
        );
        Demo {
            _dir: dir,
            home,
            once,
        }
    })
}

fn workbooks(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(workbooks(&path));
        } else if path.extension().is_some_and(|e| e == "xlsx") {
            out.push(path);
        }
    }
    out.sort();
    out
}

#[test]
fn wrong_usage_ends_with_64() {
    let dir = tempfile::tempdir().unwrap();
    for args in [
        &["nope"][..],
        &["check"],
        &["deadline"],
        &["report"],
        &["once", "--as-of", "2026-13-01"],
        &["once", "--format", "xml"],
        &["once", "--no-such-option"],
        &[],
    ] {
        let output = annexd(dir.path(), args);
        assert_eq!(code(&output), 64, "{args:?}");
        assert!(
            !output.stderr.is_empty() && output.stdout.is_empty(),
            "{args:?}"
        );
    }
    for args in [
        &["--help"][..],
        &["--version"],
        &["deadline", "--help"],
        &["once", "--help"],
    ] {
        assert_eq!(code(&annexd(dir.path(), args)), 0, "{args:?}");
    }
}

#[test]
fn no_settings_and_wrong_settings_end_with_78_and_everything_is_told() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(
        code(&annexd(dir.path(), &["--config", "none.toml", "once"])),
        78
    );
    let wrong = "shar = \"x\"\n[watch]\nmode = \"sometimes\"\npoll_s = \"a\"\n[rules]\nT99 = \"error\"\n\
        [[rule]]\ncode = \"U01\"\nseverity = \"warning\"\nfield = \"evidence\"\nrequire = \"row.status !=\"\nmessage = \"x\"\n";
    std::fs::write(dir.path().join("annexd.toml"), wrong).unwrap();
    for command in ["config", "once", "status", "doctor", "run"] {
        let output = annexd(dir.path(), &[command]);
        assert_eq!(code(&output), 78, "{command}");
        let told = stderr(&output);
        for line in [
            "annexd.toml:1:",
            "annexd.toml:3:",
            "annexd.toml:4:",
            "annexd.toml:6:",
            "annexd.toml:11:",
        ] {
            assert!(
                told.contains(line),
                "{command} does not tell {line}\n{told}"
            );
        }
    }
    assert!(!dir.path().join("state").exists(), "nothing starts");
}

#[test]
fn what_init_writes_loads_unchanged_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(code(&annexd(dir.path(), &["init", "home"])), 0);
    let home = dir.path().join("home");
    assert!(home.join("share/.annexd").is_file());
    let rows = json(&home, &["config", "--format", "json"], 0);
    let own = annexd::config::Config::parse(
        &std::fs::read_to_string(home.join("annexd.toml")).unwrap(),
        None,
    )
    .unwrap();
    let defaults = annexd::config::Config::defaults();
    assert_eq!(format!("{own:?}"), format!("{defaults:?}"));
    let stated: Vec<&str> = rows
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| r["origin"] != "default")
        .map(|r| r["key"].as_str().unwrap())
        .collect();
    assert_eq!(stated, ["share", "state_dir", "timezone"]);
    // Every setting stands there with its value, to be uncommented; all of them together are a right file.
    let text = std::fs::read_to_string(home.join("annexd.toml")).unwrap();
    let settings = |line: &str| {
        let bare = line.trim_start_matches("# ");
        let key = bare.split(" = ").next().unwrap_or("");
        bare.starts_with('[')
            || (bare.contains(" = ")
                && !key.is_empty()
                && key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
    };
    let full: Vec<&str> = text
        .lines()
        .filter(|l| settings(l))
        .map(|l| l.trim_start_matches("# "))
        .collect();
    let full = annexd::config::Config::parse(&full.join("\n"), None).unwrap();
    assert_eq!(full.roster.departments.len(), 1);
    assert_eq!(
        format!("{:?}", full.limits),
        format!("{:?}", defaults.limits)
    );
    // A second time nothing is overwritten.
    std::fs::write(home.join("annexd.toml"), "timezone = \"UTC\"\n").unwrap();
    assert_eq!(code(&annexd(dir.path(), &["init", "home"])), 0);
    assert_eq!(
        std::fs::read_to_string(home.join("annexd.toml")).unwrap(),
        "timezone = \"UTC\"\n"
    );
    // An empty share is a state of things, not a failure; a share without its marker is not there.
    std::fs::write(home.join("annexd.toml"), "").unwrap();
    assert_eq!(code(&annexd(&home, &["once"])), 0);
    std::fs::remove_file(home.join("share/.annexd")).unwrap();
    let away = annexd(&home, &["once"]);
    assert_eq!(code(&away), 75, "{}", stderr(&away));
    assert!(stdout(&away).is_empty());
}

#[test]
fn deadline_takes_options_anywhere_and_texts_with_a_hyphen() {
    let dir = tempfile::tempdir().unwrap();
    for args in [
        &["deadline", "Quý II/2026", "--format", "json"][..],
        &["deadline", "--format", "json", "Quý II/2026"],
        &["--format=json", "deadline", "Quý II/2026"],
        &["deadline", "Quý II", "--year", "2026", "--format=json"],
    ] {
        let read = json(dir.path(), args, 0);
        assert_eq!(read.as_array().unwrap().len(), 1, "{args:?}");
        holds_keys(
            &read[0],
            &[
                "text",
                "kind",
                "due",
                "dates",
                "effective_due",
                "rule",
                "readings",
                "note",
            ],
        );
        assert_eq!(read[0]["due"], "2026-06-30");
    }
    let read = json(
        dir.path(),
        &["deadline", "- 30/6/2026", "31/6/2026", "--format", "json"],
        1,
    );
    assert_eq!(read[0]["text"], "- 30/6/2026");
    assert_eq!(read[0]["due"], "2026-06-30");
    assert_eq!(read[1]["kind"], "invalid");
    assert_eq!(code(&annexd(dir.path(), &["deadline", "--", "--year"])), 0);
}

#[test]
fn the_demonstration_says_what_every_slip_is_about() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/demo.toml"))
            .unwrap();
    let table: toml::Table = text.parse().unwrap();
    let list = |name: &str| table[name].as_array().unwrap().clone();
    let codes: Vec<String> = list("task")
        .iter()
        .map(|t| t["code"].as_str().unwrap().to_owned())
        .collect();
    let mut once = codes.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), codes.len(), "a task's code stands twice");
    assert_eq!(codes.len(), 32, "the plan's tasks");
    for slip in list("slip") {
        let (task, field) = (
            slip["task"].as_str().unwrap(),
            slip["field"].as_str().unwrap(),
        );
        let at = codes.iter().position(|c| c == task);
        let at = at.unwrap_or_else(|| panic!("a slip names the task {task}"));
        assert!(
            annexd::domain::field::Field::by_name(field).is_some(),
            "a slip names the field {field}"
        );
        assert!(
            slip.get("text").is_some() != slip.get("number").is_some(),
            "the slip of {task} types one thing"
        );
        let lead = list("task")[at]["lead"].as_str().unwrap().to_owned();
        let unit = list("unit")
            .into_iter()
            .find(|u| u["code"].as_str() == Some(&lead));
        let layout = unit.unwrap()["layout"].as_str().unwrap().to_owned();
        let columns = table["layout"][layout.as_str()]["columns"]
            .as_array()
            .unwrap()
            .clone();
        assert!(
            columns.iter().any(|c| c[0].as_str() == Some(field)),
            "the annex of {lead} has no column {field} to slip in ({task})"
        );
    }
    let catalogue = annexd::config::catalogue::indicators(&annexd::config::Config::defaults());
    for figure in list("figure") {
        let code = figure["code"].as_str().unwrap();
        assert!(
            catalogue.iter().any(|k| k.code == code),
            "a figure names the indicator {code}"
        );
    }
}

#[test]
fn the_demonstration_runs_and_once_tells_its_numbers() {
    let demo = demo();
    let once = &demo.once;
    holds_keys(
        once,
        &[
            "as_of",
            "published",
            "consolidated",
            "departments",
            "totals",
            "findings",
            "notices",
        ],
    );
    assert_eq!(once["as_of"], "2026-11-20");
    assert_eq!(once["published"], true);
    assert!(Path::new(once["consolidated"].as_str().unwrap()).is_file());
    let departments = once["departments"].as_array().unwrap();
    assert_eq!(departments.len(), 6);
    for d in departments {
        holds_keys(
            d,
            &[
                "code",
                "name",
                "file",
                "tasks",
                "accepted",
                "held",
                "stale_since",
            ],
        );
        let n = |key: &str| d[key].as_u64().unwrap();
        assert_eq!(n("tasks"), n("accepted") + n("held"));
    }
    let sum = |value: &Value| -> u64 {
        let all = value.as_object().unwrap();
        all.iter()
            .filter(|(k, _)| *k != "assigned")
            .map(|(_, v)| v.as_u64().unwrap())
            .sum()
    };
    assert_eq!(once["totals"]["assigned"], 32);
    assert_eq!(sum(&once["totals"]), 32);
    assert!(sum(&once["findings"]) > 0);
    let mails = std::fs::read_dir(demo.home.join("mail")).unwrap().count() as u64;
    assert_eq!(once["notices"]["sent"].as_u64().unwrap(), mails);
    assert_eq!(once["notices"]["waiting"], 0);
    // Run again, it says the same and tells nobody anything twice.
    let again = json(
        &demo.home,
        &["once", "--as-of", "2026-11-20", "--format", "json"],
        0,
    );
    assert_eq!(again["totals"], once["totals"]);
    assert_eq!(again["notices"]["queued"], 0);
}

#[test]
fn the_demonstrations_workbooks_are_read_whole_and_check_has_its_shape() {
    let demo = demo();
    let files: Vec<String> = workbooks(&demo.home.join("share"))
        .iter()
        .map(|p| p.strip_prefix(&demo.home).unwrap().display().to_string())
        .filter(|p| !p.contains("/_"))
        .collect();
    assert_eq!(files.len(), 6);
    let mut args = vec!["check", "--format", "json", "--as-of", "2026-11-20"];
    args.extend(files.iter().map(String::as_str));
    let told = json(&demo.home, &args, 1);
    let mut tasks = 0;
    for file in told["files"].as_array().unwrap() {
        holds_keys(
            file,
            &["path", "department", "tasks", "verdict", "findings"],
        );
        tasks += file["tasks"].as_u64().unwrap();
        assert!(file["department"].is_string(), "{}", file["path"]);
        for f in file["findings"].as_array().unwrap() {
            holds_keys(
                f,
                &[
                    "code", "name", "severity", "sheet", "cell", "field", "value", "message",
                    "remedy", "related",
                ],
            );
            let code = f["code"].as_str().unwrap();
            assert!(
                !code.starts_with('F') && !code.starts_with('S'),
                "{}: {f}",
                file["path"]
            );
        }
    }
    assert_eq!(tasks, 32);
    let good = told["files"].as_array().unwrap();
    let good = good
        .iter()
        .find(|f| {
            f["findings"]
                .as_array()
                .unwrap()
                .iter()
                .all(|f| f["severity"] != "error")
        })
        .unwrap();
    let path = good["path"].as_str().unwrap();
    assert_eq!(code(&annexd(&demo.home, &["check", path])), 0);
}

#[test]
fn a_demonstration_is_not_laid_over_somebody_elses_folder() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("mine.txt"), "x").unwrap();
    let output = annexd(dir.path(), &["demo", ".", "--once"]);
    assert_eq!(code(&output), 64);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn the_looking_commands_print_json_and_change_nothing() {
    let demo = demo();
    let before = std::fs::read(demo.home.join("share/_tong-hop/Tong-hop.xlsx")).unwrap();
    let day = ["--as-of", "2026-11-20", "--format", "json"];
    let with = |command: &[&'static str]| -> Vec<&'static str> {
        command.iter().chain(&day).copied().collect()
    };
    holds_keys(
        &json(&demo.home, &with(&["notices"]), 0),
        &["as_of", "notices", "waiting", "held"],
    );
    holds_keys(
        &json(&demo.home, &with(&["explain", "NV2.3"]), 0),
        &["kind", "key", "figures", "cells"],
    );
    holds_keys(
        &json(&demo.home, &with(&["history", "NV2.3"]), 0),
        &["task", "events"],
    );
    holds_keys(
        &json(&demo.home, &["status", "--format", "json"], 1),
        &["running", "well", "outbox"],
    );
    let checks = json(&demo.home, &["doctor", "--format", "json"], 0);
    assert!(checks["checks"].as_array().unwrap().len() > 5);
    assert_eq!(code(&annexd(&demo.home, &["explain", "no such thing"])), 1);
    // A task whose only report is held back is counted by the approved annex, and that is said beside it.
    let held = annexd(&demo.home, &["explain", "QHXD", "--as-of", "2026-11-20"]);
    let held = String::from_utf8(held.stdout).unwrap();
    let line = held.lines().find(|l| l.trim_start().starts_with("NV7.4: "));
    assert!(
        line.is_some_and(|l| l.contains("báo cáo của đơn vị đang được giữ lại")),
        "{held}"
    );
    assert_eq!(code(&annexd(&demo.home, &["report", "2026-Q9"])), 64);
    assert_eq!(code(&annexd(&demo.home, &["issue", "NOPE"])), 64);
    let after = std::fs::read(demo.home.join("share/_tong-hop/Tong-hop.xlsx")).unwrap();
    assert_eq!(before, after);
}
