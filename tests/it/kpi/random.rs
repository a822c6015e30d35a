//! Ten thousand random tasks: both implementations agree, and every step has its words.

use annexd::config::{Config, holidays};
use annexd::domain::consolidation::TaskScore;
use annexd::domain::deadline::{AltReading, Deadline, DeadlineKind, DueDay, Recurrence};
use annexd::domain::status::Status;
use annexd::domain::task::{Completion, TaskValues};
use annexd::kpi::{self, Cx};
use annexd::text::Text;
use jiff::civil::{Date, date};

use super::oracle::{Answer, Day, Plain, Rest, answer, number};

/// A generator of our own, so that a seed means the same for ever (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.roll(from.len() as u64)).unwrap()]
    }

    fn often<T>(&mut self, one_in: u64, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.roll(one_in) == 0).then(|| make(self))
    }
}

const KINDS: &[DeadlineKind] = &[
    DeadlineKind::Fixed,
    DeadlineKind::Fixed,
    DeadlineKind::FixedMulti,
    DeadlineKind::Range,
    DeadlineKind::Recurring,
    DeadlineKind::Recurring,
    DeadlineKind::OpenEnded,
    DeadlineKind::Conditional,
    DeadlineKind::Unresolved,
    DeadlineKind::Ambiguous,
    DeadlineKind::Empty,
];

const STATUSES: &[Option<Status>] = &[
    None,
    None,
    Some(Status::NotStarted),
    Some(Status::InProgress),
    Some(Status::Completed),
    Some(Status::Completed),
    Some(Status::Completed),
    Some(Status::Waiting),
    Some(Status::Suspended),
    Some(Status::Adjustment),
    Some(Status::CannotDo),
    Some(Status::Cancelled),
    Some(Status::Ongoing),
];

fn near(dice: &mut Dice, middle: Date, spread: u64) -> Date {
    let shift = i64::try_from(dice.roll(2 * spread + 1)).unwrap() - i64::try_from(spread).unwrap();
    middle.checked_add(jiff::Span::new().days(shift)).unwrap()
}

fn deadline(dice: &mut Dice, today: Date) -> Deadline {
    let kind = dice.pick(KINDS);
    let mut out = Deadline::without_day(kind);
    let spread = dice.pick(&[4, 15, 60, 400]);
    let n = match kind {
        DeadlineKind::Fixed | DeadlineKind::Range => 1,
        DeadlineKind::Ambiguous => dice.roll(2),
        DeadlineKind::FixedMulti => 2 + dice.roll(2),
        DeadlineKind::Recurring => dice.roll(9),
        _ => 0,
    };
    let mut days: Vec<Date> = (0..n).map(|_| near(dice, today, spread)).collect();
    days.sort_unstable();
    days.dedup();
    for day in days {
        let limit = dice.often(4, |d| {
            let after = i64::try_from(1 + d.roll(4)).unwrap();
            day.checked_add(jiff::Span::new().days(after)).unwrap()
        });
        out.days.push(DueDay { day, limit });
    }
    if let Some(last) = out.days.last() {
        let last = last.day;
        out.opens = dice.often(2, |d| near(d, last, 30).min(last));
    }
    if kind == DeadlineKind::Recurring {
        out.opens = None;
        out.rule = Some(Recurrence {
            text: "quarterly@end".to_owned(),
            soft: dice.roll(5) == 0,
        });
    }
    if kind == DeadlineKind::Ambiguous {
        out.readings.push(AltReading {
            kind: DeadlineKind::Unresolved,
            due: None,
            rule: None,
        });
    }
    out
}

