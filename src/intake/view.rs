//! A sheet made ready for reading: rows, merged areas, and the text of a cell as meant.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use crate::domain::cell::CellRef;
use crate::domain::grid::{GridCell, GridSheet, Legacy, Shown, Value};
use crate::vn;

/// Cells of merged areas that are looked up singly; hostile files state more.
const COVERED_MAX: usize = 1_000_000;

/// A sheet with its rows and merged areas indexed.
pub(super) struct SheetView<'g> {
    pub sheet: &'g GridSheet,
    rows: Vec<(u32, Range<usize>)>,
    covered: HashMap<CellRef, CellRef>,
    spans: HashMap<CellRef, CellRef>,
    texts: Vec<OnceCell<CellText>>,
    encoding: Legacy,
}

impl<'g> SheetView<'g> {
    /// Indexes a sheet.
    pub(super) fn new(sheet: &'g GridSheet) -> Self {
        let mut rows: Vec<(u32, Range<usize>)> = Vec::new();
        for (index, cell) in sheet.cells.iter().enumerate() {
            match rows.last_mut() {
                Some((row, range)) if *row == cell.at.row => range.end = index + 1,
                _ => rows.push((cell.at.row, index..index + 1)),
            }
        }
        let mut covered = HashMap::new();
        let mut spans = HashMap::new();
        let last_row = rows.last().map_or(0, |(row, _)| *row);
        for (first, last) in &sheet.merges {
            spans.insert(*first, *last);
            for row in first.row..=last.row.min(last_row) {
                for col in first.col..=last.col {
                    if covered.len() >= COVERED_MAX {
                        break;
                    }
                    let at = CellRef::new(row, col);
                    if at != *first {
                        covered.insert(at, *first);
                    }
                }
            }
        }
        Self {
            sheet,
            rows,
            covered,
            spans,
            texts: vec![OnceCell::new(); sheet.cells.len()],
            encoding: encoding_of(sheet),
        }
    }

    /// The text of a cell, read once.
    pub(super) fn text(&self, cell: &GridCell) -> &CellText {
        // Nearly always it is one of the sheet's own cells, whose place tells its index.
        let cells = &self.sheet.cells;
        let offset = std::ptr::from_ref(cell)
            .addr()
            .wrapping_sub(cells.as_ptr().addr());
        let near = offset / size_of::<GridCell>();
        let own = cells.get(near).is_some_and(|c| std::ptr::eq(c, cell));
        let index = if own {
            near
        } else {
            cells
                .binary_search_by_key(&cell.at, |c| c.at)
                .unwrap_or_default()
        };
        self.texts[index].get_or_init(|| cell_text(cell, self.encoding))
    }

    /// Number of rows that have cells.
    pub(super) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// The `n`-th row that has cells.
    pub(super) fn row_at(&self, n: usize) -> u32 {
        self.rows[n].0
    }

    /// Position among the rows that have cells of the first one at or below a row.
    pub(super) fn position(&self, row: u32) -> usize {
        self.rows.partition_point(|(r, _)| *r < row)
    }

    /// Cells of a row, left to right.
    pub(super) fn row(&self, row: u32) -> &'g [GridCell] {
        match self.rows.binary_search_by_key(&row, |(r, _)| *r) {
            Ok(n) => &self.sheet.cells[self.rows[n].1.clone()],
            Err(_) => &[],
        }
    }

    /// A cell's own value.
    pub(super) fn cell(&self, at: CellRef) -> Option<&'g GridCell> {
        let row = self.row(at.row);
        row.binary_search_by_key(&at, |c| c.at)
            .ok()
            .map(|n| &row[n])
    }

    /// The first cell of the merged area that covers a cell, when it is not that cell itself.
    pub(super) fn covered_by(&self, at: CellRef) -> Option<CellRef> {
        self.covered.get(&at).copied()
    }

    /// The last cell of the merged area that begins at a cell.
    pub(super) fn span(&self, at: CellRef) -> CellRef {
        self.spans.get(&at).copied().unwrap_or(at)
    }

    /// Whether a row is hidden.
    pub(super) fn row_hidden(&self, row: u32) -> bool {
        self.sheet.hidden_rows.binary_search(&row).is_ok()
    }

    /// Whether a column is hidden.
    pub(super) fn col_hidden(&self, col: u16) -> bool {
        self.sheet.hidden_cols.binary_search(&col).is_ok()
    }
}

