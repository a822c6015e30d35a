//! The ledger: what has been accepted, with its history.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::baseline::Baseline;
use super::field::Field;
use super::indicator::{IndicatorFigure, PeriodKey};
use super::shared::Shared;
use super::task::{Completion, Source, TaskId, TaskValues};
use super::verdict::Verdict;

/// An accepted row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// Identity.
    pub id: TaskId,
    /// Department whose annex reports it, by code.
    pub department: String,
    /// Accepted values.
    pub values: Shared<TaskValues>,
    /// Where they were read.
    pub source: Source,
    /// Hash of the workbook version they were accepted from.
    pub version: String,
    /// The day of the figures: local day of the modification time of that version, never after the as-of day.
    pub figures_on: Date,
    /// The as-of day on which these values were last changed.
    pub changed_on: Date,
    /// Accepted completions, oldest first.
    pub completions: Vec<Completion>,
    /// Whether the baseline lacks it.
    pub outside_plan: bool,
    /// The newest version of the annex did not count for this row: its values are the last accepted ones.
    pub stale: bool,
}

/// A workbook version that arrived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// Hash of its bytes.
    pub hash: String,
    /// File, relative to the share.
    pub file: String,
    /// Department, by code, if known.
    pub department: Option<String>,
    /// When it was first seen.
    pub seen: Timestamp,
    /// Its modification time.
    pub modified: Timestamp,
    /// Who saved it, as the workbook tells.
    pub modified_by: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// Verdict.
    pub verdict: Verdict,
}

/// A department's state in the ledger.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DepartmentState {
    /// Name when it was last seen (departments without a roster).
    pub name: String,
    /// Its annex's last judged version.
    pub last_seen: Option<Version>,
    /// The last version any row of which was accepted.
    pub last_accepted: Option<Version>,
    /// As-of day of the last accepted change of any value.
    pub last_change: Option<Date>,
    /// Since when the newest file has been held back.
    pub held_since: Option<Date>,
}

/// A change the unit proposes against the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Task.
    pub task: TaskId,
    /// Proposing department.
    pub department: String,
    /// Field; none for a row outside the plan.
    pub field: Option<Field>,
    /// Baseline value.
    pub old: String,
    /// Proposed value.
    pub new: String,
    /// Number of the document that allows it, if the row names one.
    pub document: Option<String>,
    /// Where.
    pub source: Source,
    /// Since when, as-of day.
    pub since: Date,
}

impl Proposal {
    /// Whether another one proposes the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.task, &self.department, self.field, &self.new)
            == (&other.task, &other.department, other.field, &other.new)
    }
}

/// What happened to a row, in order; any past day is a replay of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The instant of the pass.
    pub at: Timestamp,
    /// The as-of day of the pass.
    pub day: Date,
    /// Department.
    pub department: String,
    /// Task or indicator (`indicator|period`).
    pub task: TaskId,
    /// Who saved the workbook, as it tells.
    pub by: Option<String>,
    /// Where.
    pub source: Source,
    /// Version of the workbook.
    pub version: String,
    /// What.
    pub kind: EventKind,
}

/// Kinds of events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum EventKind {
    /// The row's values were accepted: the whole row after it, and what changed.
    Accepted {
        /// The row as it is from now on.
        row: Box<LedgerRow>,
        /// Changed fields with old and new text; empty when first accepted.
        changes: Vec<Change>,
        /// It belongs to a frozen period (E10).
        after_freeze: bool,
    },
    /// The row's new values were held back.
    Held {
        /// Codes of the findings that hold it.
        codes: Vec<String>,
        /// What was not accepted.
        changes: Vec<Change>,
    },
    /// The row left the ledger: the Office withdrew it from the baseline, or a row outside the plan is gone.
    Withdrawn,
    /// The row's standing changed without a change of values (stale mark set or cleared, source moved).
    Marked {
        /// The row as it is from now on.
        row: Box<LedgerRow>,
    },
    /// A version of a department's annex was judged: what is known of the department from now on, and which of its rows stand unchanged.
    Received {
        /// The department as it is from now on.
        state: Box<DepartmentState>,
        /// Day of the figures of that version.
        figures_on: Date,
        /// Rows that this version confirms without a change.
        confirmed: Vec<TaskId>,
    },
    /// The Office approved an annex: what was planned from then on.
    Approved {
        /// The approved annex.
        baseline: Box<Baseline>,
    },
    /// A unit proposes a change against the approved annex, or proposes it with another text or document.
    Proposed {
        /// The proposal.
        proposal: Proposal,
    },
    /// A proposal is open no more.
    Settled {
        /// The proposal.
        proposal: Proposal,
        /// The approved annex says now what was proposed.
        approved: bool,
    },
    /// What was kept of rows that are state secrets was taken out everywhere (T35); nothing of them is told here.
    Purged {
        /// Versions whose bytes left the vault, by hash.
        versions: Vec<String>,
    },
    /// An indicator's figure was accepted.
    Figure {
        /// The figure.
        figure: IndicatorFigure,
        /// The one before.
        old: Option<IndicatorFigure>,
    },
}

/// One changed field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Field.
    pub field: Field,
    /// Old text.
    pub old: String,
    /// New text.
    pub new: String,
}

/// A frozen period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frozen {
    /// Period.
    pub period: PeriodKey,
    /// Cut-off day.
    pub cut_off: Date,
    /// When it was frozen.
    pub at: Timestamp,
    /// By whom (login name).
    pub by: String,
    /// Hash of the frozen workbook.
    pub hash: String,
    /// Its path below the share.
    pub path: String,
    /// The Word report that was written with it; none of periods that were frozen before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<FrozenFile>,
}

/// A file that was frozen beside the workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenFile {
    /// Its path below the share.
    pub path: String,
    /// Hash of its bytes.
    pub hash: String,
}

/// Everything accepted so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// Accepted rows by task. Where two departments claim one task, the lead's row.
    pub rows: BTreeMap<TaskId, LedgerRow>,
    /// Departments by code.
    pub departments: BTreeMap<String, DepartmentState>,
    /// Accepted figures by (indicator, period, department).
    pub figures: Vec<IndicatorFigure>,
    /// Open proposals.
    pub proposals: Vec<Proposal>,
    /// Frozen periods, in order.
    pub frozen: Vec<Frozen>,
    /// Hash over the baseline's files when it was last read, for the Office's own changes.
    pub baseline: String,
    /// The last baseline that could be read: it stands while the newest one is damaged.
    #[serde(default)]
    pub approved: Option<Baseline>,
    /// What was accepted with a remark that stays until the cell is mended (E07, E10), by task.
    #[serde(default)]
    pub remarks: BTreeMap<TaskId, Vec<Remark>>,
    /// What the Office replaced in the approved annex, by task, as long as a workbook may still show it.
    #[serde(default)]
    pub superseded: BTreeMap<TaskId, Vec<Superseded>>,
    /// Marks of tasks that were a state secret and that no annex shows openly since.
    #[serde(default)]
    pub hushed: BTreeSet<String>,
}

/// What was approved of a task until the Office changed it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Superseded {
    /// Approved values of before.
    pub values: TaskValues,
    /// Columns that were changed and of which no workbook has shown the new text yet; none where the task left the plan.
    pub fields: BTreeSet<Field>,
    /// As-of day of the change.
    pub day: Date,
}

/// A remark on an accepted change: the version that brought it is the accepted one by now, so nothing else tells of it any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    /// Code of the finding.
    pub code: String,
    /// Field.
    pub field: Field,
    /// Text before the change.
    pub old: String,
    /// As-of day of the change.
    pub day: Date,
}
