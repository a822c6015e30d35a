//! No package makes the pre-scan panic or read beyond its limits: bytes as they are, or parts put into a sound package (a mutated
//! package alone hardly ever gets past its checksums).
#![no_main]

use std::io::{Cursor, Write};

use annexd::config::Config;
use annexd::intake::prescan::prescan;
use libfuzzer_sys::fuzz_target;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// Separates the parts in the input.
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

fuzz_target!(|bytes: &[u8]| {
    let limits = Config::defaults().limits;
    if bytes.starts_with(b"PK") {
        let _ = prescan(bytes, &limits);
        return;
    }
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(BETWEEN.len()).position(|w| w == BETWEEN) {
        parts.push(&rest[..at]);
        rest = &rest[at + BETWEEN.len()..];
    }
    parts.push(rest);
    let _ = prescan(&package(&parts), &limits);
});
