//! The outbox: states, back-off, giving up, and crashes at every boundary.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use annexd::domain::notice::{Mail, MailState, OutboxEntry, Said, SaidLedger, SendReason};
use annexd::outbox::{self, Drive, Outcome, Policy};
use jiff::{SignedDuration, Timestamp};

const POLICY: Policy<'static> = Policy {
    retry_s: &[60, 300, 900, 3600],
    give_up_days: 3,
};
const HINT: &str = "Có thể đã nhận thư này.";

fn mail(n: usize) -> Mail {
    Mail {
        message_id: format!("digest.2026-07-06.{n}@example.vn"),
        to: format!("d{n}@example.vn"),
        subject: "Nhắc".to_owned(),
        text: "Chữ".to_owned(),
        html: "<html><body style=\"margin:0\"><p>Chữ</p></body></html>".to_owned(),
        in_reply_to: None,
        queued: at(0),
        name: format!("2026-07-06_D{n}"),
    }
}

fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = "2026-07-06T00:30:00Z".parse().unwrap();
    start
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap()
}

fn queue(n: usize) -> Vec<OutboxEntry> {
    let mut outbox = Vec::new();
    outbox::enqueue(&mut outbox, (0..n).map(mail).collect());
    outbox
}

fn transient(unreachable: bool) -> Outcome {
    Outcome::Transient {
        line: "451 later".to_owned(),
        unreachable,
    }
}

fn round(
    outbox: &mut [OutboxEntry],
    now: Timestamp,
    all: bool,
    outcome: &Outcome,
) -> outbox::Round {
    let options = Drive {
        all,
        policy: POLICY,
        hint: HINT,
    };
    outbox::drive(
        outbox,
        &options,
        &mut || now,
        &mut |_, before_body| {
            if !matches!(outcome, Outcome::Transient { .. }) {
                assert!(before_body());
            }
            outcome.clone()
        },
        &mut |_| Ok::<bool, ()>(true),
    )
    .unwrap()
}

#[test]
fn a_mail_is_queued_once_by_its_message_id() {
    let mut outbox = queue(2);
    assert_eq!(outbox::enqueue(&mut outbox, vec![mail(1), mail(2)]), 1);
    assert_eq!(outbox.len(), 3);
}

#[test]
fn back_off_follows_the_settings_then_hourly_then_fails() {
    let mut outbox = queue(1);
    let mut tries = Vec::new();
    let mut now = at(0);
    while outbox[0].state == MailState::Pending {
        now = outbox[0].next_try;
        tries.push(now.duration_since(at(0)).as_secs());
        round(&mut outbox, now, false, &transient(false));
    }
    assert_eq!(tries[..6], [0, 60, 360, 1260, 4860, 8460]);
    assert_eq!(outbox[0].state, MailState::Failed);
    let days = now.duration_since(at(0)).as_hours();
    assert!((72..74).contains(&days), "{days}");
}

#[test]
fn once_tries_everything_but_never_an_uncertain_mail_early() {
    let mut outbox = queue(1);
    round(&mut outbox, at(0), false, &transient(false));
    assert_eq!(round(&mut outbox, at(1), false, &transient(false)).tried, 0);
    assert_eq!(round(&mut outbox, at(1), true, &transient(false)).tried, 1);
    let unknown = Outcome::Uncertain("no answer".to_owned());
    assert_eq!(round(&mut outbox, at(2), true, &unknown).waiting, 1);
    assert_eq!(round(&mut outbox, at(1800), true, &unknown).tried, 0);
    assert_eq!(outbox::next_due(&outbox), Some(at(1802)));
    // Tried once more, still unknown: a third copy would nag.
    let last = round(&mut outbox, at(1802), false, &unknown);
    assert_eq!((last.tried, last.sent, last.waiting), (1, 1, 0));
    assert_eq!(outbox[0].state, MailState::Sent);
}

#[test]
fn an_interrupted_file_is_written_again_at_once_and_without_the_hint() {
    let mut outbox = queue(1);
    outbox::begin(&mut outbox[0]);
    outbox::recover(&mut outbox, at(5), true);
    assert_eq!(
        (outbox[0].state, outbox[0].uncertain),
        (MailState::Pending, 0)
    );
    let sent = Outcome::Sent("there".to_owned());
    assert_eq!(round(&mut outbox, at(5), false, &sent).waiting, 0);
    assert_eq!(outbox[0].state, MailState::Sent);
}

