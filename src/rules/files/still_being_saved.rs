//! F05: not complete and still changing.

use crate::domain::finding::Severity;
use crate::domain::snapshot::FileFault;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// F05.
pub static RULE: Rule = Rule {
    code: "F05",
    name: "still-being-saved",
    severity: Severity::Warning,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let _ = scene;
    if let Err(FileFault::Unsettled) = &file.seen.content {
        hits.push(Hit::on_file("F05", file));
    }
}
