//! Unit cells and layouts of an examiner: who leads, what is a task, what each column means.

use annexd::config::Config;
use annexd::domain::field::Field;
use annexd::domain::grid::Grid;
use annexd::domain::reading::{FieldValue, Reading};
use annexd::domain::roster::{Department, Roster, UnitRef};

use super::cases::sheet;
use super::support::{read_grid, tasks};
use crate::vn::csv;

fn config() -> Config {
    let department = |(code, name): (&str, &str)| Department {
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
        departments: [
            ("VP", "Văn phòng"),
            ("KHTC", "Phòng Kế hoạch - Tài chính"),
            ("QLDN", "Phòng Quản lý Doanh nghiệp"),
            ("QHXD", "Phòng Quản lý Quy hoạch và Xây dựng"),
            ("DT", "Phòng Quản lý Đầu tư"),
            ("TNMT", "Phòng Quản lý Tài nguyên và Môi trường"),
            ("CK", "Phòng Quản lý cửa khẩu"),
            ("TTDV", "Trung tâm dịch vụ Khu kinh tế"),
        ]
        .map(department)
        .to_vec(),
        leaders: Vec::new(),
    };
    config
}

fn drawn(rows: &str, merges: &[(&str, &str)]) -> Reading {
    let mut sheet = sheet(rows);
    for cell in &mut sheet.cells {
        if let annexd::domain::grid::Value::Text(text) = &mut cell.value {
            *text = text.replace('¶', "\n");
        }
    }
    for (first, last) in merges {
        sheet
            .merges
            .push((first.parse().unwrap(), last.parse().unwrap()));
    }
    let grid = Grid {
        sheets: vec![sheet],
        ..Grid::default()
    };
    read_grid(grid, &config())
}

fn texts(reading: &Reading, field: Field) -> Vec<String> {
    let rows = tasks(reading);
    let cells = rows.iter().map(|r| r.text(field).to_owned());
    cells.collect()
}

fn body(unit: &UnitRef) -> &str {
    match unit {
        UnitRef::Department(code) => code,
        UnitRef::Everyone => "*",
        UnitRef::Related => "~",
        UnitRef::Leaders => "^",
        UnitRef::Other(_) => "?",
    }
}

