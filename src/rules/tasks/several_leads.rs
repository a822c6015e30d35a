//! T07: more than one lead department.

use crate::domain::field::Field;
use crate::domain::finding::{Arg, Severity};
use crate::domain::roster::UnitRef;
use crate::rules::scene::{Hit, RowView};
use crate::rules::{Check, Rule};

/// T07.
pub static RULE: Rule = Rule {
    code: "T07",
    name: "several-leads",
    severity: Severity::Warning,
    check: Check::Row(check),
};

fn check(row: &RowView<'_>, hits: &mut Vec<Hit>) {
    let Some(units) = row.row.units(Field::Lead) else {
        return;
    };
    let everyone = units.bodies.contains(&UnitRef::Everyone);
    let stated = row.input.config.roster.is_stated();
    let leads = units
        .bodies
        .iter()
        .filter(|body| match body {
            UnitRef::Department(_) => true,
            UnitRef::Other(_) => !stated,
            _ => false,
        })
        .count();
    if leads > 1 || everyone {
        let hit = row
            .hit("T07", Field::Lead)
            .with("example", Arg::Plain(row.unit()));
        hits.push(hit.remedied("approved", row.as_approved(Field::Lead)));
    }
}
