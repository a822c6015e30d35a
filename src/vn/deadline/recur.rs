//! Recurring deadlines: the rule, its notation, its occurrences.

use jiff::civil::{Date, Weekday};

use super::DeadlineContext;
use crate::domain::deadline::DueDay;
use crate::vn::day::date;

/// When a recurring deadline comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cycle {
    /// Weekday, 0 is Monday.
    Weekly(u8),
    /// Day of every month; 32 is the last.
    Monthly(u8),
    /// The 15th and the last day of every month.
    TwiceMonthly,
    /// Day of the last month of every quarter; 32 is the last.
    Quarterly(u8),
    /// Last day of every so many months of the year.
    Months(u8),
    /// Month and day of every year.
    Yearly(Vec<(u8, u8)>),
    /// Last day of every so many years, from the first year of the plan.
    Years(u8),
    /// The days periodic reports are sent.
    Reports(Vec<(i8, i8)>),
}

/// A recurring deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repeat {
    pub cycle: Cycle,
    /// "Before" the day named.
    pub before: bool,
    /// First and last day it holds for, where stated.
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// The last day of a month.
pub(super) const LAST: u8 = 32;

impl Repeat {
    pub const fn plain(cycle: Cycle) -> Self {
        Self {
            cycle,
            before: false,
            from: None,
            to: None,
        }
    }

    /// The stable notation.
    pub fn notation(&self, excludes: bool) -> String {
        let back = self.before && excludes;
        let base = match &self.cycle {
            Cycle::Weekly(day) => {
                let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
                format!("weekly@{}", days[usize::from(*day).min(6)])
            }
            Cycle::Monthly(d) => format!("monthly@{}", day_name(*d, back, "last")),
            Cycle::TwiceMonthly => "monthly@15,last".to_owned(),
            Cycle::Quarterly(d) => format!("quarterly@{}", day_name(*d, back, "end")),
            Cycle::Months(6) => "half-yearly@06-30,12-31".to_owned(),
            Cycle::Months(n) => format!("every-{n}-months@end"),
            Cycle::Yearly(days) => {
                let days: Vec<String> = days.iter().map(|&(m, d)| month_day(m, d, back)).collect();
                format!("yearly@{}", days.join(","))
            }
            Cycle::Years(n) => format!("every-{n}-years@12-31"),
            Cycle::Reports(_) => "report-periods".to_owned(),
        };
        match (self.from, self.to) {
            (None, None) => base,
            (Some(f), None) => format!("{base} from {}", f.year()),
            (None, Some(t)) => format!("{base} to {}", t.year()),
            (Some(f), Some(t)) => format!("{base} from {} to {}", f.year(), t.year()),
        }
    }

    /// Every occurrence inside the plan, the first one after its first day.
    pub fn days(&self, context: &DeadlineContext<'_>) -> Vec<DueDay> {
        let excludes = self.before && context.before_excludes;
        let from = self.from.map_or(context.plan_start, |f| {
            f.yesterday().unwrap_or(f).max(context.plan_start)
        });
        let to = self
            .to
            .map_or(context.plan_end, |t| t.min(context.plan_end));
        let mut out: Vec<DueDay> = self
            .named(context)
            .into_iter()
            .filter_map(|x| {
                if excludes {
                    Some(DueDay {
                        day: x.yesterday().ok()?,
                        limit: Some(x),
                    })
                } else {
                    Some(DueDay::plain(x))
                }
            })
            .filter(|d| d.day > from && d.day <= to)
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The days as named, over the years of the plan and the one behind.
    fn named(&self, context: &DeadlineContext<'_>) -> Vec<Date> {
        let (first, last) = (context.plan_start.year(), context.plan_end.year());
        let years = first..=last.saturating_add(1).min(first.saturating_add(200));
        match &self.cycle {
            Cycle::Weekly(day) => weeks(context, *day),
            Cycle::Monthly(d) => years
                .flat_map(|y| (1..=12).filter_map(move |m| clamped(y, m, *d)))
                .collect(),
            Cycle::TwiceMonthly => years
                .flat_map(|y| {
                    (1..=12)
                        .flat_map(move |m| [clamped(y, m, 15), clamped(y, m, LAST)])
                        .flatten()
                })
                .collect(),
            Cycle::Quarterly(d) => years
                .flat_map(|y| (1..=4).filter_map(move |q| clamped(y, q * 3, *d)))
                .collect(),
            Cycle::Months(n) => {
                let n = (*n).max(1);
                years
                    .flat_map(|y| {
                        (1..=12_u8)
                            .filter(move |m| m % n == 0)
                            .filter_map(move |m| clamped(y, m, LAST))
                    })
                    .collect()
            }
            Cycle::Yearly(days) => years
                .flat_map(|y| days.iter().filter_map(move |&(m, d)| clamped(y, m, d)))
                .collect(),
            Cycle::Years(n) => years
                .step_by(usize::from((*n).max(1)))
                .filter_map(|y| clamped(y, 12, 31))
                .collect(),
            Cycle::Reports(days) => years
                .flat_map(|y| {
                    days.iter()
                        .filter_map(move |&(m, d)| Date::new(y, m, d).ok())
                })
                .collect(),
        }
    }
}

/// A day of a month, not behind its last one.
pub(super) fn clamped(year: i16, month: u8, day: u8) -> Option<Date> {
    let first = date(i32::from(year), i32::from(month), 1)?;
    let last = first.last_of_month();
    Some(date(i32::from(year), i32::from(month), i32::from(day)).unwrap_or(last))
}

fn weeks(context: &DeadlineContext<'_>, day: u8) -> Vec<Date> {
    let weekday = Weekday::from_monday_zero_offset(i8::try_from(day.min(6)).unwrap_or(0))
        .unwrap_or(Weekday::Friday);
    let mut out = Vec::new();
    let mut next = context.plan_start.nth_weekday(1, weekday).ok();
    while let Some(d) = next.filter(|d| *d <= context.plan_end && out.len() < 4000) {
        out.push(d);
        next = d.nth_weekday(1, weekday).ok();
    }
    out
}

fn day_name(d: u8, back: bool, last: &str) -> String {
    match (d, back) {
        (32.., _) | (1, true) => last.to_owned(),
        (d, true) => format!("{:02}", d - 1),
        (d, false) => format!("{d:02}"),
    }
}

/// Month and day, or the day before it in a common year.
fn month_day(m: u8, d: u8, back: bool) -> String {
    let day = clamped(2027, m, d).and_then(|x| if back { x.yesterday().ok() } else { Some(x) });
    match day {
        Some(day) if !(m == 2 && d == 29 && !back) => {
            format!("{:02}-{:02}", day.month(), day.day())
        }
        _ => format!("{m:02}-{d:02}"),
    }
}
