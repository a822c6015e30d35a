//! What a deadline text is made of once its periods and frequencies are recognised.

/// A period or day as named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub unit: Unit,
    pub year: Option<i16>,
    pub edge: Edge,
    pub alt: Alt,
    /// No such day or period, whatever the year.
    pub bad: bool,
}

/// Its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Day {
        d: u8,
        m: u8,
    },
    /// A day whose month stands elsewhere.
    DayOfMonth(u8),
    /// A day of the last month of every quarter.
    QuarterDay(u8),
    /// A week of a month; 0 is the last one.
    Week {
        n: u8,
        m: u8,
    },
    Month(u8),
    Quarter(u8),
    /// The first months of a year.
    First(u8),
    /// The last months of a year.
    Last(u8),
    Year,
    Plan,
    Tet,
}

/// A part of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    Whole,
    Start,
    Middle,
    End,
}

/// Another way to read the same signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alt {
    None,
    /// Only a month before the day makes sense.
    MonthDayYear,
    /// `3-5/2026`, read as months: a day just as well.
    DayInstead {
        d: u8,
        m: u8,
    },
    /// `6/26`, read as a month of a short year: a month and its day just as well.
    DayOfNoYear {
        d: u8,
        m: u8,
    },
    /// A shortened year or another guess.
    Guess,
    /// The other end of a range named the year; this end lies beyond the new year.
    OverNewYear,
}

impl Span {
    /// Month and day it begins with, within its year; none for what has no place in a year.
    pub const fn place(&self) -> Option<(u8, u8)> {
        match self.unit {
            Unit::Day { d, m } => Some((m, d)),
            Unit::Week { m, .. } | Unit::Month(m) => Some((m, 1)),
            Unit::Quarter(q @ 1..=4) => Some((q * 3 - 2, 1)),
            Unit::First(_) => Some((1, 1)),
            Unit::Last(n @ 1..=12) => Some((13 - n, 1)),
            _ => None,
        }
    }

    pub const fn new(unit: Unit, year: Option<i16>) -> Self {
        Self {
            unit,
            year,
            edge: Edge::Whole,
            alt: Alt::None,
            bad: false,
        }
    }

    pub const fn bad() -> Self {
        Self {
            unit: Unit::Year,
            year: Some(0),
            edge: Edge::Whole,
            alt: Alt::None,
            bad: true,
        }
    }

    pub const fn with(self, alt: Alt) -> Self {
        Self { alt, ..self }
    }
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Freq {
    Week,
    /// Twice a month.
    HalfMonth,
    /// Every so many months: 1, 3, 6, 4.
    Months(u8),
    /// Every so many years.
    Years(u8),
}

/// A part of the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Span(Span),
    Freq(Freq, Edge),
    /// A unit without a number: a frequency in a list, or the current one.
    Alone(Freq, Edge),
    Before,
    By,
    Until,
    Inside,
    From,
    Onwards,
    After,
    Comma,
    And,
    Or,
    Dash,
    Ongoing,
    OnDemand,
    Event,
    Refer,
    Unsure,
    NextYears,
    NextYear,
    Whole,
    Periodic,
    Open,
    Close,
    /// So many days; working days or not.
    Duration {
        days: u16,
        working: bool,
    },
    /// A day of the lunar calendar.
    Lunar,
    /// Counted from something that is not named.
    Relative,
    Weekday(u8),
    /// "The last working day (of)".
    LastWorkday,
    Since,
    Junk,
    /// A number or numeral that belongs to nothing.
    LostNumber,
}
