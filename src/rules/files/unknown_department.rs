//! F07: neither the folder nor the workbook names a department of the roster.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// F07.
pub static RULE: Rule = Rule {
    code: "F07",
    name: "unknown-department",
    severity: Severity::Error,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let stated = scene.input.config.roster.is_stated();
    if stated && file.reading.is_some() && !file.common && file.department.is_none() {
        let folder = file.seen.folder.clone().unwrap_or_default();
        let roster = &scene.input.config.roster;
        let unit = roster.office().or_else(|| roster.departments.first());
        let unit = unit.map(|d| d.name.clone()).unwrap_or_default();
        hits.push(
            Hit::on_file("F07", file)
                .with("folder", Arg::Quoted(folder))
                .with("unit", Arg::Plain(unit)),
        );
    }
}
