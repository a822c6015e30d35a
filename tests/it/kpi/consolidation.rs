//! The consolidation of a small share: order, several leads, unreported tasks, states of departments, scores.

use std::collections::BTreeMap;

use annexd::config::{Config, catalogue};
use annexd::domain::assessment::{Assessment, FileVerdict, Outcome, RowVerdict};
use annexd::domain::baseline::{Baseline, BaselineTask};
use annexd::domain::cell::CellRef;
use annexd::domain::consolidation::{Class, Consolidation, TrendPoint};
use annexd::domain::deadline::{Deadline, DeadlineKind, DueDay};
use annexd::domain::ledger::{DepartmentState, Ledger, LedgerRow};
use annexd::domain::roster::UnitRef;
use annexd::domain::status::Status;
use annexd::domain::task::{Source, TaskValues};
use annexd::domain::verdict::Verdict;
use annexd::kpi::{self, Input};
use jiff::civil::{Date, date};

use super::house;

pub const AS_OF: Date = date(2026, 11, 22);

fn fixed(day: Date) -> Deadline {
    Deadline {
        days: vec![DueDay::plain(day)],
        ..Deadline::without_day(DeadlineKind::Fixed)
    }
}

fn values(code: &str, leads: &[&str], due: Date, status: Option<Status>) -> TaskValues {
    TaskValues {
        code: code.to_owned(),
        area: "Cải cách thể chế".to_owned(),
        content: format!("Nội dung {code}"),
        lead_text: leads.join(", "),
        leads: leads
            .iter()
            .map(|l| UnitRef::Department((*l).to_owned()))
            .collect(),
        deadline_text: "Quý II/2026".to_owned(),
        deadline: fixed(due),
        status_text: status.map_or("", |_| "Đang thực hiện").to_owned(),
        status,
        progress: Some(40.0),
        ..TaskValues::default()
    }
}

fn source(file: &str, row: u32) -> Source {
    Source {
        file: file.to_owned(),
        sheet: "Biểu 01".to_owned(),
        cell: Some(CellRef::new(row, 2)),
    }
}

fn row(department: &str, values: TaskValues, source: Source) -> LedgerRow {
    LedgerRow {
        id: values.code.clone(),
        department: department.to_owned(),
        values: values.into(),
        source,
        version: "v1".to_owned(),
        figures_on: date(2026, 11, 20),
        changed_on: date(2026, 11, 20),
        completions: Vec::new(),
        outside_plan: false,
        stale: false,
    }
}

fn verdict(file: usize, row: &LedgerRow, accepted: bool) -> RowVerdict {
    RowVerdict {
        file,
        source: row.source.clone(),
        id: row.id.clone(),
        department: row.department.clone(),
        outcome: if accepted {
            Outcome::Accepted(row.values.clone())
        } else {
            Outcome::Held
        },
        held_by: if accepted {
            Vec::new()
        } else {
            vec!["T20".to_owned()]
        },
        outside_plan: false,
        changes: Vec::new(),
        after_freeze: false,
        progress: row.values.progress,
    }
}

/// A share of three departments: VP accepted and held rows, TT a file held back as a whole, KT nothing at all.
pub struct Share {
    pub ledger: Ledger,
    pub assessment: Assessment,
    pub baseline: Baseline,
}

