//! S01: no row of any sheet holds enough known headings.

use crate::domain::finding::Severity;
use crate::rules::files::reading_problems;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// S01.
pub static RULE: Rule = Rule {
    code: "S01",
    name: "no-task-table",
    severity: Severity::Error,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let _ = scene;
    reading_problems("S01", file, hits);
}
