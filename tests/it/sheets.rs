//! The sheets as values: headings that others rely on, figures, the control account, words for empty lists.

mod cautions;
mod paper;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use annexd::book::{Book, CellValue, Sheet, Stored};
use annexd::config::Config;
use annexd::domain::cell::CellRef;
use annexd::domain::consolidation::{Class, Consolidation};
use annexd::sheets::{self, ImbalanceKind};
use annexd::text::Text;

use super::workbook::{complete, config, fixture};

fn build(c: &Consolidation) -> Book {
    sheets::build(c, &config(), &Text::embedded())
}

fn sheet<'a>(book: &'a Book, name: &str) -> &'a Sheet {
    book.sheets.iter().find(|s| s.name == name).unwrap()
}

fn headings(sheet: &Sheet) -> Vec<&str> {
    sheet.tables[0]
        .headings
        .iter()
        .map(|h| h.as_str())
        .collect()
}

/// The body of a table by heading.
fn column<'a>(sheet: &'a Sheet, heading: &str) -> Vec<&'a CellValue> {
    let table = &sheet.tables[0];
    let col = headings(sheet).iter().position(|h| *h == heading).unwrap() as u16;
    let mut cells: Vec<_> = sheet
        .cells
        .iter()
        .filter(|(r, c, _)| *c == col && *r > table.first_row)
        .collect();
    cells.sort_by_key(|(r, _, _)| *r);
    cells.into_iter().map(|(_, _, cell)| &cell.value).collect()
}

fn stored(value: &CellValue) -> f64 {
    match value {
        CellValue::Number(n) | CellValue::Formula(_, Stored::Number(n)) => *n,
        other => panic!("no number: {other:?}"),
    }
}

#[test]
fn sheets_stand_in_the_stated_order() {
    let names: Vec<String> = build(&fixture(48))
        .sheets
        .into_iter()
        .map(|s| s.name)
        .collect();
    let stated = [
        "Tổng quan",
        "Nhiệm vụ",
        "Chỉ tiêu",
        "Theo đơn vị",
        "Theo lĩnh vực",
        "Theo cá nhân",
        "Quá hạn",
        "Sắp đến hạn",
        "Vướng mắc",
        "Lỗi dữ liệu",
        "Đề nghị thay đổi",
        "Nhật ký",
        "Xu hướng",
        "Đối soát",
        "Diễn giải",
        "Thông tin",
    ];
    assert_eq!(names, stated);
    assert_eq!(sheets::ALL.len(), stated.len());
}

#[test]
fn headings_are_the_stated_ones_word_for_word() {
    let book = build(&fixture(48));
    let tasks = headings(sheet(&book, "Nhiệm vụ")).join("|");
    assert!(tasks.starts_with(
        "STT|Mã nhiệm vụ|Lĩnh vực|Nội dung nhiệm vụ|Sản phẩm, kết quả|Đơn vị chủ trì|Người phụ trách|Đơn vị phối hợp|\
         Thời hạn (nguyên văn)|Hạn hoàn thành|Hạn hiệu lực|Tình trạng (đơn vị báo)|Tiến độ (%)|Ngày hoàn thành|Phân loại|Nhóm|\
         Số ngày còn lại|Số ngày quá hạn|Ngày làm việc quá hạn|Tiến độ kỳ vọng (%)|Chênh lệch (%)|Kết quả thực hiện|Minh chứng|\
         Lý do chậm|Khó khăn, vướng mắc|Ý kiến Văn phòng|Số liệu ngày|Tệp nguồn|Trang|Ô|Số kỳ đến hạn|Số kỳ đã hoàn thành"
    ));
    for (name, first) in [("Theo đơn vị", "Đơn vị"), ("Theo lĩnh vực", "Lĩnh vực")] {
        let all = headings(sheet(&book, name));
        assert_eq!(all[0], first);
        for heading in [
            "Tổng số",
            "Hoàn thành trước hạn",
            "Hoàn thành đúng hạn",
            "Hoàn thành quá hạn",
            "Hoàn thành, chưa rõ ngày",
            "Đang thực hiện trong hạn",
            "Sắp đến hạn",
            "Quá hạn",
            "Chưa đến kỳ",
            "Không hạn",
            "Khác",
            "Số đến hạn",
            "Tỷ lệ hoàn thành",
            "Tỷ lệ hoàn thành đúng hạn",
            "Tỷ lệ đúng hạn trên số đến hạn",
            "Tỷ lệ quá hạn",
        ] {
            assert!(all.contains(&heading), "{name} lacks {heading}");
        }
    }
    assert_eq!(
        headings(sheet(&book, "Lỗi dữ liệu")),
        [
            "Mã lỗi",
            "Mức độ",
            "Đơn vị",
            "Tệp",
            "Trang",
            "Ô",
            "Mã nhiệm vụ",
            "Giá trị",
            "Nội dung",
            "Cách sửa"
        ]
    );
}

