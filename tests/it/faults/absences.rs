//! Files that are gone, or only away: a deletion is believed late, a mass of them not at all.

use std::collections::BTreeMap;

use annexd::domain::snapshot::{FileFault, Role};
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
    let approved = [("_bieu-goc/goc.xlsx", "")];
    assert_eq!(take(&config, Patience::Once, &approved).doubted.len(), 1);
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

#[test]
fn a_file_whose_absence_is_not_believed_is_judged_as_it_was_last_read() {
    let (dir, config) = share();
    put(dir.path(), "vp/a.xlsx", b"ok");
    put(dir.path(), "_bieu-goc/goc.xlsx", b"ok too");
    let known = BTreeMap::from([
        ("vp/a.xlsx".to_owned(), String::new()),
        ("_bieu-goc/goc.xlsx".to_owned(), String::new()),
    ]);
    let reader = Reader {
        parse: &parse,
        keep: None,
    };
    let mut scanner = Scanner::default();
    let first = scanner
        .take(&config, Patience::Daemon, &known, reader)
        .unwrap();
    for path in known.keys() {
        std::fs::remove_file(dir.path().join(path)).unwrap();
    }
    let second = scanner
        .take(&config, Patience::Daemon, &known, reader)
        .unwrap();
    assert_eq!(second.doubted.len(), 2);
    assert_eq!(first.files, second.files, "nobody is told anything new");
    // After a restart there is no reading to stand in for it.
    let third = Scanner::default()
        .take(&config, Patience::Daemon, &known, reader)
        .unwrap();
    assert_eq!(third.files.len(), 2);
    assert!(
        third
            .files
            .iter()
            .all(|f| f.content == Err(FileFault::Unsettled))
    );
    assert_eq!(third.files[0].role, Role::Baseline);
}

#[test]
fn what_was_absent_before_a_restart_is_remembered() {
    let (dir, mut config) = share();
    put(dir.path(), "vp/0.xlsx", b"ok");
    config.watch.deletion_s = 0;
    let known = BTreeMap::from([("vp/b.xlsx".to_owned(), String::new())]);
    let reader = Reader {
        parse: &parse,
        keep: None,
    };
    let mut scanner = Scanner::default();
    let first = scanner.take(&config, Patience::Daemon, &known, reader);
    assert_eq!(first.unwrap().doubted.len(), 1);
    let json = serde_json::to_string(&scanner.absences).unwrap();
    let second = Scanner::remembering(Some(&json)).take(&config, Patience::Daemon, &known, reader);
    assert_eq!(second.unwrap().doubted, [""; 0]);
    let broken = Scanner::remembering(Some("{")).take(&config, Patience::Daemon, &known, reader);
    assert_eq!(broken.unwrap().doubted.len(), 1);
}

#[test]
fn a_closed_folder_is_named_and_nothing_is_concluded_of_it() {
    let listing = annexd::shell::folder::Listing {
        closed: vec!["vp".to_owned()],
        ..Default::default()
    };
    assert!(listing.is_closed("vp/a.xlsx") && !listing.is_closed("vp2/a.xlsx"));
}

#[test]
fn files_that_went_long_ago_or_only_moved_are_no_wave() {
    let (dir, mut config) = share();
    config.watch.deletion_s = 0;
    put(dir.path(), "vp/0.xlsx", b"ok");
    put(dir.path(), "vp/moved.xlsx", b"moved");
    let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex().to_string();
    let mut known: BTreeMap<String, String> = (1..6)
        .map(|n| (format!("vp/{n}.xlsx"), "hash".to_owned()))
        .collect();
    let reader = Reader {
        parse: &parse,
        keep: None,
    };
    // Given up two days ago, as the store remembers.
    let before = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(48);
    let gone: Vec<String> = known
        .keys()
        .map(|path| {
            format!("\"{path}\": {{\"since\": \"{before}\", \"scans\": 9, \"believed\": true}}")
        })
        .collect();
    let mut scanner = Scanner::remembering(Some(&format!("{{{}}}", gone.join(", "))));
    for n in 0..5 {
        known.insert(format!("old/{n}.xlsx"), hash(b"moved"));
    }
    known.insert("vp/new.xlsx".to_owned(), "hash".to_owned());
    let mut take = || {
        scanner
            .take(&config, Patience::Daemon, &known, reader)
            .unwrap()
    };
    assert_eq!(take().doubted, ["vp/new.xlsx"], "one look is not enough");
    let second = take();
    assert_eq!(second.doubted, [""; 0], "one file is no wave");
    assert!(!odd(&second, "vp/new.xlsx", "mass-disappearance"));
}
