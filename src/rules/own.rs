//! A unit's own rules: CEL expressions over a row's fields, compiled once; a finding where the expression is false.
//!
//! Days are texts `2026-06-30`, so that they compare as days; what is missing is `''`, which `null` also means.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use cel::{Context, ExecutionError, Program, Value};
use jiff::civil::Date;

use crate::config::OwnRule;
use crate::domain::field::Field;
use crate::domain::finding::{Arg, OWN_REMEDY, Severity};

use super::figures::days_between;
use super::scene::{Hit, RowView, Scene};

/// A compiled rule.
#[derive(Debug)]
struct Compiled {
    rule: OwnRule,
    field: Field,
    program: Program,
}

/// The unit's own rules, ready to run.
#[derive(Debug, Default)]
pub struct OwnRules {
    rules: Vec<Compiled>,
}

/// What is wrong with an own rule: its index in the config, what, and the character of the expression, from 1, where there is one.
pub type OwnRuleProblem = (usize, String, Option<usize>);

/// Names of a row beyond the columns.
const DERIVED: [&str; 5] = ["due", "effective_due", "area", "department", "id"];

impl OwnRules {
    /// The severity of an own rule.
    #[must_use]
    pub fn severity(&self, code: &str) -> Option<Severity> {
        self.rules
            .iter()
            .find(|r| r.rule.code == code)
            .map(|r| r.rule.severity)
    }
}

/// Compiles the rules of a config.
///
/// # Errors
/// Everything that is wrong with them, together: syntax, unknown names, unknown fields, repeated codes, results that are neither true nor false.
pub fn compile(rules: &[OwnRule]) -> Result<OwnRules, Vec<OwnRuleProblem>> {
    let mut problems = Vec::new();
    let mut compiled: Vec<Compiled> = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let taken = super::by_code(&rule.code).is_some()
            || compiled.iter().any(|c| c.rule.code == rule.code);
        if taken {
            problems.push((index, format!("the code {} is taken", rule.code), None));
        }
        let field = Field::by_name(&rule.field);
        if field.is_none() {
            problems.push((index, format!("no field is called {:?}", rule.field), None));
        }
        let source = missing_as_empty(&rule.require);
        problems.extend(
            unknown_names(&rule.require)
                .into_iter()
                .map(|(name, column)| {
                    (
                        index,
                        format!("no field is called row.{name}"),
                        Some(column),
                    )
                }),
        );
        match Program::compile(&source) {
            Err(errors) => problems.extend(errors.errors.iter().map(|e| {
                let column = usize::try_from(e.pos.1).ok().filter(|c| *c > 0);
                (index, e.msg.clone(), column)
            })),
            Ok(program) => {
                match evaluate(&program, blank_row(), Date::constant(2026, 1, 1)) {
                    Ok(Value::Bool(_)) => {}
                    Ok(other) => problems.push((
                        index,
                        format!("gives {} instead of true or false", other.type_of()),
                        None,
                    )),
                    Err(ExecutionError::UndeclaredReference(name)) => {
                        let column = column_of(&rule.require, &name);
                        problems.push((index, format!("nothing is called {name}"), column));
                    }
                    // A blank row may lack what the expression compares; judged row by row.
                    Err(_) => {}
                }
                if let Some(field) = field {
                    compiled.push(Compiled {
                        rule: rule.clone(),
                        field,
                        program,
                    });
                }
            }
        }
    }
    if problems.is_empty() {
        Ok(OwnRules { rules: compiled })
    } else {
        Err(problems)
    }
}

fn column_of(source: &str, name: &str) -> Option<usize> {
    source.find(name).map(|at| source[..at].chars().count() + 1)
}

