//! Rates and indicators: whole numbers before rounding, by a second implementation on decimal digits and brute force.

use annexd::config::{Config, catalogue};
use annexd::domain::consolidation::{IndicatorScore, Rating};
use annexd::domain::indicator::{Indicator, IndicatorFigure, Operator, PeriodKey};
use annexd::domain::task::Source;
use annexd::kpi;
use jiff::civil::{Date, date};

use super::random::Dice;

fn indicator(operator: Operator, target: Option<f64>, years: (i16, i16)) -> Indicator {
    Indicator {
        code: "K".to_owned(),
        name: "K".to_owned(),
        aliases: Vec::new(),
        operator,
        target,
        from: years.0,
        to: years.1,
        numerator: String::new(),
        denominator: String::new(),
        frequency: String::new(),
        area: String::new(),
        note: String::new(),
    }
}

fn figure(period: &str, numerator: Option<i64>, denominator: Option<i64>) -> IndicatorFigure {
    IndicatorFigure {
        indicator: "K".to_owned(),
        period: period.parse().unwrap(),
        department: "VP".to_owned(),
        numerator,
        denominator,
        explanation: String::new(),
        reached: None,
        source: Source::default(),
        accepted_on: date(2026, 7, 1),
    }
}

fn scored(operator: Operator, target: f64, n: i64, d: i64) -> IndicatorScore {
    let config = Config::defaults();
    let figures = [figure("2026-Q2", Some(n), Some(d))];
    let indicator = indicator(operator, Some(target), (2026, 2027));
    kpi::indicator(&indicator, &figures, date(2026, 11, 22), &config)
}

#[test]
fn national_figures_of_2017() {
    let half_up = Config::defaults();
    let truncated = Config::parse("[figures]\nrounding = \"truncate\"\n", None).unwrap();
    let one = Config::parse("[figures]\ndecimals = 1\n", None).unwrap();
    let value = |config: &Config, n, d| kpi::rounded(n, d, &config.figures);
    assert_eq!(value(&half_up, 16_051, 16_274), Some(98.63));
    assert_eq!(value(&truncated, 16_051, 16_274), Some(98.62));
    assert_eq!(value(&one, 2_501, 2_723), Some(91.8));
    assert_eq!(value(&half_up, 1, 0), None);
    assert_eq!(value(&half_up, 0, 0), None);
    assert_eq!(value(&half_up, 1, 800), Some(0.13));
    assert_eq!(value(&truncated, 1, 800), Some(0.12));
    assert_eq!(value(&half_up, u64::MAX, u64::MAX), Some(100.0));
}

#[test]
fn printed_rates_do_not_decide() {
    // 99.996 % prints 100.00 and is not met; 90.004 % prints 90.00 and is more than 90.
    let nearly = scored(Operator::Equal, 100.0, 24_999, 25_000);
    assert_eq!(nearly.rate.unwrap().value, Some(100.0));
    assert_eq!((nearly.rating, nearly.missing), (Rating::NotMet, Some(1)));
    let above = scored(Operator::Above, 90.0, 90_004, 100_000);
    assert_eq!(above.rate.unwrap().value, Some(90.0));
    assert_eq!((above.rating, above.missing), (Rating::Met, Some(0)));
    let exactly = scored(Operator::Above, 90.0, 90, 100);
    assert_eq!((exactly.rating, exactly.missing), (Rating::NotMet, Some(1)));
    assert_eq!(scored(Operator::AtLeast, 80.0, 80, 100).rating, Rating::Met);
    assert_eq!(
        scored(Operator::AtLeast, 99.5, 199, 200).rating,
        Rating::Met
    );
    assert_eq!(scored(Operator::AtLeast, 99.5, 198, 200).missing, Some(1));
    assert_eq!(scored(Operator::Above, 100.0, 100, 100).missing, None);
    assert_eq!(
        scored(Operator::AtLeast, 80.0, 0, 0).rating,
        Rating::NoFigures
    );
    assert_eq!(
        scored(Operator::AtLeast, 80.0, 0, 0).rate.unwrap().value,
        None
    );
    assert_eq!(
        scored(Operator::AtLeast, 80.0, -1, 10).rating,
        Rating::NoFigures
    );
}

