//! One table: from its heading to its rows, with what stands above it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ReadContext;
use super::above::Above;
use super::around::{ahead, continues, mostly_numbered};
use super::cells::{CellReader, settle_scale};
use super::headings::{Decided, HeadingBlock, TableKind};
use super::row_cells::{Known, RowCells};
use super::rows::{RowJudge, RowKind};
use super::view::SheetView;
use super::words::AnnexWords;
use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::grid::Value;
use crate::domain::reading::{Column, FieldCell, FieldValue, SkipReason, SkippedRow, TaskRow};
use crate::domain::secrets::Unspoken;
use crate::domain::status::{Status, StatusWord};

/// A heading with its rows: everything between it and the next one.
pub(super) struct TableSpan {
    pub block: HeadingBlock,
    pub kind: TableKind,
    pub decided: Vec<Decided>,
    /// First row that belongs to what stands above the heading.
    pub above_from: u32,
    /// One past the last row.
    pub end: u32,
    /// Repeated headings inside (first and last row of each).
    pub repeats: Vec<(u32, u32)>,
}

/// Rows of a table as read.
#[derive(Default)]
pub(super) struct TableRows {
    pub rows: Vec<TaskRow>,
    pub skipped: Vec<SkippedRow>,
}

/// Columns of a table, left to right.
pub(super) fn columns(view: &SheetView<'_>, decided: &[Decided]) -> Vec<Column> {
    decided
        .iter()
        .map(|d| Column {
            at: d.heading.at,
            heading: d.heading.text(),
            field: d.field,
            hidden: view.col_hidden(d.heading.at.col),
        })
        .collect()
}

/// Reads the rows of tables of one workbook.
pub(super) struct RowReader<'a> {
    pub cx: &'a ReadContext<'a>,
    pub words: &'a AnnexWords,
    pub cells: CellReader<'a>,
}

