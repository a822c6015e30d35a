//! A small department with an annex, its findings and its scores, built by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use annexd::config::Config;
use annexd::domain::assessment::{Baseline, BaselineTask, Verdict};
use annexd::domain::cell::CellRef;
use annexd::domain::consolidation::{
    Bucket, Class, ConsolidatedTask, Consolidation, Counts, DepartmentState, GroupScore,
    IndicatorScore, Rate, Rating, TaskScore,
};
use annexd::domain::deadline::{Deadline, DeadlineKind, DueDay, Precision};
use annexd::domain::field::Field;
use annexd::domain::finding::{Arg, Finding, Severity};
use annexd::domain::grid::{Grid, GridCell, GridSheet, Legacy, Shown, Value};
use annexd::domain::indicator::{IndicatorFigure, PeriodKey};
use annexd::domain::ledger::{LedgerRow, Proposal, Source, TaskValues};
use annexd::domain::reading::{
    Column, FieldCell, FieldValue, Marks, Reading, SkipReason, SkippedRow, TaskRow, TaskTable,
};
use annexd::domain::roster::UnitRef;
use annexd::domain::status::Status;
use jiff::civil::{Date, date};

pub const FILE: &str = "phong-khdt/Biểu nhiệm vụ.xlsx";
pub const SHEET: &str = "Biểu 01";
pub const SECRET: &str = "Phương án bố trí lực lượng bảo vệ";
const HEAD: u32 = 5;
const HEADINGS: [(&str, Field); 13] = [
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
const ROWS: [[&str; 11]; 8] = [
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

fn values(data: &[&str; 11], due: Option<Date>) -> TaskValues {
    let mut deadline = Deadline::without_day(if due.is_some() {
        DeadlineKind::Fixed
    } else {
        DeadlineKind::OpenEnded
    });
    deadline.days = due.into_iter().map(DueDay::plain).collect();
    deadline.precision = due.map(|_| Precision::Day);
    TaskValues {
        code: data[0].to_owned(),
        area: "Cải cách thể chế và thủ tục hành chính".to_owned(),
        content: data[1].to_owned(),
        product: data[2].to_owned(),
        lead_text: "Phòng Kế hoạch - Đầu tư".to_owned(),
        leads: vec![UnitRef::Department("KHDT".to_owned())],
        deadline_text: data[3].to_owned(),
        deadline,
        status_text: data[4].to_owned(),
        status: Some(if data[4] == "Hoàn thành" {
            Status::Completed
        } else {
            Status::InProgress
        }),
        progress: data[5].parse().ok(),
        completed: (data[6] == "12/05/2026").then(|| date(2026, 5, 12)),
        result: data[7].to_owned(),
        evidence: data[8].to_owned(),
        late_reason: data[9].to_owned(),
        difficulty: data[10].to_owned(),
        ..TaskValues::default()
    }
}

fn score(class: Class, effective: Option<Date>, days: i64) -> TaskScore {
    let late = class == Class::Overdue;
    TaskScore {
        class,
        bucket: Bucket::NotConsidered,
        due: effective,
        effective,
        days_left: (!late && effective.is_some()).then_some(days),
        days_late: late.then_some(days),
        working_days_late: late.then_some(days * 5 / 7),
        working_days_left: None,
        expected: None,
        difference: None,
        completed: (class == Class::DoneEarly).then(|| date(2026, 5, 12)),
        occurrences_due: None,
        occurrences_done: None,
        steps: Vec::new(),
    }
}

/// The tasks with plausible due days and classes.
pub fn tasks() -> Vec<ConsolidatedTask> {
    let plan = [
        (0, Class::DoneEarly, Some(date(2026, 5, 15)), 0),
        (1, Class::Overdue, Some(date(2026, 6, 30)), 145),
        (2, Class::Overdue, Some(date(2026, 9, 30)), 53),
        (3, Class::Overdue, Some(date(2026, 6, 30)), 145),
        (4, Class::DueSoon, Some(date(2026, 11, 30)), 8),
        (6, Class::NoDue, None, 0),
        (7, Class::OpenInTime, Some(date(2026, 12, 15)), 23),
    ];
    plan.iter()
        .map(|(index, class, due, days)| {
            // What was accepted before the mistakes of `ROWS` were made.
            let mut data = ROWS[*index];
            match data[0] {
                "NV02" => data[3] = "30/6/2026",
                "NV04" => data[5] = "40",
                "NV08" => data[4] = "Chưa thực hiện",
                _ => {}
            }
            let data = &data;
            ConsolidatedTask {
                row: LedgerRow {
                    id: data[0].to_owned(),
                    department: "KHDT".to_owned(),
                    values: values(data, *due),
                    source: Source {
                        file: FILE.to_owned(),
                        sheet: SHEET.to_owned(),
                        cell: Some(CellRef::new(7 + u32::try_from(*index).unwrap(), 2)),
                    },
                    version: String::new(),
                    figures_on: date(2026, 11, 2),
                    changed_on: date(2026, 11, 2),
                    completions: Vec::new(),
                    outside_plan: false,
                    stale: [1, 3, 7].contains(index),
                },
                score: score(*class, *due, *days),
                lead_name: "Phòng Kế hoạch - Đầu tư".to_owned(),
                leads: vec!["KHDT".to_owned()],
                unreported: false,
            }
        })
        .collect()
}

fn rate(numerator: u64, denominator: u64) -> Rate {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let value = (denominator > 0)
        .then(|| (numerator as f64 * 10_000.0 / denominator as f64).round() / 100.0);
    Rate {
        numerator,
        denominator,
        value,
    }
}

pub fn group(name: &str, tasks: &[ConsolidatedTask]) -> GroupScore {
    let mut counts = Counts::default();
    for task in tasks {
        counts.total += 1;
        *counts.by_class.entry(task.score.class).or_insert(0) += 1;
    }
    counts.due = counts.done() + counts.of(Class::Overdue);
    counts.due_on_time = counts.on_time();
    GroupScore {
        key: name.to_owned(),
        name: name.to_owned(),
        completion: rate(counts.done(), counts.total),
        on_time: rate(counts.on_time(), counts.total),
        on_time_due: rate(counts.due_on_time, counts.due),
        overdue: rate(counts.of(Class::Overdue), counts.total),
        counts,
        score: None,
    }
}

pub fn department(verdict: Option<Verdict>, accepted: u64, held: u64) -> DepartmentState {
    DepartmentState {
        code: "KHDT".to_owned(),
        name: "Phòng Kế hoạch - Đầu tư".to_owned(),
        file: Some(FILE.to_owned()),
        verdict,
        tasks: accepted + held,
        accepted,
        held,
        refused: u64::from(held > 0),
        read: accepted + held,
        skipped: vec![(
            SHEET.to_owned(),
            SkippedRow {
                row: HEAD + 1,
                reason: SkipReason::Group,
                text: "I".to_owned(),
            },
        )],
        progress_in: 0.0,
        progress_out: 0.0,
        stale_since: None,
        received: Some("2026-11-22T01:15:00Z".parse().unwrap()),
        modified_by: Some("Nguyễn Thị Hoa".to_owned()),
        figures_on: Some(date(2026, 11, 22)),
    }
}

pub fn consolidation(department: DepartmentState, findings: Vec<Finding>) -> Consolidation {
    let tasks = tasks();
    let held = BTreeMap::from([
        ("NV02".to_owned(), vec!["T09".to_owned()]),
        ("NV04".to_owned(), vec!["T16".to_owned()]),
        ("NV08".to_owned(), vec!["T13".to_owned()]),
    ]);
    let config = config();
    let indicators = annexd::config::catalogue::indicators(&config)
        .into_iter()
        .enumerate()
        .map(|(n, indicator)| {
            let figure = (n == 1).then(|| figure(&indicator.code));
            IndicatorScore {
                rate: figure.as_ref().map(|_| rate(812, 1_000)),
                rating: if figure.is_some() {
                    Rating::Met
                } else if indicator.from > 2026 {
                    Rating::NotYet
                } else {
                    Rating::NoFigures
                },
                latest: figure,
                missing: None,
                trend: (n == 1).then_some(2.5),
                series: Vec::new(),
                indicator,
            }
        })
        .collect();
    Consolidation {
        as_of: date(2026, 11, 22),
        plan_title: config.plan.title.clone(),
        all: group("", &tasks),
        by_department: vec![
            group("Phòng Kế hoạch - Đầu tư", &tasks),
            group("Văn phòng", &[]),
        ],
        by_area: vec![group("Cải cách thể chế và thủ tục hành chính", &tasks)],
        by_person: Vec::new(),
        tasks,
        departments: vec![department],
        indicators,
        findings,
        proposals: vec![Proposal {
            task: "NV05".to_owned(),
            department: "KHDT".to_owned(),
            field: Some(Field::Deadline),
            old: "30/10/2026".to_owned(),
            new: "30/11/2026".to_owned(),
            document: Some("CV 118/CV-KHĐT".to_owned()),
            source: Source::default(),
            since: date(2026, 11, 20),
        }],
        log: Vec::new(),
        trend: Vec::new(),
        frozen: Vec::new(),
        newest_input: Some("2026-11-22T01:15:00Z".parse().unwrap()),
        oddities: Vec::new(),
        held_done: std::collections::BTreeSet::new(),
        held,
    }
}

pub fn figure(code: &str) -> IndicatorFigure {
    IndicatorFigure {
        indicator: code.to_owned(),
        period: "2026-Q3".parse::<PeriodKey>().unwrap(),
        department: "KHDT".to_owned(),
        numerator: Some(812),
        denominator: Some(1_000),
        explanation: String::new(),
        reached: None,
        source: Source::default(),
        accepted_on: date(2026, 11, 2),
    }
}

pub fn baseline() -> Baseline {
    let tasks = tasks()
        .into_iter()
        .map(|t| BaselineTask {
            id: t.row.id.clone(),
            values: TaskValues {
                status_text: String::new(),
                ..t.row.values
            },
            source: Source::default(),
        })
        .collect();
    Baseline {
        columns: std::collections::BTreeSet::new(),
        tasks,
        ..Baseline::default()
    }
}
