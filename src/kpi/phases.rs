//! Roll-up by phase of the plan: the spans of years the indicators are set for, the task's due year placing it.

use super::groups;
use crate::config::Config;
use crate::domain::consolidation::{ConsolidatedTask, Consolidation, GroupScore};

/// The phases: spans of the indicators that hold no shorter span, in order.
#[must_use]
pub fn phases(c: &Consolidation) -> Vec<(i16, i16)> {
    let mut spans: Vec<(i16, i16)> = c
        .indicators
        .iter()
        .map(|i| (i.indicator.from, i.indicator.to))
        .collect();
    spans.sort_unstable();
    spans.dedup();
    let holds = |a: &(i16, i16), b: &(i16, i16)| a != b && a.0 <= b.0 && b.1 <= a.1;
    let all = spans.clone();
    spans.retain(|span| !all.iter().any(|other| holds(span, other)));
    spans
}

/// Tasks of a phase: those whose due day (of the current occurrence) lies in its years.
#[must_use]
pub fn tasks(c: &Consolidation, (from, to): (i16, i16)) -> Vec<&ConsolidatedTask> {
    let inside =
        |t: &&ConsolidatedTask| t.score.due.is_some_and(|d| (from..=to).contains(&d.year()));
    c.tasks.iter().filter(inside).collect()
}

/// Rolls up by phase; a task without a due day belongs to none.
#[must_use]
pub fn by_phase(c: &Consolidation, config: &Config) -> Vec<GroupScore> {
    phases(c)
        .into_iter()
        .map(|span| {
            let key = format!("{}-{}", span.0, span.1);
            groups::group(&key, &key, &tasks(c, span), c.as_of, config)
        })
        .collect()
}
