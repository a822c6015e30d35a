//! K05: a typed rate differs from numerator/denominator.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{FigureView, Hit};
use crate::rules::{Check, Rule};

/// K05.
pub static RULE: Rule = Rule {
    code: "K05",
    name: "rate-differs",
    severity: Severity::Warning,
    check: Check::Figure(check),
};

fn check(figure: &FigureView<'_>, hits: &mut Vec<Hit>) {
    let (Some(n), Some(d)) = (
        figure.count(Field::Numerator),
        figure.count(Field::Denominator),
    ) else {
        return;
    };
    for field in [Field::Rate, Field::KpiActual] {
        let Some(typed) = figure.row.number(field) else {
            continue;
        };
        if d > 0 && n <= d && !figure.rounds_to(typed, n, d) {
            let computed = n as f64 / d as f64 * 100.0;
            hits.push(
                figure
                    .hit("K05", field)
                    .with("computed", Arg::Percent(computed)),
            );
        }
    }
}
