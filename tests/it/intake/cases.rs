//! Small drawn sheets: what a row is, what a cell means, what is amiss.

use annexd::config::Config;
use annexd::domain::cell::CellRef;
use annexd::domain::field::Field;
use annexd::domain::grid::{Grid, GridCell, GridSheet, Legacy, Shown, Value};
use annexd::domain::reading::{FieldValue, Reading, SkipReason};
use annexd::domain::roster::{Department, Roster, UnitRef};
use annexd::intake::{AnnexWords, units};

use super::support::{read_grid, tasks};

fn value(text: &str) -> Option<(Value, Shown)> {
    match text {
        "" => None,
        "#f" => Some((Value::Uncalculated, Shown::Plain)),
        "#REF!" | "#SPILL!" => Some((Value::Error(text.to_owned()), Shown::Plain)),
        t if t.starts_with('=') => Some((Value::Number(t[1..].parse().unwrap()), Shown::Plain)),
        t if t.starts_with('%') && t[1..].parse::<f64>().is_ok() => {
            Some((Value::Number(t[1..].parse().unwrap()), Shown::Percent))
        }
        t => Some((Value::Text(t.to_owned()), Shown::Plain)),
    }
}

/// Draws a sheet: a line a row, cells separated by `|`; `=` begins a number, `%` a share shown as percent.
pub fn sheet(rows: &str) -> GridSheet {
    let mut cells = Vec::new();
    for (row, line) in rows.trim_matches('\n').lines().enumerate() {
        for (col, text) in line.split('|').enumerate() {
            if let Some((value, shown)) = value(text.trim()) {
                cells.push(GridCell {
                    at: CellRef::new(u32::try_from(row).unwrap(), u16::try_from(col).unwrap()),
                    value,
                    shown,
                    font: Legacy::No,
                    formula: false,
                    bold: false,
                });
            }
        }
    }
    GridSheet {
        name: "Biểu".to_owned(),
        cells,
        ..GridSheet::default()
    }
}

fn read(sheets: Vec<GridSheet>) -> Reading {
    let grid = Grid {
        sheets,
        ..Grid::default()
    };
    read_grid(grid, &Config::defaults())
}

pub fn one(rows: &str) -> Reading {
    read(vec![sheet(rows)])
}

fn codes(reading: &Reading) -> Vec<String> {
    reading
        .problems
        .iter()
        .map(|p| {
            format!(
                "{} {}",
                p.code,
                p.cell.map(|c| c.to_string()).unwrap_or_default()
            )
        })
        .collect()
}

#[test]
fn missing_doubled_and_unknown_headings_are_named() {
    assert_eq!(codes(&one("Danh sách|cán bộ\n1|An")), ["S01 "]);
    assert_eq!(
        codes(&one(
            "TT|Đơn vị chủ trì|Thời hạn|Tình trạng\n1|Văn phòng|2026|Hoàn thành"
        )),
        ["S02 A1"]
    );
    let doubled = one("TT|Nội dung nhiệm vụ|Thời hạn|Chủ trì|Nhiệm vụ\n1|A|2026|VP|B");
    assert_eq!(codes(&doubled), ["S03 E1"]);
    assert_eq!(doubled.problems[0].related, ["B1".parse().unwrap()]);
    assert_eq!(
        codes(&one("TT|Nội dung|Thời hạn|Chủ trì|Màu sắc\n1|A|2026|VP|đỏ")),
        ["S04 E1"]
    );
    assert_eq!(codes(&one("TT|Nội dung|Thời hạn|Chủ trì\n|||")), ["S05 "]);
}

