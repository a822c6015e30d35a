//! Several due days in one text.

use jiff::civil::Date;

use super::DeadlineContext;
use super::assemble::{either, fixed, single};
use super::part::{Edge, Unit};
use super::resolve::precision;
use super::sentence::{Item, Rel, Sentence};
use crate::domain::deadline::{Deadline, DeadlineKind, Doubt, DueDay};

/// Several due days; the last one counts.
pub(super) fn several(
    items: &[Item],
    said: &Sentence,
    context: &DeadlineContext<'_>,
) -> Option<Deadline> {
    let mut days: Vec<DueDay> = Vec::with_capacity(items.len());
    let mut opens: Option<Date> = None;
    let mut doubts = Vec::new();
    let mut plain = true;
    let mut ordered = true;
    for item in items {
        let one = single(item, said, context)?;
        if one.kind == DeadlineKind::Invalid || one.days.is_empty() {
            return Some(one);
        }
        plain &= one.kind != DeadlineKind::Ambiguous;
        doubts.extend(
            one.doubts
                .iter()
                .copied()
                .filter(|d| !doubts.contains(d))
                .collect::<Vec<_>>(),
        );
        let day = *one.days.last()?;
        ordered &= days.last().is_none_or(|last| last.day < day.day);
        days.push(day);
        opens = match (opens, one.opens) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    days.sort_unstable();
    days.dedup_by_key(|d| d.day);
    let earliest = days.first()?.day;
    // One day said twice is one day.
    let kind = if days.len() > 1 {
        DeadlineKind::FixedMulti
    } else {
        DeadlineKind::Fixed
    };
    let read = Deadline {
        opens: opens
            .filter(|_| {
                items
                    .iter()
                    .all(|i| i.rel == Rel::Inside && !matches!(i.span.unit, Unit::Day { .. }))
            })
            .filter(|o| *o <= earliest),
        precision: Some(precision(&items.last()?.span)),
        doubts,
        days,
        ..Deadline::without_day(kind)
    };
    if said.either {
        let others: Vec<Deadline> = read.days.iter().map(|d| fixed(*d)).collect();
        let mut stated = read;
        let last = *stated.days.last()?;
        stated.days = vec![last];
        stated.kind = DeadlineKind::Fixed;
        return Some(either(stated, &others, Doubt::TwoReadings));
    }
    // Out of order with a year lent by a neighbour: it may be another year.
    let unsure = !ordered && items.iter().any(|i| i.year_lent);
    let mixed = items
        .iter()
        .any(|i| i.rel == Rel::After || i.rel == Rel::From);
    // "The middle of June and July": of both, or between them.
    let middle = items
        .windows(2)
        .any(|pair| pair[0].span.edge == Edge::Middle && pair[1].span.edge == Edge::Whole);
    if unsure || mixed || middle || !plain || (items.len() > 1 && !same_size(items)) {
        return Some(either(read, &[], Doubt::TwoReadings));
    }
    Some(read)
}

/// Periods of a list are of one size, or it is a list of checkpoints in months, quarters and years.
fn same_size(items: &[Item]) -> bool {
    let by_day = |i: &Item| matches!(i.span.unit, Unit::Day { .. });
    // "June of 2026 and 2028": the second year may have its June too.
    let wider = items.windows(2).any(|pair| {
        let narrow = matches!(pair[0].span.unit, Unit::Month(_) | Unit::Quarter(_));
        narrow && pair[1].span.unit == Unit::Year
    });
    !wider && (items.iter().all(by_day) || !items.iter().any(by_day))
}