impl RowReader<'_> {
    /// Reads the rows of a table; secret rows keep nothing.
    pub(super) fn read(
        &self,
        view: &SheetView<'_>,
        span: &TableSpan,
        above: &Above,
        sheet: &Arc<str>,
    ) -> TableRows {
        let known: Vec<Known> = span
            .decided
            .iter()
            .filter_map(|d| {
                d.field.map(|field| Known {
                    col: d.heading.at.col,
                    field,
                })
            })
            .collect();
        let mut tables = self.pass(view, span, above, sheet, &known, false);
        if tables.rows.is_empty() && tables.skipped.iter().any(|s| s.reason == SkipReason::Group) {
            // Every row has a Roman numeral: then these are the tasks.
            let again = self.pass(view, span, above, sheet, &known, true);
            if again.rows.iter().any(|r| {
                r.cells
                    .iter()
                    .any(|(f, c)| !matches!(f, Field::Stt | Field::Content) && !c.value.is_blank())
            }) {
                tables = again;
            }
        }
        self.settle(&mut tables.rows);
        tables
    }

    fn pass(
        &self,
        view: &SheetView<'_>,
        span: &TableSpan,
        above: &Above,
        sheet: &Arc<str>,
        known: &[Known],
        no_groups: bool,
    ) -> TableRows {
        let first_col = span
            .decided
            .iter()
            .map(|d| d.heading.at.col)
            .min()
            .unwrap_or(0);
        let last_col = span
            .decided
            .iter()
            .map(|d| d.heading.at.col)
            .max()
            .unwrap_or(0);
        let blank = |t: &str| self.cx.words.is_blank(t);
        let rows: Vec<RowCells<'_>> = (view.position(span.block.last + 1)..view.position(span.end))
            .map(|n| RowCells::new(view, view.row_at(n), known, first_col, last_col, &blank))
            .collect();
        let numbered = mostly_numbered(&rows);
        let mut judge = RowJudge::new(self.words, known);
        let mut out = TableRows::default();
        let mut area: Option<Arc<str>> = None;
        let mut group_from = 0;
        // Rows that are secrets: what is merged from one of them is theirs.
        let mut hushed: BTreeSet<u32> = BTreeSet::new();
        for (n, row) in rows.iter().enumerate() {
            let repeat = span
                .repeats
                .iter()
                .any(|(a, b)| (*a..=*b).contains(&row.row));
            let mut skip = |reason, text: String| {
                out.skipped.push(SkippedRow {
                    row: row.row,
                    reason,
                    text,
                })
            };
            if repeat {
                skip(SkipReason::Heading, row.first_text());
                continue;
            }
            let secret = self.secret(view, row, known).or(above.secret);
            if secret.is_some()
                && !row.cells.is_empty()
                && (row.get(Field::Content).is_some() || row.cells.len() > 1)
            {
                hushed.insert(row.row);
                out.rows.push(secret_row(sheet, view, row, secret));
                continue;
            }
            if let Some(task) = out.rows.last_mut()
                && continues(view, row, known, task)
            {
                if task.secret.is_some() {
                    silence(task, row);
                } else {
                    self.join(view, row, task, above.year);
                }
                continue;
            }
            let mut kind = judge.judge(view, row, ahead(&rows, n, numbered));
            if no_groups && matches!(kind, RowKind::Group(_)) && row.get(Field::Content).is_some() {
                kind = RowKind::Task;
            }
            match kind {
                RowKind::Nothing => {}
                RowKind::Skip(reason) => skip(reason, row.first_text()),
                RowKind::Group(title) => {
                    skip(SkipReason::Group, title.clone());
                    area = (!title.is_empty()).then(|| Arc::from(title.as_str()));
                    group_from = out.rows.len();
                }
                RowKind::Task => {
                    let task = self.task(
                        view,
                        span,
                        above,
                        sheet,
                        row,
                        known,
                        area.clone(),
                        &out.rows[group_from..],
                        &hushed,
                    );
                    out.rows.push(task);
                }
            }
        }
        out
    }

    /// The cell that marks a row as a state secret: a cell whose whole text is a grade, or a tick in the secrecy column.
    fn secret(&self, view: &SheetView<'_>, row: &RowCells<'_>, known: &[Known]) -> Option<CellRef> {
        let own = view.row(row.row).iter().find(|c| match &c.value {
            Value::Text(_) => self.cx.words.secret(&view.text(c).text),
            _ => false,
        });
        if let Some(cell) = own {
            return Some(cell.at);
        }
        let column = known.iter().find(|k| k.field == Field::Secrecy)?;
        let at = CellRef::new(row.row, column.col);
        let cell = view.cell(at).or_else(|| view.cell(view.covered_by(at)?))?;
        let text = view.text(cell).text.clone();
        (self.cx.words.secret(&text) || self.cx.words.mark(&text) == Some(true)).then_some(cell.at)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a row is read against everything around it"
    )]
    fn task(
        &self,
        view: &SheetView<'_>,
        span: &TableSpan,
        above: &Above,
        sheet: &Arc<str>,
        row: &RowCells<'_>,
        known: &[Known],
        area: Option<Arc<str>>,
        group: &[TaskRow],
        hushed: &BTreeSet<u32>,
    ) -> TaskRow {
        let mut cells = BTreeMap::new();
        for k in known {
            let at = CellRef::new(row.row, k.col);
            let (cell, merged_from) = match view.cell(at) {
                Some(cell) => (Some(cell), None),
                None => match view.covered_by(at) {
                    Some(first)
                        if first.col == k.col
                            && first.row > span.block.last
                            && !hushed.contains(&first.row) =>
                    {
                        (view.cell(first), Some(first))
                    }
                    _ => (None, None),
                },
            };
            let mut made = cell.map_or_else(
                || CellReader::blank(at),
                |cell| self.cells.read(view, k.field, at, cell, above.year),
            );
            made.marks.merged_from = merged_from.filter(|_| cell.is_some());
            self.ditto(k.field, &mut made, group);
            cells.insert(k.field, made);
        }
        self.ticks(view, span, row.row, &mut cells);
        let first = row
            .cells
            .first()
            .map_or(CellRef::new(row.row, 0), |(_, c, _)| c.at);
        TaskRow {
            sheet: Arc::clone(sheet),
            row: row.row,
            hidden: view.sheet.hidden || view.row_hidden(row.row),
            area,
            secret: None,
            unspoken: None,
            cells,
            first,
        }
    }

    /// Takes up a further line of a task: what it says is added, nothing replaces what is there.
    fn join(
        &self,
        view: &SheetView<'_>,
        row: &RowCells<'_>,
        task: &mut TaskRow,
        year: Option<i16>,
    ) {
        task.hidden |= view.row_hidden(row.row);
        for (field, cell, _) in &row.cells {
            if let Some(known) = task.cells.get_mut(field) {
                self.cells.join(view, *field, known, cell, year);
            }
        }
    }

    /// Copies from the row above in the group where a cell says so.
    fn ditto(&self, field: Field, cell: &mut FieldCell, group: &[TaskRow]) {
        let says = matches!(cell.value, FieldValue::Error | FieldValue::Uncalculated)
            || field == Field::Stt
            || !self.cx.words.is_ditto(&cell.text);
        if says {
            return;
        }
        // Of a row that is a secret nothing is copied, nor is another row taken for it.
        let source = group
            .last()
            .filter(|r| r.secret.is_none())
            .and_then(|r| r.cells.get(&field));
        match source {
            Some(above)
                if !above.value.is_blank() && above.value != FieldValue::DittoWithoutSource =>
            {
                cell.value = above.value.clone();
                cell.text.clone_from(&above.text);
                cell.marks.ditto = true;
                cell.marks.scale_unclear = above.marks.scale_unclear;
            }
            _ => cell.value = FieldValue::DittoWithoutSource,
        }
    }

    /// A status said by ticks: one column per status, or a column "completed" that is ticked.
    fn ticks(
        &self,
        view: &SheetView<'_>,
        span: &TableSpan,
        row: u32,
        cells: &mut BTreeMap<Field, FieldCell>,
    ) {
        let columns: Vec<&Decided> = span.decided.iter().filter(|d| d.ticks.is_some()).collect();
        if let Some(first) = columns.first() {
            let ticks: Vec<_> = columns
                .iter()
                .filter_map(|d| {
                    let cell = view.cell(CellRef::new(row, d.heading.at.col));
                    d.ticks.map(|word| (word, cell, d.heading.last_text()))
                })
                .collect();
            let at = CellRef::new(row, first.heading.at.col);
            cells.insert(Field::Status, self.cells.ticked(view, at, &ticks));
            return;
        }
        let named = span.decided.iter().find(|d| d.field == Some(Field::Status));
        if let Some(column) = named
            && self
                .cells
                .status_word(&column.heading.text().replace(['(', ')', 'x', 'X'], " "))
                .is_some_and(completed)
            && let Some(cell) = cells.get_mut(&Field::Status)
        {
            self.cells.completed_tick(cell);
        }
    }

    /// Settles what needs the whole column.
    fn settle(&self, rows: &mut [TaskRow]) {
        for field in [Field::Progress, Field::Rate] {
            settle_scale(rows.iter_mut().filter_map(|r| {
                let done = r.status().is_some_and(completed);
                r.cells.get_mut(&field).map(|c| (c, done))
            }));
        }
    }
}

