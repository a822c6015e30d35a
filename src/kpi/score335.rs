//! Score in the form of Decree 335/2025 (quantity, quality, timeliness), switched on by `[score] enabled`.

use crate::config::ScoreSettings;
use crate::domain::consolidation::{Class, ConsolidatedTask, Score335};
use crate::domain::occurrence;

/// A task as the score counts it.
#[derive(Clone, Copy, Debug)]
struct Counted {
    weight: f64,
    /// Occurrences due or completed; one for a task that does not recur.
    units: u32,
    done: u32,
    shown: bool,
    latenesses: u32,
}

/// Scores a group of tasks; none where nothing is due or completed yet.
///
/// Counted are tasks that are completed or due (effective day on or before the as-of day), converted by their coefficient.
/// Cancelled tasks and those whose lateness has an objective cause that the Office confirmed (`objective`) are left out.
#[must_use]
pub fn score(
    tasks: &[&ConsolidatedTask],
    objective: &dyn Fn(&ConsolidatedTask) -> bool,
    as_of: jiff::civil::Date,
    calendar: &crate::domain::calendar::Calendar,
    settings: &ScoreSettings,
) -> Option<Score335> {
    let (excluded, counted): (Vec<_>, Vec<_>) = tasks
        .iter()
        .copied()
        .filter(|t| t.score.class != Class::Cancelled)
        .map(|t| (t, count(t, as_of, calendar)))
        .filter(|(_, c)| c.units > 0)
        .partition(|(t, _)| objective(t));
    if counted.is_empty() {
        return None;
    }
    let counted: Vec<Counted> = counted.into_iter().map(|(_, c)| c).collect();
    Some(sum(&counted, excluded.len(), settings))
}

fn count(
    task: &ConsolidatedTask,
    as_of: jiff::civil::Date,
    calendar: &crate::domain::calendar::Calendar,
) -> Counted {
    let values = &task.row.values;
    let class = task.score.class;
    let (units, done, latenesses) = if values.deadline.recurs() {
        let o = occurrence::occurrences(values, &task.row.completions, as_of, calendar);
        let late = o
            .closed
            .iter()
            .filter(|c| occurrence::kept(c.due, c.day, calendar) == occurrence::Keeping::Late);
        let late = u32::try_from(late.count()).unwrap_or(u32::MAX);
        let done = u32::try_from(o.closed.len()).unwrap_or(u32::MAX);
        let overdue = u32::from(class == Class::Overdue);
        (done.max(o.due_count), done, late.saturating_add(overdue))
    } else {
        let due = class.is_done() || task.score.effective.is_some_and(|d| d <= as_of);
        let late = matches!(class, Class::DoneLate | Class::Overdue);
        (u32::from(due), u32::from(class.is_done()), u32::from(late))
    };
    Counted {
        weight: values.weight.filter(|w| *w > 0.0).unwrap_or(1.0),
        units,
        done,
        shown: !values.evidence.trim().is_empty() || !values.result.trim().is_empty(),
        latenesses,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of tasks are far below 2^52"
)]
fn sum(counted: &[Counted], excluded: usize, settings: &ScoreSettings) -> Score335 {
    let assigned: f64 = counted.iter().map(|c| c.weight * f64::from(c.units)).sum();
    let done: f64 = counted.iter().map(|c| c.weight * f64::from(c.done)).sum();
    let shown: f64 = counted
        .iter()
        .filter(|c| c.shown)
        .map(|c| c.weight * f64::from(c.done))
        .fold(0.0, std::ops::Add::add);
    let in_time: f64 = counted
        .iter()
        .map(|c| {
            let off = settings.lateness_percent * f64::from(c.latenesses);
            c.weight * f64::from(c.units) * (100.0 - off).clamp(0.0, 100.0)
        })
        .sum();
    let latenesses: u32 = counted.iter().map(|c| c.latenesses).sum();
    let quantity = 100.0 * done / assigned;
    let quality = if done > 0.0 {
        100.0 * shown / done
    } else {
        0.0
    };
    let timeliness = in_time / assigned;
    let weights = settings.quantity_weight + settings.quality_weight + settings.timeliness_weight;
    let weighted = quantity * settings.quantity_weight
        + quality * settings.quality_weight
        + timeliness * settings.timeliness_weight;
    let total = if weights > 0.0 {
        weighted / weights
    } else {
        0.0
    };
    let steps = [
        ("counted", counted.len() as f64),
        ("excluded", excluded as f64),
        ("assigned", assigned),
        ("done", done),
        ("shown", shown),
        ("latenesses", f64::from(latenesses)),
        ("lateness_percent", settings.lateness_percent),
        ("quantity", quantity),
        ("quality", quality),
        ("timeliness", timeliness),
        ("quantity_weight", settings.quantity_weight),
        ("quality_weight", settings.quality_weight),
        ("timeliness_weight", settings.timeliness_weight),
        ("total", total),
    ];
    Score335 {
        quantity,
        quality,
        timeliness,
        total,
        steps: steps.map(|(k, v)| (k.to_owned(), v)).to_vec(),
    }
}
