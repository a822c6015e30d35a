//! A small share for the real binary: two departments, a table of ten columns.

use std::path::{Path, PathBuf};

use annexd::book::{Book, CellValue, Sheet, StyleId, xlsx};
use annexd::text::Vi;

use super::{annexd, json, stderr, stdout};

pub(super) const SETTINGS: &str = r#"share = "share"
state_dir = "state"
[mail]
operator = ["quantri@example.vn"]
[[department]]
code = "VP"
name = "Văn phòng"
folder = "van-phong"
mail = ["vp@example.vn"]
head = ["chanh-vp@example.vn"]
office = true
[[department]]
code = "TT"
name = "Trung tâm"
folder = "trung-tam"
mail = ["tt@example.vn"]
"#;

pub(super) const HEAD: &[&str] = &[
    "STT",
    "Mã nhiệm vụ",
    "Nội dung nhiệm vụ",
    "Sản phẩm",
    "Đơn vị chủ trì",
    "Thời hạn",
    "Tình trạng",
    "Kết quả thực hiện",
    "Khó khăn, vướng mắc",
    "Độ mật",
];

pub(super) fn row(n: &str, department: &str, result: &str, mark: &str) -> Vec<String> {
    let cells = [
        n,
        &format!("NV0{n}"),
        &format!("Rà soát quy trình nội bộ lần thứ {n} của đơn vị"),
        "Báo cáo",
        department,
        "Tháng 7/2026",
        "Đang thực hiện",
        result,
        "",
        mark,
    ];
    cells.map(str::to_owned).to_vec()
}

pub(super) fn write(path: &Path, rows: &[Vec<String>]) {
    let mut sheet = Sheet {
        name: "Biểu".to_owned(),
        ..Sheet::default()
    };
    let head: Vec<String> = HEAD.iter().map(|h| (*h).to_owned()).collect();
    for (r, cells) in (0..).zip(std::iter::once(&head).chain(rows)) {
        for (c, text) in (0..).zip(cells).filter(|(_, t)| !t.is_empty()) {
            sheet.put(r, c, CellValue::Text(Vi::quoted(text)), StyleId::default());
        }
    }
    let book = Book {
        sheets: vec![sheet],
        ..Book::default()
    };
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, xlsx::render(&book).unwrap()).unwrap();
}

pub(super) struct Home {
    pub(super) dir: tempfile::TempDir,
}

impl Home {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = Self { dir };
        std::fs::create_dir(home.path("share")).unwrap();
        std::fs::write(home.path("share/.annexd"), "").unwrap();
        std::fs::write(home.path("annexd.toml"), SETTINGS).unwrap();
        home
    }

    pub(super) fn path(&self, rest: &str) -> PathBuf {
        self.dir.path().join(rest)
    }

    pub(super) fn once(&self, day: &str) -> serde_json::Value {
        json(
            self.dir.path(),
            &["once", "--as-of", day, "--format", "json"],
            0,
        )
    }

    pub(super) fn run(&self, args: &[&str]) -> String {
        let output = annexd(self.dir.path(), args);
        format!("{}{}", stdout(&output), stderr(&output))
    }
}

/// The strings of a workbook.
pub(super) fn strings(path: &Path) -> String {
    use std::io::Read as _;
    let file = std::fs::File::open(path).unwrap();
    let mut zip = zip::ZipArchive::new(file).unwrap();
    let mut text = String::new();
    let mut part = zip.by_name("xl/sharedStrings.xml").unwrap();
    part.read_to_string(&mut text).unwrap();
    text
}
