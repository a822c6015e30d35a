//! Turns a [`Book`] into the bytes of an `.xlsx` workbook; the only file that names the writing library.
//!
//! The same book gives the same bytes: the creation time comes from the book, and nothing else here knows the time.

mod chart;
mod fit;
mod look;
mod paper;
mod stream;

use std::collections::HashMap;

use rust_xlsxwriter as x;

use fit::{cut, fit};
pub(super) use fit::{day_number, moment_number};
use look::{format, validation};
use stream::Stream;

use super::{Book, Cell, CellValue, Mark, Sheet, Shown, SparkKind, Stored, StyleId, Table};

/// The font of everything (Decree 30/2020/ND-CP, annex I: Times New Roman).
const FONT: &str = "Times New Roman";
/// Links a worksheet can hold (Excel specifications and limits).
const LINKS_MAX: usize = 65_530;
/// Sheets of so many cells are streamed past the writer, which would hold every cell in a tree of its own.
const STREAM_FROM: usize = 4_000;

/// A book that cannot be written: a defect of ours, never of an input's making.
#[derive(Debug, thiserror::Error)]
#[error("workbook cannot be written{}: {source}", place(.sheet))]
pub struct RenderError {
    /// The sheet at which it failed.
    sheet: Option<String>,
    /// What the writer said.
    #[source]
    source: WriteError,
}

