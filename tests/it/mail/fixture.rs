//! A small board: two departments and an Office, a leader, and tasks scored by the plain rules of the ladder.

use std::collections::BTreeMap;

use annexd::config::Config;
use annexd::domain::calendar::Calendar;
use annexd::domain::cell::CellRef;
use annexd::domain::consolidation::{
    Bucket, Class, ConsolidatedTask, Consolidation, Counts, DepartmentState, GroupScore, Rate,
    TaskScore,
};
use annexd::domain::deadline::{Deadline, DeadlineKind, DueDay, Recurrence};
use annexd::domain::finding::{Finding, Severity};
use annexd::domain::ledger::LedgerRow;
use annexd::domain::notice::SaidLedger;
use annexd::domain::now::Now;
use annexd::domain::task::{Source, TaskValues};
use annexd::notices::{Input, Plan};
use jiff::civil::{Date, date};

pub const CONFIG: &str = r#"
[[department]]
code = "VP"
name = "Văn phòng"
folder = "van-phong"
mail = ["vanphong@example.vn"]
head = ["chanhvanphong@example.vn"]
office = true
[[department]]
code = "QLDT"
name = "Phòng Quản lý đầu tư"
folder = "qldt"
mail = ["qldt@example.vn"]
head = ["truongphong.qldt@example.vn"]
[[department]]
code = "QLDN"
name = "Phòng Quản lý doanh nghiệp"
folder = "qldn"
mail = ["qldn@example.vn"]
head = ["qldn@example.vn"]
[[leader]]
name = "Trưởng ban"
mail = ["truongban@example.vn"]
departments = ["*"]
[[leader]]
name = "Phó Trưởng ban phụ trách đầu tư"
mail = ["ptb@example.vn"]
departments = ["QLDT"]
[mail]
operator = ["quantri@example.vn"]
"#;

pub struct Board {
    pub config: Config,
    pub calendar: Calendar,
    pub tasks: Vec<ConsolidatedTask>,
    pub findings: Vec<Finding>,
    pub said: SaidLedger,
    pub alarms: Vec<String>,
    pub refused: Vec<(String, String)>,
    pub released: bool,
}

impl Board {
    pub fn new() -> Self {
        Self::with(CONFIG)
    }

    pub fn with(config: &str) -> Self {
        let mut calendar = Calendar {
            roll_forward: true,
            ..Calendar::default()
        };
        // The National Day and its neighbour.
        calendar.rest.extend([date(2026, 9, 1), date(2026, 9, 2)]);
        Self {
            config: Config::parse(config, None).unwrap(),
            calendar,
            tasks: Vec::new(),
            findings: Vec::new(),
            said: SaidLedger::default(),
            alarms: Vec::new(),
            refused: Vec::new(),
            released: false,
        }
    }

    /// Scores the tasks as of a day and gives the consolidation.
    pub fn consolidation(&self, day: Date) -> Consolidation {
        let tasks: Vec<ConsolidatedTask> = self
            .tasks
            .iter()
            .map(|t| {
                let mut t = t.clone();
                t.score = score(&t, day, &self.calendar);
                t
            })
            .collect();
        let departments = self
            .config
            .roster
            .departments
            .iter()
            .map(|d| DepartmentState {
                code: d.code.clone(),
                name: d.name.clone(),
                file: Some(format!("{}/bieu.xlsx", d.code.to_lowercase())),
                verdict: None,
                tasks: 0,
                accepted: 0,
                held: 0,
                refused: 0,
                read: 0,
                skipped: Vec::new(),
                progress_in: 0.0,
                progress_out: 0.0,
                stale_since: None,
                received: None,
                modified_by: None,
                figures_on: Some(date(2026, 6, 1)),
            })
            .collect();
        Consolidation {
            as_of: day,
            plan_title: self.config.plan.title.clone(),
            tasks,
            departments,
            all: group(),
            by_department: Vec::new(),
            by_area: Vec::new(),
            by_person: Vec::new(),
            indicators: Vec::new(),
            findings: self.findings.clone(),
            proposals: Vec::new(),
            log: Vec::new(),
            trend: Vec::new(),
            frozen: Vec::new(),
            newest_input: None,
            oddities: Vec::new(),
            held: BTreeMap::new(),
            held_done: std::collections::BTreeSet::new(),
        }
    }

    /// Plans a day without writing it down.
    pub fn look(&self, day: Date) -> Plan {
        self.look_at(&now(day, 8, 0), true)
    }

    pub fn look_at(&self, now: &Now, at_once: bool) -> Plan {
        let consolidation = self.consolidation(now.as_of);
        annexd::notices::plan(&Input {
            consolidation: &consolidation,
            said: &self.said,
            config: &self.config,
            calendar: &self.calendar,
            now,
            at_once,
            alarms: &self.alarms,
            refused: &self.refused,
            released: self.released,
        })
    }

    /// Plans a day and keeps what was said.
    pub fn pass(&mut self, day: Date) -> Plan {
        let plan = self.look(day);
        self.said = plan.said.clone();
        plan
    }

    /// What one address hears on a day: reasons with their steps.
    pub fn hears(&mut self, day: Date, to: &str) -> Vec<(String, Option<u32>)> {
        heard(&self.pass(day), to)
    }
}

pub fn heard(plan: &Plan, to: &str) -> Vec<(String, Option<u32>)> {
    plan.decisions
        .iter()
        .filter(|d| d.to == to)
        .flat_map(|d| &d.items)
        .map(|i| {
            let reason = serde_json::to_value(i.reason).unwrap();
            (reason.as_str().unwrap().to_owned(), i.step)
        })
        .collect()
}

