//! What a clerk's hands do to workbooks and files, once the words of a remedy are understood.

use std::sync::Arc;

use annexd::config::Config;
use annexd::domain::calendar::Calendar;
use annexd::domain::cell::CellRef;
use annexd::domain::field::Field;
use annexd::domain::grid::{Grid, GridCell, GridSheet, Legacy, Value};
use annexd::domain::reading::Reading;
use annexd::intake::{self, ReadContext};
use annexd::vn::{Words, legacy};

use super::clerk::{Action, Example, typed};
use crate::support::grid::grid;
use crate::support::stage::{Content, Stage, Told};

const APPROVED: &str = "_bieu-goc/Bieu-goc.xlsx";

fn read(book: &Grid) -> Reading {
    let config = Config::defaults();
    let calendar = Calendar::default();
    let cx = ReadContext {
        words: Words::embedded(),
        roster: &config.roster,
        plan: &config.plan,
        deadlines: &config.deadlines,
        calendar: &calendar,
        limits: &config.limits,
    };
    intake::read(Arc::new(book.clone()), &cx)
}

/// The column of a field on a sheet.
pub fn column(book: &Grid, sheet: &str, field: Field) -> Option<u16> {
    let reading = read(book);
    let tasks = reading
        .tables
        .iter()
        .filter(|t| *t.sheet == *sheet)
        .map(|t| &t.columns);
    let figures = reading
        .indicators
        .iter()
        .filter(|t| *t.sheet == *sheet)
        .map(|t| &t.columns);
    let mut columns = tasks.chain(figures).flatten();
    columns.find(|c| c.field == Some(field)).map(|c| c.at.col)
}

pub fn put(sheet: &mut GridSheet, at: CellRef, text: &str) {
    sheet.cells.retain(|c| c.at != at);
    if let Some((value, shown)) = typed(text) {
        sheet.cells.push(GridCell {
            at,
            value,
            shown,
            font: Legacy::No,
            formula: false,
            bold: false,
        });
        sheet.cells.sort_by_key(|c| c.at);
    }
}

fn move_rows(sheet: &mut GridSheet, from: u32, by: i32) {
    for cell in sheet.cells.iter_mut().filter(|c| c.at.row >= from) {
        cell.at.row = cell.at.row.checked_add_signed(by).unwrap();
    }
}

pub fn sheet_name(book: &Grid, told: &Told) -> String {
    let name = told.sheet.split(" (").next().unwrap();
    let name = name.split_once(".xlsx ").map_or(name, |(_, name)| name);
    let found = book
        .sheets
        .iter()
        .find(|s| s.name == told.sheet || s.name == name);
    found.map_or_else(|| book.sheets[0].name.clone(), |s| s.name.clone())
}

pub fn on_sheet<'a>(book: &'a mut Grid, name: &str) -> &'a mut GridSheet {
    book.sheets.iter_mut().find(|s| s.name == name).unwrap()
}

pub fn cells(told: &Told) -> Vec<CellRef> {
    told.cells.iter().map(|c| c.parse().unwrap()).collect()
}

