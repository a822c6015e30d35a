//! Verdicts: what the rules say of a share, before anything is changed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::field::Field;
use super::finding::Finding;
use super::indicator::IndicatorFigure;
use super::ledger::{Change, Ledger, Proposal, Source, TaskId, TaskValues};
use super::reading::SkippedRow;
use super::shared::Shared;

/// Verdict on a file (SPEC §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing to remark.
    Accepted,
    /// It counts, with an error, explain or warning.
    AcceptedWithRemarks,
    /// No row of it counts.
    HeldBack,
}

impl Verdict {
    /// The word of the JSON interface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::AcceptedWithRemarks => "accepted-with-remarks",
            Self::HeldBack => "held-back",
        }
    }
}

/// The approved annex.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Tasks by identity, in the order of the annex.
    pub tasks: Vec<BaselineTask>,
    /// Hash over its files.
    pub hash: String,
    /// Columns that it has: a field without a column is nobody's to lock.
    #[serde(default)]
    pub columns: BTreeSet<Field>,
}

/// A task of the approved annex.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineTask {
    /// Identity.
    pub id: TaskId,
    /// Its values: content, product, lead, cooperating units, deadline, area are the locked ones.
    pub values: TaskValues,
    /// Where it stands.
    pub source: Source,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Its values count (locked cells already replaced by the baseline's where they differed).
    Accepted(Shared<TaskValues>),
    /// Its new values do not count; the last accepted ones, if any, stand.
    Held,
    /// A state secret: refused, nothing of it is kept.
    Refused,
}

/// A row judged.
#[derive(Clone, Debug, PartialEq)]
pub struct RowVerdict {
    /// Index of the file in `Assessment::files`.
    pub file: usize,
    /// Where.
    pub source: Source,
    /// Identity; empty for a refused row, and for a held row that could not be identified.
    pub id: TaskId,
    /// Department whose row it is, by code.
    pub department: String,
    /// What becomes of it.
    pub outcome: Outcome,
    /// Codes that hold it.
    pub held_by: Vec<String>,
    /// The baseline lacks it.
    pub outside_plan: bool,
    /// What differs from the last accepted values.
    pub changes: Vec<Change>,
    /// A change of a frozen period (E10).
    pub after_freeze: bool,
    /// Progress as read, for the control sums.
    pub progress: Option<f64>,
}

/// A file judged.
#[derive(Clone, Debug, PartialEq)]
pub struct FileVerdict {
    /// Path relative to the share.
    pub path: String,
    /// Department, by code.
    pub department: Option<String>,
    /// Verdict.
    pub verdict: Verdict,
    /// Task rows read.
    pub read: u64,
    /// Rows accepted.
    pub accepted: u64,
    /// Rows held back (state secrets among them).
    pub held: u64,
    /// Skipped rows by sheet.
    pub skipped: Vec<(String, SkippedRow)>,
    /// The whole file is held back (as against rows).
    pub file_held: bool,
}

/// An indicator row judged.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureVerdict {
    /// Index of the file.
    pub file: usize,
    /// Where.
    pub source: Source,
    /// The figure, when it counts.
    pub figure: Option<IndicatorFigure>,
    /// Codes that hold it.
    pub held_by: Vec<String>,
}

/// Everything the rules said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assessment {
    /// Files, in path order.
    pub files: Vec<FileVerdict>,
    /// Rows, in file order, then sheet order, then row order.
    pub rows: Vec<RowVerdict>,
    /// Indicator rows.
    pub figures: Vec<FigureVerdict>,
    /// Findings, sorted by file, sheet, cell, code.
    pub findings: Vec<Finding>,
    /// Proposed changes.
    pub proposals: Vec<Proposal>,
    /// Departments as known now, code → name: the roster's, or those the workbooks tell of.
    pub departments: Vec<(String, String)>,
    /// Departments whose newest file is held back or missing, with the reason's code.
    pub silent: BTreeMap<String, String>,
    /// Cells that show what was approved before and then replaced, by task.
    pub outdated: BTreeSet<(TaskId, Field)>,
    /// What the operator must hear: a unit's own rule that could not be evaluated, one line each.
    pub troubles: Vec<String>,
}

/// What the rules look at besides the readings.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// The baseline, when there is one.
    pub baseline: Option<&'a Baseline>,
    /// As-of day.
    pub as_of: Date,
}
