//! The pre-scan of one worksheet.

use std::collections::HashMap;
use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};

use super::formats::font_encoding;
use super::package::{too_large, unreadable};
use super::prescan::{SheetFacts, Special, attribute, events, flag};
use crate::config::Limits;
use crate::domain::cell::{COLUMNS_MAX, CellRef, ROWS_MAX};
use crate::domain::grid::Legacy;
use crate::domain::snapshot::FileFault;

/// Merged areas read of one sheet.
const MERGES_MAX: usize = 200_000;
/// Largest believable index of a shared formula.
const SHARED_MAX: u64 = 1 << 24;

/// Reads one worksheet part.
pub(super) struct SheetScan<'s> {
    sheet: &'s mut SheetFacts,
    fonts: &'s HashMap<u64, Legacy>,
    limits: &'s Limits,
    valued: &'s mut u64,
    row: u32,
    col: u32,
    in_data: bool,
    cell: Option<OpenCell>,
    row_inside: bool,
    row_beyond: bool,
}

struct OpenCell {
    at: CellRef,
    kind: CellKind,
    special: Special,
    in_value: bool,
    in_text: bool,
    text: String,
}

#[derive(PartialEq)]
enum CellKind {
    Error,
    Shared,
    Other,
}

impl<'s> SheetScan<'s> {
    /// Prepares the scan of a sheet; `valued` counts cells with values over the whole file.
    pub(super) fn new(
        sheet: &'s mut SheetFacts,
        fonts: &'s HashMap<u64, Legacy>,
        limits: &'s Limits,
        valued: &'s mut u64,
    ) -> Self {
        Self {
            sheet,
            fonts,
            limits,
            valued,
            row: 0,
            col: 0,
            in_data: false,
            cell: None,
            row_inside: false,
            row_beyond: false,
        }
    }

