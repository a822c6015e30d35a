//! Expected progress by elapsed time, and the difference to the progress told (SPEC §11, "Due days").

use jiff::civil::Date;

use super::days::between;
use super::{Facts, Figure, step};
use crate::domain::consolidation::TaskScore;
use crate::domain::deadline::DeadlineKind;
use crate::domain::finding::Arg;

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "expected",
    fill,
};

fn fill(facts: &Facts<'_>, score: &mut TaskScore) {
    let Some(effective) = facts.effective else {
        return;
    };
    let start = start(facts);
    let total = between(start, effective) + 1;
    if total <= 0 {
        return;
    }
    let elapsed = (between(start, facts.cx.as_of) + 1).clamp(0, total);
    let expected = exact_ratio(elapsed * 100, total);
    score.expected = Some(expected);
    step(
        score,
        "expected",
        &[
            ("start", Arg::Date(start)),
            ("effective", Arg::Date(effective)),
            ("elapsed", Arg::Days(elapsed)),
            ("total", Arg::Days(total)),
            ("expected", Arg::Percent(expected)),
        ],
    );
    if let Some(progress) = facts.values.progress {
        let difference = progress - expected;
        score.difference = Some(difference);
        step(
            score,
            "difference",
            &[
                ("progress", Arg::Percent(progress)),
                ("expected", Arg::Percent(expected)),
                ("difference", Arg::Number(difference)),
            ],
        );
    }
}

/// The day elapsed time counts from: start column, else the day after the occurrence before, else start of the stated range, else start of the plan.
fn start(facts: &Facts<'_>) -> Date {
    let deadline = &facts.values.deadline;
    let previous = facts.occurrences.as_ref().and_then(|_| {
        let due = facts.due?;
        deadline.days.iter().rfind(|d| d.day < due.day)
    });
    let kind = match (deadline.kind, deadline.readings.first()) {
        (DeadlineKind::Ambiguous, Some(stated)) => stated.kind,
        (kind, _) => kind,
    };
    let plan_start = facts.cx.config.plan.start;
    // "Every quarter from 2028 on" has not begun with the plan.
    let range = deadline
        .opens
        .filter(|day| kind == DeadlineKind::Range || (deadline.recurs() && *day > plan_start));
    facts
        .values
        .start
        .or(previous.and_then(|d| d.day.tomorrow().ok()))
        .or(range)
        .unwrap_or(plan_start)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of days are far below 2^52"
)]
fn exact_ratio(numerator: i64, denominator: i64) -> f64 {
    numerator as f64 / denominator as f64
}
