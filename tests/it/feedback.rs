//! The feedback workbook: every mistake is told at its cell, and nothing of a refused row is told at all.

pub mod dump;
pub mod fixture;
pub mod scene;

use annexd::book::{Book, CellValue, xlsx};
use annexd::domain::finding::Severity;
use annexd::domain::verdict::Verdict;
use annexd::feedback::{self, Input};
use annexd::text::Text;

fn build(
    verdict: Option<Verdict>,
    accepted: u64,
    held: u64,
    findings: Vec<annexd::domain::finding::Finding>,
) -> Book {
    let department = fixture::department(verdict, accepted, held);
    let consolidation = fixture::consolidation(department.clone(), findings);
    let reading = fixture::reading();
    let readings = if verdict.is_some() {
        vec![(fixture::FILE, &reading)]
    } else {
        Vec::new()
    };
    feedback::build(&Input {
        department: &department,
        readings,
        consolidation: &consolidation,
        index: &feedback::Index::of(&consolidation),
        config: &fixture::config(),
        text: &Text::embedded(),
        trial: false,
    })
}

fn mistaken() -> Book {
    build(
        Some(Verdict::AcceptedWithRemarks),
        4,
        4,
        fixture::findings(),
    )
}

#[test]
fn every_finding_has_a_note_at_its_own_address_and_a_line_with_a_link() {
    let book = mistaken();
    let layout = book
        .sheets
        .iter()
        .find(|s| s.name == fixture::SHEET)
        .unwrap();
    let list = &book.sheets[1];
    for finding in fixture::findings() {
        for cell in &finding.cells {
            let note = layout
                .notes
                .iter()
                .find(|(r, c, _)| (*r, *c) == (cell.row, cell.col));
            assert!(
                note.is_some_and(|(_, _, n)| n.as_str().contains(&finding.code)),
                "no note of {} at {cell}",
                finding.code
            );
        }
        let cell = finding.cell.unwrap();
        let target = format!("internal:'{}'!{cell}", fixture::SHEET);
        let linked = list
            .cells
            .iter()
            .any(|(_, _, c)| matches!(&c.value, CellValue::Link(t, _) if *t == target));
        assert!(linked, "no link to {cell}");
    }
    dump::look("feedback-mistakes", &xlsx::render(&book).unwrap());
}

#[test]
fn the_layout_keeps_the_addresses_of_the_annex() {
    let book = mistaken();
    let layout = book
        .sheets
        .iter()
        .find(|s| s.name == fixture::SHEET)
        .unwrap();
    let reading = fixture::reading();
    let secret = reading.tables[0]
        .rows
        .iter()
        .find(|r| r.secret.is_some())
        .unwrap()
        .row;
    for cell in reading.grid.sheets[0]
        .cells
        .iter()
        .filter(|c| c.at.row != secret)
    {
        let here = layout
            .cells
            .iter()
            .map(|(r, c, cell)| (*r, *c, &cell.value))
            .chain(
                layout
                    .merges
                    .iter()
                    .map(|(r, c, _, _, cell)| (*r, *c, &cell.value)),
            )
            .find(|(r, c, _)| (*r, *c) == (cell.at.row, cell.at.col));
        let (_, _, value) = here.unwrap_or_else(|| panic!("{} is missing", cell.at));
        match (&cell.value, value) {
            (annexd::domain::grid::Value::Text(a), CellValue::Text(b)) => assert_eq!(a, b.as_str()),
            (annexd::domain::grid::Value::Number(a), CellValue::Number(b)) => {
                assert!((a - b).abs() < 1e-12)
            }
            (a, b) => panic!("{}: {a:?} became {b:?}", cell.at),
        }
    }
}

#[test]
fn nothing_of_a_refused_row_is_written() {
    let book = mistaken();
    let words = dump::text(&book);
    for word in fixture::SECRET.split(' ').filter(|w| w.chars().count() > 4) {
        assert!(
            !words.contains(word),
            "{word} of the refused row is in the workbook"
        );
    }
}

#[test]
fn green_and_one_line_when_all_is_well() {
    let book = build(Some(Verdict::Accepted), 8, 0, Vec::new());
    let words = dump::text(&book);
    assert!(words.contains("cả 8 nhiệm vụ được tính"));
    assert!(!words.contains("SỬA TRƯỚC HẾT"));
    dump::look("feedback-green", &xlsx::render(&book).unwrap());
}

#[test]
fn a_missing_annex_is_told_plainly() {
    let book = build(None, 0, 0, Vec::new());
    assert!(dump::text(&book).contains("Chưa nhận được biểu nhiệm vụ"));
    assert!(xlsx::render(&book).is_ok());
}

#[test]
fn a_held_file_says_so_in_every_row() {
    let book = build(Some(Verdict::HeldBack), 0, 8, Vec::new());
    let words = dump::text(&book);
    assert!(words.contains("Biểu CHƯA được tiếp nhận"));
    assert_eq!(words.matches("cả tệp chưa được tiếp nhận").count(), 7);
}

#[test]
fn findings_come_worst_first() {
    let book = mistaken();
    let list = &book.sheets[1];
    let text = Text::embedded();
    let rank = |words: &str| {
        [
            Severity::Error,
            Severity::Explain,
            Severity::Warning,
            Severity::Info,
        ]
        .iter()
        .position(|s| {
            text.word(&format!("feedback.severity.{}", s.name()))
                .as_str()
                == words
        })
    };
    let ranks: Vec<usize> = list
        .cells
        .iter()
        .filter(|(row, col, _)| *row > 3 && *col == 1)
        .filter_map(|(_, _, c)| {
            if let CellValue::Text(t) = &c.value {
                rank(t.as_str())
            } else {
                None
            }
        })
        .collect();
    assert_eq!(ranks.len(), fixture::findings().len());
    assert!(ranks.is_sorted());
}

#[test]
fn same_input_same_bytes() {
    assert_eq!(
        xlsx::render(&mistaken()).unwrap(),
        xlsx::render(&mistaken()).unwrap()
    );
}

#[test]
fn words_are_as_agreed() {
    dump::golden("feedback/mistakes.txt", &dump::text(&mistaken()));
    dump::golden(
        "feedback/green.txt",
        &dump::text(&build(Some(Verdict::Accepted), 8, 0, Vec::new())),
    );
}
