//! The fixture: trend, findings, history and indicators.

use annexd::domain::consolidation::*;
use annexd::domain::field::Field;
use annexd::domain::finding::{Arg, Finding, Severity};
use annexd::domain::indicator::*;
use annexd::domain::ledger::{Change, Event, EventKind};
use annexd::domain::task::Source;
use jiff::civil::date;

use super::tasks::*;

pub fn trend(total: u64) -> Vec<TrendPoint> {
    (0..14_u64)
        .map(|i| {
            let done = total / 6 + i;
            let overdue = 2 + i % 5;
            let by_class = [
                (Class::DoneOnTime, done),
                (Class::Overdue, overdue),
                (Class::DueSoon, 2),
                (Class::OpenInTime, total.saturating_sub(done + overdue + 2)),
            ];
            TrendPoint {
                day: date(2026, 8, 22).saturating_add(jiff::Span::new().days(i as i64 * 7)),
                counts: Counts {
                    total,
                    by_class: by_class.into_iter().collect(),
                    due: done,
                    due_on_time: done,
                },
            }
        })
        .collect()
}

pub fn findings() -> Vec<Finding> {
    let finding = |code: &str, severity, d: usize, cell: &str, value: &str| Finding {
        code: code.to_owned(),
        severity,
        department: Some(DEPARTMENTS[d].0.to_owned()),
        file: Some(source(d, 0).file),
        sheet: Some("Biểu 01".to_owned()),
        cell: Some(cell.parse().unwrap()),
        cells: vec![cell.parse().unwrap()],
        field: Some(Field::Deadline),
        task: Some("NV05".to_owned()),
        value: value.to_owned(),
        related: Vec::new(),
        args: vec![("due".to_owned(), Arg::Date(as_of()))],
        own_message: None,
    };
    let mut own = finding("U01", Severity::Explain, 2, "K9", "");
    own.own_message = Some("Nhiệm vụ hoàn thành phải ghi số văn bản.".to_owned());
    vec![
        finding("T09", Severity::Error, 0, "G14", "31/6/2026"),
        finding(
            "T09",
            Severity::Warning,
            1,
            "G15",
            "=HYPERLINK(\"http://x\")",
        ),
        own,
        finding("T09", Severity::Info, 3, "G16", "30-2-2026"),
        finding("T09", Severity::Error, 5, "G22", "Quý V/2026"),
    ]
}

pub fn log(first: Option<&ConsolidatedTask>) -> Vec<Event> {
    let event = |n: i64, d: usize, kind| Event {
        at: jiff::Timestamp::from_second(1_795_000_000 - n * 4_000).unwrap(),
        day: as_of(),
        department: DEPARTMENTS[d].0.to_owned(),
        task: format!("NV{:02}", n + 1),
        by: Some("Lò Thị Mỷ".to_owned()),
        source: source(d, 9),
        version: "aa".to_owned(),
        kind,
    };
    let change = |field, old: &str, new: &str| Change {
        field,
        old: old.to_owned(),
        new: new.to_owned(),
    };
    let mut out = vec![
        event(
            1,
            0,
            EventKind::Held {
                codes: vec!["T09".to_owned()],
                changes: vec![change(Field::Deadline, "Quý II/2026", "31/6/2026")],
            },
        ),
        event(2, 1, EventKind::Withdrawn),
    ];
    if let Some(task) = first {
        out.push(event(
            3,
            2,
            EventKind::Accepted {
                row: Box::new(task.row.clone()),
                changes: vec![
                    change(Field::Status, "Đang thực hiện", "Hoàn thành"),
                    change(Field::Progress, "60", "100"),
                ],
                after_freeze: false,
            },
        ));
        out.push(event(
            4,
            3,
            EventKind::Accepted {
                row: Box::new(task.row.clone()),
                changes: Vec::new(),
                after_freeze: true,
            },
        ));
        out.push(event(
            5,
            3,
            EventKind::Marked {
                row: Box::new(task.row.clone()),
            },
        ));
    }
    out.push(event(
        6,
        4,
        EventKind::Figure {
            figure: figure("K1.2", "2026-Q3", 412, 500),
            old: None,
        },
    ));
    out
}

