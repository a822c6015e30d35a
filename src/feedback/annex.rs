//! What of an annex's sheet is shown: its tables, its rows, its findings by cell, and how far it goes.

use std::collections::BTreeMap;

use crate::domain::cell::CellRef;
use crate::domain::finding::Finding;
use crate::domain::reading::{Column, TaskRow};

use super::layout::Layout;
use super::paint::Zone;
use super::scope::{Page, Scope, cells, rows};

/// Rows shown below the last row of a table (signatures, notes).
const BELOW: u32 = 30;
/// Rows and columns shown of a sheet without a table.
const BARE: (u32, u16) = (300, 40);
/// Columns shown at the right of the last heading.
const BESIDE: u16 = 6;
/// Cells shown of a sheet; more are told aloud.
const CELLS_MAX: usize = 120_000;

impl<'a> Layout<'a> {
    pub(super) fn of(scope: &'a Scope<'a>, page: &'a Page<'a>) -> Self {
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
        let mut told: BTreeMap<CellRef, Vec<&Finding>> = BTreeMap::new();
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
    let col = col.max(heads).min(16_000);
    let rows_room = u32::try_from(CELLS_MAX / (usize::from(col) + 1)).unwrap_or(u32::MAX);
    (row.min(rows_room), col)
}