/// A cell's text as stored and as meant.
#[derive(Clone, Debug, Default)]
pub(super) struct CellText {
    pub text: String,
    pub legacy: Legacy,
    pub unclean: bool,
    pub confusable: bool,
}

/// Reads the text of a cell: decoded, cleaned, look-alikes mended.
///
/// `around` is the encoding of the whole sheet: a short text that could be either follows it.
fn cell_text(cell: &GridCell, around: Legacy) -> CellText {
    match &cell.value {
        Value::Text(raw) => {
            let mut legacy = vn::legacy::detect(raw, cell.font);
            let other_kind = matches!(legacy, Legacy::Tcvn3 | Legacy::Vni)
                && around != Legacy::No
                && legacy != around;
            if cell.font == Legacy::No && other_kind {
                legacy = around;
            }
            if legacy == Legacy::No && around != Legacy::No && !raw.is_ascii() && !is_unicode(raw) {
                legacy = if cell.font == Legacy::No {
                    around
                } else {
                    cell.font
                };
            }
            let cleaned = if legacy == Legacy::No {
                vn::clean(raw)
            } else {
                vn::clean(&vn::legacy::decode(raw, legacy))
            };
            let (text, confusable) = vn::confusable::mend(&cleaned.text);
            CellText {
                text,
                legacy,
                unclean: cleaned.unclean,
                confusable,
            }
        }
        value => {
            let shown = display(value, cell.shown);
            CellText {
                text: shown,
                ..CellText::default()
            }
        }
    }
}

/// Whether a text has letters that only Unicode fonts show.
fn is_unicode(text: &str) -> bool {
    text.chars().any(|c| matches!(u32::from(c), 0x100..=0x1eff))
}

/// The old encoding nearly all of a sheet is typed in; none when Unicode texts stand in it.
fn encoding_of(sheet: &GridSheet) -> Legacy {
    let mut found = [0_usize; 2];
    let mut unicode = 0_usize;
    for cell in sheet.cells.iter().take(2000) {
        let Value::Text(raw) = &cell.value else {
            continue;
        };
        if raw.is_ascii() {
            continue;
        }
        if is_unicode(raw) {
            unicode += 1;
            if unicode > 20 {
                return Legacy::No;
            }
            continue;
        }
        match vn::legacy::detect(raw, cell.font) {
            Legacy::No => {}
            Legacy::Tcvn3 | Legacy::Tcvn3Upper => found[0] += 1,
            Legacy::Vni => found[1] += 1,
        }
    }
    let (tcvn3, vni) = (found[0], found[1]);
    if tcvn3 >= 5 && unicode * 10 < tcvn3 && vni * 4 < tcvn3 {
        Legacy::Tcvn3
    } else if vni >= 5 && unicode * 10 < vni && tcvn3 * 4 < vni {
        Legacy::Vni
    } else {
        Legacy::No
    }
}

/// A value as a person sees it: days as d/m/yyyy, decimals with a comma, percentages with their sign.
pub(super) fn display(value: &Value, shown: Shown) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(n) if shown == Shown::Percent => format!("{}%", number(n * 100.0)),
        Value::Number(n) => number(*n),
        Value::Bool(true) => "TRUE".to_owned(),
        Value::Bool(false) => "FALSE".to_owned(),
        Value::Date { at, .. } => {
            let day = at.date();
            match shown {
                Shown::Month => format!("{}/{}", day.month(), day.year()),
                Shown::Year => day.year().to_string(),
                Shown::Time => format!("{:02}:{:02}", at.hour(), at.minute()),
                _ => format!("{}/{}/{}", day.day(), day.month(), day.year()),
            }
        }
        Value::Error(text) => text.clone(),
        Value::Uncalculated => String::new(),
    }
}

/// A number with at most 15 significant digits, as spreadsheet programs keep them.
fn number(n: f64) -> String {
    let rounded: f64 = format!("{n:.14e}").parse().unwrap_or(n);
    format!("{rounded}").replace('.', ",")
}
