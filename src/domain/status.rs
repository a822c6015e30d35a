//! What a unit says about a task.

use serde::{Deserialize, Serialize};

/// What the unit typed in the status column, by meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not begun.
    NotStarted,
    /// Under way (also "blocked", "being redone": still open).
    InProgress,
    /// Completed.
    Completed,
    /// Handed in, waits for approval or for an event: not completed.
    Waiting,
    /// Suspended by the unit, with a reason.
    Suspended,
    /// The unit asks to adjust the deadline or the task.
    Adjustment,
    /// The unit says it cannot be done.
    CannotDo,
    /// Cancelled.
    Cancelled,
    /// Routine without an end ("continuous").
    Ongoing,
}

impl Status {
    /// The name used in JSON and CEL (`row.status == 'completed'`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Waiting => "waiting",
            Self::Suspended => "suspended",
            Self::Adjustment => "adjustment",
            Self::CannotDo => "cannot_do",
            Self::Cancelled => "cancelled",
            Self::Ongoing => "ongoing",
        }
    }
}

/// A class that the unit typed along with its status ("done on time"): only compared (T27), never believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypedClass {
    /// Completed before the due day.
    DoneEarly,
    /// Completed on time.
    DoneOnTime,
    /// Completed late.
    DoneLate,
    /// Open and in time.
    OpenInTime,
    /// Open and late.
    OpenLate,
    /// Not due yet.
    NotDue,
    /// Without a due day.
    NoDue,
}

/// A status word as understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StatusWord {
    /// Its meaning.
    pub status: Status,
    /// The class it also claims, if any.
    pub claims: Option<TypedClass>,
}
