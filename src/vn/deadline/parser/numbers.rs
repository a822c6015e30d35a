//! Days, months, quarters and years in numbers.

use super::{ListUnit, Parser};
use crate::vn::deadline::part::{Alt, Edge, Freq, Part, Span, Unit};
use crate::vn::deadline::token::{TokenKind as T, Word as W};

/// Days of a month in a leap year: what a day without its year may be at most.
const LONGEST: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A day of a month, bad where no year has it.
pub(in crate::vn::deadline) fn day_of(d: u32, m: u32, year: Option<i16>) -> Span {
    let (Ok(d), Ok(m)) = (u8::try_from(d), u8::try_from(m)) else {
        return Span::bad();
    };
    if !(1..=12).contains(&m) || d == 0 || d > LONGEST[usize::from(m) - 1] {
        return Span::bad();
    }
    let mut span = Span::new(Unit::Day { d, m }, year);
    if let (29, 2, Some(y)) = (d, m, year) {
        span.bad = jiff::civil::Date::new(y, 2, 29).is_err();
    }
    span
}

/// A month of a year, bad where there is none.
pub(in crate::vn::deadline) fn month_of(m: u32, year: Option<i16>) -> Span {
    match u8::try_from(m) {
        Ok(m @ 1..=12) => Span::new(Unit::Month(m), year),
        _ => Span::bad(),
    }
}

/// A typed day: d/m/y; m/d/y only where nothing else makes sense.
pub(in crate::vn::deadline) fn full_day(d: u32, m: u32, y: u32, len: u8) -> Span {
    let year = match len {
        4 if (1900..=2999).contains(&y) => y,
        2 if y < 80 => 2000 + y,
        2 => 1900 + y,
        _ => return Span::bad(),
    };
    let year = i16::try_from(year).ok();
    let span = day_of(d, m, year);
    if span.bad && m > 12 && d <= 12 {
        return day_of(m, d, year).with(Alt::MonthDayYear);
    }
    span
}

