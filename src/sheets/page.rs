//! What every list sheet has: title, heading, a native table, print set-up, and one kind line where there is nothing to list.

use crate::book::{Align, CellValue, Print, Sheet, Shown, Style, StyleId, Styles, Table, VAlign};
use crate::text::Vi;

use super::board::Board;
use super::palette::{self, Meaning};
use super::paper;
pub(super) use super::values::{counted, day, fraction, integer, merged, whole, word, words};

/// Row of a list's headings, zero-based; the body follows.
pub(super) const HEADING_ROW: u32 = 3;
/// First row of a list's body.
pub(super) const BODY_ROW: u32 = HEADING_ROW + 1;
/// Lists of so many cells are put on tape.
const TAPE_FROM: usize = 20_000;

/// How a column is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Our words.
    Label,
    /// Our words, centred.
    Mark,
    /// Somebody's own words: text for ever.
    Words,
    /// Somebody's own short words, centred.
    Code,
    /// A whole number.
    Whole,
    /// A number with up to two decimals.
    Number,
    /// A day.
    Date,
    /// A moment.
    Moment,
    /// A percentage as a fraction.
    Percent,
    /// A difference of percentages as a fraction.
    Difference,
    /// A change against the period before as a fraction, told apart without colour.
    Change,
    /// A rate with the decimals of the settings.
    Rate,
    /// A link.
    Link,
    /// Our words as a link to what they speak of.
    Trace,
}

/// A column of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Key below `heading`.
    pub key: &'static str,
    /// Width in characters.
    pub width: f64,
    /// How it is shown.
    pub kind: Kind,
    /// Hidden: a key our formulas count by.
    pub hidden: bool,
}

/// A visible column.
pub(super) const fn column(key: &'static str, width: f64, kind: Kind) -> Column {
    Column {
        key,
        width,
        kind,
        hidden: false,
    }
}

/// A hidden column.
pub(super) const fn hidden(key: &'static str) -> Column {
    Column {
        key,
        width: 8.0,
        kind: Kind::Mark,
        hidden: true,
    }
}

/// The tone of a cell or a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tone {
    /// As usual.
    #[default]
    Plain,
    /// Old figures, or none.
    Muted,
    /// A total.
    Total,
    /// With a meaning: soft fill and strong words.
    Means(Meaning),
}

/// Looks up styles without building one for each cell.
pub(super) struct Looks<'a> {
    styles: &'a mut Styles,
    known: Vec<(Kind, Tone, StyleId)>,
    decimals: u8,
}

impl<'a> Looks<'a> {
    pub(super) fn new(styles: &'a mut Styles, board: &Board) -> Self {
        Self {
            styles,
            known: Vec::new(),
            decimals: board.decimals(),
        }
    }

    pub(super) fn of(&mut self, kind: Kind, tone: Tone) -> StyleId {
        if let Some((_, _, id)) = self.known.iter().find(|(k, t, _)| (*k, *t) == (kind, tone)) {
            return *id;
        }
        let id = self.styles.id(look(kind, tone, self.decimals));
        self.known.push((kind, tone, id));
        id
    }
}

/// The number format of a rate.
pub(super) const fn rate_format(decimals: u8) -> &'static str {
    match decimals {
        0 => "0%",
        1 => "0.0%",
        2 => "0.00%",
        3 => "0.000%",
        4 => "0.0000%",
        5 => "0.00000%",
        _ => "0.000000%",
    }
}

