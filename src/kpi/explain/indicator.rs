//! How an indicator's rating came about: its figures with their cells, the comparison in whole numbers.

use super::explanation::{CellTrace, Evidence, Explanation, Shown};
use super::history::history;
use super::words::{Words, points};
use crate::domain::consolidation::{Consolidation, IndicatorScore, Rating};
use crate::domain::finding::Arg;
use crate::domain::indicator::{IndicatorFigure, Operator};
use crate::kpi::indicators::percent_exact;

pub(super) fn indicator(
    c: &Consolidation,
    score: &IndicatorScore,
    from: &Evidence<'_>,
    words: &Words<'_>,
) -> Explanation {
    let code = &score.indicator.code;
    Explanation {
        kind: "indicator".to_owned(),
        key: code.clone(),
        name: score.indicator.name.clone(),
        as_of: c.as_of,
        figures: shown(score, words),
        steps: steps(score, words),
        cells: from
            .figures
            .iter()
            .filter(|f| f.indicator == *code)
            .map(|f| trace(f, words))
            .collect(),
        findings: c
            .findings
            .iter()
            .filter(|f| f.task.as_deref().is_some_and(|t| concerns(t, code)))
            .map(|f| words.finding(f))
            .collect(),
        history: history(code, from.events, words),
    }
}

fn concerns(task: &str, code: &str) -> bool {
    task.split('|').next() == Some(code)
}

fn target(score: &IndicatorScore, words: &Words<'_>) -> String {
    let key = match score.indicator.operator {
        Operator::AtLeast => "value.target_at_least",
        Operator::Above => "value.target_above",
        Operator::Equal => "value.target_equal",
        Operator::AtMost => "value.target_at_most",
        Operator::Below => "value.target_below",
        Operator::Qualitative => "value.target_qualitative",
    };
    let value = score.indicator.target.unwrap_or_default();
    words.say(key, &[("target", Arg::Percent(value))])
}

fn shown(score: &IndicatorScore, words: &Words<'_>) -> Vec<Shown> {
    let mut rating = words.shown(
        "rating",
        words.word(&format!("rating.{}", score.rating.name())),
    );
    if score.indicator.operator == Operator::Qualitative {
        rating.formula = words.word("formula.rating_document");
    }
    let mut out = vec![rating, words.shown("target", target(score, words))];
    if let Some(latest) = &score.latest {
        out.push(words.shown("period", words.period(latest.period)));
    }
    if let Some(rate) = &score.rate {
        let args = [
            ("numerator", Arg::Count(rate.numerator)),
            ("denominator", Arg::Count(rate.denominator)),
            ("rate", Arg::Plain(words.percent(rate.value))),
        ];
        let rounding = [("rounding", Arg::Plain(words.rounding()))];
        out.push(Shown {
            formula: words.say("formula.rate", &rounding),
            ..words.shown("rate", words.say("value.rate", &args))
        });
    }
    if let (Some(missing), Some(rate)) = (score.missing, &score.rate) {
        let args = [
            ("count", Arg::Days(missing)),
            ("denominator", Arg::Count(rate.denominator)),
        ];
        out.push(words.shown("missing", words.say("value.missing", &args)));
    }
    if let Some(trend) = score.trend {
        out.push(words.shown("trend", points(trend, words)));
    }
    let years = [
        ("from", Arg::Days(score.indicator.from.into())),
        ("to", Arg::Days(score.indicator.to.into())),
    ];
    out.push(words.shown("phase", words.say("value.years", &years)));
    out
}

