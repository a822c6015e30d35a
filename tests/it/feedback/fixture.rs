//! A small department with an annex, its findings and its scores, built by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use annexd::config::Config;
use annexd::domain::cell::CellRef;
use annexd::domain::field::Field;
use annexd::domain::finding::{Arg, Finding, Severity};
use annexd::domain::grid::{Grid, GridCell, GridSheet, Legacy, Shown, Value};
use annexd::domain::reading::{
    Column, FieldCell, FieldValue, Marks, Reading, SkipReason, SkippedRow, TaskRow, TaskTable,
};
use jiff::civil::date;

pub use super::scene::*;

pub const FILE: &str = "phong-khdt/Biểu nhiệm vụ.xlsx";
pub const SHEET: &str = "Biểu 01";
pub const SECRET: &str = "Phương án bố trí lực lượng bảo vệ";
pub const HEAD: u32 = 5;
pub const HEADINGS: [(&str, Field); 13] = [
    ("STT", Field::Stt),
    ("Mã nhiệm vụ", Field::Code),
    ("Nội dung nhiệm vụ", Field::Content),
    ("Sản phẩm, kết quả", Field::Product),
    ("Đơn vị chủ trì", Field::Lead),
    ("Thời hạn hoàn thành", Field::Deadline),
    ("Tình trạng", Field::Status),
    ("Tiến độ (%)", Field::Progress),
    ("Ngày hoàn thành", Field::CompletedDate),
    ("Kết quả thực hiện", Field::Result),
    ("Minh chứng", Field::Evidence),
    ("Lý do chậm", Field::LateReason),
    ("Khó khăn, vướng mắc", Field::Difficulty),
];

pub fn config() -> Config {
    Config::parse(
        r#"
[plan]
board = "BAN QUẢN LÝ KHU KINH TẾ CỬA KHẨU"
parent = "ỦY BAN NHÂN DÂN TỈNH LAI CHÂU"
[[department]]
code = "VP"
name = "Văn phòng"
folder = "van-phong"
office = true
[[department]]
code = "KHDT"
name = "Phòng Kế hoạch - Đầu tư"
folder = "phong-khdt"
"#,
        None,
    )
    .unwrap()
}

/// Rows of the annex: code, content, product, deadline, status, progress, completed, result, evidence, reason, difficulty.
pub const ROWS: [[&str; 11]; 8] = [
    [
        "NV01",
        "Xây dựng và ban hành Kế hoạch cải cách hành chính năm 2026 của Ban Quản lý Khu kinh tế, xác định rõ kết quả, thời hạn và đơn vị chủ trì",
        "Kế hoạch của Ban",
        "15/5/2026",
        "Hoàn thành",
        "100",
        "12/05/2026",
        "Đã ban hành kế hoạch",
        "KH số 25/KH-BQL",
        "",
        "",
    ],
    [
        "NV02",
        "Rà soát, đơn giản hóa thủ tục hành chính thuộc thẩm quyền của Ban",
        "Báo cáo rà soát",
        "31/6/2026",
        "Đang thực hiện",
        "60",
        "",
        "Đang lấy ý kiến",
        "",
        "",
        "",
    ],
    [
        "NV03",
        "Số hóa hồ sơ, kết quả giải quyết thủ tục hành chính còn hiệu lực",
        "Kho dữ liệu",
        "Quý III/2026",
        "Đang thực hiện",
        "45",
        "",
        "Đã số hóa 4.500 hồ sơ",
        "",
        "",
        "Thiếu máy quét khổ A3; kinh phí chưa được bố trí",
    ],
    [
        "NV04",
        "Khảo sát mức độ hài lòng của doanh nghiệp",
        "Báo cáo khảo sát",
        "Quý II/2026",
        "Đang thực hiện",
        "150",
        "",
        "",
        "",
        "",
        "",
    ],
    [
        "NV05",
        "Tập huấn kỹ năng số cho công chức, viên chức",
        "Lớp tập huấn",
        "30/11/2026",
        "Đang thực hiện",
        "20",
        "",
        "",
        "",
        "",
        "",
    ],
    ["", SECRET, "", "", "", "", "", "", "Mật", "", ""],
    [
        "NV07",
        "Công khai quy hoạch, danh mục dự án kêu gọi đầu tư trên Cổng thông tin",
        "Chuyên mục",
        "Thường xuyên",
        "Đang thực hiện",
        "50",
        "",
        "=HYPERLINK(\"x\")",
        "",
        "",
        "",
    ],
    [
        "NV08",
        "Báo cáo tình hình thu hút đầu tư hằng năm",
        "Báo cáo",
        "15/12/2026",
        "Chưa làm xong đâu",
        "0",
        "",
        "",
        "",
        "",
        "",
    ],
];

fn columns() -> Vec<Column> {
    (0..)
        .zip(HEADINGS)
        .map(|(col, (heading, field))| Column {
            at: CellRef::new(HEAD, col),
            heading: heading.to_owned(),
            field: Some(field),
            hidden: false,
        })
        .collect()
}

fn raw(row: u32, col: u16, value: Value, bold: bool) -> GridCell {
    GridCell {
        at: CellRef::new(row, col),
        value,
        shown: Shown::Plain,
        font: Legacy::No,
        formula: false,
        bold,
    }
}

