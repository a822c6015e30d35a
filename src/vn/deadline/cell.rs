//! Numbers, date cells and texts in digits: the frequent forms, read without the grammar.

use jiff::civil::{Date, DateTime};

use super::DeadlineContext;
use super::assemble::either;
use crate::domain::deadline::{Deadline, DeadlineKind, Doubt, DueDay, Precision};
use crate::domain::grid::Shown;
use crate::vn::day::date;

/// Serial numbers that are days of 2000 to 2100 (1900 system).
const SERIALS: std::ops::RangeInclusive<i64> = 36_526..=73_415;

/// One due day with its period.
fn fixed(day: Date, opens: Option<Date>, precision: Precision) -> Deadline {
    Deadline {
        days: vec![DueDay::plain(day)],
        opens,
        precision: Some(precision),
        ..Deadline::without_day(DeadlineKind::Fixed)
    }
}

fn year(y: i16) -> Option<Deadline> {
    Some(fixed(
        Date::new(y, 12, 31).ok()?,
        Date::new(y, 1, 1).ok(),
        Precision::Year,
    ))
}

fn month(m: i32, y: i32) -> Option<Deadline> {
    let first = date(y, m, 1)?;
    Some(fixed(first.last_of_month(), Some(first), Precision::Month))
}

/// Texts of digits and separators only: `2026`, `6/2026`, `30/6/2026`; none for all else, also for what is doubtful.
pub(super) fn digits(text: &str) -> Option<Deadline> {
    let bytes = text.trim_matches(' ').as_bytes();
    if bytes.len() > 10 || bytes.len() < 4 {
        return None;
    }
    let mut numbers = [0_i32; 3];
    let mut lens = [0_u8; 3];
    let mut at = 0;
    let mut separator = 0;
    for &b in bytes {
        match b {
            b'0'..=b'9' => {
                numbers[at] = numbers[at] * 10 + i32::from(b - b'0');
                lens[at] += 1;
                if lens[at] > 4 {
                    return None;
                }
            }
            b'/' | b'-' | b'.' if at < 2 && lens[at] > 0 && (separator == 0 || separator == b) => {
                separator = b;
                at += 1;
            }
            _ => return None,
        }
    }
    let in_plan = |y: i32| (1990..=2100).contains(&y);
    match (at, lens) {
        (0, [4, ..]) if in_plan(numbers[0]) => year(i16::try_from(numbers[0]).ok()?),
        (1, [1 | 2, 4, _]) if in_plan(numbers[1]) => month(numbers[0], numbers[1]),
        (2, [1 | 2, 1 | 2, 4]) if in_plan(numbers[2]) => Some(fixed(
            date(numbers[2], numbers[1], numbers[0])?,
            None,
            Precision::Day,
        )),
        _ => None,
    }
}

/// A text of digits alone that is no year: a serial number, or a day without separators.
pub(super) fn long_digits(text: &str, context: &DeadlineContext<'_>) -> Option<Deadline> {
    if !(text.len() == 5 || text.len() == 8) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: i64 = text.parse().ok()?;
    if text.len() == 5 {
        return serial(n, context);
    }
    let part = |from: usize, to: usize| text[from..to].parse::<i32>().ok();
    let iso =
        date(part(0, 4)?, part(4, 6)?, part(6, 8)?).filter(|d| (1990..=2100).contains(&d.year()));
    let dmy =
        date(part(4, 8)?, part(2, 4)?, part(0, 2)?).filter(|d| (1990..=2100).contains(&d.year()));
    let stated = iso.or(dmy)?;
    Some(either(
        fixed(stated, None, Precision::Day),
        &[Deadline::without_day(DeadlineKind::Unresolved)],
        Doubt::TwoReadings,
    ))
}

/// A serial number as a day of the workbook's date system.
fn serial(n: i64, context: &DeadlineContext<'_>) -> Option<Deadline> {
    let n = if context.date_1904 { n + 1462 } else { n };
    if !SERIALS.contains(&n) {
        return None;
    }
    let base = Date::constant(1899, 12, 30);
    let day = base.checked_add(jiff::Span::new().try_days(n).ok()?).ok()?;
    Some(fixed(day, None, Precision::Day))
}

/// A plain number: a year, a serial number, or a month and year behind a decimal point.
pub(super) fn number(n: f64, context: &DeadlineContext<'_>) -> Deadline {
    let unresolved = || Deadline::without_day(DeadlineKind::Unresolved);
    if !n.is_finite() || !(0.0..1e8).contains(&n) {
        return unresolved();
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let whole = n.trunc() as i64;
    if n.fract() == 0.0 && (1990..=2100).contains(&whole) {
        return i16::try_from(whole)
            .ok()
            .and_then(year)
            .unwrap_or_else(unresolved);
    }
    if let Some(read) = serial(whole, context) {
        return read;
    }
    if n.fract() == 0.0 {
        return long_digits(&whole.to_string(), context).unwrap_or_else(unresolved);
    }
    // 12.2026 and 6.203 (a lost zero): a month and its year, or only a decimal
    let text = format!("{n}");
    let read = text.split_once('.').and_then(|(m, y)| {
        let y: i32 = format!("{y:0<4}").parse().ok()?;
        let m: i32 = m.parse().ok()?;
        ((1990..=2100).contains(&y)).then(|| month(m, y))?
    });
    match read {
        Some(read) => either(read, &[unresolved()], Doubt::DecimalNumber),
        None => Deadline {
            doubts: vec![Doubt::DecimalNumber],
            ..unresolved()
        },
    }
}

/// A date cell; the number format tells whether its day is meant.
pub(super) fn date_cell(at: DateTime, shown: Shown, context: &DeadlineContext<'_>) -> Deadline {
    let day = at.date();
    let unresolved = || Deadline::without_day(DeadlineKind::Unresolved);
    if day.year() < 1910 {
        return early(day, context);
    }
    match shown {
        Shown::Month => {
            month(i32::from(day.month()), i32::from(day.year())).unwrap_or_else(unresolved)
        }
        Shown::Year => year(day.year()).unwrap_or_else(unresolved),
        _ => fixed(day, None, Precision::Day),
    }
}

/// A year typed into a cell that shows dates lies in 1905; time alone lies at the start of the count.
fn early(day: Date, context: &DeadlineContext<'_>) -> Deadline {
    let base = if context.date_1904 {
        Date::constant(1904, 1, 1)
    } else {
        Date::constant(1899, 12, 30)
    };
    let days = base.until(day).map_or(0, |s| i64::from(s.get_days()));
    let typed = i16::try_from(days)
        .ok()
        .filter(|y| (1990..=2100).contains(y))
        .and_then(year);
    match typed {
        Some(read) => either(
            read,
            &[fixed(day, None, Precision::Day)],
            Doubt::DecimalNumber,
        ),
        None => Deadline::without_day(DeadlineKind::Invalid),
    }
}
