//! The database: torn writes, damage, doubled mails, newer schemas, beside a running daemon.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use annexd::domain::baseline::Baseline;
use annexd::domain::field::Field;
use annexd::domain::ledger::{Ledger, LedgerRow, Proposal, Remark, Superseded};
use annexd::domain::notice::{Mail, MailState, OutboxEntry};
use annexd::domain::task::{Source, TaskValues};
use annexd::pass::State;
use annexd::shell::store::{Added, SqlError, Store, StoreError};
use annexd::shell::vault::Vault;
use annexd::shell::{lock, publish::Ours};
use jiff::Timestamp;
use jiff::civil::date;

pub fn at(s: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + s).unwrap()
}

pub fn mail(id: &str) -> OutboxEntry {
    OutboxEntry {
        mail: Mail {
            message_id: id.to_owned(),
            to: "vanphong@example.vn".to_owned(),
            subject: "Nhắc việc".to_owned(),
            text: String::new(),
            html: String::new(),
            in_reply_to: None,
            queued: at(0),
            name: String::new(),
        },
        state: MailState::Pending,
        attempts: 0,
        next_try: at(0),
        last_error: None,
        sent: None,
        uncertain: 0,
        before: BTreeMap::new(),
    }
}

/// A ledger of so many rows, with numbers that are not whole.
pub fn state(rows: u32) -> State {
    let day = date(2026, 11, 22);
    let mut state = State::default();
    for n in 0..rows {
        let id = format!("{n:03}");
        let values = TaskValues {
            code: id.clone(),
            content: format!("Nhiệm vụ số {n}"),
            progress: Some(f64::from(n) * 100.0 / 3.0),
            ..TaskValues::default()
        };
        let row = LedgerRow {
            id: id.clone(),
            department: "VP".to_owned(),
            values: values.into(),
            source: Source {
                file: "vp/a.xlsx".to_owned(),
                sheet: "Biểu".to_owned(),
                cell: None,
            },
            version: format!("hash of {rows}"),
            figures_on: day,
            changed_on: day,
            completions: Vec::new(),
            outside_plan: false,
            stale: false,
        };
        state.ledger.rows.insert(id.clone(), row);
        state.ledger.proposals.push(Proposal {
            task: id.clone(),
            department: "VP".to_owned(),
            field: None,
            old: String::new(),
            new: "mới".to_owned(),
            document: None,
            source: Source::default(),
            since: day,
        });
        state.outbox.push(mail(&format!("{id}@annexd")));
        state
            .published
            .insert(format!("_phan-hoi/{id}.xlsx"), format!("hash {rows}"));
    }
    if rows > 0 {
        state.ledger.baseline = format!("hash of {rows}");
        state.ledger.approved = Some(Baseline {
            hash: format!("hash of {rows}"),
            ..Baseline::default()
        });
        let remark = Remark {
            code: "E07".to_owned(),
            field: Field::Progress,
            old: "80".to_owned(),
            day,
        };
        state.ledger.remarks.insert("000".to_owned(), vec![remark]);
        let earlier = Superseded {
            values: TaskValues::default(),
            fields: [Field::Deadline].into(),
            day,
        };
        let superseded = &mut state.ledger.superseded;
        superseded.insert("000".to_owned(), vec![earlier]);
        state.ledger.hushed.insert("a mark".to_owned());
    }
    state.said.first_pass_done = rows > 0;
    state.said.recent_counts = vec![rows];
    state
}

fn commit(store: &mut Store, before: &State, after: &State, added: Added<'_>) {
    store.commit(before, after, added, at(1)).unwrap();
}

#[test]
fn what_is_committed_is_loaded_again_and_only_differences_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let (empty, full) = (State::default(), state(40));
    commit(&mut store, &empty, &full, Added::default());
    let loaded = store.load(500).unwrap();
    // A new field of the ledger does not compile here until the store keeps it and `state` fills it.
    let Ledger {
        rows,
        departments: _,
        figures: _,
        proposals,
        frozen: _,
        baseline,
        approved,
        remarks,
        superseded,
        hushed,
    } = &full.ledger;
    assert!(!rows.is_empty() && !proposals.is_empty() && !baseline.is_empty());
    assert!(approved.is_some() && !remarks.is_empty() && !superseded.is_empty());
    assert!(!hushed.is_empty());
    assert_eq!(loaded.ledger, full.ledger);
    assert_eq!(loaded.said, full.said);
    assert_eq!(loaded.outbox, full.outbox);
    assert_eq!(loaded.published, full.published);
    let mut less = loaded.clone();
    less.ledger.rows.pop_first();
    less.ledger.proposals.clear();
    less.published.clear();
    commit(&mut store, &loaded, &less, Added::default());
    drop(store);
    let again = Store::open(dir.path()).unwrap().load(500).unwrap();
    assert_eq!(again.ledger, less.ledger);
    assert!(again.published.is_empty());
}