fn look(kind: Kind, tone: Tone, decimals: u8) -> Style {
    let mut style = Style {
        size: 100,
        color: Some(palette::INK),
        border: Some(palette::LINE),
        valign: VAlign::Top,
        wrap: true,
        ..Style::default()
    };
    match kind {
        Kind::Label => style.align = Align::Left,
        Kind::Words => {
            style.align = Align::Left;
            style.quote_prefix = true;
        }
        Kind::Mark => style.align = Align::Center,
        Kind::Code => {
            style.align = Align::Center;
            style.quote_prefix = true;
        }
        Kind::Link => {
            style.align = Align::Center;
            style.underline = true;
            style.color = Some(palette::LINK);
        }
        Kind::Trace => {
            style.align = Align::Left;
            style.color = Some(palette::LINK);
        }
        Kind::Whole => numeric(&mut style, "#,##0"),
        Kind::Number => numeric(&mut style, "#,##0.##"),
        Kind::Date => numeric(&mut style, "dd/mm/yyyy"),
        Kind::Moment => numeric(&mut style, "dd/mm/yyyy hh:mm"),
        Kind::Percent => numeric(&mut style, "0.0%"),
        Kind::Difference => numeric(&mut style, "+0.0%;-0.0%;0.0%"),
        Kind::Change => numeric(&mut style, "▲ +0.0%;▼ -0.0%;0.0%"),
        Kind::Rate => numeric(&mut style, rate_format(decimals)),
    }
    match tone {
        Tone::Plain => {}
        Tone::Muted => {
            style.italic = true;
            style.color = Some(palette::MUTED);
        }
        Tone::Total => {
            style.bold = true;
            style.fill = Some(palette::TOTAL);
        }
        Tone::Means(meaning) => {
            style.fill = Some(meaning.soft);
            style.bold = true;
        }
    }
    style
}

fn numeric(style: &mut Style, format: &'static str) {
    style.align = Align::Center;
    style.format = format;
}

/// A row of a list: values, the tone of the row, and cells with a tone of their own.
pub(super) struct Row {
    pub(super) values: Vec<CellValue>,
    pub(super) tone: Tone,
    pub(super) accents: Vec<(usize, Tone)>,
}

impl Row {
    pub(super) fn new(values: Vec<CellValue>) -> Self {
        Self {
            values,
            tone: Tone::Plain,
            accents: Vec::new(),
        }
    }

    pub(super) fn accent(mut self, column: usize, meaning: Meaning) -> Self {
        self.accents.push((column, Tone::Means(meaning)));
        self
    }

    pub(super) fn muted(mut self, muted: bool) -> Self {
        if muted {
            self.tone = Tone::Muted;
        }
        self
    }
}

/// A list sheet in the making.
pub(super) struct List<'a, R = Vec<Row>> {
    /// Key below `sheet`, `title` and, where there is one, `empty`.
    pub key: &'static str,
    /// Table name, ASCII.
    pub table: &'static str,
    pub columns: &'a [Column],
    pub rows: R,
    /// A line under the title.
    pub note: Option<Vi>,
    /// Columns frozen on the left.
    pub freeze: u16,
    /// Pages across.
    pub pages: u16,
}

impl<R: IntoIterator<Item = Row, IntoIter: ExactSizeIterator>> List<'_, R> {
    /// The finished sheet.
    pub(super) fn sheet(self, board: &Board, styles: &mut Styles) -> Sheet {
        let rows = self.rows.into_iter();
        let mut sheet = begin(board, styles, self.key, self.note.as_ref());
        if self.pages > 1 && rows.len() > 0 {
            // The frozen columns come again on every page across; a title that begins in them would be cut there.
            for (row, col, _) in &mut sheet.cells {
                if *row < HEADING_ROW {
                    *col += self.freeze;
                }
            }
        }
        widths(&mut sheet, self.columns);
        sheet.print.fit = (self.pages, 0);
        if rows.len() == 0 {
            let style = styles.id(Style {
                size: 110,
                color: Some(palette::DONE.strong),
                ..Style::default()
            });
            let line = board.text.word(&format!("empty.{}", self.key));
            sheet.put(HEADING_ROW, 0, CellValue::Text(line), style);
            return sheet;
        }
        sheet.freeze = (BODY_ROW, self.freeze);
        let mut at = Placed {
            sheet: &mut sheet,
            first_row: HEADING_ROW,
        };
        at.table(board, styles, self.table, self.columns, rows);
        sheet
    }
}

/// A table put at a row of a sheet.
pub(super) struct Placed<'a> {
    pub(super) sheet: &'a mut Sheet,
    pub(super) first_row: u32,
}

