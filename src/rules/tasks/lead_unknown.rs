//! T06: a lead that the roster does not know.

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::domain::roster::UnitRef;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T06.
pub static RULE: Rule = Rule {
    code: "T06",
    name: "lead-unknown",
    severity: Severity::Error,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    if !row.input.config.roster.is_stated() {
        return;
    }
    let Some(units) = row.row.units(Field::Lead) else {
        return;
    };
    let unknown: Vec<&str> = units
        .bodies
        .iter()
        .filter_map(|body| match body {
            UnitRef::Other(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let nobody = !units
        .bodies
        .iter()
        .any(|b| matches!(b, UnitRef::Department(_) | UnitRef::Everyone));
    if !unknown.is_empty() || (nobody && row.filled(Field::Lead)) {
        let named = if unknown.is_empty() {
            row.row.text(Field::Lead).to_owned()
        } else {
            unknown.join(", ")
        };
        hits.push(
            row.hit("T06", Field::Lead)
                .with("unknown", Arg::Quoted(named))
                .with("example", Arg::Plain(row.unit())),
        );
    }
}