#[test]
fn ambiguous_headings_follow_neighbours_and_values() {
    let fields = |rows: &str| -> Vec<Option<Field>> {
        one(rows).tables[0]
            .columns
            .iter()
            .map(|c| c.field)
            .collect()
    };
    use Field::{
        Code, CompletedDate, Content, Deadline, Lead, Product, Progress, Result, Status, Stt,
    };
    let some = |list: &[Field]| -> Vec<Option<Field>> { list.iter().copied().map(Some).collect() };
    assert_eq!(
        fields("TT|Tên nhiệm vụ|Kết quả|Thời gian hoàn thành|Tiến độ\n1|A|Đề án|2026|Hoàn thành"),
        some(&[Stt, Content, Product, Deadline, Status])
    );
    assert_eq!(
        fields("TT|Nội dung|Sản phẩm|Kết quả|Thời hạn\n1|A|B|C|2026"),
        some(&[Stt, Content, Product, Result, Deadline])
    );
    assert_eq!(
        fields("TT|Nội dung|Thời hạn|Thời gian hoàn thành|Tiến độ\n1|A|2026|2/3/2026|=80"),
        some(&[Stt, Content, Deadline, CompletedDate, Progress])
    );
    assert_eq!(
        fields("TT|Mã|Nội dung|Đơn vị|Tiến độ thực hiện\n1|N1|A|Văn phòng|Quý II/2026"),
        some(&[Stt, Code, Content, Lead, Deadline])
    );
    assert_eq!(
        fields("Mã|Nội dung|Chủ trì|Thời gian\n1|A|Văn phòng|2026"),
        some(&[Stt, Content, Lead, Deadline])
    );
}

#[test]
fn secret_rows_leave_nothing_behind() {
    let reading = one(
        "TT|Nội dung|Chủ trì|Thời hạn|Độ mật\n1|Việc thường|VP|2026|\n2|Việc kín|VP|2026|Tối mật\n3|MẬT|VP|2026|",
    );
    let rows = tasks(&reading);
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[1].secret, Some("E3".parse().unwrap()));
    assert_eq!(rows[2].secret, Some("B4".parse().unwrap()));
    assert!(rows[1].cells.is_empty() && rows[2].cells.is_empty());
    assert!(!format!("{reading:?}").contains("Việc kín"));
}

#[test]
fn ditto_merges_errors_and_blanks() {
    let mut drawn = sheet(
        "TT|Nội dung|Chủ trì|Thời hạn|Tình trạng\n1|A|VP|2026|Hoàn thành\n2|B||nt|#REF!\nII|Nhóm hai|||\n3|C|-|nt|#f",
    );
    drawn
        .merges
        .push(("C2".parse().unwrap(), "C3".parse().unwrap()));
    let reading = read(vec![drawn]);
    let rows = tasks(&reading);
    assert_eq!(rows.len(), 3, "{:?}", reading.tables[0].skipped);
    let lead = rows[1].cell(Field::Lead).unwrap();
    assert_eq!(lead.marks.merged_from, Some("C2".parse().unwrap()));
    assert!(matches!(lead.value, FieldValue::Units(_)));
    assert!(rows[1].cell(Field::Deadline).unwrap().marks.ditto);
    assert_eq!(*rows[1].value(Field::Status), FieldValue::Error);
    assert_eq!(
        *rows[2].value(Field::Deadline),
        FieldValue::DittoWithoutSource
    );
    assert_eq!(*rows[2].value(Field::Status), FieldValue::Uncalculated);
    assert!(rows[2].value(Field::Lead).is_blank());
    assert_eq!(rows[2].area.as_deref(), Some("Nhóm hai"));
}

#[test]
fn percentages_by_format_text_and_scale() {
    let progress = |cells: &str| -> Vec<(Option<f64>, bool)> {
        let rows: String = cells
            .split(' ')
            .enumerate()
            .map(|(n, c)| format!("\n{}|Việc {n}|VP|2026|{c}", n + 1))
            .collect();
        let reading = one(&format!("TT|Nội dung|Chủ trì|Thời hạn|Tiến độ (%){rows}"));
        tasks(&reading)
            .iter()
            .map(|r| {
                (
                    r.number(Field::Progress),
                    r.cell(Field::Progress).unwrap().marks.scale_unclear,
                )
            })
            .collect()
    };
    assert_eq!(
        progress("%0.8 80% =80 80,5"),
        [
            (Some(80.0), false),
            (Some(80.0), false),
            (Some(80.0), false),
            (Some(80.5), false)
        ]
    );
    assert_eq!(
        progress("=0.8 =0.5 =1"),
        [
            (Some(80.0), false),
            (Some(50.0), false),
            (Some(100.0), false)
        ]
    );
    assert_eq!(
        progress("=0.8 =50"),
        [(Some(0.8), true), (Some(50.0), false)]
    );
}