impl Placed<'_> {
    /// Writes headings, body and the native table from the first column on; returns the row after it.
    pub(super) fn table<R>(
        &mut self,
        board: &Board,
        styles: &mut Styles,
        name: &str,
        columns: &[Column],
        rows: R,
    ) -> u32
    where
        R: IntoIterator<Item = Row, IntoIter: ExactSizeIterator>,
    {
        let rows = rows.into_iter();
        let last_row = self.first_row + count(rows.len());
        let next = self.beside(board, styles, (name, 0), columns, rows);
        if self.first_row != HEADING_ROW {
            paper::second_table(self.sheet, self.first_row, last_row);
        }
        next
    }

    /// The same from another column on.
    pub(super) fn beside<R>(
        &mut self,
        board: &Board,
        styles: &mut Styles,
        (name, first_col): (&str, u16),
        columns: &[Column],
        rows: R,
    ) -> u32
    where
        R: IntoIterator<Item = Row, IntoIter: ExactSizeIterator>,
    {
        let heading_style = styles.id(palette::heading());
        let headings: Vec<Vi> = columns.iter().map(|c| board.heading(c.key)).collect();
        self.sheet
            .heights
            .push((self.first_row, paper::heading_height(columns, &headings)));
        let mut rows = rows.into_iter().peekable();
        let last_row = self.first_row + count(rows.len());
        let formulas = rows.peek().is_some_and(|row| {
            let mut values = row.values.iter();
            values.any(|v| matches!(v, CellValue::Formula(..)))
        });
        // A tape goes down only: of two tables side by side one is on it.
        let tape = self.sheet.tape.as_ref();
        let below = tape.is_none_or(|t| t.takes(self.first_row + 1));
        let long = rows.len() * columns.len() >= TAPE_FROM && !formulas && below;
        let mut looks = Looks::new(styles, board);
        for (i, row) in rows.enumerate() {
            let at = self.first_row + 1 + count(i);
            let height = paper::row_height(columns, &row.values);
            if long {
                self.sheet.tape.get_or_insert_default().row(at, height);
            } else {
                self.sheet.heights.push((at, height));
            }
            for (j, (value, column)) in row.values.into_iter().zip(columns).enumerate() {
                let tone = row
                    .accents
                    .iter()
                    .find(|(c, _)| *c == j)
                    .map_or(row.tone, |(_, tone)| *tone);
                let kind = match (&value, column.kind) {
                    (CellValue::Text(_), Kind::Link) => Kind::Code,
                    (CellValue::Text(_), Kind::Trace) => Kind::Label,
                    (_, kind) => kind,
                };
                let style = looks.of(kind, tone);
                match &mut self.sheet.tape {
                    Some(tape) if long && !matches!(value, CellValue::Formula(..)) => {
                        tape.put(first_col + narrow(j), Shown::of(&value), style);
                    }
                    _ => self.sheet.put(at, first_col + narrow(j), value, style),
                }
            }
        }
        self.sheet.tables.push(Table {
            name: name.to_owned(),
            first_row: self.first_row,
            first_col,
            last_row,
            headings,
            heading_style,
            banded: false,
        });
        last_row + 1
    }
}

/// A sheet with its title, subtitle, note and print set-up.
pub(super) fn begin(board: &Board, styles: &mut Styles, key: &str, note: Option<&Vi>) -> Sheet {
    let mut sheet = Sheet {
        name: board.sheet_name(key),
        gridlines: false,
        ..Sheet::default()
    };
    let title = styles.id(palette::title());
    let remark = styles.id(palette::remark());
    sheet.put(
        0,
        0,
        CellValue::Text(board.text.word(&format!("title.{key}"))),
        title,
    );
    sheet.heights.push((0, 24.0));
    let subtitle = board.subtitle();
    sheet.put(1, 0, CellValue::Text(subtitle.clone()), remark);
    if let Some(note) = note {
        sheet.put(2, 0, CellValue::Text(note.clone()), remark);
    }
    sheet.print = Print {
        landscape: true,
        fit: (1, 0),
        repeat_rows: Some((HEADING_ROW, HEADING_ROW)),
        footer: Some(subtitle),
        center: true,
        ..Print::default()
    };
    sheet
}

/// Sets widths and hides key columns.
pub(super) fn widths(sheet: &mut Sheet, columns: &[Column]) {
    for (i, column) in columns.iter().enumerate() {
        sheet.widths.push((narrow(i), column.width));
        if column.hidden {
            sheet.hidden_columns.push(narrow(i));
        }
    }
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX / 2)
}

pub(super) fn narrow(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}
