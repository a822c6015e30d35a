//! The consolidation: ledger, scorecard and findings as of a day; all that renderers and notices read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::finding::Finding;
use super::indicator::{Indicator, IndicatorFigure, PeriodKey};
use super::ledger::{Event, Frozen, LedgerRow, Proposal};
use super::reading::SkippedRow;
use super::task::TaskId;
use super::verdict::Verdict;

/// Class of a task (SPEC §6, column "Phân loại").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Completed before the nominal due day.
    DoneEarly,
    /// Completed from the nominal to the effective due day.
    DoneOnTime,
    /// Completed after the effective due day.
    DoneLate,
    /// Completed; no completion day or no due day.
    DoneUnknown,
    /// Open, in time.
    OpenInTime,
    /// Open, in time, within the ladder's first step.
    DueSoon,
    /// Open, after the effective due day.
    Overdue,
    /// Its period has not begun.
    NotStartedPeriod,
    /// No due day.
    NoDue,
    /// Waits for an event.
    Waiting,
    /// Deadline unresolved.
    Unresolved,
    /// Suspended by the unit.
    Suspended,
    /// Adjustment asked for.
    Adjustment,
    /// Cannot be done.
    CannotDo,
    /// Cancelled.
    Cancelled,
}

impl Class {
    /// Every class, in the order of the catalogue.
    pub const ALL: &'static [Self] = &[
        Self::DoneEarly,
        Self::DoneOnTime,
        Self::DoneLate,
        Self::DoneUnknown,
        Self::OpenInTime,
        Self::DueSoon,
        Self::Overdue,
        Self::NotStartedPeriod,
        Self::NoDue,
        Self::Waiting,
        Self::Unresolved,
        Self::Suspended,
        Self::Adjustment,
        Self::CannotDo,
        Self::Cancelled,
    ];

    /// Stable name; key of `templates/workbook.toml` `[class]`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DoneEarly => "done_early",
            Self::DoneOnTime => "done_on_time",
            Self::DoneLate => "done_late",
            Self::DoneUnknown => "done_unknown",
            Self::OpenInTime => "open_in_time",
            Self::DueSoon => "due_soon",
            Self::Overdue => "overdue",
            Self::NotStartedPeriod => "not_started_period",
            Self::NoDue => "no_due",
            Self::Waiting => "waiting",
            Self::Unresolved => "unresolved",
            Self::Suspended => "suspended",
            Self::Adjustment => "adjustment",
            Self::CannotDo => "cannot_do",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the task is completed.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(
            self,
            Self::DoneEarly | Self::DoneOnTime | Self::DoneLate | Self::DoneUnknown
        )
    }
}

/// The national bucket (SPEC §6, column "Nhóm").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// Done on time (early included).
    DoneOnTime,
    /// Done late.
    DoneLate,
    /// Open in time.
    OpenInTime,
    /// Open overdue.
    OpenOverdue,
    /// Not considered.
    NotConsidered,
}

impl Bucket {
    /// Stable name; key of `templates/workbook.toml` `[bucket]`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DoneOnTime => "done_on_time",
            Self::DoneLate => "done_late",
            Self::OpenInTime => "open_in_time",
            Self::OpenOverdue => "open_overdue",
            Self::NotConsidered => "not_considered",
        }
    }
}

/// The computed columns of a task as of a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskScore {
    /// Class.
    pub class: Class,
    /// National bucket.
    pub bucket: Bucket,
    /// Nominal due day (of the current occurrence).
    pub due: Option<Date>,
    /// Effective due day.
    pub effective: Option<Date>,
    /// Calendar days left to the effective due day; open tasks in time only.
    pub days_left: Option<i64>,
    /// Calendar days after the effective due day: until D when open, until completion when done late.
    pub days_late: Option<i64>,
    /// Working days in (effective, D] or (effective, completion].
    pub working_days_late: Option<i64>,
    /// Working days in (D, effective]; open tasks in time only.
    pub working_days_left: Option<i64>,
    /// Expected progress by elapsed time, percent.
    pub expected: Option<f64>,
    /// Progress minus expected, percentage points.
    pub difference: Option<f64>,
    /// Completion day that was counted.
    pub completed: Option<Date>,
    /// Recurring tasks: occurrences due so far.
    pub occurrences_due: Option<u32>,
    /// Recurring tasks: occurrences closed so far.
    pub occurrences_done: Option<u32>,
    /// How it came about: step keys of `templates/workbook.toml` `[step]` with their arguments, in order.
    pub steps: Vec<Step>,
}