#[test]
fn hidden_rows_columns_and_sheets_are_read_and_named() {
    let rows = "TT|Nội dung|Chủ trì|Thời hạn\n1|A|VP|2026\n2|B|VP|2026";
    let mut drawn = sheet(rows);
    drawn.hidden_rows = vec![2];
    drawn.hidden_cols = vec![3];
    let reading = read(vec![drawn]);
    assert_eq!(codes(&reading), ["S06 A3", "S06 D2"]);
    assert_eq!(tasks(&reading).len(), 2);
    let mut drawn = sheet(rows);
    drawn.hidden = true;
    assert_eq!(codes(&read(vec![drawn])), ["S06 A2"]);
}

#[test]
fn rows_that_are_no_tasks_are_skipped_with_their_reason() {
    let reading = one(
        "TT|Nội dung|Chủ trì|Thời hạn|Ghi chú\n(1)|(2)|(3)|(4)|(5)\nI|Nhóm|||\n1|Tổng kết công tác|VP|2026|\n|||2|\nTT|Nội dung|Chủ trì|Thời hạn|Ghi chú\n2|B|VP|2026|\n3||||\nTổng cộng||||=2\n|||TRƯỞNG BAN|\n|||Nguyễn Văn An|",
    );
    assert_eq!(tasks(&reading).len(), 2);
    let reasons: Vec<SkipReason> = reading.tables[0].skipped.iter().map(|s| s.reason).collect();
    use SkipReason::{Blank, ColumnNumbers, Footer, Group, Heading, PageBreak, Total};
    assert_eq!(
        reasons,
        [
            ColumnNumbers,
            Group,
            PageBreak,
            Heading,
            Blank,
            Total,
            Footer,
            Footer
        ]
    );
}

#[test]
fn indicators_and_their_period() {
    let reading = one(
        "Kỳ báo cáo: Quý III/2026||||\nTT|Mã chỉ tiêu|Chỉ tiêu|Tử số|Mẫu số|Tỷ lệ (%)\n1|K1.2|Hồ sơ trực tuyến|=80|=100|80%",
    );
    assert!(reading.tables.is_empty());
    let table = &reading.indicators[0];
    assert_eq!(table.period.as_deref(), Some("Quý III/2026"));
    assert_eq!(table.rows[0].number(Field::Numerator), Some(80.0));
    assert_eq!(table.rows[0].number(Field::Rate), Some(80.0));
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
}

fn roster() -> Roster {
    let department = |code: &str, name: &str, aliases: &[&str]| Department {
        code: code.to_owned(),
        name: name.to_owned(),
        folder: None,
        aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        mail: Vec::new(),
        head: Vec::new(),
        office: code == "VP",
    };
    Roster {
        departments: vec![
            department("VP", "Văn phòng", &["Văn phòng Ban"]),
            department("KHTC", "Phòng Kế hoạch - Tài chính", &[]),
            department("QHXD", "Phòng Quản lý Quy hoạch và Xây dựng", &[]),
            department("TTDV", "Trung tâm dịch vụ Khu kinh tế", &["Trung tâm"]),
        ],
        leaders: Vec::new(),
    }
}

