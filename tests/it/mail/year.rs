//! A year of days, a hundred people, two thousand tasks: what must hold on every one of them.

use crate::support::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use annexd::domain::consolidation::{Bucket, Class, Consolidation};
use annexd::domain::notice::{Audience, Decision, SendReason};
use annexd::notices::{Input, plan};
use jiff::civil::{Date, date};

use super::fixture::{Board, now, task};

const DEPARTMENTS: usize = 20;
const TASKS: usize = 2000;

/// Two people and two heads a department, twenty leaders: a hundred.
fn config() -> String {
    let mut config = String::new();
    for n in 0..DEPARTMENTS {
        let _ = write!(
            config,
            "[[department]]\ncode = \"D{n:02}\"\nname = \"Phòng {n}\"\nmail = [\"a{n}@example.vn\", \"b{n}@example.vn\"]\n\
             head = [\"h{n}@example.vn\", \"g{n}@example.vn\"]\noffice = {}\n\
             [[leader]]\nname = \"Lãnh đạo {n}\"\nmail = [\"l{n}@example.vn\"]\ndepartments = [\"D{n:02}\"]\n",
            n == 0
        );
    }
    config
}

struct Year {
    board: Board,
    world: Consolidation,
    /// Working days before each day of the calendar, from the first one.
    count: BTreeMap<Date, i64>,
    /// Day on which each task will be completed.
    finish: Vec<Date>,
    dice: Dice,
    said: Seen,
}

#[derive(Default)]
struct Seen {
    heads: BTreeSet<String>,
    leaders: BTreeSet<String>,
    steps: BTreeSet<(String, String, String)>,
    mails: usize,
}

impl Year {
    fn new() -> Self {
        let mut board = Board::with(&config());
        // A long holiday in February, besides two days in September.
        for d in 14..=22 {
            board.calendar.rest.insert(date(2027, 2, d));
        }
        let mut dice = Dice(20_261_122);
        let start = date(2026, 7, 1);
        let mut finish = Vec::new();
        for n in 0..TASKS {
            let due = add(start, i64::try_from(dice.throw(365)).unwrap());
            let mut t = task(
                &format!("T{n}"),
                &format!("D{:02}", dice.throw(DEPARTMENTS as u64)),
                due,
            );
            t.row.values.content.clear();
            board.tasks.push(t);
            // A third in time, most of the others late, some for very long.
            let delay = match dice.throw(10) {
                0..=5 => -i64::try_from(dice.throw(20)).unwrap(),
                6..=8 => i64::try_from(dice.throw(15)).unwrap(),
                _ => i64::try_from(dice.throw(120)).unwrap(),
            };
            finish.push(add(due, delay).max(start));
        }
        let mut count = BTreeMap::new();
        let mut n = 0;
        let mut day = date(2026, 6, 1);
        while day < date(2027, 12, 1) {
            n += i64::from(board.calendar.is_working(day));
            count.insert(day, n);
            day = day.tomorrow().unwrap();
        }
        let world = board.consolidation(start);
        Self {
            board,
            world,
            count,
            finish,
            dice,
            said: Seen::default(),
        }
    }

    fn score(&mut self, day: Date) {
        self.world.as_of = day;
        for (n, task) in self.world.tasks.iter_mut().enumerate() {
            let effective = task.score.effective.unwrap();
            if task.score.class.is_done() {
                continue;
            }
            let between = self.count[&day] - self.count[&effective];
            let s = &mut task.score;
            if self.finish[n] <= day {
                (s.class, s.bucket) = (Class::DoneLate, Bucket::DoneLate);
            } else if day > effective {
                (s.class, s.bucket) = (Class::Overdue, Bucket::OpenOverdue);
                s.days_late = Some(i64::from(day.since(effective).unwrap().get_days()));
                s.working_days_late = Some(between);
                s.working_days_left = None;
                let values = &mut task.row.values;
                if self.dice.throw(40) == 0 {
                    let ahead = i64::try_from(self.dice.throw(60)).unwrap();
                    values.commit_date = Some(add(day, ahead));
                    values.explanation = "Chờ ý kiến".to_owned();
                }
            } else {
                s.working_days_left = Some(-between);
            }
        }
    }

