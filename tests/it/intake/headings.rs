//! Headings of other offices: one column of a plain annex is renamed, and every value is still found.

use annexd::domain::field::Field;
use annexd::domain::reading::Reading;

use super::cases::{one, sheet};
use super::support::{read_grid, tasks};
use crate::vn::csv;

/// Field, its plain heading, its three values.
const PLAIN: &[(Field, &str, [&str; 3])] = &[
    (Field::Stt, "TT", ["1", "2", "3"]),
    (
        Field::Content,
        "Nội dung nhiệm vụ",
        [
            "Xây dựng kế hoạch cải cách",
            "Rà soát thủ tục hành chính",
            "Tập huấn nghiệp vụ một cửa",
        ],
    ),
    (
        Field::Product,
        "Sản phẩm, kết quả",
        [
            "Kế hoạch được ban hành",
            "Báo cáo rà soát gửi Sở",
            "Lớp tập huấn được mở",
        ],
    ),
    (
        Field::Lead,
        "Đơn vị chủ trì",
        ["Văn phòng", "Phòng Đầu tư", "Văn phòng"],
    ),
    (
        Field::Coop,
        "Đơn vị phối hợp",
        ["Phòng Đầu tư", "Văn phòng", "Các phòng liên quan"],
    ),
    (
        Field::Deadline,
        "Thời hạn hoàn thành",
        ["30/9/2027", "Quý IV/2027", "Tháng 10/2027"],
    ),
    (
        Field::Status,
        "Tình trạng",
        ["Đang thực hiện", "Chưa thực hiện", "Đang thực hiện"],
    ),
    (Field::Progress, "Tiến độ (%)", ["=45", "=0", "=70"]),
    (
        Field::Result,
        "Kết quả thực hiện",
        [
            "Đã dự thảo xong văn bản kế hoạch",
            "Chưa triển khai do thiếu nhân sự",
            "Đã mở hai lớp đầu tiên trong năm",
        ],
    ),
    (
        Field::Evidence,
        "Minh chứng",
        ["CV 12/BQL", "CV 13/BQL", "CV 14/BQL"],
    ),
    (
        Field::LateReason,
        "Lý do chậm",
        [
            "Thiếu người làm việc",
            "Chờ hướng dẫn cấp trên",
            "Kinh phí cấp muộn",
        ],
    ),
    (
        Field::Difficulty,
        "Khó khăn, vướng mắc",
        ["Vướng cơ chế phối hợp", "Vướng phần mềm", "Vướng kinh phí"],
    ),
    (
        Field::Person,
        "Người phụ trách",
        ["Nguyễn Văn A", "Trần Thị B", "Lê Văn C"],
    ),
];

/// The annex with one heading replaced.
fn renamed(field: Field, heading: &str) -> Reading {
    let head: Vec<&str> = PLAIN
        .iter()
        .map(|(f, plain, _)| if *f == field { heading } else { plain })
        .collect();
    let mut drawn = head.join("|");
    for n in 0..3 {
        drawn.push('\n');
        let row: Vec<&str> = PLAIN.iter().map(|(.., values)| values[n]).collect();
        drawn.push_str(&row.join("|"));
    }
    one(&drawn)
}

