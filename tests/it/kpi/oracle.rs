//! A second implementation, written the other way round: days as plain numbers, everything by walking them one by one.

use std::collections::BTreeSet;

use annexd::domain::calendar::Calendar;
use jiff::civil::Date;

/// A day as a number; day 0 is a Thursday.
pub type Day = i64;

/// Counts days from 1/1/1970 by adding up years and months.
pub fn number(date: Date) -> Day {
    let leap = |y: i64| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (year, month) = (
        i64::from(date.year()),
        usize::try_from(date.month()).unwrap(),
    );
    let mut days = 0;
    for y in 1970..year {
        days += if leap(y) { 366 } else { 365 };
    }
    for (m, length) in months.iter().enumerate().take(month - 1) {
        days += length + i64::from(m == 1 && leap(year));
    }
    days + i64::from(date.day()) - 1
}

/// The rest days of the office as numbers.
pub struct Rest {
    rest: BTreeSet<Day>,
    work: BTreeSet<Day>,
    rolls: bool,
}

impl Rest {
    pub fn of(calendar: &Calendar) -> Self {
        Self {
            rest: calendar.rest.iter().map(|d| number(*d)).collect(),
            work: calendar.work.iter().map(|d| number(*d)).collect(),
            rolls: calendar.roll_forward,
        }
    }

    fn office_open(&self, day: Day) -> bool {
        // Day 2 is Saturday 3/1/1970, day 3 Sunday.
        let weekend = matches!(day.rem_euclid(7), 2 | 3);
        self.work.contains(&day) || !(weekend || self.rest.contains(&day))
    }

    pub fn effective(&self, due: Day, limit: Option<Day>) -> Day {
        let candidates = due..due + 40;
        let open = candidates.clone().find(|d| self.office_open(*d)).unwrap();
        if !self.rolls || limit.is_some_and(|l| open >= l) {
            due
        } else {
            open
        }
    }

    pub fn open_days_after(&self, from: Day, to: Day) -> i64 {
        let mut n = 0;
        for day in from + 1..=to {
            n += i64::from(self.office_open(day));
        }
        n
    }
}

/// A task in plain words.
#[derive(Clone, Debug, Default)]
pub struct Plain {
    pub kind: &'static str,
    pub days: Vec<(Day, Option<Day>)>,
    pub recurs: bool,
    pub soft: bool,
    pub opens: Option<Day>,
    pub start: Option<Day>,
    pub status: &'static str,
    pub progress: Option<f64>,
    pub completed: Option<Day>,
    /// Day told, day accepted.
    pub completions: Vec<(Option<Day>, Day)>,
}

/// The answer to compare.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    pub class: String,
    pub bucket: String,
    pub due: Option<Day>,
    pub effective: Option<Day>,
    pub left: Option<(i64, i64)>,
    pub late: Option<(i64, i64)>,
    pub expected: Option<f64>,
    pub occurrences: Option<(u32, u32)>,
}

pub fn answer(task: &Plain, today: Day, plan_start: Day, soon: i64, rest: &Rest) -> Answer {
    let said_done = match task.status {
        "" => task.completed.is_some() || task.progress.is_some_and(|p| p >= 100.0),
        s => s == "completed",
    };
    let at_work = match task.status {
        "in_progress" | "ongoing" => true,
        "not_started" | "" => task.progress.is_some_and(|p| p > 0.0),
        _ => false,
    };
    let mut closed: Vec<Option<Day>> = Vec::new();
    if task.recurs {
        let mut told = task.completions.clone();
        told.sort_by_key(|(day, accepted)| (*accepted, *day));
        for (day, _) in told {
            // How far this completion reaches: one further without a day, else past every due day before it.
            let reach = match day {
                None => closed.len() + 1,
                Some(day) => 1 + task.days.iter().filter(|(due, _)| *due < day).count(),
            };
            while closed.len() < reach.min(task.days.len()) {
                closed.push(day);
            }
        }
    }
    let all_closed = task.recurs && !task.days.is_empty() && closed.len() == task.days.len();
    let index = if task.soft {
        let next = task.days.iter().position(|(d, _)| *d >= today);
        next.or(task.days.len().checked_sub(1))
    } else if task.recurs && !all_closed {
        Some(closed.len()).filter(|i| *i < task.days.len())
    } else {
        task.days.len().checked_sub(1)
    };
    let dated = task.recurs || matches!(task.kind, "fixed" | "fixed-multi" | "range" | "ambiguous");
    let due = index.filter(|_| dated).map(|i| task.days[i]);
    let effective = due.map(|(day, limit)| rest.effective(day, limit));
    let mut out = Answer {
        due: due.map(|d| d.0),
        effective,
        ..Answer::default()
    };
    let said = ["suspended", "adjustment", "cannot_do", "cancelled"];
    let finished = if task.recurs { all_closed } else { said_done };
    let finished_on = if task.recurs {
        closed.last().copied().flatten()
    } else {
        task.completed
    };
    out.class = if said.contains(&task.status) {
        task.status
    } else if finished {
        match (finished_on, due, effective) {
            (Some(on), Some((day, _)), _) if on < day => "done_early",
            (Some(on), _, Some(last)) if on <= last => "done_on_time",
            (Some(_), _, Some(_)) => "done_late",
            _ => "done_unknown",
        }
    } else if !task.soft && effective.is_some_and(|last| (last + 1..=today).next().is_some()) {
        "overdue"
    } else if !at_work
        && matches!(task.status, "" | "not_started" | "waiting")
        && !said_done
        && [task.opens, task.start]
            .iter()
            .flatten()
            .any(|first| *first > today)
    {
        "not_started_period"
    } else if let Some(last) = effective {
        if !task.soft && rest.open_days_after(today, last) <= soon {
            "due_soon"
        } else {
            "open_in_time"
        }
    } else {
        match task.kind {
            "open-ended" => "no_due",
            "conditional" => "waiting",
            "empty" if task.status == "ongoing" => "no_due",
            _ => "unresolved",
        }
    }
    .to_owned();
    out.bucket = match out.class.as_str() {
        "done_early" | "done_on_time" => "done_on_time",
        "done_late" => "done_late",
        "open_in_time" | "due_soon" => "open_in_time",
        "overdue" => "open_overdue",
        _ => "not_considered",
    }
    .to_owned();
    if let Some(last) = effective {
        let until = match out.class.as_str() {
            "overdue" => Some(today),
            "done_late" => finished_on,
            _ => None,
        };
        out.late = until.map(|u| ((last..u).count() as i64, rest.open_days_after(last, u)));
        if matches!(
            out.class.as_str(),
            "open_in_time" | "due_soon" | "not_started_period"
        ) && today <= last
        {
            out.left = Some((
                (today..last).count() as i64,
                rest.open_days_after(today, last),
            ));
        }
        let before = due
            .filter(|_| task.recurs)
            .and_then(|(day, _)| task.days.iter().map(|d| d.0).filter(|d| *d < day).max());
        let range = task.opens.filter(|_| task.kind == "range");
        let from = task
            .start
            .or(before.map(|d| d + 1))
            .or(range)
            .unwrap_or(plan_start);
        let all = (from..=last).count();
        if all > 0 {
            let gone = (from..=last).filter(|d| *d <= today).count();
            out.expected = Some(gone as f64 * 100.0 / all as f64);
        }
    }
    if task.recurs {
        let due = task
            .days
            .iter()
            .filter(|(d, l)| rest.effective(*d, *l) <= today)
            .count();
        out.occurrences = Some((
            u32::try_from(due).unwrap(),
            u32::try_from(closed.len()).unwrap(),
        ));
    }
    out
}
