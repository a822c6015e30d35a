//! Working days: weekly rest, holidays, swapped days (Civil Code 2015, articles 147-148).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};

use super::deadline::DueDay;

/// The office calendar of all years it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Holidays and days off in lieu.
    pub rest: BTreeSet<Date>,
    /// Saturdays and Sundays that are worked in exchange.
    pub work: BTreeSet<Date>,
    /// Day 1 of the lunar year, by year.
    pub tet: BTreeMap<i16, Date>,
    /// Years the calendar has data for; another year is a loud error, never "weekends only".
    pub years: BTreeSet<i16>,
    /// Whether a due day on a rest day ends on the next working day (`[deadlines] roll_forward`).
    pub roll_forward: bool,
}

impl Calendar {
    /// Whether offices work on a day.
    #[must_use]
    pub fn is_working(&self, day: Date) -> bool {
        if self.work.contains(&day) {
            return true;
        }
        if self.rest.contains(&day) {
            return false;
        }
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// The first working day on or after a day.
    #[must_use]
    pub fn working_on_or_after(&self, day: Date) -> Date {
        let mut d = day;
        while !self.is_working(d) {
            let Ok(next) = d.tomorrow() else { return d };
            d = next;
        }
        d
    }

    /// The effective due day: rolled forward to a working day, but never to or past the day a "before …" deadline names (SPEC §11).
    #[must_use]
    pub fn effective(&self, due: DueDay) -> Date {
        if !self.roll_forward {
            return due.day;
        }
        let rolled = self.working_on_or_after(due.day);
        match due.limit {
            Some(limit) if rolled >= limit => due.day,
            _ => rolled,
        }
    }

    /// Working days in `(from, to]`; zero when `to <= from`.
    #[must_use]
    pub fn working_days(&self, from: Date, to: Date) -> i64 {
        let mut count = 0;
        let mut d = from;
        while d < to {
            let Ok(next) = d.tomorrow() else { break };
            d = next;
            if self.is_working(d) {
                count += 1;
            }
        }
        count
    }

    /// The day `n` working days after a day (`n = 0` gives the day itself).
    #[must_use]
    pub fn add_working_days(&self, from: Date, n: u32) -> Date {
        let mut d = from;
        for _ in 0..n {
            let Ok(next) = d.tomorrow() else { return d };
            d = self.working_on_or_after(next);
        }
        d
    }
}
