//! F06: two workbooks of one department hold a task table (a copy, an old version).

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// F06.
pub static RULE: Rule = Rule {
    code: "F06",
    name: "two-workbooks",
    severity: Severity::Error,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if file.is_trial() || file.common || !file.has_tasks() {
        return;
    }
    let Some(department) = &file.department else {
        return;
    };
    let others: Vec<&str> = scene
        .counting()
        .filter(|f| f.index != file.index && !f.common && f.has_tasks())
        .filter(|f| f.department.as_ref() == Some(department))
        .map(|f| f.seen.path.as_str())
        .collect();
    if !others.is_empty() {
        hits.push(Hit::on_file("F06", file).with("other", Arg::Plain(others.join(", "))));
    }
}
