//! L01: one task code in two departments' annexes.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, Scene};
use crate::rules::{Check, Rule};

/// L01.
pub static RULE: Rule = Rule {
    code: "L01",
    name: "task-claimed-twice",
    severity: Severity::Error,
    check: Check::Share(check),
};

fn check(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    for row in &scene.rows {
        if let Some(other) = scene.standing_claim(row) {
            let name = scene.department_name(&other.department).to_owned();
            hits.push(row.hit_row("L01").with("other", Arg::Plain(name)));
        }
    }
}
