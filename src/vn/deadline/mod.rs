//! The deadline language: a text, number or date cell → kind, days, rule, precision, doubts.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};

use super::vocabulary::Words;
use crate::domain::deadline::{Deadline, DeadlineKind};
use crate::domain::grid::Shown;

/// What stands in a deadline cell.
#[derive(Clone, Copy, Debug)]
pub enum DeadlineInput<'a> {
    /// A text, as stored.
    Text(&'a str),
    /// A plain number.
    Number(f64),
    /// A date cell.
    Date {
        /// Its value.
        at: DateTime,
        /// How it is shown.
        shown: Shown,
    },
    /// Nothing.
    Empty,
    /// A formula error, as text.
    Error(&'a str),
}

/// What a deadline is read against.
#[derive(Clone, Copy, Debug)]
pub struct DeadlineContext<'a> {
    /// First day of the plan.
    pub plan_start: Date,
    /// Last day of the plan.
    pub plan_end: Date,
    /// The one year of the sheet's title, or `--year`.
    pub year: Option<i16>,
    /// "Before X" excludes X (`[deadlines] before_excludes`).
    pub before_excludes: bool,
    /// Day 1 of the lunar year, by year.
    pub tet: &'a BTreeMap<i16, Date>,
    /// Whether serial numbers count from 1904.
    pub date_1904: bool,
}

impl Words {
    /// Reads a deadline.
    #[must_use]
    pub fn deadline(&self, input: DeadlineInput<'_>, context: &DeadlineContext<'_>) -> Deadline {
        let _ = context;
        match input {
            DeadlineInput::Empty => Deadline::without_day(DeadlineKind::Empty),
            DeadlineInput::Error(_) => Deadline::without_day(DeadlineKind::Invalid),
            _ => Deadline::without_day(DeadlineKind::Unresolved),
        }
    }
}