/// What can fail in a writer.
#[derive(Debug, thiserror::Error)]
enum WriteError {
    /// The library.
    #[error(transparent)]
    Library(#[from] x::XlsxError),
    /// The package.
    #[error(transparent)]
    Package(#[from] stream::StreamError),
}

fn place(sheet: &Option<String>) -> String {
    sheet
        .as_ref()
        .map_or_else(String::new, |s| format!(" (sheet {s:?})"))
}

type Written = Result<(), x::XlsxError>;

/// Writes a book.
///
/// # Errors
/// When the book breaks a limit of the file format that cannot be met by cutting (a sheet name, overlapping merges).
pub fn render(book: &Book) -> Result<Vec<u8>, RenderError> {
    let at = |sheet: Option<&str>| {
        let sheet = sheet.map(ToOwned::to_owned);
        move |source: x::XlsxError| RenderError {
            sheet,
            source: source.into(),
        }
    };
    let mut workbook = x::Workbook::new();
    let plain = x::Format::new().set_font_name(FONT).set_font_size(11);
    workbook
        .set_default_format(&plain, 20, 64)
        .map_err(at(None))?;
    workbook.set_properties(&properties(book).map_err(at(None))?);
    let formats: Vec<x::Format> = book.styles.list().iter().map(format).collect();
    let streamed: Vec<bool> = book.sheets.iter().map(|s| is_streamed(s, book)).collect();
    let numbers = if streamed.contains(&true) {
        numbered(&mut workbook, &formats, &plain)
    } else {
        Vec::new()
    };
    let mut active = false;
    for (sheet, streamed) in book.sheets.iter().zip(&streamed) {
        let worksheet = workbook.add_worksheet();
        let filled = if *streamed {
            frame(worksheet, sheet, &formats)
        } else {
            fill(worksheet, sheet, &formats)
        };
        filled.map_err(at(Some(&sheet.name)))?;
        if !active && !sheet.hidden {
            worksheet.set_active(true);
            worksheet.set_first_tab(true);
            active = true;
        }
    }
    for (name, formula) in &book.names {
        workbook.define_name(name, formula).map_err(at(None))?;
    }
    let package = workbook.save_to_buffer().map_err(at(None))?;
    drop(workbook);
    let streams = book.sheets.iter().zip(streamed).enumerate();
    let streams: HashMap<String, Stream<'_>> = streams
        .filter(|(_, (_, streamed))| *streamed)
        .map(|(n, (sheet, _))| {
            let part = format!("xl/worksheets/sheet{}.xml", n + 1);
            (part, Stream::new(sheet, &numbers))
        })
        .collect();
    if streams.is_empty() {
        return Ok(package);
    }
    stream::weave(&package, &streams).map_err(|e| RenderError {
        sheet: None,
        source: e.into(),
    })
}

/// Whether a sheet's cells are streamed: a big one without formulas, of which no chart is drawn and no row is folded away.
fn is_streamed(sheet: &Sheet, book: &Book) -> bool {
    let charted = || {
        let charts = book.sheets.iter().flat_map(|s| &s.charts);
        let mut series = charts.flat_map(|c| &c.series);
        series.any(|s| s.categories.0 == sheet.name || s.values.0 == sheet.name)
    };
    let formulas = || {
        let mut cells = sheet.cells.iter().map(|(_, _, c)| c);
        cells.any(|c| matches!(c.value, CellValue::Formula(..)))
    };
    let taped = sheet.tape.as_ref().map_or(0, super::Tape::cells);
    sheet.cells.len() + taped >= STREAM_FROM
        && sheet.outlines.is_empty()
        && !formulas()
        && !charted()
}

/// Makes the writer know every style; the number it gives to each.
fn numbered(workbook: &mut x::Workbook, formats: &[x::Format], plain: &x::Format) -> Vec<u32> {
    // The writer counts different formats in the order in which it meets them; the plain one is its first.
    let mut known: HashMap<&x::Format, u32> = HashMap::from([(plain, 0)]);
    let mut numbers = Vec::with_capacity(formats.len());
    for format in formats {
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        numbers.push(*known.entry(format).or_insert(next));
        workbook.register_format(format);
    }
    numbers
}

fn properties(book: &Book) -> Result<x::DocProperties, x::XlsxError> {
    let created = book
        .created
        .unwrap_or_else(|| jiff::civil::date(2000, 1, 1).at(0, 0, 0, 0));
    let created = x::ExcelDateTime::from_ymd(
        u16::try_from(created.year()).unwrap_or(2000),
        u8::try_from(created.month()).unwrap_or(1),
        u8::try_from(created.day()).unwrap_or(1),
    )?
    .and_hms(
        u16::try_from(created.hour()).unwrap_or(0),
        u8::try_from(created.minute()).unwrap_or(0),
        f64::from(created.second()),
    )?;
    let mut properties = x::DocProperties::new()
        .set_title(&book.title)
        .set_author(&book.author)
        .set_creation_datetime(&created);
    for (name, value) in &book.properties {
        properties = properties.set_custom_property(name, value.as_str());
    }
    Ok(properties)
}

fn columns(ws: &mut x::Worksheet, sheet: &Sheet) -> Written {
    ws.set_name(&sheet.name)?;
    for (col, width) in &sheet.widths {
        ws.set_column_width(*col, *width)?;
    }
    for col in &sheet.hidden_columns {
        ws.set_column_hidden(*col)?;
    }
    Ok(())
}

/// A streamed sheet without its cells: all that lies around and on them.
fn frame(ws: &mut x::Worksheet, sheet: &Sheet, formats: &[x::Format]) -> Written {
    columns(ws, sheet)?;
    for table in &sheet.tables {
        add_table(ws, table, formats)?;
    }
    let mut pen = Pen::new(ws, formats);
    let loose = sheet
        .cells
        .iter()
        .map(|(row, col, cell)| (*row, *col, cell));
    let merged = sheet
        .merges
        .iter()
        .map(|(row, col, _, _, cell)| (*row, *col, cell));
    for (row, col, cell) in loose.chain(merged) {
        if let CellValue::Link(target, text) = &cell.value {
            pen.link(row, col, target, text.as_str(), &formats[0])?;
        }
    }
    let mut row = 0;
    for mark in sheet.tape.iter().flat_map(super::Tape::marks) {
        match mark {
            Mark::Row(n, _) => row = n,
            Mark::Cell(col, Shown::Link(target, text), _) => {
                pen.link(row, col, target, text, &formats[0])?;
            }
            Mark::Cell(..) => {}
        }
    }
    for (first_row, first_col, last_row, last_col, _) in &sheet.merges {
        if (first_row, first_col) != (last_row, last_col) {
            ws.merge_range(
                *first_row,
                *first_col,
                *last_row,
                *last_col,
                "",
                &formats[0],
            )?;
        }
    }
    finish(ws, sheet)
}

fn fill(ws: &mut x::Worksheet, sheet: &Sheet, formats: &[x::Format]) -> Written {
    columns(ws, sheet)?;
    for (row, height) in &sheet.heights {
        ws.set_row_height(*row, *height)?;
    }
    // Tables first: they write their own headings, which cells may restyle.
    for table in &sheet.tables {
        add_table(ws, table, formats)?;
    }
    let mut pen = Pen::new(ws, formats);
    for (row, col, cell) in &sheet.cells {
        pen.put(*row, *col, cell)?;
    }
    let mut row = 0;
    for mark in sheet.tape.iter().flat_map(super::Tape::marks) {
        match mark {
            Mark::Row(n, height) => {
                row = n;
                pen.ws.set_row_height(n, height)?;
            }
            Mark::Cell(col, shown, style) => pen.show(row, col, shown, style)?,
        }
    }
    for (first_row, first_col, last_row, last_col, cell) in &sheet.merges {
        if (first_row, first_col) != (last_row, last_col) {
            let format = pen.format(cell.style).clone();
            pen.ws
                .merge_range(*first_row, *first_col, *last_row, *last_col, "", &format)?;
        }
        pen.put(*first_row, *first_col, cell)?;
    }
    finish(ws, sheet)
}

fn finish(ws: &mut x::Worksheet, sheet: &Sheet) -> Written {
    furnish(ws, sheet)?;
    paper::print(ws, &sheet.print)?;
    if sheet.print.fit.0 > 1 && sheet.freeze.1 > 0 {
        ws.set_repeat_columns(0, sheet.freeze.1 - 1)?;
    }
    Ok(())
}

/// What lies on the cells: charts, sparklines, bars, notes, validations, panes, protection.
fn furnish(ws: &mut x::Worksheet, sheet: &Sheet) -> Written {
    for chart in &sheet.charts {
        ws.insert_chart(chart.at.0, chart.at.1, &chart::chart(chart))?;
    }
    for (row, col, range, kind) in &sheet.sparklines {
        let spark = x::Sparkline::new()
            .set_range(range.as_str())
            .set_type(match kind {
                SparkKind::Line => x::SparklineType::Line,
                SparkKind::Column => x::SparklineType::Column,
            })
            .set_sparkline_color(x::Color::RGB(0x1F_4E79))
            .show_last_point(true);
        ws.add_sparkline(*row, *col, &spark)?;
    }
    for (first_row, first_col, last_row, last_col, color, max) in &sheet.data_bars {
        let bar = x::ConditionalFormatDataBar::new()
            .set_minimum(x::ConditionalFormatType::Number, 0)
            .set_maximum(x::ConditionalFormatType::Number, *max)
            .set_fill_color(x::Color::RGB(*color))
            .set_solid_fill(true)
            .set_border_off(true);
        ws.add_conditional_format(*first_row, *first_col, *last_row, *last_col, &bar)?;
    }
    for (row, col, text) in &sheet.notes {
        let note = x::Note::new(cut(text.as_str(), 8_000))
            .add_author_prefix(false)
            .set_font_name(FONT)
            .set_font_size(10)
            .set_width(320)
            .set_height(note_height(text.as_str()));
        ws.insert_note(*row, *col, &note)?;
    }
    for validation in &sheet.validations {
        let (r1, c1, r2, c2) = validation.range;
        ws.add_data_validation(r1, c1, r2, c2, &self::validation(validation)?)?;
    }
    if let Some((r1, c1, r2, c2)) = sheet.autofilter {
        ws.autofilter(r1, c1, r2, c2)?;
    }
    for (first, last, collapsed) in &sheet.outlines {
        if *collapsed {
            ws.group_rows_collapsed(*first, *last)?;
        } else {
            ws.group_rows(*first, *last)?;
        }
    }
    if sheet.freeze != (0, 0) {
        ws.set_freeze_panes(sheet.freeze.0, sheet.freeze.1)?;
    }
    if sheet.protected {
        ws.protect_with_options(&x::ProtectionOptions {
            format_columns: true,
            format_rows: true,
            sort: true,
            use_autofilter: true,
            ..x::ProtectionOptions::new()
        });
    }
    if let Some(color) = sheet.tab_color {
        ws.set_tab_color(x::Color::RGB(color));
    }
    if sheet.zoom > 0 {
        ws.set_zoom(sheet.zoom);
    }
    if sheet.hidden {
        ws.set_very_hidden(true);
    }
    ws.set_screen_gridlines(sheet.gridlines);
    Ok(())
}

fn note_height(text: &str) -> u32 {
    let lines: usize = text.lines().map(|l| 1 + l.chars().count() / 52).sum();
    u32::try_from(lines.clamp(3, 24)).unwrap_or(24) * 16 + 12
}

/// Writes the cells of one sheet.
struct Pen<'a> {
    ws: &'a mut x::Worksheet,
    formats: &'a [x::Format],
    links: usize,
}

impl<'a> Pen<'a> {
    const fn new(ws: &'a mut x::Worksheet, formats: &'a [x::Format]) -> Self {
        Self {
            ws,
            formats,
            links: 0,
        }
    }

