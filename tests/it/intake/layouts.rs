//! One annex in twenty layouts, written by five programs in three encodings: one and the same set of tasks.

use std::collections::BTreeMap;

use annexd::config::Config;
use annexd::domain::field::Field;
use annexd::domain::reading::{FieldValue, Reading, TaskRow};
use annexd::domain::roster::{Department, Roster};
use annexd::vn::fold::bare;

use super::support::{books, read_file_with, tasks};

#[derive(serde::Deserialize)]
struct Task {
    area: String,
    code: String,
    content: String,
    product: String,
    lead: String,
    coop: String,
    deadline: String,
    status: String,
    progress: f64,
    completed: Option<String>,
}

fn config() -> Config {
    let department = |code: &str, name: &str| Department {
        code: code.to_owned(),
        name: name.to_owned(),
        folder: None,
        aliases: Vec::new(),
        mail: Vec::new(),
        head: Vec::new(),
        office: code == "VP",
    };
    let mut config = Config::defaults();
    config.roster = Roster {
        departments: vec![
            department("VP", "Văn phòng"),
            department("KHTC", "Phòng Kế hoạch - Tài chính"),
            department("QLDN", "Phòng Quản lý doanh nghiệp"),
            department("TTDV", "Trung tâm dịch vụ Khu kinh tế"),
        ],
        leaders: Vec::new(),
    };
    config
}

/// What a task says, in one line: equal lines are equal tasks.
fn said(row: &TaskRow) -> String {
    let day = row.deadline().map_or_else(
        || format!("{:?}", row.value(Field::Deadline)),
        |d| {
            let rule = d.rule.as_ref().map(|r| r.text.clone());
            format!(
                "{} {:?} {rule:?}",
                d.kind.name(),
                d.final_due().map(|d| d.day.to_string())
            )
        },
    );
    let units = |f: Field| {
        row.units(f)
            .map(|u| format!("{:?}", u.bodies))
            .unwrap_or_default()
    };
    let code = row
        .cell(Field::Code)
        .map_or_else(|| "*".to_owned(), |c| c.text.clone());
    let area = row
        .area
        .as_deref()
        .map_or_else(|| row.text(Field::Group).to_owned(), ToOwned::to_owned);
    format!(
        "{} | {code} | {} | {} | {} | {} | {day} | {:?} | {:?} | {:?}",
        bare(&area),
        bare(row.text(Field::Content)),
        bare(row.text(Field::Product)),
        units(Field::Lead),
        units(Field::Coop),
        row.status().map(|s| s.status.name()),
        row.number(Field::Progress),
        row.day(Field::CompletedDate).map(|d| d.to_string()),
    )
}

fn expected(task: &Task, config: &Config, with_code: bool) -> String {
    use annexd::domain::grid::{Grid, GridCell, GridSheet, Legacy, Shown, Value};
    let heads = [
        "TT",
        "Nội dung nhiệm vụ",
        "Sản phẩm",
        "Đơn vị chủ trì",
        "Đơn vị phối hợp",
        "Thời hạn",
        "Tình trạng",
    ];
    let values = [
        "1",
        &task.content,
        &task.product,
        &task.lead,
        &task.coop,
        &task.deadline,
        &task.status,
    ];
    let cell = |row: u32, col: usize, text: &str| GridCell {
        at: annexd::domain::cell::CellRef::new(row, u16::try_from(col).unwrap()),
        value: Value::Text(text.to_owned()),
        shown: Shown::Plain,
        font: Legacy::No,
        formula: false,
        bold: false,
    };
    let mut cells: Vec<GridCell> = heads
        .iter()
        .enumerate()
        .map(|(c, t)| cell(0, c, t))
        .collect();
    cells.extend(
        values
            .iter()
            .enumerate()
            .filter(|(_, t)| !t.is_empty())
            .map(|(c, t)| cell(1, c, t)),
    );
    let grid = Grid {
        sheets: vec![GridSheet {
            name: "S".to_owned(),
            cells,
            ..GridSheet::default()
        }],
        ..Grid::default()
    };
    let reading = super::support::read_grid(grid, config);
    let mut row = tasks(&reading)[0].clone();
    row.area = Some(task.area.as_str().into());
    let mut line = said(&row);
    let code = if with_code { task.code.as_str() } else { "*" };
    line = line.replacen("| * |", &format!("| {code} |"), 1);
    let completed = task.completed.as_deref().map(str::to_owned);
    line.replace(
        "None | None",
        &format!("{:?} | {completed:?}", Some(task.progress)),
    )
}

