//! The fixture: tasks, counts and departments of a realistic consolidation.

use std::collections::BTreeMap;

use annexd::domain::cell::CellRef;
use annexd::domain::consolidation::*;
use annexd::domain::deadline::{Deadline, DeadlineKind};
use annexd::domain::field::Field;
use annexd::domain::ledger::{Frozen, LedgerRow, Proposal};
use annexd::domain::reading::{SkipReason, SkippedRow};
use annexd::domain::task::{Source, TaskValues};
use annexd::domain::verdict::Verdict;
use jiff::civil::{Date, date};

use super::figures::*;

/// Departments of the fixture: code, name, folder.
pub const DEPARTMENTS: &[(&str, &str, &str)] = &[
    ("VP", "Văn phòng", "van-phong"),
    ("QLDT", "Phòng Quản lý đầu tư", "quan-ly-dau-tu"),
    (
        "QLDN",
        "Phòng Quản lý doanh nghiệp và Xuất nhập khẩu",
        "quan-ly-doanh-nghiep",
    ),
    ("QHXD", "Phòng Quy hoạch và Xây dựng", "quy-hoach-xay-dung"),
    ("TCKT", "Phòng Tài chính - Kế toán", "tai-chinh"),
    ("TTDV", "Trung tâm dịch vụ Khu kinh tế", "trung-tam-dich-vu"),
];

pub const AREAS: &[&str] = &[
    "I. Công tác chỉ đạo điều hành",
    "II. Cải cách thể chế",
    "III. Cải cách thủ tục hành chính",
    "IV. Cải cách tổ chức bộ máy",
    "V. Cải cách chế độ công vụ",
    "VI. Cải cách tài chính công",
    "VII. Xây dựng chính quyền điện tử, chính quyền số",
];

pub const CONTENTS: &[&str] = &[
    "Truyền thông về cải cách hành chính trên trang thông tin điện tử của Ban và các phương tiện thông tin đại chúng",
    "Xây dựng Kế hoạch nâng điểm Chỉ số cải cách hành chính năm 2026",
    "Tự kiểm tra công tác cải cách hành chính nội bộ",
    "Tổ chức gặp mặt doanh nhân, đối thoại với doanh nghiệp xuất nhập khẩu qua cửa khẩu Ma Lù Thàng",
    "Nâng cao năng lực cạnh tranh cấp sở, ngành (DDCI)",
    "Cập nhật, rà soát, đề xuất sửa đổi văn bản quy phạm pháp luật thuộc lĩnh vực quản lý của Ban",
    "Phổ biến, giáo dục pháp luật cho công chức, viên chức, người lao động",
    "Rà soát, cắt giảm thủ tục hành chính liên quan đến doanh nghiệp",
    "Công bố danh mục, quy trình nội bộ giải quyết thủ tục hành chính; số hóa hồ sơ",
    "Hoàn thiện Đề án vị trí việc làm",
    "Cập nhật Quy chế chi tiêu nội bộ và quản lý, sử dụng tài sản công",
    "Chuyển đổi số thu phí, điều phối phương tiện tại cửa khẩu Ma Lù Thàng",
];

/// The day of the fixture.
pub fn as_of() -> Date {
    date(2026, 11, 22)
}

pub fn source(d: usize, row: u32) -> Source {
    Source {
        file: format!(
            "{}/Bieu nhiem vu {}.xlsx",
            DEPARTMENTS[d].2, DEPARTMENTS[d].0
        ),
        sheet: "Biểu 01".to_owned(),
        cell: Some(CellRef::new(row, 1)),
    }
}

