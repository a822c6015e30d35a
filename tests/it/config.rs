//! Settings: every way to be wrong is one file of `tests/cases/config/invalid`, named by the point it makes.

use std::fs;
use std::path::Path;

use annexd::config::Config;

fn cases(kind: &str) -> Vec<(String, String)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/config")
        .join(kind);
    let mut out: Vec<(String, String)> = fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .map(|p| {
            (
                p.file_name().unwrap().to_string_lossy().into_owned(),
                fs::read_to_string(&p).unwrap(),
            )
        })
        .collect();
    out.sort();
    out
}

#[test]
fn the_defaults_stand_alone() {
    let config = Config::defaults();
    assert_eq!(config.notices.due_soon_days, [7, 3, 1]);
    assert!(!config.roster.is_stated());
}

#[test]
fn valid_files_load() {
    for (name, text) in cases("valid") {
        let file = Path::new("/etc/annexd").join(&name);
        if let Err(problems) = Config::parse(&text, Some(&file)) {
            panic!("{name}: {problems:?}");
        }
    }
}

#[test]
fn every_mistake_is_told_together_with_line_and_remedy() {
    for (name, text) in cases("invalid") {
        let file = Path::new("/etc/annexd").join(&name);
        let problems = Config::parse(&text, Some(&file)).expect_err(&name);
        let expected: Vec<(usize, &str)> = text
            .lines()
            .filter_map(|l| l.strip_prefix("# expect "))
            .filter_map(|l| l.split_once(' '))
            .map(|(line, part)| (line.parse().unwrap(), part))
            .collect();
        assert!(!expected.is_empty(), "{name} expects nothing");
        for (line, part) in expected {
            assert!(
                problems
                    .iter()
                    .any(|p| p.line == line && p.message.contains(part)),
                "{name}: line {line} lacks {part:?} in {problems:#?}"
            );
        }
        for p in &problems {
            assert!(p.file.ends_with(&name), "{name}: {p:?}");
            assert!(!p.remedy.is_empty(), "{name}: no remedy in {p:?}");
        }
    }
}

#[test]
fn a_user_file_overrides_key_by_key() {
    let config = Config::parse(
        "[notices]\nrepeat_days = 9\n",
        Some(Path::new("/etc/annexd/annexd.toml")),
    )
    .unwrap();
    assert_eq!(config.notices.repeat_days, 9);
    assert_eq!(config.notices.overdue_days, [1, 3, 7]);
    assert_eq!(config.share, Path::new("/etc/annexd/share"));
}

#[test]
fn origins_name_file_and_line() {
    let text = "\n[watch]\npoll_s = 3\n";
    let origins = Config::origins(text, Some(Path::new("a.toml")));
    assert!(origins.contains(&("watch.poll_s".into(), "3".into(), "a.toml:3".into())));
    assert!(origins.contains(&("watch.rescan_s".into(), "300".into(), "default".into())));
}