/// Does one thing to an annex or to the files beside it.
pub fn act(
    stage: &mut Stage,
    path: &str,
    told: &Told,
    action: Action,
    offered: Option<&Example>,
) -> Result<(), String> {
    let mut book = stage.files[path].book().clone();
    let name = sheet_name(&book, told);
    let cells = cells(told);
    let value = match offered {
        Some(Example::Here(_, value)) => value.as_str(),
        _ => "",
    };
    match action {
        Action::DeleteRow => delete_rows(on_sheet(&mut book, &name), &cells),
        Action::PutBack => book = stage.before[path].book().clone(),
        Action::CopyApproved => copy_row(
            &stage.files[APPROVED].book().clone(),
            &mut book,
            &told.task,
            offered,
        )?,
        Action::OfficeAdds => office_adds(stage, &book, &name, &cells),
        Action::OfficeWrites => office_writes(stage, &mut book, &name, &cells, value),
        Action::AddColumn => add_column(&mut book, &name, told, value)?,
        Action::DeleteColumn => delete_column(on_sheet(&mut book, &name), cells[0].col),
        Action::Unhide => {
            for sheet in &mut book.sheets {
                sheet.hidden = false;
                sheet.hidden_rows.clear();
                sheet.hidden_cols.clear();
            }
        }
        Action::Count1900 => book.date_1904 = false,
        Action::Convert => convert(&mut book),
        Action::SaveAgain => stage.limits.clear(),
        Action::KeepOne => return keep_one(stage, path),
        Action::LineAbove => {
            move_rows(&mut book.sheets[0], 0, 1);
            put(&mut book.sheets[0], CellRef::new(0, 0), value);
        }
        Action::NewTemplate => book.template = value.rsplit(' ').next().map(str::to_owned),
        Action::HeadingRow => {
            let sheet = on_sheet(&mut book, &name);
            let end = last_row(sheet) + 2;
            for (col, heading) in (0..).zip(value.split(" | ")) {
                put(sheet, CellRef::new(end, col), heading);
            }
        }
        Action::RowBelow => row_below(&mut book, &name, offered)?,
        Action::Update => {
            let col = column(&book, &name, Field::Progress).ok_or("no progress")?;
            put(on_sheet(&mut book, &name), CellRef::new(1, col), "70");
        }
        Action::Clear => {
            for cell in &cells {
                put(on_sheet(&mut book, &name), *cell, "");
            }
        }
        Action::SaveAnnex => unreachable!("done before an annex is looked for"),
    }
    stage.files.insert(path.to_owned(), Content::Book(book));
    Ok(())
}

fn last_row(sheet: &GridSheet) -> u32 {
    sheet.cells.iter().map(|c| c.at.row).max().unwrap_or(0)
}

fn delete_rows(sheet: &mut GridSheet, cells: &[CellRef]) {
    let mut rows: Vec<u32> = cells.iter().map(|c| c.row).collect();
    rows.sort_unstable();
    for row in rows.into_iter().rev() {
        sheet.cells.retain(|c| c.at.row != row);
        move_rows(sheet, row, -1);
    }
}

fn delete_column(sheet: &mut GridSheet, col: u16) {
    sheet.cells.retain(|c| c.at.col != col);
    for cell in sheet.cells.iter_mut().filter(|c| c.at.col > col) {
        cell.at.col -= 1;
    }
}

/// The Office adds the row of a new task to the approved annex.
fn office_adds(stage: &mut Stage, book: &Grid, name: &str, cells: &[CellRef]) {
    let mut approved = stage.files[APPROVED].book().clone();
    let end = last_row(&approved.sheets[0]) + 1;
    let sheet = book.sheets.iter().find(|s| s.name == name).unwrap();
    for cell in sheet.cells.iter().filter(|c| c.at.row == cells[0].row) {
        let mut cell = cell.clone();
        cell.at.row = end;
        approved.sheets[0].cells.push(cell);
    }
    stage
        .files
        .insert(APPROVED.to_owned(), Content::Book(approved));
}

/// The Office writes into the approved annex what stands unclear there, and the department follows it.
fn office_writes(stage: &mut Stage, book: &mut Grid, name: &str, cells: &[CellRef], value: &str) {
    let mut approved = stage.files[APPROVED].book().clone();
    for cell in cells {
        put(&mut approved.sheets[0], *cell, value);
        put(on_sheet(book, name), *cell, value);
    }
    stage
        .files
        .insert(APPROVED.to_owned(), Content::Book(approved));
}

/// Adds the column that the words name in quotes, filled in the rows that they speak of.
fn add_column(book: &mut Grid, name: &str, told: &Told, value: &str) -> Result<(), String> {
    let heading = told
        .remedy
        .split('“')
        .nth(1)
        .and_then(|t| t.split('”').next());
    let heading = heading.ok_or("no heading")?;
    let reading = read(book);
    let all = reading.tables.iter().flat_map(|t| &t.rows).map(|r| r.row);
    let head = reading.tables.first().map_or(0, |t| t.heading_row);
    let rows: Vec<u32> = if told.remedy.contains("từng dòng") {
        all.collect()
    } else {
        cells(told).iter().map(|c| c.row).collect()
    };
    let sheet = on_sheet(book, name);
    let col = sheet.cells.iter().map(|c| c.at.col).max().unwrap() + 1;
    put(sheet, CellRef::new(head, col), heading);
    for row in rows {
        put(sheet, CellRef::new(row, col), value);
    }
    Ok(())
}