/// One task of a class, with the dates that go with it.
pub fn task(i: usize, class: Class) -> ConsolidatedTask {
    let d = i % DEPARTMENTS.len();
    let code = format!("NV{:02}", i + 1);
    let due = match class {
        Class::Overdue => {
            Some(date(2026, 3, 31).saturating_add(jiff::Span::new().days(i as i64 * 3)))
        }
        Class::DueSoon => Some(date(2026, 11, 27)),
        Class::NoDue | Class::Waiting | Class::Unresolved => None,
        Class::DoneUnknown if i.is_multiple_of(2) => None,
        Class::NotStartedPeriod => Some(date(2028, 12, 31)),
        c if c.is_done() => Some(date(2026, 9, 30)),
        _ => Some(date(2026, 12, 31)),
    };
    let completed = match class {
        Class::DoneEarly => Some(date(2026, 9, 12)),
        Class::DoneOnTime => Some(date(2026, 9, 30)),
        Class::DoneLate => Some(date(2026, 10, 9)),
        _ => None,
    };
    let late = match class {
        Class::Overdue => due.map(|d| days(d, as_of())),
        Class::DoneLate => Some(9),
        _ => None,
    };
    let left = matches!(class, Class::OpenInTime | Class::DueSoon)
        .then(|| due.map(|d| days(as_of(), d)))
        .flatten();
    let progress = if class.is_done() {
        100.0
    } else {
        [0.0, 35.0, 62.5, 80.0][i % 4]
    };
    let lead = DEPARTMENTS[d];
    let mut leads = vec![lead.0.to_owned()];
    if i % 9 == 4 {
        leads.push(DEPARTMENTS[(d + 1) % DEPARTMENTS.len()].0.to_owned());
    }
    let values = TaskValues {
        code: code.clone(),
        stt: format!("{}.", i + 1),
        area: AREAS[i % AREAS.len()].to_owned(),
        content: CONTENTS[i % CONTENTS.len()].to_owned(),
        product: "Kế hoạch, báo cáo kết quả".to_owned(),
        lead_text: lead.1.to_owned(),
        persons: if i.is_multiple_of(3) {
            vec!["Nguyễn Văn An".to_owned(), "Lò Thị Mỷ".to_owned()]
        } else {
            vec!["Trần Thị Bình".to_owned()]
        },
        coop: "Các phòng, đơn vị liên quan".to_owned(),
        deadline_text: [
            "Quý III/2026",
            "Trước ngày 31/12/2026",
            "Hằng năm",
            "Tháng 11/2026",
        ][i % 4]
            .to_owned(),
        deadline: Deadline::without_day(DeadlineKind::Fixed),
        status_text: if class.is_done() {
            "Hoàn thành"
        } else {
            "Đang thực hiện"
        }
        .to_owned(),
        progress: Some(progress),
        completed,
        result: if i.is_multiple_of(2) {
            "Đã ban hành Kế hoạch số 45/KH-BQL ngày 12/9/2026 và tổ chức thực hiện theo tiến độ"
        } else {
            ""
        }
        .to_owned(),
        evidence: if class.is_done() { "45/KH-BQL" } else { "" }.to_owned(),
        late_reason: if late.is_some() {
            "Chờ ý kiến thẩm định của Sở Nội vụ"
        } else {
            ""
        }
        .to_owned(),
        difficulty: if i.is_multiple_of(7) {
            "Thiếu kinh phí thực hiện; nhân sự kiêm nhiệm nhiều việc"
        } else {
            ""
        }
        .to_owned(),
        proposal: if i.is_multiple_of(14) {
            "Đề nghị bổ sung 120 triệu đồng"
        } else {
            ""
        }
        .to_owned(),
        ..TaskValues::default()
    };
    ConsolidatedTask {
        row: LedgerRow {
            id: code,
            department: lead.0.to_owned(),
            values: values.into(),
            source: source(d, 7 + i as u32),
            version: "5f3a9c11d2e84b60aa77c0ffee00112233445566778899aabbccddeeff001122".to_owned(),
            figures_on: date(2026, 11, 20),
            changed_on: date(2026, 11, 20),
            completions: Vec::new(),
            outside_plan: i == 17,
            stale: false,
        },
        score: TaskScore {
            class,
            bucket: bucket(class),
            due,
            effective: due,
            days_left: left,
            days_late: late,
            working_days_late: late.map(|l| l * 5 / 7),
            working_days_left: left.map(|l| l * 5 / 7),
            expected: due.map(|_| 71.25),
            difference: due.map(|_| progress - 71.25),
            completed,
            occurrences_due: (i % 4 == 2).then_some(3),
            occurrences_done: (i % 4 == 2).then_some(2),
            steps: Vec::new(),
        },
        lead_name: lead.1.to_owned(),
        leads,
        unreported: false,
    }
}

pub fn days(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).unwrap().get_days())
}

