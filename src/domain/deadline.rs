//! A deadline as read from its text.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The kind of a deadline text (SPEC §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeadlineKind {
    /// One due day.
    Fixed,
    /// Several due days; due is the last, the earlier ones are checkpoints.
    FixedMulti,
    /// A stretch of time; due is its end.
    Range,
    /// Due again and again.
    Recurring,
    /// Never due.
    OpenEnded,
    /// Waits for an event.
    Conditional,
    /// Refers to something that is not in the annex, or lacks its year.
    Unresolved,
    /// Several readings; due is the stated one.
    Ambiguous,
    /// No such date or period.
    Invalid,
    /// Empty.
    Empty,
    /// "As above", with nothing resolved yet.
    Ditto,
}

impl DeadlineKind {
    /// The word of the JSON interface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::FixedMulti => "fixed-multi",
            Self::Range => "range",
            Self::Recurring => "recurring",
            Self::OpenEnded => "open-ended",
            Self::Conditional => "conditional",
            Self::Unresolved => "unresolved",
            Self::Ambiguous => "ambiguous",
            Self::Invalid => "invalid",
            Self::Empty => "empty",
            Self::Ditto => "ditto",
        }
    }
}

/// How exactly the text named its period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// Six or nine months.
    Half,
    /// A year.
    Year,
    /// The whole plan.
    Plan,
}

/// One due day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DueDay {
    /// The nominal due day.
    pub day: Date,
    /// The day that a "before …" deadline names: rolling forward never reaches it (SPEC §11).
    pub limit: Option<Date>,
}

impl DueDay {
    /// A due day that may roll forward freely.
    #[must_use]
    pub const fn plain(day: Date) -> Self {
        Self { day, limit: None }
    }
}

/// The rule of a recurring deadline; `text` is its stable notation, e.g. `yearly@12-31`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recurrence {
    /// `weekly@fri`, `monthly@last`, `quarterly@end`, `half-yearly@06-30,12-31`, `yearly@06-15,12-15`, `every-2-years@12-31`, `report-periods`.
    pub text: String,
    /// A soft reminder only (weekly): occurrences exist, lateness does not count.
    pub soft: bool,
}

/// Why a reading is to be told to the unit (T10) or needs care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// The text names no year; the context gave one.
    YearFromContext,
    /// The text names no year and the context has none: unresolved.
    NoYear,
    /// Only readable as month/day/year.
    MonthDayYear,
    /// Could be days of a month, or months of a year, and the like.
    TwoReadings,
    /// Two frequencies in one text (quarterly/yearly).
    TwoFrequencies,
    /// Letters of another script or look-alikes (T33 tells it).
    Confusable,
    /// One letter was mended.
    Typo,
    /// The lunar calendar was needed.
    Lunar,
    /// The start of a multi-year cycle is not stated.
    CycleStart,
    /// A number cell that could be a decimal.
    DecimalNumber,
    /// A loose word ("early July") stands for a day by the Civil Code, article 146.
    LowPrecision,
}

/// One way to read an ambiguous text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AltReading {
    /// Kind under this reading.
    pub kind: DeadlineKind,
    /// Due day under this reading, if it has one.
    pub due: Option<Date>,
    /// Recurrence under this reading, if it has one.
    pub rule: Option<String>,
}

/// A deadline as read: kind, days, rule, precision and why.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Deadline {
    /// The kind.
    pub kind: DeadlineKind,
    /// All due days in order: one for `fixed`; checkpoints and the last for `fixed-multi`; the end for `range`;
    /// for `recurring` every occurrence inside the plan.
    pub days: Vec<DueDay>,
    /// First day of the stated period, for "not begun yet"; none for a plain day or "before …".
    pub opens: Option<Date>,
    /// Rule of a recurring deadline.
    pub rule: Option<Recurrence>,
    /// How exactly the text named its period.
    pub precision: Option<Precision>,
    /// All readings of an ambiguous text, the stated one first.
    pub readings: Vec<AltReading>,
    /// What makes the reading doubtful.
    pub doubts: Vec<Doubt>,
}

impl Deadline {
    /// A deadline of a kind without days.
    #[must_use]
    pub const fn without_day(kind: DeadlineKind) -> Self {
        Self {
            kind,
            days: Vec::new(),
            opens: None,
            rule: None,
            precision: None,
            readings: Vec::new(),
            doubts: Vec::new(),
        }
    }

    /// Whether the deadline comes again and again (also an ambiguous one whose stated reading does).
    #[must_use]
    pub const fn recurs(&self) -> bool {
        self.rule.is_some()
    }

    /// The nominal due day that counts for a non-recurring deadline: the last one.
    #[must_use]
    pub fn final_due(&self) -> Option<DueDay> {
        if self.recurs() {
            None
        } else {
            self.days.last().copied()
        }
    }

    /// The due day to show as of a day: the final one, or the next occurrence of a recurring deadline (the last one when all are past).
    #[must_use]
    pub fn due_as_of(&self, as_of: Date) -> Option<DueDay> {
        if self.recurs() {
            self.days
                .iter()
                .find(|d| d.day >= as_of)
                .or(self.days.last())
                .copied()
        } else {
            self.days.last().copied()
        }
    }
}
