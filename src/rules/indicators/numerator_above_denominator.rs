//! K02: the numerator is more than its denominator.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{FigureView, Hit};
use crate::rules::{Check, Rule};

/// K02.
pub static RULE: Rule = Rule {
    code: "K02",
    name: "numerator-above-denominator",
    severity: Severity::Error,
    check: Check::Figure(check),
};

fn check(figure: &FigureView<'_>, hits: &mut Vec<Hit>) {
    let (Some(n), Some(d)) = (
        figure.count(Field::Numerator),
        figure.count(Field::Denominator),
    ) else {
        return;
    };
    if d > 0 && n > d {
        let mut hit = figure
            .hit("K02", Field::Numerator)
            .with("denominator", Arg::Number(d as f64));
        if let Some(cell) = figure.cell(Field::Denominator) {
            hit = hit.related(cell.at);
        }
        hits.push(hit);
    }
}
