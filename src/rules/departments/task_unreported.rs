//! L04: a baseline task that its lead's annex does not have.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, Scene};
use crate::rules::{Check, Rule};

/// L04.
pub static RULE: Rule = Rule {
    code: "L04",
    name: "task-unreported",
    severity: Severity::Warning,
    check: Check::Share(check),
};

fn check(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let Some(baseline) = scene.input.baseline else {
        return;
    };
    for task in &baseline.tasks {
        let annex = scene.annex_of_lead(task);
        let drops = scene.drops_of_lead(task);
        for file in annex.into_iter().chain(drops) {
            let told = scene.rows_of(&task.id).any(|r| {
                let elsewhere = !file.is_trial() && !scene.files[r.file].is_trial();
                r.file == file.index || elsewhere
            });
            if told {
                continue;
            }
            let mut hit =
                Hit::on_file("L04", file).with("content", Arg::Quoted(task.values.content.clone()));
            hit.value = String::new();
            hit.task = Some(task.id.clone());
            hits.push(hit);
        }
    }
}