/// From an old encoding to Unicode, as a converter does it.
fn convert(book: &mut Grid) {
    for cell in book.sheets.iter_mut().flat_map(|s| &mut s.cells) {
        if let Value::Text(words) = &cell.value {
            let from = legacy::detect(words, cell.font);
            if from != Legacy::No {
                cell.value = Value::Text(legacy::decode(words, from));
                cell.font = Legacy::No;
            }
        }
    }
}

/// Leaves one workbook in the department's folder.
fn keep_one(stage: &mut Stage, path: &str) -> Result<(), String> {
    let folder = path.split_once('/').ok_or("no folder")?.0;
    let beside = format!("{folder}/");
    let own: Vec<String> = stage
        .files
        .keys()
        .filter(|p| p.starts_with(&beside))
        .cloned()
        .collect();
    for other in &own[1..] {
        stage.files.remove(other);
    }
    Ok(())
}

/// Types a row of columns and values below the heading.
fn row_below(book: &mut Grid, name: &str, offered: Option<&Example>) -> Result<(), String> {
    let Some(Example::Columns(pairs)) = offered else {
        return Err("no columns".to_owned());
    };
    let reading = read(book);
    let table = reading.tables.first().ok_or("no table")?;
    let row = table.columns.iter().map(|c| c.at.row).max().unwrap() + 1;
    for (field, value) in pairs {
        if let Some(col) = column(book, name, *field) {
            put(on_sheet(book, name), CellRef::new(row, col), value);
        }
    }
    Ok(())
}

/// Copies the row of a task from the approved annex, and types the rest.
fn copy_row(
    approved: &Grid,
    book: &mut Grid,
    task: &str,
    offered: Option<&Example>,
) -> Result<(), String> {
    let reading = read(approved);
    let row = reading
        .tables
        .iter()
        .flat_map(|t| &t.rows)
        .find(|r| r.text(Field::Code) == task)
        .ok_or("no such task")?;
    let sheet = book.sheets[0].name.clone();
    let end = book.sheets[0].cells.iter().map(|c| c.at.row).max().unwrap() + 1;
    // What the Office approves; the rest is the department's to say.
    let approved_fields = [
        Field::Code,
        Field::Content,
        Field::Product,
        Field::Lead,
        Field::Coop,
        Field::Deadline,
    ];
    for (field, cell) in row
        .cells
        .iter()
        .filter(|(f, _)| approved_fields.contains(f))
    {
        let source = approved.sheets[0].cells.iter().find(|c| c.at == cell.at);
        if let (Some(source), Some(col)) = (source, column(book, &sheet, *field)) {
            let mut copy = source.clone();
            copy.at = CellRef::new(end, col);
            book.sheets[0].cells.push(copy);
        }
    }
    if let Some(Example::Columns(pairs)) = offered {
        for (field, value) in pairs {
            if let Some(col) = column(book, &sheet, *field) {
                put(&mut book.sheets[0], CellRef::new(end, col), value);
            }
        }
    }
    book.sheets[0].cells.sort_by_key(|c| c.at);
    Ok(())
}

/// A department that has no annex yet saves one of its own.
pub fn save_annex(stage: &mut Stage, told: &Told) -> Result<(), String> {
    let folder = if told.department == "TT" {
        "trung-tam"
    } else {
        "van-phong"
    };
    let name = told
        .remedy
        .rsplit(": ")
        .next()
        .ok_or("no name")?
        .trim_end_matches('.');
    let lines = [
        "| Mã nhiệm vụ | Nội dung nhiệm vụ | Thời hạn hoàn thành | Tình trạng |",
        "| NV77 | Vận hành bến bãi khu vực cửa khẩu | d:2027-06-30 | Đang thực hiện |",
    ];
    stage
        .files
        .insert(format!("{folder}/{name}"), Content::Book(grid(&lines)));
    Ok(())
}