pub fn bucket(class: Class) -> Bucket {
    match class {
        Class::DoneEarly | Class::DoneOnTime => Bucket::DoneOnTime,
        Class::DoneLate => Bucket::DoneLate,
        Class::OpenInTime | Class::DueSoon => Bucket::OpenInTime,
        Class::Overdue => Bucket::OpenOverdue,
        _ => Bucket::NotConsidered,
    }
}

/// Counts tasks as the figures do.
pub fn count<'a>(
    tasks: impl Iterator<Item = &'a ConsolidatedTask>,
    key: &str,
    name: &str,
) -> GroupScore {
    let mut counts = Counts::default();
    for t in tasks {
        counts.total += 1;
        *counts.by_class.entry(t.score.class).or_default() += 1;
        let due = t
            .score
            .effective
            .is_some_and(|e| e <= as_of() || t.score.class.is_done());
        counts.due += u64::from(due);
        counts.due_on_time +=
            u64::from(due && matches!(t.score.class, Class::DoneEarly | Class::DoneOnTime));
    }
    let rate = |n: u64, d: u64| Rate {
        numerator: n,
        denominator: d,
        value: (d > 0).then(|| n as f64 * 100.0 / d as f64),
    };
    GroupScore {
        key: key.to_owned(),
        name: name.to_owned(),
        completion: rate(counts.done(), counts.total),
        on_time: rate(counts.on_time(), counts.total),
        on_time_due: rate(counts.due_on_time, counts.due),
        overdue: rate(counts.of(Class::Overdue), counts.total),
        counts,
        score: None,
    }
}

pub const CLASSES: &[Class] = &[
    Class::DoneEarly,
    Class::DoneOnTime,
    Class::DoneOnTime,
    Class::OpenInTime,
    Class::OpenInTime,
    Class::Overdue,
    Class::DueSoon,
    Class::NoDue,
    Class::DoneLate,
    Class::OpenInTime,
    Class::Overdue,
    Class::DoneOnTime,
    Class::NotStartedPeriod,
    Class::DoneUnknown,
    Class::Waiting,
    Class::OpenInTime,
    Class::Unresolved,
    Class::Suspended,
    Class::DueSoon,
    Class::Adjustment,
    Class::DoneEarly,
    Class::Overdue,
    Class::CannotDo,
    Class::Cancelled,
];

/// A realistic consolidation: every class, indicators, findings, proposals, events, a trend, and hostile texts.
pub fn fixture(n: usize) -> Consolidation {
    let mut tasks: Vec<ConsolidatedTask> = (0..n)
        .map(|i| task(i, CLASSES[(i * 5 + i / 24) % CLASSES.len()]))
        .collect();
    if n >= 40 {
        tasks[3].row.values.result = "=cmd|'/C calc'!A0".to_owned();
        tasks[4].row.values.content = "+1 nhiệm vụ bổ sung".to_owned();
        tasks[5].row.values.coop = "@SUM(A1:A9)".to_owned();
        tasks[6].row.values.late_reason = "-2+3\r\ncmd".to_owned();
        tasks[7].row.values.difficulty = "Dài ".repeat(10_000);
        tasks[8].row.values.evidence = "a\u{1}b\u{b}c\u{ffff} _x0041_".to_owned();
        tasks[9].row.source.file = "van-phong/Biểu #2 (50%).xlsx".to_owned();
        tasks[12].row.stale = true;
        tasks[12].row.figures_on = date(2026, 9, 2);
        tasks[20].unreported = true;
        tasks[20].row.source.file = "_bieu-goc/Bieu goc.xlsx".to_owned();
        tasks[20].row.values.status_text = String::new();
    }
    let held = tasks
        .iter()
        .filter(|t| t.row.stale)
        .map(|t| (t.row.id.clone(), vec!["T13".to_owned()]))
        .collect();
    complete(tasks, held)
}