/// A step: its key and its arguments by name.
pub type Step = (
    Cow<'static, str>,
    Vec<(Cow<'static, str>, super::finding::Arg)>,
);

/// Counts of a group of tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Tasks in all.
    pub total: u64,
    /// By class.
    pub by_class: BTreeMap<Class, u64>,
    /// Tasks with a due day that are due (effective day ≤ D) or completed.
    pub due: u64,
    /// Completed on time (early included) among those due.
    pub due_on_time: u64,
}

impl Counts {
    /// Count of a class.
    #[must_use]
    pub fn of(&self, class: Class) -> u64 {
        self.by_class.get(&class).copied().unwrap_or(0)
    }

    /// Completed in all.
    #[must_use]
    pub fn done(&self) -> u64 {
        Class::ALL
            .iter()
            .filter(|c| c.is_done())
            .map(|c| self.of(*c))
            .sum()
    }

    /// Completed early or on time.
    #[must_use]
    pub fn on_time(&self) -> u64 {
        self.of(Class::DoneEarly) + self.of(Class::DoneOnTime)
    }
}

/// A rate with its parts; `None` value for a zero denominator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Numerator.
    pub numerator: u64,
    /// Denominator.
    pub denominator: u64,
    /// Value in percent, rounded by the setting.
    pub value: Option<f64>,
}

/// A group: department, area, person, or all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupScore {
    /// Key (department code, area title, person's name).
    pub key: String,
    /// Printed name.
    pub name: String,
    /// Counts.
    pub counts: Counts,
    /// Completed / all.
    pub completion: Rate,
    /// On time / all.
    pub on_time: Rate,
    /// On time / due.
    pub on_time_due: Rate,
    /// Overdue / all.
    pub overdue: Rate,
    /// Score by Decree 335/2025, where switched on.
    pub score: Option<Score335>,
}

/// A score in the form of Decree 335/2025: each part in percent, with its parts printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score335 {
    /// Quantity: completed (converted) / assigned (converted).
    pub quantity: f64,
    /// Quality.
    pub quality: f64,
    /// Timeliness: each lateness takes 25 % off that task's points.
    pub timeliness: f64,
    /// Weighted sum.
    pub total: f64,
    /// Every step: label key and number.
    pub steps: Vec<(String, f64)>,
}

/// Rating of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// Reached.
    Met,
    /// Not reached.
    NotMet,
    /// No figures.
    NoFigures,
    /// Its phase has not begun.
    NotYet,
}

impl Rating {
    /// Stable name; key of `templates/workbook.toml` `[rating]`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::NoFigures => "no_figures",
            Self::NotYet => "not_yet",
        }
    }
}

/// An indicator as of a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorScore {
    /// The indicator.
    pub indicator: Indicator,
    /// The newest figure that counts.
    pub latest: Option<IndicatorFigure>,
    /// Its rate in percent, rounded for print only.
    pub rate: Option<Rate>,
    /// Rating, compared as integers before rounding.
    pub rating: Rating,
    /// What is missing in the numerator to reach the target.
    pub missing: Option<i64>,
    /// Change against the period before, percentage points.
    pub trend: Option<f64>,
    /// All figures by period, oldest first: period, numerator, denominator, rate.
    pub series: Vec<SeriesPoint>,
}

/// Period, numerator, denominator, rate in percent.
pub type SeriesPoint = (PeriodKey, Option<i64>, Option<i64>, Option<f64>);

