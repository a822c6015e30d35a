//! Parts in order → what they say: relations carried on, lists and ranges, what is passed over.

use super::part::{Part, Span, Unit};
use super::sentence::{Item, Rel, Sentence};

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

pub(super) struct Walk {
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

impl Walk {
    /// Walks over all parts; months and years are not lent yet.
    pub fn over(parts: &[Part]) -> Sentence {
        let mut walk = Self {
            said: Sentence::default(),
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
        let walk_join = walk.join;
        let mut said = walk.said;
        // "2026 until ..." whose end is not understood
        said.odd |= matches!(parts.last(), Some(Part::And | Part::Or)) && !said.items.is_empty();
        said.odd |=
            walk_join == Join::Range && matches!(parts.last(), Some(Part::Dash | Part::Until));
        said
    }

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
                Part::Until
                    if self.said.duration.is_none()
                        && matches!(rest.first(), Some(Part::Span(_))) =>
                {
                    self.skip = Skip::No;
                }
                Part::OnDemand => self.said.on_demand = true,
                Part::Lunar => self.said.lunar = true,
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
            Part::Lunar => said.lunar = true,
            Part::Weekday(day) => {
                said.odd |= said.weekday.replace(day).is_some_and(|other| other != day);
            }
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
            // "30/6 - 30/9 - 31/12": no range has two ends
            self.said.odd |= join == Join::Range;
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
