//! How a figure came about, down to the cells: the data behind `annexd explain`.

use jiff::civil::Date;
use serde::Serialize;

use super::groups::matched;
use super::{explain_group, explain_indicator, explain_task};
use crate::config::{Config, Rounding, periods};
use crate::domain::cell::CellRef;
use crate::domain::consolidation::{ConsolidatedTask, Consolidation, GroupScore};
use crate::domain::field::Field;
use crate::domain::finding::{Arg, Finding};
use crate::domain::indicator::{IndicatorFigure, PeriodKey};
use crate::domain::ledger::{Event, Source};
use crate::domain::snapshot::SeenFile;
use crate::text::Text;

/// A figure as shown: its value, and how it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Stable name.
    pub name: String,
    /// Printed name.
    pub label: String,
    /// Printed value.
    pub value: String,
    /// How it is made, in words.
    pub formula: String,
    /// Identities of the rows it counts.
    pub rows: Vec<String>,
}

/// A value and the cell it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CellTrace {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
    /// File, relative to the share.
    pub file: String,
    /// Sheet.
    pub sheet: String,
    /// Cell; empty where none is known.
    pub cell: String,
    /// The three in words.
    pub place: String,
}

/// How the figures of a task, an indicator or a department came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// `task`, `indicator`, `department`, `phase` or `all`.
    pub kind: String,
    /// Identity or code.
    pub key: String,
    /// Content or name.
    pub name: String,
    /// Day of the figures.
    pub as_of: Date,
    /// Figures.
    pub figures: Vec<Shown>,
    /// How it was decided, step by step.
    pub steps: Vec<String>,
    /// Where the values were read.
    pub cells: Vec<CellTrace>,
    /// Findings that concern it: code, place and message.
    pub findings: Vec<String>,
    /// Newest changes first.
    pub history: Vec<String>,
}

/// What an explanation may look up besides the consolidation; each may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    /// Accepted figures of the ledger of the day.
    pub figures: &'a [IndicatorFigure],
    /// History up to the day.
    pub events: &'a [Event],
    /// Files of the share: those the figures were accepted from name the cell of every value.
    pub files: &'a [SeenFile],
}

/// Explains a task (identity, code or content), an indicator (code or name), a department (code, name or another spelling of the roster), a phase (`2026-2027`) or all tasks (`*`).
///
/// None when nothing is called so.
#[must_use]
pub fn explain(
    c: &Consolidation,
    what: &str,
    from: &Evidence<'_>,
    text: &Text,
    config: &Config,
) -> Option<Explanation> {
    let words = Words { text, config };
    let wanted = matched(what);
    if wanted.is_empty() {
        return None;
    }
    let same = |name: &str| matched(name) == wanted;
    let tasks = &c.tasks;
    if let Some(t) = tasks
        .iter()
        .find(|t| same(&t.row.id) || same(&t.row.values.code))
    {
        return Some(explain_task::task(c, t, from, &words));
    }
    let named = |names: &[String]| names.iter().any(|n| same(n));
    if let Some(i) = c
        .indicators
        .iter()
        .find(|i| same(&i.indicator.code) || same(&i.indicator.name) || named(&i.indicator.aliases))
    {
        return Some(explain_indicator::indicator(c, i, from, &words));
    }
    if let Some(d) = c
        .departments
        .iter()
        .find(|d| same(&d.code))
        .or_else(|| c.departments.iter().find(|d| same(&d.name)))
        .or_else(|| {
            let listed = &config.roster.departments;
            let known = listed.iter().find(|d| named(&d.aliases))?;
            c.departments.iter().find(|d| d.code == known.code)
        })
    {
        return Some(explain_group::department(c, d, &words));
    }
    if what.trim() == "*" {
        return Some(explain_group::everything(c, &words));
    }
    if let Some(phase) = explain_group::phase(c, what, &words) {
        return Some(phase);
    }
    let content = |t: &&ConsolidatedTask| matched(&t.row.values.content);
    tasks
        .iter()
        .find(|t| content(t) == wanted)
        .or_else(|| {
            let mut some = tasks.iter().filter(|t| content(t).contains(&wanted));
            let first = some.next();
            first.filter(|_| some.next().is_none())
        })
        .map(|t| explain_task::task(c, t, from, &words))
}

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
