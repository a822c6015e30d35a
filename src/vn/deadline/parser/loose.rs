//! Edges, weeks, phases, halves, month names: periods that are not named by unit and number alone.

use super::Parser;
use crate::vn::deadline::parser::day_of;
use crate::vn::deadline::part::{Alt, Edge, Freq, Part, Span, Unit};
use crate::vn::deadline::token::{TokenKind as T, Word as W};

impl Parser<'_> {
    pub(super) fn tet(&mut self) {
        self.at += 1;
        let year = self.year_behind();
        self.span(Span::new(Unit::Tet, year));
    }

    /// One of the first ten days: of every month it is a plain day; with a month beside it, or before Tet, the lunar calendar may be meant.
    pub(super) fn new_day(&mut self) {
        if self.num(1).is_some() && self.word(2) == Some(W::Tet) {
            self.push(Part::Lunar, 2);
            return;
        }
        let before = self.parts.len();
        self.day_word();
        if let Some(Part::Span(Span {
            unit: Unit::Day { .. },
            ..
        })) = self.parts.get(before)
        {
            self.parts.push(Part::Junk);
        }
    }

    /// The first day of a solar year.
    pub(super) fn new_year(&mut self) {
        self.at += 1;
        let year = self.year_behind();
        self.span(day_of(1, 1, year));
    }

    /// The last working day of what follows; before a typed day only the word for day.
    pub(super) fn work_days(&mut self) {
        if self.word(1) == Some(W::Last) {
            self.push(Part::LastWorkday, 1);
        } else if self.num(1).is_some() && matches!(self.kind(2), Some(T::Slash | T::Dash | T::Dot))
        {
            self.day_word();
        } else {
            self.push(Part::Junk, 1);
        }
    }

    /// Ten days of a month: its 10th, its 20th, its end.
    pub(super) fn third(&mut self, n: u8) {
        self.at += 1;
        let month = self.num(1).filter(|(m, l)| *l <= 2 && (1..=12).contains(m));
        let (Some(W::Month), Some((m, _))) = (self.word(0), month) else {
            self.parts.push(Part::Relative);
            return;
        };
        self.at += 2;
        let year = self.year_behind();
        let span = match (n, u8::try_from(m)) {
            (3, Ok(m)) => Span::new(Unit::Month(m), year),
            _ => day_of(u32::from(n) * 10, m, year),
        };
        self.span(span.with(Alt::Guess));
    }

    /// "Quarterly report": the unit behind it is a rhythm, unless it is numbered.
    pub(super) fn report(&mut self) {
        let place = |w: Option<W>| matches!(w, Some(W::First | W::Last | W::Middle));
        let number = |k: Option<T>| matches!(k, Some(T::Num(..) | T::Roman(_)));
        let unit = matches!(self.word(1), Some(W::Quarter | W::Year | W::Month))
            && !number(self.kind(2))
            && !place(self.word(2));
        let months = self.num(1).is_some()
            && self.word(2) == Some(W::Month)
            && !number(self.kind(3))
            && !place(self.word(3))
            && !matches!(self.kind(3), Some(T::Slash | T::Dash | T::Word(W::Year)));
        if unit || months {
            self.push(Part::Periodic, 1);
        } else {
            self.at += 1;
        }
    }

    /// First, middle or last of what follows.
    pub(super) fn edge(&mut self, edge: Edge) {
        self.at += 1;
        while self.word(0) == Some(W::Filler) {
            self.at += 1;
        }
        let before = self.parts.len();
        let unit = match self.kind(0) {
            Some(T::Word(
                W::Month | W::Quarter | W::Year | W::Week | W::Phase | W::Plan | W::Every,
            )) => true,
            Some(T::Num(_, len)) => len <= 2 || len == 4,
            _ => false,
        };
        if !unit {
            self.parts.push(Part::Junk);
            return;
        }
        self.step();
        match self.parts.get_mut(before) {
            Some(Part::Span(span)) => {
                if span.unit == Unit::Plan && edge == Edge::End {
                    return;
                }
                span.edge = edge;
            }
            Some(Part::Freq(_, e) | Part::Alone(_, e)) => *e = edge,
            _ => {}
        }
    }

    pub(super) fn week_word(&mut self) {
        self.at += 1;
        if self.times_ahead().is_some() {
            self.repeat(Freq::Week, Edge::Whole);
            return;
        }
        let n = match self.kind(0) {
            Some(T::Num(n, _)) if (1..=5).contains(&n) => u8::try_from(n).ok(),
            Some(T::Word(W::First)) => Some(1),
            Some(T::Word(W::Last)) => Some(0),
            _ => None,
        };
        let Some(n) = n else {
            self.week_number();
            return;
        };
        self.at += 1;
        while self.word(0) == Some(W::Filler) {
            self.at += 1;
        }
        if self.word(0) == Some(W::Month) && self.num(1).is_some_and(|(m, _)| (1..=12).contains(&m))
        {
            let m = self
                .num(1)
                .and_then(|(m, _)| u8::try_from(m).ok())
                .unwrap_or(1);
            self.at += 2;
            let year = self.year_behind();
            self.span(Span::new(Unit::Week { n, m }, year).with(Alt::Guess));
        } else {
            self.parts.push(Part::Relative);
        }
    }

    /// A week of the year, or counted from an unnamed start: `tuan 25/2026`.
    pub(super) fn week_number(&mut self) {
        if self.num(0).is_some_and(|(_, len)| len <= 2) {
            self.at += 1;
            if self.kind(0) == Some(T::Dash) && self.num(1).is_some_and(|(_, len)| len <= 2) {
                self.at += 2;
            }
            self.year_behind();
        }
        self.parts.push(Part::Relative);
    }

    /// `Jun-26`, `June 2026`.
    pub(super) fn month_name(&mut self, m: u8) {
        self.at += 1;
        if let (Some(T::Dash), Some((y, 2))) = (self.kind(0), self.num(1)) {
            self.at += 2;
            let year = i16::try_from(2000 + y).ok();
            self.span(Span::new(Unit::Month(m), year).with(Alt::Guess));
            return;
        }
        // June 30, 2026
        if let Some((d @ 1..=31, 1 | 2)) = self.num(0) {
            let comma = usize::from(self.kind(1) == Some(T::Comma));
            if let Some((y @ 1900..=2999, 4)) = self.num(1 + comma) {
                self.at += 2 + comma;
                self.span(day_of(d, u32::from(m), i16::try_from(y).ok()));
                return;
            }
        }
        let year = self.year_behind();
        self.span(Span::new(Unit::Month(m), year));
    }

    /// `30-Jun-2026`, `30 June 2026`.
    pub(super) fn named_month(&mut self, d: u32, len: u8) -> bool {
        let dash = usize::from(matches!(self.kind(1), Some(T::Dash | T::Slash)));
        let Some(W::MonthName(m)) = self.word(1 + dash) else {
            return false;
        };
        if len > 2 {
            return false;
        }
        self.at += 2 + dash;
        let short = (dash == 1)
            .then(|| self.num(1))
            .flatten()
            .filter(|(y, l)| *l == 2 && *y < 80);
        let year = match short {
            Some((y, _)) => {
                self.at += 2;
                i16::try_from(2000 + y).ok()
            }
            None => self.year_behind(),
        };
        self.span(day_of(d, u32::from(m), year));
        true
    }

    pub(super) fn phase_word(&mut self) {
        self.at += 1;
        match self.kind(0) {
            Some(T::Num(_, 4)) => {}
            Some(T::Roman(_) | T::Num(..)) => self.push(Part::Relative, 1),
            Some(T::Word(W::Year | W::Inside | W::From)) => {}
            Some(T::Word(W::Filler)) | None | Some(T::Close | T::Comma | T::Dot) => {
                self.span(Span::new(Unit::Plan, None))
            }
            _ => self.parts.push(Part::Relative),
        }
    }

    pub(super) fn plan_word(&mut self) {
        self.at += 1;
        match self.kind(0) {
            Some(T::Num(_, 4) | T::Word(W::Year | W::From)) => {}
            Some(T::Num(..) | T::Roman(_)) => self.push(Part::Relative, 1),
            _ => self.span(Span::new(Unit::Plan, None)),
        }
    }

    /// The first or last half of a year or month.
    pub(super) fn half_word(&mut self) {
        let first = match self.word(1) {
            Some(W::First) => true,
            Some(W::Last) => false,
            _ => {
                self.push(Part::Junk, 1);
                return;
            }
        };
        self.at += 2;
        if self.word(0) == Some(W::Month) {
            let before = self.parts.len();
            self.step();
            if let (true, Some(Part::Span(span))) = (first, self.parts.get_mut(before)) {
                span.edge = Edge::Middle;
            }
            return;
        }
        let named = self.word(0) == Some(W::Year);
        let year = self.year_behind();
        if year.is_none() && named {
            self.at += 1;
        }
        let unit = if first { Unit::First(6) } else { Unit::Last(6) };
        self.span(Span::new(unit, year));
    }

    pub(super) fn whole_or_end(&mut self) {
        self.at += 1;
        match self.year_behind() {
            Some(year) => self.span(Span::new(Unit::Year, Some(year)).with(Alt::Guess)),
            None => self.parts.push(Part::Junk),
        }
    }
}
