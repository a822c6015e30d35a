//! The parts of the daemon that need no process: settling, clock jumps, what the operator is shown.

use std::time::Duration;

use annexd::config::Config;
use annexd::daemon::health::Health;
use annexd::daemon::perform::Trouble;
use annexd::settle::Settle;
use annexd::shell::clock::{self, Jump};
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

#[test]
fn a_clock_that_jumps_is_told_from_a_machine_that_was_off() {
    let last: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
    let after = |s: i64| Timestamp::from_second(last.as_second() + s).unwrap();
    let hour = Some(Duration::from_secs(3600));
    let day = 86_400;
    assert_eq!(clock::jump(None, last, None), Jump::None);
    assert_eq!(clock::jump(Some(last), after(-200), hour), Jump::None);
    assert_eq!(clock::jump(Some(last), after(-day), hour), Jump::Back(day));
    assert_eq!(clock::jump(Some(last), after(-day), None), Jump::Back(day));
    assert_eq!(
        clock::jump(Some(last), after(3 * day), hour),
        Jump::Ahead(3 * day),
        "an hour of running cannot be three days"
    );
    assert_eq!(
        clock::jump(Some(last), after(9 * day), None),
        Jump::None,
        "off over Tet"
    );
    let three_days = Some(Duration::from_secs(3 * 86_400));
    assert_eq!(
        clock::jump(Some(last), after(3 * day), three_days),
        Jump::None
    );
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
