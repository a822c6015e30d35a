//! A case laid out as a real share with real workbooks, and the real program run on it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use annexd::config::Config;
use annexd::domain::grid::{Grid, GridCell, GridSheet, Value};
use annexd::intake;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use super::case::{Half, settings};
use super::grid::grid;
use super::xlsx::render;

/// What stands in a file of the share.
#[derive(Clone)]
pub enum Content {
    /// A workbook.
    Book(Grid),
    /// A workbook that something happened to.
    Spoilt(Grid, String),
}

impl Content {
    /// The workbook as it would be without what happened to it.
    pub fn book(&self) -> &Grid {
        let (Self::Book(book) | Self::Spoilt(book, _)) = self;
        book
    }
}

/// A line of the list of a feedback workbook, as a department reads it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    pub code: String,
    pub severity: String,
    /// The sheet it stands on; the file where there is none.
    pub sheet: String,
    pub cells: Vec<String>,
    pub task: String,
    pub field: String,
    pub value: String,
    pub message: String,
    pub remedy: String,
    /// Code of the department whose feedback tells it.
    pub department: String,
}

impl Told {
    /// Code, severity and cells, as a case writes them.
    pub fn brief(&self) -> String {
        let cells = match self.cells.join(",") {
            none if none.is_empty() => "-".to_owned(),
            cells => cells,
        };
        format!("{} {} {cells}", self.code, self.severity)
    }
}

/// A share with its settings in a folder of its own.
pub struct Stage {
    dir: tempfile::TempDir,
    pub as_of: Date,
    pub files: BTreeMap<String, Content>,
    /// The files of the last pass before, for putting things back.
    pub before: BTreeMap<String, Content>,
    pub limits: String,
    settings: String,
}

/// A folder in memory where the system has one: what is tried here is what is told, not what a disk keeps.
fn memory() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir()
        && let Ok(dir) = tempfile::tempdir_in(memory)
    {
        return dir;
    }
    tempfile::tempdir().unwrap()
}

/// A workbook that a spoilt file was before.
const WHOLE: [&str; 3] = [
    "| Mã nhiệm vụ | Nội dung nhiệm vụ | Đơn vị chủ trì | Thời hạn hoàn thành | Tình trạng |",
    "| NV01 | Rà soát thủ tục hành chính | Văn phòng | d:2027-06-30 | Đang thực hiện |",
    "| NV02 | Số hóa hồ sơ lưu trữ của Ban | Văn phòng | d:2027-12-31 | Đang thực hiện |",
];

impl Stage {
    /// Lays out a half of a case up to its last pass; everything before is run.
    pub fn new(half: &Half) -> Self {
        let (settings, as_of) = settings(half);
        let mut stage = Self {
            dir: memory(),
            as_of,
            files: BTreeMap::new(),
            before: BTreeMap::new(),
            limits: String::new(),
            settings,
        };
        for (order, lines) in &half.orders {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let (word, rest) = order.split_once(' ').unwrap_or((order, ""));
            match word {
                "baseline" => {
                    let path = "_bieu-goc/Bieu-goc.xlsx".to_owned();
                    stage.files.insert(path, Content::Book(grid(&lines)));
                }
                "file" => {
                    stage
                        .files
                        .insert(rest.to_owned(), Content::Book(grid(&lines)));
                }
                "fault" => {
                    let (path, fault) = rest.split_once(' ').unwrap();
                    let spoilt = Content::Spoilt(grid(&WHOLE), fault.to_owned());
                    stage.files.insert(path.to_owned(), spoilt);
                    if fault.starts_with("large") {
                        stage.limits = "[limits]\nrows_max = 1\n".to_owned();
                    }
                }
                "before" => {
                    let day = if rest.is_empty() {
                        as_of.yesterday().unwrap()
                    } else {
                        rest.parse().unwrap()
                    };
                    stage.pass(day);
                    stage.before = stage.files.clone();
                    stage.files.retain(|path, _| path.starts_with('_'));
                }
                "freeze" => {
                    for period in ["2026-6T", "2026-Q3"] {
                        stage.run(as_of, &["report", period, "--freeze"]);
                    }
                }
                _ => {}
            }
        }
        stage
    }

    /// The share.
    pub fn share(&self) -> PathBuf {
        self.dir.path().join("share")
    }

