//! One sheet per task sheet of the annex, in the annex's own layout: the same addresses, coloured, with a note on each finding.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::book::{Cell, CellValue, Print, Sheet, StyleId, Styles};
use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::finding::{Arg, Finding, Severity};
use crate::domain::grid::{GridCell, Legacy, Value};
use crate::domain::reading::{Column, TaskRow};
use crate::text::Vi;

use super::legend;
use super::look::{Look, height, lines};
use super::paint::{self, Zone, ZoneKind};
use super::scope::{Page, Scope, cell_list, cells, rows};

/// Rows shown below the last row of a table (signatures, notes).
const BELOW: u32 = 30;
/// Rows and columns shown of a sheet without a table.
const BARE: (u32, u16) = (300, 40);
/// Columns shown at the right of the last heading.
const BESIDE: u16 = 6;
/// Cells shown of a sheet; more are told aloud.
const CELLS_MAX: usize = 120_000;
const MARKER_WIDTH: f64 = 30.0;

struct Layout<'a> {
    scope: &'a Scope<'a>,
    page: &'a Page<'a>,
    zones: Vec<Zone>,
    tasks: BTreeMap<u32, &'a TaskRow>,
    told: HashMap<CellRef, Vec<&'a Finding>>,
    last: (u32, u16),
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
    fn of(scope: &'a Scope<'a>, page: &'a Page<'a>) -> Self {
        let name = page.sheet.name.as_str();
        let tables = page.reading.tables.iter().filter(|t| *t.sheet == *name);
        let indicators = page.reading.indicators.iter().filter(|t| *t.sheet == *name);
        let zone = |columns: &[Column],
                    rows: &[TaskRow],
                    skipped: &mut dyn Iterator<Item = u32>,
                    head: Option<u32>| {
            let first = head.or(columns.iter().map(|c| c.at.row).min())?;
            let bottom = columns
                .iter()
                .map(|c| c.at.row)
                .max()
                .unwrap_or(first)
                .max(first);
            let last = rows
                .iter()
                .map(|r| r.row)
                .chain(skipped)
                .max()
                .unwrap_or(bottom)
                .max(bottom);
            Some(Zone {
                first,
                bottom,
                last,
                columns: columns.to_vec(),
            })
        };
        let body = |s: &crate::domain::reading::SkippedRow| {
            (s.reason != crate::domain::reading::SkipReason::Footer).then_some(s.row)
        };
        let mut zones: Vec<Zone> = tables
            .filter_map(|t| {
                zone(
                    &t.columns,
                    &t.rows,
                    &mut t.skipped.iter().filter_map(body),
                    Some(t.heading_row),
                )
            })
            .collect();
        zones.extend(indicators.filter_map(|t| {
            zone(
                &t.columns,
                &t.rows,
                &mut t.skipped.iter().filter_map(body),
                None,
            )
        }));
        let tasks = rows(page.reading)
            .filter(|r| &*r.sheet == name)
            .map(|r| (r.row, r))
            .collect();
        let mut told: HashMap<CellRef, Vec<&Finding>> = HashMap::new();
        for finding in &scope.findings {
            if scope.page_of(finding).is_some_and(|p| p.tab == page.tab) {
                for cell in cells(finding) {
                    told.entry(cell).or_default().push(finding);
                }
            }
        }
        let last = extent(page, &zones);
        Self {
            scope,
            page,
            zones,
            tasks,
            told,
            last,
        }
    }

    fn secret(&self, row: u32) -> bool {
        self.scope
            .is_secret(self.page.file, &self.page.sheet.name, row)
    }

    fn held(&self, row: u32) -> bool {
        (self.scope.file_held() && self.tasks.contains_key(&row)) || self.holding(row).is_some()
    }

    fn holding(&self, row: u32) -> Option<&Vec<&'a Finding>> {
        self.scope
            .held
            .get(&(self.page.file, self.page.sheet.name.as_str(), row))
    }

    fn inside(&self, cell: CellRef) -> bool {
        cell.row <= self.last.0 && cell.col <= self.last.1
    }

    fn worst(&self, cell: CellRef) -> Option<Severity> {
        self.told.get(&cell)?.iter().map(|f| f.severity).min()
    }

    fn zone(&self, row: u32) -> ZoneKind {
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
            let value = source.map_or(CellValue::Blank, |c| self.value(c));
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

    fn value(&self, cell: &GridCell) -> CellValue {
        if cell.font != Legacy::No && matches!(cell.value, Value::Text(_)) {
            let decoded = self
                .tasks
                .get(&cell.at.row)
                .and_then(|r| r.cells.values().find(|c| c.at == cell.at));
            if let Some(field) = decoded {
                return CellValue::Text(Vi::quoted(&field.text));
            }
        }
        paint::value(cell, self.scope.input.text)
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
            if !self.inside(cell.at) || written.len() >= CELLS_MAX {
                cut = true;
                continue;
            }
            if self.secret(cell.at.row) || merged.contains_key(&cell.at) {
                continue;
            }
            let style = self.style(styles, Some(cell), cell.at);
            sheet.put(cell.at.row, cell.at.col, self.value(cell), style);
            written.insert(cell.at);
        }
        let blank_rows = self.zones.iter().flat_map(|z| z.first..=z.last);
        for row in blank_rows {
            for col in 0..=self.last.1 {
                let at = CellRef::new(row, col);
                if written.len() >= CELLS_MAX || merged.contains_key(&at) || !written.insert(at) {
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

    /// One note per cell with everything found there.
    fn notes(&self, sheet: &mut Sheet, merged: &HashMap<CellRef, CellRef>) {
        let text = self.scope.input.text;
        let mut notes: BTreeMap<CellRef, Vec<&Finding>> = BTreeMap::new();
        for (at, findings) in &self.told {
            if self.inside(*at) {
                notes
                    .entry(merged.get(at).copied().unwrap_or(*at))
                    .or_default()
                    .extend(findings);
            }
        }
        for (at, mut findings) in notes {
            findings
                .sort_by(|a, b| (a.severity, &a.code, a.cell).cmp(&(b.severity, &b.code, b.cell)));
            let mut parts: Vec<String> = Vec::new();
            for finding in findings {
                let severity = text.word(&format!("feedback.severity.{}", finding.severity.name()));
                let head = text.say(
                    "feedback.layout.note_head",
                    &[
                        ("code", Arg::Plain(finding.code.clone())),
                        ("severity", Arg::Plain(severity.to_string())),
                    ],
                );
                let remedy = Arg::Plain(text.remedy(finding).to_string());
                let remedy = text.say("feedback.layout.note_remedy", &[("remedy", remedy)]);
                let part = format!("{head}\n{}\n{remedy}", text.message(finding));
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            sheet
                .notes
                .push((at.row, at.col, Vi::quoted(&parts.join("\n\n"))));
        }
    }

    /// The column at the right of the annex that says of each row whether it counts.
    fn marker(&self, sheet: &mut Sheet, styles: &mut Styles, look: &Look) {
        if self.zones.is_empty() {
            return;
        }
        let text = self.scope.input.text;
        let col = self.last.1 + 1;
        for zone in &self.zones {
            let value = CellValue::Text(text.word("feedback.layout.marker"));
            if zone.bottom > zone.first {
                let style = look.head;
                sheet
                    .merges
                    .push((zone.first, col, zone.bottom, col, Cell { value, style }));
            } else {
                sheet.put(zone.first, col, value, look.head);
            }
        }
        for row in self.tasks.keys() {
            let (words, severity) = self.judged(*row);
            let style = styles.id(paint::marker(severity));
            sheet.put(*row, col, CellValue::Text(words), style);
        }
    }

    fn judged(&self, row: u32) -> (Vi, Option<Severity>) {
        let text = self.scope.input.text;
        let say = |key: &str, cells: &[CellRef]| {
            let cells = Arg::Plain(cell_list(cells, 6));
            text.say(&format!("feedback.layout.{key}"), &[("cells", cells)])
        };
        if self.secret(row) {
            return (say("secret", &[]), Some(Severity::Error));
        }
        if let Some(findings) = self.holding(row) {
            let mut own: Vec<CellRef> = findings
                .iter()
                .flat_map(|f| cells(f))
                .filter(|c| c.row == row)
                .collect();
            own.sort_unstable();
            own.dedup();
            return (say("held", &own), Some(Severity::Error));
        }
        if self.scope.file_held() {
            return (say("held_file", &[]), Some(Severity::Error));
        }
        let mut own: Vec<(Severity, CellRef)> = self
            .told
            .iter()
            .filter(|(at, _)| at.row == row)
            .filter_map(|(at, _)| Some((self.worst(*at)?, *at)))
            .filter(|(severity, _)| *severity != Severity::Info)
            .collect();
        own.sort_unstable();
        let worst = own.first().map(|(severity, _)| *severity);
        let places: Vec<CellRef> = own
            .iter()
            .filter(|(s, _)| Some(*s) == worst)
            .map(|(_, c)| *c)
            .collect();
        match worst {
            Some(Severity::Error) => (say("partly", &places), worst),
            Some(_) => (say("look", &places), worst),
            None => (say("counted", &[]), None),
        }
    }

    fn widths(&self) -> Vec<(u16, f64)> {
        let mut widths: BTreeMap<u16, f64> = BTreeMap::new();
        for column in self.zones.iter().flat_map(|z| &z.columns) {
            let width = column.field.map_or(16.0, paint::width);
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
                    ("day", Arg::Date(scope.input.consolidation.as_of)),
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

/// Last row and column shown.
fn extent(page: &Page<'_>, zones: &[Zone]) -> (u32, u16) {
    let (rows_max, cols_max) = if zones.is_empty() {
        BARE
    } else {
        let row = zones.iter().map(|z| z.last).max().unwrap_or(0);
        let col = zones
            .iter()
            .flat_map(|z| &z.columns)
            .map(|c| c.at.col)
            .max()
            .unwrap_or(0);
        (row.saturating_add(BELOW), col.saturating_add(BESIDE))
    };
    let near = page
        .sheet
        .cells
        .iter()
        .filter(|c| c.at.row <= rows_max && c.at.col <= cols_max);
    let (row, col) = near.fold((0, 0), |(r, c), cell| {
        (cell.at.row.max(r), cell.at.col.max(c))
    });
    let heads = zones
        .iter()
        .flat_map(|z| &z.columns)
        .map(|c| c.at.col)
        .max()
        .unwrap_or(0);
    (row, col.max(heads).min(16_000))
}