    fn format(&self, style: StyleId) -> &'a x::Format {
        self.formats
            .get(usize::from(style.0))
            .unwrap_or(&self.formats[0])
    }

    fn put(&mut self, row: u32, col: u16, cell: &Cell) -> Written {
        if let CellValue::Formula(formula, stored) = &cell.value {
            let result = match stored {
                Stored::Number(n) => n.to_string(),
                Stored::Text(s) => s.clone(),
            };
            let formula = x::Formula::new(formula).set_result(result);
            let format = self.format(cell.style);
            self.ws
                .write_formula_with_format(row, col, formula, format)?;
            return Ok(());
        }
        self.show(row, col, Shown::of(&cell.value), cell.style)
    }

    fn show(&mut self, row: u32, col: u16, shown: Shown<'_>, style: StyleId) -> Written {
        let format = self.format(style);
        match shown {
            Shown::Text(text) if !text.is_empty() => {
                self.ws
                    .write_string_with_format(row, col, fit(text), format)?
            }
            Shown::Number(n) if n.is_finite() => {
                self.ws.write_number_with_format(row, col, n, format)?
            }
            Shown::Link(target, text) => return self.link(row, col, target, text, format),
            _ => self.ws.write_blank(row, col, format)?,
        };
        Ok(())
    }

