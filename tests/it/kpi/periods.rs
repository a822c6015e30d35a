//! Periods: cut-offs of the reporting regime, calendar periods for the rest.

use annexd::config::{Config, periods};
use jiff::civil::date;

#[test]
fn periods_of_the_regime_and_of_the_calendar() {
    let config = Config::defaults();
    let cases = [
        (
            "2026-Q1",
            date(2025, 12, 15),
            date(2026, 3, 14),
            Some(date(2026, 3, 20)),
            "Quý I/2026",
        ),
        (
            "2026-6T",
            date(2025, 12, 15),
            date(2026, 6, 14),
            Some(date(2026, 6, 20)),
            "6 tháng đầu năm 2026",
        ),
        (
            "2026-Q3",
            date(2026, 6, 15),
            date(2026, 9, 14),
            Some(date(2026, 9, 20)),
            "Quý III/2026",
        ),
        (
            "2026-N",
            date(2025, 12, 15),
            date(2026, 12, 14),
            Some(date(2026, 12, 20)),
            "Năm 2026",
        ),
        (
            "2026-Q2",
            date(2026, 4, 1),
            date(2026, 6, 30),
            None,
            "Quý II/2026",
        ),
        (
            "2026-Q4",
            date(2026, 10, 1),
            date(2026, 12, 31),
            None,
            "Quý IV/2026",
        ),
        (
            "2026-9T",
            date(2026, 1, 1),
            date(2026, 9, 30),
            None,
            "9 tháng đầu năm 2026",
        ),
        (
            "2028-02",
            date(2028, 2, 1),
            date(2028, 2, 29),
            None,
            "Tháng 2/2028",
        ),
        (
            "2026-6T2",
            date(2026, 7, 1),
            date(2026, 12, 31),
            None,
            "6 tháng cuối năm 2026",
        ),
    ];
    for (key, from, to, send_by, name) in cases {
        let days = periods::resolve(key.parse().unwrap(), &config).unwrap();
        assert_eq!((days.from, days.to, days.cut_off), (from, to, to), "{key}");
        assert_eq!(days.send_by, send_by, "{key}");
        assert_eq!(days.name, name);
        assert!(days.holds(from) && days.holds(to));
        assert!(!days.holds(to.tomorrow().unwrap()) && !days.holds(from.yesterday().unwrap()));
    }
}

#[test]
fn a_period_of_the_config_takes_precedence() {
    let text = "[[period]]\npart = \"9T\"\nname = \"9 tháng đầu năm\"\nfrom = \"-1/12-15\"\nto = \"09-14\"\nsend_by = \"09-20\"\n";
    let config = Config::parse(text, None).unwrap();
    let days = periods::resolve("2027-9T".parse().unwrap(), &config).unwrap();
    assert_eq!(
        (days.from, days.cut_off),
        (date(2026, 12, 15), date(2027, 9, 14))
    );
    assert_eq!(days.name, "9 tháng đầu năm 2027");
    // Settings refuse such a day; made by hand, it gives no period rather than a wrong one.
    let mut config = config;
    for period in &mut config.periods {
        period.to = "09-31".to_owned();
    }
    assert_eq!(periods::resolve("2027-9T".parse().unwrap(), &config), None);
}
