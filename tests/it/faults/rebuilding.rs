//! The vault's journal: whatever becomes of the database, what was committed comes back, all of it, once, and mails are held.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use annexd::domain::ledger::{Event, EventKind, Frozen};
use annexd::domain::notice::MailState;
use annexd::domain::task::Source;
use annexd::pass::State;
use annexd::shell::store::{Added, Store};
use jiff::civil::date;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::storing::{at, mail, state};

/// Everything a database holds, row by row, without what a rebuilding adds.
fn dump(dir: &Path) -> BTreeMap<String, Vec<String>> {
    let db = Connection::open(dir.join("annexd.db")).unwrap();
    let mut tables = BTreeMap::new();
    let names: Vec<String> = db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .unwrap()
        .query_map([], |r| r.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for name in names.iter().filter(|n| *n != "journal") {
        let mut query = db.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = query.column_count();
        let mut rows = query.query([]).unwrap();
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<String> = (0..columns)
                .map(|c| match row.get_ref(c).unwrap() {
                    ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                    ValueRef::Blob(bytes) => blake3::hash(bytes).to_hex()[..8].to_owned(),
                    other => format!("{other:?}"),
                })
                .collect();
            let cells = cells.join(" ");
            let ours = ["mails_held", "restored yes", "mails are held"];
            if !ours.iter().any(|mine| cells.contains(mine)) {
                all.push(cells);
            }
        }
        all.sort();
        tables.insert(name.clone(), all);
    }
    tables
}

fn event(n: u32) -> Event {
    Event {
        at: at(i64::from(n)),
        day: date(2026, 11, 22),
        department: "VP".to_owned(),
        task: format!("{n:03}"),
        by: None,
        source: Source::default(),
        version: format!("hash of {n}"),
        kind: EventKind::Withdrawn,
    }
}

fn frozen() -> Frozen {
    Frozen {
        period: "2026-Q3".parse().unwrap(),
        cut_off: date(2026, 9, 25),
        at: at(7),
        by: "chi".to_owned(),
        hash: "hash".to_owned(),
        path: "_tong-hop/ky/2026-Q3.xlsx".to_owned(),
        word: Default::default(),
    }
}

/// Twelve commits of every kind; a mail that was sent, one that waits, a hold that was lifted, a frozen period.
fn life(dir: &Path, steps: std::ops::Range<u32>) -> State {
    let mut store = Store::open(dir).unwrap();
    let mut before = store.load(500).unwrap();
    for n in steps {
        let mut after = state(2 + n * 3 % 7);
        after.outbox.clone_from(&before.outbox);
        after.outbox.push(mail(&format!("{n}@annexd")));
        let events = [event(n), event(n + 100)];
        let alarms = [format!("alarm {n}")];
        let notes = [("alarms_untold", Some(format!("[{n}]")))];
        let added = Added {
            events: &events,
            alarms: &alarms,
            notes: &notes,
            ..Added::default()
        };
        store
            .commit(&before, &after, added, at(i64::from(n)))
            .unwrap();
        match n {
            1 => {
                let mut entry = store.outbox().unwrap().remove(0);
                entry.state = MailState::Sending;
                assert!(store.claim_mail(&entry).unwrap());
                entry.state = MailState::Sent;
                store.record_mail(&entry).unwrap();
            }
            3 => store.set_meta("mails_held", "the clock went back").unwrap(),
            4 => assert!(store.release_mails().unwrap() > 0),
            5 => store.freeze(&frozen()).unwrap(),
            _ => {}
        }
        before = store.load(500).unwrap();
    }
    before
}

fn lose(dir: &Path) {
    for file in ["annexd.db", "annexd.db-wal", "annexd.db-shm"] {
        let _ = fs::remove_file(dir.join(file));
    }
}

fn lines(dir: &Path) -> PathBuf {
    dir.join("vault/journal.jsonl")
}

/// The dump with mails that wait as they were before they were held.
fn unheld(mut dump: BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    for row in dump.get_mut("outbox").into_iter().flatten() {
        *row = row.replace("held", "pending");
    }
    dump
}

#[test]
fn a_lost_database_comes_back_to_the_last_row() {
    let dir = tempfile::tempdir().unwrap();
    life(dir.path(), 0..12);
    let before = unheld(dump(dir.path()));
    assert!(before["history"].len() >= 12 && before["outbox"].len() == 12);
    for round in 0..3 {
        match round {
            0 => lose(dir.path()),
            1 => {
                lose(dir.path());
                fs::write(dir.path().join("annexd.db"), b"").unwrap();
            }
            _ => fs::write(dir.path().join("annexd.db"), [0x55; 9000]).unwrap(),
        }
        let store = Store::open(dir.path()).unwrap();
        let words = store.rebuilt.clone().unwrap();
        assert!(words.contains("rebuilt from"), "{words}");
        assert!(!words.contains("history is lost"), "{words}");
        assert_eq!(store.lost, round < 2);
        assert_eq!(store.meta("mails_held").unwrap(), Some(words));
        let waiting = store.outbox().unwrap();
        assert!(
            waiting
                .iter()
                .all(|e| e.state == MailState::Held && e.uncertain == 0)
        );
        assert_eq!(waiting.len(), 11, "the one that was sent is not among them");
        drop(store);
        assert_eq!(unheld(dump(dir.path())), before, "round {round}");
    }
    // And it goes on from there.
    life(dir.path(), 12..14);
    let before = unheld(dump(dir.path()));
    lose(dir.path());
    drop(Store::open(dir.path()).unwrap());
    assert_eq!(unheld(dump(dir.path())), before);
}

