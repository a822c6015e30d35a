//! The shape of a config file: known keys, types and words, each value with its line.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ConfigProblem;

const EXAMPLE_TOML: &str = include_str!("../../config/example.toml");

/// Keys that take one of some words.
const WORDS: &[(&str, &[&str])] = &[
    ("watch.mode", &["auto", "events", "poll"]),
    ("mail.transport", &["file", "smtp"]),
    ("mail.security", &["starttls", "tls", "none"]),
    ("figures.rounding", &["half-up", "truncate"]),
    ("log.format", &["text", "json"]),
    ("rule.severity", &["error", "explain", "warning", "info"]),
    (
        "indicator.operator",
        &[">=", ">", "=", "<=", "<", "qualitative"],
    ),
    (
        "indicator.frequency",
        &["monthly", "quarterly", "half-yearly", "yearly", ""],
    ),
];

/// Tables whose keys are free: rule codes.
const FREE: &[(&str, &str)] = &[
    ("rules", "a severity word"),
    ("rules_from", "a day (2027-01-01)"),
];

/// Keys of array-of-tables entries that must be there.
const REQUIRED: &[(&str, &[&str])] = &[
    ("department", &["code", "name"]),
    ("leader", &["name"]),
    ("rule", &["code", "severity", "field", "require", "message"]),
    ("indicator", &["code", "name", "operator", "from", "to"]),
    ("period", &["part", "name", "from", "to", "send_by"]),
];

/// What the walk over a user's file gives.
#[derive(Debug, Default)]
pub(super) struct Shaped {
    /// The values that are right; wrong ones are left out, so that the defaults stand while the rest is checked.
    pub(super) table: toml::Table,
    /// Line of every key that was given, by dotted path (`department.1.code`).
    pub(super) lines: BTreeMap<String, usize>,
    /// Whether an entry of a list of tables was too wrong to keep: what refers to it must not be called unknown.
    pub(super) entries_left_out: bool,
    /// What is wrong.
    pub(super) problems: Vec<ConfigProblem>,
}

/// Walks a user's file along the defaults.
pub(super) fn walk(text: &str, file: &str, defaults: &toml::Table) -> Shaped {
    let mut shaped = Shaped::default();
    let (tree, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let line = error.span().map_or(0, |s| line_of(text, s.start));
        shaped.problems.push(ConfigProblem {
            file: file.to_owned(),
            line,
            message: format!("not TOML: {}", error.message()),
            remedy: "mend the line; texts stand in double quotes, lists in [ ]".to_owned(),
        });
    }
    let examples: toml::Table = EXAMPLE_TOML.parse().unwrap_or_default();
    let mut walker = Walker {
        text,
        file,
        examples,
        shaped,
    };
    let table = walker.table(tree.get_ref(), Some(defaults), "");
    walker.shaped.table = table;
    walker.shaped
}

struct Walker<'a> {
    text: &'a str,
    file: &'a str,
    examples: toml::Table,
    shaped: Shaped,
}

