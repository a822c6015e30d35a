//! K04: the numerator or denominator is not a number or negative.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{FigureView, Hit};
use crate::rules::{Check, Rule};

/// K04.
pub static RULE: Rule = Rule {
    code: "K04",
    name: "indicator-not-a-number",
    severity: Severity::Error,
    check: Check::Figure(check),
};

fn check(figure: &FigureView<'_>, hits: &mut Vec<Hit>) {
    for field in [Field::Numerator, Field::Denominator] {
        let readable = figure.count(field).is_some();
        if figure.filled(field) && !readable && !figure.broken(field) {
            hits.push(figure.hit_reading("K04", field));
        }
    }
}
