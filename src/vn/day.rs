//! Days typed as text in date columns.

use jiff::civil::Date;

use super::fold;
use super::vocabulary::Words;

/// A text of a date column as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayText {
    /// A day.
    Day(Date),
    /// A day, but only readable as month/day/year.
    MonthDayYear(Date),
    /// Written like a day, but there is no such day.
    Invalid,
    /// No day.
    NotADay,
}

impl Words {
    /// Reads a day: d/m/yyyy and the like, in words, ISO, with a time or without.
    #[must_use]
    pub fn day(&self, text: &str) -> DayText {
        if text.len() > 80 {
            return DayText::NotADay;
        }
        let bare = fold::bare(text);
        let words: Vec<&str> = bare.split(' ').filter(|w| !w.is_empty()).collect();
        let half = |w: &str| matches!(w, "am" | "pm");
        let without_time: Vec<&str> = words
            .iter()
            .copied()
            .filter(|w| !is_time(w) && !half(w))
            .collect();
        let joined = without_time.join(" ");
        let trimmed = joined.trim_end_matches(['.', ',', ';']);
        let body = self
            .day_words
            .iter()
            .find_map(|w| trimmed.strip_prefix(w.as_str()))
            .map_or(trimmed, str::trim);
        if let Some(read) = iso(body) {
            return read;
        }
        let (numbers, shape) = numbers(body, self);
        match (numbers.as_slice(), shape) {
            (&[d, m, y], true) => dmy(d, m, y),
            _ => DayText::NotADay,
        }
    }
}

/// `17:00`, `17h00`, `00:00:00`, `17h`.
fn is_time(word: &str) -> bool {
    let word = word.trim_matches(',');
    word.contains([':', 'h'])
        && word.starts_with(|c: char| c.is_ascii_digit())
        && word
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b':' | b'h' | b'.' | b'z'))
}

/// `2026-06-30`, with a time behind `T` or not.
fn iso(body: &str) -> Option<DayText> {
    let day = body.split_once('t').map_or(body, |(day, _)| day);
    let b = day.as_bytes();
    if b.len() < 8 || !b[..4].iter().all(u8::is_ascii_digit) || !matches!(b[4], b'-' | b'/' | b'.')
    {
        return None;
    }
    let mut parts = day.split(['-', '/', '.']);
    let y: i32 = parts.next()?.parse().ok()?;
    let m: i32 = parts.next()?.parse().ok()?;
    let d: i32 = parts.next()?.parse().ok()?;
    if parts.next().is_some() {
        return None;
    }
    Some(date(y, m, d).map_or(DayText::Invalid, DayText::Day))
}

/// The numbers of a text that has only numbers, separators, and the words for month and year.
fn numbers(body: &str, words: &Words) -> (Vec<i32>, bool) {
    let mut out = Vec::new();
    // "5 - 6/2026" may be two months.
    let mut shape = !body
        .split_once('-')
        .is_some_and(|(a, b)| b.contains('/') && a.trim().parse::<u8>().is_ok_and(|n| n <= 12));
    let mut said: Vec<&str> = Vec::new();
    for part in body
        .split([' ', '/', '-', '.', ','])
        .filter(|p| !p.is_empty())
    {
        if part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit()) {
            out.push(part.parse().unwrap_or(0));
        } else if let (1, Some(month)) = (out.len(), words.deadlines.month_named(part)) {
            // 30-Jun-2026
            out.push(i32::from(month));
        } else {
            // A word for month or year stands behind a number, and once.
            shape &= words.date_words.contains(part) && !out.is_empty() && !said.contains(&part);
            said.push(part);
        }
    }
    (out, shape)
}

/// Day, month, year; two digits of a year are 20xx.
fn dmy(d: i32, m: i32, y: i32) -> DayText {
    let y = if y < 100 { 2000 + y } else { y };
    if !(1900..=2200).contains(&y) {
        return DayText::Invalid;
    }
    if let Some(day) = date(y, m, d) {
        return DayText::Day(day);
    }
    match date(y, d, m) {
        Some(day) if m > 12 => DayText::MonthDayYear(day),
        _ => DayText::Invalid,
    }
}

pub(crate) fn date(y: i32, m: i32, d: i32) -> Option<Date> {
    Date::new(
        i16::try_from(y).ok()?,
        i8::try_from(m).ok()?,
        i8::try_from(d).ok()?,
    )
    .ok()
}