pub fn now(day: Date, hour: i8, minute: i8) -> Now {
    let local = day.at(hour, minute, 0, 0);
    Now {
        instant: local
            .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7)))
            .unwrap()
            .timestamp(),
        local,
        as_of: day,
        as_of_given: false,
        doubted: false,
    }
}

fn group() -> GroupScore {
    let rate = Rate {
        numerator: 0,
        denominator: 0,
        value: None,
    };
    GroupScore {
        key: String::new(),
        name: String::new(),
        counts: Counts::default(),
        completion: rate.clone(),
        on_time: rate.clone(),
        on_time_due: rate.clone(),
        overdue: rate,
        score: None,
    }
}

/// A task due on a day, led by a department.
pub fn task(id: &str, lead: &str, due: Date) -> ConsolidatedTask {
    let mut values = TaskValues {
        code: id.to_owned(),
        content: format!("Nhiệm vụ số {id}"),
        deadline_text: annexd::text::date(due),
        ..TaskValues::default()
    };
    set_due(&mut values, due);
    ConsolidatedTask {
        row: LedgerRow {
            id: id.to_owned(),
            department: lead.to_owned(),
            values: values.into(),
            source: Source {
                file: format!("{}/bieu.xlsx", lead.to_lowercase()),
                sheet: "Biểu 01".to_owned(),
                cell: Some(CellRef::new(13, 2)),
            },
            version: "v".to_owned(),
            figures_on: date(2026, 6, 1),
            changed_on: date(2026, 6, 1),
            completions: Vec::new(),
            outside_plan: false,
            stale: false,
        },
        score: blank(),
        lead_name: match lead {
            "VP" => "Văn phòng",
            "QLDT" => "Phòng Quản lý đầu tư",
            _ => "Phòng Quản lý doanh nghiệp",
        }
        .to_owned(),
        leads: vec![lead.to_owned()],
        unreported: false,
    }
}

pub fn set_due(values: &mut TaskValues, due: Date) {
    values.deadline_text = annexd::text::date(due);
    values.deadline = Deadline {
        days: vec![DueDay::plain(due)],
        ..Deadline::without_day(DeadlineKind::Fixed)
    };
}

/// Makes a task recur on days; `completed` closes the occurrences up to it.
pub fn recurring(mut task: ConsolidatedTask, days: &[Date]) -> ConsolidatedTask {
    task.row.values.deadline = Deadline {
        days: days.iter().copied().map(DueDay::plain).collect(),
        rule: Some(Recurrence {
            text: "monthly@last".to_owned(),
            soft: false,
        }),
        ..Deadline::without_day(DeadlineKind::Recurring)
    };
    task
}

fn blank() -> TaskScore {
    TaskScore {
        class: Class::OpenInTime,
        bucket: Bucket::OpenInTime,
        due: None,
        effective: None,
        days_left: None,
        days_late: None,
        working_days_late: None,
        working_days_left: None,
        expected: None,
        difference: None,
        completed: None,
        occurrences_due: None,
        occurrences_done: None,
        steps: Vec::new(),
    }
}

/// The plain rules of SPEC §11, enough for ladders.
fn score(task: &ConsolidatedTask, day: Date, calendar: &Calendar) -> TaskScore {
    let values = &task.row.values;
    let mut s = blank();
    let current = if values.deadline.recurs() {
        values
            .deadline
            .days
            .iter()
            .find(|d| values.completed.is_none_or(|c| c < d.day))
            .or(values.deadline.days.last())
            .copied()
    } else {
        values.deadline.final_due()
    };
    let Some(due) = current else {
        s.class = Class::NoDue;
        s.bucket = Bucket::NotConsidered;
        return s;
    };
    let effective = calendar.effective(due);
    s.due = Some(due.day);
    s.effective = Some(effective);
    let closed = values.completed.filter(|_| !values.deadline.recurs());
    if let Some(completed) = closed {
        (s.class, s.bucket) = if completed <= effective {
            (Class::DoneOnTime, Bucket::DoneOnTime)
        } else {
            (Class::DoneLate, Bucket::DoneLate)
        };
    } else if day > effective {
        s.class = Class::Overdue;
        s.bucket = Bucket::OpenOverdue;
        s.days_late = Some(i64::from(day.since(effective).unwrap().get_days()));
        s.working_days_late = Some(calendar.working_days(effective, day));
    } else {
        let left = calendar.working_days(day, effective);
        s.class = if left <= 7 {
            Class::DueSoon
        } else {
            Class::OpenInTime
        };
        s.days_left = Some(i64::from(effective.since(day).unwrap().get_days()));
        s.working_days_left = Some(left);
    }
    s
}

/// A finding of a department; its words stand in it, so that no catalogue is needed.
pub fn finding(code: &str, severity: Severity, department: &str) -> Finding {
    Finding {
        code: code.to_owned(),
        severity,
        department: Some(department.to_owned()),
        file: Some(format!("{}/bieu.xlsx", department.to_lowercase())),
        sheet: Some("Biểu 01".to_owned()),
        cell: Some(CellRef::new(13, 6)),
        cells: vec![CellRef::new(13, 6)],
        field: None,
        task: None,
        value: String::new(),
        related: Vec::new(),
        args: Vec::new(),
        own_message: Some("Nội dung cần xem lại.".to_owned()),
    }
}