#[test]
fn roll_ups_are_formulas_that_hold_what_the_scorecard_says() {
    let c = fixture(240);
    let book = build(&c);
    let cases = [
        ("Theo đơn vị", &c.by_department),
        ("Theo lĩnh vực", &c.by_area),
        ("Theo cá nhân", &c.by_person),
    ];
    for (name, groups) in cases {
        let s = sheet(&book, name);
        let classes = [
            ("Hoàn thành trước hạn", Class::DoneEarly),
            ("Hoàn thành đúng hạn", Class::DoneOnTime),
            ("Hoàn thành quá hạn", Class::DoneLate),
            ("Hoàn thành, chưa rõ ngày", Class::DoneUnknown),
            ("Đang thực hiện trong hạn", Class::OpenInTime),
            ("Sắp đến hạn", Class::DueSoon),
            ("Quá hạn", Class::Overdue),
            ("Chưa đến kỳ", Class::NotStartedPeriod),
        ];
        for (i, group) in groups.iter().chain([&c.all]).enumerate() {
            for (heading, class) in classes {
                let cell = column(s, heading)[i];
                assert!(
                    matches!(cell, CellValue::Formula(..)),
                    "{name} {heading}: {cell:?}"
                );
                assert_eq!(
                    stored(cell),
                    group.counts.of(class) as f64,
                    "{name} {heading} {}",
                    group.name
                );
            }
            assert_eq!(stored(column(s, "Tổng số")[i]), group.counts.total as f64);
            assert_eq!(stored(column(s, "Số đến hạn")[i]), group.counts.due as f64);
            let on_time = stored(column(s, "Số đúng hạn")[i]);
            assert_eq!(on_time, group.counts.due_on_time as f64);
            let rate = stored(column(s, "Tỷ lệ hoàn thành")[i]) * 100.0;
            assert!((rate - group.completion.value.unwrap()).abs() <= 0.005 + 1e-9);
        }
    }
    let last = sheet(&book, "Theo đơn vị")
        .cells
        .iter()
        .max_by_key(|(r, c, _)| (*r, std::cmp::Reverse(*c)))
        .unwrap();
    assert_eq!(last.1, 0);
    assert!(matches!(&last.2.value, CellValue::Text(t) if t.as_str() == "Tổng cộng"));
}

#[test]
fn rates_round_by_the_setting() {
    let mut c = fixture(48);
    let indicator = c
        .indicators
        .iter()
        .position(|s| s.indicator.code == "K1.6")
        .unwrap();
    c.indicators.swap(0, indicator);
    let value = |settings: &str| {
        let config = Config::parse(settings, None).unwrap();
        let book = sheets::build(&c, &config, &Text::embedded());
        let cells = column(sheet(&book, "Chỉ tiêu"), "Tỷ lệ (%)")
            .into_iter()
            .cloned()
            .collect::<Vec<_>>();
        stored(&cells[0])
    };
    assert_eq!(value("[figures]\nrounding = \"half-up\"\n"), 0.9863);
    assert_eq!(value("[figures]\nrounding = \"truncate\"\n"), 0.9862);
    assert_eq!(value("[figures]\ndecimals = 0\n"), 0.99);
}

#[test]
fn a_zero_denominator_prints_na() {
    let c = fixture(48);
    let book = build(&c);
    let cells = column(sheet(&book, "Chỉ tiêu"), "Tỷ lệ (%)");
    let zero = c
        .indicators
        .iter()
        .position(|s| s.indicator.code == "K1.5")
        .unwrap();
    assert!(matches!(cells[zero], CellValue::Formula(_, Stored::Text(t)) if t == "N/A"));
}

