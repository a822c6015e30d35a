//! Turns a [`Book`] into the bytes of an `.xlsx` workbook; the only file that names the writing library.
//!
//! The same book gives the same bytes: the creation time comes from the book, and nothing else here knows the time.

mod chart;
mod fit;
mod paper;

use rust_xlsxwriter as x;

use fit::{commonest, cut, day_number, fit, moment_number};

use super::{
    Align, Book, Cell, CellValue, Sheet, SparkKind, Stored, Style, StyleId, Table, VAlign,
    Validation, ValidationRule,
};

/// The font of everything (Decree 30/2020/ND-CP, annex I: Times New Roman).
const FONT: &str = "Times New Roman";
/// Links a worksheet can hold (Excel specifications and limits).
const LINKS_MAX: usize = 65_530;
/// Sheets above so many cells take their commonest styles from their columns, which is faster.
const COLUMN_STYLES_FROM: usize = 50_000;
/// Books above so many cells are packed less tightly, in three quarters of the time.
const FAST_FROM: usize = 200_000;

/// A book that cannot be written: a defect of ours, never of an input's making.
#[derive(Debug, thiserror::Error)]
#[error("workbook cannot be written{}: {source}", place(.sheet))]
pub struct RenderError {
    /// The sheet at which it failed.
    sheet: Option<String>,
    /// What the writer said.
    #[source]
    source: x::XlsxError,
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
        move |source| RenderError { sheet, source }
    };
    let mut workbook = x::Workbook::new();
    let plain = x::Format::new().set_font_name(FONT).set_font_size(11);
    workbook
        .set_default_format(&plain, 20, 64)
        .map_err(at(None))?;
    workbook.set_properties(&properties(book).map_err(at(None))?);
    let cells: usize = book.sheets.iter().map(|s| s.cells.len()).sum();
    if cells >= FAST_FROM {
        workbook.set_zip_compression_level(3);
    }
    let formats: Vec<x::Format> = book.styles.list().iter().map(format).collect();
    let mut active = false;
    for sheet in &book.sheets {
        let worksheet = workbook.add_worksheet();
        fill(worksheet, sheet, &formats).map_err(at(Some(&sheet.name)))?;
        if !active && !sheet.hidden {
            worksheet.set_active(true);
            worksheet.set_first_tab(true);
            active = true;
        }
    }
    for (name, formula) in &book.names {
        workbook.define_name(name, formula).map_err(at(None))?;
    }
    workbook.save_to_buffer().map_err(at(None))
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

fn format(style: &Style) -> x::Format {
    let mut f = x::Format::new().set_font_name(FONT);
    f = f.set_font_size(if style.size == 0 {
        11.0
    } else {
        f64::from(style.size) / 10.0
    });
    if style.bold {
        f = f.set_bold();
    }
    if style.italic {
        f = f.set_italic();
    }
    if style.underline {
        f = f.set_underline(x::FormatUnderline::Single);
    }
    if style.strikeout {
        f = f.set_font_strikethrough();
    }
    if let Some(color) = style.color {
        f = f.set_font_color(x::Color::RGB(color));
    }
    if let Some(fill) = style.fill {
        f = f
            .set_pattern(x::FormatPattern::Solid)
            .set_background_color(x::Color::RGB(fill));
    }
    if let Some(border) = style.border {
        f = f
            .set_border(x::FormatBorder::Thin)
            .set_border_color(x::Color::RGB(border));
    }
    if let Some(border) = style.border_bottom {
        f = f
            .set_border_bottom(x::FormatBorder::Thin)
            .set_border_bottom_color(x::Color::RGB(border));
    }
    f = match style.align {
        Align::General => f,
        Align::Left => f.set_align(x::FormatAlign::Left),
        Align::Center => f.set_align(x::FormatAlign::Center),
        Align::Right => f.set_align(x::FormatAlign::Right),
    };
    f = match style.valign {
        VAlign::Bottom => f,
        VAlign::Center => f.set_align(x::FormatAlign::VerticalCenter),
        VAlign::Top => f.set_align(x::FormatAlign::Top),
    };
    if style.wrap {
        f = f.set_text_wrap();
    }
    if style.indent > 0 {
        f = f.set_indent(style.indent);
    }
    if !style.format.is_empty() {
        f = f.set_num_format(style.format);
    }
    if style.quote_prefix {
        f = f.set_quote_prefix();
    }
    if style.unlocked {
        f = f.set_unlocked();
    }
    if style.rotation != 0 {
        f = f.set_rotation(style.rotation);
    }
    f
}

