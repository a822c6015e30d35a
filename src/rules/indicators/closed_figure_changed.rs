//! K07: a figure of an earlier period changed.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::figures::last_day;
use crate::rules::scene::{FigureView, Hit};
use crate::rules::{Check, Rule};

/// K07.
pub static RULE: Rule = Rule {
    code: "K07",
    name: "closed-figure-changed",
    severity: Severity::Explain,
    check: Check::Figure(check),
};

fn check(figure: &FigureView<'_>, hits: &mut Vec<Hit>) {
    let (Some(now), Some(before)) = (&figure.figure, figure.accepted) else {
        return;
    };
    if last_day(now.period) >= figure.input.as_of || figure.explained() {
        return;
    }
    let place = if now.numerator != before.numerator {
        Field::Numerator
    } else if now.denominator != before.denominator {
        Field::Denominator
    } else {
        return;
    };
    let old = if place == Field::Numerator {
        before.numerator
    } else {
        before.denominator
    };
    let old = old.map_or_else(|| "—".to_owned(), |n| n.to_string());
    hits.push(figure.hit("K07", place).with("before", Arg::Plain(old)));
}
