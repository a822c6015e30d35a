//! The second half of the fixture: tasks, groups, departments, the consolidation they make.

use std::collections::BTreeMap;

use annexd::domain::baseline::{Baseline, BaselineTask};
use annexd::domain::cell::CellRef;
use annexd::domain::consolidation::{
    Bucket, Class, ConsolidatedTask, Consolidation, Counts, DepartmentState, GroupScore,
    IndicatorScore, Rate, Rating, TaskScore,
};
use annexd::domain::deadline::{Deadline, DeadlineKind, DueDay, Precision};
use annexd::domain::field::Field;
use annexd::domain::finding::Finding;
use annexd::domain::indicator::{IndicatorFigure, PeriodKey};
use annexd::domain::ledger::{LedgerRow, Proposal};
use annexd::domain::reading::{SkipReason, SkippedRow};
use annexd::domain::roster::UnitRef;
use annexd::domain::status::Status;
use annexd::domain::task::{Source, TaskValues};
use annexd::domain::verdict::Verdict;
use jiff::civil::{Date, date};

use super::fixture::*;

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
                    values: values(data, *due).into(),
                    source: Source {
                        file: FILE.to_owned(),
                        sheet: SHEET.to_owned(),
                        cell: Some(CellRef::new(7 + u32::try_from(*index).unwrap(), 2)),
                    },
                    version: "v1".to_owned(),
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
        held_done: std::collections::BTreeSet::new(),
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
                ..TaskValues::clone(&t.row.values)
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
