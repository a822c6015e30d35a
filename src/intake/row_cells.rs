//! The filled cells of a row in the columns of its table.

use std::collections::HashMap;

use super::view::SheetView;
use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::grid::{GridCell, Value};

/// A known column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub col: u16,
    pub field: Field,
}

/// The own, filled cells of a row in the known columns.
pub(super) struct RowCells<'g> {
    pub row: u32,
    pub cells: Vec<(Field, &'g GridCell, String)>,
    /// Texts in columns of the table that no field answers to.
    pub others: Vec<(CellRef, String)>,
    pub bold: bool,
    /// The row's one filled cell spans several columns.
    pub spread: bool,
}

impl<'g> RowCells<'g> {
    /// Collects the filled cells of a row.
    pub(super) fn new(
        view: &SheetView<'g>,
        row: u32,
        known: &[Known],
        first_col: u16,
        last_col: u16,
        blank: &dyn Fn(&str) -> bool,
    ) -> Self {
        let by_col: HashMap<u16, Field> = known.iter().map(|k| (k.col, k.field)).collect();
        let mut cells = Vec::new();
        let mut others = Vec::new();
        let mut bold = false;
        let mut spread = false;
        for cell in view.row(row) {
            if cell.at.col < first_col || cell.at.col > last_col {
                continue;
            }
            let text = view.text(cell).text.clone();
            let filled = match &cell.value {
                Value::Text(_) => !text.is_empty(),
                _ => true,
            };
            if !filled {
                continue;
            }
            match by_col.get(&cell.at.col) {
                Some(field) => {
                    if blank(&text) && matches!(cell.value, Value::Text(_)) && *field != Field::Code
                    {
                        continue;
                    }
                    bold |= cell.bold;
                    spread |= view.span(cell.at).col >= cell.at.col.saturating_add(2);
                    cells.push((*field, cell, text));
                }
                None => {
                    if view.span(cell.at).col >= cell.at.col.saturating_add(2) {
                        // A title that spans the table from an unmapped column on.
                        spread = true;
                        bold |= cell.bold;
                    }
                    others.push((cell.at, text));
                }
            }
        }
        Self {
            row,
            cells,
            others,
            bold,
            spread,
        }
    }

    pub(super) fn get(&self, field: Field) -> Option<&str> {
        self.cells
            .iter()
            .find(|(f, ..)| *f == field)
            .map(|(.., t)| t.as_str())
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.cells.iter().any(|(f, ..)| *f == field)
    }

    /// Filled cells apart from the running number, the code, and what formulas made.
    pub(super) fn said(&self) -> usize {
        self.cells
            .iter()
            .filter(|(f, c, _)| !matches!(f, Field::Stt) && !c.formula)
            .count()
    }

    /// The first text of the row, for lists of skipped rows.
    pub(super) fn first_text(&self) -> String {
        let known = self
            .cells
            .iter()
            .filter(|(f, ..)| *f != Field::Stt)
            .map(|(.., t)| t)
            .next();
        let text = known
            .or_else(|| self.cells.first().map(|(.., t)| t))
            .or_else(|| self.others.first().map(|(_, t)| t))
            .cloned()
            .unwrap_or_default();
        text.chars().take(120).collect()
    }
}

/// A title that stands in the code column: words, and nothing that makes a task beside them.
pub(super) fn title_in_code<'r>(row: &'r RowCells<'_>) -> Option<&'r str> {
    let text = row.get(Field::Code)?;
    let words = text
        .split_whitespace()
        .filter(|w| w.chars().filter(|c| c.is_alphabetic()).count() >= 2)
        .count();
    let alone = row.cells.iter().all(|(f, c, _)| {
        matches!(f, Field::Stt | Field::Code | Field::Deadline | Field::Group) || c.formula
    });
    (alone && words >= 2).then_some(text)
}