#[test]
fn unit_cells_name_their_bodies() {
    let d = |code: &str| UnitRef::Department(code.to_owned());
    let other = |name: &str| UnitRef::Other(name.to_owned());
    let cases: Vec<(&str, Vec<UnitRef>)> = vec![
        ("VP", vec![d("VP")]),
        ("Van phong", vec![d("VP")]),
        ("P. KH-TC", vec![d("KHTC")]),
        ("Phòng KHTC (đ/c Nguyễn Văn A)", vec![d("KHTC")]),
        ("TT. DVKKT", vec![d("TTDV")]),
        ("Trung tâm Dịch vụ KKT", vec![d("TTDV")]),
        ("Phòng Quản lý Quy hoạch và Xây dựng", vec![d("QHXD")]),
        ("P.QHXD", vec![d("QHXD")]),
        ("Văn phòng; P. KH-TC", vec![d("VP"), d("KHTC")]),
        (
            "Văn phòng, Phòng Kế hoạch - Tài chính và Trung tâm",
            vec![d("VP"), d("KHTC"), d("TTDV")],
        ),
        ("Văn phòng\nTrung tâm", vec![d("VP"), d("TTDV")]),
        ("VP/TTDVKKT", vec![d("VP"), d("TTDV")]),
        ("Các phòng, Trung tâm thuộc Ban", vec![UnitRef::Everyone]),
        (
            "Văn phòng, các đơn vị liên quan",
            vec![d("VP"), UnitRef::Related],
        ),
        ("Lãnh đạo Ban", vec![UnitRef::Leaders]),
        (
            "Các bộ, ngành, địa phương",
            vec![other("Các bộ, ngành, địa phương")],
        ),
        (
            "Sở Văn hóa, Thể thao và Du lịch",
            vec![other("Sở Văn hóa, Thể thao và Du lịch")],
        ),
        (
            "Bộ Khoa học và Công nghệ, Bộ Quốc phòng",
            vec![other("Bộ Khoa học và Công nghệ"), other("Bộ Quốc phòng")],
        ),
        ("Phòng Thanh tra", vec![other("Phòng Thanh tra")]),
    ];
    let roster = roster();
    for (text, bodies) in cases {
        assert_eq!(
            units::read(text, &roster, AnnexWords::embedded()).bodies,
            bodies,
            "{text}"
        );
    }
    let with_person = units::read(
        "Phòng KHTC (đ/c Nguyễn Văn A)",
        &roster,
        AnnexWords::embedded(),
    );
    assert_eq!(with_person.persons, ["Nguyễn Văn A"]);
    let alone = units::read("P. KH-TC", &Roster::default(), AnnexWords::embedded());
    assert_eq!(alone.bodies, [other("Phòng KH-TC")]);
}

#[test]
fn an_examiners_units_are_the_departments_an_official_means() {
    let roster = roster();
    let read = |text: &str| units::read(text, &roster, AnnexWords::embedded()).bodies;
    let d = |code: &str| UnitRef::Department(code.to_owned());
    for (text, code) in [
        ("Văn phòng Ban Quản lý", "VP"),
        ("Văn phòng BQL KKT", "VP"),
        ("Chánh Văn phòng", "VP"),
        ("Chủ trì: Văn phòng", "VP"),
        ("Văn phòng chủ trì", "VP"),
        ("Giao Văn phòng", "VP"),
        ("Văn phòng (bộ phận một cửa)", "VP"),
        ("Phòng Quản lý QH và XD", "QHXD"),
        ("Phòng QLQH&XD", "QHXD"),
        ("TT Dịch vụ", "TTDV"),
        ("Trung tâm trực thuộc", "TTDV"),
        ("Phòng Kế hoạch, Tài chính", "KHTC"),
    ] {
        assert_eq!(read(text), [d(code)], "{text}");
    }
    for text in [
        "Các phòng, TT",
        "Tất cả các đơn vị",
        "Tất cả các phòng, Trung tâm",
        "Các đơn vị trực thuộc Ban Quản lý",
        "Các phòng chuyên môn, đơn vị trực thuộc",
    ] {
        assert_eq!(read(text), [UnitRef::Everyone], "{text}");
    }
    assert_eq!(
        read("Các phòng: Kế hoạch - Tài chính, QHXD"),
        [d("KHTC"), d("QHXD")]
    );
    // Enterprises are no department, though a code may be short for them.
    assert_eq!(
        read("Doanh nghiệp"),
        [UnitRef::Other("Doanh nghiệp".to_owned())]
    );
    // A name that begins like two departments is nobody's.
    assert_eq!(read("Phòng"), [UnitRef::Other("Phòng".to_owned())]);
    let persons = units::read(
        "Văn phòng: đ/c An, đ/c Bình",
        &roster,
        AnnexWords::embedded(),
    );
    assert_eq!(persons.persons, ["An", "Bình"]);
}
