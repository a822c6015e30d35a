//! The workbook as bytes: what a spreadsheet program finds in it. The fixture of the sheets' tests stands here too.

mod figures;
mod streamed;
mod tasks;

use std::io::Read;

use annexd::book::xlsx::render;
use annexd::config::Config;
use annexd::domain::consolidation::*;
use annexd::sheets;
use annexd::text::Text;

pub use self::tasks::*;

/// The settings of the fixture.
pub fn config() -> Config {
    let departments: String = DEPARTMENTS
        .iter()
        .map(|d| {
            format!(
                "[[department]]\ncode = \"{}\"\nname = \"{}\"\nfolder = \"{}\"\noffice = {}\n",
                d.0,
                d.1,
                d.2,
                d.0 == "VP"
            )
        })
        .collect();
    Config::parse(&departments, None).unwrap()
}

/// The bytes of a consolidation's workbook.
pub fn bytes(c: &Consolidation) -> Vec<u8> {
    render(&sheets::build(c, &config(), &Text::embedded())).unwrap()
}

/// The parts of a package whose name starts so, as text.
pub fn parts(bytes: &[u8], prefix: &str) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut out = Vec::new();
    for i in 0..zip.len() {
        let mut part = zip.by_index(i).unwrap();
        let name = part.name().unwrap().into_owned();
        if name.starts_with(prefix) && part.is_file() {
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            out.push((name, text));
        }
    }
    out
}

/// Writes the fixture's workbook where `ANNEXD_FIXTURE` says, for people and for the interop suite.
#[test]
fn the_fixture_renders() {
    let c = fixture(48);
    let bytes = bytes(&c);
    assert_eq!(&bytes[..2], b"PK");
    if let Ok(path) = std::env::var("ANNEXD_FIXTURE") {
        std::fs::write(path, &bytes).unwrap();
    }
}

#[test]
fn the_same_consolidation_gives_the_same_bytes_in_any_place() {
    let here = bytes(&fixture(48));
    assert!(here == bytes(&fixture(48)));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("elsewhere.xlsx");
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "workbook::the_fixture_renders"])
        .env("ANNEXD_FIXTURE", &path)
        .env("TZ", "America/New_York")
        .env("LC_ALL", "tr_TR.UTF-8")
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    assert!(
        here == std::fs::read(&path).unwrap(),
        "bytes depend on the place"
    );
}

#[test]
fn no_formula_stands_in_the_bytes_that_we_did_not_write() {
    let c = fixture(48);
    let book = sheets::build(&c, &config(), &Text::embedded());
    let ours: std::collections::BTreeSet<String> = super::sheets::formulas(&book)
        .into_iter()
        .map(|(_, f)| f.trim_start_matches('=').to_owned())
        .collect();
    let bytes = render(&book).unwrap();
    let mut seen = 0;
    for (name, xml) in parts(&bytes, "xl/worksheets/sheet") {
        for piece in xml.split("<f>").skip(1) {
            let formula = piece.split("</f>").next().unwrap();
            let formula = formula
                .replace("&quot;", "\"")
                .replace("&gt;", ">")
                .replace("&lt;", "<")
                .replace("&amp;", "&");
            assert!(ours.contains(&formula), "{name}: {formula}");
            seen += 1;
        }
    }
    assert!(seen > 300, "{seen}");
    let strings = &parts(&bytes, "xl/sharedStrings.xml")[0].1;
    for text in [
        "=cmd|'/C calc'!A0",
        "+1 nhiệm vụ bổ sung",
        "@SUM(A1:A9)",
        "-2+3\ncmd",
    ] {
        assert!(strings.contains(text), "{text}");
    }
}

#[test]
fn long_and_unclean_texts_are_kept_as_far_as_a_cell_holds_them() {
    let bytes = bytes(&fixture(48));
    let strings = &parts(&bytes, "xl/sharedStrings.xml")[0].1;
    let long = strings
        .split("<t")
        .find(|t| t.contains("Dài Dài Dài"))
        .unwrap();
    let text = long.split('>').nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(text.encode_utf16().count(), 32_767);
    assert!(text.ends_with(" […]"));
    assert!(
        strings.chars().all(|c| c >= ' ' || c == '\n' || c == '\t'),
        "a control character stands raw in the part"
    );
    assert!(
        strings.contains("a_x0001_b_x000B_c\u{FFFD} _x005F_x0041_"),
        "the text is not what was typed"
    );
}

#[test]
fn everything_is_set_in_times_new_roman() {
    let bytes = bytes(&fixture(48));
    let styles = &parts(&bytes, "xl/styles.xml")[0].1;
    let fonts = styles
        .split("<fonts")
        .nth(1)
        .unwrap()
        .split("</fonts>")
        .next()
        .unwrap();
    assert!(fonts.matches("<font>").count() > 5);
    for name in fonts.split("<name val=\"").skip(1) {
        assert!(name.starts_with("Times New Roman\""), "{}", &name[..30]);
    }
    let charts = parts(&bytes, "xl/charts/chart");
    assert!(charts.len() >= 4);
    for (name, xml) in charts {
        assert!(xml.contains("Times New Roman"), "{name}");
    }
}

#[test]
fn every_sheet_prints_on_a4_across() {
    for (name, xml) in parts(&bytes(&fixture(48)), "xl/worksheets/sheet") {
        assert!(
            xml.contains("paperSize=\"9\"") && xml.contains("orientation=\"landscape\""),
            "{name}"
        );
        assert!(xml.contains("<oddFooter>"), "{name}");
    }
}