/// The rest of a consolidation around its tasks, so that it balances.
pub fn complete(
    tasks: Vec<ConsolidatedTask>,
    held: BTreeMap<String, Vec<String>>,
) -> Consolidation {
    let departments = DEPARTMENTS
        .iter()
        .enumerate()
        .map(|(i, d)| state(i, d, &tasks))
        .collect();
    let by = |groups: Vec<(String, String)>, pick: &dyn Fn(&ConsolidatedTask, &str) -> bool| {
        groups
            .iter()
            .map(|(k, n)| count(tasks.iter().filter(|t| pick(t, k)), k, n))
            .collect::<Vec<_>>()
    };
    let by_department = by(
        DEPARTMENTS
            .iter()
            .map(|d| (d.0.to_owned(), d.1.to_owned()))
            .collect(),
        &|t, k| t.leads.iter().any(|l| l == k),
    );
    let by_area = by(
        AREAS
            .iter()
            .map(|a| ((*a).to_owned(), (*a).to_owned()))
            .collect(),
        &|t, k| t.row.values.area == k,
    );
    let by_person = by(
        ["Nguyễn Văn An", "Lò Thị Mỷ", "Trần Thị Bình"]
            .iter()
            .map(|a| ((*a).to_owned(), (*a).to_owned()))
            .collect(),
        &|t, k| t.row.values.persons.iter().any(|p| p == k),
    );
    let all = count(tasks.iter(), "", "");
    Consolidation {
        as_of: as_of(),
        plan_title: "Kế hoạch cải cách hành chính giai đoạn 2026 - 2030".to_owned(),
        trend: trend(tasks.len() as u64),
        findings: findings(),
        proposals: vec![Proposal {
            task: "NV05".to_owned(),
            department: "TCKT".to_owned(),
            field: Some(Field::Deadline),
            old: "Quý III/2026".to_owned(),
            new: "Quý I/2027".to_owned(),
            document: Some("123/UBND-NC".to_owned()),
            source: source(4, 11),
            since: date(2026, 11, 3),
        }],
        log: log(tasks.first()),
        tasks,
        departments,
        all,
        by_department,
        by_area,
        by_person,
        indicators: indicators(),
        frozen: vec![Frozen {
            word: None,
            period: "2026-Q3".parse().unwrap(),
            cut_off: date(2026, 9, 14),
            at: "2026-09-18T02:00:00Z".parse().unwrap(),
            by: "vanthu".to_owned(),
            hash: "00ff".to_owned(),
            path: "_tong-hop/ky/2026-Q3.xlsx".to_owned(),
        }],
        newest_input: Some("2026-11-20T03:04:05Z".parse().unwrap()),
        oddities: vec![("van-phong/Ban sao.xlsx".to_owned(), "twin".to_owned())],
        held_done: std::collections::BTreeSet::new(),
        held,
    }
}

pub fn state(i: usize, d: &(&str, &str, &str), tasks: &[ConsolidatedTask]) -> DepartmentState {
    let mine = || tasks.iter().filter(move |t| t.row.department == d.0);
    let fresh = || mine().filter(|t| !t.row.stale && !t.unreported);
    let held = mine().filter(|t| t.row.stale).count() as u64;
    let accepted = fresh().count() as u64;
    let out: f64 = fresh().filter_map(|t| t.row.values.progress).sum();
    DepartmentState {
        code: d.0.to_owned(),
        name: d.1.to_owned(),
        file: Some(source(i, 0).file),
        verdict: Some(if held > 0 {
            Verdict::AcceptedWithRemarks
        } else {
            Verdict::Accepted
        }),
        tasks: accepted + held,
        accepted,
        held,
        refused: 0,
        read: accepted + held,
        skipped: vec![
            (
                "Biểu 01".to_owned(),
                SkippedRow {
                    row: 6,
                    reason: SkipReason::Group,
                    text: "I. Công tác chỉ đạo điều hành".to_owned(),
                },
            ),
            (
                "Biểu 01".to_owned(),
                SkippedRow {
                    row: 40,
                    reason: SkipReason::Footer,
                    text: "Nơi nhận:".to_owned(),
                },
            ),
        ],
        progress_in: out + if held > 0 { 40.0 } else { 0.0 },
        progress_out: out,
        stale_since: (held > 0).then(|| date(2026, 9, 2)),
        received: Some("2026-11-20T03:04:05Z".parse().unwrap()),
        modified_by: Some("Nguyễn Văn An".to_owned()),
        figures_on: Some(date(2026, 11, 20)),
    }
}
