//! Parts → what they say together: which periods are due, in which relation, and what else the text mentions.

use super::part::{Alt, Edge, Freq, Part, Span, Unit};

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
    noted_alones: Vec<(Freq, Edge)>,
    /// A word such as "in" or "by" stands before a unit without a number.
    pub bound: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Join {
    None,
    List,
    Or,
    Range,
}

/// What is being passed over: the rest of a reference or of a condition.
#[derive(Clone, Copy, PartialEq)]
enum Skip {
    No,
    Reference,
    Condition,
    /// From an event on: an end may follow.
    Since,
}

struct Walk {
    said: Sentence,
    rel: Option<Rel>,
    carried: Rel,
    join: Join,
    skip: Skip,
    depth: u8,
    dashed: bool,
    /// "Before and" has been said: "in" adds nothing to it.
    bounded: bool,
    /// Brackets or unknown words stand since the last period.
    join_broken: bool,
}

impl Sentence {
    pub fn of(parts: &[Part]) -> Self {
        let mut walk = Walk {
            said: Self::default(),
            rel: None,
            carried: Rel::Inside,
            join: Join::None,
            skip: Skip::No,
            depth: 0,
            join_broken: false,
            dashed: false,
            bounded: false,
        };
        for (at, &part) in parts.iter().enumerate() {
            walk.part(part, &parts[at + 1..]);
        }
        let mut said = walk.said;
        // "2026 until ..." whose end is not understood
        said.odd |= matches!(parts.last(), Some(Part::And | Part::Or)) && !said.items.is_empty();
        said.odd |=
            walk.join == Join::Range && matches!(parts.last(), Some(Part::Dash | Part::Until));
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

impl Walk {
    fn part(&mut self, part: Part, rest: &[Part]) {
        if self.skip != Skip::No {
            match part {
                Part::Comma | Part::Close | Part::Open | Part::Before | Part::By => {
                    self.skip = Skip::No
                }
                Part::Until
                    if self.skip == Skip::Since && matches!(rest.first(), Some(Part::Span(_))) =>
                {
                    self.skip = Skip::No;
                }
                Part::OnDemand => self.said.on_demand = true,
                _ => return,
            }
        }
        match part {
            Part::Span(span) => self.span(span),
            Part::Freq(freq, edge) => self.said.freqs.push((freq, edge)),
            Part::Alone(freq, edge) => {
                self.said.bound |= self.rel.take().is_some();
                if self.depth > 0 {
                    self.said.noted_alones.push((freq, edge));
                } else {
                    self.said.alones.push((freq, edge));
                }
            }
            Part::Before => self.rel = Some(Rel::Before),
            Part::By => self.rel = Some(Rel::By),
            Part::Until if self.join == Join::None && !self.said.items.is_empty() => {
                self.join = Join::Range;
                self.dashed = false;
            }
            Part::Until => self.rel = Some(Rel::By),
            Part::Inside if std::mem::take(&mut self.bounded) => {}
            Part::Inside => self.rel = Some(Rel::Inside),
            Part::From => self.rel = Some(Rel::From),
            Part::After => self.after(rest),
            Part::Comma => self.join = Join::List,
            // "before or on": by
            Part::And | Part::Or if self.rel == Some(Rel::Before) => {
                self.rel = Some(Rel::By);
                self.bounded = true;
            }
            Part::And => self.join = Join::List,
            Part::Or => self.join = Join::Or,
            Part::Dash => {
                self.dashed = true;
                self.join = if self.said.items.is_empty() {
                    Join::None
                } else {
                    Join::Range
                }
            }
            Part::Event => self.event(rest),
            Part::Refer => self.refer(),
            Part::Open => {
                self.depth = self.depth.saturating_add(1);
                self.join = Join::List;
            }
            Part::Close => {
                self.depth = self.depth.saturating_sub(1);
                self.join_broken = true;
            }
            Part::Duration { days, working } => {
                self.rel = None;
                self.said.duration = Some((days, working));
            }
            Part::Since => self.since(rest),
            Part::LostNumber => {
                self.said.lost_number |= self.depth == 0;
                self.join = Join::List;
            }
            Part::Junk => {
                self.said.junk |= self.depth == 0;
                self.join = Join::List;
            }
            other => self.fact(other),
        }
    }

    fn fact(&mut self, part: Part) {
        let said = &mut self.said;
        match part {
            Part::Onwards => said.onwards = true,
            Part::Ongoing => said.ongoing = true,
            Part::OnDemand => said.on_demand = true,
            Part::Unsure => said.unsure = true,
            Part::NextYears => said.next_years = true,
            Part::NextYear => said.next_year = true,
            Part::Whole => said.whole = true,
            Part::Periodic => said.periodic = true,
            Part::Relative => said.relative = true,
            Part::Weekday(day) => said.weekday = Some(day),
            Part::LastWorkday => said.last_workday = true,
            _ => {}
        }
    }

    fn span(&mut self, span: Span) {
        let noted = self.depth > 0;
        let join = std::mem::replace(&mut self.join, Join::None);
        if let Some(last) = self.said.items.last_mut() {
            let part = matches!(
                span.unit,
                Unit::Quarter(_) | Unit::Month(_) | Unit::First(_) | Unit::Last(_)
            );
            let beside = matches!(join, Join::None | Join::Range)
                && last.noted == noted
                && last.until.is_none();
            if last.span.unit == Unit::Year && part && span.year.is_none() && beside {
                // "2026 Q2", "2026 - quarter II"
                last.span = Span {
                    year: last.span.year,
                    ..span
                };
                return;
            }
            if join == Join::Range && last.until.is_none() && last.noted == noted {
                last.until = Some(span);
                last.dashed = self.dashed;
                let rel = self.rel.take();
                self.said.odd |= matches!(rel, Some(Rel::After | Rel::Before));
                return;
            }
            // "the plan of 2027 in December": the year belongs to what is to be done
            let named_year = last.span.unit == Unit::Year
                && !last.own_rel
                && last.until.is_none()
                && span.year.is_some();
            if named_year && join == Join::None && self.rel.is_some() && last.span.year == span.year
            {
                // "the report of 2026 before 15/12/2026"
                last.span = span;
                last.rel = self.rel.take().unwrap_or(Rel::Inside);
                last.own_rel = true;
                return;
            }
            self.said.odd |= join == Join::None && (self.rel.is_none() || named_year);
            self.said.either |= join == Join::Or;
        }
        let own_rel = self.rel.is_some();
        if self.join_broken {
            self.carried = Rel::Inside;
        }
        let complete = self
            .said
            .items
            .last()
            .is_some_and(|i| i.span.year.is_some());
        self.said.carried |= !own_rel && complete && self.carried == Rel::Before;
        self.join_broken = false;
        let rel = self.rel.take().unwrap_or(self.carried);
        self.carried = match rel {
            Rel::Before | Rel::By => rel,
            _ => Rel::Inside,
        };
        self.said.items.push(Item {
            span,
            rel,
            until: None,
            dashed: false,
            noted,
            own_rel,
            year_lent: false,
        });
    }

    /// "After" a day; after anything else it is a condition.
    fn after(&mut self, rest: &[Part]) {
        if matches!(rest.first(), Some(Part::Span(_))) {
            self.rel = Some(Rel::After);
        } else if rest.is_empty() && (self.said.relative || !self.said.alones.is_empty()) {
            // "next month"
            self.said.relative = true;
        } else {
            self.said.event = true;
            self.skip = Skip::Condition;
        }
    }

    /// From a day that is named; else from an event.
    fn since(&mut self, rest: &[Part]) {
        if let Some(Part::Span(span)) = rest.first() {
            if self.said.duration.is_some() {
                self.said.counted_from = Some(*span);
                self.skip = Skip::Condition;
            } else {
                self.rel = Some(Rel::From);
            }
            return;
        }
        self.event(rest);
        if self.skip == Skip::Condition {
            self.skip = Skip::Since;
        }
    }

    /// A condition; a day directly behind it is a day all the same.
    fn event(&mut self, rest: &[Part]) {
        self.said.event = true;
        if !matches!(rest.first(), Some(Part::Span(_))) {
            self.skip = Skip::Condition;
        }
    }

    /// A reference to a document; behind a period it only tells why.
    fn refer(&mut self) {
        let said = &mut self.said;
        let nothing_yet = said.items.is_empty()
            && said.freqs.is_empty()
            && !said.ongoing
            && !said.on_demand
            && said.alones.is_empty();
        said.refers |= nothing_yet && self.depth == 0;
        self.skip = Skip::Reference;
    }
}
