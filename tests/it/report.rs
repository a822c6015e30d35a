//! Issued workbooks, period workbooks, the Word report.

use annexd::book::{Book, CellValue, ValidationRule, xlsx};
use annexd::config::periods;
use annexd::domain::calendar::Calendar;
use annexd::domain::indicator::PeriodKey;
use annexd::domain::ledger::Ledger;
use annexd::domain::verdict::Verdict;
use annexd::report::{self, PeriodInput};
use annexd::text::Text;

use super::feedback::{dump, fixture};

fn issued(code: &str) -> Book {
    let config = fixture::config();
    let mut ledger = Ledger::default();
    for task in fixture::tasks() {
        ledger.rows.insert(task.row.id.clone(), task.row);
    }
    ledger.figures.push(fixture::figure("K1.2"));
    let department = config.roster.by_code(code).unwrap().clone();
    report::issue(
        &department,
        &fixture::baseline(),
        &ledger,
        &config,
        &Calendar::default(),
        &Text::embedded(),
    )
}

#[test]
fn an_issued_workbook_locks_the_baseline_and_leaves_the_unit_its_columns() {
    let book = issued("KHDT");
    let sheet = &book.sheets[0];
    assert!(sheet.protected);
    assert_eq!(sheet.hidden_columns, [0]);
    let styles = book.styles.list();
    let content = "Tập huấn kỹ năng số cho công chức, viên chức";
    let row = sheet
        .cells
        .iter()
        .find_map(|(r, _, c)| {
            matches!(&c.value, CellValue::Text(t) if t.as_str() == content).then_some(*r)
        })
        .unwrap();
    for (_, col, cell) in sheet.cells.iter().filter(|(r, _, _)| *r == row) {
        let unlocked = styles[usize::from(cell.style.0)].unlocked;
        assert_eq!(unlocked, *col >= 7, "column {col}");
    }
    assert!(
        sheet
            .validations
            .iter()
            .any(|v| matches!(&v.rule, ValidationRule::ListName(n) if n == "=DS_TinhTrang"))
    );
    assert_eq!(
        book.properties,
        [(
            "annexd-template".to_owned(),
            fixture::config().template.version
        )]
    );
    assert!(book.sheets.last().unwrap().hidden);
    dump::look("issued", &xlsx::render(&book).unwrap());
}

#[test]
fn an_issued_workbook_holds_what_was_accepted_and_no_formula() {
    let book = issued("KHDT");
    let words = dump::text(&book);
    assert!(words.contains("KH số 25/KH-BQL"));
    assert!(words.contains("2026-05-12"));
    let formula = book
        .sheets
        .iter()
        .flat_map(|s| &s.cells)
        .any(|(_, _, c)| matches!(c.value, CellValue::Formula(..)));
    assert!(
        !formula,
        "another program that saves it would drop stored results"
    );
}

#[test]
fn the_office_gets_the_indicators_nobody_else_reports() {
    let book = issued("VP");
    let figures = dump::text(&book);
    assert!(figures.contains("K1.3"));
    let own = dump::text(&issued("KHDT"));
    assert!(own.contains("\nA6 K1.2"));
    assert!(xlsx::render(&book).is_ok());
}

fn with_period<T>(f: impl FnOnce(&PeriodInput<'_>) -> T) -> T {
    let config = fixture::config();
    let department = fixture::department(Some(Verdict::AcceptedWithRemarks), 4, 4);
    let consolidation = fixture::consolidation(department, fixture::findings());
    let key: PeriodKey = "2026-N".parse().unwrap();
    let days = periods::resolve(key, &config).unwrap();
    f(&PeriodInput {
        key,
        days: &days,
        consolidation: &consolidation,
        previous: Some(&consolidation),
        config: &config,
        text: &Text::embedded(),
    })
}

#[test]
fn a_period_workbook_has_every_table_even_when_empty() {
    let book = with_period(report::period);
    let names: Vec<&str> = book.sheets.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Theo đơn vị",
            "Theo lĩnh vực",
            "Quá hạn",
            "Khó khăn, vướng mắc",
            "Đề xuất, kiến nghị",
            "Chỉ tiêu",
            "Sau khi chốt",
            "Nhiệm vụ"
        ]
    );
    dump::look("period", &xlsx::render(&book).unwrap());
    dump::golden("report/period.txt", &dump::text(&book));
}

