//! Many rows of cells, put down once from top to bottom and held in few bytes: what long lists are made of.
//!
//! A long list has a million cells; as values they would take ten times the room of what they say.

use super::xlsx::{day_number, moment_number};
use super::{CellValue, Stored, StyleId};

/// Cells of a long list, row by row.
#[derive(Clone, Debug, Default)]
pub struct Tape {
    bytes: Vec<u8>,
    rows: u32,
    cells: usize,
    next_row: u32,
}

/// What stands on a tape, in its order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark<'t> {
    /// A row begins: its number, zero-based, and its height in points.
    Row(u32, f64),
    /// A cell of that row: its column, what it shows, its style.
    Cell(u16, Shown<'t>, StyleId),
}

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shown<'t> {
    /// Nothing.
    Blank,
    /// Text.
    Text(&'t str),
    /// A number.
    Number(f64),
    /// A link: its target and its text.
    Link(&'t str, &'t str),
}

impl<'t> Shown<'t> {
    /// What a value shows; of a formula its stored result.
    #[must_use]
    pub fn of(value: &'t CellValue) -> Self {
        match value {
            CellValue::Blank => Self::Blank,
            CellValue::Text(text) => Self::Text(text.as_str()),
            CellValue::Number(n) | CellValue::Formula(_, Stored::Number(n)) => Self::Number(*n),
            CellValue::Formula(_, Stored::Text(text)) => Self::Text(text),
            CellValue::Date(day) => Self::Number(day_number(*day)),
            CellValue::DateTime(at) => Self::Number(moment_number(*at)),
            CellValue::Link(target, text) => Self::Link(target, text.as_str()),
        }
    }
}

const ROW: u8 = 0;
const BLANK: u8 = 1;
const TEXT: u8 = 2;
const NUMBER: u8 = 3;
const LINK: u8 = 4;

impl Tape {
    /// Whether a row can still be begun: rows come in order.
    #[must_use]
    pub const fn takes(&self, row: u32) -> bool {
        row >= self.next_row
    }

    /// Begins a row; rows come in order.
    ///
    /// # Panics
    /// When a row comes after one below it: a defect of ours.
    pub fn row(&mut self, row: u32, height: f64) {
        assert!(row >= self.next_row, "rows of a tape come in order");
        self.next_row = row + 1;
        self.rows += 1;
        self.bytes.push(ROW);
        self.bytes.extend_from_slice(&row.to_le_bytes());
        self.bytes.extend_from_slice(&height.to_le_bytes());
    }

    /// Puts a cell into the row begun last, left to right.
    pub fn put(&mut self, col: u16, shown: Shown<'_>, style: StyleId) {
        let tag = match shown {
            Shown::Blank => BLANK,
            Shown::Text(_) => TEXT,
            Shown::Number(_) => NUMBER,
            Shown::Link(..) => LINK,
        };
        self.cells += 1;
        self.bytes.push(tag);
        self.bytes.extend_from_slice(&col.to_le_bytes());
        self.bytes.extend_from_slice(&style.0.to_le_bytes());
        match shown {
            Shown::Blank => {}
            Shown::Text(text) => self.text(text),
            Shown::Number(n) => self.bytes.extend_from_slice(&n.to_le_bytes()),
            Shown::Link(target, text) => {
                self.text(target);
                self.text(text);
            }
        }
    }

    fn text(&mut self, text: &str) {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Rows on it.
    #[must_use]
    pub const fn rows(&self) -> u32 {
        self.rows
    }

    /// Cells on it.
    #[must_use]
    pub const fn cells(&self) -> usize {
        self.cells
    }

    /// Reads it from its beginning.
    #[must_use]
    pub fn marks(&self) -> Marks<'_> {
        Marks { rest: &self.bytes }
    }
}

/// Reads a tape.
#[derive(Clone, Debug)]
pub struct Marks<'t> {
    rest: &'t [u8],
}

impl<'t> Marks<'t> {
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*head)
    }

    fn text(&mut self) -> Option<&'t str> {
        let length = usize::try_from(u32::from_le_bytes(self.bytes()?)).ok()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok()
    }
}

impl<'t> Iterator for Marks<'t> {
    type Item = Mark<'t>;

    fn next(&mut self) -> Option<Mark<'t>> {
        let [tag] = self.bytes()?;
        if tag == ROW {
            let row = u32::from_le_bytes(self.bytes()?);
            return Some(Mark::Row(row, f64::from_le_bytes(self.bytes()?)));
        }
        let col = u16::from_le_bytes(self.bytes()?);
        let style = StyleId(u16::from_le_bytes(self.bytes()?));
        let shown = match tag {
            TEXT => Shown::Text(self.text()?),
            NUMBER => Shown::Number(f64::from_le_bytes(self.bytes()?)),
            LINK => {
                let target = self.text()?;
                Shown::Link(target, self.text()?)
            }
            _ => Shown::Blank,
        };
        Some(Mark::Cell(col, shown, style))
    }
}