#[test]
fn persons_have_a_sheet_only_where_annexes_name_them() {
    let mut c = fixture(48);
    c.by_person.clear();
    for task in &mut c.tasks {
        task.row.values.persons.clear();
    }
    assert!(build(&c).sheets.iter().all(|s| s.name != "Theo cá nhân"));
}

#[test]
fn an_empty_share_gives_kind_lines_and_no_table_that_is_not_there() {
    let mut c = complete(Vec::new(), BTreeMap::new());
    c.by_area.clear();
    c.by_person.clear();
    c.indicators.clear();
    c.findings.clear();
    c.proposals.clear();
    c.log.clear();
    c.trend.clear();
    let book = build(&c);
    for name in [
        "Nhiệm vụ",
        "Chỉ tiêu",
        "Theo lĩnh vực",
        "Quá hạn",
        "Sắp đến hạn",
        "Vướng mắc",
        "Lỗi dữ liệu",
        "Đề nghị thay đổi",
        "Nhật ký",
        "Xu hướng",
    ] {
        let s = sheet(&book, name);
        assert!(s.tables.is_empty(), "{name}");
        let line = s.cells.iter().find(|(r, _, _)| *r == 3).unwrap();
        assert!(
            matches!(&line.2.value, CellValue::Text(t) if t.as_str().ends_with('.')),
            "{name}"
        );
    }
    let tables: Vec<&str> = book
        .sheets
        .iter()
        .flat_map(|s| &s.tables)
        .map(|t| t.name.as_str())
        .collect();
    for (s, formula) in formulas(&book) {
        for name in ["NhiemVu", "LoiDuLieu", "DeNghi", "VuongMac"] {
            assert!(
                tables.contains(&name) || !formula.contains(name),
                "{s}: {formula}"
            );
        }
    }
    annexd::book::xlsx::render(&book).unwrap();
}

/// Every formula of a book with its sheet.
pub fn formulas(book: &Book) -> Vec<(&str, &str)> {
    let mut out = Vec::new();
    for s in &book.sheets {
        let cells = s
            .cells
            .iter()
            .map(|(_, _, c)| c)
            .chain(s.merges.iter().map(|m| &m.4));
        for cell in cells {
            if let CellValue::Formula(f, _) = &cell.value {
                out.push((s.name.as_str(), f.as_str()));
            }
        }
    }
    out
}

#[test]
fn what_is_old_held_or_missing_is_marked() {
    let c = fixture(48);
    let book = build(&c);
    let s = sheet(&book, "Nhiệm vụ");
    let text = |heading: &str, i: usize| match column(s, heading)[i] {
        CellValue::Text(t) => t.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text("Số liệu", 12), "Cũ");
    assert!(text("Lưu ý", 12).contains("T13") && text("Lưu ý", 12).contains("02/09/2026"));
    assert_eq!(text("Số liệu", 20), "Chưa có");
    assert_eq!(text("Số liệu", 0), "Mới");
    assert!(matches!(column(s, "Số liệu ngày")[20], CellValue::Blank));
}

#[test]
fn links_lead_from_the_published_place_to_file_sheet_and_cell() {
    let c = fixture(48);
    let book = build(&c);
    let cells = column(sheet(&book, "Nhiệm vụ"), "Ô");
    let CellValue::Link(target, label) = cells[0] else {
        panic!("{:?}", cells[0])
    };
    assert_eq!(
        target,
        "file:///../van-phong/Bieu nhiem vu VP.xlsx#'Biểu 01'!B8"
    );
    assert_eq!(label.as_str(), "B8");
    // A target is split at its first '#': a name that holds one is escaped, as Excel writes it.
    let CellValue::Link(target, _) = cells[9] else {
        panic!("{:?}", cells[9])
    };
    assert!(
        target.starts_with("file:///../van-phong/Biểu%20%232%20(50%25).xlsx#'"),
        "{target}"
    );
}

#[test]
fn the_fixture_balances() {
    assert_eq!(sheets::balance(&fixture(48)), Ok(()));
    assert_eq!(
        sheets::balance(&complete(Vec::new(), BTreeMap::new())),
        Ok(())
    );
}