pub fn share() -> Share {
    let late = date(2026, 6, 30);
    let done = TaskValues {
        completed: Some(date(2026, 6, 30)),
        evidence: "Báo cáo số 10/BC-BQL".to_owned(),
        ..values("1.2", &["VP", "TT"], late, Some(Status::Completed))
    };
    let a = row(
        "VP",
        values("1.1", &["VP"], late, Some(Status::InProgress)),
        source("van-phong/a.xlsx", 9),
    );
    let b = row("VP", done, source("van-phong/a.xlsx", 8));
    let c = row(
        "TT",
        values("2.1", &["TT"], date(2026, 12, 31), Some(Status::InProgress)),
        source("trung-tam/b.xlsx", 4),
    );
    let mut outside = row(
        "VP",
        values("9.9", &[], late, Some(Status::Suspended)),
        source("van-phong/a.xlsx", 3),
    );
    outside.outside_plan = true;
    let never = values("3.1", &["KT"], date(2027, 3, 31), None);
    let baseline = [&b.values, &a.values, &never, &c.values]
        .into_iter()
        .map(|v| BaselineTask {
            id: v.code.clone(),
            values: TaskValues {
                office_remark: if v.code == "1.1" {
                    "Chậm do nguyên nhân khách quan"
                } else {
                    ""
                }
                .to_owned(),
                ..v.clone()
            },
            source: source("_bieu-goc/goc.xlsx", 5),
        })
        .collect();
    let rows = [&a, &b, &c, &outside];
    let assessment = Assessment {
        files: vec![
            FileVerdict {
                path: "trung-tam/b.xlsx".to_owned(),
                department: Some("TT".to_owned()),
                verdict: Verdict::HeldBack,
                read: 0,
                accepted: 0,
                held: 0,
                skipped: Vec::new(),
                file_held: true,
            },
            FileVerdict {
                path: "van-phong/a.xlsx".to_owned(),
                department: Some("VP".to_owned()),
                verdict: Verdict::AcceptedWithRemarks,
                read: 3,
                accepted: 2,
                held: 1,
                skipped: Vec::new(),
                file_held: false,
            },
        ],
        rows: vec![
            verdict(1, &outside, true),
            verdict(1, &b, true),
            verdict(1, &a, false),
        ],
        departments: [
            ("VP", "Văn phòng"),
            ("KT", "Phòng Kinh tế"),
            ("TT", "Trung tâm Dịch vụ"),
        ]
        .map(|(c, n)| (c.to_owned(), n.to_owned()))
        .to_vec(),
        silent: BTreeMap::from([
            ("TT".to_owned(), "F01".to_owned()),
            ("KT".to_owned(), "L02".to_owned()),
        ]),
        ..Assessment::default()
    };
    let ledger = Ledger {
        rows: rows
            .into_iter()
            .map(|r| (r.id.clone(), r.clone()))
            .collect(),
        departments: BTreeMap::from([(
            "TT".to_owned(),
            DepartmentState {
                held_since: Some(date(2026, 11, 18)),
                ..DepartmentState::default()
            },
        )]),
        ..Ledger::default()
    };
    Share {
        ledger,
        assessment,
        baseline: Baseline {
            tasks: baseline,
            hash: "h".to_owned(),
            ..Baseline::default()
        },
    }
}

pub fn consolidated(share: &Share, config: &Config) -> Consolidation {
    let (_, calendar) = house();
    let indicators = catalogue::indicators(config);
    let point = |day, total| TrendPoint {
        day,
        counts: annexd::domain::consolidation::Counts {
            total,
            ..Default::default()
        },
    };
    kpi::consolidate(&Input {
        ledger: &share.ledger,
        assessment: &share.assessment,
        baseline: Some(&share.baseline),
        files: &[],
        as_of: AS_OF,
        config,
        calendar: &calendar,
        indicators: &indicators,
        log: &[],
        trend: &[
            point(date(2026, 11, 21), 3),
            point(AS_OF, 99),
            point(date(2026, 11, 25), 7),
        ],
        oddities: &[],
    })
}

#[test]
fn order_leads_and_counts() {
    let c = consolidated(&share(), &Config::defaults());
    let ids: Vec<&str> = c.tasks.iter().map(|t| t.row.id.as_str()).collect();
    assert_eq!(ids, ["1.2", "1.1", "3.1", "2.1", "9.9"]);
    let classes: Vec<Class> = c.tasks.iter().map(|t| t.score.class).collect();
    use Class::{DoneOnTime, OpenInTime, Overdue, Suspended};
    assert_eq!(
        classes,
        [DoneOnTime, Overdue, OpenInTime, OpenInTime, Suspended]
    );
    let totals = kpi::totals(&c);
    assert_eq!(totals.assigned, 5, "several leads count once in the total");
    assert_eq!(
        serde_json::to_value(totals).unwrap(),
        serde_json::json!({"assigned": 5, "done_on_time": 1, "done_late": 0, "done_unknown": 0, "open_in_time": 2,
            "overdue": 1, "no_due": 0, "not_started_period": 0, "other": 1})
    );
    let by: BTreeMap<&str, u64> = c
        .by_department
        .iter()
        .map(|g| (g.key.as_str(), g.counts.total))
        .collect();
    assert_eq!(
        by,
        BTreeMap::from([("VP", 3), ("KT", 1), ("TT", 2)]),
        "and once for each lead"
    );
    assert_eq!((c.all.counts.due, c.all.counts.due_on_time), (3, 1));
    assert_eq!(c.all.completion.value, Some(20.0));
    assert_eq!(c.all.on_time_due.value, Some(33.33));
    let unreported = &c.tasks[2];
    assert!(unreported.unreported);
    assert_eq!(unreported.row.values.progress, None);
    assert_eq!(
        (
            unreported.row.department.as_str(),
            unreported.lead_name.as_str()
        ),
        ("KT", "Phòng Kinh tế")
    );
    assert_eq!(c.tasks[4].leads, ["VP"]);
    assert_eq!(
        c.held,
        BTreeMap::from([("1.1".to_owned(), vec!["T20".to_owned()])])
    );
}