#[test]
fn an_examiners_lead_cells_name_who_leads() {
    let rows = csv(include_str!("../../cases/vn/units_examined.csv"));
    assert!(rows.len() >= 190, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let text = row[0].replace('\n', "¶").replace('|', "/");
        let reading = drawn(
            &format!(
                "TT|Nội dung nhiệm vụ|Đơn vị chủ trì|Thời hạn\n1|Xây dựng kế hoạch|{text}|2027"
            ),
            &[],
        );
        let found = tasks(&reading);
        let units = found.first().and_then(|r| r.units(Field::Lead));
        let bodies: Vec<&str> = units.map_or(Vec::new(), |u| u.bodies.iter().map(body).collect());
        if bodies.join("+") != row[1] {
            wrong.push(format!(
                "{:?}: wanted {}, read {}",
                row[0],
                row[1],
                bodies.join("+")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Rows under a heading that count its columns, also where one of them was typed over.
#[test]
fn rows_of_column_numbers_are_no_tasks() {
    for numbers in [
        "(1)|(2)|(3)|(4)|(5)",
        "(1)|(2)|(3)|Quý|(5)",
        "1|2|3|4|x",
        "I|II|III|IV|V",
        "A|B|C|D|E",
        "[1]|[2]|[3]|[4]|[5]",
        "A|B|1|2|(3)=(1)+(2)",
        "|(1)|(2)|(3)|(4)",
    ] {
        let reading = drawn(
            &format!(
                "TT|Nội dung|Chủ trì|Thời hạn|Tình trạng\n{numbers}\n1|Việc A|VP|2027|Đang thực hiện"
            ),
            &[],
        );
        assert_eq!(texts(&reading, Field::Content), ["Việc A"], "{numbers}");
    }
    // Tasks whose cells are numbers stay tasks.
    let reading = drawn(
        "TT|Nội dung|Số lượng|Thời hạn|Tiến độ (%)\n=1|Việc|=3|=2027|=5\n=2|Việc hai|=3|=2028|=5",
        &[],
    );
    assert_eq!(texts(&reading, Field::Content), ["Việc", "Việc hai"]);
}

#[test]
fn headings_are_known_with_numbers_hyphens_and_two_languages() {
    for head in [
        "1. STT|2. Nội dung nhiệm vụ|3. Đơn vị chủ trì|4. Thời hạn|5. Tình trạng",
        "Số¶TT|Nội dung¶nhiệm vụ|Đơn vị¶chủ¶trì|Thời gian hoàn-¶thành|Tình¶trạng",
        "STT¶No.|Nội dung nhiệm vụ¶Task|Đơn vị chủ trì¶Lead|Thời hạn hoàn thành¶Due date|Tình trạng¶Status",
        "(1) TT|(2) Nội dung|(3) Chủ trì|(4) Thời hạn hoàn thành|(5) Tình trạng",
    ] {
        let reading = drawn(
            &format!("{head}\n1|Việc A|VP|30/9/2027|Đang thực hiện"),
            &[],
        );
        assert_eq!(texts(&reading, Field::Content), ["Việc A"], "{head}");
        assert_eq!(texts(&reading, Field::Deadline), ["30/9/2027"], "{head}");
        assert!(reading.problems.is_empty(), "{head} {:?}", reading.problems);
    }
}

#[test]
fn a_heading_of_four_rows_is_read_from_its_top() {
    let reading = drawn(
        "STT|Nhiệm vụ|Thông tin chung\n||Phân công||Tiến độ\n||Chủ trì|Phối hợp|Thời gian||Tình hình\n||||Bắt đầu|Kết thúc|Trạng thái|Kết quả\n1|Việc A|VP|P.KHTC|01/6/2027|30/9/2027|Đang thực hiện|Đã dự thảo",
        &[
            ("A1", "A4"),
            ("B1", "B4"),
            ("C1", "H1"),
            ("C2", "D2"),
            ("E2", "H2"),
            ("C3", "C4"),
            ("D3", "D4"),
            ("E3", "F3"),
            ("G3", "H3"),
        ],
    );
    assert_eq!(texts(&reading, Field::Content), ["Việc A"]);
    assert_eq!(texts(&reading, Field::Start), ["01/6/2027"]);
    assert_eq!(texts(&reading, Field::Deadline), ["30/9/2027"]);
    assert_eq!(texts(&reading, Field::Status), ["Đang thực hiện"]);
}

/// What was planned is the deadline, what was done is the completion, whatever their order.
#[test]
fn planned_and_real_days_below_one_heading_are_told_apart() {
    for (parent, planned, real) in [
        ("Thời gian", "Kế hoạch", "Thực hiện"),
        ("Thời gian hoàn thành", "Theo kế hoạch", "Thực tế"),
        ("Ngày hoàn thành", "Dự kiến", "Thực tế"),
        ("Thời hạn hoàn thành", "Được giao", "Thực tế"),
    ] {
        for swapped in [false, true] {
            let (a, b) = if swapped {
                (real, planned)
            } else {
                (planned, real)
            };
            let (x, y) = if swapped {
                ("20/6/2027", "30/6/2027")
            } else {
                ("30/6/2027", "20/6/2027")
            };
            let reading = drawn(
                &format!("TT|Nhiệm vụ|Chủ trì|{parent}|\n|||{a}|{b}\n1|Việc A|VP|{x}|{y}"),
                &[("A1", "A2"), ("B1", "B2"), ("C1", "C2"), ("D1", "E1")],
            );
            assert_eq!(
                texts(&reading, Field::Deadline),
                ["30/6/2027"],
                "{parent} {a} {b}"
            );
            assert_eq!(
                texts(&reading, Field::CompletedDate),
                ["20/6/2027"],
                "{parent} {a} {b}"
            );
        }
    }
    let reading = drawn(
        "TT|Nhiệm vụ|Chủ trì|Thời hạn|Tiến độ (%)|\n||||Kế hoạch|Thực tế\n1|Việc A|VP|30/6/2027|=50|=30\n2|Việc B|VP|30/6/2027|=100|=70",
        &[
            ("A1", "A2"),
            ("B1", "B2"),
            ("C1", "C2"),
            ("D1", "D2"),
            ("E1", "F1"),
        ],
    );
    assert_eq!(texts(&reading, Field::Progress), ["30", "70"]);
}

#[test]
fn a_column_completed_holds_days_ticks_or_words() {
    for (values, field, wanted) in [
        (["20/6/2027", ""], Field::CompletedDate, ["20/6/2027", ""]),
        (["x", ""], Field::Status, ["x", ""]),
        (["Có", "Chưa"], Field::Status, ["Có", "Chưa"]),
        (["%1", "%0.5"], Field::Progress, ["100%", "50%"]),
    ] {
        let [a, b] = values;
        let reading = drawn(
            &format!(
                "TT|Nội dung|Chủ trì|Hạn|Hoàn thành\n1|Việc A|VP|30/6/2027|{a}\n2|Việc B|VP|30/9/2027|{b}"
            ),
            &[],
        );
        assert_eq!(texts(&reading, field), wanted, "{values:?}");
    }
    let reading = drawn(
        "TT|Nội dung|Chủ trì|Thời hạn|Hoàn thành|\n||||Đúng hạn|Quá hạn\n1|A|VP|2027|x|\n2|B|VP|2027||x\n3|C|VP|2027||",
        &[
            ("A1", "A2"),
            ("B1", "B2"),
            ("C1", "C2"),
            ("D1", "D2"),
            ("E1", "F1"),
        ],
    );
    let said: Vec<bool> = tasks(&reading)
        .iter()
        .map(|r| matches!(r.value(Field::Status), FieldValue::Status(_)))
        .collect();
    assert_eq!(said, [true, true, false]);
}

#[test]
fn totals_and_averages_are_no_tasks() {
    let reading = drawn(
        "TT|Nội dung|Chủ trì|Thời hạn|Tiến độ (%)\n1|Việc A|VP|2027|=30\nTổng|||2 nhiệm vụ|\n|Bình quân|||=40\n|Trung bình chung|||=40\n|Cộng mục I|||=30\n2|Tổng hợp số liệu|VP|2027|=10\n3|Tổng kết 5 năm||2030|=0",
        &[],
    );
    assert_eq!(
        texts(&reading, Field::Content),
        ["Việc A", "Tổng hợp số liệu", "Tổng kết 5 năm"]
    );
}

#[test]
fn a_list_of_codes_beside_the_table_gives_no_task_its_code() {
    let reading = drawn(
        "TT|Nội dung|Chủ trì|Thời hạn|||Mã|Giá trị\n1|A|VP|2027|||DT|Đang thực hiện\n2|B|VP|2027|||HT|Hoàn thành",
        &[],
    );
    assert!(
        tasks(&reading)
            .iter()
            .all(|r| r.cell(Field::Code).is_none())
    );
    // One blank column between, or a column of the tasks behind two of them, belongs to the table.
    let reading = drawn("TT|Nội dung||Mã|Chủ trì||Thời hạn\n1|A||CC1|VP||2027", &[]);
    assert_eq!(texts(&reading, Field::Code), ["CC1"]);
    let reading = drawn("TT|Nội dung|||Mã|Chủ trì|Thời hạn\n1|A|||CC1|VP|2027", &[]);
    assert_eq!(texts(&reading, Field::Code), ["CC1"]);
}

/// A plainer heading of the same field beside it: a further column, no fault.
#[test]
fn a_second_column_about_the_same_is_no_fault_where_one_is_plainer() {
    for (one, two) in [
        ("Sản phẩm", "Tiêu chí hoàn thành"),
        ("Kết quả thực hiện", "Diễn giải kết quả"),
        ("Kết quả thực hiện", "Số, ngày văn bản ban hành"),
        ("Thời hạn hoàn thành", "Thời gian trình"),
    ] {
        for (a, b) in [(one, two), (two, one)] {
            let reading = drawn(
                &format!("TT|Nội dung|Chủ trì|Hạn|{a}|{b}\n1|A|VP|2027|Văn bản một|Văn bản hai")
                    .replace("|Hạn|Thời", "|Ghi chú|Thời"),
                &[],
            );
            let doubled = reading.problems.iter().filter(|p| p.code == "S03").count();
            assert_eq!(doubled, 0, "{a} / {b}: {:?}", reading.problems);
        }
    }
}

/// A unit that types something short and odd over all its statuses loses neither that column's meaning nor its result.
#[test]
fn a_column_of_statuses_stays_one_beside_a_result_when_all_are_mistyped() {
    let table = |status: &str| {
        drawn(
            &format!(
                "TT|Nội dung|Chủ trì|Hạn|Tình hình thực hiện|Số, ngày văn bản ban hành\n1|A|VP|2027|{status}|TB số 45\n2|B|VP|2027|{status}|QĐ số 5"
            ),
            &[],
        )
    };
    for status in ["Hoàn thành", "gần xong rồi", "OK hết"] {
        let reading = table(status);
        assert_eq!(texts(&reading, Field::Result), ["TB số 45", "QĐ số 5"]);
        assert_eq!(texts(&reading, Field::Status), [status, status]);
    }
    // Sentences are an account of what was done.
    let told = "Đã tổ chức hai cuộc họp với các doanh nghiệp, thống nhất nội dung";
    assert_eq!(texts(&table(told), Field::Result), [told, told]);
}
