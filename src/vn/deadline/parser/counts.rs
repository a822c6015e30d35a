//! Counts with a unit, and how often something comes.

use super::Parser;
use crate::vn::deadline::parser::day_of;
use crate::vn::deadline::part::{Alt, Edge, Freq, Part, Span, Unit};
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
            Some(W::Week) if (1..=8).contains(&n) => {
                self.at += 2;
                self.repeat(Freq::Week, Edge::Whole);
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
        if let (true, 3 | 6 | 9, Some(year)) = (joined, n, self.year_behind()) {
            self.span(Span::new(Unit::First(n), Some(year)).with(Alt::Guess));
            return;
        }
        self.at = mark;
        self.repeat(freq, Edge::Whole);
    }

    /// Behind a unit: `/lan`, `mot lan` make it a frequency; else it stands alone.
    pub(super) fn repeat(&mut self, freq: Freq, edge: Edge) {
        let slash = usize::from(self.kind(0) == Some(T::Slash));
        let one = usize::from(matches!(self.num(slash), Some((1, _))));
        if self.word(slash + one) == Some(W::Times) {
            self.push(Part::Freq(freq, edge), slash + one + 1);
        } else {
            self.parts.push(Part::Alone(freq, edge));
        }
    }

    /// `2 lan/nam`, `mot lan moi quy`: so many times in a unit.
    pub(super) fn times(&mut self, n: u8, taken: usize) {
        self.at += taken;
        let mut ahead = 0;
        while matches!(self.kind(ahead), Some(T::Slash))
            || matches!(self.word(ahead), Some(W::Every | W::Inside | W::Filler))
        {
            ahead += 1;
        }
        if self.num(ahead).is_some_and(|(one, _)| one == 1)
            && matches!(
                self.word(ahead + 1),
                Some(W::Year | W::Quarter | W::Month | W::Week)
            )
        {
            ahead += 1;
        }
        let months = match self.word(ahead) {
            Some(W::Year) => 12,
            Some(W::Quarter) => 3,
            Some(W::Month) => 1,
            Some(W::Week) => {
                self.push(Part::Freq(Freq::Week, Edge::Whole), ahead + 1);
                return;
            }
            _ => {
                self.parts.push(Part::Junk);
                return;
            }
        };
        self.at += ahead + 1;
        self.parts.push(times_in(n, months));
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
        } else if self.word(1) == Some(W::Every) {
            self.at += 1;
        } else {
            self.push(Part::Refer, 1);
        }
    }

    /// Behind "every": its unit; without one the word says nothing.
    pub(super) fn every(&mut self, taken: usize) {
        self.at += taken;
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
        // "every quarter once", "every year twice"
        match (self.num(0), self.word(1)) {
            (Some((k, _)), Some(W::Times)) => {
                self.at += 2;
                let k = u8::try_from(k).unwrap_or(0);
                self.parts.push(match (freq, k) {
                    (_, 1) => Part::Freq(freq, Edge::Whole),
                    (Freq::Years(1), k) => times_in(k, 12),
                    (Freq::Months(m), k) => times_in(k, m),
                    _ => Part::Junk,
                });
            }
            _ => self.parts.push(Part::Freq(freq, Edge::Whole)),
        }
    }

    /// Whether "every month" or "of every month" comes next.
    pub(super) fn every_month_follows(&self) -> bool {
        let skip = usize::from(self.word(0) == Some(W::Filler));
        self.word(skip) == Some(W::Every) && self.word(skip + 1) == Some(W::Month)
    }
}

/// So many times in so many months.
const fn times_in(n: u8, months: u8) -> Part {
    if n == 0 || !months.is_multiple_of(n) {
        return Part::Junk;
    }
    let freq = if months / n == 12 {
        Freq::Years(1)
    } else {
        Freq::Months(months / n)
    };
    Part::Freq(freq, Edge::Whole)
}