impl Walker<'_> {
    fn problem(&mut self, at: usize, message: String, remedy: String) {
        let line = line_of(self.text, at);
        self.shaped.problems.push(ConfigProblem {
            file: self.file.to_owned(),
            line,
            message,
            remedy,
        });
    }

    fn table(
        &mut self,
        user: &DeTable<'_>,
        known: Option<&toml::Table>,
        path: &str,
    ) -> toml::Table {
        let mut out = toml::Table::new();
        let free = FREE.iter().find(|(p, _)| *p == path);
        for (key, value) in user {
            let name = key.get_ref().as_ref();
            let full = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            };
            self.shaped
                .lines
                .insert(full.clone(), line_of(self.text, key.span().start));
            if let Some((_, what)) = free {
                if let Some(v) = self.free(name, value, path, what) {
                    out.insert(name.to_owned(), v);
                }
                continue;
            }
            if path.is_empty() && REQUIRED.iter().any(|(n, _)| *n == name) {
                if let Some(list) = self.entries(name, value) {
                    out.insert(name.to_owned(), list);
                }
                continue;
            }
            let Some(expected) = known.and_then(|t| t.get(name)) else {
                let names: Vec<String> = known
                    .map(|t| t.keys().cloned().collect())
                    .unwrap_or_default();
                self.unknown(key, &full, names);
                continue;
            };
            if let Some(v) = self.value(value, expected, &full) {
                out.insert(name.to_owned(), v);
            }
        }
        out
    }

    fn unknown(
        &mut self,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        full: &str,
        mut names: Vec<String>,
    ) {
        if !full.contains('.') {
            names.extend(REQUIRED.iter().map(|(n, _)| (*n).to_owned()));
        }
        let wanted = key.get_ref().as_ref();
        names.sort_by_key(|n| distance(n, wanted));
        let remedy = match names.first() {
            Some(near) if distance(near, wanted) <= 3 => {
                format!("write `{near}`, or take the line out")
            }
            _ => {
                names.sort();
                format!("take the line out; known here: {}", names.join(", "))
            }
        };
        self.problem(key.span().start, format!("unknown key `{full}`"), remedy);
    }

    /// An array of tables: each entry against the example's keys.
    fn entries(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Option<toml::Value> {
        let DeValue::Array(list) = value.get_ref() else {
            self.problem(
                value.span().start,
                format!("`{name}` must be a list of tables"),
                format!("write [[{name}]] with double brackets"),
            );
            return None;
        };
        let known = self.entry_shape(name);
        let mut out = Vec::new();
        for (i, entry) in list.iter().enumerate() {
            let DeValue::Table(table) = entry.get_ref() else {
                self.problem(
                    entry.span().start,
                    format!("`{name}` must be a list of tables"),
                    format!("write [[{name}]]"),
                );
                continue;
            };
            let path = format!("{name}.{}", i + 1);
            self.shaped
                .lines
                .insert(path.clone(), line_of(self.text, entry.span().start));
            let cleaned = self.table(table, Some(&known), &path);
            let required = REQUIRED
                .iter()
                .find(|(n, _)| *n == name)
                .map_or(&[][..], |(_, r)| r);
            for key in required {
                if !table.iter().any(|(k, _)| k.get_ref().as_ref() == *key) {
                    self.problem(
                        entry.span().start,
                        format!("[[{name}]] lacks `{key}`"),
                        format!("add `{key} = …` to this [[{name}]]"),
                    );
                }
            }
            let kept = required.iter().all(|key| cleaned.contains_key(*key));
            if kept {
                out.push(toml::Value::Table(cleaned));
            } else {
                self.shaped.entries_left_out = true;
            }
            let kept_as = kept.then(|| format!("{name}.{}", out.len()));
            renumber(&mut self.shaped.lines, &path, kept_as.as_deref());
        }
        Some(toml::Value::Array(out))
    }

    fn entry_shape(&self, name: &str) -> toml::Table {
        if name == "period" {
            return ["part", "name", "from", "to", "send_by"]
                .iter()
                .map(|k| ((*k).to_owned(), toml::Value::String(String::new())))
                .collect();
        }
        match self
            .examples
            .get(name)
            .and_then(|v| v.as_array())
            .and_then(|a| a.first())
        {
            Some(toml::Value::Table(t)) => t.clone(),
            _ => toml::Table::new(),
        }
    }

    fn free(
        &mut self,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        path: &str,
        what: &str,
    ) -> Option<toml::Value> {
        let words = ["error", "explain", "warning", "info", "off"];
        match (path, value.get_ref()) {
            ("rules", DeValue::String(s)) if words.contains(&s.as_ref()) => {
                Some(toml::Value::String(s.clone().into_owned()))
            }
            ("rules_from", DeValue::Datetime(d)) => sound(d).map(toml::Value::Datetime),
            _ => {
                let remedy = if path == "rules" {
                    format!("write {name} = \"warning\" (or error, explain, info, off)")
                } else {
                    format!("write {name} = 2027-01-01, without quotes")
                };
                self.problem(
                    value.span().start,
                    format!("`{path}.{name}` must be {what}"),
                    remedy,
                );
                None
            }
        }
    }

    fn value(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        expected: &toml::Value,
        path: &str,
    ) -> Option<toml::Value> {
        if let (DeValue::Table(t), toml::Value::Table(known)) = (value.get_ref(), expected) {
            return Some(toml::Value::Table(self.table(t, Some(known), path)));
        }
        let given = plain(value.get_ref());
        let (at, kind) = (value.span().start, kind(expected));
        let right = match (&given, expected) {
            (Some(toml::Value::Integer(n)), toml::Value::Float(_)) => {
                #[expect(clippy::cast_precision_loss, reason = "settings are small numbers")]
                return Some(toml::Value::Float(*n as f64));
            }
            (Some(toml::Value::Integer(n)), toml::Value::Integer(_)) if *n < 0 => {
                self.problem(
                    at,
                    format!("`{path}` must not be negative"),
                    "write 0 or more".to_owned(),
                );
                return None;
            }
            (Some(toml::Value::Array(items)), toml::Value::Array(known)) => {
                let item = known
                    .first()
                    .cloned()
                    .unwrap_or(toml::Value::String(String::new()));
                let dates = path == "calendar.rest" || path == "calendar.work";
                let fits = |v: &toml::Value| {
                    if dates {
                        v.is_datetime()
                    } else {
                        v.same_type(&item)
                    }
                };
                items.iter().all(fits)
            }
            (Some(v), e) => v.same_type(e),
            (None, _) => false,
        };
        if !right {
            self.problem(
                at,
                format!("`{path}` must be {kind}"),
                format!(
                    "for example: {} = {}",
                    path.rsplit('.').next().unwrap_or(path),
                    example(expected)
                ),
            );
            return None;
        }
        if has_break(given.as_ref()) {
            self.problem(
                at,
                format!("`{path}` holds a line break or a control character"),
                "write the value on one line".to_owned(),
            );
            return None;
        }
        let bare = path
            .split('.')
            .filter(|p| p.parse::<usize>().is_err())
            .collect::<Vec<_>>()
            .join(".");
        if let (Some((_, words)), Some(toml::Value::String(s))) =
            (WORDS.iter().find(|(p, _)| *p == bare), &given)
            && !words.contains(&s.as_str())
        {
            let list = words
                .iter()
                .map(|w| format!("\"{w}\""))
                .collect::<Vec<_>>()
                .join(", ");
            self.problem(
                at,
                format!("`{path}` is \"{s}\""),
                format!("write one of {list}"),
            );
            // An entry of a list is kept, so that the rest of it is checked as well.
            let is_entry = bare != path;
            return words
                .last()
                .filter(|_| is_entry)
                .map(|w| toml::Value::String((*w).to_owned()));
        }
        given
    }
}

