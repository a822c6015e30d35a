//! F03: another spreadsheet format, whatever its extension says.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::domain::snapshot::FileFault;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// F03.
pub static RULE: Rule = Rule {
    code: "F03",
    name: "unsupported-format",
    severity: Severity::Error,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let _ = scene;
    if let Err(FileFault::OtherFormat(format)) = &file.seen.content {
        hits.push(Hit::on_file("F03", file).with("format", Arg::Plain(format.clone())));
    }
}
