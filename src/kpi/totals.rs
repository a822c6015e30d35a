//! The nine totals of the JSON interface (SPEC §3 and §11, "Totals").

use serde::Serialize;

use crate::domain::consolidation::{Class, Consolidation, Counts};

/// The totals; all but the first sum up to the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Tasks in all.
    pub assigned: u64,
    /// Completed early or on time.
    pub done_on_time: u64,
    /// Completed late.
    pub done_late: u64,
    /// Completed on an unknown day, or without a due day.
    pub done_unknown: u64,
    /// Open in time, due soon included.
    pub open_in_time: u64,
    /// Open and overdue.
    pub overdue: u64,
    /// Without a due day, waiting, unresolved.
    pub no_due: u64,
    /// Their period has not begun.
    pub not_started_period: u64,
    /// What the unit said: suspended, adjustment asked, cannot be done, cancelled.
    pub other: u64,
}

/// Gives the totals of a consolidation, each task counted once.
#[must_use]
pub fn totals(consolidation: &Consolidation) -> Totals {
    of(&consolidation.all.counts)
}

/// Gives the totals of a group.
#[must_use]
pub fn of(counts: &Counts) -> Totals {
    let sum = |classes: &[Class]| classes.iter().map(|c| counts.of(*c)).sum();
    Totals {
        assigned: counts.total,
        done_on_time: sum(&[Class::DoneEarly, Class::DoneOnTime]),
        done_late: sum(&[Class::DoneLate]),
        done_unknown: sum(&[Class::DoneUnknown]),
        open_in_time: sum(&[Class::OpenInTime, Class::DueSoon]),
        overdue: sum(&[Class::Overdue]),
        no_due: sum(&[Class::NoDue, Class::Waiting, Class::Unresolved]),
        not_started_period: sum(&[Class::NotStartedPeriod]),
        other: sum(&[
            Class::Suspended,
            Class::Adjustment,
            Class::CannotDo,
            Class::Cancelled,
        ]),
    }
}
