//! Periods → days.

use jiff::civil::Date;

use super::DeadlineContext;
use super::part::{Edge, Span, Unit};
use super::recur::{LAST, clamped};
use super::sentence::Rel;
use crate::domain::deadline::{DueDay, Precision};
use crate::vn::day::date;

/// First and last day of a period; none without its year, or where the calendar lacks it.
pub(super) fn bounds(span: &Span, context: &DeadlineContext<'_>) -> Option<(Date, Date)> {
    if span.unit == Unit::Plan {
        return Some((context.plan_start, context.plan_end));
    }
    let y = span.year?;
    let month = |m: u8, n: u8| Some((clamped(y, m, 1)?, clamped(y, n, LAST)?));
    match span.unit {
        Unit::Day { d, m } => {
            let day = date(i32::from(y), i32::from(m), i32::from(d))?;
            Some((day, day))
        }
        Unit::Week { n: 0, m } => {
            let last = clamped(y, m, LAST)?;
            Some((clamped(y, m, u8::try_from(last.day()).ok()? - 6)?, last))
        }
        Unit::Week { n, m } => Some((clamped(y, m, n * 7 - 6)?, clamped(y, m, n * 7)?)),
        Unit::Month(m) => month(m, m),
        Unit::Quarter(q) => month(q * 3 - 2, q * 3),
        Unit::First(n) => month(1, n),
        Unit::Last(n) => month(13 - n, 12),
        Unit::Year => month(1, 12),
        Unit::Tet => {
            let day = *context.tet.get(&y)?;
            Some((day, day))
        }
        Unit::DayOfMonth(_) | Unit::QuarterDay(_) | Unit::Plan => None,
    }
}

/// The due day that a period and its relation give.
pub(super) fn due(span: &Span, rel: Rel, context: &DeadlineContext<'_>) -> Option<DueDay> {
    let (start, end) = bounds(span, context)?;
    let point = match span.edge {
        Edge::Whole | Edge::End => end,
        Edge::Start => start,
        Edge::Middle => middle(span, start, end)?,
    };
    if rel != Rel::Before {
        return Some(DueDay::plain(point));
    }
    let is_day = matches!(span.unit, Unit::Day { .. } | Unit::Tet) || span.edge != Edge::Whole;
    let named = if span.edge == Edge::Whole {
        start
    } else {
        point
    };
    if is_day && !context.before_excludes {
        return Some(DueDay::plain(named));
    }
    Some(DueDay {
        day: named.yesterday().ok()?,
        limit: Some(named),
    })
}

/// Civil Code 2015, article 146: the 15th of a month, the last day of June; of anything else its middle month's 15th.
fn middle(span: &Span, start: Date, end: Date) -> Option<Date> {
    match span.unit {
        Unit::Month(m) => clamped(span.year?, m, 15),
        Unit::Year => clamped(span.year?, 6, 30),
        Unit::Quarter(q) => clamped(span.year?, q * 3 - 1, 15),
        _ => {
            let days = start.until(end).ok()?.get_days();
            let half = jiff::Span::new().try_days(i64::from(days) / 2).ok()?;
            start.checked_add(half).ok()
        }
    }
}

/// How exactly a period was named.
pub(super) const fn precision(span: &Span) -> Precision {
    match span.unit {
        Unit::Day { .. } | Unit::DayOfMonth(_) | Unit::QuarterDay(_) | Unit::Tet => Precision::Day,
        Unit::Week { .. } => Precision::Week,
        Unit::Month(_) => Precision::Month,
        Unit::Quarter(_) => Precision::Quarter,
        Unit::First(_) | Unit::Last(_) => Precision::Half,
        Unit::Year => Precision::Year,
        Unit::Plan => Precision::Plan,
    }
}
