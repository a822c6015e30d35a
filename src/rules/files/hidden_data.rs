//! S06: task data stands in a hidden row, column or sheet.

use crate::domain::finding::Severity;
use crate::rules::files::reading_problems;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// S06.
pub static RULE: Rule = Rule {
    code: "S06",
    name: "hidden-data",
    severity: Severity::Warning,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let _ = scene;
    reading_problems("S06", file, hits);
}
