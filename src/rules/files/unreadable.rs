//! F01: not a workbook, or damaged, or cut short.

use crate::domain::finding::Severity;
use crate::domain::snapshot::FileFault;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// F01.
pub static RULE: Rule = Rule {
    code: "F01",
    name: "unreadable",
    severity: Severity::Error,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let _ = scene;
    if let Err(FileFault::Unreadable(_)) = &file.seen.content {
        hits.push(Hit::on_file("F01", file));
    }
}
