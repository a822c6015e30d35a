//! A workbook as a value: what sheets build and `xlsx` alone turns into bytes.

pub mod own;
mod tape;
pub mod xlsx;

use std::collections::HashMap;

use jiff::civil::{Date, DateTime};

use crate::text::Vi;

pub use tape::{Mark, Marks, Shown, Tape};

/// A workbook.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Sheets in tab order.
    pub sheets: Vec<Sheet>,
    /// Interned styles; a cell names one by its index.
    pub styles: Styles,
    /// Document title.
    pub title: String,
    /// Document author.
    pub author: String,
    /// Creation time: from the inputs, never from the clock.
    pub created: Option<DateTime>,
    /// Custom document properties (`annexd-template`).
    pub properties: Vec<(String, String)>,
    /// Defined names and what they refer to (`=Sheet!$A$1:$A$9`).
    pub names: Vec<(String, String)>,
}

/// Index of a style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct StyleId(pub u16);

/// Interned styles; index 0 is the plain one.
#[derive(Clone, Debug)]
pub struct Styles {
    list: Vec<Style>,
    index: HashMap<Style, StyleId>,
}

impl Default for Styles {
    fn default() -> Self {
        let mut styles = Self {
            list: Vec::new(),
            index: HashMap::new(),
        };
        styles.id(Style::default());
        styles
    }
}

impl Styles {
    /// The id of a style, interned.
    pub fn id(&mut self, style: Style) -> StyleId {
        if let Some(id) = self.index.get(&style) {
            return *id;
        }
        let id = StyleId(u16::try_from(self.list.len()).unwrap_or(u16::MAX));
        self.list.push(style.clone());
        self.index.insert(style, id);
        id
    }

    /// Every style, by index.
    #[must_use]
    pub fn list(&self) -> &[Style] {
        &self.list
    }
}

/// How a cell looks. Colours are `0xRRGGBB`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Style {
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// Struck through.
    pub strikeout: bool,
    /// Size in tenths of a point; 0 is the default of 11 pt.
    pub size: u16,
    /// Font colour.
    pub color: Option<u32>,
    /// Fill colour.
    pub fill: Option<u32>,
    /// Thin border around the cell, in this colour.
    pub border: Option<u32>,
    /// Only a bottom border, in this colour.
    pub border_bottom: Option<u32>,
    /// Horizontal alignment.
    pub align: Align,
    /// Vertical alignment.
    pub valign: VAlign,
    /// Wraps.
    pub wrap: bool,
    /// Indent.
    pub indent: u8,
    /// Number format; empty is General.
    pub format: &'static str,
    /// Free text from departments: shown with a quote prefix, so that F2+Enter never makes a formula of it.
    pub quote_prefix: bool,
    /// May be edited on a protected sheet.
    pub unlocked: bool,
    /// Rotation in degrees.
    pub rotation: i16,
}

/// Horizontal alignment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Align {
    /// By type.
    #[default]
    General,
    /// Left.
    Left,
    /// Centre.
    Center,
    /// Right.
    Right,
}

/// Vertical alignment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum VAlign {
    /// Bottom.
    #[default]
    Bottom,
    /// Middle.
    Center,
    /// Top.
    Top,
}

/// A sheet.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Tab name, at most 31 characters.
    pub name: String,
    /// Cells, any order; the last write to an address wins.
    pub cells: Vec<(u32, u16, Cell)>,
    /// Rows of a long list, in fewer bytes than cells take; no cell stands on both.
    pub tape: Option<Tape>,
    /// Column widths in characters.
    pub widths: Vec<(u16, f64)>,
    /// Hidden columns.
    pub hidden_columns: Vec<u16>,
    /// Row heights in points.
    pub heights: Vec<(u32, f64)>,
    /// Merged areas with the cell they show: first row, first column, last row, last column.
    pub merges: Vec<(u32, u16, u32, u16, Cell)>,
    /// Native tables.
    pub tables: Vec<Table>,
    /// Charts.
    pub charts: Vec<Chart>,
    /// Sparklines: cell, source range (`Sheet!A1:F1`), kind.
    pub sparklines: Vec<(u32, u16, String, SparkKind)>,
    /// Data bars: first row, first column, last row, last column, colour, maximum.
    pub data_bars: Vec<(u32, u16, u32, u16, u32, f64)>,
    /// Notes on cells.
    pub notes: Vec<(u32, u16, Vi)>,
    /// Validations.
    pub validations: Vec<Validation>,
    /// Frozen rows and columns.
    pub freeze: (u32, u16),
    /// Print set-up.
    pub print: Print,
    /// Protected; cells with an `unlocked` style may still be edited.
    pub protected: bool,
    /// Very hidden (drop-down lists).
    pub hidden: bool,
    /// Tab colour.
    pub tab_color: Option<u32>,
    /// Shows grid lines on screen.
    pub gridlines: bool,
    /// Zoom in percent; 0 is 100.
    pub zoom: u16,
    /// Autofilter without a table: first row, first column, last row, last column.
    pub autofilter: Option<(u32, u16, u32, u16)>,
    /// Outline levels of rows: first, last, collapsed.
    pub outlines: Vec<(u32, u32, bool)>,
}

