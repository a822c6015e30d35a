//! Sentences that come again: which cycle they name.

use jiff::civil::Date;

use super::DeadlineContext;
use super::assemble::{either, reading};
use super::part::{Edge, Freq, Span, Unit};
use super::recur::{Cycle, LAST, Repeat};
use super::resolve::bounds;
use super::sentence::{Item, Rel, Sentence};
use super::yearly::{month_day, on_days, quarter_days};
use crate::domain::deadline::{Deadline, DeadlineKind, Doubt, Precision, Recurrence};

/// A recurring deadline, when the sentence says one.
pub(super) fn recurring(
    said: &Sentence,
    context: &DeadlineContext<'_>,
    report_days: &[(i8, i8)],
) -> Option<Deadline> {
    let freqs = frequencies(said);
    let dated: Vec<Item> = said.items.clone();
    if let Some(weekday) = said.weekday {
        let weekly = freqs.iter().any(|(f, _)| *f == Freq::Week);
        return (weekly && dated.is_empty())
            .then(|| deadline(Repeat::plain(Cycle::Weekly(weekday)), true, context));
    }
    if (said.next_years || (said.onwards && dated.len() == 1))
        && let Some(read) = from_a_year(&dated, said, &freqs, context)
    {
        return Some(read);
    }
    let yearly_days =
        said.next_year && !dated.is_empty() && dated.iter().all(|i| i.span.year.is_none());
    let twice = dated.len() > 1
        && dated.iter().all(|i| {
            i.own_rel
                && i.rel == Rel::Before
                && i.span.year.is_none()
                && matches!(i.span.unit, Unit::Day { .. })
        });
    if freqs.is_empty() {
        if yearly_days || twice {
            let read = on_days(&dated, Freq::Years(1), context)?;
            let by_day = dated
                .iter()
                .all(|i| matches!(i.span.unit, Unit::Day { .. }));
            let once = Deadline::without_day(DeadlineKind::Unresolved);
            return Some(if by_day {
                read
            } else {
                either(read, &[once], Doubt::TwoReadings)
            });
        }
        return quarter_days(&dated, context);
    }
    if dated.is_empty() {
        return Some(bare(said, &freqs, report_days, context));
    }
    let (freq, _) = freqs[0];
    if freqs.len() == 1 {
        if let Some(read) = on_days(&dated, freq, context) {
            return Some(read);
        }
        let part_of_year = dated.len() == 1
            && dated[0].rel == Rel::Inside
            && !matches!(dated[0].span.unit, Unit::Year | Unit::Plan);
        if freq == Freq::Years(1)
            && part_of_year
            && dated[0].span.year.is_some()
            && let Some(read) = from_a_year(&dated, said, &freqs, context)
        {
            return Some(read);
        }
        if let Some(read) = within(&dated, freq, context) {
            return Some(read);
        }
    }
    Some(unclear(&dated, &freqs, said, context))
}

/// Frequencies said, also by units in a list ("quarter, six months, year") or behind "periodic".
fn frequencies(said: &Sentence) -> Vec<(Freq, Edge)> {
    let mut out = said.freqs.clone();
    let lists = said.alones.len() > 1 || !out.is_empty() || said.periodic || said.last_workday;
    if lists && !said.bound {
        out.extend(said.alones.iter().copied());
    }
    let mut seen: Vec<(Freq, Edge)> = Vec::new();
    for f in out {
        if !seen.contains(&f) {
            seen.push(f);
        }
    }
    seen
}

