//! Values of cells: words, counts, days, fractions.

use crate::book::{Cell, CellValue, Sheet, Stored, StyleId};
use crate::text::{Text, Vi};

/// Somebody's own words.
pub(super) fn words(text: &str) -> CellValue {
    if text.is_empty() {
        CellValue::Blank
    } else {
        CellValue::Text(Vi::quoted(text))
    }
}

/// Our word.
pub(super) fn word(text: &Text, key: &str) -> CellValue {
    CellValue::Text(text.word(key))
}

/// A whole number.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows stay far below 2^53"
)]
pub(super) const fn whole(n: u64) -> CellValue {
    CellValue::Number(n as f64)
}

/// A day, or nothing.
pub(super) fn day(day: Option<jiff::civil::Date>) -> CellValue {
    day.map_or(CellValue::Blank, CellValue::Date)
}

/// Percent as a fraction, or nothing.
pub(super) fn fraction(percent: Option<f64>) -> CellValue {
    // Ten decimals are more than any annex states; they take the noise of the division away.
    percent.map_or(CellValue::Blank, |p| {
        CellValue::Number((p * 1e8).round() / 1e10)
    })
}

/// A number, or nothing.
#[expect(clippy::cast_precision_loss, reason = "days and counts")]
pub(super) fn integer(n: Option<i64>) -> CellValue {
    n.map_or(CellValue::Blank, |n| CellValue::Number(n as f64))
}

/// A formula with a whole number as its value.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows stay far below 2^53"
)]
pub(super) fn counted(formula: String, n: u64) -> CellValue {
    CellValue::Formula(formula, Stored::Number(n as f64))
}

/// A cell of a merged area.
pub(super) fn merged(
    sheet: &mut Sheet,
    area: (u32, u16, u32, u16),
    value: CellValue,
    style: StyleId,
) {
    sheet
        .merges
        .push((area.0, area.1, area.2, area.3, Cell { value, style }));
}
