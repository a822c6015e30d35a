//! Reporting periods: first day, cut-off and sending day from `[[period]]`, else the calendar's own.

use jiff::civil::{Date, date};
use serde::Deserialize;

use super::{Config, PeriodSettings};
use crate::domain::indicator::{PeriodKey, PeriodPart};

const PERIODS_TOML: &str = include_str!("../../config/periods.toml");

/// The days of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodDays {
    /// First day of its data.
    pub from: Date,
    /// Last day of its data.
    pub to: Date,
    /// The day its figures are for: the same as `to`.
    pub cut_off: Date,
    /// The day it must be sent by; none for a period the config does not name.
    pub send_by: Option<Date>,
    /// Printed name with its year.
    pub name: String,
}

impl PeriodDays {
    /// Whether a day belongs to the period (half-open: from, and before the day after the cut-off).
    #[must_use]
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    joined: String,
    apart: String,
    month: String,
    quarters: [String; 4],
    half_one: String,
    half_two: String,
    nine_months: String,
    year: String,
}

/// Resolves a period: by `[[period]]` where its part stands there, else by the calendar.
///
/// None when the setting of the part names no real day.
#[must_use]
pub fn resolve(key: PeriodKey, config: &Config) -> Option<PeriodDays> {
    let part = part_name(key.part);
    let Some(setting) = config.periods.iter().find(|p| p.part == part) else {
        let (from, to) = calendar_days(key)?;
        return Some(PeriodDays {
            from,
            to,
            cut_off: to,
            send_by: None,
            name: name(key, None),
        });
    };
    by_setting(key, setting)
}

fn by_setting(key: PeriodKey, setting: &PeriodSettings) -> Option<PeriodDays> {
    let from = month_day(key.year, &setting.from)?;
    let to = month_day(key.year, &setting.to)?;
    let send_by = month_day(key.year, &setting.send_by)?;
    (from <= to).then(|| PeriodDays {
        from,
        to,
        cut_off: to,
        send_by: Some(send_by),
        name: name(key, Some(&setting.name)),
    })
}

/// The first and last day of a part of a year by the calendar.
#[must_use]
pub fn calendar_days(key: PeriodKey) -> Option<(Date, Date)> {
    let (first, last): (i8, i8) = match key.part {
        PeriodPart::Month(m) => {
            let m = i8::try_from(m).ok()?;
            (m, m)
        }
        PeriodPart::Quarter(q) => {
            let q = i8::try_from(q).ok().filter(|q| (1..=4).contains(q))?;
            (3 * q - 2, 3 * q)
        }
        PeriodPart::HalfOne => (1, 6),
        PeriodPart::NineMonths => (1, 9),
        PeriodPart::HalfTwo => (7, 12),
        PeriodPart::Year => (1, 12),
    };
    let from = Date::new(key.year, first, 1).ok()?;
    let to = Date::new(key.year, last, 1).ok()?.last_of_month();
    Some((from, to))
}

fn part_name(part: PeriodPart) -> String {
    let key = PeriodKey { year: 2000, part }.to_string();
    key.split_once('-')
        .map(|(_, part)| part.to_owned())
        .unwrap_or_default()
}

/// Reads `MM-DD`, or `-1/MM-DD` for the year before.
fn month_day(year: i16, text: &str) -> Option<Date> {
    let (year, text) = match text.split_once('/') {
        Some((shift, rest)) => (
            year.checked_add(shift.trim().parse::<i16>().ok()?)?,
            rest.trim(),
        ),
        None => (year, text.trim()),
    };
    let (month, day) = text.split_once('-')?;
    let (month, day): (i8, i8) = (month.parse().ok()?, day.parse().ok()?);
    if (month, day) == (2, 29) {
        return Some(date(year, 2, 1).last_of_month());
    }
    Date::new(year, month, day).ok()
}

fn name(key: PeriodKey, own: Option<&str>) -> String {
    let names: Names = toml::from_str(PERIODS_TOML).expect("the embedded names parse");
    let year = key.year.to_string();
    let template = match own {
        Some(own) if own.contains("{year}") => own.to_owned(),
        Some(own) => match key.part {
            PeriodPart::Month(_) | PeriodPart::Quarter(_) => names.joined.replace("{name}", own),
            _ => names.apart.replace("{name}", own),
        },
        None => match key.part {
            PeriodPart::Month(m) => names.month.replace("{month}", &m.to_string()),
            PeriodPart::Quarter(q) => usize::from(q)
                .checked_sub(1)
                .and_then(|i| names.quarters.get(i))
                .cloned()
                .unwrap_or_default(),
            PeriodPart::HalfOne => names.half_one,
            PeriodPart::HalfTwo => names.half_two,
            PeriodPart::NineMonths => names.nine_months,
            PeriodPart::Year => names.year,
        },
    };
    template.replace("{year}", &year)
}