/// The expression with everything inside quotes blanked, byte for byte.
fn without_strings(source: &str) -> String {
    let mut quote: Option<char> = None;
    let mut escaped = false;
    source
        .chars()
        .flat_map(|c| {
            let inside = quote.is_some();
            match quote {
                Some(_) if escaped => escaped = false,
                Some(_) if c == '\\' => escaped = true,
                Some(q) if c == q => quote = None,
                None if c == '\'' || c == '"' => quote = Some(c),
                _ => {}
            }
            let shown = if inside && quote.is_some() { ' ' } else { c };
            std::iter::repeat_n(shown, if shown == c { 1 } else { c.len_utf8() })
        })
        .collect()
}

/// `null` outside of quotes reads as an empty text.
fn missing_as_empty(source: &str) -> String {
    let bare = without_strings(source);
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while let Some(found) = bare[at..].find("null") {
        let (start, end) = (at + found, at + found + 4);
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let alone = !bare[..start].ends_with(word) && !bare[end..].starts_with(word);
        out.push_str(&source[at..start]);
        out.push_str(if alone { "''" } else { "null" });
        at = end;
    }
    out.push_str(&source[at..]);
    out
}

/// Names after `row.` that are no field, with their column.
fn unknown_names(source: &str) -> Vec<(String, usize)> {
    let bare = without_strings(source);
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(found) = bare[at..].find("row.") {
        let start = at + found;
        let name_at = start + 4;
        let name: String = bare[name_at..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let known = Field::by_name(&name).is_some() || DERIVED.contains(&name.as_str());
        if !bare[..start].ends_with(word) && !known {
            out.push((name.clone(), bare[..name_at].chars().count() + 1));
        }
        at = name_at + name.len();
    }
    out
}

type Row = HashMap<String, Value>;

fn blank_row() -> Row {
    Field::ALL
        .iter()
        .map(|f| f.name())
        .chain(DERIVED)
        .map(|name| (name.to_owned(), Value::from("")))
        .chain([
            ("progress".to_owned(), Value::from(0.0)),
            ("weight".to_owned(), Value::from(1.0)),
        ])
        .collect()
}

fn row_values(view: &RowView<'_>) -> Row {
    let day = |d: Option<Date>| Value::from(d.map(|d| d.to_string()).unwrap_or_default());
    let number = |n: Option<f64>| n.map_or_else(|| Value::from(""), Value::from);
    let values = &view.values;
    let mut row: Row = Field::ALL
        .iter()
        .map(|field| {
            let value = if let Some(d) = view.row.day(*field) {
                Value::from(d.to_string())
            } else if let Some(n) = view.row.number(*field) {
                Value::from(n)
            } else if view.row.value(*field).is_blank() {
                Value::from("")
            } else {
                Value::from(view.row.text(*field))
            };
            (field.name().to_owned(), value)
        })
        .collect();
    let due = view.due();
    let status = values.status.map_or("", |s| s.name());
    let own = [
        ("status", Value::from(status)),
        ("progress", number(values.progress)),
        ("code", Value::from(values.code.as_str())),
        ("content", Value::from(values.content.as_str())),
        ("product", Value::from(values.product.as_str())),
        ("lead", Value::from(values.lead_text.as_str())),
        ("coop", Value::from(values.coop.as_str())),
        ("deadline", Value::from(values.deadline_text.as_str())),
        ("start", day(values.start)),
        ("due", day(due.map(|d| d.day))),
        (
            "effective_due",
            day(due.map(|d| view.input.calendar.effective(d))),
        ),
        ("area", Value::from(values.area.as_str())),
        ("department", Value::from(view.department.as_str())),
        ("id", Value::from(view.id.as_str())),
    ];
    row.extend(own.map(|(name, value)| (name.to_owned(), value)));
    row
}

/// A day written as 2026-06-30 or 30/6/2026, with or without a time behind it.
fn read_day(text: &str) -> Option<Date> {
    let head = text.split(['T', ' ']).next().unwrap_or_default();
    if let Ok(day) = head.parse::<Date>() {
        return Some(day);
    }
    let mut parts = head.split('/');
    let day = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let year = parts.next()?.parse().ok()?;
    Date::new(year, month, day).ok()
}

fn day_text(text: Arc<String>) -> Result<Value, ExecutionError> {
    if text.is_empty() {
        return Ok(Value::from(""));
    }
    read_day(&text)
        .map(|d| Value::from(d.to_string()))
        .ok_or_else(|| ExecutionError::function_error("date", format!("{text:?} is no day")))
}

fn day_count(from: Arc<String>, to: Arc<String>) -> Result<Value, ExecutionError> {
    match (read_day(&from), read_day(&to)) {
        (Some(from), Some(to)) => Ok(Value::from(days_between(from, to))),
        _ => Err(ExecutionError::function_error(
            "days",
            "two days are needed",
        )),
    }
}

fn evaluate(program: &Program, row: Row, as_of: Date) -> Result<Value, ExecutionError> {
    let mut context = Context::default();
    context.add_variable_from_value("row", row);
    context.add_variable_from_value("as_of", as_of.to_string());
    for name in ["date", "timestamp"] {
        // Only fails where the library brings a function of that name itself.
        let _taken = context.add_function(name, day_text);
    }
    let _taken = context.add_function("days", day_count);
    program.execute(&context)
}

/// Rules that count on a day and stay unfulfilled on a row, and those that could not be evaluated.
fn judge<'r>(
    view: &RowView<'r>,
    rules: &'r OwnRules,
) -> impl Iterator<Item = (&'r Compiled, Result<bool, String>)> {
    let as_of = view.input.as_of;
    let row = if rules.rules.is_empty() {
        Row::new()
    } else {
        row_values(view)
    };
    rules
        .rules
        .iter()
        .filter(move |c| c.rule.from.is_none_or(|from| as_of >= from))
        .map(move |c| {
            let told = match evaluate(&c.program, row.clone(), as_of) {
                Ok(Value::Bool(fulfilled)) => Ok(fulfilled),
                Ok(other) => Err(format!(
                    "gives {} instead of true or false",
                    other.type_of()
                )),
                Err(error) => Err(reason(&error)),
            };
            (c, told)
        })
}