#[test]
fn every_loss_doubling_and_shift_is_caught() {
    type Change = fn(&mut Consolidation);
    let cases: &[(&str, Change, ImbalanceKind)] = &[
        (
            "a task dropped from the list",
            |c| {
                c.tasks.remove(0);
            },
            ImbalanceKind::Tasks,
        ),
        (
            "a file counted twice",
            |c| {
                let t = c.tasks[0].clone();
                c.tasks.push(t);
            },
            ImbalanceKind::Doubled,
        ),
        (
            "a row read and forgotten",
            |c| c.departments[0].read += 1,
            ImbalanceKind::Rows,
        ),
        (
            "a column shifted",
            |c| c.tasks[0].row.values.progress = Some(35.0 + 7.0),
            ImbalanceKind::Progress,
        ),
        (
            "a sum read wrong",
            |c| c.departments[1].progress_in += 3.0,
            ImbalanceKind::ProgressIn,
        ),
        (
            "a task moved to nobody",
            |c| c.tasks[0].row.department = "??".to_owned(),
            ImbalanceKind::Stray,
        ),
        (
            "a class miscounted",
            |c| {
                c.by_department[0]
                    .counts
                    .by_class
                    .insert(Class::Overdue, 99);
            },
            ImbalanceKind::Class,
        ),
        (
            "a task counted but not there",
            |c| c.departments[0].tasks += 1,
            ImbalanceKind::Counted,
        ),
    ];
    for (what, change, kind) in cases {
        let mut c = fixture(48);
        change(&mut c);
        let wrong = sheets::balance(&c).expect_err(what);
        assert!(wrong.iter().any(|w| w.kind == *kind), "{what}: {wrong:?}");
        let words = wrong[0].say(&Text::embedded());
        assert!(!words.as_str().contains('{'), "{words}");
    }
}

#[test]
fn every_sheet_reads_as_its_golden_text() {
    let c = fixture(14);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/sheets");
    let book = build(&c);
    for (plan, s) in sheets::ALL.iter().zip(&book.sheets) {
        let path = folder.join(format!("{}.txt", plan.key));
        let now = dump(s);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &now).unwrap();
        }
        let then = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            now == then,
            "{} differs from what is built now; UPDATE=1 rewrites it",
            path.display()
        );
    }
}

/// A sheet as text: a line a cell, in reading order.
fn dump(sheet: &Sheet) -> String {
    let mut out = format!("# {}\n", sheet.name);
    let mut cells: Vec<(u32, u16, &CellValue)> = sheet
        .cells
        .iter()
        .map(|(r, c, cell)| (*r, *c, &cell.value))
        .collect();
    cells.extend(sheet.merges.iter().map(|m| (m.0, m.1, &m.4.value)));
    cells.sort_by_key(|(r, c, _)| (*r, *c));
    for table in &sheet.tables {
        let names: Vec<&str> = table.headings.iter().map(|h| h.as_str()).collect();
        writeln!(
            out,
            "table {} at {}: {}",
            table.name,
            CellRef::new(table.first_row, table.first_col),
            names.join(" | ")
        )
        .unwrap();
    }
    for (row, col, value) in cells {
        let at = CellRef::new(row, col);
        match value {
            CellValue::Blank => {}
            CellValue::Text(t) => writeln!(out, "{at} {}", t.as_str().replace('\n', "⏎")).unwrap(),
            CellValue::Number(n) => writeln!(out, "{at} {n}").unwrap(),
            CellValue::Date(d) => writeln!(out, "{at} {d}").unwrap(),
            CellValue::DateTime(d) => writeln!(out, "{at} {d}").unwrap(),
            CellValue::Formula(f, Stored::Number(n)) => writeln!(out, "{at} {f} → {n}").unwrap(),
            CellValue::Formula(f, Stored::Text(t)) => writeln!(out, "{at} {f} → {t:?}").unwrap(),
            CellValue::Link(target, t) => writeln!(out, "{at} [{t}]({target})").unwrap(),
        }
    }
    out
}

#[test]
fn explanations_are_bounded_and_late_tasks_come_first() {
    let book = build(&fixture(5_200));
    let steps = &sheet(&book, "Diễn giải").tables[1];
    assert_eq!(steps.last_row - steps.first_row, 5_000);
}
