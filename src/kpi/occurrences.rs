//! Occurrences of a recurring task: how many came due, how many are closed (SPEC §11, "Recurring tasks").

use super::{Facts, Figure, step};
use crate::domain::consolidation::TaskScore;
use crate::domain::finding::Arg;

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "occurrences",
    fill,
};

fn fill(facts: &Facts<'_>, score: &mut TaskScore) {
    let Some(occurrences) = &facts.occurrences else {
        return;
    };
    let closed = u32::try_from(occurrences.closed.len()).unwrap_or(u32::MAX);
    score.occurrences_due = Some(occurrences.due_count);
    score.occurrences_done = Some(closed);
    let rule = facts.values.deadline.rule.as_ref();
    step(
        score,
        "occurrences",
        &[
            ("due", Arg::Count(occurrences.due_count.into())),
            ("done", Arg::Count(closed.into())),
        ],
    );
    if rule.is_some_and(|r| r.soft) {
        step(score, "occurrence_soft", &[]);
    } else if let Some(current) = occurrences.current {
        step(
            score,
            "occurrence_current",
            &[("date", Arg::Date(current.day))],
        );
    } else {
        step(score, "occurrence_none", &[]);
    }
}
