//! T15: neither a number nor a percentage.

use crate::domain::field::Field;
use crate::domain::finding::{Arg, Severity};
use crate::domain::reading::FieldValue;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T15.
pub static RULE: Rule = Rule {
    code: "T15",
    name: "progress-not-a-number",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if matches!(row.row.value(Field::Progress), FieldValue::NotANumber) {
        let named = only_percentage(row.row.text(Field::Progress)).filter(|_| row.is_under_way());
        let example = named.map_or_else(|| row.likely(Field::Progress), Arg::Number);
        hits.push(row.hit("T15", Field::Progress).with("example", example));
    }
}

/// The one number within 0 and 100 that a text names ("about 75%").
fn only_percentage(text: &str) -> Option<f64> {
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit() && c != ',' && c != '.')
        .map(|n| n.trim_matches([',', '.']))
        .filter(|n| !n.is_empty());
    let only = numbers.next()?.replace(',', ".").parse().ok()?;
    (numbers.next().is_none() && (0.0..=100.0).contains(&only)).then_some(only)
}
