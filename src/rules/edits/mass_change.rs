//! E09: over half of the accepted tasks are gone or changed in locked columns at once.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, Scene};
use crate::rules::{Check, Rule};

/// E09.
pub static RULE: Rule = Rule {
    code: "E09",
    name: "mass-change",
    severity: Severity::Error,
    check: Check::Share(check),
};

fn check(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    for file in scene.files.iter().filter(|f| !f.held && f.has_tasks()) {
        let accepted: Vec<_> = scene.accepted_of(file).collect();
        let gone = accepted
            .iter()
            .filter(|a| !scene.holds(file.index, &a.id) && !scene.moved(file, &a.id))
            .count();
        let changed = scene
            .rows
            .iter()
            .filter(|r| r.file == file.index && r.accepted.is_some() && r.newly_differs())
            .count();
        // One row is an edit, not a mass of them.
        if gone + changed > 1 && (gone + changed) * 2 > accepted.len() {
            hits.push(
                Hit::on_file("E09", file)
                    .with("gone", Arg::Count(gone as u64))
                    .with("changed", Arg::Count(changed as u64))
                    .with("accepted", Arg::Count(accepted.len() as u64)),
            );
        }
    }
}
