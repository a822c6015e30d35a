//! One sheet per task sheet of the annex, in the annex's own layout: the same addresses, coloured, with a note on each finding.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::book::{Cell, CellValue, Print, Sheet, StyleId, Styles};
use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::finding::{Arg, Finding, Severity};
use crate::domain::grid::GridCell;
use crate::domain::reading::TaskRow;

use super::legend;
use super::look::{Look, height, lines};
use super::paint::{self, Zone, ZoneKind};
use super::scope::{Page, Scope};

const MARKER_WIDTH: f64 = 30.0;
/// A column in which nothing stands leaves its room to the others.
const NARROW_WIDTH: f64 = 10.0;

pub(super) struct Layout<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) page: &'a Page<'a>,
    pub(super) zones: Vec<Zone>,
    pub(super) tasks: BTreeMap<u32, &'a TaskRow>,
    pub(super) told: BTreeMap<CellRef, Vec<&'a Finding>>,
    pub(super) last: (u32, u16),
}

/// Builds the sheet.
pub fn build(scope: &Scope<'_>, page: &Page<'_>, look: &Look, styles: &mut Styles) -> Sheet {
    let layout = Layout::of(scope, page);
    let mut sheet = Sheet {
        name: page.tab.clone(),
        gridlines: true,
        ..Sheet::default()
    };
    let merged = layout.merges(&mut sheet, styles);
    let cut = layout.cells(&mut sheet, styles, &merged);
    layout.notes(&mut sheet, &merged);
    layout.marker(&mut sheet, styles, look);
    let widths = layout.widths();
    layout.heights(&mut sheet, &widths);
    sheet.widths = widths;
    layout.foot(&mut sheet, styles, look, cut);
    layout.print(&mut sheet);
    sheet.tab_color = layout.tab_color();
    sheet
}

impl<'a> Layout<'a> {
    pub(super) fn secret(&self, row: u32) -> bool {
        self.scope
            .is_secret(self.page.file, &self.page.sheet.name, row)
    }

    pub(super) fn held(&self, row: u32) -> bool {
        (self.scope.file_held() && self.tasks.contains_key(&row)) || self.holding(row).is_some()
    }