/// A cell.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// Its value.
    pub value: CellValue,
    /// Its style.
    pub style: StyleId,
}

/// The value of a cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum CellValue {
    /// Nothing.
    #[default]
    Blank,
    /// Text; never a formula, whatever it starts with.
    Text(Vi),
    /// A number (percentages as fractions, shown by their format).
    Number(f64),
    /// A day.
    Date(Date),
    /// A moment.
    DateTime(DateTime),
    /// A formula of ours with the value it gives.
    Formula(String, Stored),
    /// A link: target (`internal:'Sheet'!A1`, `file:///relative/path.xlsx#'Sheet'!B4`) and its text.
    Link(String, Vi),
}

/// The stored result of a formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Stored {
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
}

/// A native table. Heading cells are written by the renderer; body cells stand in `Sheet::cells`.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Name, ASCII, unique in the book; formulas refer to it (`NhiemVu[Phân loại]`).
    pub name: String,
    /// Heading row.
    pub first_row: u32,
    /// First column.
    pub first_col: u16,
    /// Last body row (the totals row, if any, comes after it).
    pub last_row: u32,
    /// Headings.
    pub headings: Vec<Vi>,
    /// Style of the headings.
    pub heading_style: StyleId,
    /// Banded rows.
    pub banded: bool,
}

/// Kinds of sparklines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SparkKind {
    /// Line.
    Line,
    /// Columns.
    Column,
}

/// A native chart.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Kind.
    pub kind: ChartKind,
    /// Title.
    pub title: Option<Vi>,
    /// Series.
    pub series: Vec<Series>,
    /// Cell of its upper left corner.
    pub at: (u32, u16),
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Title of the value axis.
    pub y_title: Option<Vi>,
    /// Shows a legend at the bottom.
    pub legend: bool,
    /// Shows values on the data points.
    pub labels: bool,
    /// The largest value: a short axis counts by ones, and no half task is marked; 0 where it is not known.
    pub most: u64,
    /// Alternative text for screen readers.
    pub alt: Vi,
}

/// Kinds of charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Stacked horizontal bars.
    BarStacked,
    /// Horizontal bars.
    Bar,
    /// Stacked columns.
    ColumnStacked,
    /// Columns.
    Column,
    /// Lines.
    Line,
    /// Stacked areas.
    AreaStacked,
    /// Ring.
    Doughnut,
}

/// A series of a chart: ranges are first row, first column, last row, last column of a sheet.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name.
    pub name: Vi,
    /// Sheet and range of the categories.
    pub categories: (String, u32, u16, u32, u16),
    /// Sheet and range of the values.
    pub values: (String, u32, u16, u32, u16),
    /// Colour of the series.
    pub color: u32,
    /// Colours of the points (ring).
    pub point_colors: Vec<u32>,
    /// A hatch, so that black-and-white print tells the series apart.
    pub pattern: Option<Hatch>,
}

/// Hatches for print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hatch {
    /// Diagonal lines.
    Diagonal,
    /// Horizontal lines.
    Horizontal,
    /// Dots.
    Dots,
    /// A grid.
    Grid,
}

/// A validation of a range: first row, first column, last row, last column.
#[derive(Clone, Debug)]
pub struct Validation {
    /// Range.
    pub range: (u32, u16, u32, u16),
    /// What is allowed.
    pub rule: ValidationRule,
    /// Title and text shown on the cell.
    pub input: Option<(Vi, Vi)>,
    /// Title and text shown on a wrong value.
    pub error: Option<(Vi, Vi)>,
    /// A warning only.
    pub soft: bool,
}

/// What a validation allows.
#[derive(Clone, Debug)]
pub enum ValidationRule {
    /// One of a defined name's values (`=DS_TinhTrang`).
    ListName(String),
    /// A day between two days.
    Date(Date, Date),
    /// A number between two numbers.
    Number(f64, f64),
}

/// Print set-up; A4 always.
#[derive(Clone, Debug, Default)]
pub struct Print {
    /// Landscape.
    pub landscape: bool,
    /// Fits so many pages wide and high (0: as many as needed).
    pub fit: (u16, u16),
    /// Rows repeated on every page.
    pub repeat_rows: Option<(u32, u32)>,
    /// Rows before which a new page begins.
    pub breaks: Vec<u32>,
    /// Printed area.
    pub area: Option<(u32, u16, u32, u16)>,
    /// Footer text (page numbers are added).
    pub footer: Option<Vi>,
    /// Centres horizontally.
    pub center: bool,
}

impl Sheet {
    /// Puts a cell.
    pub fn put(&mut self, row: u32, col: u16, value: CellValue, style: StyleId) {
        self.cells.push((row, col, Cell { value, style }));
    }
}
