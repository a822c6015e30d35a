//! K06: a period the calendar does not have.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{FigureView, Hit};
use crate::rules::{Check, Rule};

/// K06.
pub static RULE: Rule = Rule {
    code: "K06",
    name: "period-unknown",
    severity: Severity::Error,
    check: Check::Figure(check),
};

fn check(figure: &FigureView<'_>, hits: &mut Vec<Hit>) {
    if figure.period.is_none() && !figure.broken(Field::Period) {
        let place = if figure.cell(Field::Period).is_some() {
            Field::Period
        } else {
            figure.naming_field()
        };
        hits.push(figure.hit("K06", place));
    }
}
