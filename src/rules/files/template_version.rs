//! F08: issued from a template version that is no longer accepted.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// F08.
pub static RULE: Rule = Rule {
    code: "F08",
    name: "template-version",
    severity: Severity::Error,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let Some(template) = file.reading.and_then(|r| r.template.as_ref()) else {
        return;
    };
    let accept = &scene.input.config.template.accept;
    if !accept.contains(template) {
        hits.push(
            Hit::on_file("F08", file)
                .with("template", Arg::Quoted(template.clone()))
                .with("accepted", Arg::Plain(accept.join(", "))),
        );
    }
}