pub fn task(dice: &mut Dice, today: Date) -> (TaskValues, Vec<Completion>) {
    let deadline = deadline(dice, today);
    // Half of the completion days lie close to the due day, where the classes meet.
    let close = deadline.days.last().map_or(today, |d| d.day);
    let completed = dice.often(2, |d| match d.roll(2) {
        0 => near(d, today, 40).min(today),
        _ => near(d, close, 3).min(today),
    });
    let completions = if deadline.recurs() {
        (0..dice.roll(6))
            .map(|_| Completion {
                day: dice.often(2, |d| near(d, today, 200).min(today)),
                accepted_on: near(dice, today, 100).min(today),
            })
            .collect()
    } else {
        Vec::new()
    };
    let values = TaskValues {
        deadline_text: dice.pick(&["", "30/6/2026"]).to_owned(),
        status: dice.pick(STATUSES),
        start: dice.often(4, |d| near(d, today, 60)),
        progress: dice.pick(&[None, Some(0.0), Some(35.5), Some(100.0)]),
        completed,
        deadline,
        ..TaskValues::default()
    };
    (values, completions)
}

fn plain(values: &TaskValues, completions: &[Completion]) -> Plain {
    let deadline = &values.deadline;
    Plain {
        kind: deadline.kind.name(),
        days: deadline
            .days
            .iter()
            .map(|d| (number(d.day), d.limit.map(number)))
            .collect(),
        recurs: deadline.rule.is_some(),
        soft: deadline.rule.as_ref().is_some_and(|r| r.soft),
        opens: deadline.opens.map(number),
        start: values.start.map(number),
        status: values.status.map_or("", Status::name),
        progress: values.progress,
        completed: values.completed.map(number),
        completions: completions
            .iter()
            .map(|c| (c.day.map(number), number(c.accepted_on)))
            .collect(),
    }
}

fn same(score: &TaskScore) -> Answer {
    let pair = |a: Option<i64>, b: Option<i64>| a.zip(b);
    Answer {
        class: score.class.name().to_owned(),
        bucket: score.bucket.name().to_owned(),
        due: score.due.map(number),
        effective: score.effective.map(number),
        left: pair(score.days_left, score.working_days_left),
        late: pair(score.days_late, score.working_days_late),
        expected: score.expected,
        occurrences: score.occurrences_due.zip(score.occurrences_done),
    }
}

fn close(a: &Answer, b: &Answer) -> bool {
    let expected = match (a.expected, b.expected) {
        (Some(x), Some(y)) => (x - y).abs() < 1e-9,
        (x, y) => x == y,
    };
    let rest = |x: &Answer| Answer {
        expected: None,
        ..x.clone()
    };
    expected && rest(a) == rest(b)
}

#[test]
fn two_implementations_agree_on_twenty_thousand_tasks() {
    let text = Text::embedded();
    let mut dice = Dice(2026);
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    for roll_forward in [true, false] {
        let toml = format!("[deadlines]\nroll_forward = {roll_forward}\n");
        let config = Config::parse(&toml, None).unwrap();
        let calendar = holidays::calendar(&config).unwrap();
        let rest = Rest::of(&calendar);
        let plan_start: Day = number(config.plan.start);
        for _ in 0..10_000 {
            let today = near(&mut dice, date(2028, 6, 30), 600);
            let (values, completions) = task(&mut dice, today);
            let cx = Cx {
                as_of: today,
                calendar: &calendar,
                config: &config,
            };
            let score = kpi::task(&values, &completions, &cx);
            let soon = i64::from(config.notices.due_soon_days[0]);
            let other = answer(
                &plain(&values, &completions),
                number(today),
                plan_start,
                soon,
                &rest,
            );
            assert!(
                close(&same(&score), &other),
                "as of {today}\n{values:#?}\n{completions:?}\nours {:?}\nother {other:?}",
                same(&score)
            );
            *seen.entry(other.class).or_default() += 1;
            for (key, args) in &score.steps {
                let args: Vec<_> = args.iter().map(|(n, a)| (n.as_ref(), a.clone())).collect();
                let words = text.say(&format!("explain.step.{key}"), &args).to_string();
                assert!(!words.contains('{'), "{words}");
            }
        }
    }
    for class in annexd::domain::consolidation::Class::ALL {
        let n = seen.get(class.name()).copied().unwrap_or(0);
        assert!(n > 50, "only {n} tasks were {}", class.name());
    }
}
