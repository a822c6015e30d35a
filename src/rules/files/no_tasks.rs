//! S05: a task table without a task row.

use crate::domain::finding::Severity;
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
    let _ = scene;
    let Some(reading) = file.reading else { return };
    if reading.tables.is_empty() || reading.tables.iter().any(|t| !t.rows.is_empty()) {
        return;
    }
    for table in reading.tables.iter().take(1) {
        let mut hit = Hit::on_file("S05", file);
        hit.value = String::new();
        hit.sheet = Some(table.sheet.clone());
        hits.push(hit);
    }
}