fn completed(word: StatusWord) -> bool {
    word.status == Status::Completed
}

/// A row of which nothing is kept but where it stands.
fn secret_row(
    sheet: &Arc<str>,
    view: &SheetView<'_>,
    row: &RowCells<'_>,
    secret: Option<CellRef>,
) -> TaskRow {
    TaskRow {
        sheet: Arc::clone(sheet),
        row: row.row,
        hidden: view.sheet.hidden || view.row_hidden(row.row),
        area: None,
        secret,
        unspoken: Some(Arc::new(unspoken(row))),
        cells: BTreeMap::new(),
        first: row
            .cells
            .first()
            .map_or(CellRef::new(row.row, 0), |(_, c, _)| c.at),
    }
}

/// What a refused row says, in memory only.
fn unspoken(row: &RowCells<'_>) -> Unspoken {
    let cells = row.cells.iter();
    Unspoken {
        fields: cells.map(|(f, _, text)| (*f, text.clone())).collect(),
        others: row.others.iter().map(|(_, text)| text.clone()).collect(),
        lines: Vec::new(),
    }
}

/// Takes up a further line of a refused row: nothing of it is kept either.
fn silence(task: &mut TaskRow, row: &RowCells<'_>) {
    if let Some(unspoken) = &mut task.unspoken {
        let known = Arc::make_mut(unspoken);
        known.lines.push(row.row);
        let texts = row.cells.iter().map(|(_, _, text)| text.clone());
        known.others.extend(texts);
        known
            .others
            .extend(row.others.iter().map(|(_, t)| t.clone()));
    }
}
