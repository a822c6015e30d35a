//! K01: an indicator that the catalogue does not have.

use crate::domain::finding::Severity;
use crate::rules::scene::{FigureView, Hit};
use crate::rules::{Check, Rule};

/// K01.
pub static RULE: Rule = Rule {
    code: "K01",
    name: "indicator-unknown",
    severity: Severity::Error,
    check: Check::Figure(check),
};

fn check(figure: &FigureView<'_>, hits: &mut Vec<Hit>) {
    if figure.indicator.is_none() {
        hits.push(figure.hit_reading("K01", figure.naming_field()));
    }
}
