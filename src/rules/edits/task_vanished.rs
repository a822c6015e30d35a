//! E03: a task accepted before is no longer in the annex.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, Scene};
use crate::rules::{Check, Rule};

/// E03.
pub static RULE: Rule = Rule {
    code: "E03",
    name: "task-vanished",
    severity: Severity::Error,
    check: Check::Share(check),
};

fn check(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    for file in scene.files.iter().filter(|f| !f.held && f.has_tasks()) {
        for accepted in scene.accepted_of(file) {
            let dropped = scene.input.baseline.is_some() && scene.planned(&accepted.id).is_none();
            if dropped || scene.holds(file.index, &accepted.id) || scene.moved(file, &accepted.id) {
                continue;
            }
            let sheet = file.reading.and_then(|r| {
                r.tables
                    .iter()
                    .find(|t| *t.sheet == *accepted.source.sheet)
                    .or(r.tables.first())
            });
            let mut hit = Hit::on_file("E03", file)
                .with("content", Arg::Quoted(accepted.values.content.clone()));
            let code = accepted.values.code.clone();
            hit = hit.with(
                "named",
                if code.is_empty() {
                    Arg::Quoted(format!("“{}”", accepted.values.content))
                } else {
                    Arg::Plain(code)
                },
            );
            hit.value = String::new();
            hit.sheet = sheet.map(|t| t.sheet.clone());
            hit.task = Some(accepted.id.clone());
            hit.department = Some(accepted.department.clone());
            hits.push(hit);
        }
    }
}