/// How many lines of two lists differ, with the first difference.
fn differences(read: &[String], wanted: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    if read.len() != wanted.len() {
        out.push(format!("{} tasks instead of {}", read.len(), wanted.len()));
    }
    for (r, w) in read.iter().zip(wanted) {
        if r != w {
            out.push(format!("read   {r}\n    wanted {w}"));
        }
    }
    out
}

#[test]
fn twenty_layouts_five_programs_three_encodings_are_one_annex() {
    let config = config();
    let source = std::fs::read_to_string(books().join("layouts/tasks.json")).unwrap();
    let source: Vec<Task> = serde_json::from_str(&source).unwrap();
    let wanted: BTreeMap<bool, Vec<String>> = [false, true]
        .into_iter()
        .map(|code| {
            (
                code,
                source.iter().map(|t| expected(t, &config, code)).collect(),
            )
        })
        .collect();
    let mut wrong = Vec::new();
    let mut count = 0;
    for program in [
        "openpyxl",
        "xlsxwriter",
        "libreoffice",
        "sheetjs",
        "exceljs",
    ] {
        let mut files: Vec<_> = std::fs::read_dir(books().join("layouts").join(program))
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        files.sort();
        assert_eq!(files.len(), 60, "{program}");
        for file in files {
            count += 1;
            let reading = read_file_with(&file, &config);
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let read: Vec<String> = tasks(&reading).into_iter().map(said).collect();
            let with_code = !name.starts_with("02");
            for difference in differences(&read, &wanted[&with_code]).into_iter().take(2) {
                wrong.push(format!("{program}/{name}: {difference}"));
            }
            for problem in expected_problems(&name, &reading) {
                wrong.push(format!("{program}/{name}: {problem}"));
            }
        }
    }
    assert_eq!(count, 300);
    assert!(
        wrong.is_empty(),
        "{} differences:\n{}",
        wrong.len(),
        wrong
            .iter()
            .take(40)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

/// Problems beyond those a layout was made to have.
fn expected_problems(name: &str, reading: &Reading) -> Vec<String> {
    let codes: Vec<String> = reading
        .problems
        .iter()
        .map(|p| format!("{} {:?}", p.code, p.cell.map(|c| c.to_string())))
        .collect();
    let allowed: &[&str] = match &name[..2] {
        "13" => &["S06", "S06"],
        "19" => &["S04"],
        _ => &[],
    };
    let plain: Vec<&str> = reading.problems.iter().map(|p| p.code.as_str()).collect();
    if plain == allowed {
        Vec::new()
    } else {
        vec![format!("problems {codes:?}")]
    }
}

#[test]
fn every_cell_of_a_task_carries_its_address_and_its_raw_text() {
    let config = config();
    let reading = read_file_with(&books().join("layouts/openpyxl/14-tcvn3.xlsx"), &config);
    for row in tasks(&reading) {
        for (field, cell) in &row.cells {
            assert_eq!(cell.at.row, row.row, "{field:?}");
            if !cell.value.is_blank() && cell.marks.merged_from.is_none() {
                assert!(!cell.raw.is_empty(), "{field:?} {}", cell.at);
            }
        }
    }
    let merged = tasks(&reading)
        .iter()
        .filter(|r| {
            r.cell(Field::Lead)
                .is_some_and(|c| c.marks.merged_from.is_some())
        })
        .count();
    assert!(merged >= 3, "{merged}");
    let legacy = tasks(&reading)
        .iter()
        .filter(|r| {
            r.cell(Field::Content)
                .is_some_and(|c| c.marks.legacy != annexd::domain::grid::Legacy::No)
        })
        .count();
    assert_eq!(legacy, 12);
    assert!(
        tasks(&reading)
            .iter()
            .all(|r| !matches!(r.value(Field::Lead), FieldValue::Blank))
    );
}
