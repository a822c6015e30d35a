//! Templates and typed arguments → Vietnamese. The only place that decides how a date, a percentage or a count is printed.

mod recurrence;

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::finding::{Arg, Finding, OWN_REMEDY};

/// Cells, or runs of cells, that a sentence names.
const CELLS_IN_A_SENTENCE: usize = 8;
const FINDINGS_TOML: &str = include_str!("../templates/findings.toml");
/// Every other word: file of `templates/`, and the prefix its keys get. A sheet's words need none.
const WORDS: &[(&str, &str)] = &[
    ("", include_str!("../templates/workbook.toml")),
    ("field", include_str!("../templates/fields.toml")),
    ("deadline", include_str!("../templates/deadline.toml")),
    ("explain", include_str!("../templates/explain.toml")),
    ("feedback", include_str!("../templates/feedback.toml")),
    ("report", include_str!("../templates/report.toml")),
    ("notice", include_str!("../templates/notices.toml")),
    ("cli", include_str!("../templates/cli.toml")),
];

/// Vietnamese text for people: made by [`Text`], or somebody's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Vi(String);

impl Vi {
    /// Somebody's own words (a cell, a name from the config).
    #[must_use]
    pub fn quoted(words: &str) -> Self {
        Self(words.to_owned())
    }

    /// As a string slice.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Vi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The words of a finding.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingWords {
    /// English name of the catalogue (`deadline-invalid`).
    pub name: String,
    /// Short title.
    pub title: String,
    /// What is wrong, with `{placeholders}`.
    pub message: String,
    /// What to do, with an example.
    pub remedy: String,
    /// What to do where the usual remedy does not hold, by the name the rule gives.
    #[serde(default)]
    pub other: BTreeMap<String, String>,
    /// The same where the cell holds what was approved before: the unit changed nothing.
    #[serde(default)]
    pub superseded: Option<OtherWords>,
}

/// Other words of a finding for one of its causes.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherWords {
    /// Short title.
    pub title: String,
    /// What is to be known.
    pub message: String,
    /// What to do, with an example.
    pub remedy: String,
}

/// All words we say.
#[derive(Clone, Debug)]
pub struct Text {
    findings: BTreeMap<String, FindingWords>,
    words: BTreeMap<String, String>,
}

impl Text {
    /// The embedded templates.
    ///
    /// # Panics
    /// When the embedded templates do not parse: a defect, caught by a test.
    #[must_use]
    pub fn embedded() -> Self {
        let findings = toml::from_str(FINDINGS_TOML).expect("findings.toml parses");
        let mut words = BTreeMap::new();
        for (prefix, text) in WORDS {
            let table: toml::Table = text.parse().expect("a template file parses");
            flatten(prefix, &table, &mut words);
        }
        Self { findings, words }
    }

    /// A word by its dotted key (`sheet.tasks`, `class.overdue`); keys of other files than `workbook.toml` start with the file's prefix.
    ///
    /// # Panics
    /// When the key is missing: a defect, caught by tests that build every sheet.
    #[must_use]
    pub fn word(&self, key: &str) -> Vi {
        Vi(self
            .words
            .get(key)
            .unwrap_or_else(|| panic!("templates/workbook.toml lacks {key}"))
            .clone())
    }

