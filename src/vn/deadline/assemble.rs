//! What a text says → a deadline: the kind, the days, and every doubt.

use super::DeadlineContext;
use super::part::{Alt, Edge, Span, Unit};
use super::resolve::{bounds, due, precision};
use super::sentence::{Item, Rel, Sentence};
use super::several::several;
use crate::domain::deadline::{AltReading, Deadline, DeadlineKind, Doubt, DueDay};

/// Reads a sentence against its context.
pub(super) fn assemble(
    mut said: Sentence,
    context: &DeadlineContext<'_>,
    report_days: &[(i8, i8)],
) -> Deadline {
    said.name_alones();
    if said
        .items
        .iter()
        .any(|i| i.span.bad || i.until.is_some_and(|u| u.bad))
    {
        return Deadline::without_day(DeadlineKind::Invalid);
    }
    let mut read = match super::frequency::recurring(&said, context, report_days) {
        Some(deadline) => deadline,
        None => once(&said, context),
    };
    if said.lost_number && !read.days.is_empty() {
        // Digits that were not understood may change any day that was.
        return without(DeadlineKind::Unresolved, Some(Doubt::TwoReadings));
    }
    let tet = |i: &Item| i.span.unit == Unit::Tet;
    if said.lunar && (said.items.is_empty() || !said.items.iter().all(tet)) {
        // Its day is another one in every year: asked for, never guessed.
        return without(DeadlineKind::Unresolved, None);
    }
    let waits = said.event
        || said.duration.is_some()
        || (said.on_demand && !said.ongoing && !read.recurs());
    let has_day = !read.days.is_empty();
    if said.unsure && (has_day || said.ongoing) {
        read = either(
            read,
            &[Deadline::without_day(DeadlineKind::Unresolved)],
            Doubt::TwoReadings,
        );
    } else if has_day && waits && said.counted_from.is_none() {
        read = either(
            read,
            &[Deadline::without_day(DeadlineKind::Conditional)],
            Doubt::TwoReadings,
        );
    } else if has_day && (said.junk || said.refers || said.odd || said.relative || said.carried) {
        read = either(
            read,
            &[Deadline::without_day(DeadlineKind::Unresolved)],
            Doubt::TwoReadings,
        );
    }
    if said.last_workday && !read.days.is_empty() {
        // Which day that is, the calendar of that month decides.
        let nothing = Deadline::without_day(DeadlineKind::Unresolved);
        read = either(read, &[nothing], Doubt::TwoReadings);
    }
    if said.other_weekday(&read) {
        let nothing = Deadline::without_day(DeadlineKind::Unresolved);
        read = either(read, &[nothing], Doubt::TwoReadings);
    }
    read
}

/// A reading among several: the stated one with the others beside it.
pub(super) fn either(stated: Deadline, others: &[Deadline], doubt: Doubt) -> Deadline {
    let mut out = stated;
    if out.readings.is_empty() {
        out.readings.push(reading(&out));
    }
    for other in others {
        let alt = reading(other);
        if !out.readings.contains(&alt) {
            out.readings.push(alt);
        }
    }
    out.kind = DeadlineKind::Ambiguous;
    if !out.doubts.contains(&doubt) {
        out.doubts.push(doubt);
    }
    out
}

pub(super) fn reading(d: &Deadline) -> AltReading {
    AltReading {
        kind: d.kind,
        due: if d.recurs() {
            None
        } else {
            d.days.last().map(|x| x.day)
        },
        rule: d.rule.as_ref().map(|r| r.text.clone()),
    }
}

fn without(kind: DeadlineKind, doubt: Option<Doubt>) -> Deadline {
    Deadline {
        doubts: doubt.into_iter().collect(),
        ..Deadline::without_day(kind)
    }
}

impl Sentence {
    /// Whether the weekday that is named is not that of the one day that is named.
    fn other_weekday(&self, read: &Deadline) -> bool {
        let (Some(weekday), [item], [due]) = (self.weekday, self.items.as_slice(), &read.days[..])
        else {
            return false;
        };
        let day = due.limit.unwrap_or(due.day);
        let is_day = matches!(item.span.unit, Unit::Day { .. });
        !is_day || day.weekday().to_monday_zero_offset() != i8::try_from(weekday).unwrap_or(0)
    }

