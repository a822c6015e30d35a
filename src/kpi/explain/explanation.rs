//! An explanation as data: figures, steps, cells, findings, history.

use jiff::civil::Date;
use serde::Serialize;

use crate::domain::indicator::IndicatorFigure;
use crate::domain::ledger::Event;
use crate::domain::snapshot::SeenFile;

/// A figure as shown: its value, and how it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Stable name.
    pub name: String,
    /// Printed name.
    pub label: String,
    /// Printed value.
    pub value: String,
    /// How it is made, in words.
    pub formula: String,
    /// Identities of the rows it counts.
    pub rows: Vec<String>,
}

/// A value and the cell it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CellTrace {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
    /// File, relative to the share.
    pub file: String,
    /// Sheet.
    pub sheet: String,
    /// Cell; empty where none is known.
    pub cell: String,
    /// The three in words.
    pub place: String,
}

/// How the figures of a task, an indicator or a department came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// `task`, `indicator`, `department`, `phase` or `all`.
    pub kind: String,
    /// Identity or code.
    pub key: String,
    /// Content or name.
    pub name: String,
    /// Day of the figures.
    pub as_of: Date,
    /// Figures.
    pub figures: Vec<Shown>,
    /// How it was decided, step by step.
    pub steps: Vec<String>,
    /// Where the values were read.
    pub cells: Vec<CellTrace>,
    /// Findings that concern it: code, place and message.
    pub findings: Vec<String>,
    /// Newest changes first.
    pub history: Vec<String>,
}

/// What an explanation may look up besides the consolidation; each may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    /// Accepted figures of the ledger of the day.
    pub figures: &'a [IndicatorFigure],
    /// History up to the day.
    pub events: &'a [Event],
    /// Files of the share: those the figures were accepted from name the cell of every value.
    pub files: &'a [SeenFile],
}