impl Parser<'_> {
    /// A day or month in digits, and the tokens it takes.
    pub(super) fn date(&self, a: u32, len: u8) -> Option<(Span, usize)> {
        let first = self.kind(1)?;
        let (b, b_len) = self.num(2)?;
        if !matches!(first, T::Slash | T::Dash | T::Dot) {
            return None;
        }
        let second = self.kind(3);
        if let (Some(s @ (T::Slash | T::Dash | T::Dot)), Some((c, c_len))) = (second, self.num(4))
            && let Some(span) = three((a, len), first, (b, b_len), s, (c, c_len))
        {
            return Some((span, 5));
        }
        if len == 4 {
            // `2026-06`, `2026/6`; another year behind a dash is a range.
            let month = b_len <= 2
                && (1..=12).contains(&b)
                && first != T::Dot
                && (1990..=2100).contains(&a);
            let month = month && !(first == T::Dash && self.spaced(1));
            return month.then(|| (month_of(b, i16::try_from(a).ok()), 3));
        }
        if len > 2 {
            return None;
        }
        if b_len == 4 && (1900..=2999).contains(&b) {
            return Some((month_of(a, i16::try_from(b).ok()), 3));
        }
        if b_len > 2 || first == T::Dash {
            return None;
        }
        Some((self.two(a, b), 3))
    }

    fn spaced(&self, ahead: usize) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(|t| t.spaced)
    }

    /// `30/6`: a day without a year; `6/26`: a month of a short year, or a month and its day.
    fn two(&self, a: u32, b: u32) -> Span {
        let span = day_of(a, b, None);
        if span.bad && (20..80).contains(&b) && (1..=12).contains(&a) {
            let month = month_of(a, i16::try_from(2000 + b).ok());
            let day = day_of(b, a, None);
            return match day.unit {
                Unit::Day { d, m } if !day.bad => month.with(Alt::DayOfNoYear { d, m }),
                _ => month.with(Alt::Guess),
            };
        }
        span
    }

    /// Gives a day without a year the year behind it, if there is one.
    pub(super) fn day_year(&mut self, span: Span) -> Span {
        if span.year.is_some() || span.bad || !matches!(span.unit, Unit::Day { .. }) {
            return span;
        }
        let named = self.word(0) == Some(W::Year)
            || (self.word(0) == Some(W::Filler) && self.word(1) == Some(W::Year));
        let named = named
            || (matches!(self.kind(0), Some(T::Slash | T::Dash | T::Comma))
                && self.word(1) == Some(W::Year));
        let mark = self.at;
        match self.year_behind() {
            Some(year) if named => with_year(span, year),
            _ => {
                self.at = mark;
                span
            }
        }
    }

    /// `3-5/2026` without a word before it: months, or a day.
    pub(super) fn months_or_day(&mut self, a: u32) -> bool {
        let (Some(T::Dash), Some((b, _)), Some((y, 4))) = (self.kind(1), self.num(2), self.num(4))
        else {
            return false;
        };
        let behind =
            matches!(self.kind(3), Some(T::Slash | T::Dot)) || self.word(3) == Some(W::Year);
        if !behind || !(1900..=2999).contains(&y) {
            return false;
        }
        let year = i16::try_from(y).ok();
        let day = day_of(a, b, year);
        self.at += 5;
        let months = (1..=12).contains(&a) && (1..=12).contains(&b) && a < b;
        if !months {
            self.parts.push(Part::Span(day));
            return true;
        }
        let alt = match day.unit {
            Unit::Day { d, m } if !day.bad => Alt::DayInstead { d, m },
            _ => Alt::None,
        };
        self.parts.push(Part::Span(month_of(a, year)));
        self.parts.push(Part::Dash);
        self.parts.push(Part::Span(month_of(b, year).with(alt)));
        true
    }

    /// A bare number of a list that inherits its unit: `Quy 1, 2`, `thang 6-9/2026`, `ngay 15 va 30`.
    pub(super) fn listed(&mut self, n: u32, len: u8) -> bool {
        if !self.behind_separator() || len > 2 {
            return false;
        }
        match self.unit {
            Some(ListUnit::Quarter { roman: false }) if (1..=4).contains(&n) && !self.is_day() => {
                self.at += 1;
                self.quarter(n, false);
                true
            }
            Some(ListUnit::Month) if (1..=12).contains(&n) && !self.is_day() => {
                self.at += 1;
                self.month(n);
                true
            }
            Some(ListUnit::Day)
                if (1..=31).contains(&n)
                    && !matches!(self.kind(1), Some(T::Slash | T::Dot))
                    && self.word(1) != Some(W::Month) =>
            {
                self.at += 1;
                self.parts.push(Part::Span(Span::new(
                    Unit::DayOfMonth(u8::try_from(n).unwrap_or(1)),
                    None,
                )));
                true
            }
            _ => false,
        }
    }

    /// Whether a full or short day starts here.
    fn is_day(&self) -> bool {
        matches!(self.kind(1), Some(T::Slash | T::Dot | T::Dash))
            && self.num(2).is_some_and(|(_, l)| l <= 2)
            && matches!(self.kind(3), Some(T::Slash | T::Dot | T::Dash))
            && self.num(4).is_some_and(|(_, l)| l == 4)
    }

    pub(super) fn quarter(&mut self, n: u32, roman: bool) {
        self.unit = Some(ListUnit::Quarter { roman });
        let year = self.year_behind();
        let span = match u8::try_from(n) {
            Ok(q @ 1..=4) => Span::new(Unit::Quarter(q), year),
            _ => Span::bad(),
        };
        self.parts.push(Part::Span(span));
    }

    fn month(&mut self, n: u32) {
        self.unit = Some(ListUnit::Month);
        let year = self.year_behind();
        self.parts.push(Part::Span(month_of(n, year)));
    }

    /// Behind the word for quarter: its number, or none.
    pub(super) fn quarter_word(&mut self) {
        self.at += 1;
        if self.kind(0) == Some(T::Dot) && matches!(self.kind(1), Some(T::Roman(_) | T::Num(..))) {
            self.at += 1;
        }
        match self.kind(0) {
            Some(T::Roman(n)) => {
                self.at += 1;
                self.quarter(u32::from(n), true);
            }
            Some(T::Num(n, len)) if len <= 2 && !(self.word(1) == Some(W::Times)) => {
                self.at += 1;
                self.quarter(n, false);
            }
            // "the third quarter" is spelt like Tuesday
            Some(T::Word(W::Weekday(d @ 0..=2))) => {
                self.at += 1;
                self.quarter(u32::from(d) + 2, false);
            }
            Some(T::Word(W::First | W::Last)) if self.year_ahead().is_some() => {
                self.part_of_year((1, 4), Unit::Quarter);
            }
            _ => self.repeat(Freq::Months(3), Edge::Whole),
        }
    }

    /// Tokens up to a year with its number behind "first/last (of)".
    fn year_ahead(&self) -> Option<usize> {
        let mut ahead = 1;
        while self.word(ahead) == Some(W::Filler) {
            ahead += 1;
        }
        let numbered = matches!(self.num(ahead + 1), Some((y, 4)) if (1990..=2100).contains(&y));
        (self.word(ahead) == Some(W::Year) && numbered).then_some(ahead)
    }

    /// "The last quarter of 2026"; "the first months of 2026" does not say how many.
    fn part_of_year(&mut self, (first, last): (u8, u8), unit: fn(u8) -> Unit) {
        let is_last = self.word(0) == Some(W::Last);
        let several =
            self.at >= 2 && matches!(self.tokens[self.at - 2].kind, T::Word(W::Filler | W::Year));
        self.at += self.year_ahead().unwrap_or(0);
        let year = self.year_behind();
        if several && !is_last {
            self.parts.push(Part::Junk);
            self.parts.push(Part::Span(Span::new(Unit::Year, year)));
            return;
        }
        let n = if is_last { last } else { first };
        self.parts.push(Part::Span(Span::new(unit(n), year)));
    }

    /// Behind the word for month: its number, or its place in a quarter.
    pub(super) fn month_word(&mut self) {
        self.at += 1;
        if self.kind(0) == Some(T::Dot) && matches!(self.kind(1), Some(T::Num(..))) {
            self.at += 1;
        }
        if let Some(taken) = self.may() {
            self.at += taken;
            self.month(5);
            return;
        }
        match self.kind(0) {
            Some(T::Roman(n)) => {
                self.at += 1;
                self.month(u32::from(n));
            }
            Some(T::Num(n, len)) if len <= 2 && self.word(1) != Some(W::Times) => {
                self.at += 1;
                self.month(n);
            }
            Some(T::Word(W::First | W::Last)) if self.quarter_ahead().is_some() => {
                self.month_of_quarter()
            }
            Some(T::Word(W::First | W::Last)) if self.year_ahead().is_some() => {
                self.part_of_year((1, 12), Unit::Month);
            }
            _ => self.repeat(Freq::Months(1), Edge::Whole),
        }
    }

    /// Tokens of the fifth month's name, which is spelt like "year", before its year.
    fn may(&self) -> Option<usize> {
        let again = self.word(1) == Some(W::Year) || self.kind(1) == Some(T::Slash);
        let year = matches!(self.num(2), Some((1990..=2100, 4)));
        (self.word(0) == Some(W::Year) && again && year).then_some(1)
    }

    /// Tokens up to the word for quarter behind "first/last (of) (every)".
    fn quarter_ahead(&self) -> Option<usize> {
        let mut ahead = 1;
        while matches!(self.word(ahead), Some(W::Filler | W::Every)) {
            ahead += 1;
        }
        (self.word(ahead) == Some(W::Quarter)).then_some(ahead)
    }

    /// "The last month of quarter II/2026"; without a number, of every quarter.
    fn month_of_quarter(&mut self) {
        let last = self.word(0) == Some(W::Last);
        self.at += self.quarter_ahead().unwrap_or(0);
        let before = self.parts.len();
        self.quarter_word();
        match self.parts.get_mut(before) {
            Some(Part::Span(span)) => {
                if let Unit::Quarter(q) = span.unit {
                    span.unit = Unit::Month(if last { q * 3 } else { q * 3 - 2 });
                }
            }
            Some(part @ Part::Alone(..)) => {
                *part = if last {
                    Part::Freq(Freq::Months(3), Edge::Whole)
                } else {
                    Part::Junk
                }
            }
            _ => {}
        }
    }

    /// Behind the word for day.
    pub(super) fn day_word(&mut self) {
        self.at += 1;
        if self.word(0) == Some(W::Last) {
            // "the last day of" is what a period's due day is anyhow
            return;
        }
        let Some((d, len)) = self.num(0) else { return };
        if self.time() {
            return;
        }
        if let Some((span, taken)) = self.date(d, len) {
            self.at += taken;
            let span = self.day_year(span);
            self.parts.push(Part::Span(span));
            return;
        }
        if len > 2 {
            self.parts.push(Part::LostNumber);
            self.at += 1;
            return;
        }
        self.at += 1;
        let mark = self.at;
        if matches!(self.kind(0), Some(T::Slash | T::Dash | T::Comma))
            && self.word(1) == Some(W::Month)
        {
            self.at += 1;
        }
        while self.word(0) == Some(W::Filler) {
            self.at += 1;
        }
        if self.word(0) == Some(W::Month) {
            if let Some((m, _)) = self.num(1).filter(|(_, l)| *l <= 2) {
                self.at += 2;
                let year = self.year_behind();
                self.parts.push(Part::Span(day_of(d, m, year)));
                return;
            }
            if matches!(self.word(1), Some(W::Last)) {
                self.at += 1;
                if self.quarter_ahead().is_some() {
                    self.day_of_quarter(d);
                    return;
                }
            }
        }
        self.at = mark;
        self.unit = Some(ListUnit::Day);
        let day = u8::try_from(d).unwrap_or(0);
        let mut span = Span::new(Unit::DayOfMonth(day), None);
        span.bad = !(1..=31).contains(&d);
        self.parts.push(Part::Span(span));
    }

    /// "Day 20 of the last month of the quarter".
    fn day_of_quarter(&mut self, d: u32) {
        let day = u8::try_from(d).unwrap_or(0);
        self.at += self.quarter_ahead().unwrap_or(0);
        let before = self.parts.len();
        self.quarter_word();
        let part = self.parts.get(before).copied();
        self.parts.truncate(before);
        let span = match part {
            Some(Part::Span(Span {
                unit: Unit::Quarter(q),
                year,
                ..
            })) => day_of(d, u32::from(q) * 3, year),
            _ => Span {
                bad: !(1..=31).contains(&d),
                ..Span::new(Unit::QuarterDay(day), None)
            },
        };
        self.parts.push(Part::Span(span));
    }

    /// Whether the word for year that stands ahead means five: it is spelt alike.
    pub(super) fn is_five(&self, ahead: usize) -> bool {
        let times = |(_, len)| len == 1 && self.word(ahead + 2) == Some(W::Times);
        self.word(ahead) == Some(W::Year) && self.num(ahead + 1).is_none_or(times)
    }

    /// Behind the word for year.
    pub(super) fn year_word(&mut self) {
        self.at += 1;
        if self.kind(0) == Some(T::Dot) && matches!(self.num(1), Some((_, 4))) {
            self.at += 1;
        }
        if self.is_five(0) {
            self.at += 1;
            self.repeat(Freq::Years(5), Edge::Whole);
            return;
        }
        match self.num(0) {
            Some((y, 4)) if (1900..=2999).contains(&y) => {
                self.at += 1;
                self.unit = Some(ListUnit::Year);
                self.year_number(y);
            }
            Some((y, 2)) if (20..80).contains(&y) && self.word(1) != Some(W::Times) => {
                self.at += 1;
                self.parts.push(Part::Span(
                    Span::new(Unit::Year, i16::try_from(2000 + y).ok()).with(Alt::Guess),
                ));
            }
            _ => self.repeat(Freq::Years(1), Edge::Whole),
        }
    }

    /// A year; `2026-27` is a range of two.
    pub(super) fn year_number(&mut self, y: u32) {
        let year = i16::try_from(y).ok();
        self.parts.push(Part::Span(Span::new(Unit::Year, year)));
        if let (Some(T::Dash), Some((short, 2))) = (self.kind(0), self.num(1)) {
            let end = 2000 + short;
            if end > y && short > 12 && !matches!(self.kind(2), Some(T::Slash | T::Dot)) {
                self.at += 2;
                self.parts.push(Part::Dash);
                self.parts.push(Part::Span(
                    Span::new(Unit::Year, i16::try_from(end).ok()).with(Alt::Guess),
                ));
            }
        }
    }
}

fn with_year(span: Span, year: i16) -> Span {
    match span.unit {
        Unit::Day { d, m } => day_of(u32::from(d), u32::from(m), Some(year)).with(span.alt),
        _ => Span {
            year: Some(year),
            ..span
        },
    }
}

/// Three numbers with two separators.
fn three(
    (a, a_len): (u32, u8),
    s1: T,
    (b, b_len): (u32, u8),
    s2: T,
    (c, c_len): (u32, u8),
) -> Option<Span> {
    if a_len == 4 {
        let iso = s1 == s2 && b_len <= 2 && c_len <= 2 && (1900..=2999).contains(&a);
        return iso.then(|| day_of(c, b, i16::try_from(a).ok()));
    }
    if a_len > 2 || b_len > 2 {
        return None;
    }
    let alike = s1 == s2 || (c_len == 4 && s1 != T::Dash);
    // `15/6-15/9/2026`: the third number starts another day.
    let fits = alike && (c_len == 4 || s1 == s2);
    fits.then(|| full_day(a, b, c, c_len))
}
