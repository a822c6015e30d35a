//! A task that counts as late without an accepted report says so wherever it stands.

use annexd::book::{Book, CellValue};
use annexd::domain::consolidation::Class;

use super::super::workbook::{complete, fixture};
use super::{build, column, sheet};

fn texts(book: &Book, name: &str) -> Vec<String> {
    let sheet = sheet(book, name);
    let cells = sheet.cells.iter().map(|(_, _, c)| &c.value);
    let merged = sheet.merges.iter().map(|(_, _, _, _, c)| &c.value);
    cells
        .chain(merged)
        .filter_map(|v| match v {
            CellValue::Text(t) | CellValue::Link(_, t) => Some(t.to_string()),
            _ => None,
        })
        .collect()
}

/// The latest task of all, unreported or held on its first report.
fn late(held: bool) -> Book {
    let mut c = fixture(48);
    let mut tasks = std::mem::take(&mut c.tasks);
    let i = tasks
        .iter()
        .position(|t| t.score.class == Class::Overdue && !t.row.stale && !t.unreported)
        .unwrap();
    tasks[i].score.days_late = Some(9_999);
    tasks[i].row.version = String::new();
    tasks[i].unreported = !held;
    let mut codes = c.held.clone();
    if held {
        codes.insert(tasks[i].row.id.clone(), vec!["T09".to_owned()]);
    }
    build(&complete(tasks, codes))
}

fn says(book: &Book, short: &str, long: &str) {
    let page = texts(book, "Tổng quan");
    assert!(page.iter().any(|t| t.ends_with(short)), "{page:#?}");
    for name in ["Quá hạn", "Nhiệm vụ"] {
        let told = column(sheet(book, name), "Lưu ý");
        assert!(
            told.iter()
                .any(|v| matches!(v, CellValue::Text(t) if t.as_str().contains(long))),
            "{name}: {told:#?}"
        );
    }
}

#[test]
fn a_late_task_whose_first_report_is_held_says_so() {
    let book = late(true);
    says(
        &book,
        "(báo cáo đang được giữ lại, chưa được tính)",
        "đang được giữ lại (T09)",
    );
}

#[test]
fn a_late_task_without_a_report_says_so() {
    says(&late(false), "(chưa có báo cáo)", "Chưa có báo cáo");
}