#[test]
fn a_torn_log_gives_the_pass_before_or_the_pass_after_never_half_of_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let (empty, first, second) = (State::default(), state(3), state(30));
    commit(&mut store, &empty, &first, Added::default());
    commit(&mut store, &first, &second, Added::default());
    // What a crash leaves: the files as they are now, the log cut anywhere.
    let files = ["annexd.db", "annexd.db-wal"];
    let bytes: Vec<Vec<u8>> = files
        .iter()
        .map(|f| fs::read(dir.path().join(f)).unwrap())
        .collect();
    let mut seen = [0, 0, 0];
    let step = bytes[1].len() / 60;
    for cut in (0..bytes[1].len())
        .step_by(step.max(1))
        .chain([bytes[1].len()])
    {
        let crashed = tempfile::tempdir().unwrap();
        fs::write(crashed.path().join(files[0]), &bytes[0]).unwrap();
        fs::write(crashed.path().join(files[1]), &bytes[1][..cut]).unwrap();
        let store = Store::open(crashed.path()).unwrap();
        assert!(store.set_aside.is_none(), "cut at {cut}");
        let state = store.load(500).unwrap();
        let which = [&empty, &first, &second]
            .iter()
            .position(|s| s.ledger == state.ledger && s.outbox == state.outbox);
        seen[which.unwrap_or_else(|| panic!("cut at {cut}: half a pass"))] += 1;
    }
    assert!(seen[1] > 0 && seen[2] > 0, "{seen:?}");
}

#[test]
fn a_damaged_database_is_set_aside_and_mails_are_held() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    commit(&mut store, &State::default(), &state(20), Added::default());
    drop(store);
    // Nor is there anything to rebuild it from.
    fs::remove_dir_all(dir.path().join("vault")).unwrap();
    fs::write(
        dir.path().join("annexd.db"),
        b"this is no database, it is a letter to the Office",
    )
    .unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let aside = store.set_aside.clone().expect("set aside");
    assert!(aside.exists(), "nothing of it is deleted");
    assert!(store.load(10).unwrap().ledger.rows.is_empty());
    let mut told = mail("b@annexd");
    told.mail.to = "quantri@example.vn".to_owned();
    let after = State {
        outbox: vec![mail("a@annexd"), told],
        ..State::default()
    };
    let added = Added {
        unheld: &["quantri@example.vn".to_owned()],
        ..Added::default()
    };
    commit(&mut store, &State::default(), &after, added);
    assert_eq!(store.outbox().unwrap()[0].state, MailState::Held);
    let operators = store.outbox().unwrap().remove(1);
    assert_eq!(operators.state, MailState::Pending, "who must act is told");
    assert_eq!(store.release_mails().unwrap(), 1);
    assert_eq!(store.outbox().unwrap()[0].state, MailState::Pending);
}

#[test]
fn a_backup_comes_back_in_place_of_a_damaged_database() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let state = state(20);
    commit(&mut store, &State::default(), &state, Added::default());
    store.backup().unwrap();
    drop(store);
    fs::write(dir.path().join("annexd.db"), [0x55; 9000]).unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert!(store.set_aside.is_some());
    assert_eq!(store.load(10).unwrap().ledger, state.ledger);
}

