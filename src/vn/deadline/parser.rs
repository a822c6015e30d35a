//! Tokens → parts: periods, days and frequencies are recognised; how they hang together is for `assemble`.

mod counts;
mod loose;
mod numbers;

pub(super) use numbers::day_of;

use super::part::{Alt, Edge, Part, Span, Unit};
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
            // "As planned: 30/9/2026": the reference ends here.
            T::Colon if self.parts.contains(&Part::Refer) => self.push(Part::Comma, 1),
            T::Dot | T::Colon => self.at += 1,
            T::Slash => self.slash(),
            T::Junk => self.push(Part::Junk, 1),
        }
    }

    /// A slash between frequencies (`quarter/year`); else it belongs to nothing we know.
    fn slash(&mut self) {
        self.at += 1;
        let part_of_year = matches!(self.word(0), Some(W::Quarter | W::Month));
        match self.parts.last() {
            Some(Part::Freq(..) | Part::Alone(..)) => self.parts.push(Part::Or),
            // "2026/Q2"
            Some(Part::Span(span)) if part_of_year && span.unit == Unit::Year => {}
            // The day before it was left blank.
            None => self.parts.push(Part::Junk),
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
            W::Times | W::Instalment if self.instalment_of_year() => {}
            W::Times if self.ordinal() => {}
            W::Times => self.times(1, 1),
            W::Instalment => {
                if !self.ordinal() {
                    self.at += 1;
                }
            }
            W::Tet => self.tet(),
            W::NewDay => self.new_day(),
            W::Lunar => self.push(Part::Lunar, 1),
            W::Weekday(d) => self.push(Part::Weekday(d), 1),
            W::WorkDays => self.work_days(),
            W::NewYear => self.new_year(),
            W::Third(n) => self.third(n),
            W::Report => self.report(),
            // "H1/2026" is half a year, no January.
            W::Hour | W::Minute if matches!(self.kind(1), Some(T::Num(..))) => {
                self.push(Part::LostNumber, 1);
            }
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
        if separator || self.word(0) == Some(W::Filler) {
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

    /// "Time 1:", "instalment 2" before a period: a name, no number of it.
    fn ordinal(&mut self) -> bool {
        let named = matches!(self.kind(1), Some(T::Num(_, 1 | 2) | T::Roman(_)));
        let colon = self.kind(2) == Some(T::Colon);
        let ahead = 2 + usize::from(colon || self.kind(2) == Some(T::Dash));
        let bound = matches!(
            self.word(ahead),
            Some(W::Before | W::By | W::Until | W::Inside)
        );
        let unit = matches!(
            self.word(ahead),
            Some(W::Month | W::Quarter | W::Day | W::Year)
        );
        let counted = matches!(self.kind(ahead + 1), Some(T::Num(..) | T::Roman(_)));
        let ends = matches!(self.kind(2), None | Some(T::Close));
        let fits = named && (colon || bound || (unit && counted) || ends);
        if fits {
            self.at += 2 + usize::from(colon);
        }
        fits
    }

    fn behind_separator(&self) -> bool {
        matches!(
            self.parts.last(),
            Some(Part::Comma | Part::And | Part::Or | Part::Dash | Part::Until)
        )
    }

    fn number(&mut self, n: u32, len: u8) {
        if self.time() || self.document() || self.label(len) || self.counted(n) {
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
        } else if (1..=31).contains(&n)
            && (self.every_month_follows() || (len <= 2 && self.next_is_range_to_day()))
        {
            let day = u8::try_from(n).unwrap_or(0);
            self.span(Span::new(Unit::DayOfMonth(day), None));
        } else {
            self.parts.push(Part::LostNumber);
        }
    }

    /// `61/2018/ND-CP`: the number of a document.
    fn document(&mut self) -> bool {
        let letters = matches!(self.kind(4), Some(T::Junk | T::Word(_) | T::Roman(_)));
        let year = self
            .num(2)
            .is_some_and(|(y, len)| len == 4 && (1900..=2100).contains(&y));
        let slashes = self.kind(1) == Some(T::Slash) && self.kind(3) == Some(T::Slash);
        let glued = self.tokens.get(self.at + 4).is_some_and(|t| !t.spaced);
        let fits = letters && year && slashes && glued && self.word(4) != Some(W::Year);
        if fits {
            self.push(Part::Refer, 5);
        }
        fits
    }

    /// "Instalment 1/2026": the first of that year, not January.
    fn instalment_of_year(&mut self) -> bool {
        let counted = matches!(self.kind(1), Some(T::Num(_, 1 | 2) | T::Roman(_)));
        let year = self.kind(2) == Some(T::Slash)
            && self
                .num(3)
                .is_some_and(|(y, len)| len == 4 && (1990..=2100).contains(&y))
            && self.kind(4) != Some(T::Slash);
        if counted && year {
            self.push(Part::Junk, 3);
        }
        counted && year
    }

    /// `1)`, `1. `, `1: ` before what it numbers.
    fn label(&mut self, len: u8) -> bool {
        let behind = self.tokens.get(self.at + 2);
        let numbered = match self.kind(1) {
            Some(T::Close) => self.at == 0,
            Some(T::Dot) => {
                let entry = matches!(self.parts.last(), Some(Part::Comma))
                    && behind.is_some_and(|t| matches!(t.kind, T::Word(_)));
                (self.at == 0 || entry) && behind.is_some_and(|t| t.spaced)
            }
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
        let midnight = self.num(0).is_some_and(|(hour, _)| hour == 0);
        self.at += ahead;
        if !midnight {
            self.before_an_hour();
        }
        true
    }

    /// "Before 17:00 on the 30th": the day itself still counts, only its last hours do not.
    fn before_an_hour(&mut self) {
        let at = match self.parts.as_slice() {
            [.., Part::Before] => 1,
            [.., Part::Before, Part::Span(_)] => 2,
            _ => return,
        };
        let at = self.parts.len() - at;
        self.parts[at] = Part::By;
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
}
