//! One annex for all departments: every row of it is counted with somebody.

use annexd::book::{Book, CellValue, Sheet, StyleId, xlsx};
use annexd::text::Vi;

use super::json;

const ROWS: &[&[&str]] = &[
    &["BIỂU NHIỆM VỤ NĂM 2026"],
    &[],
    &[
        "STT",
        "Mã nhiệm vụ",
        "Nội dung nhiệm vụ",
        "Đơn vị chủ trì",
        "Thời hạn",
        "Tình trạng",
    ],
    &["I", "", "Nhóm một"],
    &[
        "1",
        "A1",
        "Xây dựng kế hoạch chuyển đổi số",
        "Văn phòng",
        "Quý IV/2026",
        "Đang thực hiện",
    ],
    &[
        "2",
        "A2",
        "Báo cáo sơ kết công tác",
        "Phòng Đầu tư",
        "Quý IV/2026",
        "Đang thực hiện",
    ],
    &[
        "3",
        "A3",
        "Việc chưa có đơn vị chủ trì",
        "",
        "Quý IV/2026",
        "Đang thực hiện",
    ],
];

const SETTINGS: &str = r#"share = "share"
state_dir = "state"
[[department]]
code = "DT"
name = "Phòng Đầu tư"
[[department]]
code = "VP"
name = "Văn phòng"
office = true
"#;

#[test]
fn a_row_without_a_lead_is_held_with_the_office() {
    let dir = tempfile::tempdir().unwrap();
    let mut sheet = Sheet {
        name: "Biểu".to_owned(),
        ..Sheet::default()
    };
    for (row, cells) in (0..).zip(ROWS) {
        for (col, text) in (0..).zip(cells.iter()) {
            if !text.is_empty() {
                sheet.put(
                    row,
                    col,
                    CellValue::Text(Vi::quoted(text)),
                    StyleId::default(),
                );
            }
        }
    }
    let book = Book {
        sheets: vec![sheet],
        ..Book::default()
    };
    std::fs::create_dir(dir.path().join("share")).unwrap();
    std::fs::write(dir.path().join("share/.annexd"), "").unwrap();
    std::fs::write(
        dir.path().join("share/chung.xlsx"),
        xlsx::render(&book).unwrap(),
    )
    .unwrap();
    std::fs::write(dir.path().join("annexd.toml"), SETTINGS).unwrap();
    let once = json(
        dir.path(),
        &["once", "--as-of", "2026-11-20", "--format", "json"],
        0,
    );
    assert_eq!(once["published"], true);
    let count = |code: &str, what: &str| {
        let list = once["departments"].as_array().unwrap();
        list.iter().find(|d| d["code"] == code).unwrap()[what]
            .as_u64()
            .unwrap()
    };
    assert_eq!((count("DT", "accepted"), count("DT", "held")), (1, 0));
    assert_eq!((count("VP", "accepted"), count("VP", "held")), (1, 1));
}