fn fill(ws: &mut x::Worksheet, sheet: &Sheet, formats: &[x::Format]) -> Written {
    ws.set_name(&sheet.name)?;
    for (col, width) in &sheet.widths {
        ws.set_column_width(*col, *width)?;
    }
    for col in &sheet.hidden_columns {
        ws.set_column_hidden(*col)?;
    }
    for (row, height) in &sheet.heights {
        ws.set_row_height(*row, *height)?;
    }
    // Tables first: they write their own headings, which cells may restyle.
    for table in &sheet.tables {
        add_table(ws, table, formats)?;
    }
    let mut pen = Pen::new(ws, sheet, formats)?;
    for (row, col, cell) in &sheet.cells {
        pen.put(*row, *col, cell)?;
    }
    for (first_row, first_col, last_row, last_col, cell) in &sheet.merges {
        if (first_row, first_col) != (last_row, last_col) {
            let format = pen.format(cell.style).clone();
            pen.ws
                .merge_range(*first_row, *first_col, *last_row, *last_col, "", &format)?;
        }
        pen.put(*first_row, *first_col, cell)?;
    }
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
    /// Style that a column carries itself, by column.
    columns: Vec<Option<StyleId>>,
    links: usize,
}

impl<'a> Pen<'a> {
    fn new(
        ws: &'a mut x::Worksheet,
        sheet: &Sheet,
        formats: &'a [x::Format],
    ) -> Result<Self, x::XlsxError> {
        let columns = if sheet.cells.len() >= COLUMN_STYLES_FROM {
            commonest(sheet)
        } else {
            Vec::new()
        };
        for (col, style) in columns.iter().enumerate() {
            if let (Some(style), Ok(col)) = (style, u16::try_from(col)) {
                ws.set_column_format(col, &formats[usize::from(style.0)])?;
            }
        }
        Ok(Self {
            ws,
            formats,
            columns,
            links: 0,
        })
    }

    fn format(&self, style: StyleId) -> &'a x::Format {
        self.formats
            .get(usize::from(style.0))
            .unwrap_or(&self.formats[0])
    }

    fn put(&mut self, row: u32, col: u16, cell: &Cell) -> Written {
        let format = self.format(cell.style);
        let by_column = self.columns.get(usize::from(col)) == Some(&Some(cell.style));
        match &cell.value {
            // The column shows its style by itself.
            CellValue::Blank if by_column => return Ok(()),
            CellValue::Blank => self.ws.write_blank(row, col, format)?,
            CellValue::Text(text) if text.as_str().is_empty() => {
                self.ws.write_blank(row, col, format)?
            }
            CellValue::Text(text) if by_column => {
                self.ws.write_string(row, col, fit(text.as_str()))?
            }
            CellValue::Text(text) => {
                self.ws
                    .write_string_with_format(row, col, fit(text.as_str()), format)?
            }
            CellValue::Number(n) => self.number(row, col, *n, format, by_column)?,
            CellValue::Date(d) => self.number(row, col, day_number(*d), format, by_column)?,
            CellValue::DateTime(t) => {
                self.number(row, col, moment_number(*t), format, by_column)?
            }
            CellValue::Formula(formula, stored) => {
                let result = match stored {
                    Stored::Number(n) => n.to_string(),
                    Stored::Text(s) => s.clone(),
                };
                let formula = x::Formula::new(formula).set_result(result);
                self.ws
                    .write_formula_with_format(row, col, formula, format)?
            }
            CellValue::Link(target, text) => {
                return self.link(row, col, target, text.as_str(), format);
            }
        };
        Ok(())
    }

    fn number(
        &mut self,
        row: u32,
        col: u16,
        n: f64,
        format: &x::Format,
        by_column: bool,
    ) -> Result<&mut x::Worksheet, x::XlsxError> {
        if !n.is_finite() {
            return self.ws.write_blank(row, col, format);
        }
        if by_column {
            self.ws.write_number(row, col, n)
        } else {
            self.ws.write_number_with_format(row, col, n, format)
        }
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
            let url = x::Url::new(target).set_text(&text);
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

fn validation(v: &Validation) -> Result<x::DataValidation, x::XlsxError> {
    let mut out = x::DataValidation::new();
    out = match &v.rule {
        ValidationRule::ListName(name) => {
            let formula = if name.starts_with('=') {
                name.clone()
            } else {
                format!("={name}")
            };
            out.allow_list_formula(x::Formula::new(formula))
        }
        ValidationRule::Date(from, to) => out.allow_date(x::DataValidationRule::Between(
            x::ExcelDateTime::from_serial_datetime(day_number(*from))?,
            x::ExcelDateTime::from_serial_datetime(day_number(*to))?,
        )),
        ValidationRule::Number(from, to) => {
            out.allow_decimal_number(x::DataValidationRule::Between(*from, *to))
        }
    };
    if let Some((title, message)) = &v.input {
        out = out
            .set_input_title(cut(title.as_str(), 32))?
            .set_input_message(cut(message.as_str(), 255))?;
    }
    if let Some((title, message)) = &v.error {
        out = out
            .set_error_title(cut(title.as_str(), 32))?
            .set_error_message(cut(message.as_str(), 255))?;
    }
    if v.soft {
        out = out.set_error_style(x::DataValidationErrorStyle::Warning);
    }
    Ok(out)
}