/// Files the lines of a list's entry under the place it has among those that are kept, or forgets them.
pub(super) fn renumber(lines: &mut BTreeMap<String, usize>, path: &str, kept_as: Option<&str>) {
    if kept_as == Some(path) {
        return;
    }
    let inner = format!("{path}.");
    let moved: Vec<(String, usize)> = lines
        .iter()
        .filter(|(k, _)| *k == path || k.starts_with(&inner))
        .map(|(k, line)| (k.clone(), *line))
        .collect();
    for (key, line) in moved {
        lines.remove(&key);
        if let Some(new) = kept_as {
            lines.insert(format!("{new}{}", &key[path.len()..]), line);
        }
    }
}

fn plain(value: &DeValue<'_>) -> Option<toml::Value> {
    Some(match value {
        DeValue::String(s) => toml::Value::String(s.clone().into_owned()),
        DeValue::Integer(n) => {
            toml::Value::Integer(i64::from_str_radix(n.as_str(), n.radix()).ok()?)
        }
        DeValue::Float(f) => toml::Value::Float(f.as_str().parse().ok()?),
        DeValue::Boolean(b) => toml::Value::Boolean(*b),
        DeValue::Datetime(d) => toml::Value::Datetime(sound(d)?),
        DeValue::Array(a) => toml::Value::Array(
            a.iter()
                .map(|v| plain(v.get_ref()))
                .collect::<Option<_>>()?,
        ),
        DeValue::Table(t) => toml::Value::Table(
            t.iter()
                .map(|(k, v)| Some((k.get_ref().clone().into_owned(), plain(v.get_ref())?)))
                .collect::<Option<_>>()?,
        ),
    })
}

/// A day or time as it can be written again; of a broken one, which is told already, the parser leaves a rest that cannot.
fn sound(day: &toml::value::Datetime) -> Option<toml::value::Datetime> {
    day.to_string().parse().ok()
}

fn has_break(value: Option<&toml::Value>) -> bool {
    match value {
        Some(toml::Value::String(s)) => s.chars().any(char::is_control),
        Some(toml::Value::Array(a)) => a.iter().any(|v| has_break(Some(v))),
        _ => false,
    }
}

const fn kind(value: &toml::Value) -> &'static str {
    match value {
        toml::Value::String(_) => "a text in quotes",
        toml::Value::Integer(_) => "a whole number",
        toml::Value::Float(_) => "a number",
        toml::Value::Boolean(_) => "true or false",
        toml::Value::Datetime(_) => "a day (2026-04-24)",
        toml::Value::Array(_) => "a list in [ ]",
        toml::Value::Table(_) => "a table",
    }
}

fn example(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(_) => "{ … }".to_owned(),
        other => other.to_string(),
    }
}

/// Line of a byte offset, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(at)
        .filter(|b| **b == b'\n')
        .count()
        + 1
}

/// Edit distance of two short keys.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut last = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let cost = if ca == *cb { last } else { last + 1 };
            last = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(last + 1);
        }
    }
    row[b.len()]
}
