//! How the figures of a department came about: its counts with their rows, its rates with their parts, its score.

use super::explanation::{Explanation, Shown};
use super::words::{Words, rates};
use crate::domain::consolidation::{
    Class, ConsolidatedTask, Consolidation, DepartmentState, GroupScore,
};
use crate::domain::finding::Arg;
use crate::domain::task::Source;
use crate::kpi::phases;

pub(super) fn department(
    c: &Consolidation,
    state: &DepartmentState,
    words: &Words<'_>,
) -> Explanation {
    let own: Vec<&ConsolidatedTask> = c
        .tasks
        .iter()
        .filter(|t| t.leads.contains(&state.code))
        .collect();
    let group = c.by_department.iter().find(|g| g.key == state.code);
    let named = ("department", state.code.as_str(), state.name.as_str());
    let mut out = of_group(c, named, group, &own, words);
    out.figures.insert(0, rows(state, words));
    out.findings = c
        .findings
        .iter()
        .filter(|f| f.department.as_deref() == Some(&state.code))
        .map(|f| words.finding(f))
        .collect();
    out
}

/// All tasks, each counted once.
pub(super) fn everything(c: &Consolidation, words: &Words<'_>) -> Explanation {
    let own: Vec<&ConsolidatedTask> = c.tasks.iter().collect();
    let named = ("all", "*", c.plan_title.as_str());
    of_group(c, named, Some(&c.all), &own, words)
}

/// A phase of the plan (`2026-2027`), if there is one called so.
pub(super) fn phase(c: &Consolidation, what: &str, words: &Words<'_>) -> Option<Explanation> {
    let what: String = what.chars().filter(|c| !c.is_whitespace()).collect();
    let group = phases::by_phase(c, words.config)
        .into_iter()
        .find(|g| g.key == what)?;
    let span = c
        .phases()
        .into_iter()
        .find(|(from, to)| format!("{from}-{to}") == what)?;
    let own = phases::tasks(c, span);
    let named = ("phase", group.key.as_str(), c.plan_title.as_str());
    Some(of_group(c, named, Some(&group), &own, words))
}

fn of_group(
    c: &Consolidation,
    (kind, key, name): (&str, &str, &str),
    group: Option<&GroupScore>,
    own: &[&ConsolidatedTask],
    words: &Words<'_>,
) -> Explanation {
    let mut figures: Vec<Shown> = Vec::new();
    figures.extend(group.iter().flat_map(|g| counts(c, g, own, words)));
    figures.extend(group.iter().flat_map(|g| rates(g, words)));
    if let Some(score) = group.and_then(|g| g.score.as_ref()) {
        figures.push(words.shown("score", number(score.total, words)));
    }
    Explanation {
        kind: kind.to_owned(),
        key: key.to_owned(),
        name: name.to_owned(),
        as_of: c.as_of,
        figures,
        steps: group.map(|g| score_steps(g, words)).unwrap_or_default(),
        cells: own.iter().map(|t| trace(t, words)).collect(),
        findings: Vec::new(),
        history: Vec::new(),
    }
}

fn number(n: f64, words: &Words<'_>) -> String {
    words.text.arg(&Arg::Number(n))
}

fn rows(state: &DepartmentState, words: &Words<'_>) -> Shown {
    let args = [
        ("read", Arg::Count(state.read)),
        ("accepted", Arg::Count(state.accepted)),
        ("held", Arg::Count(state.held)),
    ];
    words.shown("rows", words.say("value.rows", &args))
}

fn counts(
    c: &Consolidation,
    group: &GroupScore,
    own: &[&ConsolidatedTask],
    words: &Words<'_>,
) -> Vec<Shown> {
    let count = |n: u64| words.text.arg(&Arg::Count(n));
    let ids = |keep: &dyn Fn(&ConsolidatedTask) -> bool| -> Vec<String> {
        own.iter()
            .filter(|t| keep(t))
            .map(|t| t.row.id.clone())
            .collect()
    };
    let mut out = vec![Shown {
        rows: ids(&|_| true),
        ..words.shown("total", count(group.counts.total))
    }];
    for class in Class::ALL {
        let n = group.counts.of(*class);
        if n > 0 {
            out.push(Shown {
                name: format!("class_{}", class.name()),
                label: words.word(&format!("class.{}", class.name())),
                value: count(n),
                formula: words.word("formula.of_class"),
                rows: ids(&|t| t.score.class == *class),
            });
        }
    }
    let due = |t: &ConsolidatedTask| {
        t.score
            .effective
            .is_some_and(|d| d <= c.as_of || t.score.class.is_done())
    };
    out.push(Shown {
        rows: ids(&due),
        ..words.shown("due_tasks", count(group.counts.due))
    });
    out
}

fn score_steps(group: &GroupScore, words: &Words<'_>) -> Vec<String> {
    let steps = group.score.iter().flat_map(|s| &s.steps);
    steps
        .map(|(key, value)| {
            let label = words.word(&format!("score.{key}"));
            format!("{label}: {}", number(*value, words))
        })
        .collect()
}

fn trace(task: &ConsolidatedTask, words: &Words<'_>) -> super::CellTrace {
    let mut class = words.word(&format!("class.{}", task.score.class.name()));
    if !task.was_accepted() {
        // Nobody knows yet how it stands: it is not reported, or the report is held back.
        let key = if task.unreported {
            "value.unreported"
        } else {
            "value.unaccepted"
        };
        class = words.say(key, &[("class", Arg::Plain(class))]);
    }
    let source: &Source = &task.row.source;
    words.trace(task.row.id.clone(), class, source)
}
