//! SQLite stopped at any point of a pass and of its deliveries, once or from then on: afterwards everything is as if nothing had happened.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use annexd::daemon::Delivery as _;
use annexd::domain::ledger::Event;
use annexd::shell::store::Store;
use jiff::civil::{Date, date};

use crate::support::case::noon;
use crate::support::office::Office;

const FRIDAY: Date = date(2026, 11, 20);
const MONDAY: Date = date(2026, 11, 23);
/// Steps of SQLite's machine between two questions.
const STEPS: i32 = 40;

/// All that counts in the end: what is known, what was said, what stands on the share, what people got.
#[derive(Debug, PartialEq)]
struct Outcome {
    ledger: annexd::domain::ledger::Ledger,
    said: annexd::domain::notice::SaidLedger,
    events: Vec<Event>,
    waiting: usize,
    sent: usize,
    files: BTreeMap<String, String>,
}

fn outcome(office: &Office, store: &Store) -> Outcome {
    let state = store.load(0).unwrap();
    let mut files = BTreeMap::new();
    for folder in ["share/_tong-hop", "share/_phan-hoi", "mail"] {
        for entry in fs::read_dir(office.path(folder)).into_iter().flatten() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                let name = format!("{folder}/{}", entry.file_name().display());
                // A mail tells when it went.
                let bytes = match folder {
                    "mail" => Vec::new(),
                    _ => fs::read(entry.path()).unwrap(),
                };
                files.insert(name, blake3::hash(&bytes).to_hex().to_string());
            }
        }
    }
    Outcome {
        ledger: state.ledger,
        said: state.said,
        events: store.events(None, None).unwrap(),
        waiting: state.outbox.len(),
        sent: store.sent(100).unwrap().len(),
        files,
    }
}

/// What happens on Monday: a pass over edits, and the mails; errors are those of the statements.
fn monday(office: &Office, store: &mut Store) -> bool {
    let setup = office.setup(|| {});
    let pass = office.pass(&setup, store, MONDAY).is_ok();
    let post = office.post().deliver(store, &noon(MONDAY)).is_ok();
    pass && post
}

#[test]
fn a_statement_that_fails_anywhere_leaves_nothing_half_done() {
    let office = Office::new("");
    office.save(
        "VP",
        &[("VP1", "2026-11-02", "40"), ("VP2", "2026-12-31", "10")],
    );
    office.save("TT", &[("TT1", "2026-11-02", "40")]);
    let mut store = office.store();
    office
        .pass(&office.setup(|| {}), &mut store, FRIDAY)
        .unwrap();
    drop(store);
    office.save(
        "VP",
        &[("VP1", "2026-11-02", "60"), ("VP2", "2026-12-31", "5")],
    );
    office.save(
        "TT",
        &[
            ("TT1", "2026-11-02", "gần xong"),
            ("TT2", "2026-11-24", "0"),
        ],
    );

    let twin = office.copied();
    let mut store = twin.store();
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    store
        .watch(STEPS, move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            false
        })
        .unwrap();
    assert!(monday(&twin, &mut store));
    let wanted = outcome(&twin, &store);
    let all = asked.load(Ordering::SeqCst);
    assert!(wanted.sent >= 2 && wanted.waiting == 0 && !wanted.events.is_empty());
    assert!(all > 100, "{all} questions only");

    let mut failures = 0;
    let step = usize::try_from(all / 20).unwrap();
    for (round, n) in (0..all).step_by(step).enumerate() {
        let persistent = round % 2 == 1;
        let case = format!("stopped at question {n} of {all}, persistent {persistent}");
        let office = office.copied();
        let mut store = office.store();
        let asked = AtomicU64::new(0);
        let asked = Arc::new(asked);
        let count = Arc::clone(&asked);
        store
            .watch(STEPS, move |_| {
                let at = count.fetch_add(1, Ordering::SeqCst);
                at == n || persistent && at > n
            })
            .unwrap();
        failures += u64::from(!monday(&office, &mut store));
        if persistent {
            drop(store);
            store = office.store();
            assert!(store.rebuilt.is_none(), "{case}");
        }
        assert!(monday(&office, &mut store), "{case}");
        assert!(monday(&office, &mut store), "{case}");
        assert_eq!(outcome(&office, &store), wanted, "{case}");
        // And so does what the journal gives back.
        drop(store);
        fs::remove_file(office.path("state/annexd.db")).unwrap();
        assert_eq!(outcome(&office, &office.store()), wanted, "{case}, rebuilt");
    }
    assert!(
        failures >= 10,
        "the sweep hardly failed anything: {failures}"
    );
}