/// Why an expression failed, without the values of the row.
fn reason(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchOverload(e) => e.to_string(),
        ExecutionError::FunctionError { function, message } => format!("{function}: {message}"),
        ExecutionError::UndeclaredReference(name) | ExecutionError::NoSuchKey(name) => {
            format!("nothing is called {name}")
        }
        ExecutionError::ValuesNotComparable(..) => "values of two kinds are compared".to_owned(),
        _ => "the expression does not fit the values of a row".to_owned(),
    }
}

/// Adds the findings of the unit's own rules on a row.
pub fn check(view: &RowView<'_>, hits: &mut Vec<Hit>) {
    for (compiled, told) in judge(view, view.input.own) {
        if told == Ok(false) {
            let mut hit = if view.has(compiled.field) {
                view.hit("U", compiled.field)
            } else {
                view.hit_row("U")
                    .with("column", Arg::Field(compiled.field))
                    .remedied("no_column", true)
            };
            if !compiled.rule.remedy.trim().is_empty() {
                hit = hit.with(OWN_REMEDY, Arg::Plain(compiled.rule.remedy.clone()));
            }
            hit.code.clone_from(&compiled.rule.code);
            hit.own_message = Some(compiled.rule.message.clone());
            hits.push(hit);
        }
    }
}

/// Own rules that could not be evaluated, each with the first row it failed on: a matter of the config, told to the operator.
#[must_use]
pub fn troubles(scene: &Scene<'_>) -> Vec<String> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    for view in scene.rows.iter().filter(|r| r.row.secret.is_none()) {
        for (compiled, told) in judge(view, scene.input.own) {
            if let Err(why) = told
                && seen.insert(compiled.rule.code.clone())
            {
                let file = &scene.files[view.file].seen.path;
                let (_, cell) = view.anchor();
                out.insert(
                    compiled.rule.code.clone(),
                    format!(
                        "rule {} could not be evaluated on {file}, sheet {}, row of {cell}: {why}",
                        compiled.rule.code, view.row.sheet
                    ),
                );
            }
        }
    }
    out.into_values().collect()
}
