//! Days and periods without a year that come every year, quarter or month.

use jiff::civil::Date;

use super::DeadlineContext;
use super::assemble::either;
use super::frequency::deadline;
use super::part::{Edge, Freq, Span, Unit};
use super::recur::{Cycle, Repeat};
use super::resolve::{bounds, precision};
use super::sentence::{Item, Rel};
use crate::domain::deadline::{Deadline, Doubt, Recurrence};

/// Days or periods without a year, every year; days of a month, every month.
pub(super) fn on_days(
    items: &[Item],
    freq: Freq,
    context: &DeadlineContext<'_>,
) -> Option<Deadline> {
    let before = items.iter().all(|i| i.rel == Rel::Before);
    if items.iter().any(|i| {
        i.span.year.is_some()
            || i.rel == Rel::After
            || (i.rel == Rel::From && i.until.is_none())
            || (i.until.is_some() && i.rel == Rel::Before)
    }) || (!before && items.iter().any(|i| i.rel == Rel::Before))
    {
        return None;
    }
    if let [
        Item {
            span: Span {
                unit: Unit::DayOfMonth(d),
                ..
            },
            ..
        },
    ] = items
    {
        // "From the 1st to the 10th of every month": by its end.
        let d = match items[0].until.map(|end| end.unit) {
            None => *d,
            Some(Unit::DayOfMonth(end)) => end,
            Some(_) => return None,
        };
        let cycle = match freq {
            Freq::Months(1) => Cycle::Monthly(d),
            Freq::Months(3) => Cycle::Quarterly(d),
            _ => return None,
        };
        let read = deadline(
            Repeat {
                before,
                ..Repeat::plain(cycle)
            },
            false,
            context,
        );
        // "day 20, every quarter" does not say of which month.
        return Some(if freq == Freq::Months(3) {
            either(read, &[], Doubt::TwoReadings)
        } else {
            read
        });
    }
    if let [
        Item {
            span: Span {
                unit: Unit::QuarterDay(d),
                ..
            },
            ..
        },
    ] = items
    {
        return (freq == Freq::Months(3)).then(|| {
            deadline(
                Repeat {
                    before,
                    ..Repeat::plain(Cycle::Quarterly(*d))
                },
                false,
                context,
            )
        });
    }
    if freq == Freq::Months(1)
        && items
            .iter()
            .all(|i| matches!(i.span.unit, Unit::DayOfMonth(_)) && i.until.is_none())
    {
        return Some(several_month_days(items, before, context));
    }
    let fits = freq == Freq::Years(1)
        || (freq == Freq::Months(6) && items.len() == 2)
        || (freq == Freq::Months(3) && items.len() == 4);
    if !fits {
        return None;
    }
    let days: Option<Vec<(u8, u8)>> = items.iter().map(|i| month_day(i, before)).collect();
    let mut days = days?;
    days.sort_unstable();
    days.dedup();
    let mut read = deadline(
        Repeat {
            before,
            ..Repeat::plain(Cycle::Yearly(days))
        },
        false,
        context,
    );
    read.precision = items.first().map(|i| precision(&i.span));
    // "The 15th of June, and December": of which day of it?
    let by_day = |i: &Item| matches!(i.span.unit, Unit::Day { .. });
    Some(if items.iter().any(by_day) && !items.iter().all(by_day) {
        either(read, &[], Doubt::TwoReadings)
    } else {
        read
    })
}

/// Two or more days of every month are days of every year.
fn several_month_days(items: &[Item], before: bool, context: &DeadlineContext<'_>) -> Deadline {
    let days: Vec<u8> = items
        .iter()
        .filter_map(|i| {
            if let Unit::DayOfMonth(d) = i.span.unit {
                Some(d)
            } else {
                None
            }
        })
        .collect();
    let all = (1..=12)
        .flat_map(|m| days.iter().map(move |d| (m, *d)))
        .collect();
    let mut read = deadline(
        Repeat {
            before,
            ..Repeat::plain(Cycle::Yearly(all))
        },
        false,
        context,
    );
    let parts: Vec<String> = days
        .iter()
        .map(|d| {
            Repeat {
                before,
                ..Repeat::plain(Cycle::Monthly(*d))
            }
            .notation(context.before_excludes)
            .replace("monthly@", "")
        })
        .collect();
    read.rule = Some(Recurrence {
        text: format!("monthly@{}", parts.join(",")),
        soft: false,
    });
    read
}

/// The month and day a period of every year is due on; with "before" the day named, else its last day.
pub(super) fn month_day(item: &Item, before: bool) -> Option<(u8, u8)> {
    let span = Span {
        year: Some(2027),
        ..item.until.unwrap_or(item.span)
    };
    if let (Unit::Day { d: 29, m: 2 }, Edge::Whole) = (span.unit, span.edge) {
        return Some((2, 29));
    }
    let context_free = DeadlineContext {
        plan_start: Date::constant(2026, 1, 1),
        plan_end: Date::constant(2030, 12, 31),
        year: None,
        before_excludes: false,
        tet: &std::collections::BTreeMap::new(),
        date_1904: false,
    };
    let (start, _) = bounds(&span, &context_free)?;
    let day = if before && span.edge == Edge::Whole {
        start
    } else {
        super::resolve::due(&span, Rel::By, &context_free)?.day
    };
    // The last day of February stays the last one in leap years.
    let leap = day == Date::constant(2027, 2, 28) && !matches!(span.unit, Unit::Day { .. });
    Some((
        u8::try_from(day.month()).ok()?,
        if leap {
            29
        } else {
            u8::try_from(day.day()).ok()?
        },
    ))
}

/// "Day 20 of the last month of the quarter", without a word for "every".
pub(super) fn quarter_days(items: &[Item], context: &DeadlineContext<'_>) -> Option<Deadline> {
    let [item] = items else { return None };
    let Unit::QuarterDay(d) = item.span.unit else {
        return None;
    };
    let before = item.rel == Rel::Before;
    Some(deadline(
        Repeat {
            before,
            ..Repeat::plain(Cycle::Quarterly(d))
        },
        false,
        context,
    ))
}
