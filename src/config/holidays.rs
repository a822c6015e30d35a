//! The office calendar from `config/holidays.toml` and the settings; a year without data is a loud error.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use serde::Deserialize;

use super::Config;
use crate::domain::calendar::Calendar;

const HOLIDAYS_TOML: &str = include_str!("../../config/holidays.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: Vec<Year>,
}

/// A year of the calendar as data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// The year.
    pub year: i16,
    /// The yearly decision is not known yet: statutory days.
    pub provisional: bool,
    /// Day 1 of the lunar year.
    pub tet: Date,
    /// Rest days besides weekends.
    pub rest: Vec<Date>,
    /// Weekend days worked in exchange.
    pub work: Vec<Date>,
    /// 24 November with its day in lieu.
    pub culture: Vec<Date>,
}

/// Gives the embedded years, in order.
///
/// # Errors
/// When the embedded data does not parse, or a day stands in a wrong year.
pub fn years() -> Result<Vec<Year>, String> {
    let wrong = |e: toml::de::Error| format!("config/holidays.toml: {e}");
    // By way of a table: there a TOML date deserialises as a string, which civil dates read.
    let table: toml::Table = HOLIDAYS_TOML.parse().map_err(wrong)?;
    let file: File = table.try_into().map_err(wrong)?;
    for year in &file.year {
        let stray = year
            .rest
            .iter()
            .chain(&year.work)
            .chain(&year.culture)
            .chain([&year.tet])
            .find(|d| d.year() != year.year);
        if let Some(day) = stray {
            return Err(format!(
                "config/holidays.toml: {day} stands under {}",
                year.year
            ));
        }
    }
    Ok(file.year)
}

/// Builds the office calendar: the embedded years, 24 November by its switch, and `[calendar] rest` and `work` over them.
///
/// # Errors
/// When the embedded data is wrong, or the settings contradict themselves.
pub fn calendar(config: &Config) -> Result<Calendar, String> {
    let mut calendar = Calendar {
        roll_forward: config.deadlines.roll_forward,
        ..Calendar::default()
    };
    for year in years()? {
        calendar.years.insert(year.year);
        calendar.tet.insert(year.year, year.tet);
        calendar.rest.extend(&year.rest);
        calendar.work.extend(&year.work);
        if config.calendar.culture_day {
            calendar.rest.extend(&year.culture);
        }
    }
    let rest: BTreeSet<Date> = config.calendar.rest.iter().copied().collect();
    let work: BTreeSet<Date> = config.calendar.work.iter().copied().collect();
    if let Some(day) = rest.intersection(&work).next() {
        return Err(format!("[calendar]: {day} is both in rest and in work"));
    }
    for day in rest {
        calendar.work.remove(&day);
        calendar.rest.insert(day);
        calendar.years.insert(day.year());
    }
    for day in work {
        calendar.rest.remove(&day);
        if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            calendar.work.insert(day);
        }
    }
    Ok(calendar)
}

/// Refuses a year the calendar has no data for: it is never taken for "weekends only".
///
/// # Errors
/// What is missing and what to do, for the operator.
pub fn require(calendar: &Calendar, year: i16) -> Result<(), String> {
    if calendar.years.contains(&year) {
        return Ok(());
    }
    Err(format!(
        "no holidays are known for {year}: state its rest days (those that are no Saturday or Sunday) in [calendar] rest of the config"
    ))
}