#[test]
fn an_examiners_headings_name_the_field_an_official_means() {
    let rows = csv(include_str!("../../cases/vn/headings_examined.csv"));
    assert!(rows.len() >= 250, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let field = Field::by_name(&row[0]).unwrap();
        // A heading over two lines is drawn over one: both are folded alike.
        let reading = renamed(field, &row[1].replace('\n', " "));
        let found = tasks(&reading);
        let values = PLAIN.iter().find(|(f, ..)| *f == field).unwrap().2;
        let right = found.len() == 3
            && found.iter().zip(values).all(|(task, value)| {
                task.cell(field)
                    .is_some_and(|c| c.raw == value.trim_start_matches('='))
            });
        if !right {
            let got: Vec<_> = found
                .iter()
                .filter_map(|t| t.cell(field))
                .map(|c| c.raw.clone())
                .collect();
            wrong.push(format!("{}: {:?} gave {got:?}", row[0], row[1]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A column that is none of ours stays unknown, whatever words it shares with one of ours.
#[test]
fn headings_about_something_else_take_no_field() {
    let strange = [
        "Số văn bản giao nhiệm vụ",
        "Ngày ký văn bản",
        "Ngày cập nhật",
        "Thời gian cập nhật",
        "Thời hạn điều chỉnh",
        "Thời hạn đề nghị gia hạn",
        "Số ngày thực hiện",
        "Người nhập liệu",
        "Đơn vị đề xuất",
        "Cơ quan ban hành",
        "Cơ quan giao nhiệm vụ",
        "Đơn vị kiểm tra",
        "Số lượng hồ sơ",
        "Ý kiến chỉ đạo của lãnh đạo",
        "Nội dung kiến nghị",
        "Mức độ ưu tiên",
        "Tỷ lệ giải ngân kinh phí",
        "Lý do điều chỉnh thời hạn",
        "Địa điểm",
        "Số điện thoại",
        "Kết quả thực hiện năm trước",
    ];
    let core = [
        Field::Content,
        Field::Product,
        Field::Lead,
        Field::Coop,
        Field::Deadline,
        Field::Status,
        Field::Progress,
        Field::CompletedDate,
        Field::Person,
        Field::Evidence,
    ];
    for heading in strange {
        let text = format!(
            "TT|Nội dung nhiệm vụ|{heading}\n1|Xây dựng kế hoạch|abc\n2|Rà soát thủ tục|def"
        );
        let reading = read_grid(
            annexd::domain::grid::Grid {
                sheets: vec![sheet(
                    &text.replace("Nội dung nhiệm vụ", "Nội dung nhiệm vụ|Ghi chú"),
                )],
                ..Default::default()
            },
            &annexd::config::Config::defaults(),
        );
        let column = reading
            .tables
            .iter()
            .flat_map(|t| &t.columns)
            .find(|c| c.heading == heading);
        let field = column.and_then(|c| c.field);
        assert!(
            field.is_none_or(|f| !core.contains(&f)),
            "{heading:?} was taken for {field:?}"
        );
    }
}

#[test]
fn children_below_unmerged_parents_belong_to_the_heading() {
    let reading = one(
        "TT|Nội dung|Đơn vị||Thời hạn|Tình trạng\n||Chủ trì|Phối hợp||\n1|A|VP|P|2027|Đang thực hiện\n2|B|VP|P|2028|Chưa thực hiện",
    );
    let found = tasks(&reading);
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].cell(Field::Lead).map(|c| c.text.as_str()),
        Some("VP")
    );
    assert_eq!(
        found[0].cell(Field::Coop).map(|c| c.text.as_str()),
        Some("P")
    );
}

#[test]
fn status_columns_are_ticked_without_a_heading_over_them() {
    let reading = one(
        "TT|Nội dung|Chủ trì|Thời hạn|Đã hoàn thành|Đang thực hiện|Chưa thực hiện\n1|A|VP|2027||x|\n2|B|VP|2027|x||\n3|C|VP|2027|||x",
    );
    let said: Vec<&str> = tasks(&reading)
        .iter()
        .filter_map(|t| t.status())
        .map(|w| w.status.name())
        .collect();
    assert_eq!(said, ["in_progress", "completed", "not_started"]);
}

#[test]
fn two_halves_of_a_time_are_start_and_deadline() {
    let reading = one(
        "TT|Nội dung|Chủ trì|Thời gian||Tình trạng\n|||Từ|Đến|\n1|A|VP|01/3/2027|30/9/2027|Chưa thực hiện\n2|B|VP|01/4/2027|31/12/2027|Chưa thực hiện",
    );
    let found = tasks(&reading);
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].cell(Field::Start).map(|c| c.text.as_str()),
        Some("01/3/2027")
    );
    assert_eq!(
        found[0].cell(Field::Deadline).map(|c| c.text.as_str()),
        Some("30/9/2027")
    );
}

/// Values that are words of headings too: a plan as a product, a completed task, a result.
#[test]
fn rows_whose_values_are_words_of_headings_stay_rows() {
    for (drawn, tasks_wanted) in [
        (
            "TT|Nội dung|Sản phẩm|Chủ trì|Tình trạng|Thời hạn\n1|A|Kế hoạch|VP|Hoàn thành|2027\n2|B|Báo cáo kết quả|VP|Đánh giá|2027\n3|C|Kết quả|VP|Hoàn thành|2028",
            3,
        ),
        (
            "Nội dung|Sản phẩm|Chủ trì|Tình trạng\nA|Kế hoạch|VP|Hoàn thành\nB|Kết quả|VP|Hoàn thành\nC|Báo cáo kết quả|VP|Chưa thực hiện",
            3,
        ),
        (
            "TT|Nội dung|Chủ trì|Tình trạng|Thời hạn\n1.|A|VP|Hoàn thành|2027\n2.|Nhiệm vụ|VP|Hoàn thành|2027",
            2,
        ),
    ] {
        let reading = one(drawn);
        assert_eq!(tasks(&reading).len(), tasks_wanted, "{drawn}");
        assert_eq!(reading.tables.len(), 1, "{drawn}");
    }
}

#[test]
fn a_numbered_row_with_formulas_is_no_heading() {
    let mut drawn = sheet(
        "TT|Nội dung|Sản phẩm|Chủ trì|Thời hạn|Tình trạng|Tiến độ (%)\n=1|A|Kế hoạch|VP|=2027|Hoàn thành|%1\n=2|B|Báo cáo|VP|=2027|Đang thực hiện|%0.5",
    );
    for cell in &mut drawn.cells {
        cell.formula = matches!(cell.value, annexd::domain::grid::Value::Number(_));
    }
    let reading = read_grid(
        annexd::domain::grid::Grid {
            sheets: vec![drawn],
            ..Default::default()
        },
        &annexd::config::Config::defaults(),
    );
    assert_eq!(tasks(&reading).len(), 2);
}

#[test]
fn indicators_kept_like_tasks_are_tasks_and_no_table_is_lost_in_silence() {
    let reading = one(
        "TT|Chỉ tiêu, mục tiêu|Đơn vị chủ trì|Thời hạn|Tình trạng\n1|Số hóa hồ sơ đạt 90%|VP|2027|Đang thực hiện\n2|Hài lòng trên 95%|VP|2028|Chưa thực hiện",
    );
    assert_eq!(tasks(&reading).len(), 2);
    // One letter from the name of an indicator, but a word of its own.
    let reading = one("TT|Nội dung chi tiết|Đơn vị chủ trì|Thời hạn\n1|A|VP|2027\n2|B|VP|2028");
    assert_eq!(tasks(&reading).len(), 2);
}