    /// Units without a number become periods where a neighbour names the year, or where "the whole year" is meant.
    fn name_alones(&mut self) {
        use super::part::Freq;
        let year = self.items.iter().find_map(|i| i.span.year);
        let dated = self.items.iter().any(|i| i.span.unit == Unit::Year) && self.freqs.is_empty();
        if dated && !self.alones.is_empty() && !self.next_years {
            for (freq, edge) in std::mem::take(&mut self.alones) {
                let unit = match freq {
                    Freq::Months(n @ (6 | 9)) => Unit::First(n),
                    Freq::Years(1) => Unit::Year,
                    _ => {
                        self.relative = true;
                        continue;
                    }
                };
                let span = Span {
                    edge,
                    ..Span::new(unit, year)
                };
                self.items.insert(
                    0,
                    Item {
                        span,
                        rel: Rel::Inside,
                        until: None,
                        dashed: false,
                        noted: false,
                        own_rel: false,
                        year_lent: true,
                    },
                );
            }
            return;
        }
        let single = self.alones.len() == 1
            && self.freqs.is_empty()
            && !self.periodic
            && !self.last_workday
            && self.items.is_empty()
            && !self.next_years;
        if let (true, Some(&(freq, edge))) = (single, self.alones.first()) {
            let bound = self.bound || self.whole || edge != Edge::Whole;
            if freq == Freq::Years(1) && bound {
                let span = Span {
                    edge,
                    ..Span::new(Unit::Year, None)
                };
                self.items.push(Item {
                    span,
                    rel: Rel::Inside,
                    until: None,
                    dashed: false,
                    noted: false,
                    own_rel: false,
                    year_lent: false,
                });
                self.alones.clear();
            } else if bound {
                // "in the quarter", "end of the month": which one is not said
                self.relative = true;
                self.alones.clear();
            }
        }
    }
}

/// A deadline that comes once or not at all.
fn once(said: &Sentence, context: &DeadlineContext<'_>) -> Deadline {
    if let Some(deadline) = counted(said, context) {
        return deadline;
    }
    if said.items.is_empty() {
        return bare(said);
    }
    let (main, notes): (Vec<Item>, Vec<Item>) = if said.only_notes() {
        (said.items.clone(), Vec::new())
    } else {
        said.items.iter().partition(|i| !i.noted)
    };
    let mut read = dated(&main, said, context);
    if !notes.is_empty() && !read.days.is_empty() {
        let other = dated(&notes, &Sentence::default(), context);
        read = either(read, &[other], Doubt::TwoReadings);
    }
    if said.ongoing && !read.days.is_empty() {
        read = either(
            read,
            &[Deadline::without_day(DeadlineKind::OpenEnded)],
            Doubt::TwoReadings,
        );
    }
    read
}

/// So many days from a day that is named.
fn counted(said: &Sentence, context: &DeadlineContext<'_>) -> Option<Deadline> {
    let (days, working) = said.duration?;
    let start = said.counted_from.as_ref()?;
    let (_, from) = bounds(start, context)?;
    let waiting = Deadline::without_day(DeadlineKind::Conditional);
    if working {
        return Some(waiting);
    }
    // The first day is not counted (Civil Code 2015, article 147).
    let span = jiff::Span::new().try_days(i64::from(days)).ok()?;
    let day = from.checked_add(span).ok()?;
    let fixed = Deadline {
        days: vec![DueDay::plain(day)],
        precision: Some(precision(start)),
        ..Deadline::without_day(DeadlineKind::Fixed)
    };
    Some(either(fixed, &[waiting], Doubt::TwoReadings))
}

/// A text that names no period.
fn bare(said: &Sentence) -> Deadline {
    let kind = if said.unsure || said.next_years || said.next_year {
        DeadlineKind::Unresolved
    } else if said.ongoing && !said.event && !said.relative {
        DeadlineKind::OpenEnded
    } else if said.event || (said.on_demand && !said.refers) {
        DeadlineKind::Conditional
    } else {
        DeadlineKind::Unresolved
    };
    let deadline = Deadline::without_day(kind);
    if kind == DeadlineKind::OpenEnded && (said.junk || said.refers) {
        return either(
            deadline,
            &[Deadline::without_day(DeadlineKind::Unresolved)],
            Doubt::TwoReadings,
        );
    }
    deadline
}

