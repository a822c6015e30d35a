//! Rules on files, sheets and headings.

pub mod date_system_1904;
pub mod duplicate_column;
pub mod encrypted;
pub mod hidden_data;
pub mod legacy_encoding;
pub mod missing_column;
pub mod no_task_table;
pub mod no_tasks;
pub mod still_being_saved;
pub mod template_version;
pub mod too_large;
pub mod two_workbooks;
pub mod unknown_column;
pub mod unknown_department;
pub mod unreadable;
pub mod unsupported_format;

use crate::domain::grid::Legacy;
use crate::domain::reading::{FieldCell, FieldValue};

use super::scene::{FileView, Hit};

/// Whether a cell alone shows what one of the codes on reading tells.
#[must_use]
pub fn cell_mark(code: &str, cell: &FieldCell) -> bool {
    match code {
        "S08" => cell.marks.legacy != Legacy::No,
        "T28" => cell.value == FieldValue::Error,
        "T29" => cell.value == FieldValue::Uncalculated,
        "T31" => cell.marks.text_date,
        "T32" => cell.marks.text_number,
        "T33" => cell.marks.confusable,
        "T34" => cell.marks.unclean,
        "T36" => cell.value == FieldValue::DittoWithoutSource,
        _ => false,
    }
}

/// Turns what intake found amiss under a code into findings.
fn reading_problems(code: &str, file: &FileView<'_>, hits: &mut Vec<Hit>) {
    use crate::domain::finding::Arg;
    let Some(reading) = file.reading else { return };
    for problem in reading.problems.iter().filter(|p| p.code == code) {
        let mut hit = Hit::on_file(code, file);
        hit.sheet = problem.sheet.as_deref().map(Into::into);
        hit.cell = problem.cell;
        hit.field = problem.field;
        hit.value.clone_from(&problem.value);
        hit.related.clone_from(&problem.related);
        hit.args = problem
            .args
            .iter()
            .map(|(name, value)| (name.clone(), Arg::Plain(value.clone())))
            .collect();
        hits.push(hit);
    }
}