    pub(super) fn holding(&self, row: u32) -> Option<&Vec<&'a Finding>> {
        self.scope
            .held
            .get(&(self.page.file, self.page.sheet.name.as_str(), row))
    }

    pub(super) fn inside(&self, cell: CellRef) -> bool {
        cell.row <= self.last.0 && cell.col <= self.last.1
    }

    pub(super) fn worst(&self, cell: CellRef) -> Option<Severity> {
        self.told.get(&cell)?.iter().map(|f| f.severity).min()
    }

    pub(super) fn zone(&self, row: u32) -> ZoneKind {
        paint::zone(&self.zones, row)
    }

    fn style(&self, styles: &mut Styles, cell: Option<&GridCell>, at: CellRef) -> StyleId {
        let paint = paint::Paint {
            zone: self.zone(at.row),
            severity: self.worst(at),
            held: self.held(at.row) || self.secret(at.row),
            task: self.tasks.contains_key(&at.row),
        };
        styles.id(paint::style(&paint, cell))
    }

    /// Takes over the merged areas; returns the top-left cell of every cell inside one.
    fn merges(&self, sheet: &mut Sheet, styles: &mut Styles) -> HashMap<CellRef, CellRef> {
        let values: HashMap<CellRef, &GridCell> =
            self.page.sheet.cells.iter().map(|c| (c.at, c)).collect();
        let mut merged = HashMap::new();
        for (first, last) in &self.page.sheet.merges {
            let last = CellRef::new(last.row.min(self.last.0), last.col.min(self.last.1));
            if !self.inside(*first) || last < *first || last == *first || last.col < first.col {
                continue;
            }
            let area = u64::from(last.row - first.row + 1) * u64::from(last.col - first.col + 1);
            let all: Vec<CellRef> = if area <= 20_000 {
                (first.row..=last.row)
                    .flat_map(|row| (first.col..=last.col).map(move |col| CellRef::new(row, col)))
                    .collect()
            } else {
                continue;
            };
            let refused = (first.row..=last.row).any(|row| self.secret(row));
            if refused || all.iter().any(|c| merged.contains_key(c)) {
                continue;
            }
            let source = values.get(first).copied();
            let style = self.style(styles, source, *first);
            let value = source.map_or(CellValue::Blank, |c| paint::value(c, self.scope.input.text));
            sheet.merges.push((
                first.row,
                first.col,
                last.row,
                last.col,
                Cell { value, style },
            ));
            merged.extend(all.into_iter().map(|c| (c, *first)));
        }
        merged
    }

    /// Takes over the cells; says whether some were left out.
    fn cells(
        &self,
        sheet: &mut Sheet,
        styles: &mut Styles,
        merged: &HashMap<CellRef, CellRef>,
    ) -> bool {
        let mut written: HashSet<CellRef> = HashSet::new();
        let mut cut = false;
        for cell in &self.page.sheet.cells {
            if !self.inside(cell.at) {
                cut = true;
                continue;
            }
            if self.secret(cell.at.row) || merged.contains_key(&cell.at) {
                continue;
            }
            let style = self.style(styles, Some(cell), cell.at);
            sheet.put(
                cell.at.row,
                cell.at.col,
                paint::value(cell, self.scope.input.text),
                style,
            );
            written.insert(cell.at);
        }
        let blank_rows = self
            .zones
            .iter()
            .flat_map(|z| z.first..=z.last.min(self.last.0));
        for row in blank_rows {
            for col in 0..=self.last.1 {
                let at = CellRef::new(row, col);
                if merged.contains_key(&at) || !written.insert(at) {
                    continue;
                }
                let style = self.style(styles, None, at);
                sheet.put(row, col, CellValue::Blank, style);
            }
        }
        for at in self.told.keys().filter(|at| self.inside(**at)) {
            if !merged.contains_key(at) && written.insert(*at) {
                let style = self.style(styles, None, *at);
                sheet.put(at.row, at.col, CellValue::Blank, style);
            }
        }
        self.secret_cells(sheet, styles);
        cut
    }

    fn secret_cells(&self, sheet: &mut Sheet, styles: &mut Styles) {
        for (row, task) in self.tasks.iter().filter(|(row, _)| self.secret(**row)) {
            let content = self
                .zones
                .iter()
                .flat_map(|z| &z.columns)
                .find(|c| c.field == Some(Field::Content));
            let col = content.map_or(task.first.col, |c| c.at.col);
            let at = CellRef::new(*row, col.min(self.last.1));
            let words = self.scope.input.text.word("feedback.layout.secret_cell");
            let style = self.style(styles, None, at);
            sheet.put(at.row, at.col, CellValue::Text(words), style);
        }
    }

    /// Columns in which anything stands in a task's row, or is asked for.
    fn speaking_columns(&self) -> HashSet<u16> {
        let cells = self.page.sheet.cells.iter();
        let body = cells.filter(|c| self.tasks.contains_key(&c.at.row));
        body.map(|c| c.at.col)
            .chain(self.told.keys().map(|at| at.col))
            .collect()
    }

    fn widths(&self) -> Vec<(u16, f64)> {
        let mut widths: BTreeMap<u16, f64> = BTreeMap::new();
        let speaking = self.speaking_columns();
        for column in self.zones.iter().flat_map(|z| &z.columns) {
            let mut width = column.field.map_or(16.0, paint::width);
            if !speaking.contains(&column.at.col) {
                width = width.min(NARROW_WIDTH);
            }
            let known = widths.entry(column.at.col).or_insert(width);
            *known = known.max(width);
        }
        for col in 0..=self.last.1 {
            widths
                .entry(col)
                .or_insert(if self.zones.is_empty() { 16.0 } else { 11.0 });
        }
        if !self.zones.is_empty() {
            widths.insert(self.last.1 + 1, MARKER_WIDTH);
        }
        widths.into_iter().collect()
    }

    /// Heights of the rows of the tables, so that nothing is cut in any spreadsheet program.
    fn heights(&self, sheet: &mut Sheet, widths: &[(u16, f64)]) {
        let width: HashMap<u16, f64> = widths.iter().copied().collect();
        let mut tall: BTreeMap<u32, u32> = BTreeMap::new();
        for (row, col, cell) in &sheet.cells {
            if self.zone(*row) == ZoneKind::Outside {
                continue;
            }
            if let CellValue::Text(text) = &cell.value {
                let count = lines(text.as_str(), width.get(col).copied().unwrap_or(11.0));
                let known = tall.entry(*row).or_insert(1);
                *known = (*known).max(count);
            }
        }
        for (row, count) in tall {
            sheet.heights.push((row, height(count)));
        }
    }

    fn foot(&self, sheet: &mut Sheet, styles: &mut Styles, look: &Look, cut: bool) {
        let text = self.scope.input.text;
        let used = sheet
            .cells
            .iter()
            .map(|(row, _, _)| *row)
            .max()
            .unwrap_or(0);
        let mut row = used + 2;
        if cut {
            let count = Arg::Count(u64::try_from(sheet.cells.len()).unwrap_or(u64::MAX));
            let words = text.say("feedback.layout.cut", &[("count", count)]);
            sheet.put(row, 0, CellValue::Text(words), look.hint);
            row += 2;
        }
        let wide = self
            .zones
            .first()
            .and_then(|z| z.columns.iter().find(|c| c.field == Some(Field::Content)));
        let first = wide.map_or(0, |c| c.at.col);
        let last = if wide.is_some() {
            first
        } else {
            self.last.1.min(3)
        };
        legend::write(sheet, styles, text, row, (first, last));
    }

    fn print(&self, sheet: &mut Sheet) {
        let scope = self.scope;
        sheet.print = Print {
            landscape: true,
            fit: (1, 0),
            footer: Some(scope.input.text.say(
                "feedback.footer",
                &[
                    ("name", Arg::Plain(scope.input.department.name.clone())),
                    ("day", Arg::Date(scope.part.as_of)),
                ],
            )),
            ..Print::default()
        };
        if let Some(zone) = self.zones.first().filter(|z| z.bottom < 20) {
            sheet.print.repeat_rows = Some((zone.first, zone.bottom));
            sheet.freeze = (zone.bottom + 1, 0);
        }
    }

    fn tab_color(&self) -> Option<u32> {
        let worst = self.told.values().flatten().map(|f| f.severity).min();
        Some(match worst {
            Some(Severity::Error) => 0x00C0_0000,
            Some(Severity::Explain) => 0x00ED_7D31,
            Some(Severity::Warning) => 0x00FF_C000,
            _ => 0x0070_AD47,
        })
    }
}
