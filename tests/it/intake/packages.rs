//! Packages of other programs, written by hand: names, encodings, namespaces and addresses that the standard allows, or that people meet.

use std::io::{Cursor, Write as _};

use annexd::config::Config;
use annexd::domain::field::Field;
use annexd::domain::reading::Reading;
use annexd::domain::snapshot::FileFault;
use annexd::intake;
use zip::write::SimpleFileOptions;

use super::support::{read_grid, tasks};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const STRICT: &str = "http://purl.oclc.org/ooxml/spreadsheetml/main";
const STRICT_REL: &str = "http://purl.oclc.org/ooxml/officeDocument/relationships";
const PKG: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// The parts of a workbook of two tasks, with a prefix for its elements, and with or without addresses.
fn parts(main: &str, rel: &str, prefix: &str, addresses: bool) -> Vec<(String, String)> {
    let p = prefix;
    let ns = if p.is_empty() {
        format!("xmlns=\"{main}\"")
    } else {
        format!("xmlns:{}=\"{main}\"", p.trim_end_matches(':'))
    };
    let rows = [
        ["TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời hạn"],
        ["1", "Xây dựng kế hoạch", "Văn phòng", "30/9/2027"],
        ["2", "Rà soát thủ tục", "Văn phòng", "Quý IV/2027"],
    ];
    let mut data = String::new();
    for (n, row) in (1..).zip(rows) {
        let at = if addresses {
            format!(" r=\"{n}\"")
        } else {
            String::new()
        };
        data.push_str(&format!("<{p}row{at}>"));
        for (col, text) in ["A", "B", "C", "D"].iter().zip(row) {
            let at = if addresses {
                format!(" r=\"{col}{n}\"")
            } else {
                String::new()
            };
            data.push_str(&format!(
                "<{p}c{at} t=\"inlineStr\"><{p}is><{p}t>{text}</{p}t></{p}is></{p}c>"
            ));
        }
        data.push_str(&format!("</{p}row>"));
    }
    let part = |name: &str, text: String| {
        let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}");
        (name.to_owned(), text)
    };
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{PKG}\"><Relationship Id=\"rId1\" Type=\"{rel}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    vec![
        part("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        part(
            "xl/workbook.xml",
            format!(
                "<{p}workbook {ns} xmlns:r=\"{rel}\"><{p}sheets><{p}sheet name=\"Biểu 1\" sheetId=\"1\" r:id=\"rId1\"/></{p}sheets></{p}workbook>"
            ),
        ),
        part(
            "xl/_rels/workbook.xml.rels",
            relation("worksheet", "worksheets/sheet1.xml"),
        ),
        part(
            "xl/worksheets/sheet1.xml",
            format!("<{p}worksheet {ns}><{p}sheetData>{data}</{p}sheetData></{p}worksheet>"),
        ),
    ]
}

fn pack(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(parts: &[(String, Vec<u8>)]) -> Result<Reading, FileFault> {
    let config = Config::defaults();
    intake::read_grid(&pack(parts), &config.limits).map(|grid| read_grid(grid, &config))
}

fn wide(text: &str, little: bool) -> Vec<u8> {
    let text = text.replace("UTF-8", "UTF-16");
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units
        .flat_map(|u| {
            if little {
                u.to_le_bytes()
            } else {
                u.to_be_bytes()
            }
        })
        .collect()
}

fn assert_two_tasks(what: &str, parts: &[(String, Vec<u8>)]) {
    let reading = read(parts).unwrap_or_else(|e| panic!("{what}: {e:?}"));
    let found = tasks(&reading);
    let contents: Vec<&str> = found.iter().map(|r| r.text(Field::Content)).collect();
    assert_eq!(contents, ["Xây dựng kế hoạch", "Rà soát thủ tục"], "{what}");
    let due = found[0].deadline().and_then(|d| d.final_due());
    assert_eq!(
        due.map(|d| d.day.to_string()).as_deref(),
        Some("2027-09-30"),
        "{what}"
    );
    assert!(reading.problems.is_empty(), "{what} {:?}", reading.problems);
}

fn bytes(parts: Vec<(String, String)>) -> Vec<(String, Vec<u8>)> {
    parts
        .into_iter()
        .map(|(n, t)| (n, t.into_bytes()))
        .collect()
}

#[test]
fn strict_prefixed_and_addressless_workbooks_are_read() {
    assert_two_tasks("plain", &bytes(parts(MAIN, REL, "", true)));
    assert_two_tasks("strict", &bytes(parts(STRICT, STRICT_REL, "", true)));
    assert_two_tasks("prefixed", &bytes(parts(MAIN, REL, "x:", true)));
    assert_two_tasks("without addresses", &bytes(parts(MAIN, REL, "", false)));
}

#[test]
fn names_with_strokes_and_parts_in_utf_16_are_read() {
    let plain = parts(MAIN, REL, "", true);
    for (what, stroke) in [("leading stroke", "/"), ("leading backslash", "\\")] {
        let named: Vec<_> = plain
            .iter()
            .map(|(n, t)| (format!("{stroke}{n}"), t.clone()))
            .collect();
        assert_two_tasks(what, &bytes(named));
    }
    let back: Vec<_> = plain
        .iter()
        .map(|(n, t)| (n.replace('/', "\\"), t.clone()))
        .collect();
    assert_two_tasks("backslashes", &bytes(back));
    let marked: Vec<_> = plain
        .iter()
        .map(|(n, t)| (n.clone(), format!("\u{feff}{t}")))
        .collect();
    assert_two_tasks("a mark of UTF-8", &bytes(marked));
    for little in [true, false] {
        let all: Vec<_> = plain
            .iter()
            .map(|(n, t)| (n.clone(), wide(t, little)))
            .collect();
        assert_two_tasks("UTF-16", &all);
        let mut one = bytes(plain.clone());
        one[3].1 = wide(&plain[3].1, little);
        assert_two_tasks("a worksheet in UTF-16", &one);
    }
}

/// What is mended is only the wrapping: a damaged part stays damaged.
#[test]
fn a_damaged_part_is_never_mended() {
    let mut broken = bytes(parts(MAIN, REL, "", true));
    broken[3].1.truncate(200);
    assert!(matches!(read(&broken), Err(FileFault::Unreadable(_))));
    let mut cut = bytes(parts(MAIN, REL, "", true));
    let text = String::from_utf8(cut[3].1.clone()).unwrap();
    cut[3].1 = wide(&text[..text.len() - 40], true);
    assert!(matches!(read(&cut), Err(FileFault::Unreadable(_))));
    let twice: Vec<_> = bytes(parts(MAIN, REL, "", true))
        .into_iter()
        .flat_map(|(n, b)| [(n.clone(), b.clone()), (format!("/{n}"), b)])
        .collect();
    assert!(matches!(read(&twice), Err(FileFault::Unreadable(_))));
}
