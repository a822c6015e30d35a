//! Roll-up by phase of the plan: the spans of years the indicators are set for, the task's due year placing it.

use super::groups;
use crate::config::Config;
use crate::domain::consolidation::{ConsolidatedTask, Consolidation, GroupScore};

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
    c.phases()
        .into_iter()
        .map(|span| {
            let key = format!("{}-{}", span.0, span.1);
            groups::group(&key, &key, &tasks(c, span), c.as_of, config)
        })
        .collect()
}
