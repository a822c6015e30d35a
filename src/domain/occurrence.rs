//! Which due day counts as of a day, and whether it was kept: the one decision that rules and figures share (SPEC §11, "Recurring tasks").

use jiff::civil::Date;

use super::calendar::Calendar;
use super::deadline::DueDay;
use super::ledger::{Completion, TaskValues};
use super::status::Status;

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
    let mut out = Occurrences {
        due_count: u32::try_from(due_count).unwrap_or(u32::MAX),
        ..Occurrences::default()
    };
    let mut told: Vec<&Completion> = completions.iter().collect();
    told.sort_by_key(|c| (c.day.unwrap_or(c.accepted_on), c.accepted_on));
    let mut open = 0;
    for completion in told {
        let Some(due) = days.get(open) else { break };
        let previous = open.checked_sub(1).and_then(|i| days.get(i));
        let after_previous = match (completion.day, previous) {
            (Some(day), Some(previous)) => day > previous.day,
            _ => true,
        };
        if after_previous {
            out.closed.push(Closed {
                due: *due,
                day: completion.day,
            });
            open += 1;
        }
    }
    out.current = days.get(open).copied();
    out
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
