//! Which due day counts as of a day, and whether it was kept: the one decision that rules and figures share (SPEC §11, "Recurring tasks").

use jiff::civil::Date;

use super::calendar::Calendar;
use super::deadline::DueDay;
use super::status::Status;
use super::task::{Completion, TaskValues};

/// An occurrence that a completion closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The occurrence's due day.
    pub due: DueDay,
    /// Day of completion; none when it was told without a day.
    pub day: Option<Date>,
}

/// The occurrences of a task, split into closed and open ones; a task that does not recur has at most one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occurrences {
    /// Closed ones, in order of their due days.
    pub closed: Vec<Closed>,
    /// The earliest one inside the plan that is not closed.
    pub current: Option<DueDay>,
    /// How many have come due: effective day on or before the as-of day.
    pub due_count: u32,
}

/// Whether the due day that counts was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keeping {
    /// No due day counts (none, not resolved, waits for an event, or every occurrence is closed).
    NoDue,
    /// Open and in time.
    Open,
    /// Open after the effective due day.
    Overdue,
    /// Completed before the nominal due day.
    Early,
    /// Completed from the nominal to the effective due day.
    OnTime,
    /// Completed after the effective due day.
    Late,
    /// Completed on a day that nobody told.
    Unknown,
}

/// Whether a row says that its task is completed; without a status column progress and completion day tell.
#[must_use]
pub fn is_completed(values: &TaskValues) -> bool {
    match values.status {
        Some(status) => status == Status::Completed,
        None => values.completed.is_some() || values.progress.is_some_and(|p| p >= 100.0),
    }
}

/// Splits the occurrences of a task by what has been completed.
///
/// A dated completion closes the earliest open occurrence whose previous due day lies before it; one without a day closes the earliest open one.
#[must_use]
pub fn occurrences(
    values: &TaskValues,
    completions: &[Completion],
    as_of: Date,
    calendar: &Calendar,
) -> Occurrences {
    let days: Vec<DueDay> = if values.deadline.recurs() {
        values.deadline.days.clone()
    } else {
        values.deadline.final_due().into_iter().collect()
    };
    let due_count = days
        .iter()
        .filter(|d| calendar.effective(**d) <= as_of)
        .count();
    let closed = close(&days, completions);
    Occurrences {
        due_count: u32::try_from(due_count).unwrap_or(u32::MAX),
        current: days.get(closed.len()).copied(),
        closed,
    }
}

/// Closes occurrences in order: a dated completion the earliest open one whose previous due day lies before it, another the earliest open one.
fn close(days: &[DueDay], completions: &[Completion]) -> Vec<Closed> {
    let mut told: Vec<&Completion> = completions.iter().collect();
    told.sort_by_key(|c| (c.day.unwrap_or(c.accepted_on), c.accepted_on));
    let mut closed: Vec<Closed> = Vec::new();
    for completion in told {
        let Some(due) = days.get(closed.len()) else {
            break;
        };
        let previous = closed.last().map(|c| c.due.day);
        let after_previous = match (completion.day, previous) {
            (Some(day), Some(previous)) => day > previous,
            _ => true,
        };
        if after_previous {
            closed.push(Closed {
                due: *due,
                day: completion.day,
            });
        }
    }
    closed
}

/// The completions of a task after new values of it are accepted; `old` are those before, with the values accepted before.
///
/// A recurring task gathers one per occurrence and keeps them while the next one is under way; another task has at most one. A day given later
/// for a completion that had none, and a day corrected within its occurrence, replace it.
#[must_use]
pub fn gathered(
    old: Option<(&[Completion], &TaskValues)>,
    values: &TaskValues,
    as_of: Date,
) -> Vec<Completion> {
    let mut all: Vec<Completion> = old.map_or_else(Vec::new, |(c, _)| c.to_vec());
    let done = is_completed(values);
    let fresh = |day| Completion {
        day,
        accepted_on: as_of,
    };
    if !values.deadline.recurs() {
        if !done {
            return Vec::new();
        }
        let same = all.last().copied().filter(|c| c.day == values.completed);
        return vec![same.unwrap_or_else(|| fresh(values.completed))];
    }
    let was_done = old.is_some_and(|(_, v)| is_completed(v));
    match values.completed {
        Some(day) if all.iter().any(|c| c.day == Some(day)) => {}
        Some(day) => {
            let supplied = all.last().is_some_and(|c| c.day.is_none()) && was_done && done;
            let had_day = old.is_some_and(|(_, v)| v.completed.is_some());
            let corrected = had_day && corrects(&values.deadline.days, &all, day, was_done && done);
            match all.last_mut() {
                Some(last) if supplied || corrected => last.day = Some(day),
                _ => all.push(fresh(Some(day))),
            }
        }
        None if done && !was_done => all.push(fresh(None)),
        None => {}
    }
    all
}

/// Whether another completion day puts the last one right, rather than closing the occurrence after it.
///
/// It does up to the due day of the occurrence that the last one closed. Where that one was late already, both days lie in the next
/// occurrence: there a later day is the next completion, except when it is so near (a quarter of the time between the two due days) that
/// it is rather the same one put right. `still_done`: the row has said "completed" all the time.
#[must_use]
pub fn corrects(days: &[DueDay], completions: &[Completion], now: Date, still_done: bool) -> bool {
    let closed = close(days, completions);
    let Some(last) = closed.last() else {
        return false;
    };
    if now <= last.due.day {
        return true;
    }
    let Some(before) = last.day.filter(|d| still_done && *d > last.due.day) else {
        return false;
    };
    let Some(next) = days.get(closed.len()) else {
        return true;
    };
    let between = |from: Date, to: Date| from.until(to).map_or(0, |s| s.get_days());
    now < before || between(before, now) * 4 <= between(last.due.day, next.day)
}

/// The due day that counts as of a day: the final one, or of a recurring task the earliest occurrence that is not closed.
#[must_use]
pub fn current(
    values: &TaskValues,
    completions: &[Completion],
    as_of: Date,
    calendar: &Calendar,
) -> Option<DueDay> {
    if values.deadline.recurs() {
        occurrences(values, completions, as_of, calendar).current
    } else {
        values.deadline.final_due()
    }
}

/// Judges a completion day against its due day.
#[must_use]
pub fn kept(due: DueDay, day: Option<Date>, calendar: &Calendar) -> Keeping {
    match day {
        None => Keeping::Unknown,
        Some(day) if day < due.day => Keeping::Early,
        Some(day) if day <= calendar.effective(due) => Keeping::OnTime,
        Some(_) => Keeping::Late,
    }
}

/// Whether the due day that counts was kept, as of a day; what the unit says of suspension and the like is not looked at.
#[must_use]
pub fn keeping(
    values: &TaskValues,
    completions: &[Completion],
    as_of: Date,
    calendar: &Calendar,
) -> Keeping {
    let open = |due: DueDay| {
        if as_of > calendar.effective(due) {
            Keeping::Overdue
        } else {
            Keeping::Open
        }
    };
    if let Some(rule) = &values.deadline.rule {
        return match occurrences(values, completions, as_of, calendar).current {
            None => Keeping::NoDue,
            Some(_) if rule.soft => Keeping::Open,
            Some(due) => open(due),
        };
    }
    match values.deadline.final_due() {
        None => Keeping::NoDue,
        Some(due) if is_completed(values) => kept(due, values.completed, calendar),
        Some(due) => open(due),
    }
}
