//! No sheet makes the reading of rows panic, and no row with content is lost: a line a row, a tab between cells.
#![no_main]

use std::sync::Arc;

use annexd::config::Config;
use annexd::domain::calendar::Calendar;
use annexd::domain::cell::CellRef;
use annexd::domain::grid::{Grid, GridCell, GridSheet, Legacy, Shown, Value};
use annexd::intake::{ReadContext, read};
use annexd::vn::Words;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let config = Config::defaults();
    let mut cells = Vec::new();
    for (row, line) in text.lines().take(500).enumerate() {
        for (col, text) in line.split('\t').take(50).enumerate() {
            if !text.is_empty() {
                cells.push(GridCell {
                    at: CellRef::new(row as u32, col as u16),
                    value: text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Number),
                    shown: Shown::Plain,
                    font: Legacy::No,
                    formula: false,
                    bold: false,
                });
            }
        }
    }
    let sheet = GridSheet {
        name: "S".to_owned(),
        cells,
        ..GridSheet::default()
    };
    let grid = Grid {
        sheets: vec![sheet],
        ..Grid::default()
    };
    let calendar = Calendar::default();
    let cx = ReadContext {
        words: Words::embedded(),
        roster: &config.roster,
        plan: &config.plan,
        deadlines: &config.deadlines,
        calendar: &calendar,
        limits: &config.limits,
    };
    let _ = read(Arc::new(grid), &cx);
});