#[test]
fn the_word_report_is_the_same_for_the_same_input() {
    let first = with_period(report::word).unwrap();
    let second = with_period(report::word).unwrap();
    assert!(first == second, "same input, other bytes");
    dump::look("report.docx", &first);
}

#[test]
fn every_page_of_a_table_of_the_word_report_has_its_headings_and_rates_have_their_decimals() {
    use std::io::Read as _;
    let bytes = with_period(report::word).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut document = String::new();
    zip.by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut document)
        .unwrap();
    let tables = document.split("<w:tbl>").skip(1);
    let lists: Vec<&str> = tables.filter(|t| t.contains("<w:cantSplit />")).collect();
    assert!(lists.len() >= 3, "{} tables", lists.len());
    for list in lists {
        let first_row = list.split("</w:tr>").next().unwrap();
        assert!(first_row.contains("<w:tblHeader />"), "{first_row}");
        assert_eq!(list.matches("<w:tblHeader />").count(), 1);
    }
    let mut rates = 0;
    for text in document.split("<w:t ").skip(1) {
        let text = text.split("</w:t>").next().unwrap();
        let words = text.split(|c: char| !(c.is_ascii_digit() || c == ',' || c == '%'));
        for rate in words.filter(|w| w.ends_with('%') && w.contains(',')) {
            rates += 1;
            let decimals = rate.trim_end_matches('%').split(',').nth(1).unwrap();
            assert_eq!(decimals.len(), 2, "{rate}");
        }
    }
    assert!(rates > 3, "{rates}");
}

fn read_back(book: &Book) -> annexd::domain::reading::Reading {
    let config = fixture::config();
    let bytes = xlsx::render(book).unwrap();
    let grid = annexd::intake::read_grid(&bytes, &config.limits).unwrap();
    let calendar = annexd::config::holidays::calendar(&config).unwrap();
    annexd::intake::read(
        std::sync::Arc::new(grid),
        &annexd::intake::ReadContext {
            words: annexd::vn::Words::embedded(),
            roster: &config.roster,
            plan: &config.plan,
            deadlines: &config.deadlines,
            calendar: &calendar,
            limits: &config.limits,
        },
    )
}

#[test]
fn an_issued_workbook_is_read_back_whole() {
    use annexd::domain::field::Field;
    let reading = read_back(&issued("KHDT"));
    assert_eq!(reading.problems, []);
    assert_eq!(
        reading.template.as_deref(),
        Some(fixture::config().template.version.as_str())
    );
    assert_eq!(reading.tables.len(), 1);
    let table = &reading.tables[0];
    assert!(
        table
            .unit
            .as_ref()
            .is_some_and(|(_, unit)| unit == "Phòng Kế hoạch - Đầu tư"),
        "{:?}",
        table.unit
    );
    let tasks = fixture::tasks();
    assert_eq!(table.rows.len(), tasks.len());
    for (row, task) in table.rows.iter().zip(&tasks) {
        let values = &task.row.values;
        assert_eq!(row.text(Field::Code), values.code);
        assert_eq!(row.text(Field::Content), values.content);
        assert_eq!(row.text(Field::Deadline), values.deadline_text);
        assert_eq!(row.area.as_deref(), Some(values.area.as_str()));
        assert_eq!(
            row.number(Field::Progress),
            values.progress,
            "{}",
            values.code
        );
        assert_eq!(row.day(Field::CompletedDate), values.completed);
        assert_eq!(row.text(Field::Evidence), values.evidence);
        for cell in row.cells.values() {
            assert_eq!(
                cell.marks,
                annexd::domain::reading::Marks::default(),
                "{} {:?}",
                cell.at,
                cell.raw
            );
        }
    }
    for word in [
        "not_started",
        "in_progress",
        "completed",
        "waiting",
        "suspended",
        "adjustment",
        "cannot_do",
    ] {
        let words = Text::embedded().word(&format!("report.issue.status.{word}"));
        let meaning = annexd::vn::Words::embedded()
            .status(words.as_str())
            .unwrap();
        assert_eq!(meaning.status.name(), word);
    }
    let figures = &reading.indicators[0];
    assert_eq!(figures.rows[0].text(Field::KpiCode), "K1.2");
    assert_eq!(figures.rows[0].number(Field::Numerator), Some(812.0));
    assert_eq!(figures.rows[0].text(Field::Period), "Quý III/2026");
}
