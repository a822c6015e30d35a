//! S04: a heading that no field answers to.

use crate::domain::finding::Severity;
use crate::rules::files::reading_problems;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// S04.
pub static RULE: Rule = Rule {
    code: "S04",
    name: "unknown-column",
    severity: Severity::Info,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let _ = scene;
    reading_problems("S04", file, hits);
}