pub fn figure(code: &str, period: &str, n: i64, d: i64) -> IndicatorFigure {
    IndicatorFigure {
        indicator: code.to_owned(),
        period: period.parse().unwrap(),
        department: "VP".to_owned(),
        numerator: Some(n),
        denominator: Some(d),
        explanation: "Số liệu trích từ Hệ thống thông tin giải quyết thủ tục hành chính".to_owned(),
        reached: None,
        source: Source {
            sheet: "Chỉ tiêu".to_owned(),
            ..source(0, 5)
        },
        accepted_on: date(2026, 10, 5),
    }
}

/// Code, name, comparison, target, first year, figures, rating.
pub type IndicatorRow<'a> = (
    &'a str,
    &'a str,
    Operator,
    Option<f64>,
    i16,
    &'a [(i64, i64)],
    Rating,
);

pub fn indicators() -> Vec<IndicatorScore> {
    let rows: &[IndicatorRow<'_>] = &[
        (
            "K1.1",
            "Sắp xếp, kiện toàn tổ chức bộ máy",
            Operator::Qualitative,
            None,
            2026,
            &[],
            Rating::NoFigures,
        ),
        (
            "K1.2",
            "Tỷ lệ hồ sơ trực tuyến trên tổng số hồ sơ tiếp nhận",
            Operator::AtLeast,
            Some(80.0),
            2026,
            &[(300, 450), (350, 470), (412, 500)],
            Rating::Met,
        ),
        (
            "K1.3",
            "Tỷ lệ số hóa hồ sơ, kết quả giải quyết thủ tục hành chính",
            Operator::Above,
            Some(90.0),
            2026,
            &[(80, 100), (90, 100)],
            Rating::NotMet,
        ),
        (
            "K1.6",
            "Mức độ hài lòng khi sử dụng dịch vụ công trực tuyến",
            Operator::Above,
            Some(95.0),
            2026,
            &[(16_051, 16_274)],
            Rating::Met,
        ),
        (
            "K1.5",
            "Thông tin, giấy tờ, tài liệu chỉ phải cung cấp một lần",
            Operator::AtLeast,
            Some(80.0),
            2026,
            &[(0, 0)],
            Rating::NoFigures,
        ),
        (
            "K2.3",
            "Tỷ lệ hồ sơ giải quyết trước và đúng hạn",
            Operator::Equal,
            Some(100.0),
            2028,
            &[],
            Rating::NotYet,
        ),
    ];
    rows.iter()
        .map(|(code, name, operator, target, from, series, rating)| {
            let periods = ["2026-Q1", "2026-6T", "2026-Q3"];
            let latest = series
                .last()
                .map(|(n, d)| figure(code, periods[series.len() - 1], *n, *d));
            IndicatorScore {
                indicator: Indicator {
                    code: (*code).to_owned(),
                    name: (*name).to_owned(),
                    aliases: Vec::new(),
                    operator: *operator,
                    target: *target,
                    from: *from,
                    to: if *from == 2026 { 2027 } else { 2030 },
                    numerator: String::new(),
                    denominator: String::new(),
                    frequency: "quarterly".to_owned(),
                    area: String::new(),
                    note: String::new(),
                },
                rate: series.last().map(|(n, d)| Rate {
                    numerator: *n as u64,
                    denominator: *d as u64,
                    value: (*d > 0).then(|| *n as f64 * 100.0 / *d as f64),
                }),
                latest,
                rating: *rating,
                missing: (*rating == Rating::NotMet).then_some(1),
                trend: (series.len() > 1).then_some(7.93),
                series: series
                    .iter()
                    .enumerate()
                    .map(|(i, (n, d))| {
                        (
                            periods[i].parse().unwrap(),
                            Some(*n),
                            Some(*d),
                            (*d > 0).then(|| *n as f64 * 100.0 / *d as f64),
                        )
                    })
                    .collect(),
            }
        })
        .collect()
}