#[test]
fn the_second_try_of_an_uncertain_mail_says_so_with_the_same_message_id() {
    let mut outbox = queue(1);
    round(
        &mut outbox,
        at(0),
        false,
        &Outcome::Uncertain(String::new()),
    );
    let seen = RefCell::new(Vec::new());
    let options = Drive {
        all: false,
        policy: POLICY,
        hint: HINT,
    };
    outbox::drive(
        &mut outbox,
        &options,
        &mut || at(2000),
        &mut |mail, before_body| {
            assert!(before_body());
            seen.borrow_mut().push(mail.clone());
            Outcome::Sent(String::new())
        },
        &mut |_| Ok::<bool, ()>(true),
    )
    .unwrap();
    let seen = seen.into_inner();
    assert_eq!(seen[0].message_id, mail(0).message_id);
    assert!(seen[0].text.starts_with("(Có thể đã nhận thư này.)\n\n"));
    assert!(seen[0].html.contains("Có thể đã nhận thư này.</p><p>Chữ"));
}

#[test]
fn a_server_that_is_away_is_not_asked_for_every_mail() {
    let mut outbox = queue(5);
    let r = round(&mut outbox, at(0), false, &transient(true));
    assert_eq!((r.tried, r.waiting), (1, 5));
    assert!(outbox.iter().all(|e| e.next_try == at(60)));
    // The mails that were not tried have lost no attempt.
    assert_eq!(outbox[4].attempts, 0);
}

#[test]
fn a_refused_login_alarms_and_keeps_the_queue_a_refused_address_does_not() {
    let mut outbox = queue(3);
    let r = round(
        &mut outbox,
        at(0),
        false,
        &Outcome::Config("535".to_owned()),
    );
    assert_eq!((r.tried, r.waiting, r.alarms.len()), (1, 3, 1));
    assert_eq!(r.failed, []);
    let r = round(
        &mut outbox,
        at(9999),
        false,
        &Outcome::Permanent("550 no such user".to_owned()),
    );
    assert_eq!((r.tried, r.waiting, r.failed.len()), (3, 0, 3));
    assert!(outbox.iter().all(|e| e.state == MailState::Failed));
    // A login that stays refused for a week loses nothing.
    let mut outbox = queue(1);
    for hour in 0..200 {
        round(
            &mut outbox,
            at(hour * 3600),
            false,
            &Outcome::Config("535".to_owned()),
        );
    }
    assert_eq!(outbox[0].state, MailState::Pending);
}

/// A store that dies at its nth write, and a server that takes what it is given.
#[test]
fn killed_at_every_boundary_nothing_is_lost_and_at_most_one_mail_repeats() {
    const MAILS: usize = 4;
    let mut repeats_seen = 0;
    // Two writes a mail; the kill also strikes between the server's answer and the write.
    for kill_at in 0..=2 * MAILS {
        let stored: RefCell<BTreeMap<String, OutboxEntry>> = RefCell::new(
            queue(MAILS)
                .into_iter()
                .map(|e| (e.mail.message_id.clone(), e))
                .collect(),
        );
        let received: RefCell<BTreeMap<String, u32>> = RefCell::default();
        let writes = Cell::new(0);
        let deliver = |now: Timestamp, dies: bool| {
            let mut outbox: Vec<OutboxEntry> = stored.borrow().values().cloned().collect();
            outbox::recover(&mut outbox, now, false);
            let options = Drive {
                all: true,
                policy: POLICY,
                hint: HINT,
            };
            outbox::drive(
                &mut outbox,
                &options,
                &mut || now,
                &mut |mail, before_body| {
                    if !before_body() {
                        return Outcome::Transient {
                            line: String::new(),
                            unreachable: false,
                        };
                    }
                    *received
                        .borrow_mut()
                        .entry(mail.message_id.clone())
                        .or_default() += 1;
                    Outcome::Sent("250 ok".to_owned())
                },
                &mut |entry| {
                    if dies && writes.get() == kill_at {
                        return Err("killed");
                    }
                    writes.set(writes.get() + 1);
                    stored
                        .borrow_mut()
                        .insert(entry.mail.message_id.clone(), entry.clone());
                    Ok(true)
                },
            )
        };
        let _ = deliver(at(0), true);
        // Started again at once, and once more after the wait of an uncertain mail.
        deliver(at(10), false).unwrap();
        let mut later: Vec<OutboxEntry> = stored.borrow().values().cloned().collect();
        outbox::recover(&mut later, at(10), false);
        for e in later {
            stored.borrow_mut().insert(e.mail.message_id.clone(), e);
        }
        deliver(at(4000), false).unwrap();
        deliver(at(9000), false).unwrap();
        let received = received.into_inner();
        assert_eq!(received.len(), MAILS, "kill at {kill_at}: a mail was lost");
        let repeats: u32 = received.values().map(|n| n - 1).sum();
        assert!(repeats <= 1, "kill at {kill_at}: {repeats} repeats");
        repeats_seen += repeats;
        assert!(
            stored.borrow().values().all(|e| e.state == MailState::Sent),
            "kill at {kill_at}"
        );
    }
    assert_eq!(repeats_seen, MAILS as u32);
}