/// Only frequencies.
fn bare(
    said: &Sentence,
    freqs: &[(Freq, Edge)],
    report_days: &[(i8, i8)],
    context: &DeadlineContext<'_>,
) -> Deadline {
    let mut sorted: Vec<Freq> = freqs.iter().map(|f| f.0).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let every = said.freqs.is_empty() || said.periodic;
    if every && sorted == [Freq::Months(3), Freq::Months(6), Freq::Years(1)] {
        return deadline(
            Repeat::plain(Cycle::Reports(report_days.to_vec())),
            false,
            context,
        );
    }
    let soft = said.ongoing;
    let mut all: Vec<Deadline> = sorted
        .iter()
        .filter_map(|f| {
            Some(deadline(
                Repeat::plain(period_ends(*f, edge_of(freqs, *f))?),
                soft,
                context,
            ))
        })
        .collect();
    if all.is_empty() {
        return Deadline::without_day(DeadlineKind::Unresolved);
    }
    let mut first = all.remove(0);
    if let Freq::Years(2..) = sorted[0] {
        first.doubts.push(Doubt::CycleStart);
    }
    // "The beginning and the end of the year": twice in one period.
    let edges = |freq: Freq| freqs.iter().filter(|f| f.0 == freq).count();
    if sorted.iter().any(|freq| edges(*freq) > 1) {
        all.push(Deadline::without_day(DeadlineKind::Unresolved));
    }
    if all.is_empty() {
        return first;
    }
    either(first, &all, Doubt::TwoFrequencies)
}

fn edge_of(freqs: &[(Freq, Edge)], freq: Freq) -> Edge {
    freqs
        .iter()
        .find(|f| f.0 == freq && f.1 != Edge::Whole)
        .map_or(Edge::Whole, |f| f.1)
}

/// The cycle of a frequency: due at the end of each period, or at its named part.
fn period_ends(freq: Freq, edge: Edge) -> Option<Cycle> {
    Some(match (freq, edge) {
        (Freq::Week, _) => Cycle::Weekly(4),
        (Freq::HalfMonth, _) => Cycle::TwiceMonthly,
        (Freq::Months(1), Edge::Start) => Cycle::Monthly(1),
        (Freq::Months(1), Edge::Middle) => Cycle::Monthly(15),
        (Freq::Months(1), _) => Cycle::Monthly(LAST),
        (Freq::Months(3), Edge::Start) => Cycle::Yearly(vec![(1, 1), (4, 1), (7, 1), (10, 1)]),
        (Freq::Months(3), Edge::Middle) => Cycle::Yearly(vec![(2, 15), (5, 15), (8, 15), (11, 15)]),
        (Freq::Months(3), _) => Cycle::Quarterly(LAST),
        (Freq::Months(n), _) if n > 0 && 12 % n == 0 => Cycle::Months(n),
        (Freq::Months(_), _) => return None,
        (Freq::Years(1), Edge::Start) => Cycle::Yearly(vec![(1, 1)]),
        (Freq::Years(1), Edge::Middle) => Cycle::Yearly(vec![(6, 30)]),
        (Freq::Years(1), _) => Cycle::Yearly(vec![(12, 31)]),
        (Freq::Years(n), _) => Cycle::Years(n),
    })
}

/// A frequency bounded by years or a stretch of time: "every quarter of 2026", "every year from 2026 to 2028".
fn within(items: &[Item], freq: Freq, context: &DeadlineContext<'_>) -> Option<Deadline> {
    let [item] = items else { return None };
    let is_day = |s: &Span| matches!(s.unit, Unit::Day { .. } | Unit::DayOfMonth(_) | Unit::Tet);
    let end = item.until.unwrap_or(item.span);
    let (from, _) = bounds(&item.span, context)?;
    let (_, to) = bounds(&end, context)?;
    let mut repeat = Repeat::plain(period_ends(freq, Edge::Whole)?);
    let lone_year = item.span.unit == Unit::Year && item.until.is_none();
    match item.rel {
        // "2026 and every year": from that year on
        Rel::Inside if lone_year && freq == Freq::Years(1) => repeat.from = Some(from),
        Rel::Inside
            if item.until.is_some()
                || !is_day(&item.span) && item.span.unit != Unit::Plan && freq < Freq::Years(1) =>
        {
            if longer(freq, from, to) {
                return None;
            }
            (repeat.from, repeat.to) = (Some(from), Some(to));
        }
        Rel::Inside if item.span.unit == Unit::Plan => {}
        Rel::From => {
            repeat.from = Some(from);
            repeat.to = item.until.map(|_| to);
        }
        Rel::By => repeat.to = Some(to),
        _ => return None,
    }
    let once = repeat.from.is_some() && repeat.to.is_some() && freq < Freq::Years(1);
    let read = deadline(repeat, false, context);
    // "Quarter I and every quarter": one time within the stretch is no rhythm.
    let enough = read.days.len() > usize::from(once && !lone_year);
    enough.then_some(read)
}

