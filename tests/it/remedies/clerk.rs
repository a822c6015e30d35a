//! A reader of remedies: does what the words say with the workbooks of the share, and knows nothing else.

use annexd::domain::cell::CellRef;
use annexd::domain::field::Field;
use annexd::domain::grid::{Grid, Shown, Value};
use annexd::text::Text;

use super::hands::{act, cells, column, on_sheet, put, save_annex, sheet_name};
use crate::support::grid::grid;
use crate::support::stage::{Content, Stage, Told};

/// What a clerk can do, by the words that ask for it before the example; the first that stands there is done.
const ACTIONS: &[(&[&str], Action)] = &[
    (
        &["xóa cả dòng", "xóa dòng này", "xóa dòng lặp"],
        Action::DeleteRow,
    ),
    (
        &["chép lại cả dòng", "khôi phục các dòng cũ"],
        Action::PutBack,
    ),
    (
        &["chép dòng nhiệm vụ này từ biểu gốc"],
        Action::CopyApproved,
    ),
    (&["Văn phòng bổ sung biểu gốc"], Action::OfficeAdds),
    (&["Văn phòng ghi rõ trong biểu gốc"], Action::OfficeWrites),
    (&["thêm cột"], Action::AddColumn),
    (
        &["xóa một trong hai cột", "cột không dùng thì xóa"],
        Action::DeleteColumn,
    ),
    (&["bỏ ẩn"], Action::Unhide),
    (&["1904"], Action::Count1900),
    (&["Unicode"], Action::Convert),
    (
        &["Lưu thành", "bỏ mật khẩu", "chờ lưu xong", "sang tệp mới"],
        Action::SaveAgain,
    ),
    (&["chỉ giữ lại một tệp"], Action::KeepOne),
    (&["một dòng phía trên bảng"], Action::LineAbove),
    (&["biểu mẫu mới"], Action::NewTemplate),
    (&["dòng tiêu đề của biểu"], Action::HeadingRow),
    (&["ngay dưới dòng tiêu đề"], Action::RowBelow),
    (&["lưu biểu vào thư mục"], Action::SaveAnnex),
    (&["cập nhật tình trạng"], Action::Update),
    (&["xóa trắng ô"], Action::Clear),
];

#[derive(Clone, Copy, Debug)]
pub enum Action {
    DeleteRow,
    PutBack,
    CopyApproved,
    OfficeAdds,
    OfficeWrites,
    AddColumn,
    DeleteColumn,
    Unhide,
    Count1900,
    Convert,
    SaveAgain,
    KeepOne,
    LineAbove,
    NewTemplate,
    HeadingRow,
    RowBelow,
    SaveAnnex,
    Update,
    Clear,
}

/// What a remedy offers to type.
#[derive(Debug)]
pub enum Example {
    /// Into the named cell, or into another one that the words name.
    Here(Option<CellRef>, String),
    /// Into columns of the row.
    Columns(Vec<(Field, String)>),
}

fn field_named(name: &str) -> Option<Field> {
    let text = Text::embedded();
    Field::ALL
        .iter()
        .copied()
        .find(|f| text.field(*f).as_str() == name)
}

/// The example of a remedy, after its words for it.
fn example(words: &str) -> Option<Example> {
    let (lead, offered) = words.split_once(": ")?;
    let place = lead
        .trim()
        .strip_prefix("tại ô ")
        .map(|c| c.parse().unwrap());
    if let Some(quoted) = offered.strip_prefix('“') {
        let end = quoted.rfind('”')?;
        return Some(Example::Here(place, quoted[..end].to_owned()));
    }
    let offered = offered.trim_end_matches('.');
    let pair = |part: &str| {
        let (name, value) = part.split_once(": ")?;
        Some((field_named(name)?, value.to_owned()))
    };
    let pairs: Vec<(Field, String)> = offered.split("; ").map_while(pair).collect();
    if !pairs.is_empty() {
        return Some(Example::Columns(pairs));
    }
    let one = offered.split("; ").next()?;
    Some(Example::Here(place, one.to_owned()))
}

