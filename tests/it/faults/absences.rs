//! Files that are gone, or only away: a deletion is believed late, a mass of them not at all.

use std::collections::BTreeMap;

use annexd::shell::snapshot::{Patience, Reader, Scanner};

use super::scanning::{odd, parse, put, share, take, zip};

#[test]
fn a_missing_file_is_believed_gone_after_two_scans_and_the_grace() {
    let (dir, mut config) = share();
    put(dir.path(), "vp/a.xlsx", b"ok");
    let known = BTreeMap::from([("vp/b.xlsx".to_owned(), "hash".to_owned())]);
    let reader = Reader {
        parse: &parse,
        keep: None,
    };
    let mut scanner = Scanner::default();
    let first = scanner
        .take(&config, Patience::Daemon, &known, reader)
        .unwrap();
    let second = scanner
        .take(&config, Patience::Daemon, &known, reader)
        .unwrap();
    assert_eq!(
        (first.doubted.len(), second.doubted.len()),
        (1, 1),
        "the grace is not over"
    );
    config.watch.deletion_s = 0;
    assert_eq!(
        scanner
            .take(&config, Patience::Daemon, &known, reader)
            .unwrap()
            .doubted,
        [""; 0]
    );
    // What `once` sees in a complete scan it believes; a file that moved is not missed at all.
    assert_eq!(
        take(&config, Patience::Once, &[("vp/b.xlsx", "hash")]).doubted,
        [""; 0]
    );
    let moved = blake3::hash(b"ok").to_hex().to_string();
    let fresh = Scanner::default().take(
        &config,
        Patience::Daemon,
        &BTreeMap::from([("vp/z.xlsx".to_owned(), moved)]),
        reader,
    );
    assert_eq!(fresh.unwrap().doubted, [""; 0]);
}

#[test]
fn a_mass_disappearance_is_not_believed() {
    let (dir, config) = share();
    put(dir.path(), "vp/0.xlsx", b"ok");
    let gone: Vec<String> = (1..8).map(|n| format!("vp/{n}.xlsx")).collect();
    let known: Vec<(&str, &str)> = gone.iter().map(|p| (p.as_str(), "")).collect();
    let snapshot = take(&config, Patience::Once, &known);
    assert_eq!(snapshot.doubted.len(), 7);
    assert!(odd(&snapshot, "vp/1.xlsx", "mass-disappearance"));
    assert_eq!(take(&config, Patience::Once, &known[..2]).doubted.len(), 0);
}

#[test]
fn an_interrupted_excel_save_is_named_and_its_file_is_doubted() {
    let (dir, config) = share();
    put(dir.path(), "vp/7BD1C000", &zip());
    put(dir.path(), "vp/0123ABCD", b"no workbook");
    put(dir.path(), "khac/DEADBEEF", &zip());
    let snapshot = take(&config, Patience::Once, &[("vp/PhuLuc.xlsx", "hash")]);
    assert_eq!(snapshot.doubted, ["vp/PhuLuc.xlsx"]);
    assert_eq!(
        snapshot.oddities,
        [("vp/7BD1C000".to_owned(), "interrupted-save".to_owned())]
    );
    assert!(dir.path().join("vp/7BD1C000").exists());
}
