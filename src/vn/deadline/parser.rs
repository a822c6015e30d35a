//! Tokens → parts: periods, days and frequencies are recognised; how they hang together is for `assemble`.

mod numbers;

pub(super) use numbers::day_of;

use super::part::{Alt, Edge, Freq, Part, Span, Unit};
use super::token::{Token, TokenKind as T, Word as W};

/// Reads all tokens into parts.
pub(super) fn parse(tokens: &[Token]) -> Vec<Part> {
    let mut parser = Parser {
        tokens,
        at: 0,
        parts: Vec::with_capacity(tokens.len()),
        unit: None,
    };
    while parser.at < tokens.len() {
        parser.step();
    }
    parser.parts
}

/// The unit that bare numbers of a list inherit, and whether it was counted in Roman numerals.
#[derive(Clone, Copy, PartialEq)]
enum ListUnit {
    Day,
    Month,
    Quarter { roman: bool },
    Year,
}

pub(super) struct Parser<'a> {
    tokens: &'a [Token],
    pub at: usize,
    parts: Vec<Part>,
    unit: Option<ListUnit>,
}

impl Parser<'_> {
    pub fn kind(&self, ahead: usize) -> Option<T> {
        self.tokens.get(self.at + ahead).map(|t| t.kind)
    }

    pub fn word(&self, ahead: usize) -> Option<W> {
        match self.kind(ahead) {
            Some(T::Word(w)) => Some(w),
            _ => None,
        }
    }

    pub fn num(&self, ahead: usize) -> Option<(u32, u8)> {
        match self.kind(ahead) {
            Some(T::Num(n, len)) => Some((n, len)),
            _ => None,
        }
    }

    fn push(&mut self, part: Part, taken: usize) {
        self.parts.push(part);
        self.at += taken;
    }

    fn step(&mut self) {
        let Some(kind) = self.kind(0) else { return };
        match kind {
            T::Num(n, len) => self.number(n, len),
            T::Roman(n) => self.numeral(n),
            T::Word(word) => self.wording(word),
            T::Dash => self.push(Part::Dash, 1),
            T::Comma => self.push(Part::Comma, 1),
            T::Open => self.push(Part::Open, 1),
            T::Close => self.push(Part::Close, 1),
            T::Dot | T::Colon => self.at += 1,
            T::Slash => self.slash(),
            T::Junk => self.push(Part::Junk, 1),
        }
    }

    /// A slash between frequencies (`quarter/year`); else it belongs to nothing we know.
    fn slash(&mut self) {
        self.at += 1;
        match self.parts.last() {
            Some(Part::Freq(..) | Part::Alone(..)) => self.parts.push(Part::Or),
            Some(Part::Span(_)) => self.parts.push(Part::Junk),
            _ => {}
        }
    }

    fn wording(&mut self, word: W) {
        match word {
            W::Day => self.day_word(),
            W::Month => self.month_word(),
            W::Quarter => self.quarter_word(),
            W::Year => self.year_word(),
            W::YearEndOrWhole => self.whole_or_end(),
            W::Week => self.week_word(),
            W::Phase => self.phase_word(),
            W::Plan => self.plan_word(),
            W::Half => self.half_word(),
            W::First => self.edge(Edge::Start),
            W::Middle => self.edge(Edge::Middle),
            W::Last => self.edge(Edge::End),
            W::Every => self.every(1),
            W::EveryOrRefer => self.every_or_refer(),
            W::Times => self.times(1, 1),
            W::Tet => self.tet(),
            W::Weekday(d) => self.push(Part::Weekday(d), 1),
            W::WorkDays => self.push(Part::Junk, 1),
            W::Filler
            | W::AtLeast
            | W::Hour
            | W::Minute
            | W::ShortMonth
            | W::ShortQuarter
            | W::ShortYear
            | W::Number(_) => self.at += 1,
            W::Before => self.push(Part::Before, 1),
            W::By => self.push(Part::By, 1),
            W::Until => self.push(Part::Until, 1),
            W::Inside => self.push(Part::Inside, 1),
            W::From => self.push(Part::From, 1),
            W::Onwards => self.push(Part::Onwards, 1),
            W::After => self.push(Part::After, 1),
            W::And => self.push(Part::And, 1),
            W::Or => self.push(Part::Or, 1),
            W::NextYears => self.push(Part::NextYears, 1),
            W::NextYear => self.push(Part::NextYear, 1),
            W::Whole => self.push(Part::Whole, 1),
            W::Periodic => self.push(Part::Periodic, 1),
            W::Ongoing => self.push(Part::Ongoing, 1),
            W::OnDemand => self.push(Part::OnDemand, 1),
            W::Event => self.push(Part::Event, 1),
            W::Refer => self.push(Part::Refer, 1),
            W::Unsure => self.push(Part::Unsure, 1),
            W::Since => self.push(Part::Since, 1),
            W::MonthName(m) => self.month_name(m),
        }
    }

    fn span(&mut self, span: Span) {
        self.parts.push(Part::Span(span));
    }

    /// A year behind a period: `/2026`, ` - 2026`, `.2026`, ` nam 2026`, `/26`; moves past it.
    pub fn year_behind(&mut self) -> Option<i16> {
        let mut ahead = 0;
        let separator = matches!(self.kind(0), Some(T::Slash | T::Dash | T::Dot | T::Comma));
        let slash = self.kind(0) == Some(T::Slash);
        if separator {
            ahead = 1;
        } else if self.word(0) == Some(W::Filler) {
            ahead = 1;
        }
        let named = self.word(ahead) == Some(W::Year);
        if named {
            ahead += 1;
        }
        let (n, len) = self.num(ahead)?;
        let filler = !separator && ahead > 0 && !named;
        let year = match len {
            4 if (1900..=2999).contains(&n) && !filler => n,
            2 if (slash || named) && (20..80).contains(&n) => 2000 + n,
            _ => return None,
        };
        // `2026-06` behind a comma is the next period, not a year of this one.
        let own_month = self.kind(0) == Some(T::Comma)
            && !named
            && matches!(self.kind(ahead + 1), Some(T::Slash | T::Dash))
            && self.num(ahead + 2).is_some_and(|(_, l)| l <= 2);
        if own_month {
            return None;
        }
        self.at += ahead + 1;
        i16::try_from(year).ok()
    }

    fn numeral(&mut self, n: u8) {
        let listed = matches!(self.unit, Some(ListUnit::Quarter { .. })) && self.behind_separator();
        self.at += 1;
        if listed {
            self.quarter(u32::from(n), true);
            return;
        }
        // A lone numeral with a year is a quarter, most likely.
        let mark = self.at;
        match self.year_behind() {
            Some(year) if n <= 4 => {
                self.span(Span::new(Unit::Quarter(n), Some(year)).with(Alt::Guess))
            }
            _ => {
                self.at = mark;
                self.parts.push(Part::LostNumber);
            }
        }
    }

    fn behind_separator(&self) -> bool {
        matches!(
            self.parts.last(),
            Some(Part::Comma | Part::And | Part::Or | Part::Dash | Part::Until)
        )
    }

    fn number(&mut self, n: u32, len: u8) {
        if self.time() || self.label(len) || self.counted(n) {
            return;
        }
        if self.listed(n, len) {
            return;
        }
        if let Some((span, taken)) = self.date(n, len) {
            self.at += taken;
            let span = self.day_year(span);
            self.span(span);
            return;
        }
        if self.months_or_day(n) || self.named_month(n, len) {
            return;
        }
        self.at += 1;
        if len == 4 && (1990..=2100).contains(&n) {
            self.unit = Some(ListUnit::Year);
            self.year_number(n);
        } else if (1..=31).contains(&n) && self.every_month_follows() {
            let day = u8::try_from(n).unwrap_or(0);
            self.span(Span::new(Unit::DayOfMonth(day), None));
        } else if (1..=31).contains(&n) && len <= 2 && self.next_is_range_to_day() {
            let day = u8::try_from(n).unwrap_or(0);
            self.span(Span::new(Unit::DayOfMonth(day), None));
        } else {
            self.parts.push(Part::LostNumber);
        }
    }

    /// `1)`, `1. `, `1: ` before what it numbers.
    fn label(&mut self, len: u8) -> bool {
        let behind = self.tokens.get(self.at + 2);
        let numbered = match self.kind(1) {
            Some(T::Close) => self.at == 0,
            Some(T::Dot) => self.at == 0 && behind.is_some_and(|t| t.spaced),
            Some(T::Colon) => behind.is_some_and(|t| t.spaced),
            _ => false,
        };
        if numbered && len <= 2 {
            self.at += 2;
        }
        numbered && len <= 2
    }

    /// `17:00`, `17h00`, `17 gio 00 phut`: a time of day says nothing about the day.
    fn time(&mut self) -> bool {
        let minutes = |ahead: usize| {
            self.num(ahead).is_some_and(|(m, len)| m < 60 && len == 2)
                && !matches!(self.kind(ahead + 1), Some(T::Slash | T::Dash | T::Dot))
        };
        let mut ahead = match (self.kind(1), self.kind(2)) {
            (Some(T::Colon), Some(_)) if minutes(2) && !self.tokens[self.at + 2].spaced => 3,
            (Some(T::Word(W::Hour)), _) if minutes(2) => 3,
            (Some(T::Word(W::Hour)), _) => 2,
            _ => return false,
        };
        if self.word(1) != Some(W::Hour) && self.kind(3) == Some(T::Colon) && minutes(4) {
            ahead = 5;
        }
        if self.word(ahead) == Some(W::Minute) {
            ahead += 1;
        }
        self.at += ahead;
        true
    }

    /// A number with a unit behind it: months, years, quarters, days, times.
    fn counted(&mut self, n: u32) -> bool {
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
    fn months(&mut self, n: u8) {
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
        let freq = if n % 12 == 0 {
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
    fn repeat(&mut self, freq: Freq, edge: Edge) {
        let slash = usize::from(self.kind(0) == Some(T::Slash));
        let one = usize::from(matches!(self.num(slash), Some((1, _))));
        if self.word(slash + one) == Some(W::Times) {
            self.push(Part::Freq(freq, edge), slash + one + 1);
        } else {
            self.parts.push(Part::Alone(freq, edge));
        }
    }

    /// `2 lan/nam`, `mot lan moi quy`: so many times in a unit.
    fn times(&mut self, n: u8, taken: usize) {
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

    fn every_or_refer(&mut self) {
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
    fn every(&mut self, taken: usize) {
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
    fn every_month_follows(&self) -> bool {
        let skip = usize::from(self.word(0) == Some(W::Filler));
        self.word(skip) == Some(W::Every) && self.word(skip + 1) == Some(W::Month)
    }

    /// Whether a bare day stands before "and/to a full day": `15, 30/6/2026`.
    fn next_is_range_to_day(&self) -> bool {
        let joined = matches!(
            self.kind(0),
            Some(T::Dash | T::Comma | T::Word(W::And | W::Or | W::Until))
        );
        let skip = 1 + usize::from(self.word(1) == Some(W::Day));
        joined
            && self.num(skip).is_some_and(|(d, _)| (1..=31).contains(&d))
            && self.kind(skip + 1) == Some(T::Slash)
            && self.num(skip + 2).is_some_and(|(m, _)| m <= 12)
    }

    fn tet(&mut self) {
        self.at += 1;
        let year = self.year_behind();
        self.span(Span::new(Unit::Tet, year));
    }

    /// First, middle or last of what follows.
    fn edge(&mut self, edge: Edge) {
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

    fn week_word(&mut self) {
        self.at += 1;
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
    fn week_number(&mut self) {
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
    fn month_name(&mut self, m: u8) {
        self.at += 1;
        if let (Some(T::Dash), Some((y, 2))) = (self.kind(0), self.num(1)) {
            self.at += 2;
            let year = i16::try_from(2000 + y).ok();
            self.span(Span::new(Unit::Month(m), year).with(Alt::Guess));
            return;
        }
        let year = self.year_behind();
        self.span(Span::new(Unit::Month(m), year));
    }

    /// `30-Jun-2026`, `30 June 2026`.
    fn named_month(&mut self, d: u32, len: u8) -> bool {
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

    fn phase_word(&mut self) {
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

    fn plan_word(&mut self) {
        self.at += 1;
        match self.kind(0) {
            Some(T::Num(_, 4) | T::Word(W::Year | W::From)) => {}
            Some(T::Num(..) | T::Roman(_)) => self.push(Part::Relative, 1),
            _ => self.span(Span::new(Unit::Plan, None)),
        }
    }

    /// The first or last half of a year or month.
    fn half_word(&mut self) {
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

    fn whole_or_end(&mut self) {
        self.at += 1;
        match self.year_behind() {
            Some(year) => self.span(Span::new(Unit::Year, Some(year)).with(Alt::Guess)),
            None => self.parts.push(Part::Junk),
        }
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
