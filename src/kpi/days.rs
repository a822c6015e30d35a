//! Days left and days late, in calendar and working days from the effective due day (SPEC §11, "Due days").

use jiff::civil::Date;

use super::{Facts, Figure, step};
use crate::domain::consolidation::{Class, TaskScore};
use crate::domain::finding::Arg;

/// The figure.
pub const FIGURE: Figure = Figure { name: "days", fill };

fn fill(facts: &Facts<'_>, score: &mut TaskScore) {
    let Some(effective) = facts.effective else {
        return;
    };
    let calendar = facts.cx.calendar;
    let as_of = facts.cx.as_of;
    let late_until = match score.class {
        Class::Overdue => Some(as_of),
        Class::DoneLate => score.completed,
        _ => None,
    };
    if let Some(until) = late_until {
        let days = between(effective, until);
        let working = calendar.working_days(effective, until);
        score.days_late = Some(days);
        score.working_days_late = Some(working);
        step(
            score,
            "days_late",
            &[
                ("effective", Arg::Date(effective)),
                ("until", Arg::Date(until)),
                ("days", Arg::Days(days)),
                ("working", Arg::Days(working)),
            ],
        );
    } else if matches!(
        score.class,
        Class::OpenInTime | Class::DueSoon | Class::NotStartedPeriod
    ) && as_of <= effective
    {
        let days = between(as_of, effective);
        let working = calendar.working_days(as_of, effective);
        score.days_left = Some(days);
        score.working_days_left = Some(working);
        step(
            score,
            "days_left",
            &[
                ("as_of", Arg::Date(as_of)),
                ("effective", Arg::Date(effective)),
                ("days", Arg::Days(days)),
                ("working", Arg::Days(working)),
            ],
        );
    }
}

/// Calendar days from one day to another; negative when the second is earlier.
pub(super) fn between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}
