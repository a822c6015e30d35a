//! S05: a task table without a task row.

use crate::domain::finding::Severity;
use crate::rules::files::reading_problems;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// S05.
pub static RULE: Rule = Rule {
    code: "S05",
    name: "no-tasks",
    severity: Severity::Error,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let _ = scene;
    reading_problems("S05", file, hits);
}
