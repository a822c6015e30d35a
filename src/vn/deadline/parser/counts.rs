//! Counts with a unit, and how often something comes.

use super::Parser;
use crate::vn::deadline::parser::day_of;
use crate::vn::deadline::part::{Edge, Freq, Part, Span, Unit};
use crate::vn::deadline::token::{TokenKind as T, Word as W};

impl Parser<'_> {
    /// A number with a unit behind it: months, years, quarters, days, times.
    pub(super) fn counted(&mut self, n: u32) -> bool {
        let small = u8::try_from(n).unwrap_or(u8::MAX);
        match self.word(1) {
            Some(W::Month)
                if self.num(2).is_none()
                    || self.num(2).is_some_and(|(y, l)| {
                        l == 4 || (y == 1 && self.word(3) == Some(W::Times))
                    }) =>
            {
                self.at += 2;
                self.months(small);
                true
            }
            Some(W::Quarter)
                if (1..=3).contains(&n) && matches!(self.word(2), Some(W::First | W::Last)) =>
            {
                self.at += 2;
                self.months(small * 3);
                true
            }
            Some(W::Year) if (1..=10).contains(&n) && self.num(2).is_none_or(|(y, _)| y < 1900) => {
                self.at += 2;
                self.repeat(Freq::Years(small), Edge::Whole);
                true
            }
            Some(W::Week) if n == 1 => {
                self.at += 2;
                self.repeat(Freq::Week, Edge::Whole);
                true
            }
            // Every second week counts from a week that is not named.
            Some(W::Week) if (2..=52).contains(&n) => {
                self.push(Part::Relative, 2);
                true
            }
            Some(W::Times) => {
                self.times(small, 2);
                true
            }
            // "30 thang 6 nam 2026"
            Some(W::Month) if (1..=31).contains(&n) && self.word(3) != Some(W::Times) => {
                let m = self.num(2).map_or(0, |(m, _)| m);
                self.at += 3;
                let year = self.year_behind();
                self.span(day_of(n, m, year));
                true
            }
            Some(word @ (W::Day | W::WorkDays)) if self.num(2).is_none() => {
                let days = u16::try_from(n).unwrap_or(u16::MAX);
                self.push(
                    Part::Duration {
                        days,
                        working: word == W::WorkDays,
                    },
                    2,
                );
                true
            }
            _ => false,
        }
    }

    /// Behind "n months": the first or last ones of a year, a frequency, or a unit of a list.
    pub(super) fn months(&mut self, n: u8) {
        let edge = match self.word(0) {
            Some(W::First) => Some(true),
            Some(W::Last) => Some(false),
            _ => None,
        };
        if let Some(first) = edge {
            self.at += 1;
            let mark = self.at;
            if self.word(0) == Some(W::Filler) {
                self.at += 1;
            }
            let named = self.word(0) == Some(W::Year);
            let year = self.year_behind();
            if year.is_none() {
                self.at = if named { mark.max(self.at) + 1 } else { mark };
            }
            let unit = if first { Unit::First(n) } else { Unit::Last(n) };
            let mut span = Span::new(unit, year);
            span.bad = n == 0 || n > 12;
            self.span(span);
            return;
        }
        if n == 0 || n > 120 {
            self.parts.push(Part::Junk);
            return;
        }
        let freq = if n.is_multiple_of(12) {
            Freq::Years(n / 12)
        } else {
            Freq::Months(n)
        };
        let mark = self.at;
        let joined = self.kind(0) != Some(T::Comma);
        if let (true, 2..=12, Some(year)) = (joined, n, self.year_behind()) {
            self.span(Span::new(Unit::First(n), Some(year)));
            return;
        }
        self.at = mark;
        self.repeat(freq, Edge::Whole);
    }

    /// Behind a unit: `/lan`, `mot lan`, `it nhat 2 lan` make it a frequency; else it stands alone.
    pub(super) fn repeat(&mut self, freq: Freq, edge: Edge) {
        match self.times_ahead() {
            Some((1, taken)) => self.push(Part::Freq(freq, edge), taken),
            Some((n, taken)) => self.push(times_in(n, freq), taken),
            None => self.parts.push(Part::Alone(freq, edge)),
        }
    }

    /// So many times, said right here, and the tokens it takes.
    pub(super) fn times_ahead(&self) -> Option<(u8, usize)> {
        let mut ahead = usize::from(self.kind(0) == Some(T::Slash));
        while self.word(ahead) == Some(W::AtLeast) {
            ahead += 1;
        }
        if self.word(ahead) == Some(W::Times) {
            return Some((1, ahead + 1));
        }
        let (n, len) = self.num(ahead)?;
        let n = u8::try_from(n).ok().filter(|_| len <= 2)?;
        (self.word(ahead + 1) == Some(W::Times)).then_some((n, ahead + 2))
    }

    /// `2 lan/nam`, `mot lan moi quy`, `1 lan/6 thang`: so many times in a unit.
    pub(super) fn times(&mut self, n: u8, taken: usize) {
        // "At most twice a year" is no rhythm.
        let capped = matches!(self.parts.last(), Some(Part::By | Part::Before));
        self.at += taken;
        let mut ahead = 0;
        while matches!(self.kind(ahead), Some(T::Slash))
            || matches!(self.word(ahead), Some(W::Every | W::Inside | W::Filler))
        {
            ahead += 1;
        }
        let unit = |w: Option<W>| matches!(w, Some(W::Year | W::Quarter | W::Month | W::Week));
        let mut units = 1;
        if let Some((count, 1 | 2)) = self.num(ahead)
            && unit(self.word(ahead + 1))
        {
            units = u8::try_from(count).unwrap_or(0);
            ahead += 1;
        }
        let freq = match self.word(ahead) {
            Some(W::Year) if units == 1 && n == 1 && self.names_year(ahead + 1) => {
                // Once in 2026: the year is the deadline.
                self.at += ahead;
                return;
            }
            Some(W::Year) if (1..=10).contains(&units) => Freq::Years(units),
            Some(W::Quarter) if (1..=3).contains(&units) => Freq::Months(units * 3),
            Some(W::Month) if (1..=36).contains(&units) => Freq::Months(units),
            Some(W::Week) if units == 1 && n == 1 => Freq::Week,
            _ => {
                self.parts.push(Part::Junk);
                return;
            }
        };
        self.at += ahead + 1;
        self.parts.push(if capped {
            Part::Junk
        } else {
            times_in(n, freq)
        });
    }

    fn names_year(&self, ahead: usize) -> bool {
        matches!(self.num(ahead), Some((y, 4)) if (1990..=2100).contains(&y))
    }

    pub(super) fn every_or_refer(&mut self) {
        let unit = matches!(
            self.word(1),
            Some(W::Month | W::Quarter | W::Year | W::Week | W::Day)
        );
        let end = matches!(
            self.kind(2),
            None | Some(T::Comma | T::Close | T::Slash | T::Word(W::And | W::Or))
        );
        if unit && end {
            self.every(1);
        } else if matches!(self.word(1), Some(W::Every | W::Periodic)) {
            self.at += 1;
        } else {
            self.push(Part::Refer, 1);
        }
    }

    /// Behind "every": its unit; without one the word says nothing.
    pub(super) fn every(&mut self, taken: usize) {
        self.at += taken;
        if self.word(0) == Some(W::Year) && self.is_five(1) {
            self.at += 2;
            self.repeat(Freq::Years(5), Edge::Whole);
            if let Some(part @ Part::Alone(..)) = self.parts.last_mut() {
                *part = Part::Freq(Freq::Years(5), Edge::Whole);
            }
            return;
        }
        let (n, counted) = self
            .num(0)
            .map_or((1, 0), |(n, _)| (u8::try_from(n).unwrap_or(0), 1));
        let freq = match self.word(counted) {
            Some(W::Day) if counted == 0 => {
                self.push(Part::Ongoing, 1);
                return;
            }
            Some(W::Week) => Freq::Week,
            Some(W::Month) if n > 0 && n <= 12 => {
                if n == 12 {
                    Freq::Years(1)
                } else {
                    Freq::Months(n)
                }
            }
            Some(W::Quarter) if (1..=3).contains(&n) => Freq::Months(n * 3),
            Some(W::Year) if (1..=10).contains(&n) => Freq::Years(n),
            _ => {
                self.parts.push(Part::Junk);
                return;
            }
        };
        self.at += counted + 1;
        // "every quarter once", "every year at least twice"
        match self
            .times_ahead()
            .filter(|_| self.kind(0) != Some(T::Slash))
        {
            Some((n, taken)) => self.push(times_in(n, freq), taken),
            None => self.parts.push(Part::Freq(freq, Edge::Whole)),
        }
    }

    /// Whether "every month" or "of every month" comes next.
    pub(super) fn every_month_follows(&self) -> bool {
        let skip = usize::from(self.word(0) == Some(W::Filler));
        self.word(skip) == Some(W::Every) && self.word(skip + 1) == Some(W::Month)
    }
}

/// So many times in a unit; junk where the times do not fall on ends of months, twice a month apart.
const fn times_in(n: u8, freq: Freq) -> Part {
    let months = match freq {
        Freq::Week if n == 1 => return Part::Freq(freq, Edge::Whole),
        Freq::Week | Freq::HalfMonth => return Part::Junk,
        Freq::Months(m) => m,
        Freq::Years(y) => y.saturating_mul(12),
    };
    if months == 1 && n == 2 {
        return Part::Freq(Freq::HalfMonth, Edge::Whole);
    }
    if n == 0 || !months.is_multiple_of(n) {
        return Part::Junk;
    }
    let each = months / n;
    let freq = if each.is_multiple_of(12) {
        Freq::Years(each / 12)
    } else {
        Freq::Months(each)
    };
    Part::Freq(freq, Edge::Whole)
}
