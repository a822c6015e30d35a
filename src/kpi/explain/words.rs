//! The words an explanation is told in, and how its figures are printed.

use super::explanation::{CellTrace, Shown};
use crate::config::{Config, Rounding, periods};
use crate::domain::cell::CellRef;
use crate::domain::consolidation::GroupScore;
use crate::domain::field::Field;
use crate::domain::finding::{Arg, Finding};
use crate::domain::indicator::PeriodKey;
use crate::domain::task::Source;
use crate::text::Text;

/// Words and the settings figures are printed by.
pub(super) struct Words<'a> {
    pub text: &'a Text,
    pub config: &'a Config,
}

impl Words<'_> {
    pub fn word(&self, key: &str) -> String {
        self.text.word(&format!("explain.{key}")).to_string()
    }

    pub fn say(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.text.say(&format!("explain.{key}"), args).to_string()
    }

    pub fn rounding(&self) -> String {
        let figures = &self.config.figures;
        let key = match figures.rounding {
            Rounding::HalfUp => "formula.half_up",
            Rounding::Truncate => "formula.truncate",
        };
        self.say(key, &[("decimals", Arg::Count(figures.decimals.into()))])
    }

    /// A percentage with the set number of decimals, so that a printed rate shows its rounding.
    pub fn percent(&self, value: Option<f64>) -> String {
        let decimals = usize::from(self.config.figures.decimals.min(9));
        match value {
            Some(v) => crate::text::percent(v, decimals),
            None => self.word("value.not_available"),
        }
    }

    /// The printed name of a period, as on the sheets.
    pub fn period(&self, period: PeriodKey) -> String {
        periods::resolve(period, self.config).map_or_else(|| period.to_string(), |days| days.name)
    }

    pub fn shown(&self, name: &str, value: String) -> Shown {
        Shown {
            name: name.to_owned(),
            label: self.word(&format!("figure.{name}")),
            value,
            formula: self.word(&format!("formula.{name}")),
            rows: Vec::new(),
        }
    }

    pub fn trace(&self, label: String, value: String, source: &Source) -> CellTrace {
        let cell = source.cell.map(|c| c.to_string()).unwrap_or_default();
        let args = [
            ("file", Arg::Plain(source.file.clone())),
            ("sheet", Arg::Plain(source.sheet.clone())),
            ("cell", Arg::Plain(cell.clone())),
        ];
        let key = match (source.file.is_empty(), source.sheet.is_empty(), source.cell) {
            (true, ..) => "cell.unknown",
            (_, true, _) => "cell.file",
            (_, _, None) => "cell.place_no_cell",
            _ => "cell.place",
        };
        CellTrace {
            label,
            value,
            file: source.file.clone(),
            sheet: source.sheet.clone(),
            cell,
            place: self.say(key, &args),
        }
    }

    /// Traces a value of a row: to its own cell where that is known, else to the row.
    pub fn trace_field(
        &self,
        label: String,
        value: String,
        source: &Source,
        field: Field,
        at: Option<CellRef>,
    ) -> CellTrace {
        let own = at.or(source.cell.filter(|_| field == Field::Content));
        let known = Source {
            cell: own,
            ..source.clone()
        };
        let mut trace = self.trace(label, value, &known);
        if let (None, Some(row)) = (own, source.cell.map(|c| c.row)) {
            let args = [
                ("file", Arg::Plain(source.file.clone())),
                ("sheet", Arg::Plain(source.sheet.clone())),
                ("row", Arg::Plain((row + 1).to_string())),
            ];
            trace.place = self.say("cell.row", &args);
        }
        trace
    }

    pub fn finding(&self, finding: &Finding) -> String {
        let at = Source {
            file: finding.file.clone().unwrap_or_default(),
            sheet: finding.sheet.clone().unwrap_or_default(),
            cell: finding.cell,
        };
        let message = self.text.message(finding);
        if at.file.is_empty() {
            return format!("{}: {message}", finding.code);
        }
        let place = self.trace(String::new(), String::new(), &at).place;
        format!("{} ({place}): {message}", finding.code)
    }
}

pub(super) fn points(value: f64, words: &Words<'_>) -> String {
    words.say("value.points", &[("points", Arg::Number(value))])
}

/// The four rates of a group, with their parts.
pub(super) fn rates(group: &GroupScore, words: &Words<'_>) -> Vec<Shown> {
    [
        ("completion", &group.completion),
        ("on_time", &group.on_time),
        ("on_time_due", &group.on_time_due),
        ("overdue", &group.overdue),
    ]
    .into_iter()
    .map(|(name, rate)| {
        let args = [
            ("numerator", Arg::Count(rate.numerator)),
            ("denominator", Arg::Count(rate.denominator)),
            ("rounding", Arg::Plain(words.rounding())),
        ];
        Shown {
            formula: words.say(&format!("formula.{name}"), &args),
            ..words.shown(name, words.percent(rate.value))
        }
    })
    .collect()
}
