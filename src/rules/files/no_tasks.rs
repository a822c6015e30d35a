//! S05: a task table without a task row.

use crate::domain::finding::{Arg, Severity};
use crate::rules::files::reading_problems;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// S05.
pub static RULE: Rule = Rule {
    code: "S05",
    name: "no-tasks",
    severity: Severity::Error,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let mut found = Vec::new();
    reading_problems("S05", file, &mut found);
    let plan = &scene.input.config.plan;
    let due = jiff::civil::Date::new(scene.input.as_of.year(), 12, 31).unwrap_or(plan.end);
    let due = due.max(plan.start).min(plan.end);
    hits.extend(found.into_iter().map(|h| h.with("example", Arg::Date(due))));
}