/// Whether a cycle does not fit into the stretch even once.
fn longer(freq: Freq, from: Date, to: Date) -> bool {
    let days = from.until(to).map_or(0, |s| s.get_days()) + 1;
    days < match freq {
        Freq::Week => 7,
        Freq::HalfMonth => 28,
        Freq::Months(n) => i32::from(n) * 28,
        Freq::Years(n) => i32::from(n) * 365,
    }
}

/// "2026 and the years that follow".
fn from_a_year(
    items: &[Item],
    said: &Sentence,
    freqs: &[(Freq, Edge)],
    context: &DeadlineContext<'_>,
) -> Option<Deadline> {
    if said.onwards && !said.next_years && items.first()?.span.unit != Unit::Year {
        return None;
    }
    let [item] = items else { return None };
    let (from, _) = bounds(
        &Span {
            edge: Edge::Whole,
            ..item.span
        },
        context,
    )?;
    let freq = match freqs {
        [] => Freq::Years(1),
        [(f, _)] => *f,
        _ => return None,
    };
    if item.until.is_some() || matches!(item.rel, Rel::Before | Rel::After) {
        return None;
    }
    let repeat = Repeat {
        from: Some(from),
        ..Repeat::plain(period_ends(freq, Edge::Whole)?)
    };
    let read = deadline(repeat, false, context);
    if item.span.unit == Unit::Year {
        return Some(read);
    }
    // A part of a year and the years behind it: again in that part, or at each year's end.
    let (m, d) = month_day(item, false)?;
    let again = deadline(
        Repeat {
            from: Some(from),
            ..Repeat::plain(Cycle::Yearly(vec![(m, d)]))
        },
        false,
        context,
    );
    Some(either(again, &[read], Doubt::TwoReadings))
}

/// A frequency and days that do not fit together: the frequency is stated, the days are the other reading.
fn unclear(
    items: &[Item],
    freqs: &[(Freq, Edge)],
    said: &Sentence,
    context: &DeadlineContext<'_>,
) -> Deadline {
    let Some(cycle) = period_ends(freqs[0].0, Edge::Whole) else {
        return Deadline::without_day(DeadlineKind::Unresolved);
    };
    let stated = deadline(Repeat::plain(cycle), said.ongoing, context);
    let other = items
        .last()
        .and_then(|i| super::resolve::due(&i.until.unwrap_or(i.span), i.rel, context));
    let mut out = either(stated, &[], Doubt::TwoReadings);
    match other {
        Some(day) => {
            let fixed = Deadline {
                days: vec![day],
                ..Deadline::without_day(DeadlineKind::Fixed)
            };
            out.readings.push(reading(&fixed));
        }
        None => out
            .readings
            .push(reading(&Deadline::without_day(DeadlineKind::Unresolved))),
    }
    out
}

pub(super) fn deadline(repeat: Repeat, soft: bool, context: &DeadlineContext<'_>) -> Deadline {
    let weekly = matches!(repeat.cycle, Cycle::Weekly(_));
    let precision = match repeat.cycle {
        Cycle::Weekly(_) => Precision::Week,
        Cycle::Monthly(LAST) | Cycle::TwiceMonthly => Precision::Month,
        Cycle::Quarterly(LAST) => Precision::Quarter,
        Cycle::Monthly(_) | Cycle::Quarterly(_) | Cycle::Yearly(_) | Cycle::Reports(_) => {
            Precision::Day
        }
        Cycle::Months(_) => Precision::Half,
        Cycle::Years(_) => Precision::Year,
    };
    Deadline {
        rule: Some(Recurrence {
            text: repeat.notation(context.before_excludes),
            soft: soft || weekly,
        }),
        days: repeat.days(context),
        opens: repeat.from,
        precision: Some(precision),
        ..Deadline::without_day(DeadlineKind::Recurring)
    }
}