#[test]
fn phases_periods_and_trend() {
    let config = Config::defaults();
    let phase_one = indicator(Operator::AtLeast, Some(80.0), (2026, 2027));
    let phase_two = indicator(Operator::AtLeast, Some(80.0), (2028, 2030));
    let figures = [
        figure("2026-Q3", Some(85), Some(100)),
        figure("2026-Q1", Some(70), Some(100)),
        figure("2026-6T", Some(150), Some(200)),
        figure("2028-Q1", Some(99), Some(100)),
    ];
    let as_of = date(2026, 11, 22);
    let now = kpi::indicator(&phase_one, &figures, as_of, &config);
    let periods: Vec<String> = now.series.iter().map(|s| s.0.to_string()).collect();
    assert_eq!(periods, ["2026-Q1", "2026-6T", "2026-Q3"]);
    assert_eq!(now.rating, Rating::Met);
    assert_eq!(now.trend, Some(10.0));
    let ahead = kpi::indicator(&phase_two, &figures, as_of, &config);
    assert_eq!(ahead.rating, Rating::NotYet);
    assert_eq!(
        kpi::indicator(&phase_two, &[], as_of, &config).rating,
        Rating::NotYet
    );
    assert_eq!(
        kpi::indicator(&phase_one, &[], as_of, &config).rating,
        Rating::NoFigures
    );
    // A phase that is over keeps its own last figure.
    let later = kpi::indicator(&phase_one, &figures, date(2028, 7, 1), &config);
    assert_eq!(
        later.latest.unwrap().period,
        "2026-Q3".parse::<PeriodKey>().unwrap()
    );
    assert_eq!(
        kpi::indicator(&phase_two, &figures, date(2028, 7, 1), &config).rating,
        Rating::Met
    );
    // No numerator told: no figures, whatever came before.
    let gap = [
        figure("2026-Q1", Some(90), Some(100)),
        figure("2026-Q3", None, Some(100)),
    ];
    let gap = kpi::indicator(&phase_one, &gap, as_of, &config);
    assert_eq!(
        (gap.rating, gap.rate.is_none(), gap.trend),
        (Rating::NoFigures, true, None)
    );
}

#[test]
fn the_same_figure_of_two_departments_counts_once() {
    let config = Config::defaults();
    let mut other = figure("2026-Q3", Some(90), Some(100));
    other.department = "TT".to_owned();
    let figures = [figure("2026-Q3", Some(90), Some(100)), other];
    let indicator = indicator(Operator::AtLeast, Some(95.0), (2026, 2027));
    let score = kpi::indicator(&indicator, &figures, date(2026, 11, 22), &config);
    let rate = score.rate.unwrap();
    assert_eq!((rate.numerator, rate.denominator), (90, 100));
    assert_eq!(score.missing, Some(5));
    assert_eq!(score.latest.unwrap().department, "TT, VP");
}

#[test]
fn several_departments_are_summed_where_the_settings_let_them_differ() {
    let config = Config::parse("[rules]\nK08 = \"off\"\n", None).unwrap();
    let mut other = figure("2026-Q3", Some(10), Some(100));
    other.department = "TT".to_owned();
    let figures = [figure("2026-Q3", Some(90), Some(100)), other];
    let indicator = indicator(Operator::AtLeast, Some(80.0), (2026, 2027));
    let score = kpi::indicator(&indicator, &figures, date(2026, 11, 22), &config);
    let rate = score.rate.unwrap();
    assert_eq!(
        (rate.numerator, rate.denominator, rate.value),
        (100, 200, Some(50.0))
    );
    assert_eq!(score.missing, Some(60));
}

#[test]
fn qualitative_ones_go_by_document() {
    let config = Config::defaults();
    let indicator = indicator(Operator::Qualitative, None, (2026, 2027));
    let rating = |reached, document: &str| {
        let mut told = figure("2026-N", None, None);
        told.reached = reached;
        told.explanation = document.to_owned();
        kpi::indicator(&indicator, &[told], date(2026, 11, 22), &config).rating
    };
    assert_eq!(rating(Some(true), "Quyết định số 12/QĐ-BQL"), Rating::Met);
    assert_eq!(rating(Some(true), " "), Rating::NoFigures);
    assert_eq!(rating(Some(false), ""), Rating::NotMet);
    assert_eq!(rating(None, "Đang thực hiện"), Rating::NoFigures);
}

#[test]
fn the_catalogue_holds_every_target_of_the_plan() {
    let config = Config::defaults();
    let all = catalogue::indicators(&config);
    let told: Vec<(&str, Operator, Option<f64>, i16, i16)> = all
        .iter()
        .map(|i| (i.code.as_str(), i.operator, i.target, i.from, i.to))
        .collect();
    use Operator::{Above, AtLeast, Equal, Qualitative};
    let expected = [
        ("K1.1", Qualitative, None, 2026, 2027),
        ("K1.2", AtLeast, Some(80.0), 2026, 2027),
        ("K1.3", Above, Some(90.0), 2026, 2027),
        ("K1.4a", Equal, Some(100.0), 2026, 2027),
        ("K1.4b", Equal, Some(100.0), 2026, 2027),
        ("K1.5", AtLeast, Some(80.0), 2026, 2027),
        ("K1.6", Above, Some(95.0), 2026, 2027),
        ("K2.1", Qualitative, None, 2028, 2030),
        ("K2.2", Equal, Some(100.0), 2028, 2030),
        ("K2.3", Equal, Some(100.0), 2028, 2030),
        ("K2.4", AtLeast, Some(80.0), 2028, 2030),
        ("K2.5", Equal, Some(100.0), 2028, 2030),
        ("K2.6", Equal, Some(100.0), 2028, 2030),
        ("K3.1", Equal, Some(100.0), 2026, 2030),
        ("K3.2", Equal, Some(100.0), 2026, 2030),
        ("K3.3", Equal, Some(100.0), 2026, 2030),
        ("K3.4", Equal, Some(100.0), 2026, 2030),
        ("K3.5", Equal, Some(100.0), 2026, 2030),
    ];
    assert_eq!(told, expected);
    let mut names: Vec<String> = all
        .iter()
        .flat_map(|i| i.aliases.iter().chain([&i.name]))
        .map(|n| n.to_lowercase())
        .collect();
    names.sort();
    let many = names.len();
    names.dedup();
    assert_eq!(names.len(), many, "a name stands for two indicators");
    let own = "[[indicator]]\ncode = \"X1\"\nname = \"Chỉ tiêu riêng\"\noperator = \"<=\"\ntarget = 5\nfrom = 2026\nto = 2030\n";
    let own = Config::parse(own, None).unwrap();
    assert_eq!(catalogue::indicators(&own).len(), 1);
}

