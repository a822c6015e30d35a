//! A workbook as raw cells: what the parser child hands to its parent.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::cell::CellRef;

/// A workbook as raw cells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Its sheets, in tab order.
    pub sheets: Vec<GridSheet>,
    /// Whether days count from 1904 (dates are converted already).
    pub date_1904: bool,
    /// Who saved it last, as the workbook tells.
    pub modified_by: Option<String>,
    /// The document property `annexd-template` of an issued workbook.
    pub template: Option<String>,
    /// Other custom document properties that start with `annexd-`.
    pub properties: Vec<(String, String)>,
}

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GridSheet {
    /// Its name, NFC.
    pub name: String,
    /// Hidden or very hidden.
    pub hidden: bool,
    /// Non-empty cells in row order, then column order.
    pub cells: Vec<GridCell>,
    /// Merged areas, first and last cell.
    pub merges: Vec<(CellRef, CellRef)>,
    /// Hidden rows (zero-based), sorted.
    pub hidden_rows: Vec<u32>,
    /// Hidden columns (zero-based), sorted.
    pub hidden_cols: Vec<u16>,
}

/// One non-empty cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridCell {
    /// Where.
    pub at: CellRef,
    /// What.
    pub value: Value,
    /// How its number is shown.
    #[serde(default)]
    pub shown: Shown,
    /// The old font encoding its font name tells of.
    #[serde(default)]
    pub font: Legacy,
    /// Whether a formula made the value.
    #[serde(default)]
    pub formula: bool,
    /// Whether the font is bold (a hint for group rows).
    #[serde(default)]
    pub bold: bool,
}

/// A raw value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Text exactly as stored.
    Text(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Bool(bool),
    /// A day or time, converted with the workbook's own date system; the serial is kept for number-typed years.
    Date {
        /// The converted value.
        at: DateTime,
        /// The stored serial number; 0 when the file held an ISO text.
        serial: f64,
    },
    /// A formula error, as text (`#REF!`, also newer ones).
    Error(String),
    /// A formula without a stored result.
    Uncalculated,
}

/// How a number is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// Plain.
    #[default]
    Plain,
    /// As a percentage.
    Percent,
    /// As a date with a day.
    Day,
    /// As a date without a day (`mmm-yy`): the day is not meant.
    Month,
    /// As a date with the year only.
    Year,
    /// As a time of day or a duration only.
    Time,
    /// As text (`@`).
    Text,
}

/// A font encoding older than Unicode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Legacy {
    /// None.
    #[default]
    No,
    /// TCVN3 (`.Vn*` fonts).
    Tcvn3,
    /// TCVN3 capitals (`.Vn*H` fonts show small codes as capitals).
    Tcvn3Upper,
    /// VNI (`VNI-*` fonts).
    Vni,
}
