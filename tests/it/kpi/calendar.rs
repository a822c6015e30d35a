//! Facts of the calendar: DOMAIN's decided days of 2026, period ends that roll, the law's own rule applied anew.

use std::collections::BTreeSet;

use annexd::config::{Config, holidays};
use annexd::domain::deadline::DueDay;
use jiff::civil::{Date, Weekday, date};

use super::house;

#[test]
fn decided_days_of_2026() {
    let (_, calendar) = house();
    let rest = [
        date(2026, 1, 1),
        date(2026, 2, 16),
        date(2026, 2, 17),
        date(2026, 2, 18),
        date(2026, 2, 19),
        date(2026, 2, 20),
        date(2026, 4, 27),
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 8, 31),
        date(2026, 9, 1),
        date(2026, 9, 2),
    ];
    let mut day = date(2026, 1, 1);
    while day.year() == 2026 {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let works = day == date(2026, 8, 22) || !(weekend || rest.contains(&day));
        assert_eq!(calendar.is_working(day), works, "{day}");
        day = day.tomorrow().unwrap();
    }
}

#[test]
fn culture_day_is_a_switch() {
    let (_, calendar) = house();
    assert!(calendar.is_working(date(2026, 11, 24)));
    let config = Config::parse("[calendar]\nculture_day = true\n", None).unwrap();
    let calendar = holidays::calendar(&config).unwrap();
    for day in [
        date(2026, 11, 24),
        date(2027, 11, 24),
        date(2028, 11, 24),
        date(2029, 11, 26),
        date(2030, 11, 25),
    ] {
        assert!(!calendar.is_working(day), "{day}");
    }
}

#[test]
fn period_ends_that_roll() {
    let (_, calendar) = house();
    let rolling = [
        (date(2028, 9, 30), date(2028, 10, 2)),
        (date(2028, 12, 31), date(2029, 1, 2)),
        (date(2029, 3, 31), date(2029, 4, 2)),
        (date(2029, 6, 30), date(2029, 7, 2)),
        (date(2029, 9, 30), date(2029, 10, 1)),
        (date(2030, 3, 31), date(2030, 4, 1)),
        (date(2030, 6, 30), date(2030, 7, 1)),
    ];
    for year in 2026..=2030 {
        for month in [3, 6, 9, 12] {
            let end = date(year, month, 1).last_of_month();
            let expected = rolling
                .iter()
                .find(|(from, _)| *from == end)
                .map_or(end, |(_, to)| *to);
            assert_eq!(calendar.effective(DueDay::plain(end)), expected, "{end}");
        }
    }
}

#[test]
fn a_before_deadline_never_reaches_the_day_it_names() {
    let (config, calendar) = house();
    // "before 3/5/2027": due on Sunday 2 May, Monday 3 May is a day in lieu.
    let due = DueDay {
        day: date(2027, 5, 2),
        limit: Some(date(2027, 5, 3)),
    };
    assert_eq!(calendar.effective(due), date(2027, 5, 2));
    let free = DueDay {
        limit: Some(date(2027, 5, 5)),
        ..due
    };
    assert_eq!(calendar.effective(free), date(2027, 5, 4));
    assert!(config.deadlines.roll_forward);
    let off = Config::parse("[deadlines]\nroll_forward = false\n", None).unwrap();
    let off = holidays::calendar(&off).unwrap();
    assert_eq!(
        off.effective(DueDay::plain(date(2028, 9, 30))),
        date(2028, 9, 30)
    );
}

/// The law once more, from its words: fixed days, lunar days by DOMAIN's table, a day in lieu for each holiday on a weekend.
#[test]
fn provisional_years_follow_the_law() {
    let lunar = [
        (2027, date(2027, 2, 6), date(2027, 4, 16)),
        (2028, date(2028, 1, 26), date(2028, 4, 4)),
        (2029, date(2029, 2, 13), date(2029, 4, 23)),
        (2030, date(2030, 2, 2), date(2030, 4, 12)),
    ];
    let (_, calendar) = house();
    for (year, tet, ancestors) in lunar {
        assert_eq!(calendar.tet.get(&year), Some(&tet));
        let mut groups: Vec<Vec<Date>> = vec![vec![date(year, 1, 1)], vec![ancestors]];
        groups.push(
            (-1..=3)
                .map(|n| tet.checked_add(jiff::Span::new().days(n)).unwrap())
                .collect(),
        );
        groups.push(vec![date(year, 4, 30), date(year, 5, 1)]);
        // The second day of the National Day is decided yearly: the one of the two that makes the longer stretch.
        let second = match date(year, 9, 2).weekday() {
            Weekday::Saturday => date(year, 9, 1),
            _ => date(year, 9, 3),
        };
        groups.push(vec![date(year, 9, 2), second]);
        let mut expected: BTreeSet<Date> = BTreeSet::new();
        for mut group in groups {
            group.sort_unstable();
            expected.extend(&group);
            let last = *group.last().unwrap();
            for day in &group {
                if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                    let mut lieu = last;
                    while expected.contains(&lieu)
                        || matches!(lieu.weekday(), Weekday::Saturday | Weekday::Sunday)
                    {
                        lieu = lieu.tomorrow().unwrap();
                    }
                    expected.insert(lieu);
                }
            }
        }
        let mut day = date(year, 1, 1);
        while day.year() == year {
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            let works = !weekend && !expected.contains(&day);
            assert_eq!(calendar.is_working(day), works, "{day}");
            day = day.tomorrow().unwrap();
        }
    }
}

#[test]
fn a_year_without_data_is_refused() {
    let (_, calendar) = house();
    for year in 2025..=2030 {
        assert_eq!(holidays::require(&calendar, year), Ok(()));
    }
    assert!(
        holidays::require(&calendar, 2031)
            .unwrap_err()
            .contains("2031")
    );
    assert!(holidays::require(&calendar, 2024).is_err());
    let config = Config::parse("[calendar]\nrest = [2031-01-01]\n", None).unwrap();
    let calendar = holidays::calendar(&config).unwrap();
    assert_eq!(holidays::require(&calendar, 2031), Ok(()));
    assert!(!calendar.is_working(date(2031, 1, 1)));
}

#[test]
fn own_days_override_the_embedded_ones_and_may_not_contradict_themselves() {
    let text = "[calendar]\nrest = [2026-08-22]\nwork = [2026-08-31, 2026-09-05]\n";
    let calendar = holidays::calendar(&Config::parse(text, None).unwrap()).unwrap();
    assert!(!calendar.is_working(date(2026, 8, 22)));
    assert!(calendar.is_working(date(2026, 8, 31)));
    assert!(calendar.is_working(date(2026, 9, 5)));
    let text = "[calendar]\nrest = [2026-08-22]\nwork = [2026-08-22]\n";
    assert!(holidays::calendar(&Config::parse(text, None).unwrap()).is_err());
}
