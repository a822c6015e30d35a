//! The parts of the daemon that need no process: settling, clock jumps, what the operator is shown.

use std::time::Duration;

use annexd::config::Config;
use annexd::daemon::health::Health;
use annexd::daemon::troubles::Trouble;
use annexd::settle::Settle;
use annexd::shell::clock::{self, Look, Trust};
use jiff::Timestamp;

fn ms(text: &str) -> Duration {
    Duration::from_millis(text.parse().unwrap())
}

#[test]
fn settle_follows_its_scripts() {
    let text = include_str!("../cases/settle/scripts.txt");
    let mut settle = Settle::new(Duration::ZERO, Duration::ZERO);
    let (mut name, mut scripts, mut looks) = (String::new(), 0, 0);
    for line in text
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
    {
        if let Some(script) = line.strip_prefix("script ") {
            name = script.to_owned();
            scripts += 1;
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["quiet", quiet, "cap", cap] => settle = Settle::new(ms(quiet), ms(cap)),
            [at, "hint", path] => settle.note(path, ms(at)),
            [at, "ready", ..] => {
                let ready = settle.ready(ms(at));
                assert_eq!(ready, words[2..], "script {name:?} at {at} ms");
                looks += 1;
            }
            _ => panic!("not understood: {line}"),
        }
    }
    assert!(scripts >= 6 && looks >= 10);
}

#[test]
fn settle_says_when_to_look() {
    let mut settle = Settle::new(ms("5000"), ms("60000"));
    assert_eq!(settle.next(), None);
    settle.note("a", ms("100"));
    settle.note("b", ms("50"));
    assert_eq!(settle.next(), Some(ms("5050")));
    assert!(settle.has("a") && !settle.is_idle());
    settle.clear();
    assert!(settle.is_idle());
}

/// A clock and a machine's own time, in seconds after the beginning.
struct Bench {
    trust: Trust,
    last: Timestamp,
}

impl Bench {
    fn new(doubted: bool) -> Self {
        let last: Timestamp = "2026-11-20T03:00:00Z".parse().unwrap();
        let trust = Trust::since(Some(last), doubted, Duration::ZERO);
        Self { trust, last }
    }

    fn after(&self, s: i64) -> Timestamp {
        Timestamp::from_second(self.last.as_second() + s).unwrap()
    }

    /// Looks, and gives what was found and how long after the beginning it then is.
    fn look(&mut self, wall: i64, machine: u64) -> (Look, i64) {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(7));
        let (wall, machine) = (self.after(wall), Duration::from_secs(machine));
        let look = self.trust.look(wall, machine, &zone);
        let moment = self.trust.correction(wall, machine).of(wall);
        (look, moment.as_second() - self.last.as_second())
    }
}

const DAY_S: i64 = 86_400;

#[test]
fn a_clock_that_jumps_ahead_is_not_believed_until_it_is_right() {
    let mut bench = Bench::new(false);
    assert_eq!(bench.look(3600, 0), (Look::Same, 3600));
    let (look, at) = bench.look(3600 + 400 * DAY_S, 10);
    let (shown, should) = (bench.after(3600 + 400 * DAY_S), bench.after(3610));
    assert_eq!((look, at), (Look::Doubted(shown, should), 3610));
    // Time goes on by the machine's own.
    assert_eq!(bench.look(3700 + 400 * DAY_S, 110), (Look::Same, 3710));
    assert_eq!(bench.look(3720, 120), (Look::Believed, 3720));
    assert_eq!(bench.look(3730, 130), (Look::Same, 3730));
}

#[test]
fn a_machine_that_slept_or_was_off_has_a_good_clock() {
    let mut bench = Bench::new(false);
    assert_eq!(bench.look(9 * DAY_S, 0).0, Look::Same, "off over Tet");
    let slept = u64::try_from(3 * DAY_S).unwrap();
    assert_eq!(bench.look(12 * DAY_S, slept).0, Look::Same, "asleep");
    assert!(matches!(
        Bench::new(false).look(101 * DAY_S, 0).0,
        Look::Doubted(..)
    ));
    // Not believed before the restart, it is not believed after.
    assert!(matches!(
        Bench::new(true).look(9 * DAY_S, 0).0,
        Look::Doubted(..)
    ));
}

#[test]
fn a_clock_that_goes_back_begins_no_earlier_day() {
    let mut bench = Bench::new(false);
    assert_eq!(bench.look(3600, 3600), (Look::Same, 3600));
    assert_eq!(bench.look(3500, 3601), (Look::Same, 3500));
    let (look, at) = bench.look(3600 - DAY_S, 3700);
    assert!(matches!(look, Look::Doubted(..)));
    assert_eq!(at, 3500, "time stands");
    assert_eq!(bench.look(3490, 90_000), (Look::Believed, 3490));
    let (look, _) = bench.look(3490 - DAY_S, 90_010);
    assert!(matches!(look, Look::Doubted(..)));
    // A person says that it is right.
    let wall = bench.after(3495 - DAY_S);
    assert_eq!(
        bench.trust.believe(wall, Duration::from_secs(90_015)),
        Look::Believed
    );
    assert_eq!(bench.look(3500 - DAY_S, 90_020), (Look::Same, 3500 - DAY_S));
}