    fn write(&self, day: Date) {
        let share = self.share();
        std::fs::create_dir_all(&share).unwrap();
        for entry in std::fs::read_dir(&share).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir()
                && (!name.starts_with('_') || name == "_bieu-goc" || name == "_kiem-tra")
            {
                std::fs::remove_dir_all(&path).unwrap();
            } else if path.is_file() {
                std::fs::remove_file(&path).unwrap();
            }
        }
        std::fs::write(share.join(".annexd"), "").unwrap();
        let toml = format!(
            "share = \"share\"\nstate_dir = \"state\"\n{}\n{}",
            self.settings, self.limits
        );
        std::fs::write(self.dir.path().join("annexd.toml"), toml).unwrap();
        let noon = day
            .at(12, 0, 0, 0)
            .to_zoned(TimeZone::get("Asia/Ho_Chi_Minh").unwrap());
        let noon = u64::try_from(noon.unwrap().timestamp().as_second()).unwrap();
        for (path, content) in &self.files {
            let mut modified = SystemTime::UNIX_EPOCH + Duration::from_secs(noon);
            let bytes = match content {
                Content::Book(book) => render(book),
                Content::Spoilt(book, fault) => {
                    if fault == "unsettled" {
                        modified = SystemTime::now();
                    }
                    spoil(render(book), fault)
                }
            };
            let path = share.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, bytes).unwrap();
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(modified).unwrap();
        }
    }

    /// Runs the program; gives its standard output.
    pub fn run(&self, day: Date, args: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_annexd"))
            .args(args)
            .args(["--as-of", &day.to_string()])
            .current_dir(self.dir.path())
            .output()
            .unwrap();
        let code = output.status.code().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!([0, 1, 75].contains(&code), "{args:?}: {code} {told}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Writes the files and runs one pass; nothing is mailed.
    pub fn pass(&self, day: Date) -> Json {
        self.write(day);
        let told = self.run(day, &["once", "--no-send", "--format", "json"]);
        serde_json::from_str(&told).unwrap_or_else(|e| panic!("{e}: {told}"))
    }

    /// The same with a copy of a file dropped for trial.
    pub fn pass_with_trial(&self, path: &str, name: &str) {
        self.write(self.as_of);
        let trial = self.share().join("_kiem-tra");
        std::fs::create_dir_all(&trial).unwrap();
        let (from, to) = (self.share().join(path), trial.join(name));
        std::fs::copy(&from, &to).unwrap();
        let saved = std::fs::metadata(&from).unwrap().modified().unwrap();
        let file = std::fs::File::options().write(true).open(&to).unwrap();
        file.set_modified(saved).unwrap();
        self.run(self.as_of, &["once", "--no-send", "--format", "json"]);
    }

    /// What `annexd check` tells of a file: code, severity, cells.
    pub fn check(&self, path: &str) -> Vec<String> {
        self.write(self.as_of);
        let file = format!("share/{path}");
        let told = self.run(self.as_of, &["check", &file, "--format", "json"]);
        let json: Json = serde_json::from_str(&told).unwrap();
        let findings = json["files"][0]["findings"].as_array().unwrap().clone();
        let mut out: Vec<String> = findings
            .iter()
            .map(|f| {
                let cells: Vec<&str> = f["cells"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(Json::as_str)
                    .collect();
                let cells = if cells.is_empty() {
                    "-".to_owned()
                } else {
                    cells.join(",")
                };
                format!(
                    "{} {} {cells}",
                    f["code"].as_str().unwrap(),
                    f["severity"].as_str().unwrap()
                )
            })
            .collect();
        out.sort();
        out
    }

    /// Everything that the departments' feedback workbooks tell now.
    pub fn feedback(&self) -> Vec<Told> {
        let mut out = Vec::new();
        for entry in std::fs::read_dir(self.share().join("_phan-hoi")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                out.extend(list(&path));
            }
        }
        out.sort();
        out
    }

    /// What the answer to a trial drop tells.
    pub fn answer(&self, name: &str) -> Vec<Told> {
        list(&self.share().join("_phan-hoi/kiem-tra").join(name))
    }
}

/// What happened to a workbook's bytes.
fn spoil(mut bytes: Vec<u8>, fault: &str) -> Vec<u8> {
    let kind = fault.split_whitespace().next().unwrap();
    match kind {
        "unreadable" | "unsettled" => bytes.truncate(bytes.len() / 2),
        "encrypted" | "format" => {
            bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
            bytes.resize(512, 0);
            let inside: &str = if kind == "encrypted" {
                "EncryptedPackage"
            } else {
                "Workbook"
            };
            bytes.extend(inside.encode_utf16().flat_map(u16::to_le_bytes));
            bytes.resize(8192, 0);
        }
        "large" => {}
        other => panic!("no fault {other:?}"),
    }
    bytes
}

fn shown(cell: Option<&GridCell>) -> String {
    match cell.map(|c| &c.value) {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Number(n)) => n.to_string(),
        _ => String::new(),
    }
}

/// The text of a cell of a sheet, zero-based.
pub fn text_at(sheet: &GridSheet, row: u32, col: u16) -> String {
    shown(
        sheet
            .cells
            .iter()
            .find(|c| (c.at.row, c.at.col) == (row, col)),
    )
}

/// The second sheet of a feedback workbook.
fn list(path: &Path) -> Vec<Told> {
    const SEVERITIES: [(&str, &str); 4] = [
        ("Lỗi phải sửa", "error"),
        ("Cần giải trình", "explain"),
        ("Cảnh báo", "warning"),
        ("Lưu ý", "info"),
    ];
    let bytes = std::fs::read(path).unwrap();
    let book = intake::read_grid(&bytes, &Config::defaults().limits).unwrap();
    let sheet = &book.sheets[1];
    let department = path.file_stem().unwrap().to_string_lossy().into_owned();
    let mut out = Vec::new();
    for row in 4.. {
        let at = |col: u16| text_at(sheet, row, col);
        let Some((_, severity)) = SEVERITIES.iter().find(|(word, _)| *word == at(1)) else {
            break;
        };
        out.push(Told {
            severity: (*severity).to_owned(),
            code: at(2),
            sheet: at(3),
            cells: spread(&at(4)),
            task: at(5),
            field: at(6),
            value: at(7),
            message: at(8),
            remedy: at(9),
            department: department.clone(),
        });
    }
    out
}

/// Cells of a list such as `B2, G6:G9`.
fn spread(list: &str) -> Vec<String> {
    use annexd::domain::cell::CellRef;
    let mut out = Vec::new();
    for part in list.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        match part.split_once(':') {
            Some((first, last)) => {
                let (first, last): (CellRef, CellRef) =
                    (first.parse().unwrap(), last.parse().unwrap());
                out.extend((first.row..=last.row).map(|r| CellRef::new(r, first.col).to_string()));
            }
            None => out.push(part.to_owned()),
        }
    }
    out
}