    /// A link; plain text where the format has no room for one more or refuses the target.
    fn link(
        &mut self,
        row: u32,
        col: u16,
        target: &str,
        text: &str,
        format: &x::Format,
    ) -> Written {
        let text = fit(text);
        if self.links < LINKS_MAX && !text.is_empty() {
            let url = x::Url::new(target).set_text(text.as_ref());
            if self
                .ws
                .write_url_with_format(row, col, &url, format)
                .is_ok()
            {
                self.links += 1;
                return Ok(());
            }
        }
        self.ws.write_string_with_format(row, col, text, format)?;
        Ok(())
    }
}

fn add_table(ws: &mut x::Worksheet, table: &Table, formats: &[x::Format]) -> Written {
    let heading = &formats[usize::from(table.heading_style.0)];
    let columns: Vec<x::TableColumn> = table
        .headings
        .iter()
        .map(|h| {
            x::TableColumn::new()
                .set_header(h.as_str())
                .set_header_format(heading)
        })
        .collect();
    let last_col = table.first_col + u16::try_from(table.headings.len().max(1) - 1).unwrap_or(0);
    let native = x::Table::new()
        .set_name(&table.name)
        .set_columns(&columns)
        .set_banded_rows(table.banded)
        .set_style(if table.banded {
            x::TableStyle::Light1
        } else {
            x::TableStyle::None
        });
    ws.add_table(
        table.first_row,
        table.first_col,
        table.last_row,
        last_col,
        &native,
    )?;
    Ok(())
}