    fn pass(&mut self, day: Date) -> Vec<Decision> {
        let now = now(day, 8, 0);
        let input = Input {
            consolidation: &self.world,
            said: &self.board.said,
            config: &self.board.config,
            calendar: &self.board.calendar,
            now: &now,
            at_once: false,
            alarms: &[],
            refused: &[],
            released: false,
        };
        let plan = plan(&input);
        assert!(!plan.held, "{day}: the fuse tripped on an ordinary day");
        self.board.said = plan.said;
        plan.decisions
    }

    /// At most one mail a person a day; every item is true and new.
    fn check(&mut self, day: Date, decisions: &[Decision]) {
        let people: BTreeSet<&str> = decisions.iter().map(|d| d.to.as_str()).collect();
        assert_eq!(people.len(), decisions.len(), "{day}");
        let tasks: BTreeMap<&str, &_> = self
            .world
            .tasks
            .iter()
            .map(|t| (t.row.id.as_str(), t))
            .collect();
        self.said.mails += decisions.len();
        for decision in decisions {
            for item in &decision.items {
                let Some(id) = &item.task else { continue };
                let class = tasks[id.as_str()].score.class;
                let true_now = match item.reason {
                    SendReason::Resolved => class.is_done(),
                    SendReason::DueSoon => !class.is_done() && class != Class::Overdue,
                    _ => class == Class::Overdue,
                };
                assert!(true_now, "{day}: {item:?} of a task that is {class:?}");
                let new =
                    self.said
                        .steps
                        .insert((decision.to.clone(), id.clone(), item.key.clone()));
                assert!(new, "{day}: {item:?} again to {}", decision.to);
                match (item.reason, decision.audience) {
                    (SendReason::EscalatedToHead, Audience::Head) => {
                        self.said.heads.insert(id.clone());
                    }
                    (SendReason::EscalatedToLeader, Audience::Leader) => {
                        self.said.leaders.insert(id.clone());
                    }
                    _ => {}
                }
            }
        }
    }

    /// Every late task has reached its head by the third and its leader by the seventh working day.
    fn check_escalated(&self, day: Date) {
        for task in &self.world.tasks {
            if task.score.class != Class::Overdue {
                continue;
            }
            let late = task.score.working_days_late.unwrap();
            let id = &task.row.id;
            assert!(
                late < 3 || self.said.heads.contains(id),
                "{day}: {id} {late}"
            );
            assert!(
                late < 7 || self.said.leaders.contains(id),
                "{day}: {id} {late}"
            );
        }
    }
}

fn add(day: Date, days: i64) -> Date {
    day.checked_add(jiff::Span::new().days(days)).unwrap()
}

#[test]
fn a_year_of_days() {
    let mut year = Year::new();
    let mut day = date(2026, 7, 1);
    let end = date(2027, 7, 1);
    let mut passes = 0;
    while day < end {
        let works = year.board.calendar.is_working(day);
        // The daemon is down on some days.
        if !works || year.dice.throw(30) > 0 || passes == 0 {
            year.score(day);
            let decisions = year.pass(day);
            if works {
                passes += 1;
                year.check(day, &decisions);
                year.check_escalated(day);
                if passes % 40 == 0 {
                    assert_eq!(year.pass(day), [], "{day}: a second pass spoke");
                }
            } else {
                assert_eq!(decisions, [], "{day} is a rest day");
            }
        }
        day = day.tomorrow().unwrap();
    }
    assert!(passes > 200, "{passes}");
    assert!(year.said.leaders.len() > 100, "{}", year.said.leaders.len());
    // No task rested more often or longer than the settings grant.
    let notices = &year.board.config.notices;
    for memory in year.board.said.tasks.values() {
        assert!(memory.rests <= notices.rest_times_max);
        assert!(memory.rested_days <= notices.rest_days_max);
    }
    // What a year writes stays small enough to be stored at every pass.
    assert!(
        year.board.said.said.len() < 40_000,
        "{}",
        year.board.said.said.len()
    );
    assert!(year.said.mails > 5000, "{}", year.said.mails);
}
