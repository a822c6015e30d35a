//! T10: two readings, or no year.

use crate::domain::deadline::{DeadlineKind, Doubt};
use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T10.
pub static RULE: Rule = Rule {
    code: "T10",
    name: "deadline-ambiguous",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let Some(deadline) = row.row.deadline() else {
        return;
    };
    let doubtful = deadline.doubts.iter().any(|d| {
        matches!(
            d,
            Doubt::NoYear | Doubt::MonthDayYear | Doubt::TwoReadings | Doubt::TwoFrequencies
        )
    });
    if deadline.kind == DeadlineKind::Ambiguous || doubtful {
        let mut readings: Vec<Arg> = deadline
            .readings
            .iter()
            .filter_map(|r| {
                r.due
                    .map(Arg::Date)
                    .or_else(|| r.rule.clone().map(Arg::Recurrence))
            })
            .collect();
        if readings.is_empty() {
            readings.extend(deadline.days.last().map(|d| Arg::Date(d.day)));
        }
        if readings.is_empty() {
            readings.push(Arg::Word("deadline.kind.unresolved".to_owned()));
        }
        let meant = readings.iter().find(|r| matches!(r, Arg::Date(_))).cloned();
        let mut hit = row
            .hit("T10", Field::Deadline)
            .with("readings", Arg::List(readings));
        if let Some(meant) = meant.filter(|_| row.planned.is_none()) {
            hit = hit.with("example", meant);
        }
        hits.push(row.dated(hit));
    }
}