#[test]
fn a_waiting_mail_gives_way_only_to_one_that_says_all_of_it_again() {
    let day = |n: usize| format!("2026-11-{:02}", 18 + n);
    let letter = |n: usize| Mail {
        name: format!("{}_QLDT_x", day(n)),
        in_reply_to: Some("m0@x".to_owned()),
        message_id: format!("m{n}@x"),
        to: "a@example.vn".to_owned(),
        ..mail(n)
    };
    let said = |subject: &str, last: usize| Said {
        to: "a@example.vn".to_owned(),
        subject: subject.to_owned(),
        reason: SendReason::Overdue,
        step: Some(1),
        key: subject.to_owned(),
        first: day(0).parse().unwrap(),
        last: day(last).parse().unwrap(),
        times: 1,
        thread: "m0@x".to_owned(),
        rests: 0,
        rested_days: 0,
        closed: None,
    };
    let mut ledger = SaidLedger::default();
    ledger.said.insert("late".to_owned(), said("late", 1));
    ledger.said.insert("head".to_owned(), said("head", 0));
    let mut waiting = Vec::new();
    outbox::enqueue(
        &mut waiting,
        vec![Mail {
            in_reply_to: None,
            ..letter(0)
        }],
    );
    // The head's matter was told in the first mail only: it stays.
    outbox::supersede(&mut waiting, &mut [letter(1)], &ledger);
    assert_eq!(waiting.len(), 1);
    ledger.said.remove("head");
    let mut later = [letter(1)];
    // Somebody else's mail replaces nothing, nor is one replaced that the server may have.
    let mut other = [Mail {
        to: "b@example.vn".to_owned(),
        ..letter(1)
    }];
    outbox::supersede(&mut waiting, &mut other, &ledger);
    assert_eq!(waiting.len(), 1);
    let mut uncertain = waiting.clone();
    uncertain[0].uncertain = 1;
    outbox::supersede(&mut uncertain, &mut later, &ledger);
    assert_eq!(uncertain.len(), 1);
    outbox::supersede(&mut waiting, &mut later, &ledger);
    assert_eq!(waiting, []);
    assert_eq!(later[0].in_reply_to, None);
}

#[test]
fn a_mail_that_never_left_is_taken_back_and_told_anew() {
    let day = |n: i8| jiff::civil::date(2026, 11, n);
    let said = |last: i8, times: u32, reason: SendReason| Said {
        to: "a@example.vn".to_owned(),
        subject: "moved|VP1".to_owned(),
        reason,
        step: Some(times),
        key: "k".to_owned(),
        first: day(16),
        last: day(last),
        times,
        thread: "m0@x".to_owned(),
        rests: 0,
        rested_days: 0,
        closed: None,
    };
    let mut before = SaidLedger::default();
    before
        .said
        .insert("late".to_owned(), said(16, 1, SendReason::Overdue));
    let mut after = before.clone();
    after
        .said
        .insert("late".to_owned(), said(18, 2, SendReason::Overdue));
    after
        .said
        .insert("moved".to_owned(), said(18, 1, SendReason::DeadlineMoved));
    after.tasks.insert(
        "VP1".into(),
        annexd::domain::notice::TaskMemory {
            move_told: true,
            ..Default::default()
        },
    );
    after.last_digest.insert("a@example.vn".to_owned(), day(18));
    let mut waiting = Vec::new();
    let letter = Mail {
        name: "2026-11-18_VP_x".to_owned(),
        to: "a@example.vn".to_owned(),
        ..mail(1)
    };
    outbox::enqueue(&mut waiting, vec![letter]);
    outbox::remember(&mut waiting, &before, &after);
    assert_eq!(waiting[0].before.len(), 2);
    // On its own day it stays; so does one that the server may have, and one whose matter was told again since.
    let mut ledger = after.clone();
    outbox::take_back(&mut waiting, &mut ledger, day(18));
    assert_eq!((waiting.len(), &ledger), (1, &after));
    let mut uncertain = waiting.clone();
    uncertain[0].uncertain = 1;
    outbox::take_back(&mut uncertain, &mut ledger, day(19));
    assert_eq!((uncertain.len(), &ledger), (1, &after));
    let mut told = after.clone();
    told.said.get_mut("late").unwrap().last = day(19);
    let kept = told.clone();
    let mut queue = waiting.clone();
    outbox::take_back(&mut queue, &mut told, day(20));
    assert_eq!((queue.len(), told), (1, kept));
    outbox::take_back(&mut waiting, &mut ledger, day(19));
    assert_eq!(waiting, []);
    assert_eq!(ledger.said, before.said);
    assert!(ledger.tasks.values().all(|t| !t.move_told));
}
