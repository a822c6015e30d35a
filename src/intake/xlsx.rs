//! Bytes of a workbook → raw cells: the only file that names calamine.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};

use super::formats::{font_encoding, iso_to_datetime, serial_to_datetime, shown};
use super::package::unreadable;
use super::prescan::{Facts, SheetFacts, Special, prescan};
use super::rewrap::rewrapped;
use crate::config::Limits;
use crate::domain::cell::CellRef;
use crate::domain::grid::{Grid, GridCell, GridSheet, Legacy, Shown, Value};
use crate::domain::snapshot::FileFault;

/// The longest text a cell can hold is 32,767 characters; more is kept up to this many bytes for the finding (T34).
const TEXT_BYTES_MAX: usize = 400_000;

/// Reads a workbook into raw cells: pre-scan of the whole package first, then the cells one by one.
///
/// Call it in the parser child only: bytes made to harm can exhaust memory or abort the process.
///
/// # Errors
/// Why the file is no readable workbook (F01-F04).
pub fn read_grid(bytes: &[u8], limits: &Limits) -> Result<Grid, FileFault> {
    let fault = match read_package(bytes, limits) {
        Err(fault @ FileFault::Unreadable(_)) => fault,
        read => return read,
    };
    match rewrapped(bytes, limits) {
        Ok(Some(mended)) => read_package(&mended, limits),
        _ => Err(fault),
    }
}

fn read_package(bytes: &[u8], limits: &Limits) -> Result<Grid, FileFault> {
    let facts = prescan(bytes, limits)?;
    catch_unwind(AssertUnwindSafe(|| cells(bytes, facts)))
        .unwrap_or_else(|_| Err(unreadable("the reader gave up on the workbook")))
}

/// How cells of a style are shown.
#[derive(Clone, Copy, Default)]
struct Look {
    shown: Shown,
    font: Legacy,
    bold: bool,
}

fn cells(bytes: &[u8], facts: Facts) -> Result<Grid, FileFault> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| match e {
        XlsxError::Password => FileFault::Encrypted,
        other => unreadable(other.to_string()),
    })?;
    let date_1904 = book.has_1904_epoch();
    let mut grid = Grid {
        date_1904,
        modified_by: facts.modified_by,
        ..Grid::default()
    };
    for (name, value) in facts.properties {
        if name == "annexd-template" {
            grid.template = Some(value);
        } else if name.starts_with("annexd-") {
            grid.properties.push((name, value));
        }
    }
    let mut looks: Option<Vec<Look>> = None;
    for sheet in facts.sheets {
        let mut reader = book
            .worksheet_cells_reader(&sheet.raw_name)
            .map_err(|e| unreadable(format!("{}: {e}", sheet.part)))?;
        let looks = looks.get_or_insert_with(|| reader.styles().iter().map(look).collect());
        let mut cells = Vec::new();
        loop {
            match reader.next_cell_with_style_id() {
                Ok(None) => break,
                Ok(Some((cell, style))) => {
                    let (row, col) = cell.get_position();
                    let Ok(col) = u16::try_from(col) else {
                        return Err(unreadable("a cell beyond the sheet"));
                    };
                    let at = CellRef::new(row, col);
                    let look = looks.get(style).copied().unwrap_or_default();
                    if let Some(cell) = grid_cell(at, cell.get_value(), look, &sheet, date_1904) {
                        cells.push(cell);
                    }
                }
                // An error text this reader does not know; its cell is among the facts.
                Err(XlsxError::CellError(_)) => {}
                Err(e) => return Err(unreadable(format!("{}: {e}", sheet.part))),
            }
        }
        grid.sheets.push(finish(sheet, cells)?);
    }
    Ok(grid)
}

/// Adds error cells the reader passed over, and puts the cells in order.
fn finish(sheet: SheetFacts, mut cells: Vec<GridCell>) -> Result<GridSheet, FileFault> {
    for (at, special) in &sheet.special {
        if let Some(text) = &special.error {
            cells.push(GridCell {
                at: *at,
                value: Value::Error(text.clone()),
                shown: Shown::Plain,
                font: Legacy::No,
                formula: special.formula,
                bold: false,
            });
        }
    }
    cells.sort_by_key(|c| c.at);
    if let Some(pair) = cells.windows(2).find(|pair| pair[0].at == pair[1].at) {
        return Err(unreadable(format!("two values for cell {}", pair[0].at)));
    }
    Ok(GridSheet {
        name: sheet.name,
        hidden: sheet.hidden,
        cells,
        merges: sheet.merges,
        hidden_rows: sheet.hidden_rows,
        hidden_cols: sheet.hidden_cols,
    })
}

fn look(style: &calamine::Style) -> Look {
    let mut look = Look::default();
    if let Some(font) = &style.font {
        look.bold = font.is_bold();
        look.font = font.name.as_deref().map_or(Legacy::No, font_encoding);
    }
    if let Some(format) = &style.number_format {
        look.shown = shown(&format.format_code, format.format_id);
    }
    look
}

fn grid_cell(
    at: CellRef,
    value: &DataRef<'_>,
    look: Look,
    sheet: &SheetFacts,
    date_1904: bool,
) -> Option<GridCell> {
    let none = Special::default();
    let special = sheet.special.get(&at).unwrap_or(&none);
    if special.error.is_some() {
        return None;
    }
    let mut shown = look.shown;
    let value = match value {
        DataRef::Empty if special.formula && !special.valued => Value::Uncalculated,
        DataRef::Empty => return None,
        DataRef::String(text) => text_value(text)?,
        DataRef::SharedString(text) => text_value(text)?,
        DataRef::Int(n) => {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a workbook's numbers are doubles"
            )]
            let n = *n as f64;
            Value::Number(n)
        }
        DataRef::Float(n) => number(*n),
        DataRef::Bool(b) => Value::Bool(*b),
        DataRef::Error(e) => Value::Error(e.to_string()),
        DataRef::DateTime(serial) => {
            let serial = serial.as_f64();
            if matches!(shown, Shown::Plain | Shown::Text | Shown::Percent) {
                shown = Shown::Day;
            }
            match serial_to_datetime(serial, date_1904) {
                Some(at) => Value::Date { at, serial },
                None => number(serial),
            }
        }
        DataRef::DateTimeIso(text) => match iso_to_datetime(text) {
            Some(at) => {
                if !matches!(shown, Shown::Day | Shown::Month | Shown::Year) {
                    shown = Shown::Day;
                }
                Value::Date { at, serial: 0.0 }
            }
            None => Value::Text(text.clone()),
        },
        DataRef::DurationIso(text) => Value::Text(text.clone()),
    };
    let font = if special.font == Legacy::No {
        look.font
    } else {
        special.font
    };
    Some(GridCell {
        at,
        value,
        shown,
        font,
        formula: special.formula,
        bold: look.bold,
    })
}

/// A number, or the error it stands for when it is none.
fn number(n: f64) -> Value {
    if n.is_finite() {
        Value::Number(n)
    } else {
        Value::Error("#NUM!".to_owned())
    }
}

/// A text; none when empty. Spaces are kept: rows of blanks are judged by the words.
fn text_value(text: &str) -> Option<Value> {
    if text.is_empty() {
        return None;
    }
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Some(Value::Text(text[..end].to_owned()))
}