/// Named periods and days.
fn dated(items: &[Item], said: &Sentence, context: &DeadlineContext<'_>) -> Deadline {
    let mut items: Vec<Item> = items.to_vec();
    let mut from_context = false;
    let mut odd = false;
    let all = items.len();
    for item in &mut items {
        for span in std::iter::once(&mut item.span).chain(item.until.as_mut()) {
            if span.year.is_some() || span.unit == Unit::Plan {
                continue;
            }
            if matches!(span.unit, Unit::DayOfMonth(_) | Unit::QuarterDay(_)) {
                return without(DeadlineKind::Unresolved, Some(Doubt::NoYear));
            }
            let Some(year) = context.year else {
                return without(DeadlineKind::Unresolved, Some(Doubt::NoYear));
            };
            span.year = Some(year);
            from_context = true;
        }
    }
    if items.len() > 1 && items.iter().any(|i| i.rel != Rel::From) {
        items.retain(|i| i.rel != Rel::From || i.until.is_some());
        odd = items.len() < all;
    }
    let read = match items.as_slice() {
        [item] => single(item, said, context),
        _ => several(&items, said, context),
    };
    let Some(read) = read else {
        return without(DeadlineKind::Unresolved, None);
    };
    let read = if odd && !read.days.is_empty() {
        either(read, &[], Doubt::TwoReadings)
    } else {
        read
    };
    if !from_context || read.kind == DeadlineKind::Invalid {
        return read;
    }
    if said.whole && read.kind == DeadlineKind::Range {
        let mut read = read;
        read.doubts.push(Doubt::YearFromContext);
        return read;
    }
    either(read, &[], Doubt::YearFromContext)
}

pub(super) fn single(
    item: &Item,
    said: &Sentence,
    context: &DeadlineContext<'_>,
) -> Option<Deadline> {
    if let Some(until) = item.until {
        let read = range(&item.span, &until, context)?;
        let by_day = |s: &Span| matches!(s.unit, Unit::Day { .. });
        // "Quarter II, the years 2026-2030": every one of them, most likely.
        let of_years = until.unit == Unit::Year && !matches!(item.span.unit, Unit::Year);
        let uneven = item.dashed
            && (of_years || by_day(&item.span) != by_day(&until))
            && !read.days.is_empty();
        return Some(if uneven {
            either(read, &[], Doubt::TwoReadings)
        } else {
            read
        });
    }
    let span = &item.span;
    match item.rel {
        Rel::After => return None,
        Rel::From => return from_on(span, said, context),
        _ => {}
    }
    let Some(day) = due(span, item.rel, context) else {
        return if bounds(span, context).is_none() && span.unit != Unit::Tet {
            Some(Deadline::without_day(DeadlineKind::Invalid))
        } else {
            None
        };
    };
    let stretch = matches!(span.unit, Unit::First(_) | Unit::Last(_) | Unit::Plan) || said.whole;
    let is_range = stretch && item.rel == Rel::Inside && span.edge == Edge::Whole;
    let opens = (item.rel == Rel::Inside && !matches!(span.unit, Unit::Day { .. } | Unit::Tet))
        .then(|| bounds(span, context).map(|b| b.0))
        .flatten();
    let read = Deadline {
        days: vec![day],
        opens,
        precision: Some(precision(span)),
        ..Deadline::without_day(if is_range {
            DeadlineKind::Range
        } else {
            DeadlineKind::Fixed
        })
    };
    Some(doubted(read, item, context))
}

/// What makes one named period doubtful.
fn doubted(mut read: Deadline, item: &Item, context: &DeadlineContext<'_>) -> Deadline {
    let span = &item.span;
    match span.edge {
        Edge::Start => read.doubts.push(Doubt::LowPrecision),
        Edge::Middle if matches!(span.unit, Unit::Month(_) | Unit::Year) => {
            read.doubts.push(Doubt::LowPrecision)
        }
        Edge::Middle => read = either(read, &[], Doubt::LowPrecision),
        Edge::Whole | Edge::End => {}
    }
    if item.rel == Rel::Before && span.edge != Edge::Whole {
        let inclusive = due(span, Rel::By, context).map(fixed);
        read = either(read, inclusive.as_slice(), Doubt::TwoReadings);
    }
    if span.unit == Unit::Tet {
        read = either(read, &[], Doubt::Lunar);
    }
    with_alt(read, span, context)
}

