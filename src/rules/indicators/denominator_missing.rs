//! K03: the denominator is empty or zero with a numerator given.

use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::rules::scene::{FigureView, Hit};
use crate::rules::{Check, Rule};

/// K03.
pub static RULE: Rule = Rule {
    code: "K03",
    name: "denominator-missing",
    severity: Severity::Error,
    check: Check::Figure(check),
};

fn check(figure: &FigureView<'_>, hits: &mut Vec<Hit>) {
    let zero = figure.count(Field::Denominator) == Some(0);
    let missing = !figure.filled(Field::Denominator);
    if figure.filled(Field::Numerator)
        && figure.count(Field::Numerator).is_some()
        && (zero || missing)
    {
        let place = if figure.cell(Field::Denominator).is_some() {
            Field::Denominator
        } else {
            Field::Numerator
        };
        let hit = figure.hit("K03", place);
        hits.push(match figure.likely(Field::Denominator) {
            Some(example) => hit.with("example", example),
            None => hit,
        });
    }
}
