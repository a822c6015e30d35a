//! The parser child: hostile and broken files end as faults within seconds, and the pool goes on.

use std::io::{Cursor, Write};
use std::path::PathBuf;

use annexd::config::Config;
use annexd::domain::grid::Grid;
use annexd::domain::snapshot::FileFault;
use annexd::shell::parser::Parsers;
use zip::write::SimpleFileOptions;

use super::support::books;

fn parsers(workers: usize) -> Parsers {
    let config = Config::defaults();
    Parsers::new(
        PathBuf::from(env!("CARGO_BIN_EXE_annexd")),
        &config.limits,
        workers,
    )
}

const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;

/// A package with one sheet of these rows, and further parts.
fn package(rows: &str, further: &[(&str, &[u8])]) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>TT</t></is></c></row>{rows}</sheetData></worksheet>"#
    );
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    parts.extend(further);
    for (name, bytes) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn is_unreadable(answer: &Result<Grid, FileFault>) -> bool {
    matches!(answer, Err(FileFault::Unreadable(_)))
}

fn is_over(answer: &Result<Grid, FileFault>, name: &str) -> bool {
    matches!(answer, Err(FileFault::TooLarge { limit, .. }) if limit == name)
}

#[test]
fn hostile_packages_end_as_faults() {
    let pool = parsers(1);
    let bomb = vec![b'A'; 300 << 20];
    let wide: String = (0..3)
        .map(|n| {
            format!(r#"<row r="9{n}"><c r="ZZ9{n}"><v>1</v></c><c r="A9{n}"><v>1</v></c></row>"#)
        })
        .collect();
    assert!(is_over(
        &pool.parse(&package("", &[("xl/worksheets/x.xml", &bomb)])),
        "inflated_bytes_max"
    ));
    assert!(is_over(&pool.parse(&package(&wide, &[])), "columns_max"));
    let count = br#"<sst uniqueCount="4000000000"><si><t>x</t></si></sst>"#;
    assert!(is_over(
        &pool.parse(&package("", &[("xl/sharedStrings.xml", count)])),
        "cells_max"
    ));
    for rows in [
        r#"<row r="0"><c r="A0"><v>1</v></c></row>"#,
        r#"<row r="2"><c r="ZZZZ9999999999"><v>1</v></c></row>"#,
        r#"<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>"#,
        r#"<row r="2"><c r="A2"><f t="shared" si="4000000000"/><v>1</v></c></row>"#,
        "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>&a9;</t></is></c></row>",
        "<row>",
    ] {
        let answer = pool.parse(&package(rows, &[]));
        assert!(is_unreadable(&answer), "{rows}: {answer:?}");
    }
    let deep = format!("{}{}", "<a>".repeat(5000), "</a>".repeat(5000));
    assert!(is_unreadable(
        &pool.parse(&package(&format!("<row r=\"5\">{deep}</row>"), &[]))
    ));
    assert!(is_unreadable(
        &pool.parse(&package("", &[("XL/WORKSHEETS/SHEET1.XML", b"<a/>")]))
    ));
}

#[test]
fn harmless_oddities_are_read() {
    let pool = parsers(1);
    let far = pool
        .parse(&package(
            r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#,
            &[],
        ))
        .unwrap();
    assert_eq!(far.sheets[0].cells.len(), 2);
    let odd = r#"<row r="2"><c r="A2" t="e"><v>#SPILL!</v></c><c r="B2"><f>1+1</f></c><c r="C2" t="e"><f>X</f><v>#REF!</v></c><c r="D2"><v>NaN</v></c></row><row r="3" hidden="1"><c r="A3"><v>5</v></c></row>"#;
    let grid = pool.parse(&package(odd, &[])).unwrap();
    use annexd::domain::grid::Value;
    let values: Vec<&Value> = grid.sheets[0].cells.iter().map(|c| &c.value).collect();
    assert_eq!(*values[1], Value::Error("#SPILL!".to_owned()));
    assert_eq!(*values[2], Value::Uncalculated);
    assert_eq!(*values[3], Value::Error("#REF!".to_owned()));
    assert!(matches!(values[4], Value::Error(_) | Value::Text(_)));
    assert_eq!(grid.sheets[0].hidden_rows, [2]);
}

#[test]
fn broken_and_foreign_files_are_told_by_content() {
    let pool = parsers(1);
    let good = std::fs::read(books().join("real/nq03-phu-luc-2-nhiem-vu.xlsx")).unwrap();
    let mut cfb = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    cfb.extend([0; 600]);
    let mut encrypted = cfb.clone();
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let mut flipped = good.clone();
    let at = flipped.len() / 2;
    flipped[at] ^= 0x20;
    assert!(is_unreadable(&pool.parse(b"")));
    assert!(is_unreadable(&pool.parse(b"hello, not a workbook")));
    assert!(is_unreadable(&pool.parse(&good[..good.len() / 2])));
    assert!(is_unreadable(&pool.parse(&flipped)));
    assert_eq!(
        pool.parse(&cfb),
        Err(FileFault::OtherFormat("xls".to_owned()))
    );
    assert_eq!(pool.parse(&encrypted), Err(FileFault::Encrypted));
    let ods = package(
        "",
        &[(
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        )],
    );
    assert_eq!(
        pool.parse(&ods),
        Err(FileFault::OtherFormat("ods".to_owned()))
    );
}

#[test]
fn many_files_come_back_in_order_and_a_bad_one_harms_no_other() {
    let pool = parsers(2);
    let good = std::fs::read(books().join("real/cv402-theo-doi-37-nhiem-vu.xlsx")).unwrap();
    let files: Vec<Vec<u8>> = (0..9)
        .map(|n| {
            if n == 4 {
                b"PK broken".to_vec()
            } else {
                good.clone()
            }
        })
        .collect();
    let answers = pool.parse_all(&files, |grid| grid);
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_ok(), n != 4, "{n}: {answer:?}");
    }
}