fn with_alt(read: Deadline, span: &Span, context: &DeadlineContext<'_>) -> Deadline {
    match span.alt {
        Alt::None => read,
        Alt::MonthDayYear => either(read, &[], Doubt::MonthDayYear),
        Alt::DayInstead { d, m } => {
            let day = Span::new(Unit::Day { d, m }, span.year);
            let other = due(&day, Rel::By, context).map(fixed);
            either(read, other.as_slice(), Doubt::TwoReadings)
        }
        Alt::DayOfNoYear { d, m } => {
            let day = Span::new(Unit::Day { d, m }, context.year);
            let other = due(&day, Rel::By, context)
                .map_or_else(|| without(DeadlineKind::Unresolved, None), fixed);
            either(read, &[other], Doubt::TwoReadings)
        }
        Alt::OverNewYear => read,
        Alt::Guess => {
            let other = week_end(span, context)
                .map_or_else(|| without(DeadlineKind::Unresolved, None), fixed);
            either(read, &[other], Doubt::TwoReadings)
        }
    }
}

/// The other reading of "week n of a month": the Friday of its nth week from Monday.
fn week_end(span: &Span, context: &DeadlineContext<'_>) -> Option<DueDay> {
    let Unit::Week { n, .. } = span.unit else {
        return None;
    };
    let (start, end) = bounds(span, context)?;
    let day = if n == 0 { end } else { start };
    let back = i64::from(day.weekday().to_monday_zero_offset());
    let monday = day
        .checked_sub(jiff::Span::new().try_days(back).ok()?)
        .ok()?;
    monday
        .checked_add(jiff::Span::new().try_days(4).ok()?)
        .ok()
        .map(DueDay::plain)
}

pub(super) fn fixed(day: DueDay) -> Deadline {
    Deadline {
        days: vec![day],
        ..Deadline::without_day(DeadlineKind::Fixed)
    }
}

/// From one period to another.
fn range(from: &Span, to: &Span, context: &DeadlineContext<'_>) -> Option<Deadline> {
    let opens = due(from, Rel::Inside, context)
        .and(bounds(from, context))?
        .0;
    let opens = match from.edge {
        Edge::Whole | Edge::Start => opens,
        _ => due(from, Rel::Inside, context)?.day,
    };
    let end = due(to, Rel::Inside, context)?;
    if end.day < opens {
        let stated = from.year.is_some() && to.year.is_some() && from.year > to.year;
        return Some(without(
            if stated {
                DeadlineKind::Invalid
            } else {
                DeadlineKind::Unresolved
            },
            None,
        ));
    }
    let read = Deadline {
        days: vec![end],
        opens: Some(opens),
        precision: Some(precision(to)),
        ..Deadline::without_day(DeadlineKind::Range)
    };
    let read = with_alt(read, to, context);
    let read = with_alt(read, from, context);
    let guessed = from.alt == Alt::OverNewYear || to.alt == Alt::OverNewYear;
    let far = opens < context.plan_start || opens.until(end.day).is_ok_and(|s| s.get_days() > 184);
    Some(if guessed && far {
        let nothing = without(DeadlineKind::Unresolved, None);
        either(read, &[nothing], Doubt::TwoReadings)
    } else {
        read
    })
}

/// From a period on, with no end named: the plan's end is the stated reading.
fn from_on(span: &Span, said: &Sentence, context: &DeadlineContext<'_>) -> Option<Deadline> {
    let (opens, _) = bounds(span, context)?;
    if opens > context.plan_end || said.event {
        return None;
    }
    let read = Deadline {
        days: vec![DueDay::plain(context.plan_end)],
        opens: Some(opens),
        precision: Some(precision(span)),
        ..Deadline::without_day(DeadlineKind::Range)
    };
    Some(either(
        read,
        &[Deadline::without_day(DeadlineKind::OpenEnded)],
        Doubt::TwoReadings,
    ))
}
