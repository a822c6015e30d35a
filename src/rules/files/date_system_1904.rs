//! S07: the workbook counts dates from 1904.

use crate::domain::finding::Severity;
use crate::rules::files::reading_problems;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// S07.
pub static RULE: Rule = Rule {
    code: "S07",
    name: "date-system-1904",
    severity: Severity::Info,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let _ = scene;
    reading_problems("S07", file, hits);
}
