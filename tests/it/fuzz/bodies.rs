//! What the fuzz targets do with their input; the tests replay what was found on the same functions.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::sync::Arc;

use annexd::config::Config;
use annexd::domain::calendar::Calendar;
use annexd::domain::cell::CellRef;
use annexd::domain::deadline::DeadlineKind;
use annexd::domain::grid::{Grid, GridCell, GridSheet, Legacy, Shown, Value};
use annexd::intake::{ReadContext, prescan};
use annexd::vn::{DeadlineContext, DeadlineInput, Words};
use jiff::civil::date;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// No settings file makes the reading of settings panic; every problem names a line of the file, or the file as a whole.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let lines = text.lines().count();
    let file = std::path::Path::new("/etc/annexd/annexd.toml");
    match Config::parse(text, Some(file)) {
        Ok(config) => {
            let _ = annexd::rules::own::compile(&config.own_rules);
            let _ = annexd::config::holidays::calendar(&config);
            let _ = annexd::config::catalogue::indicators(&config);
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            assert!(
                problems
                    .iter()
                    .all(|p| p.line <= lines + 1 && !p.message.is_empty())
            );
        }
    }
    let _ = Config::origins(text, None);
}

/// Whatever stands in a cell, reading it as a deadline, status, day, number or period neither panics nor breaks what holds for
/// every reading. The first byte chooses the context.
pub fn deadline(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(rest) else {
        return;
    };
    let tet = BTreeMap::from([(2027, date(2027, 2, 6))]);
    let context = DeadlineContext {
        plan_start: date(2026, 4, 24),
        plan_end: date(2030, 12, 31),
        year: (first & 1 == 1).then_some(2026),
        before_excludes: first & 2 == 0,
        tet: &tet,
        date_1904: first & 4 != 0,
    };
    let words = Words::embedded();
    let read = words.deadline(DeadlineInput::Text(text), &context);
    assert!(read.days.windows(2).all(|w| w[0] < w[1]));
    if let Some(opens) = read.opens {
        assert!(read.days.iter().all(|d| d.day >= opens));
    }
    if matches!(
        read.kind,
        DeadlineKind::Invalid | DeadlineKind::Unresolved | DeadlineKind::Conditional
    ) {
        assert!(read.days.is_empty());
    }
    assert!(read.kind != DeadlineKind::Ambiguous || !read.readings.is_empty());
    let _ = words.status(text);
    let _ = words.day(text);
    let _ = words.number(text);
    let _ = words.period(text);
    let _ = words.years(text);
    let _ = annexd::vn::clean(text);
    let _ = annexd::vn::confusable::mend(text);
}

/// Separates the parts in an input of the pre-scan.
const BETWEEN: &[u8] = b"\n--part--\n";
const PARTS: [&str; 8] = [
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "docProps/custom.xml",
];

/// No package makes the pre-scan panic or read beyond its limits: bytes as they are, or parts put into a sound package (a mutated
/// package alone hardly ever gets past its checksums).
pub fn prescan(bytes: &[u8]) {
    let limits = Config::defaults().limits;
    if bytes.starts_with(b"PK") {
        let _ = prescan::prescan(bytes, &limits);
        return;
    }
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(BETWEEN.len()).position(|w| w == BETWEEN) {
        parts.push(&rest[..at]);
        rest = &rest[at + BETWEEN.len()..];
    }
    parts.push(rest);
    let _ = prescan::prescan(&package(&parts), &limits);
}

fn package(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, part) in PARTS.iter().zip(parts) {
        if out.start_file(*name, stored).is_err() || out.write_all(part).is_err() {
            return Vec::new();
        }
    }
    out.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// No sheet makes the reading of rows panic: a line a row, a tab between cells.
pub fn rows(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let config = Config::defaults();
    let mut cells = Vec::new();
    for (row, line) in (0_u32..500).zip(text.lines()) {
        for (col, text) in (0_u16..50).zip(line.split('\t')) {
            if !text.is_empty() {
                cells.push(GridCell {
                    at: CellRef::new(row, col),
                    value: text
                        .parse()
                        .map_or_else(|_| Value::Text(text.to_owned()), Value::Number),
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
    let _ = annexd::intake::read(Arc::new(grid), &cx);
}
