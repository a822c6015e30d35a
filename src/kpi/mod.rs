//! Figures: classes, days, rates, indicators and scores, each with the steps it came about by; one file a figure.

mod bucket;
mod class;
mod consolidate;
mod days;
mod departments;
mod expected;
mod explain;
mod groups;
mod indicators;
mod occurrences;
mod phases;
mod rates;
mod score335;
mod totals;
mod trend;

use std::borrow::Cow;

pub use consolidate::{Input, consolidate};
pub use explain::{CellTrace, Evidence, Explanation, Shown, explain};
pub use indicators::{percent_exact, score as indicator};
pub use phases::by_phase;
pub use rates::{rate, rounded};
pub use score335::score as score335;
pub use totals::{Totals, totals};

use jiff::civil::Date;

use crate::config::Config;
use crate::domain::calendar::Calendar;
use crate::domain::consolidation::{Bucket, Class, TaskScore};
use crate::domain::deadline::{DeadlineKind, DueDay};
use crate::domain::finding::Arg;
use crate::domain::occurrence::{self, Occurrences};
use crate::domain::status::Status;
use crate::domain::task::{Completion, TaskValues};

/// What a figure of a task stands on besides the task.
#[derive(Clone, Copy, Debug)]
pub struct Cx<'a> {
    /// As-of day.
    pub as_of: Date,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Settings: the plan, the due-soon ladder.
    pub config: &'a Config,
}

/// A task with what several figures need, found once.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Accepted values.
    pub values: &'a TaskValues,
    /// Day, calendar, settings.
    pub cx: Cx<'a>,
    /// What the unit says, by meaning (SPEC §11; without a status column progress and completion day tell).
    pub status: Status,
    /// Occurrences of a recurring task.
    pub occurrences: Option<Occurrences>,
    /// The due day that counts: the final one, or that of the current occurrence.
    pub due: Option<DueDay>,
    /// The same rolled forward.
    pub effective: Option<Date>,
}

/// A computed column: its key and the function that fills it.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Stable name; key of `templates/explain.toml` `[figure]`.
    pub name: &'static str,
    /// Fills its part of the score; may read what earlier figures filled.
    pub fill: fn(&Facts<'_>, &mut TaskScore),
}

/// Every computed column, in the order they are filled.
pub static ALL: &[Figure] = &[
    occurrences::FIGURE,
    class::FIGURE,
    bucket::FIGURE,
    days::FIGURE,
    expected::FIGURE,
];

/// Computes the columns of a task as of a day, with the steps they came about by.
#[must_use]
pub fn task(values: &TaskValues, completions: &[Completion], cx: &Cx<'_>) -> TaskScore {
    let facts = Facts::new(values, completions, *cx);
    let mut score = TaskScore {
        class: Class::Unresolved,
        bucket: Bucket::NotConsidered,
        due: facts.due.map(|d| d.day),
        effective: facts.effective,
        days_left: None,
        days_late: None,
        working_days_late: None,
        working_days_left: None,
        expected: None,
        difference: None,
        completed: None,
        occurrences_due: None,
        occurrences_done: None,
        steps: Vec::new(),
    };
    for figure in ALL {
        (figure.fill)(&facts, &mut score);
    }
    score
}

impl<'a> Facts<'a> {
    fn new(values: &'a TaskValues, completions: &[Completion], cx: Cx<'a>) -> Self {
        let deadline = &values.deadline;
        let occurrences = deadline
            .recurs()
            .then(|| occurrence::occurrences(values, completions, cx.as_of, cx.calendar));
        let due = match (&deadline.rule, &occurrences) {
            (Some(rule), _) if rule.soft => deadline.due_as_of(cx.as_of),
            (_, Some(o)) => o.current.or(o.closed.last().map(|c| c.due)),
            _ => match deadline.kind {
                DeadlineKind::Fixed
                | DeadlineKind::FixedMulti
                | DeadlineKind::Range
                | DeadlineKind::Recurring
                | DeadlineKind::Ambiguous => deadline.final_due(),
                _ => None,
            },
        };
        Self {
            values,
            cx,
            status: status(values),
            occurrences,
            due,
            effective: due.map(|d| cx.calendar.effective(d)),
        }
    }
}

fn status(values: &TaskValues) -> Status {
    let begun = values.progress.is_some_and(|p| p > 0.0);
    match values.status {
        Some(Status::NotStarted) if begun => Status::InProgress,
        Some(status) => status,
        None if occurrence::is_completed(values) => Status::Completed,
        None if begun => Status::InProgress,
        None => Status::NotStarted,
    }
}

/// Notes how a figure came about: a key of `templates/explain.toml` `[step]` and its arguments.
pub(crate) fn step(
    score: &mut TaskScore,
    key: impl Into<Cow<'static, str>>,
    args: &[(&'static str, Arg)],
) {
    score.steps.push((
        key.into(),
        args.iter()
            .map(|(name, arg)| (Cow::Borrowed(*name), arg.clone()))
            .collect(),
    ));
}