fn steps(score: &IndicatorScore, words: &Words<'_>) -> Vec<String> {
    let indicator = &score.indicator;
    let mut out = Vec::new();
    let text = |t: &str| [("text", Arg::Plain(t.to_owned()))];
    if !indicator.numerator.is_empty() {
        out.push(words.say("indicator.counted", &text(&indicator.numerator)));
    }
    if !indicator.denominator.is_empty() {
        out.push(words.say("indicator.of", &text(&indicator.denominator)));
    }
    for (period, numerator, denominator, rate) in &score.series {
        let number = |n: &Option<i64>| match n {
            Some(n) => Arg::Number(exact(*n)),
            None => Arg::Plain("-".to_owned()),
        };
        let args = [
            ("period", Arg::Plain(words.period(*period))),
            ("numerator", number(numerator)),
            ("denominator", number(denominator)),
            ("rate", Arg::Plain(words.percent(*rate))),
        ];
        let key = match indicator.operator {
            Operator::Qualitative => "indicator.series_document",
            _ => "indicator.series",
        };
        out.push(words.say(key, &args));
    }
    match score.rating {
        Rating::NotYet => {
            let year = [("year", Arg::Days(indicator.from.into()))];
            out.push(words.say("indicator.not_yet", &year));
        }
        Rating::NoFigures if score.latest.is_none() => {
            out.push(words.word("indicator.no_figures"));
        }
        Rating::NoFigures if indicator.operator == Operator::Qualitative => {
            out.push(words.word("indicator.document_missing"));
        }
        Rating::NoFigures => out.push(words.word("indicator.no_figures")),
        Rating::Met | Rating::NotMet => out.extend(decided(score, words)),
    }
    if !indicator.note.is_empty() {
        out.push(words.say("indicator.note", &text(&indicator.note)));
    }
    out
}

/// The comparison in whole numbers and what it says.
fn decided(score: &IndicatorScore, words: &Words<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(latest) = score.latest.as_ref().filter(|l| !l.explanation.is_empty()) {
        let args = [("text", Arg::Quoted(latest.explanation.clone()))];
        out.push(words.say("indicator.document", &args));
    }
    let exact_target = score.indicator.target.and_then(percent_exact);
    if let (Some(rate), Some((top, bottom))) = (&score.rate, exact_target) {
        let right = u128::from(rate.denominator) * u128::from(top);
        let scale = u128::from(bottom / 100);
        let args = [
            ("numerator", Arg::Count(rate.numerator)),
            ("denominator", Arg::Count(rate.denominator)),
            (
                "left",
                Arg::Plain(grouped(u128::from(rate.numerator) * 100 * scale, scale)),
            ),
            (
                "target",
                Arg::Number(score.indicator.target.unwrap_or_default()),
            ),
            ("right", Arg::Plain(grouped(right, scale))),
        ];
        out.push(words.say("indicator.compare", &args));
    }
    let key = match score.rating {
        Rating::Met => "indicator.met",
        _ => "indicator.not_met",
    };
    let args = [("target", Arg::Plain(target(score, words)))];
    out.push(words.say(key, &args));
    if let Some(missing) = score.missing.filter(|m| *m != 0) {
        let key = if missing > 0 {
            "indicator.missing"
        } else {
            "indicator.surplus"
        };
        let args = [("count", Arg::Count(missing.unsigned_abs()))];
        out.push(words.say(key, &args));
    }
    out
}

/// An exact decimal `scaled / scale` (scale a power of ten) with a decimal comma and thousands by dots.
fn grouped(scaled: u128, scale: u128) -> String {
    let whole = u64::try_from(scaled / scale)
        .map_or_else(|_| (scaled / scale).to_string(), crate::text::count);
    let part = scaled % scale;
    if part == 0 {
        return whole;
    }
    let width = scale.ilog10() as usize;
    let digits = format!("{part:0width$}");
    format!("{whole},{}", digits.trim_end_matches('0'))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "printed only; counts of files are far below 2^52"
)]
fn exact(n: i64) -> f64 {
    n as f64
}

fn trace(figure: &IndicatorFigure, words: &Words<'_>) -> CellTrace {
    let number = |n: Option<i64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let value = match (figure.numerator, figure.denominator) {
        (None, None) => figure.explanation.clone(),
        (n, d) => format!("{}/{}", number(n), number(d)),
    };
    let label = format!("{} ({})", words.period(figure.period), figure.department);
    words.trace(label, value, &figure.source)
}