/// The annex as read.
pub fn reading() -> Reading {
    let mut cells = Vec::new();
    let mut text = |row: u32, col: u16, s: &str, bold: bool| {
        if !s.is_empty() {
            cells.push(raw(row, col, Value::Text(s.to_owned()), bold));
        }
    };
    text(0, 0, "PHỤ LỤC", true);
    text(
        1,
        0,
        "BIỂU NHIỆM VỤ CHI TIẾT THỰC HIỆN KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH",
        true,
    );
    text(
        2,
        0,
        "(Kèm theo Kế hoạch số    /KH-BQL ngày    tháng    năm 2026)",
        false,
    );
    text(3, 0, "Đơn vị: Phòng Kế hoạch - Đầu tư", false);
    for (col, (heading, _)) in (0..).zip(HEADINGS) {
        text(HEAD, col, heading, true);
    }
    text(HEAD + 1, 0, "I", true);
    text(HEAD + 1, 1, "Cải cách thể chế và thủ tục hành chính", true);
    let mut rows = Vec::new();
    for (number, data) in (1_u32..).zip(ROWS) {
        let row = HEAD + 1 + number;
        let [
            code,
            content,
            product,
            deadline,
            status,
            progress,
            completed,
            result,
            evidence,
            reason,
            difficulty,
        ] = data;
        let stt = number.to_string();
        let values = [
            stt.as_str(),
            code,
            content,
            product,
            "Phòng Kế hoạch - Đầu tư",
            deadline,
            status,
            progress,
            completed,
            result,
            evidence,
            reason,
            difficulty,
        ];
        let mut fields = BTreeMap::new();
        for (col, (value, (_, field))) in (0..).zip(values.iter().zip(HEADINGS)) {
            let at = CellRef::new(row, col);
            if field == Field::Progress && !value.is_empty() {
                cells.push(raw(row, col, Value::Number(value.parse().unwrap()), false));
            } else if !value.is_empty() {
                cells.push(raw(row, col, Value::Text((*value).to_owned()), false));
            }
            let cell = FieldCell {
                at,
                raw: (*value).to_owned(),
                text: (*value).to_owned(),
                value: if value.is_empty() {
                    FieldValue::Blank
                } else {
                    FieldValue::Text
                },
                marks: Marks::default(),
            };
            fields.insert(field, cell);
        }
        let secret = (content == SECRET).then(|| CellRef::new(row, 10));
        rows.push(TaskRow {
            sheet: Arc::from(SHEET),
            row,
            hidden: false,
            area: Some(Arc::from("Cải cách thể chế và thủ tục hành chính")),
            secret,
            unspoken: None,
            cells: if secret.is_some() {
                BTreeMap::new()
            } else {
                fields
            },
            first: CellRef::new(row, 0),
        });
    }
    let below = HEAD + 11;
    cells.push(raw(below, 9, Value::Text("TRƯỞNG PHÒNG".to_owned()), true));
    let sheet = GridSheet {
        name: SHEET.to_owned(),
        cells,
        merges: (0..4)
            .map(|row| (CellRef::new(row, 0), CellRef::new(row, 12)))
            .chain([(CellRef::new(HEAD + 1, 1), CellRef::new(HEAD + 1, 12))])
            .collect(),
        ..GridSheet::default()
    };
    Reading {
        tables: vec![TaskTable {
            sheet: Arc::from(SHEET),
            hidden_sheet: false,
            heading_row: HEAD,
            columns: columns(),
            title: String::new(),
            title_year: None,
            unit: None,
            rows,
            skipped: vec![SkippedRow {
                row: HEAD + 1,
                reason: SkipReason::Group,
                text: "I".to_owned(),
            }],
        }],
        grid: Arc::new(Grid {
            sheets: vec![sheet],
            ..Grid::default()
        }),
        ..Reading::default()
    }
}

pub fn finding(
    code: &str,
    severity: Severity,
    cell: &str,
    field: Field,
    task: &str,
    value: &str,
) -> Finding {
    let cell: CellRef = cell.parse().unwrap();
    Finding {
        code: code.to_owned(),
        severity,
        department: Some("KHDT".to_owned()),
        file: Some(FILE.to_owned()),
        sheet: Some(SHEET.to_owned()),
        cell: Some(cell),
        cells: vec![cell],
        field: Some(field),
        task: Some(task.to_owned()).filter(|t| !t.is_empty()),
        value: value.to_owned(),
        related: Vec::new(),
        args: Vec::new(),
        own_message: None,
    }
}

pub fn findings() -> Vec<Finding> {
    let mut several = finding(
        "T31",
        Severity::Info,
        "I8",
        Field::CompletedDate,
        "NV01",
        "12/05/2026",
    );
    several.cells.push(CellRef::new(9, 8));
    several
        .args
        .push(("read".to_owned(), Arg::Date(date(2026, 5, 12))));
    vec![
        finding(
            "T09",
            Severity::Error,
            "F9",
            Field::Deadline,
            "NV02",
            "31/6/2026",
        ),
        finding(
            "T16",
            Severity::Error,
            "H11",
            Field::Progress,
            "NV04",
            "150",
        ),
        finding(
            "T13",
            Severity::Error,
            "G15",
            Field::Status,
            "NV08",
            "Chưa làm xong đâu",
        ),
        finding("T35", Severity::Error, "K13", Field::Secrecy, "", ""),
        finding(
            "T25",
            Severity::Explain,
            "L11",
            Field::LateReason,
            "NV04",
            "",
        ),
        finding(
            "T12",
            Severity::Warning,
            "F12",
            Field::Deadline,
            "NV05",
            "30/11/2026",
        ),
        several,
    ]
}