    /// Whether a key exists.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.words.contains_key(key)
    }

    /// A sentence of `templates/workbook.toml` with its `{placeholders}` filled.
    #[must_use]
    pub fn say(&self, key: &str, args: &[(&str, Arg)]) -> Vi {
        let template = self.word(key);
        Vi(fill(template.as_str(), &|name| {
            let (_, arg) = args.iter().find(|(n, _)| *n == name)?;
            Some(self.arg(arg))
        }))
    }

    /// The words of a finding's code; none for a unit's own rule.
    #[must_use]
    pub fn finding(&self, code: &str) -> Option<&FindingWords> {
        self.findings.get(code)
    }

    /// Every code that has words.
    pub fn finding_codes(&self) -> impl Iterator<Item = &str> {
        self.findings.keys().map(String::as_str)
    }

    /// What is wrong, in words. `{value}`, `{cell}`, `{cells}`, `{sheet}`, `{field}`, `{related}`, `{task}` are always there.
    #[must_use]
    pub fn message(&self, finding: &Finding) -> Vi {
        if let Some(own) = &finding.own_message {
            return Vi(own.clone());
        }
        self.finding_text(finding, |w| &w.message, |o| &o.message)
    }

    /// What to do, in words.
    #[must_use]
    pub fn remedy(&self, finding: &Finding) -> Vi {
        let own = finding.args.iter().find(|(name, _)| name == OWN_REMEDY);
        if let Some((_, Arg::Plain(own))) = own {
            return Vi(fill(own, &|name| self.said_of(finding, name)).replace("  ", " "));
        }
        let named = finding.args.iter().find(|(name, _)| name == "remedy");
        self.finding_text(
            finding,
            |w| match named {
                Some((_, Arg::Plain(name))) => w.other.get(name).unwrap_or(&w.remedy),
                _ => &w.remedy,
            },
            |o| &o.remedy,
        )
    }

    /// Short title of a finding.
    #[must_use]
    pub fn title(&self, finding: &Finding) -> Vi {
        self.finding_text(finding, |w| &w.title, |o| &o.title)
    }

    fn finding_text<'w>(
        &'w self,
        finding: &Finding,
        part: impl Fn(&'w FindingWords) -> &'w String,
        other: fn(&OtherWords) -> &String,
    ) -> Vi {
        let key = if self.findings.contains_key(&finding.code) {
            finding.code.as_str()
        } else {
            "U"
        };
        let Some(words) = self.findings.get(key) else {
            return Vi::default();
        };
        let known = finding.is_superseded();
        let template = match words.superseded.as_ref().filter(|_| known) {
            Some(words) => other(words),
            None => part(words),
        };
        // A finding of a whole column has hundreds of cells: only what the sentence names is printed.
        let filled = fill(template, &|name| self.said_of(finding, name));
        Vi(filled.replace("  ", " "))
    }

    /// Cells as a sentence names them: the first ones, and how many more; the lists beside it hold all.
    fn some_cells(&self, cells: &[CellRef]) -> String {
        let mut runs = cell_runs(cells);
        if runs.len() <= CELLS_IN_A_SENTENCE {
            return runs.join(", ");
        }
        runs.truncate(CELLS_IN_A_SENTENCE);
        let named = cells
            .iter()
            .position(|c| runs.last().is_some_and(|r| r.ends_with(&c.to_string())));
        let more = cells.len() - named.map_or(runs.len(), |at| at + 1);
        let more = Arg::Count(u64::try_from(more).unwrap_or(u64::MAX));
        let args = [("cells", Arg::Plain(runs.join(", "))), ("count", more)];
        self.say("field.more_cells", &args).to_string()
    }

    /// What a placeholder of a finding's words stands for.
    fn said_of(&self, finding: &Finding, name: &str) -> Option<String> {
        let quoted = |words: &str| {
            if words.trim().is_empty() {
                self.word("field.example.nothing").to_string()
            } else {
                quoted(words)
            }
        };
        if let Some((_, arg)) = finding.args.iter().find(|(n, _)| n == name) {
            return Some(match arg {
                Arg::Quoted(words) => quoted(words),
                Arg::Plain(words) if words.trim().is_empty() => quoted(words),
                arg => self.arg(arg),
            });
        }
        match name {
            "value" => Some(quoted(&finding.value)),
            "cell" => finding.cell.map(|c| c.to_string()),
            "cells" => Some(self.some_cells(&finding.cells)),
            "sheet" => Some(quoted(finding.sheet.as_deref().unwrap_or_default())),
            "field" => finding.field.map(|f| self.field(f).to_string()),
            "related" => Some(cell_runs(&finding.related).join(", ")),
            "task" => {
                // A task without a code has an identity of ours, which says nothing to people.
                let task = finding.task.as_deref().filter(|t| !t.starts_with('#'));
                Some(task.unwrap_or_default().to_owned())
            }
            "example" => {
                let usual = finding.field.map(|f| format!("field.example.{}", f.name()));
                let usual = usual.filter(|key| self.has(key));
                let key = usual.unwrap_or_else(|| "field.example.other".to_owned());
                Some(self.word(&key).to_string())
            }
            _ => None,
        }
    }

    /// Prints an argument.
    #[must_use]
    pub fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Date(d) => date(*d),
            Arg::Days(n) => n.to_string(),
            Arg::Percent(p) => format!("{}%", number(*p, 2)),
            Arg::Number(n) => number(*n, 2),
            Arg::Count(n) => count(*n),
            Arg::Cell(c) => c.to_string(),
            Arg::Quoted(s) => quoted(s),
            Arg::Plain(s) => s.clone(),
            Arg::Field(f) => self.field(*f).to_string(),
            Arg::Recurrence(notation) => self.recurrence(notation),
            Arg::Word(key) => self.word(key).to_string(),
            Arg::List(items) => {
                let items: Vec<String> = items.iter().map(|a| self.arg(a)).collect();
                items.join("; ")
            }
        }
    }

    /// Vietnamese name of a field.
    #[must_use]
    pub fn field(&self, field: Field) -> Vi {
        self.word(&format!("field.{}", field.name()))
    }
}

