//! F04: over a limit.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::domain::snapshot::FileFault;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// F04.
pub static RULE: Rule = Rule {
    code: "F04",
    name: "too-large",
    severity: Severity::Error,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let _ = scene;
    if let Err(FileFault::TooLarge { limit, max }) = &file.seen.content {
        hits.push(
            Hit::on_file("F04", file)
                .with("limit", Arg::Plain(limit.clone()))
                .with("max", Arg::Count(*max)),
        );
    }
}
