//! S06: task data stands in a hidden row, column or sheet.

use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::domain::reading::TaskRow;
use crate::rules::scene::{FileView, Hit, Scene};
use crate::rules::{Check, Rule};

/// S06.
pub static RULE: Rule = Rule {
    code: "S06",
    name: "hidden-data",
    severity: Severity::Warning,
    check: Check::File(check),
};

fn check(file: &FileView<'_>, scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let _ = scene;
    let Some(reading) = file.reading else { return };
    for table in reading.tables.iter().filter(|t| !t.rows.is_empty()) {
        let mut cells: Vec<CellRef> = Vec::new();
        if table.hidden_sheet {
            cells.extend(table.rows.first().map(|r| r.first));
        } else {
            cells.extend(table.rows.iter().filter(|r| r.hidden).map(|r| r.first));
            cells.extend(table.columns.iter().filter_map(|column| {
                let field = column.field.filter(|_| column.hidden)?;
                let issued_code = reading.template.is_some() && field == Field::Code;
                let filled = |row: &&TaskRow| row.cell(field).is_some_and(|c| !c.value.is_blank());
                table
                    .rows
                    .iter()
                    .find(filled)
                    .filter(|_| !issued_code)
                    .and_then(|row| row.cell(field))
                    .map(|c| c.at)
            }));
        }
        for cell in cells {
            let mut hit = Hit::on_file("S06", file);
            hit.value = String::new();
            hit.sheet = Some(table.sheet.clone());
            hit.cell = Some(cell);
            hits.push(hit);
        }
    }
}