#[test]
fn states_of_departments() {
    let c = consolidated(&share(), &Config::defaults());
    let [vp, kt, tt] = &c.departments[..] else {
        panic!("three departments")
    };
    assert_eq!((vp.tasks, vp.accepted, vp.held, vp.read), (3, 2, 1, 3));
    assert_eq!((vp.progress_in, vp.progress_out), (80.0, 80.0));
    assert_eq!(vp.stale_since, None);
    assert_eq!(
        (tt.tasks, tt.accepted, tt.held),
        (1, 0, 1),
        "a held file keeps its last accepted rows"
    );
    assert_eq!(tt.stale_since, Some(date(2026, 11, 18)));
    assert_eq!((kt.tasks, kt.stale_since), (0, None));
    for d in &c.departments {
        assert_eq!(d.read, d.accepted + d.held);
    }
}

#[test]
fn a_rebuilt_day_counts_by_the_stale_mark() {
    let mut share = share();
    share.assessment.files.clear();
    share.assessment.rows.clear();
    share.assessment.silent.clear();
    share.ledger.rows.get_mut("2.1").unwrap().stale = true;
    let c = consolidated(&share, &Config::defaults());
    let [vp, kt, tt] = &c.departments[..] else {
        panic!("three departments")
    };
    assert_eq!(
        (vp.tasks, vp.accepted, vp.held, vp.stale_since),
        (3, 3, 0, None)
    );
    assert_eq!((kt.tasks, kt.stale_since), (0, None));
    assert_eq!((tt.accepted, tt.held), (0, 1));
    assert_eq!(tt.stale_since, Some(date(2026, 11, 18)));
}

#[test]
fn a_copy_in_another_annex_counts_once() {
    let mut share = share();
    let original = share.ledger.rows["1.2"].clone();
    let copy = LedgerRow {
        source: source("van-phong/copy.xlsx", 30),
        ..original
    };
    share.assessment.rows.insert(0, verdict(1, &copy, true));
    let c = consolidated(&share, &Config::defaults());
    let vp = &c.departments[0];
    assert_eq!((vp.tasks, vp.accepted, vp.held), (3, 2, 1));
    assert_eq!((vp.progress_in, vp.progress_out), (80.0, 80.0));
}

#[test]
fn an_area_has_one_spelling() {
    let mut share = share();
    for (i, spelling) in [" Cải cách  thể chế", "CẢI CÁCH THỂ CHẾ"]
        .iter()
        .enumerate()
    {
        share.baseline.tasks[i + 2].values.area = (*spelling).to_owned();
    }
    share.ledger.rows.get_mut("2.1").unwrap().values.area = "CẢI CÁCH THỂ CHẾ".to_owned();
    let c = consolidated(&share, &Config::defaults());
    assert_eq!(c.by_area.len(), 1);
    assert_eq!(c.by_area[0].counts.total, 5);
    assert!(
        c.tasks
            .iter()
            .all(|t| t.row.values.area == c.by_area[0].key)
    );
}

#[test]
fn trend_ends_with_the_day_itself() {
    let c = consolidated(&share(), &Config::defaults());
    let points: Vec<(Date, u64)> = c.trend.iter().map(|p| (p.day, p.counts.total)).collect();
    assert_eq!(points, [(date(2026, 11, 21), 3), (AS_OF, 5)]);
}

#[test]
fn score_by_decree_335_is_a_switch_and_shows_its_steps() {
    let off = consolidated(&share(), &Config::defaults());
    assert!(off.by_department.iter().all(|g| g.score.is_none()));
    let on = Config::parse("[score]\nenabled = true\n", None).unwrap();
    let mut share = share();
    let c = consolidated(&share, &on);
    // 1.1 is left out (objective cause in the baseline's remark), 1.2 done on time, 9.9 suspended and due.
    let score = c.by_department[0].score.as_ref().unwrap();
    assert_eq!(
        (score.quantity, score.quality, score.timeliness),
        (50.0, 100.0, 100.0)
    );
    assert_eq!(score.total, 0.4 * 50.0 + 0.3 * 100.0 + 0.3 * 100.0);
    let steps: BTreeMap<&str, f64> = score.steps.iter().map(|(k, v)| (k.as_str(), *v)).collect();
    assert_eq!((steps["counted"], steps["excluded"]), (2.0, 1.0));
    // Without the confirmation the lateness takes 25 % off that task's points.
    for task in &mut share.baseline.tasks {
        task.values.office_remark.clear();
    }
    let c = consolidated(&share, &on);
    let score = c.by_department[0].score.as_ref().unwrap();
    assert!((score.timeliness - (100.0 + 100.0 + 75.0) / 3.0).abs() < 1e-9);
}

#[test]
fn the_same_input_gives_the_same_consolidation() {
    let config = Config::defaults();
    assert_eq!(
        consolidated(&share(), &config),
        consolidated(&share(), &config)
    );
}
