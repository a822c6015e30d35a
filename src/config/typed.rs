//! From the merged table to typed settings: every value that does not fit its type is told, not only the first.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::shape::renumber;
use super::{ConfigProblem, RawConfig, merge};

/// Reads the user's table over the defaults; a value that does not fit gives way to the default, so that the rest is
/// still checked.
///
/// # Errors
/// The problem that could not be told apart from the rest: a defect of the defaults.
pub(super) fn read(
    defaults: &Table,
    mut user: Table,
    file: &str,
    lines: &mut BTreeMap<String, usize>,
    problems: &mut Vec<ConfigProblem>,
) -> Result<RawConfig, ConfigProblem> {
    loop {
        let mut merged = defaults.clone();
        merge(&mut merged, user.clone());
        let error = match serde_path_to_error::deserialize::<_, RawConfig>(merged) {
            Ok(raw) => return Ok(raw),
            Err(error) => error,
        };
        let path = steps(error.path());
        let (line, key) = place(&path, lines);
        let reason = error.inner().message().to_owned();
        let taken = take(&mut user, &path);
        let problem = ConfigProblem {
            file: file.to_owned(),
            line,
            message: format!("`{key}` does not fit: {reason}"),
            remedy: default_of(defaults, &path).map_or_else(
                || "write a value of the kind shown in the example settings".to_owned(),
                |v| {
                    format!(
                        "for example: {} = {v}",
                        path.last().map_or("", |s| s.as_str())
                    )
                },
            ),
        };
        if !taken {
            return Err(problem);
        }
        problems.push(problem);
        if let [list, n, ..] = path.as_slice()
            && let Ok(gone) = n.parse::<usize>()
            && let Some(Value::Array(left)) = user.get(list)
        {
            renumber(lines, &format!("{list}.{gone}"), None);
            for n in gone..=left.len() {
                renumber(
                    lines,
                    &format!("{list}.{}", n + 1),
                    Some(&format!("{list}.{n}")),
                );
            }
        }
    }
}

/// The path's keys, entries of lists counted from 1 as in the line index.
fn steps(path: &serde_path_to_error::Path) -> Vec<String> {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|s| match s {
            Segment::Map { key } => Some(key.clone()),
            Segment::Seq { index } => Some((index + 1).to_string()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// The nearest key that has a line, and the line; 0 without one.
fn place(path: &[String], lines: &BTreeMap<String, usize>) -> (usize, String) {
    for n in (1..=path.len()).rev() {
        let key = path[..n].join(".");
        if let Some(line) = lines.get(&key) {
            return (*line, key);
        }
    }
    (0, path.join("."))
}

/// Takes the value at the path out of the user's table: a key, or the whole entry of a list of tables.
fn take(user: &mut Table, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return false;
    };
    let inner = match user.get_mut(first) {
        None => return false,
        Some(Value::Table(inner)) if !rest.is_empty() => take(inner, rest),
        Some(Value::Array(list)) if list.iter().any(Value::is_table) => {
            let index = rest.first().and_then(|n| n.parse::<usize>().ok());
            match index {
                Some(n) if (1..=list.len()).contains(&n) => {
                    list.remove(n - 1);
                    true
                }
                _ => false,
            }
        }
        Some(_) => false,
    };
    inner || user.remove(first).is_some()
}

fn default_of(defaults: &Table, path: &[String]) -> Option<Value> {
    let (first, rest) = path.split_first()?;
    match defaults.get(first)? {
        Value::Table(inner) => default_of(inner, rest),
        Value::Array(list) if list.iter().any(Value::is_table) => None,
        value => Some(value.clone()),
    }
}