/// What Excel makes of a typed text.
pub fn typed(text: &str) -> Option<(Value, Shown)> {
    let text = text.trim();
    if text.is_empty() || text == "để trống" {
        return None;
    }
    let parts: Vec<&str> = text.split('/').collect();
    let token = if let [d, m, y] = parts.as_slice()
        && parts.iter().all(|p| p.chars().all(|c| c.is_ascii_digit()))
    {
        format!("d:{y}-{m:0>2}-{d:0>2}")
    } else if let Some(percent) = text.strip_suffix('%')
        && let Ok(n) = percent.replace(',', ".").parse::<f64>()
    {
        format!("p:{}", n / 100.0)
    } else if let Ok(n) = text.replace('.', "").replace(',', ".").parse::<f64>() {
        format!("n:{n}")
    } else {
        format!("t:{text}")
    };
    let made = grid(&[&format!("| {token} |")]);
    let cell = made.sheets[0].cells[0].clone();
    Some((cell.value, cell.shown))
}

/// The annex that a line of a department's feedback is about.
fn path_of(stage: &Stage, told: &Told) -> Option<String> {
    // What is no department's stands under its whole path: the Office's own approved annex, an unknown folder's.
    if let Some(path) = stage
        .files
        .keys()
        .find(|p| told.sheet.starts_with(p.as_str()))
    {
        return Some(path.clone());
    }
    let own = |p: &&String| !p.starts_with('_');
    let named = |p: &&String| {
        let name = p.rsplit('/').next().unwrap();
        told.sheet == name || told.sheet.ends_with(&format!("({name})"))
    };
    let folders = [("VP", "van-phong"), ("TT", "trung-tam")];
    let folder = folders.iter().find(|(code, _)| *code == told.department);
    let folder = folder.map_or(told.department.as_str(), |(_, folder)| folder);
    let mine = |p: &&String| p.split_once('/').is_none_or(|(f, _)| f == folder);
    let all: Vec<&String> = stage.files.keys().filter(own).collect();
    let own: Vec<&String> = all.iter().copied().filter(|p| mine(p)).collect();
    let few = if own.is_empty() { &all } else { &own };
    few.iter()
        .find(|p| named(p))
        .or(few.first())
        .map(|p| (*p).clone())
}

/// Does what a finding's remedy says.
pub fn follow(stage: &mut Stage, told: &Told) -> Result<(), String> {
    let (asked, rest) = told.remedy.split_once("ví dụ").ok_or("no example")?;
    let offered = example(rest);
    let action = ACTIONS
        .iter()
        .find(|(words, _)| words.iter().any(|w| asked.contains(w)))
        .map(|(_, action)| *action);
    if let Some(Action::SaveAnnex) = action {
        return save_annex(stage, told);
    }
    let path = path_of(stage, told).ok_or("no annex")?;
    if let Some(action) = action {
        return act(stage, &path, told, action, offered.as_ref());
    }
    let offered = offered.ok_or("nothing to type")?;
    let mut book = stage.files[&path].book().clone();
    type_it(&mut book, told, asked, &offered)?;
    stage.files.insert(path, Content::Book(book));
    Ok(())
}

/// Types what is offered: into columns it names, into the column the words name, else into the cells of the finding.
fn type_it(book: &mut Grid, told: &Told, asked: &str, offered: &Example) -> Result<(), String> {
    let name = sheet_name(book, told);
    let cells = cells(told);
    match offered {
        Example::Columns(pairs) => {
            for (field, value) in pairs {
                let Some(col) = column(book, &name, *field) else {
                    continue;
                };
                for cell in &cells {
                    put(on_sheet(book, &name), CellRef::new(cell.row, col), value);
                }
            }
            Ok(())
        }
        Example::Here(Some(place), value) => {
            put(on_sheet(book, &name), *place, value);
            Ok(())
        }
        Example::Here(None, value) => {
            let into = asked.split_once("vào cột ").map(|(_, names)| names);
            if let Some(names) = into {
                let reasons = [Field::LateReason, Field::Difficulty, Field::Explanation];
                let text = Text::embedded();
                let col = reasons
                    .into_iter()
                    .filter(|f| names.contains(text.field(*f).as_str()))
                    .find_map(|f| column(book, &name, f))
                    .ok_or("the annex has no such column")?;
                for cell in &cells {
                    put(on_sheet(book, &name), CellRef::new(cell.row, col), value);
                }
                return Ok(());
            }
            if cells.is_empty() {
                return Err("no cell".to_owned());
            }
            for cell in &cells {
                put(on_sheet(book, &name), *cell, value);
            }
            Ok(())
        }
    }
}
