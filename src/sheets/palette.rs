//! The colours of the published workbooks: each means one thing, here and nowhere else, and has a hatch for black-and-white print.

use crate::book::{Align, Hatch, Style, VAlign};
use crate::domain::consolidation::{Class, Rating};
use crate::domain::finding::Severity;

/// Text.
pub const INK: u32 = 0x1F_2937;
/// Titles and the board's own colour.
pub const NAVY: u32 = 0x1F_3864;
/// Text of lesser weight; rows whose figures are old.
pub const MUTED: u32 = 0x5F_6B7A;
/// Lines of tables.
pub const LINE: u32 = 0xBF_C7D1;
/// Fill of headings.
pub const HEADING: u32 = 0xDC_E6F1;
/// Fill of total rows.
pub const TOTAL: u32 = 0xEE_F2F7;
/// Links.
pub const LINK: u32 = 0x1F_5FBF;

/// One meaning: a strong colour for bars and words, a soft one for cells, a hatch for print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Bars, big numbers, words.
    pub strong: u32,
    /// Fill of a cell.
    pub soft: u32,
    /// Tells series apart in black and white.
    pub hatch: Option<Hatch>,
}

/// Completed early or on time.
pub const DONE: Meaning = Meaning {
    strong: 0x2E_7D4F,
    soft: 0xDF_F0E4,
    hatch: None,
};
/// Completed late.
pub const DONE_LATE: Meaning = Meaning {
    strong: 0x9A_8B2F,
    soft: 0xF3_EFD2,
    hatch: Some(Hatch::Horizontal),
};
/// Completed on an unknown day.
pub const DONE_UNKNOWN: Meaning = Meaning {
    strong: 0x7F_B998,
    soft: 0xEC_F5EF,
    hatch: Some(Hatch::Dots),
};
/// Open and in time.
pub const IN_TIME: Meaning = Meaning {
    strong: 0x7F_B2E5,
    soft: 0xDD_E9F7,
    hatch: None,
};
/// Due soon.
pub const SOON: Meaning = Meaning {
    strong: 0xE0_9A00,
    soft: 0xFD_F0CF,
    hatch: Some(Hatch::Dots),
};
/// Overdue.
pub const OVERDUE: Meaning = Meaning {
    strong: 0xC0_2B2B,
    soft: 0xFA_DEDC,
    hatch: Some(Hatch::Diagonal),
};
/// Nothing is due.
pub const REST: Meaning = Meaning {
    strong: 0xD3_D9E0,
    soft: 0xEE_F0F3,
    hatch: None,
};
/// Said by the unit: suspended, adjustment asked, cannot be done, cancelled.
pub const SAID: Meaning = Meaning {
    strong: 0x6A_4C93,
    soft: 0xE9_E1F2,
    hatch: Some(Hatch::Dots),
};

/// The meaning of a class.
#[must_use]
pub const fn class(class: Class) -> Meaning {
    match class {
        Class::DoneEarly | Class::DoneOnTime => DONE,
        Class::DoneLate => DONE_LATE,
        Class::DoneUnknown => DONE_UNKNOWN,
        Class::OpenInTime => IN_TIME,
        Class::DueSoon => SOON,
        Class::Overdue => OVERDUE,
        Class::NotStartedPeriod | Class::NoDue | Class::Waiting | Class::Unresolved => REST,
        Class::Suspended | Class::Adjustment | Class::CannotDo | Class::Cancelled => SAID,
    }
}

/// The meaning of a severity: what must be done is red, what must be explained amber.
#[must_use]
pub const fn severity(severity: Severity) -> Meaning {
    match severity {
        Severity::Error => OVERDUE,
        Severity::Explain => SOON,
        Severity::Warning => DONE_LATE,
        Severity::Info => REST,
    }
}

/// The meaning of a rating.
#[must_use]
pub const fn rating(rating: Rating) -> Meaning {
    match rating {
        Rating::Met => DONE,
        Rating::NotMet => OVERDUE,
        Rating::NoFigures => SOON,
        Rating::NotYet => REST,
    }
}

/// Style of a sheet's title.
#[must_use]
pub fn title() -> Style {
    Style {
        bold: true,
        size: 150,
        color: Some(NAVY),
        valign: VAlign::Center,
        ..Style::default()
    }
}

/// Style of the lines below a title.
#[must_use]
pub fn remark() -> Style {
    Style {
        italic: true,
        size: 100,
        color: Some(MUTED),
        valign: VAlign::Center,
        ..Style::default()
    }
}

/// Style of table headings.
#[must_use]
pub fn heading() -> Style {
    Style {
        bold: true,
        size: 100,
        color: Some(NAVY),
        fill: Some(HEADING),
        border: Some(LINE),
        align: Align::Center,
        valign: VAlign::Center,
        wrap: true,
        ..Style::default()
    }
}
