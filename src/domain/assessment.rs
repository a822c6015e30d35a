//! Verdicts: what the rules say of a share, before anything is changed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::baseline::Baseline;
use super::field::Field;
use super::finding::Finding;
use super::indicator::IndicatorFigure;
use super::ledger::{Change, Ledger, Proposal};
use super::reading::SkippedRow;
use super::shared::Shared;
use super::task::{Source, TaskId, TaskValues};
use super::verdict::Verdict;

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
