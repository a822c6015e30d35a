//! F02: opening needs a password.

use crate::domain::finding::Severity;
use crate::domain::snapshot::FileFault;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// F02.
pub static RULE: Rule = Rule {
    code: "F02",
    name: "encrypted",
    severity: Severity::Error,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let _ = scene;
    if let Err(FileFault::Encrypted) = &file.seen.content {
        hits.push(Hit::on_file("F02", file));
    }
}