/// Fills `{name}` placeholders; an unknown one is left as it stands, which a test forbids.
fn fill(template: &str, said: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let tail = &rest[open + 1..];
        let Some(close) = tail.find('}') else {
            rest = &rest[open..];
            break;
        };
        let name = &tail[..close];
        match said(name) {
            Some(words) => out.push_str(&words),
            None => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
        rest = &tail[close + 1..];
    }
    out.push_str(rest);
    out
}

/// Somebody's own words inside a sentence of ours.
fn quoted(words: &str) -> String {
    shorten(words, 80)
}

fn flatten(prefix: &str, table: &toml::Table, out: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            toml::Value::Table(inner) => flatten(&path, inner, out),
            toml::Value::String(s) => {
                out.insert(path, s.clone());
            }
            other => {
                out.insert(path, other.to_string());
            }
        }
    }
}

/// Cells as people name them, in their order: three and more below one another as `G6:G44`.
#[must_use]
pub fn cell_runs(cells: &[CellRef]) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = cells;
    while let Some(first) = rest.first() {
        let below = (first.row..)
            .zip(rest)
            .take_while(|(row, cell)| cell.row == *row && cell.col == first.col)
            .count();
        if below >= 3 {
            out.push(format!("{first}:{}", rest[below - 1]));
            rest = &rest[below..];
        } else {
            out.push(first.to_string());
            rest = &rest[1..];
        }
    }
    out
}

/// A day as `dd/mm/yyyy`.
#[must_use]
pub fn date(d: Date) -> String {
    format!("{:02}/{:02}/{:04}", d.day(), d.month(), d.year())
}

/// A number with a decimal comma, at most `decimals` decimals, trailing zeros dropped, thousands by dots.
#[must_use]
pub fn number(n: f64, decimals: usize) -> String {
    let text = format!("{n:.decimals$}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = part.trim_end_matches('0');
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let whole = format!("{sign}{}", group(digits));
    if part.is_empty() {
        whole
    } else {
        format!("{whole},{part}")
    }
}

/// A count with thousands by dots.
#[must_use]
pub fn count(n: u64) -> String {
    group(&n.to_string())
}

fn group(digits: &str) -> String {
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(c);
    }
    out
}

/// A percentage with a set number of decimals, so that a printed rate shows its rounding: `20,00%`.
#[must_use]
pub fn percent(n: f64, decimals: usize) -> String {
    let text = format!("{n:.decimals$}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let comma = if part.is_empty() { "" } else { "," };
    format!("{sign}{}{comma}{part}%", group(digits))
}

/// Characters of a Vietnamese syllable, at most, with the blank before it.
const SYLLABLE: usize = 8;

/// Text of at most `max` characters, with an ellipsis where it was cut.
#[must_use]
pub fn shorten(s: &str, max: usize) -> String {
    let flat: String = s.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= max {
        return flat;
    }
    let mut cut: String = flat.chars().take(max.saturating_sub(1)).collect();
    // A word is not cut in two where that costs little.
    let whole = cut
        .rfind(' ')
        .filter(|at| cut[*at..].chars().count() <= SYLLABLE);
    if let Some(at) = whole.filter(|_| flat[cut.len()..].chars().next().is_some_and(|c| c != ' ')) {
        cut.truncate(at);
    }
    while cut.ends_with([' ', ',', ';', ':', '-']) {
        cut.pop();
    }
    cut.push('…');
    cut
}