    /// Reads the part to its end.
    pub(super) fn run(mut self, source: &mut dyn BufRead) -> Result<(), FileFault> {
        let mut data = false;
        let mut root = None;
        events(source, |event| {
            match event {
                Event::Start(tag) => {
                    let name = tag.local_name();
                    root.get_or_insert_with(|| name.as_ref().to_owned());
                    data |= name.as_ref() == "sheetData";
                    self.open(&tag)?;
                }
                Event::End(tag) => self.close(tag.local_name().as_ref())?,
                Event::Text(text) => self.text(&text),
                Event::GeneralRef(_) | Event::CData(_) => self.text("?"),
                _ => {}
            }
            Ok(())
        })?;
        if root.as_deref() != Some("worksheet") || !data {
            return Err(unreadable("not a worksheet"));
        }
        self.sheet.hidden_rows.sort_unstable();
        self.sheet.hidden_rows.dedup();
        self.sheet.hidden_cols.sort_unstable();
        self.sheet.hidden_cols.dedup();
        Ok(())
    }

    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), FileFault> {
        match tag.local_name().as_ref() {
            "sheetData" => self.in_data = true,
            "row" if self.in_data => self.open_row(tag)?,
            "c" if self.in_data && self.cell.is_none() => self.open_cell(tag)?,
            "f" => {
                if let Some(cell) = &mut self.cell {
                    cell.special.formula = true;
                    if attribute(tag, "si")
                        .is_some_and(|si| si.parse::<u64>().map_or(true, |n| n > SHARED_MAX))
                    {
                        return Err(unreadable("a shared formula with an impossible index"));
                    }
                }
            }
            "v" => {
                if let Some(cell) = &mut self.cell {
                    cell.in_value = true;
                }
            }
            "t" => {
                if let Some(cell) = &mut self.cell {
                    cell.in_text = true;
                }
            }
            "rFont" => {
                if let Some(cell) = &mut self.cell
                    && cell.special.font == Legacy::No
                    && !cell.special.valued
                {
                    cell.special.font =
                        attribute(tag, "val").map_or(Legacy::No, |v| font_encoding(&v));
                }
            }
            "col" if !self.in_data => self.hidden_columns(tag),
            "mergeCell" if !self.in_data => self.merge(tag)?,
            _ => {}
        }
        Ok(())
    }

    fn open_row(&mut self, tag: &BytesStart<'_>) -> Result<(), FileFault> {
        let mut hidden = false;
        let mut flat = false;
        let mut custom = false;
        for a in tag.attributes().with_checks(false).flatten() {
            match a.key.as_ref() {
                "r" => {
                    let row: u32 = a
                        .value
                        .parse()
                        .map_err(|_| unreadable("a row number that is none"))?;
                    if row == 0 || row > ROWS_MAX {
                        return Err(unreadable("a row beyond the sheet"));
                    }
                    self.row = row - 1;
                }
                "hidden" => hidden = matches!(a.value.as_ref(), "1" | "true"),
                "ht" => flat = a.value.parse::<f64>().is_ok_and(|h| h == 0.0),
                "customHeight" => custom = matches!(a.value.as_ref(), "1" | "true"),
                _ => {}
            }
        }
        self.col = 0;
        self.row_inside = false;
        self.row_beyond = false;
        if hidden || (flat && custom) {
            self.sheet.hidden_rows.push(self.row);
        }
        Ok(())
    }

    fn open_cell(&mut self, tag: &BytesStart<'_>) -> Result<(), FileFault> {
        let mut kind = CellKind::Other;
        let mut place = None;
        for a in tag.attributes().with_checks(false).flatten() {
            match a.key.as_ref() {
                "r" => {
                    let at: CellRef = a
                        .value
                        .parse()
                        .map_err(|_| unreadable("a cell address that is none"))?;
                    place = Some(at);
                }
                "t" => {
                    kind = match a.value.as_ref() {
                        "e" => CellKind::Error,
                        "s" => CellKind::Shared,
                        _ => CellKind::Other,
                    };
                }
                _ => {}
            }
        }
        let at = match place {
            Some(at) => at,
            None if self.row < ROWS_MAX && self.col < u32::from(COLUMNS_MAX) => {
                CellRef::new(self.row, u16::try_from(self.col).unwrap_or(u16::MAX))
            }
            None => return Err(unreadable("a cell beyond the sheet")),
        };
        self.col = u32::from(at.col);
        self.cell = Some(OpenCell {
            at,
            kind,
            special: Special::default(),
            in_value: false,
            in_text: false,
            text: String::new(),
        });
        Ok(())
    }

    fn text(&mut self, text: &str) {
        let Some(cell) = &mut self.cell else { return };
        if cell.in_value || cell.in_text {
            cell.special.valued |= !text.is_empty();
        }
        if cell.in_value && cell.kind != CellKind::Other && cell.text.len() < 64 {
            cell.text.extend(text.chars().take(64));
        }
    }

    fn close(&mut self, name: &str) -> Result<(), FileFault> {
        match name {
            "sheetData" => self.in_data = false,
            "row" if self.in_data => {
                self.row = self.row.saturating_add(1);
                self.col = 0;
            }
            "v" => {
                if let Some(cell) = &mut self.cell {
                    cell.in_value = false;
                }
            }
            "t" => {
                if let Some(cell) = &mut self.cell {
                    cell.in_text = false;
                }
            }
            "c" => {
                if let Some(cell) = self.cell.take() {
                    self.col += 1;
                    self.close_cell(cell)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn close_cell(&mut self, mut cell: OpenCell) -> Result<(), FileFault> {
        if cell.special.valued {
            self.count(cell.at)?;
        }
        match cell.kind {
            CellKind::Error => cell.special.error = Some(cell.text.trim().to_owned()),
            CellKind::Shared => {
                if let Ok(index) = cell.text.trim().parse::<u64>()
                    && let Some(font) = self.fonts.get(&index)
                {
                    cell.special.font = *font;
                }
            }
            CellKind::Other => {}
        }
        let special = cell.special;
        if special.formula || special.error.is_some() || special.font != Legacy::No {
            self.sheet.special.insert(cell.at, special);
        }
        Ok(())
    }

    /// Counts a cell with a value against the limits.
    fn count(&mut self, at: CellRef) -> Result<(), FileFault> {
        *self.valued += 1;
        if *self.valued > self.limits.cells_max {
            return Err(too_large("cells_max", self.limits.cells_max));
        }
        if u64::from(at.row) >= self.limits.rows_max {
            return Err(too_large("rows_max", self.limits.rows_max));
        }
        if u64::from(at.col) < self.limits.columns_max {
            self.row_inside = true;
        } else {
            self.row_beyond = true;
        }
        if self.row_inside && self.row_beyond {
            return Err(too_large("columns_max", self.limits.columns_max));
        }
        Ok(())
    }

    fn hidden_columns(&mut self, tag: &BytesStart<'_>) {
        let number = |name: &str| attribute(tag, name).and_then(|v| v.parse::<u32>().ok());
        let flat = attribute(tag, "width")
            .and_then(|w| w.parse::<f64>().ok())
            .is_some_and(|w| w == 0.0);
        if !(flag(tag, "hidden") || flat) {
            return;
        }
        let (Some(min), Some(max)) = (number("min"), number("max")) else {
            return;
        };
        for col in min.max(1)..=max.min(u32::from(COLUMNS_MAX)) {
            if let Ok(col) = u16::try_from(col - 1) {
                self.sheet.hidden_cols.push(col);
            }
        }
    }

    fn merge(&mut self, tag: &BytesStart<'_>) -> Result<(), FileFault> {
        if self.sheet.merges.len() >= MERGES_MAX {
            return Err(too_large("cells_max", self.limits.cells_max));
        }
        let area = attribute(tag, "ref").unwrap_or_default();
        let (from, to) = area.split_once(':').unwrap_or((&area, &area));
        let parse = |t: &str| t.replace('$', "").parse::<CellRef>();
        if let (Ok(a), Ok(b)) = (parse(from), parse(to)) {
            let first = CellRef::new(a.row.min(b.row), a.col.min(b.col));
            let last = CellRef::new(a.row.max(b.row), a.col.max(b.col));
            if first != last {
                self.sheet.merges.push((first, last));
            }
        }
        Ok(())
    }
}
