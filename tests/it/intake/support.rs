//! Reading workbooks in tests.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use annexd::config::Config;
use annexd::domain::calendar::Calendar;
use annexd::domain::grid::Grid;
use annexd::domain::reading::{Reading, TaskRow};
use annexd::intake::{self, ReadContext};
use annexd::vn::Words;

/// The folder of committed workbooks.
pub fn books() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/books")
}

/// Reads a committed workbook with the given settings.
pub fn read_file_with(path: &Path, config: &Config) -> Reading {
    let bytes = std::fs::read(path).unwrap();
    let grid = intake::read_grid(&bytes, &config.limits)
        .unwrap_or_else(|e| panic!("{}: {e:?}", path.display()));
    read_grid(grid, config)
}

/// Reads a committed workbook with the default settings.
pub fn read_file(path: &Path) -> Reading {
    read_file_with(path, &Config::defaults())
}

/// Reads raw cells.
pub fn read_grid(grid: Grid, config: &Config) -> Reading {
    let calendar = Calendar::default();
    let cx = ReadContext {
        words: Words::embedded(),
        roster: &config.roster,
        plan: &config.plan,
        deadlines: &config.deadlines,
        calendar: &calendar,
        limits: &config.limits,
    };
    intake::read(Arc::new(grid), &cx)
}

/// All task rows of a reading.
pub fn tasks(reading: &Reading) -> Vec<&TaskRow> {
    reading.tables.iter().flat_map(|t| &t.rows).collect()
}
