//! Number formats, fonts and serial days of a workbook.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Span};

use crate::domain::grid::{Legacy, Shown};

/// Tells the old encoding a font name stands for (`.VnTime`, `.VnTimeH`, `VNI-Times`).
#[must_use]
pub fn font_encoding(font: &str) -> Legacy {
    let name = font.trim().to_lowercase();
    if name.starts_with(".vn") {
        if name.trim_end_matches(char::is_whitespace).ends_with('h') {
            Legacy::Tcvn3Upper
        } else {
            Legacy::Tcvn3
        }
    } else if name.starts_with("vni-") || name.starts_with("vni ") {
        Legacy::Vni
    } else {
        Legacy::No
    }
}

/// Tells how a number format shows its number (ECMA-376 part 1, §18.8.30); `id` decides the built-in ones.
#[must_use]
pub fn shown(code: &str, id: Option<u32>) -> Shown {
    match id {
        Some(9 | 10) => return Shown::Percent,
        Some(14..=16 | 22) => return Shown::Day,
        Some(17) => return Shown::Month,
        Some(18..=21 | 45..=47) => return Shown::Time,
        Some(49) => return Shown::Text,
        Some(27..=31 | 34..=36 | 50..=58) => return Shown::Day,
        Some(32 | 33) => return Shown::Time,
        _ => {}
    }
    let section = code.split(';').next().unwrap_or_default();
    let (mut day, mut month, mut year, mut clock, mut percent) =
        (false, false, false, false, false);
    let mut chars = section.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                for q in chars.by_ref() {
                    if q == '"' {
                        break;
                    }
                }
            }
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let mut inner = String::new();
                for q in chars.by_ref() {
                    if q == ']' {
                        break;
                    }
                    inner.push(q.to_ascii_lowercase());
                }
                if matches!(inner.as_str(), "h" | "hh" | "m" | "mm" | "s" | "ss") {
                    clock = true;
                }
            }
            '%' => percent = true,
            'd' | 'D' => day = true,
            'm' | 'M' => month = true,
            'y' | 'Y' | 'e' if !(c == 'e' && matches!(chars.peek(), Some('+' | '-'))) => {
                year = true
            }
            'h' | 'H' | 's' | 'S' => clock = true,
            'G' | 'g' => {
                // "General" is no date although it has letters of one.
                let rest: String = chars.clone().take(6).collect();
                if rest.eq_ignore_ascii_case("eneral") {
                    for _ in 0..6 {
                        chars.next();
                    }
                }
            }
            _ => {}
        }
    }
    if day {
        Shown::Day
    } else if clock {
        Shown::Time
    } else if month {
        Shown::Month
    } else if year {
        Shown::Year
    } else if percent {
        Shown::Percent
    } else if section.trim() == "@" {
        Shown::Text
    } else {
        Shown::Plain
    }
}

/// Converts a serial number to a day and time; none outside 1900-9999.
#[must_use]
pub fn serial_to_datetime(serial: f64, date_1904: bool) -> Option<DateTime> {
    if !serial.is_finite() || !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let whole = serial.floor();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to lie within 0..2958466"
    )]
    let mut days = whole as i64;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a fraction of a day in seconds"
    )]
    let mut seconds = ((serial - whole) * 86_400.0).round() as i64;
    if seconds >= 86_400 {
        seconds = 0;
        days += 1;
    }
    let base = if date_1904 {
        Date::constant(1904, 1, 1)
    } else if days > 60 {
        Date::constant(1899, 12, 30)
    } else if days == 60 {
        // 29 February 1900 never was.
        return None;
    } else {
        Date::constant(1899, 12, 31)
    };
    let day = base.checked_add(Span::new().days(days)).ok()?;
    day.to_datetime(Time::midnight())
        .checked_add(SignedDuration::from_secs(seconds))
        .ok()
}

/// Reads an ISO day or day and time as the programs write it (`2026-03-04`, `2026-03-04T06:00:00`, `…000Z`); a bare time gives none.
#[must_use]
pub fn iso_to_datetime(text: &str) -> Option<DateTime> {
    let text = text.trim();
    let day: Date = text.get(..10)?.parse().ok()?;
    let time = match text.get(10..) {
        None | Some("") => Time::midnight(),
        Some(rest) => {
            let rest = rest.trim_start_matches(['T', ' ']).trim_end_matches('Z');
            let rest = rest.split(['+', '-']).next().unwrap_or_default();
            rest.parse().ok()?
        }
    };
    Some(day.to_datetime(time))
}
