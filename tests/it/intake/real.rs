//! The two real annexes, laid out as an office would: nothing lost, doubled or misplaced.

use annexd::domain::field::Field;
use annexd::domain::reading::SkipReason;

use super::support::{books, read_file, tasks};

/// Minimal reader of the committed CSV files: quotes, commas and line breaks inside quotes.
fn csv(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(books().join("real").join(name)).unwrap();
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                row.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            '\r' => {}
            c => row.last_mut().unwrap().push(c),
        }
    }
    rows.retain(|r| r.iter().any(|c| !c.is_empty()));
    rows
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn compare(book: &str, columns: &[(usize, Field)], count: usize, groups: usize) {
    let reading = read_file(&books().join(format!("real/{book}.xlsx")));
    let source = csv(&format!("{book}.csv"));
    let mut area = String::new();
    let mut expected = Vec::new();
    for row in &source[1..] {
        let numeral = row[0].trim_end_matches('.');
        if !numeral.is_empty() && numeral.bytes().all(|b| b"IVX".contains(&b)) {
            area = squeeze(&row[1]);
        } else {
            expected.push((area.clone(), row));
        }
    }
    assert_eq!(expected.len(), count, "the source itself");
    let rows = tasks(&reading);
    assert_eq!(reading.tables.len(), 1, "{:?}", reading.problems);
    let skipped: Vec<_> = reading.tables[0]
        .skipped
        .iter()
        .map(|s| (s.row, s.reason, s.text.clone()))
        .collect();
    assert_eq!(rows.len(), count, "skipped: {skipped:#?}");
    for (row, (area, source)) in rows.iter().zip(&expected) {
        assert_eq!(
            row.area.as_deref().unwrap_or_default(),
            area.as_str(),
            "row {}",
            row.row + 1
        );
        for (col, field) in columns {
            let cell = row.cell(*field).unwrap();
            assert_eq!(squeeze(&cell.text), squeeze(&source[*col]), "{}", cell.at);
        }
    }
    let found = reading.tables[0]
        .skipped
        .iter()
        .filter(|s| s.reason == SkipReason::Group)
        .count();
    assert_eq!(found, groups);
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
}

#[test]
fn the_140_tasks_of_resolution_03() {
    let columns = [
        (1, Field::Content),
        (2, Field::Lead),
        (3, Field::Coop),
        (4, Field::Product),
        (5, Field::Deadline),
    ];
    compare("nq03-phu-luc-2-nhiem-vu", &columns, 140, 7);
}

#[test]
fn the_37_tasks_of_letter_402() {
    let columns = [
        (1, Field::Content),
        (2, Field::Product),
        (3, Field::Deadline),
        (4, Field::Lead),
        (5, Field::Status),
        (6, Field::Result),
    ];
    compare("cv402-theo-doi-37-nhiem-vu", &columns, 37, 6);
}

#[test]
fn the_targets_of_resolution_03_are_no_tasks_and_no_fault() {
    let reading = read_file(&books().join("real/nq03-phu-luc-1-chi-tieu.xlsx"));
    assert!(tasks(&reading).is_empty());
    assert!(reading.indicators.is_empty());
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
}
