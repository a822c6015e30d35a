//! How a cell of the annex looks in the feedback workbook, and what it shows.

use crate::book::{Align, CellValue, Style, VAlign};
use crate::domain::field::Field;
use crate::domain::finding::Severity;
use crate::domain::grid::{GridCell, Legacy, Shown, Value};
use crate::domain::reading::Column;
use crate::text::{Text, Vi};
use crate::vn::legacy;

use super::look::{HEAD_FILL, HELD_FILL, HELD_INK, LINE, severity_colors};

/// A table on a sheet: its heading rows and its last row.
#[derive(Clone, Debug)]
pub struct Zone {
    /// First heading row.
    pub first: u32,
    /// Last heading row.
    pub bottom: u32,
    /// Last row of the table.
    pub last: u32,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// Which part of a sheet a row belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneKind {
    /// Above, between or below tables.
    Outside,
    /// A heading.
    Head,
    /// A row of a table.
    Body,
}

/// What decides the look of a cell.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// Part of the sheet.
    pub zone: ZoneKind,
    /// Worst finding on the cell.
    pub severity: Option<Severity>,
    /// The row does not count.
    pub held: bool,
    /// The row is a task or an indicator.
    pub task: bool,
}

/// The part of a sheet a row belongs to.
#[must_use]
pub fn zone(zones: &[Zone], row: u32) -> ZoneKind {
    match zones.iter().find(|z| (z.first..=z.last).contains(&row)) {
        Some(z) if row <= z.bottom => ZoneKind::Head,
        Some(_) => ZoneKind::Body,
        None => ZoneKind::Outside,
    }
}

/// The style of a cell.
#[must_use]
pub fn style(paint: &Paint, cell: Option<&GridCell>) -> Style {
    let mut style = Style {
        valign: VAlign::Top,
        bold: cell.is_some_and(|c| c.bold),
        quote_prefix: cell.is_some_and(|c| matches!(c.value, Value::Text(_) | Value::Error(_))),
        format: cell.map_or("", format),
        ..Style::default()
    };
    match paint.zone {
        ZoneKind::Outside => style.valign = VAlign::Center,
        ZoneKind::Head => {
            style.bold = true;
            style.wrap = true;
            style.fill = Some(HEAD_FILL);
            style.border = Some(LINE);
            style.align = Align::Center;
            style.valign = VAlign::Center;
        }
        ZoneKind::Body => {
            style.wrap = true;
            style.border = Some(LINE);
            if !paint.task {
                style.bold = true;
            }
        }
    }
    if paint.held {
        style.fill = Some(HELD_FILL);
        style.color = Some(HELD_INK);
        style.italic = true;
    }
    if let Some(severity) = paint.severity {
        let (fill, ink) = severity_colors(severity);
        style.fill = Some(fill);
        style.color = Some(ink);
        style.border = Some(ink);
        style.bold = matches!(severity, Severity::Error | Severity::Explain);
        style.italic = false;
    }
    style
}

/// The style of the column that says whether a row counts.
#[must_use]
pub fn marker(severity: Option<Severity>) -> Style {
    let (fill, ink) = severity.map_or((0x00E2_F0D9, 0x0037_5623), severity_colors);
    Style {
        bold: severity == Some(Severity::Error),
        fill: Some(fill),
        color: Some(ink),
        border: Some(LINE),
        wrap: true,
        valign: VAlign::Top,
        ..Style::default()
    }
}

/// The value of a cell; text stays text.
#[must_use]
pub fn value(cell: &GridCell, text: &Text) -> CellValue {
    match &cell.value {
        Value::Text(words) if legacy::detect(words, cell.font) != Legacy::No => {
            let from = legacy::detect(words, cell.font);
            CellValue::Text(Vi::quoted(&legacy::decode(words, from)))
        }
        Value::Text(words) | Value::Error(words) => CellValue::Text(Vi::quoted(words)),
        Value::Number(number) => CellValue::Number(*number),
        Value::Bool(truth) => CellValue::Text(Vi::quoted(if *truth { "TRUE" } else { "FALSE" })),
        Value::Date { at, .. } => {
            let plain = at.time() == jiff::civil::Time::midnight();
            if cell.shown == Shown::Time || !plain {
                CellValue::DateTime(*at)
            } else {
                CellValue::Date(at.date())
            }
        }
        Value::Uncalculated => CellValue::Text(text.word("feedback.uncalculated")),
    }
}

fn format(cell: &GridCell) -> &'static str {
    match (&cell.value, cell.shown) {
        (Value::Date { .. }, Shown::Month) => "mm/yyyy",
        (Value::Date { .. }, Shown::Year) => "yyyy",
        (Value::Date { .. }, Shown::Time) => "hh:mm",
        (Value::Date { at, .. }, _) if at.time() != jiff::civil::Time::midnight() => {
            "dd/mm/yyyy hh:mm"
        }
        (Value::Date { .. }, _) => "dd/mm/yyyy",
        (Value::Number(n), Shown::Percent) => {
            if (n * 100.0 - (n * 100.0).round()).abs() < 1e-9 {
                "0%"
            } else {
                "0.00%"
            }
        }
        _ => "",
    }
}

/// Width of a column by its meaning, in characters.
#[must_use]
pub const fn width(field: Field) -> f64 {
    match field {
        Field::Stt => 6.0,
        Field::Content | Field::KpiName => 42.0,
        Field::Description | Field::Result => 32.0,
        Field::Product | Field::LateReason | Field::Difficulty | Field::Explanation => 26.0,
        Field::Evidence | Field::Proposal | Field::OfficeRemark | Field::SourceDoc => 24.0,
        Field::Lead | Field::Coop | Field::Person | Field::Group => 18.0,
        Field::Deadline | Field::Status => 16.0,
        Field::Code | Field::KpiCode | Field::CompletedDate | Field::CommitDate | Field::Start => {
            13.0
        }
        Field::Progress | Field::Rate => 9.0,
        _ => 14.0,
    }
}