#[test]
fn a_journal_cut_anywhere_gives_back_whole_commits() {
    let dir = tempfile::tempdir().unwrap();
    let mut known = vec![unheld(dump_of_new())];
    for n in 0..5 {
        life(dir.path(), n..n + 1);
        known.push(unheld(dump(dir.path())));
    }
    let bytes = fs::read(lines(dir.path())).unwrap();
    let mut seen = vec![0; known.len()];
    let cuts = (0..bytes.len()).step_by(bytes.len() / 24);
    for (n, cut) in cuts.chain([bytes.len() - 1, bytes.len()]).enumerate() {
        let torn = tempfile::tempdir().unwrap();
        fs::create_dir(torn.path().join("vault")).unwrap();
        fs::write(lines(torn.path()), &bytes[..cut]).unwrap();
        let store = Store::open(torn.path()).unwrap();
        assert!(store.rebuilt.is_some());
        drop(store);
        let found = unheld(dump(torn.path()));
        // Between two passes a mail goes its way: the ledger tells which pass it was.
        let which = known.iter().position(|k| k["history"] == found["history"]);
        seen[which.unwrap_or_else(|| panic!("cut at {cut}: half a commit"))] += 1;
        if n % 5 > 0 {
            continue;
        }
        // What follows is written behind the torn line and counts.
        life(torn.path(), 7..8);
        let before = unheld(dump(torn.path()));
        lose(torn.path());
        drop(Store::open(torn.path()).unwrap());
        assert_eq!(unheld(dump(torn.path())), before, "cut at {cut}");
    }
    assert!(seen.iter().all(|n| *n > 0), "{seen:?}");
}

fn dump_of_new() -> BTreeMap<String, Vec<String>> {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(dir.path()).unwrap());
    dump(dir.path())
}

#[test]
fn a_line_without_its_commit_is_taken_up_and_holds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    life(dir.path(), 0..4);
    let older = fs::read(dir.path().join("annexd.db")).unwrap();
    life(dir.path(), 6..7);
    let newer = dump(dir.path());
    // A crash between the line and the commit.
    lose(dir.path());
    fs::write(dir.path().join("annexd.db"), older).unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.rebuilt, None);
    assert_eq!(
        store.meta("mails_held").unwrap(),
        Some("the clock went back".to_owned())
    );
    drop(store);
    assert_eq!(dump(dir.path()), newer);
}

#[test]
fn an_older_copy_is_brought_forward_and_mails_are_held() {
    for shortened in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        life(dir.path(), 0..3);
        let older = fs::read(dir.path().join("annexd.db")).unwrap();
        if shortened {
            // The lines between are in the journal's own copy by now.
            life(dir.path(), 3..5);
            lose(dir.path());
            let mut store = Store::open(dir.path()).unwrap();
            store.release_mails().unwrap();
        }
        life(dir.path(), 5..8);
        let newer = unheld(dump(dir.path()));
        lose(dir.path());
        fs::write(dir.path().join("annexd.db"), older).unwrap();
        let store = Store::open(dir.path()).unwrap();
        let words = store.rebuilt.clone().unwrap();
        assert!(words.contains("older copy"), "{words}");
        assert!(
            store
                .outbox()
                .unwrap()
                .iter()
                .all(|e| e.state == MailState::Held)
        );
        drop(store);
        assert_eq!(unheld(dump(dir.path())), newer, "shortened: {shortened}");
    }
}

#[test]
fn what_cannot_be_rebuilt_is_told() {
    // A backup of the night and no journal: the mails of that night may have gone since.
    let dir = tempfile::tempdir().unwrap();
    life(dir.path(), 0..4);
    Store::open(dir.path()).unwrap().backup().unwrap();
    let night = unheld(dump(dir.path()));
    life(dir.path(), 6..8);
    lose(dir.path());
    fs::remove_dir_all(dir.path().join("vault")).unwrap();
    let store = Store::open(dir.path()).unwrap();
    let words = store.rebuilt.clone().unwrap();
    assert!(
        words.contains("backup.db") && words.contains("history is lost"),
        "{words}"
    );
    assert!(store.outbox().unwrap().iter().all(|e| e.uncertain == 1));
    drop(store);
    assert_eq!(dump(dir.path())["history"], night["history"]);

    // A journal damaged in the middle: up to there, and what could not be followed is kept.
    let dir = tempfile::tempdir().unwrap();
    for n in 0..4 {
        life(dir.path(), n..n + 1);
    }
    let whole = fs::read(lines(dir.path())).unwrap();
    let mut bytes = whole.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(lines(dir.path()), &bytes).unwrap();
    lose(dir.path());
    let store = Store::open(dir.path()).unwrap();
    let words = store.rebuilt.clone().unwrap();
    assert!(words.contains("history is lost"), "{words}");
    let kept: Vec<PathBuf> = fs::read_dir(dir.path())
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.to_string_lossy().ends_with("-journal"))
        .collect();
    assert_eq!(fs::read(&kept[0]).unwrap(), bytes);
    assert!(!store.load(500).unwrap().log.is_empty());
    assert!(store.load(500).unwrap().log.len() < 8);
}

