//! The deadline language: a text, number or date cell → kind, days, rule, precision, doubts.

mod assemble;
mod cell;
mod frequency;
mod lexer;
mod parser;
mod part;
mod recur;
mod resolve;
mod sentence;
mod several;
pub(crate) mod token;
mod walk;
mod yearly;

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};

use super::vocabulary::Words;
use super::{confusable, fold, legacy};
use crate::domain::deadline::{Deadline, DeadlineKind, Doubt};
use crate::domain::grid::{Legacy, Shown};
use crate::domain::indicator::{PeriodKey, PeriodPart};

/// Characters of a deadline that are read; a longer text is no deadline.
const CHARS_MAX: usize = 400;

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

/// The tokens of a folded text.
pub(super) fn tokens(key: &str, words: &Words) -> Vec<token::Token> {
    let bare = fold::strip(key);
    lexer::lex(key, &bare, &words.deadlines, &words.syllables).tokens
}

/// The one period with a year that a folded text names, and nothing else.
pub(super) fn named_period(key: &str, words: &Words) -> Option<PeriodKey> {
    let said = sentence::Sentence::of(&parser::parse(&tokens(key, words)));
    let [item] = said.items.as_slice() else {
        return None;
    };
    let plain = item.rel == sentence::Rel::Inside
        && item.until.is_none()
        && !item.span.bad
        && item.span.edge == part::Edge::Whole;
    let more = said.junk
        || said.lost_number
        || said.recurs()
        || said.event
        || said.ongoing
        || said.refers
        || said.relative
        || !said.alones.is_empty();
    if !plain || more {
        return None;
    }
    let part = match item.span.unit {
        part::Unit::Month(m) if item.span.alt == part::Alt::None => PeriodPart::Month(m),
        part::Unit::Quarter(q) => PeriodPart::Quarter(q),
        part::Unit::First(3) => PeriodPart::Quarter(1),
        part::Unit::First(6) => PeriodPart::HalfOne,
        part::Unit::First(9) => PeriodPart::NineMonths,
        part::Unit::Last(6) => PeriodPart::HalfTwo,
        part::Unit::Last(3) => PeriodPart::Quarter(4),
        part::Unit::Year | part::Unit::First(12) => PeriodPart::Year,
        _ => return None,
    };
    let year = item.span.year.filter(|y| (1990..=2100).contains(y))?;
    Some(PeriodKey { year, part })
}

impl Words {
    /// Reads a deadline: what stands in the cell, against the plan, the year of its sheet and the calendar.
    #[must_use]
    pub fn deadline(&self, input: DeadlineInput<'_>, context: &DeadlineContext<'_>) -> Deadline {
        match input {
            DeadlineInput::Empty => Deadline::without_day(DeadlineKind::Empty),
            DeadlineInput::Error(_) => Deadline::without_day(DeadlineKind::Invalid),
            DeadlineInput::Number(n) => cell::number(n, context),
            DeadlineInput::Date { at, shown } => cell::date_cell(at, shown, context),
            DeadlineInput::Text(text) => self.deadline_text(text, context),
        }
    }

    fn deadline_text(&self, text: &str, context: &DeadlineContext<'_>) -> Deadline {
        if let Some(read) = cell::digits(text) {
            return read;
        }
        if text.len() > CHARS_MAX * 4 {
            return Deadline::without_day(DeadlineKind::Unresolved);
        }
        let encoding = legacy::detect(text, Legacy::No);
        let decoded = match encoding {
            Legacy::No => Cow::Borrowed(text),
            _ => Cow::Owned(legacy::decode(text, encoding)),
        };
        let (mended, numeral) = confusable::mend_cow(&decoded);
        let key = fold::key(&bullets_apart(&mended));
        let mut read = self.deadline_key(&key, context);
        if matches!(mended, Cow::Owned(_)) {
            if numeral && !read.days.is_empty() {
                read = assemble::either(read, &[], Doubt::Confusable);
            } else {
                read.doubts.push(Doubt::Confusable);
            }
        }
        read
    }

    fn deadline_key(&self, key: &str, context: &DeadlineContext<'_>) -> Deadline {
        if key.is_empty() || self.blank.contains(key) || self.blank_deadline.contains(key) {
            return Deadline::without_day(DeadlineKind::Empty);
        }
        if self.ditto_key(key) {
            return Deadline::without_day(DeadlineKind::Ditto);
        }
        if is_error_value(key) {
            return Deadline::without_day(DeadlineKind::Invalid);
        }
        if let Some(read) = cell::digits(key).or_else(|| cell::long_digits(key, context)) {
            return read;
        }
        let key = without_iso_time(key);
        let bare = fold::strip(key);
        let lexed = lexer::lex(key, &bare, &self.deadlines, &self.syllables);
        let parts = parser::parse(&lexed.tokens);
        let said = sentence::Sentence::of(&parts);
        let mut read = assemble::assemble(said, context, &self.deadlines.report_days);
        if lexed.typo {
            read.doubts.push(Doubt::Typo);
        }
        read
    }
}

/// Lines that start with a bullet are entries of a list.
fn bullets_apart(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        let entry = line.trim_start_matches(['-', '+', '*', '\u{2022}', '\u{2013}']);
        out.push_str(if n > 0 && entry.len() < line.len() {
            "; "
        } else {
            " "
        });
        out.push_str(entry);
    }
    Cow::Owned(out)
}

/// `###`, `#REF!` and the like, typed or pasted as text.
fn is_error_value(key: &str) -> bool {
    let Some(rest) = key.strip_prefix('#') else {
        return false;
    };
    rest.bytes().all(|b| b == b'#')
        || (rest.len() >= 2
            && rest
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'!' | b'?' | b'_')))
}

/// `2026-09-30t00:00:00` without its time.
fn without_iso_time(key: &str) -> &str {
    let b = key.as_bytes();
    let stamped = b.len() > 11
        && b[4] == b'-'
        && b[7] == b'-'
        && matches!(b[10], b't' | b' ')
        && b[..4].iter().all(u8::is_ascii_digit);
    if stamped
        && key[11..]
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'z' | b'+'))
    {
        &key[..10]
    } else {
        key
    }
}