/// A task in the consolidation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConsolidatedTask {
    /// The accepted row (for a baseline task that nobody reported: the baseline's values).
    pub row: LedgerRow,
    /// Computed columns.
    pub score: TaskScore,
    /// Name of the lead department.
    pub lead_name: String,
    /// Codes of all lead departments.
    pub leads: Vec<String>,
    /// The baseline has it and nobody reported it (L04).
    pub unreported: bool,
}

impl ConsolidatedTask {
    /// Whether any report of it was ever accepted; without one nobody may be told that it is late.
    #[must_use]
    pub fn was_accepted(&self) -> bool {
        !self.unreported && !self.row.version.is_empty()
    }
}

/// A department in the consolidation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentState {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Its annex (newest file judged).
    pub file: Option<String>,
    /// Verdict on it.
    pub verdict: Option<Verdict>,
    /// accepted + held.
    pub tasks: u64,
    /// Rows whose values count.
    pub accepted: u64,
    /// Rows whose new values do not count.
    pub held: u64,
    /// Rows refused as state secrets, within `held`.
    pub refused: u64,
    /// Task rows read.
    pub read: u64,
    /// Skipped rows: sheet and row.
    pub skipped: Vec<(String, SkippedRow)>,
    /// Sum of progress read from rows that are accepted or held.
    pub progress_in: f64,
    /// Sum of progress of accepted rows as written to the task list.
    pub progress_out: f64,
    /// The last accepted figures are used since this day, because the newest file is missing or held back.
    pub stale_since: Option<Date>,
    /// When the newest file was saved.
    pub received: Option<Timestamp>,
    /// Who saved it.
    pub modified_by: Option<String>,
    /// Day of its figures.
    pub figures_on: Option<Date>,
}

/// One point of the trend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendPoint {
    /// Day.
    pub day: Date,
    /// Counts of all tasks on that day.
    pub counts: Counts,
}

/// Everything as of a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Consolidation {
    /// The day.
    pub as_of: Date,
    /// Title of the plan.
    pub plan_title: String,
    /// Tasks, in baseline order, then departments' order.
    pub tasks: Vec<ConsolidatedTask>,
    /// Departments in roster order.
    pub departments: Vec<DepartmentState>,
    /// Roll-up of all tasks, each counted once.
    pub all: GroupScore,
    /// Roll-up by department; a task with several leads counts for each.
    pub by_department: Vec<GroupScore>,
    /// Roll-up by area.
    pub by_area: Vec<GroupScore>,
    /// Roll-up by person; empty where annexes name none.
    pub by_person: Vec<GroupScore>,
    /// Indicators.
    pub indicators: Vec<IndicatorScore>,
    /// Findings.
    pub findings: Vec<Finding>,
    /// Open proposals.
    pub proposals: Vec<Proposal>,
    /// Newest events first, bounded.
    pub log: Vec<Event>,
    /// Trend, oldest first.
    pub trend: Vec<TrendPoint>,
    /// Frozen periods.
    pub frozen: Vec<Frozen>,
    /// Newest modification time of any input: stamps the workbook, so that same inputs give same bytes.
    pub newest_input: Option<Timestamp>,
    /// Oddities of the share (twins, interrupted saves): file and reason key.
    pub oddities: Vec<(String, String)>,
    /// Row ids that are held back, by task, with the codes that hold them.
    pub held: BTreeMap<TaskId, Vec<String>>,
    /// Those of them whose row, as typed, says that the task is completed.
    pub held_done: BTreeSet<TaskId>,
}

impl Consolidation {
    /// The phases of the plan: spans of years of the indicators that hold no shorter span, in order.
    #[must_use]
    pub fn phases(&self) -> Vec<(i16, i16)> {
        let mut spans: Vec<(i16, i16)> = self
            .indicators
            .iter()
            .map(|i| (i.indicator.from, i.indicator.to))
            .collect();
        spans.sort_unstable();
        spans.dedup();
        let holds = |a: &(i16, i16), b: &(i16, i16)| a != b && a.0 <= b.0 && b.1 <= a.1;
        let all = spans.clone();
        spans.retain(|span| !all.iter().any(|other| holds(span, other)));
        spans
    }
}
