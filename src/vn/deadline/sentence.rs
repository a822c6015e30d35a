//! Parts → what they say together: which periods are due, in which relation, and what else the text mentions.

use super::part::{Alt, Edge, Freq, Part, Span, Unit};
use super::walk::Walk;

/// How a period bounds the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rel {
    /// In it: due on its last day.
    Inside,
    /// Before it.
    Before,
    /// By its end.
    By,
    /// From it on.
    From,
    /// After it.
    After,
}

/// A period that the text names as due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub span: Span,
    pub rel: Rel,
    /// End of a range.
    pub until: Option<Span>,
    /// Stands in brackets.
    pub noted: bool,
    /// The text itself said "before" here (not carried over from the item before).
    pub own_rel: bool,
    /// The range is written with a dash.
    pub dashed: bool,
    /// The year was said by a neighbour, not here.
    pub year_lent: bool,
}

/// Everything a text says.
#[derive(Debug, Default)]
pub(super) struct Sentence {
    pub items: Vec<Item>,
    pub freqs: Vec<(Freq, Edge)>,
    pub alones: Vec<(Freq, Edge)>,
    pub weekday: Option<u8>,
    pub duration: Option<(u16, bool)>,
    /// The day a duration counts from.
    pub counted_from: Option<Span>,
    pub ongoing: bool,
    pub on_demand: bool,
    pub event: bool,
    /// A reference stands before anything due.
    pub refers: bool,
    pub unsure: bool,
    pub next_years: bool,
    pub next_year: bool,
    pub whole: bool,
    pub onwards: bool,
    pub periodic: bool,
    pub relative: bool,
    /// A day of the lunar calendar is named.
    pub lunar: bool,
    /// "Or" between two periods.
    pub either: bool,
    /// Words that are not understood, outside brackets.
    pub junk: bool,
    /// Two periods side by side without a word between them.
    pub odd: bool,
    /// A number that belongs to nothing, outside brackets.
    pub lost_number: bool,
    /// "Before" was carried over to a day that is complete in itself.
    pub carried: bool,
    /// The last working day is meant.
    pub last_workday: bool,
    /// Units without a number in brackets.
    pub(super) noted_alones: Vec<(Freq, Edge)>,
    /// A word such as "in" or "by" stands before a unit without a number.
    pub bound: bool,
}

impl Sentence {
    pub fn of(parts: &[Part]) -> Self {
        let mut said = Walk::over(parts);
        said.take_noted_alones();
        said.lend_months();
        said.lend_months_back();
        said.lend_years();
        said.drop_year_note();
        said
    }

    /// Whether it says that something comes again.
    pub fn recurs(&self) -> bool {
        !self.freqs.is_empty()
            || self.weekday.is_some()
            || self.next_years
            || self.next_year
            || self.onwards
    }

    /// Whether nothing but brackets names a period: then the brackets count.
    pub fn only_notes(&self) -> bool {
        self.items.iter().all(|i| i.noted)
    }

    /// "15/6/2026 (six months)": behind a day the brackets only tell what for.
    fn take_noted_alones(&mut self) {
        let notes = std::mem::take(&mut self.noted_alones);
        let by_day = |i: &Item| !i.noted && matches!(i.span.unit, Unit::Day { .. });
        if !self.items.iter().any(by_day) {
            self.alones.extend(notes);
        }
    }

    /// "Quarter II (2026)": the brackets only name the year.
    fn drop_year_note(&mut self) {
        let lone = self.items.iter().filter(|i| i.noted).count() == 1
            && self.items.iter().any(|i| !i.noted);
        if !lone || self.items.iter().any(|i| !i.noted && !i.year_lent) {
            return;
        }
        self.items.retain(|i| {
            !(i.noted && i.span.unit == Unit::Year && i.until.is_none() && i.rel == Rel::Inside)
        });
    }

    /// A day without its month takes the month of the next full day, else of the month before.
    fn lend_months(&mut self) {
        let mut next: Option<(u8, Option<i16>)> = None;
        for item in self.items.iter_mut().rev() {
            if let Some(Span {
                unit: Unit::Day { m, .. },
                year,
                ..
            }) = item.until
            {
                next = Some((m, year));
            }
            match item.span.unit {
                Unit::Day { m, .. } => next = Some((m, item.span.year)),
                Unit::DayOfMonth(d) => {
                    if let Some((m, year)) = next {
                        item.span = super::parser::day_of(u32::from(d), u32::from(m), year);
                        item.year_lent = true;
                    }
                }
                _ => {}
            }
        }
    }

    /// Second half of [`Self::lend_months`]: "June 2026, before the 15th".
    fn lend_months_back(&mut self) {
        let mut last: Option<(u8, Option<i16>)> = None;
        for item in &mut self.items {
            match item.span.unit {
                Unit::Month(m) if item.until.is_none() => last = Some((m, item.span.year)),
                Unit::DayOfMonth(d) => {
                    if let Some((m, year)) = last {
                        item.span = super::parser::day_of(u32::from(d), u32::from(m), year);
                        item.year_lent = true;
                    }
                }
                _ => last = None,
            }
        }
    }

    /// A period without its year takes the year of the next period that has one, else of the one before.
    fn lend_years(&mut self) {
        let mut known: Option<i16> = None;
        for item in self.items.iter_mut().rev() {
            if let Some(until) = &mut item.until {
                until.year = until.year.or(known);
                known = until.year.or(known);
            }
            let own = item.span.year.is_some();
            lend(item, known);
            if let (false, Some(until)) = (own, item.until) {
                over_new_year(&mut item.span, &until, -1);
            }
            known = item.span.year.or(known);
        }
        let mut known: Option<i16> = None;
        for item in &mut self.items {
            lend(item, known);
            known = item.span.year;
            if let Some(until) = &mut item.until {
                if until.year.is_none() && until.unit != Unit::Plan {
                    until.year = known;
                    let start = item.span;
                    over_new_year(until, &start, 1);
                }
                known = until.year;
            }
        }
    }
}

/// Moves the end of a range that took its year from the other one by a year, where it would lie on the wrong side of it.
fn over_new_year(lent: &mut Span, named: &Span, years: i16) {
    let (Some(a), Some(b), true) = (lent.place(), named.place(), lent.year == named.year) else {
        return;
    };
    if (years < 0 && a > b) || (years > 0 && a < b) {
        lent.year = lent.year.map(|y| y + years);
        lent.alt = Alt::OverNewYear;
    }
}

fn lend(item: &mut Item, known: Option<i16>) {
    if item.span.year.is_none()
        && known.is_some()
        && !matches!(
            item.span.unit,
            Unit::Plan | Unit::DayOfMonth(_) | Unit::QuarterDay(_)
        )
    {
        item.span.year = known;
        item.year_lent = true;
        if let (Unit::Day { d, m }, Some(_)) = (item.span.unit, known) {
            item.span.bad |= super::parser::day_of(u32::from(d), u32::from(m), known).bad;
        }
    }
}
