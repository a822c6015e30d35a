//! S02: a required column is not there.

use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::finding::{Arg, Severity};
use crate::rules::files::reading_problems;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// S02.
pub static RULE: Rule = Rule {
    code: "S02",
    name: "missing-column",
    severity: Severity::Error,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let Some(reading) = file.reading else { return };
    // A table without contents is no task table at all: intake tells it.
    let mut without_content = Vec::new();
    reading_problems("S02", file, &mut without_content);
    hits.extend(
        without_content
            .into_iter()
            .filter(|h| h.field == Some(Field::Content)),
    );
    for table in &reading.tables {
        let lacks = |field: Field| table.column(field).is_none();
        let planned = |field: Field| {
            scene
                .input
                .baseline
                .is_some_and(|b| b.columns.contains(&field))
        };
        let mut missing = Vec::new();
        if lacks(Field::Deadline) && !planned(Field::Deadline) {
            missing.push(Field::Deadline);
        }
        if lacks(Field::Lead) && !planned(Field::Lead) && file.department.is_none() {
            missing.push(Field::Lead);
        }
        for field in missing {
            let mut hit = Hit::on_file("S02", file);
            hit.value = String::new();
            hit.sheet = Some(table.sheet.clone());
            hit.cell = table
                .columns
                .first()
                .map(|c| CellRef::new(c.at.row, c.at.col))
                .or(Some(CellRef::new(table.heading_row, 0)));
            hit.field = Some(field);
            // A heading that nobody understands may be the one that is missed.
            let unknown = table.columns.iter().find(|c| c.field.is_none());
            if let Some(unknown) = unknown {
                hit = hit
                    .with("remedy", Arg::Plain("renamed".to_owned()))
                    .with("place", Arg::Cell(unknown.at));
            }
            hits.push(hit);
        }
    }
}
