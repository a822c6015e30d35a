//! What one workbook says: facts with their cells, no verdict.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::cell::CellRef;
use super::deadline::Deadline;
use super::field::Field;
use super::grid::{Grid, Legacy};
use super::roster::Units;
use super::secrets::Unspoken;
use super::status::StatusWord;

/// A workbook as read. Never an `Err`: what cannot be read is in `problems`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Task tables, in sheet order, then row order.
    pub tables: Vec<TaskTable>,
    /// Indicator tables.
    pub indicators: Vec<IndicatorTable>,
    /// What was found amiss while reading (files, sheets, headings).
    pub problems: Vec<Problem>,
    /// Whether days count from 1904.
    pub date_1904: bool,
    /// Who saved it last.
    pub modified_by: Option<String>,
    /// Template version of an issued workbook.
    pub template: Option<String>,
    /// The raw cells it was read from: the feedback workbook shows them in the annex's own layout.
    pub grid: Arc<Grid>,
}

/// A defect found while reading, by its code in the catalogue; `F..` and `S..` codes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Code of the catalogue (`S01`).
    pub code: String,
    /// Sheet, where there is one.
    pub sheet: Option<String>,
    /// Cell, where there is one.
    pub cell: Option<CellRef>,
    /// Field, where there is one.
    pub field: Option<Field>,
    /// The value seen, as text.
    pub value: String,
    /// Related cells (the other of two headings).
    pub related: Vec<CellRef>,
    /// Further facts for the message, by argument name.
    pub args: Vec<(String, String)>,
}

/// A task table: one heading and the rows below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskTable {
    /// Sheet name.
    pub sheet: Arc<str>,
    /// Whether the sheet is hidden.
    pub hidden_sheet: bool,
    /// First heading row, zero-based.
    pub heading_row: u32,
    /// Mapped columns, left to right.
    pub columns: Vec<Column>,
    /// Text of the rows above the heading, for the title year and the notes.
    pub title: String,
    /// The one year of the title, if exactly one.
    pub title_year: Option<i16>,
    /// The text after `unit:` above the table, with its cell.
    pub unit: Option<(CellRef, String)>,
    /// Task rows in order.
    pub rows: Vec<TaskRow>,
    /// Rows that are no tasks, each with its reason.
    pub skipped: Vec<SkippedRow>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Heading cell (the lowest of a two-row heading).
    pub at: CellRef,
    /// Heading as written (parent and child joined by " / ").
    pub heading: String,
    /// Its meaning, if known.
    pub field: Option<Field>,
    /// Whether the column is hidden.
    pub hidden: bool,
}

impl TaskTable {
    /// The column of a field.
    #[must_use]
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|c| c.field == Some(field))
    }
}

/// Why a row below a heading is not a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// A group row.
    Group,
    /// A repeated heading.
    Heading,
    /// A row of column numbers.
    ColumnNumbers,
    /// A page number or an orphan fragment of a page break.
    PageBreak,
    /// A total.
    Total,
    /// Below the end of the table (signatures, recipients, notes).
    Footer,
    /// A numbered row with nothing else in it.
    Blank,
}

/// A skipped row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SkippedRow {
    /// Zero-based row.
    pub row: u32,
    /// Why.
    pub reason: SkipReason,
    /// Its first text, shortened.
    pub text: String,
}

/// A task row as read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskRow {
    /// Sheet name.
    pub sheet: Arc<str>,
    /// Zero-based row.
    pub row: u32,
    /// Whether the row (or its sheet) is hidden.
    pub hidden: bool,
    /// Title of the group row above.
    pub area: Option<Arc<str>>,
    /// The row is marked as a state secret: its `cells` are empty (nothing of it is kept).
    pub secret: Option<CellRef>,
    /// What a refused row says, for undoing what was kept of it before; never printed or stored.
    #[serde(skip)]
    pub unspoken: Option<Arc<Unspoken>>,
    /// Every mapped column of the table, blank cells included; blank cells carry their address.
    pub cells: BTreeMap<Field, FieldCell>,
    /// Error values in columns that are read, and the like, that stand in further mapped columns are in `cells` too.
    pub first: CellRef,
}

impl TaskRow {
    /// The cell of a field, when the table has the column.
    #[must_use]
    pub fn cell(&self, field: Field) -> Option<&FieldCell> {
        self.cells.get(&field)
    }

