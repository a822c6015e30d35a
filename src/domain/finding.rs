//! Findings: which rule, where, with what; never a sentence.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::cell::CellRef;
use super::field::Field;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Must be mended; the row or file is held back.
    Error,
    /// Must be explained.
    Explain,
    /// Should be looked at.
    Warning,
    /// For information.
    Info,
}

impl Severity {
    /// The word of the JSON interface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Explain => "explain",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A typed argument of a message; `text` alone decides how it is printed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// A day.
    Date(Date),
    /// A number of days.
    Days(i64),
    /// A percentage (80.0 is 80 %).
    Percent(f64),
    /// A plain number.
    Number(f64),
    /// A count.
    Count(u64),
    /// A cell.
    Cell(CellRef),
    /// Somebody's own words, quoted.
    Quoted(String),
    /// A name or a list that is printed as it is.
    Plain(String),
    /// A field, printed by its Vietnamese name.
    Field(Field),
    /// The notation of a recurrence, printed in words.
    Recurrence(String),
    /// A word of the templates, by its key.
    Word(String),
    /// Several, printed one after the other.
    List(Vec<Arg>),
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Code of the catalogue, or of a unit's own rule (`U01`).
    pub code: String,
    /// Severity after the settings.
    pub severity: Severity,
    /// Department it concerns, by code.
    pub department: Option<String>,
    /// File, relative to the share with `/`; as given for `check`.
    pub file: Option<String>,
    /// Sheet.
    pub sheet: Option<String>,
    /// Primary cell.
    pub cell: Option<CellRef>,
    /// All cells of equal findings of a column, the primary one first; one element when alone.
    pub cells: Vec<CellRef>,
    /// Field.
    pub field: Option<Field>,
    /// Task or indicator it concerns, by identity.
    pub task: Option<String>,
    /// The value seen; empty for state secrets.
    pub value: String,
    /// Related cells of the same sheet (or of another, see `args`).
    pub related: Vec<CellRef>,
    /// Arguments of the message, by name.
    pub args: Vec<(String, Arg)>,
    /// Message of a unit's own rule, which stands in the config and not in the templates.
    pub own_message: Option<String>,
}

/// Argument of a finding of a unit's own rule: what to do, as the settings say it.
pub const OWN_REMEDY: &str = "own_remedy";

/// Argument of a finding on a cell that shows what was approved before: the day on which the Office replaced it.
pub const SUPERSEDED: &str = "superseded";

impl Finding {
    /// Whether the cell shows an earlier approved value: the unit proposes nothing.
    #[must_use]
    pub fn is_superseded(&self) -> bool {
        self.args.iter().any(|(name, _)| name == SUPERSEDED)
    }
}
