//! Rows as offices really lay them out: merged contents, flat repeated headings, titles in odd columns, ticks, typed spans.

use annexd::config::Config;
use annexd::domain::field::Field;
use annexd::domain::grid::{Grid, GridSheet};
use annexd::domain::reading::{FieldValue, Reading, SkipReason};

use super::cases::{one, sheet};
use super::support::{read_grid, tasks};

fn read(drawn: GridSheet) -> Reading {
    let grid = Grid {
        sheets: vec![drawn],
        ..Grid::default()
    };
    read_grid(grid, &Config::defaults())
}

fn merged(rows: &str, areas: &[(&str, &str)]) -> Reading {
    let mut drawn = sheet(rows);
    for (first, last) in areas {
        drawn
            .merges
            .push((first.parse().unwrap(), last.parse().unwrap()));
    }
    read(drawn)
}

fn texts(reading: &Reading, field: Field) -> Vec<String> {
    tasks(reading)
        .iter()
        .map(|r| r.cell(field).map(|c| c.text.clone()).unwrap_or_default())
        .collect()
}

#[test]
fn a_task_over_several_rows_is_one_task_with_all_its_lines() {
    let reading = merged(
        "TT|Nội dung|Chủ trì|Thời hạn|Sản phẩm\n1|A|VP|6/2026|Dự thảo\n||Phòng QLĐT|9/2026|Quyết định\n2|B|VP|2027|Báo cáo",
        &[("A2", "A3"), ("B2", "B3")],
    );
    assert_eq!(texts(&reading, Field::Content), ["A", "B"]);
    assert_eq!(texts(&reading, Field::Deadline), ["6/2026; 9/2026", "2027"]);
    assert_eq!(
        texts(&reading, Field::Product),
        ["Dự thảo\nQuyết định", "Báo cáo"]
    );
    assert_eq!(texts(&reading, Field::Lead), ["VP; Phòng QLĐT", "VP"]);
    let FieldValue::Deadline(due) = tasks(&reading)[0].value(Field::Deadline).clone() else {
        panic!("no deadline")
    };
    assert_eq!(due.days.len(), 2);
}

#[test]
fn numbered_rows_below_one_merged_content_stay_tasks() {
    let reading = merged(
        "TT|Nội dung|Chủ trì|Thời hạn\n1|A|VP|6/2026\n2||VP|9/2026",
        &[("B2", "B3")],
    );
    assert_eq!(texts(&reading, Field::Deadline), ["6/2026", "9/2026"]);
}

#[test]
fn a_repeated_heading_flatter_than_the_first_one_takes_no_task_with_it() {
    let reading = merged(
        "TT|Nội dung|Thực hiện||Thời hạn\n||Chủ trì|Phối hợp|\n1|A|VP|P|2026\nTT|Nội dung|Chủ trì|Phối hợp|Thời hạn\n2|B|VP|P|2027\nTT|Nội dung|Thực hiện||Thời hạn\n||Chủ trì|Phối hợp|\n3|C|VP|P|2028",
        &[("A1", "A2"), ("B1", "B2"), ("C1", "D1"), ("E1", "E2")],
    );
    assert_eq!(texts(&reading, Field::Content), ["A", "B", "C"]);
    let repeated = reading.tables[0]
        .skipped
        .iter()
        .filter(|s| s.reason == SkipReason::Heading)
        .count();
    assert_eq!(repeated, 3);
}

#[test]
fn a_title_in_the_code_column_is_a_group() {
    let reading = one(
        "TT|Mã nhiệm vụ|Nội dung|Chủ trì|Thời hạn\n|A. Cải cách thể chế|||\n1|NV01|Một|VP|2026\nB|Cải cách bộ máy|||Quý IV/2026\n2|NV02|Hai|VP|2026\n3|NV 03||VP|2026",
    );
    let rows = tasks(&reading);
    let areas: Vec<_> = rows
        .iter()
        .map(|r| r.area.as_deref().unwrap_or(""))
        .collect();
    assert_eq!(
        areas,
        ["Cải cách thể chế", "Cải cách bộ máy", "Cải cách bộ máy"]
    );
}

#[test]
fn a_fragment_in_the_number_column_is_no_group_and_two_cells_with_a_deadline_are_kept() {
    let reading = one(
        "TT|Nội dung|Chủ trì|Thời hạn|Sản phẩm\n1|A|VP|2026|Báo cáo\n- Tổ chức||||\n|||9/2026|Quyết định\n2|B|VP|2026|Báo cáo",
    );
    let rows = tasks(&reading);
    assert_eq!(rows.len(), 3, "{:?}", reading.tables[0].skipped);
    assert!(rows.iter().all(|r| r.area.is_none()));
    assert!(rows[1].value(Field::Content).is_blank());
}

#[test]
fn a_ticked_lead_names_nobody_and_the_unit_column_leads() {
    let reading = one(
        "TT|Nhiệm vụ|Đơn vị|Thời gian thực hiện|Thời gian hoàn thành|Chủ trì\n1|A|Văn phòng|Quý I-II/2026|20/6/2026|x\n2|B|Văn phòng|Quý III/2026||",
    );
    assert_eq!(texts(&reading, Field::Lead), ["Văn phòng", "Văn phòng"]);
    assert_eq!(
        texts(&reading, Field::Deadline),
        ["Quý I-II/2026", "Quý III/2026"]
    );
    assert_eq!(texts(&reading, Field::CompletedDate), ["20/6/2026", ""]);
}

#[test]
fn stretches_of_time_are_no_days() {
    let reading = one(
        "TT|Nhiệm vụ|Chủ trì|Thời hạn|Ngày hoàn thành\n1|A|VP|2026|Tháng 11 - tháng 1/2027\n2|B|VP|2026|5-6/2026\n3|C|VP|2026|ngày 5 tháng 6 năm 2026\n4|D|VP|2026|30-6/2026",
    );
    let days: Vec<bool> = tasks(&reading)
        .iter()
        .map(|r| matches!(r.value(Field::CompletedDate), FieldValue::Day(_)))
        .collect();
    assert_eq!(days, [false, false, true, true]);
}
