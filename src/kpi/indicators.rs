//! Indicators: numerators compared with denominators as integers before any rounding (SPEC §6 and §11, "Indicators").

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rates;
use crate::config::{Config, periods};
use crate::domain::consolidation::{IndicatorScore, Rate, Rating};
use crate::domain::finding::Severity;
use crate::domain::indicator::{Indicator, IndicatorFigure, Operator, PeriodKey, PeriodPart};

/// Scores an indicator as of a day from the figures that count.
///
/// What several departments say of one period is one figure: they must say the same (K08); only where the settings let them differ are their parts
/// summed up. Rated is the newest period of the indicator's phase that has begun.
#[must_use]
pub fn score(
    indicator: &Indicator,
    figures: &[IndicatorFigure],
    as_of: Date,
    config: &Config,
) -> IndicatorScore {
    let mut periods: BTreeMap<(Date, i64, PeriodKey), Vec<&IndicatorFigure>> = BTreeMap::new();
    for figure in figures.iter().filter(|f| f.indicator == indicator.code) {
        if begun(figure.period, as_of, config) {
            periods
                .entry(order(figure.period))
                .or_default()
                .push(figure);
        }
    }
    let summed = parts_add_up(config);
    let series: Vec<IndicatorFigure> = periods
        .values()
        .map(|parts| combine(parts, summed))
        .collect();
    let applies = |f: &&IndicatorFigure| (indicator.from..=indicator.to).contains(&f.period.year);
    let ahead = as_of.year() < indicator.from;
    let latest = series
        .iter()
        .rfind(applies)
        .or_else(|| series.last().filter(|_| ahead));
    let rating = match latest {
        _ if ahead => Rating::NotYet,
        None => Rating::NoFigures,
        Some(figure) => rating(indicator, figure),
    };
    let rate_of = |f: &IndicatorFigure| rate(f, indicator, config);
    let before = latest.and_then(|l| before(l.period, &series));
    let trend = match (
        latest.and_then(rate_of).and_then(|r| r.value),
        before.and_then(rate_of).and_then(|r| r.value),
    ) {
        (Some(now), Some(then)) => Some(points(now, then, config)),
        _ => None,
    };
    IndicatorScore {
        indicator: indicator.clone(),
        latest: latest.cloned(),
        rate: latest.and_then(rate_of),
        rating,
        missing: latest.and_then(|f| missing(indicator, f)),
        trend,
        series: series
            .iter()
            .map(|f| {
                let value = rate_of(f).and_then(|r| r.value);
                (f.period, f.numerator, f.denominator, value)
            })
            .collect(),
    }
}

/// Change in percentage points of two printed rates, exact in their decimals.
fn points(now: f64, then: f64, config: &Config) -> f64 {
    let scale = 10_f64.powi(i32::from(config.figures.decimals.min(9)));
    ((now * scale).round() - (then * scale).round()) / scale
}

/// Order of periods in time: by last day, a longer one after a shorter one that ends with it.
fn order(period: PeriodKey) -> (Date, i64, PeriodKey) {
    let (from, to) = periods::calendar_days(period).unwrap_or((Date::MIN, Date::MIN));
    (to, super::days::between(from, to), period)
}

/// Whether a period has begun, by the calendar or by the reporting regime, whichever is earlier.
fn begun(period: PeriodKey, as_of: Date, config: &Config) -> bool {
    let calendar = periods::calendar_days(period).map(|(from, _)| from);
    let reporting = periods::resolve(period, config).map(|p| p.from);
    [calendar, reporting]
        .into_iter()
        .flatten()
        .any(|from| from <= as_of)
}

/// The figure of the period before: months follow months, longer periods follow longer ones.
fn before(period: PeriodKey, series: &[IndicatorFigure]) -> Option<&IndicatorFigure> {
    let month = |p: PeriodKey| matches!(p.part, PeriodPart::Month(_));
    let (end, ..) = order(period);
    series
        .iter()
        .rfind(|f| month(f.period) == month(period) && order(f.period).0 < end)
}

/// Whether departments report parts of a figure: K08 (two departments disagree) holds nothing back by the settings.
fn parts_add_up(config: &Config) -> bool {
    let disagree = config.rules.get("K08").copied();
    disagree.is_some_and(|severity| severity != Some(Severity::Error))
}