#[test]
fn a_database_of_before_there_were_journals_gets_one() {
    let dir = tempfile::tempdir().unwrap();
    life(dir.path(), 0..4);
    {
        let db = Connection::open(dir.path().join("annexd.db")).unwrap();
        db.execute_batch("DROP TABLE journal; PRAGMA user_version = 3")
            .unwrap();
        fs::remove_dir_all(dir.path().join("vault")).unwrap();
    }
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.rebuilt, None, "an upgrade holds nothing");
    assert!(store.is_journalled().unwrap());
    drop(store);
    life(dir.path(), 6..7);
    let before = unheld(dump(dir.path()));
    lose(dir.path());
    drop(Store::open(dir.path()).unwrap());
    assert_eq!(unheld(dump(dir.path())), before);
}

#[test]
fn a_journal_that_cannot_be_written_stops_the_commit_and_nothing_is_half_done() {
    let dir = tempfile::tempdir().unwrap();
    let before = life(dir.path(), 0..3);
    let known = dump(dir.path());
    let mut store = Store::open(dir.path()).unwrap();
    let bytes = fs::read(lines(dir.path())).unwrap();
    fs::remove_file(lines(dir.path())).unwrap();
    fs::create_dir(lines(dir.path())).unwrap();
    let after = state(9);
    store
        .commit(&before, &after, Added::default(), at(20))
        .unwrap_err();
    store.set_meta("a", "b").unwrap_err();
    assert_eq!(dump(dir.path()), known);
    fs::remove_dir(lines(dir.path())).unwrap();
    fs::write(lines(dir.path()), bytes).unwrap();
    store
        .commit(&before, &after, Added::default(), at(20))
        .unwrap();
    drop(store);
    let before = unheld(dump(dir.path()));
    lose(dir.path());
    drop(Store::open(dir.path()).unwrap());
    assert_eq!(unheld(dump(dir.path())), before);
}

#[test]
fn a_command_beside_a_lost_database_makes_no_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    life(dir.path(), 0..3);
    lose(dir.path());
    Store::again(dir.path()).unwrap_err();
    assert!(!dir.path().join("annexd.db").exists());
    assert!(Store::open(dir.path()).unwrap().lost);
}

#[test]
fn a_database_removed_under_its_user_comes_back_with_what_was_done_after() {
    let dir = tempfile::tempdir().unwrap();
    let before = life(dir.path(), 0..3);
    let mut store = Store::open(dir.path()).unwrap();
    assert!(!store.is_gone());
    lose(dir.path());
    assert!(store.is_gone());
    let mut after = state(9);
    let events = [event(50)];
    let added = Added {
        events: &events,
        ..Added::default()
    };
    after.outbox.clone_from(&before.outbox);
    store.commit(&before, &after, added, at(20)).unwrap();
    let known = store.load(500).unwrap();
    drop(store);
    let store = Store::open(dir.path()).unwrap();
    let found = store.load(500).unwrap();
    assert_eq!((found.ledger, found.said), (known.ledger, known.said));
    assert_eq!(found.log, known.log);
    assert_eq!(found.log[0], events[0]);
}

#[test]
fn a_rebuilding_that_is_cut_short_is_done_again_or_is_done() {
    let dir = tempfile::tempdir().unwrap();
    life(dir.path(), 0..4);
    let before = unheld(dump(dir.path()));
    let journal = fs::read(lines(dir.path())).unwrap();
    // Before the new database is in its place.
    lose(dir.path());
    fs::write(dir.path().join("annexd.db.new"), &journal[..4000]).unwrap();
    fs::write(dir.path().join("annexd.db.new-wal"), &journal[..400]).unwrap();
    let store = Store::open(dir.path()).unwrap();
    let words = store.rebuilt.clone().unwrap();
    drop(store);
    assert_eq!(unheld(dump(dir.path())), before);
    // After that, before the journal was begun anew: with its new copy, or not even that.
    for with_copy in [true, false] {
        fs::write(lines(dir.path()), &journal).unwrap();
        if !with_copy {
            fs::remove_file(dir.path().join("vault/journal.db")).unwrap();
        }
        let store = Store::open(dir.path()).unwrap();
        assert_eq!(store.rebuilt, None);
        assert_eq!(store.meta("mails_held").unwrap(), Some(words.clone()));
        drop(store);
        assert_eq!(unheld(dump(dir.path())), before, "{with_copy}");
    }
}