#[test]
fn what_the_child_hands_over_is_what_was_read() {
    let pool = parsers(1);
    let config = Config::defaults();
    for name in [
        "layouts/openpyxl/17-tcvn3.xlsx",
        "layouts/libreoffice/18-nfd.xlsx",
        "layouts/exceljs/13-vni.xlsx",
    ] {
        let bytes = std::fs::read(books().join(name)).unwrap();
        assert_eq!(
            pool.parse(&bytes),
            annexd::intake::read_grid(&bytes, &config.limits),
            "{name}"
        );
    }
}

/// A parser that is a shell script; `{n}` in it counts how often it was started before.
fn scripted(folder: &std::path::Path, script: &str) -> Parsers {
    use std::os::unix::fs::PermissionsExt as _;
    let exe = folder.join("parser.sh");
    let count = folder.join("count");
    let head = format!(
        "#!/bin/sh\nn=$(/bin/cat {0} 2>/dev/null || echo 0)\necho $((n + 1)) > {0}\n",
        count.display()
    );
    std::fs::write(&exe, head + script).unwrap();
    std::fs::set_permissions(&exe, std::fs::Permissions::from_mode(0o755)).unwrap();
    Parsers::new(exe, &Config::defaults().limits, 1)
}

#[test]
fn a_fault_of_this_machine_is_no_fault_of_the_file() {
    let real = env!("CARGO_BIN_EXE_annexd");
    let good = std::fs::read(books().join("real/cv402-theo-doi-37-nhiem-vu.xlsx")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    // Once: the next child decides. A child killed from outside counts the same.
    for first in [
        "exit 3",
        "kill -KILL $$",
        "kill -SEGV $$",
        "echo 'no answer'; sleep 1",
    ] {
        std::fs::remove_file(folder.path().join("count")).ok();
        let pool = scripted(
            folder.path(),
            &format!("[ $n = 0 ] && {{ {first}; exit 3; }}\nexec {real} \"$@\"\n"),
        );
        assert!(pool.parse(&good).is_ok(), "{first}");
    }
    // Again and again: it is read later, and nobody is told that the file is too large or damaged.
    let pool = scripted(folder.path(), "exit 3\n");
    assert_eq!(pool.parse(&good), Err(FileFault::Unsettled));
    let pool = Parsers::new(folder.path().join("absent"), &Config::defaults().limits, 1);
    assert_eq!(pool.parse(&good), Err(FileFault::Unsettled));
    // A child that each time falls over the same file: the file is the reason.
    let pool = scripted(folder.path(), "kill -SEGV $$\n");
    assert!(matches!(pool.parse(&good), Err(FileFault::Unreadable(_))));
}

#[test]
fn limits_of_memory_and_size_are_kept() {
    let mut limits = Config::defaults().limits;
    limits.rows_max = 3;
    let exe = PathBuf::from(env!("CARGO_BIN_EXE_annexd"));
    let good = std::fs::read(books().join("real/cv402-theo-doi-37-nhiem-vu.xlsx")).unwrap();
    assert!(is_over(
        &Parsers::new(exe.clone(), &limits, 1).parse(&good),
        "rows_max"
    ));
    limits.file_bytes_max = 100;
    assert!(is_over(
        &Parsers::new(exe, &limits, 1).parse(&good),
        "file_bytes_max"
    ));
}

#[test]
fn names_of_litter_and_of_other_spreadsheets() {
    use annexd::intake::{is_litter, is_other_spreadsheet};
    for name in [
        "~$PL.xlsx",
        ".~lock.PL.xlsx#",
        "7BD1C000",
        "5F4A2C3E.tmp",
        ".~PL.xlsx",
        "._PL.xlsx",
        ".DS_Store",
        "Thumbs.db",
        "PL.xlsx.bak",
        "PL.xlsx.part",
        "~syncthing~PL.xlsx.tmp",
        "PL.xlsx.lnk",
        "lu15554erda.tmp",
    ] {
        assert!(is_litter(name), "{name}");
    }
    for name in [
        "PL.xlsx",
        "Phụ lục (1).XLSX",
        "PL.xlsm",
        "PL.xls",
        "Số liệu.csv",
    ] {
        assert!(!is_litter(name), "{name}");
    }
    assert_eq!(is_other_spreadsheet("PL.XLS"), Some("xls"));
    assert_eq!(is_other_spreadsheet("PL.xlsx"), None);
}