/// Makes one figure of what several departments report for one period: the same told twice counts once, parts are summed up.
///
/// A part without numbers leaves the whole without.
fn combine(parts: &[&IndicatorFigure], summed: bool) -> IndicatorFigure {
    let mut parts = parts.to_vec();
    parts.sort_by(|a, b| a.department.cmp(&b.department));
    let mut whole = parts[0].clone();
    for part in &parts[1..] {
        let same =
            (part.numerator, part.denominator) == (whole.numerator, whole.denominator) && !summed;
        if !same {
            let add = |a: Option<i64>, b: Option<i64>| a?.checked_add(b?);
            whole.numerator = add(whole.numerator, part.numerator);
            whole.denominator = add(whole.denominator, part.denominator);
        }
        whole.reached = match (whole.reached, part.reached) {
            (Some(a), Some(b)) => Some(a && b),
            _ => None,
        };
        let (told, more) = (whole.explanation.trim(), part.explanation.trim());
        if !more.is_empty() && told != more {
            let joint = if told.is_empty() { "" } else { "; " };
            whole.explanation = format!("{told}{joint}{more}");
        }
        whole.department = format!("{}, {}", whole.department, part.department);
        whole.accepted_on = whole.accepted_on.max(part.accepted_on);
    }
    whole
}

/// Numerator and denominator of a figure that can be compared.
fn parts(figure: &IndicatorFigure) -> Option<(u64, u64)> {
    let numerator = u64::try_from(figure.numerator?).ok()?;
    let denominator = u64::try_from(figure.denominator?).ok()?;
    Some((numerator, denominator))
}

fn rate(figure: &IndicatorFigure, indicator: &Indicator, config: &Config) -> Option<Rate> {
    if indicator.operator == Operator::Qualitative {
        return None;
    }
    let (numerator, denominator) = parts(figure)?;
    Some(rates::rate(numerator, denominator, &config.figures))
}

fn rating(indicator: &Indicator, figure: &IndicatorFigure) -> Rating {
    if indicator.operator == Operator::Qualitative {
        return match figure.reached {
            Some(true) if !figure.explanation.trim().is_empty() => Rating::Met,
            Some(false) => Rating::NotMet,
            _ => Rating::NoFigures,
        };
    }
    match (parts(figure), indicator.target.and_then(percent_exact)) {
        (Some((numerator, denominator)), Some(target)) if denominator > 0 => {
            let order = compare(numerator, denominator, target);
            let met = match indicator.operator {
                Operator::AtLeast => order != Ordering::Less,
                Operator::Above => order == Ordering::Greater,
                Operator::Equal => order == Ordering::Equal,
                Operator::AtMost => order != Ordering::Greater,
                Operator::Below => order == Ordering::Less,
                Operator::Qualitative => false,
            };
            if met { Rating::Met } else { Rating::NotMet }
        }
        _ => Rating::NoFigures,
    }
}

/// A target in percent as an exact fraction of one: `99.5` is `(995, 1000)`; none for a target that is negative or no number.
#[must_use]
pub fn percent_exact(target: f64) -> Option<(u64, u64)> {
    let text = format!("{target}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    if part.len() > 9 || whole.len() > 9 {
        return None;
    }
    let digits: u64 = format!("{whole}{part}").parse().ok()?;
    let scale = 10_u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    Some((digits, scale * 100))
}

/// Compares `numerator / denominator` with a fraction by cross multiplication.
fn compare(numerator: u64, denominator: u64, (top, bottom): (u64, u64)) -> Ordering {
    (u128::from(numerator) * u128::from(bottom)).cmp(&(u128::from(denominator) * u128::from(top)))
}

/// What the numerator lacks to reach the target: zero when it is reached, negative when it must fall, none when no whole number reaches it.
fn missing(indicator: &Indicator, figure: &IndicatorFigure) -> Option<i64> {
    let (numerator, denominator) = parts(figure)?;
    let (top, bottom) = percent_exact(indicator.target?)?;
    if denominator == 0 || indicator.operator == Operator::Qualitative {
        return None;
    }
    if rating(indicator, figure) == Rating::Met {
        return Some(0);
    }
    let product = u128::from(denominator) * u128::from(top);
    let bottom = u128::from(bottom);
    let needed = match indicator.operator {
        Operator::AtLeast => product.div_ceil(bottom),
        Operator::Above => product / bottom + 1,
        Operator::Equal if product % bottom == 0 => product / bottom,
        Operator::AtMost => product / bottom,
        Operator::Below => product.div_ceil(bottom).checked_sub(1)?,
        _ => return None,
    };
    let needed = i64::try_from(needed).ok()?;
    let reachable =
        indicator.operator != Operator::Above || needed <= i64::try_from(denominator).ok()?;
    reachable.then_some(needed - i64::try_from(numerator).ok()?)
}
