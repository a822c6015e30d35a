//! How a figure came about, down to the cells: the data behind `annexd explain`.

mod explanation;
mod group;
mod history;
mod indicator;
mod task;
mod words;

pub use explanation::{CellTrace, Evidence, Explanation, Shown};
use words::Words;

use super::groups::matched;
use crate::config::Config;
use crate::domain::consolidation::{ConsolidatedTask, Consolidation};
use crate::text::Text;

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
        return Some(task::task(c, t, from, &words));
    }
    let named = |names: &[String]| names.iter().any(|n| same(n));
    if let Some(i) = c
        .indicators
        .iter()
        .find(|i| same(&i.indicator.code) || same(&i.indicator.name) || named(&i.indicator.aliases))
    {
        return Some(indicator::indicator(c, i, from, &words));
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
        return Some(group::department(c, d, &words));
    }
    if what.trim() == "*" {
        return Some(group::everything(c, &words));
    }
    if let Some(phase) = group::phase(c, what, &words) {
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
        .map(|t| task::task(c, t, from, &words))
}