#[test]
fn the_day_changes_at_local_midnight() {
    let config = Config::defaults();
    let before = clock::at("2026-11-22T16:59:59Z".parse().unwrap(), &config, None);
    let after = clock::at("2026-11-22T17:00:00Z".parse().unwrap(), &config, None);
    assert_eq!(before.as_of.to_string(), "2026-11-22");
    assert_eq!(after.as_of.to_string(), "2026-11-23");
    assert_eq!(after.local.time().hour(), 0);
    let mut nowhere = Config::defaults();
    nowhere.timezone = "Asia/Nowhere".to_owned();
    let fallen = clock::at("2026-11-22T17:00:00Z".parse().unwrap(), &nowhere, None);
    assert_eq!(
        fallen.local, after.local,
        "without zone data +07:00 is used"
    );
}

#[test]
fn a_trouble_keeps_since_when_it_stands() {
    let mut health = Health::new(&Config::defaults());
    let trouble = |file: &str| Trouble {
        kind: "unsettled".to_owned(),
        file: file.to_owned(),
        reason: "still being saved".to_owned(),
    };
    let at = |s: i64| Timestamp::from_second(s).unwrap();
    health.note_troubles(&[trouble("a.xlsx")], at(100), None);
    health.note_troubles(
        &[trouble("a.xlsx"), trouble("b.xlsx")],
        at(200),
        Some(at(230)),
    );
    let since: Vec<i64> = health
        .troubles
        .iter()
        .map(|s| s.since.as_second())
        .collect();
    assert_eq!(since, [100, 200]);
    assert_eq!(health.troubles[0].next_try, Some(at(230)));
    health.note_troubles(&[], at(300), None);
    assert!(health.troubles.is_empty());
    health.note_failure("disk full", at(10), None);
    health.note_failure("disk full", at(40), None);
    assert_eq!(health.failure.as_ref().unwrap().since, at(10));
    assert!(health.metrics().contains("annexd_failing 1"));
    let back: Health = serde_json::from_str(&serde_json::to_string(&health).unwrap()).unwrap();
    assert_eq!(back.failure, health.failure);
}

#[test]
fn a_watch_that_polls_keeps_its_channel_open() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = Config::defaults();
    config.share = dir.path().to_owned();
    config.watch.mode = annexd::config::WatchMode::Poll;
    let watch = annexd::shell::watch::Watch::start(&config);
    let heard = watch.hints().recv_timeout(Duration::from_millis(5));
    assert!(
        heard.is_err_and(|e| e.is_timeout()),
        "a closed channel spins"
    );
    config.watch.mode = annexd::config::WatchMode::Events;
    let mut watch = annexd::shell::watch::Watch::start(&config);
    watch.give_up("a test");
    while watch.hints().try_recv().is_ok() {}
    let heard = watch.hints().recv_timeout(Duration::from_millis(5));
    assert!(
        heard.is_err_and(|e| e.is_timeout()),
        "a closed channel spins"
    );
}

#[test]
fn work_that_lasts_is_shown_and_then_called_hanging() {
    let mut health = Health::new(&Config::defaults());
    health.state = "idle".to_owned();
    for (busy_s, word) in [(0, "idle"), (10, "busy"), (600, "hanging")] {
        let mut shown = health.clone();
        let since = shown.at.as_second() - busy_s;
        shown.busy_since = Some(Timestamp::from_second(since).unwrap());
        shown.note_busy(None);
        assert_eq!(shown.state, word, "after {busy_s} s");
        let available = format!("annexd_share_available {}\n", u8::from(busy_s < 120));
        assert!(shown.metrics().contains(&available), "after {busy_s} s");
    }
}

#[test]
fn a_call_without_an_answer_is_told_with_its_beginning() {
    let mut health = Health::new(&Config::defaults());
    health.state = "share-away".to_owned();
    for (asked_s, hangs) in [(2, false), (11, true)] {
        let mut shown = health.clone();
        let since = Timestamp::from_second(shown.at.as_second() - asked_s).unwrap();
        shown.note_busy(Some(since));
        assert_eq!(shown.no_answer_since, hangs.then_some(since));
        assert_eq!(shown.hangs(), hangs);
        let word = if hangs { "hanging" } else { "share-away" };
        assert_eq!(shown.state, word);
    }
    health.state = "stopping".to_owned();
    health.note_busy(Some(Timestamp::UNIX_EPOCH));
    assert_eq!(health.state, "stopping", "the end goes before");
}
