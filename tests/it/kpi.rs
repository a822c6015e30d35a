//! Figures: case files per class, the office calendar, periods, and a second implementation that must agree.

mod calendar;
mod cases;
mod consolidation;
mod explained;
mod indicators;
mod oracle;
mod periods;
mod random;

use annexd::config::Config;
use annexd::domain::calendar::Calendar;

/// Defaults and the calendar they give.
fn house() -> (Config, Calendar) {
    let config = Config::defaults();
    let calendar = annexd::config::holidays::calendar(&config).unwrap();
    (config, calendar)
}