/// Long division on decimal digits, the rounding done on the digits.
fn printed(n: u64, d: u64, decimals: usize, half_up: bool) -> Option<String> {
    if d == 0 {
        return None;
    }
    let (n, d) = (u128::from(n) * 100, u128::from(d));
    let mut digits: Vec<u8> = (n / d).to_string().bytes().map(|b| b - b'0').collect();
    let whole = digits.len();
    let mut rest = n % d;
    for _ in 0..=decimals {
        rest *= 10;
        digits.push(u8::try_from(rest / d).unwrap());
        rest %= d;
    }
    let last = digits.pop().unwrap();
    let mut extra = 0;
    if half_up && last >= 5 {
        let mut i = digits.len();
        loop {
            if i == 0 {
                digits.insert(0, 1);
                extra = 1;
                break;
            }
            i -= 1;
            if digits[i] == 9 {
                digits[i] = 0;
            } else {
                digits[i] += 1;
                break;
            }
        }
    }
    let text: String = digits.iter().map(|d| char::from(d + b'0')).collect();
    let (whole, part) = text.split_at(whole + extra);
    Some(if decimals == 0 {
        whole.to_owned()
    } else {
        format!("{whole}.{part}")
    })
}

#[test]
fn two_implementations_agree_on_ten_thousand_indicators() {
    let mut dice = Dice(335);
    let as_of: Date = date(2026, 11, 22);
    let mut configs = Vec::new();
    for rounding in ["half-up", "truncate"] {
        for decimals in 0..=4_usize {
            let toml = format!("[figures]\nrounding = \"{rounding}\"\ndecimals = {decimals}\n");
            configs.push((
                Config::parse(&toml, None).unwrap(),
                rounding == "half-up",
                decimals,
            ));
        }
    }
    let operators = [
        Operator::AtLeast,
        Operator::Above,
        Operator::Equal,
        Operator::AtMost,
        Operator::Below,
    ];
    for _ in 0..10_000 {
        let (config, half_up, decimals) = &configs[usize::try_from(dice.roll(10)).unwrap()];
        let operator = dice.pick(&operators);
        // Targets in thousandths of a percent, so that the second implementation has them as whole numbers.
        let milli = match dice.roll(3) {
            0 => 1000 * dice.roll(101),
            1 => 100 * dice.roll(1001),
            _ => dice.roll(100_001),
        };
        let d = dice.roll(400);
        let n = match dice.roll(3) {
            0 => dice.roll(450),
            1 => (d * milli / 100_000 + dice.roll(3)).saturating_sub(1),
            _ => d,
        };
        let told = [figure(
            "2026-Q2",
            Some(i64::try_from(n).unwrap()),
            Some(i64::try_from(d).unwrap()),
        )];
        let target = format!("{}.{:03}", milli / 1000, milli % 1000)
            .parse()
            .unwrap();
        let score = kpi::indicator(
            &indicator(operator, Some(target), (2026, 2027)),
            &told,
            as_of,
            config,
        );
        let reached = |n: u64| {
            let (left, right) = (n * 100_000, milli * d);
            match operator {
                Operator::AtLeast => left >= right,
                Operator::Above => left > right,
                Operator::Equal => left == right,
                Operator::AtMost => left <= right,
                _ => left < right,
            }
        };
        let rating = match d {
            0 => Rating::NoFigures,
            _ if reached(n) => Rating::Met,
            _ => Rating::NotMet,
        };
        let context = format!("{operator:?} {target} {n}/{d}");
        assert_eq!(score.rating, rating, "{context}");
        let value = score.rate.unwrap().value.map(|v| format!("{v:.decimals$}"));
        assert_eq!(value, printed(n, d, *decimals, *half_up), "{context}");
        let nearest = if rating == Rating::NoFigures {
            None
        } else {
            let top = if operator == Operator::Above {
                d
            } else {
                d.max(n)
            };
            (0..=top)
                .filter(|k| reached(*k))
                .map(|k| i64::try_from(k).unwrap() - i64::try_from(n).unwrap())
                .min_by_key(|gap| gap.abs())
        };
        let nearest = if rating == Rating::Met {
            Some(0)
        } else {
            nearest
        };
        assert_eq!(score.missing, nearest, "{context}");
    }
}