    /// The clean text of a field; empty when blank or without a column.
    #[must_use]
    pub fn text(&self, field: Field) -> &str {
        self.cells.get(&field).map_or("", |c| c.text.as_str())
    }

    /// The typed value of a field; blank when without a column.
    #[must_use]
    pub fn value(&self, field: Field) -> &FieldValue {
        self.cells
            .get(&field)
            .map_or(&FieldValue::Blank, |c| &c.value)
    }

    /// The deadline, when there is a readable cell for it.
    #[must_use]
    pub fn deadline(&self) -> Option<&Deadline> {
        match self.value(Field::Deadline) {
            FieldValue::Deadline(d) => Some(d),
            _ => None,
        }
    }

    /// The status word.
    #[must_use]
    pub fn status(&self) -> Option<StatusWord> {
        match self.value(Field::Status) {
            FieldValue::Status(s) => Some(*s),
            _ => None,
        }
    }

    /// The day in a date column.
    #[must_use]
    pub fn day(&self, field: Field) -> Option<Date> {
        match self.value(field) {
            FieldValue::Day(d) => Some(*d),
            _ => None,
        }
    }

    /// The number in a numeric column; progress in percent.
    #[must_use]
    pub fn number(&self, field: Field) -> Option<f64> {
        match self.value(field) {
            FieldValue::Number(n) => Some(*n),
            _ => None,
        }
    }

    /// The units in a unit column.
    #[must_use]
    pub fn units(&self, field: Field) -> Option<&Units> {
        match self.value(field) {
            FieldValue::Units(u) => Some(u),
            _ => None,
        }
    }
}

/// A cell of a mapped column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldCell {
    /// Where it stands.
    pub at: CellRef,
    /// The text as stored or shown, kept for ever (`31/6/2026`, `80%`, a day as d/m/yyyy).
    pub raw: String,
    /// The same cleaned: NFC, decoded, spaces folded; what is matched and shown.
    pub text: String,
    /// Its meaning in this column.
    pub value: FieldValue,
    /// What was done to read it.
    pub marks: Marks,
}

/// The meaning of a cell in its column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FieldValue {
    /// Empty, or `-` and the like.
    Blank,
    /// Text of a text column.
    Text,
    /// A deadline; `kind` may still be invalid, ambiguous and so on.
    Deadline(Box<Deadline>),
    /// A day of a date column.
    Day(Date),
    /// A date column holds something that is no day.
    NotADay,
    /// A status.
    Status(StatusWord),
    /// A status column holds an unknown word.
    UnknownStatus,
    /// A number; progress in percent (80 % is 80.0).
    Number(f64),
    /// A number column holds something that is no number.
    NotANumber,
    /// Units of a lead or cooperating column.
    Units(Units),
    /// A yes/no mark.
    Mark(bool),
    /// A formula error.
    Error,
    /// A formula without a stored result.
    Uncalculated,
    /// "As above" with nothing above it in its group.
    DittoWithoutSource,
}

impl FieldValue {
    /// Whether nothing is said.
    #[must_use]
    pub const fn is_blank(&self) -> bool {
        matches!(self, Self::Blank)
    }
}

/// What was done to read a cell; each may become a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// A day typed as text (T31).
    pub text_date: bool,
    /// A number typed as text (T32).
    pub text_number: bool,
    /// Letters of another script or look-alikes (T33).
    pub confusable: bool,
    /// Control characters, no-break or zero-width spaces, too long (T34).
    pub unclean: bool,
    /// An old font encoding was decoded (S08).
    pub legacy: Legacy,
    /// Copied from the row above by a ditto mark.
    pub ditto: bool,
    /// Filled from this top-left cell of a merged area.
    pub merged_from: Option<CellRef>,
    /// A plain number of 0 < x <= 1 where other rows of the column are above 1 (T17).
    pub scale_unclear: bool,
    /// A formula made the value.
    pub formula: bool,
}

/// A table of indicators.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorTable {
    /// Sheet name.
    pub sheet: Arc<str>,
    /// Mapped columns.
    pub columns: Vec<Column>,
    /// Rows: the same cells as a task row, with indicator fields.
    pub rows: Vec<TaskRow>,
    /// Rows that are no indicators.
    pub skipped: Vec<SkippedRow>,
    /// Period named above the table, for rows without a period column.
    pub period: Option<String>,
}
