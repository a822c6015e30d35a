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
                .with("limit", limit_name(limit))
                .with("max", Arg::Count(*max)),
        );
    }
}

/// Limits that have a name in the templates.
const NAMED: [&str; 8] = [
    "file_bytes_max",
    "inflated_bytes_max",
    "entries_max",
    "cells_max",
    "columns_max",
    "rows_max",
    "time",
    "memory",
];

/// What a limit is called on paper.
fn limit_name(limit: &str) -> Arg {
    if NAMED.contains(&limit) {
        Arg::Word(format!("field.limit.{limit}"))
    } else {
        Arg::Plain(limit.to_owned())
    }
}
