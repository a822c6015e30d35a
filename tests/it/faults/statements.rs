//! SQLite stopped at any point of a pass and of its deliveries, once or from then on: afterwards everything is as if nothing had happened.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use annexd::daemon::Delivery as _;
use annexd::domain::ledger::Event;
use annexd::shell::store::Store;
use jiff::civil::{Date, date};

use crate::support::case::noon;
use crate::support::office::Office;

const FRIDAY: Date = date(2026, 11, 20);
const MONDAY: Date = date(2026, 11, 23);
/// Steps of SQLite's machine between two questions.
const STEPS: i32 = 1;
/// Places at which it is stopped.
const ROUNDS: u64 = 14;

/// All that counts in the end: what is known, what was said, what stands on the share, what people got.
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

impl Outcome {
    /// What differs.
    fn apart(&self, other: &Self) -> Vec<String> {
        let mut apart: Vec<String> = self
            .files
            .iter()
            .filter(|(name, hash)| other.files.get(*name) != Some(hash))
            .map(|(name, _)| name.clone())
            .collect();
        for (name, same) in [
            ("ledger", self.ledger == other.ledger),
            ("said", self.said == other.said),
            ("events", self.events == other.events),
            ("files", self.files.len() == other.files.len()),
        ] {
            apart.extend((!same).then(|| name.to_owned()));
        }
        if (self.waiting, self.sent) != (other.waiting, other.sent) {
            apart.push(format!("mails {} {}", self.waiting, self.sent));
        }
        apart
    }
}

/// What happens on Monday: a pass over edits, and the mails; the troubles.
fn monday(office: &Office, store: &mut Store) -> Vec<String> {
    let setup = office.setup(|| {});
    let pass = office.pass(&setup, store, MONDAY).err();
    let post = office.post().deliver(store, &noon(MONDAY)).err();
    let pass = pass.map(|e| format!("pass: {e}"));
    pass.into_iter()
        .chain(post.map(|e| format!("mails: {e}")))
        .collect()
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
    office.post().deliver(&mut store, &noon(FRIDAY)).unwrap();
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
    assert!(monday(&twin, &mut store).is_empty());
    let wanted = outcome(&twin, &store);
    let all = asked.load(Ordering::SeqCst);
    assert!(wanted.sent >= 2 && wanted.waiting == 0 && !wanted.events.is_empty());
    assert!(all > 100, "{all} questions only");

    // Two at a time: each is a whole office.
    let rounds: Vec<u64> = (0..ROUNDS).map(|round| all * round / ROUNDS).collect();
    let failures: usize = std::thread::scope(|threads| {
        let halves = rounds.chunks(rounds.len().div_ceil(2));
        let sweeps: Vec<_> = halves
            .map(|half| {
                let (office, wanted) = (&office, &wanted);
                threads.spawn(move || {
                    let stops = half.iter().enumerate();
                    stops
                        .filter(|(round, n)| stopped(office, wanted, **n, round % 2 == 1))
                        .count()
                })
            })
            .collect();
        sweeps.into_iter().map(|s| s.join().unwrap()).sum()
    });
    assert!(failures >= rounds.len() / 2, "{failures} failures only");
}

/// A Monday on which the n-th question is answered with a stop, and the days after; whether it made any trouble.
fn stopped(office: &Office, wanted: &Outcome, n: u64, persistent: bool) -> bool {
    let office = office.copied();
    let mut store = office.store();
    let (asked, armed) = (AtomicU64::new(0), Arc::new(AtomicBool::new(true)));
    let (asked, disk) = (Arc::new(asked), Arc::clone(&armed));
    store
        .watch(STEPS, move |_| {
            let at = asked.fetch_add(1, Ordering::SeqCst);
            disk.load(Ordering::SeqCst) && (at == n || persistent && at > n)
        })
        .unwrap();
    let troubles = monday(&office, &mut store);
    let case = format!("stopped at question {n}, persistent {persistent}: {troubles:?}");
    armed.store(false, Ordering::SeqCst);
    if persistent {
        drop(store);
        store = office.store();
        assert!(store.rebuilt.is_none(), "{case}");
    }
    let again = monday(&office, &mut store);
    assert!(again.is_empty(), "{case}, then {again:?}");
    let apart = outcome(&office, &store).apart(wanted);
    assert!(apart.is_empty(), "{case}: {apart:?}");
    // And so is what the journal gives back.
    drop(store);
    fs::remove_file(office.path("state/annexd.db")).unwrap();
    let apart = outcome(&office, &office.store()).apart(wanted);
    assert!(apart.is_empty(), "{case}, rebuilt: {apart:?}");
    !troubles.is_empty()
}