#[test]
fn a_mail_once_sent_is_never_queued_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let queued = State {
        outbox: vec![mail("a@annexd"), mail("b@annexd")],
        ..State::default()
    };
    commit(&mut store, &State::default(), &queued, Added::default());
    let mut sent = mail("a@annexd");
    sent.state = MailState::Sent;
    store.record_mail(&sent).unwrap();
    let left = |store: &Store| -> Vec<String> {
        store
            .outbox()
            .unwrap()
            .into_iter()
            .map(|e| e.mail.message_id)
            .collect()
    };
    assert_eq!(left(&store), ["b@annexd"]);
    // A pass that began before the delivery, and one over a restored ledger, queue the same identifier again.
    commit(&mut store, &State::default(), &queued, Added::default());
    let mut stale = mail("a@annexd");
    stale.attempts = 1;
    store.record_mail(&stale).unwrap();
    assert_eq!(left(&store), ["b@annexd"]);
    assert_eq!(store.sent(10).unwrap().len(), 1);
}

#[test]
fn what_was_about_to_be_published_is_known_after_a_crash() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store
        .intend(&[("_tong-hop/a.xlsx".to_owned(), "h1".to_owned())])
        .unwrap();
    drop(store);
    let mut store = Store::open(dir.path()).unwrap();
    let mut expected = Ours::new();
    expected
        .entry("_tong-hop/a.xlsx".to_owned())
        .or_default()
        .insert("h1".to_owned());
    assert_eq!(store.ours().unwrap(), expected);
    commit(
        &mut store,
        &State::default(),
        &State::default(),
        Added::default(),
    );
    assert_eq!(store.ours().unwrap(), Ours::new());
}

#[test]
fn looks_go_beside_a_writer_and_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        Store::read_only(dir.path()),
        Err(StoreError::Absent(_))
    ));
    let mut store = Store::open(dir.path()).unwrap();
    commit(&mut store, &State::default(), &state(5), Added::default());
    let look = Store::read_only(dir.path()).unwrap();
    assert_eq!(look.load(10).unwrap().ledger.rows.len(), 5);
    look.set_meta("x", "y").unwrap_err();
    assert_eq!(store.meta("x").unwrap(), None);
}

#[test]
fn a_second_instance_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let first = lock::take(dir.path()).unwrap();
    let second = lock::take(dir.path()).unwrap_err();
    assert!(matches!(second, lock::LockError::Taken(_)));
    assert!(second.to_string().contains("already"));
    drop(first);
    lock::take(dir.path()).unwrap();
}

fn count(dir: &Path) -> usize {
    fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .map(|p| if p.is_dir() { count(&p) } else { 1 })
        .sum()
}

#[test]
fn the_vault_gives_back_every_version_and_knows_a_rotten_one() {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::open(dir.path()).unwrap();
    let hashes: Vec<String> = (0..20_u8)
        .map(|n| {
            let bytes = [n; 100];
            let hash = blake3::hash(&bytes).to_hex().to_string();
            vault.keep(&hash, &bytes).unwrap();
            vault.keep(&hash, &bytes).unwrap();
            hash
        })
        .collect();
    assert_eq!(count(&dir.path().join("vault")), 20, "no leftovers");
    for (n, hash) in (0_u8..).zip(&hashes) {
        assert_eq!(vault.get(hash).unwrap().unwrap(), [n; 100]);
    }
    assert_eq!(vault.get("0123").unwrap(), None);
    let path = dir
        .path()
        .join("vault")
        .join(&hashes[3][..2])
        .join(&hashes[3]);
    fs::write(&path, b"rotten").unwrap();
    vault.get(&hashes[3]).unwrap_err();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(10 * 86_400);
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(old)
        .unwrap();
    assert_eq!(vault.tidy(0, &Default::default()).unwrap(), 0);
    let in_use = std::iter::once(hashes[3].clone()).collect();
    assert_eq!(
        vault.tidy(5, &in_use).unwrap(),
        0,
        "never what current rows come from"
    );
    assert_eq!(vault.tidy(5, &Default::default()).unwrap(), 1);
}

#[test]
fn a_disk_that_cannot_be_read_is_no_damaged_database() {
    for (words, damage) in [
        (
            "Tree 4 page 9: unable to get the page. error code=266",
            false,
        ),
        (
            "Page 8: btreeInitPage() returns error code 11\nTree 4 page 9: unable to get the page. error code=10",
            false,
        ),
        ("Tree 14 page 34 cell 0: failed to get page 37", false),
        ("Page 7: btreeInitPage() returns error code 11", true),
        ("Tree 2 page 3: free space corruption", true),
    ] {
        let told = SqlError::of_check(words.to_owned());
        assert_eq!(told.is_damage(), damage, "{words}");
    }
}
