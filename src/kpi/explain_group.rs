//! How the figures of a department came about: its counts with their rows, its rates with their parts, its score.

use super::explain::{Explanation, Shown, Words, rates};
use crate::domain::consolidation::{
    Class, ConsolidatedTask, Consolidation, DepartmentState, GroupScore,
};
use crate::domain::finding::Arg;
use crate::domain::ledger::Source;

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
    let mut figures = vec![rows(state, words)];
    figures.extend(group.iter().flat_map(|g| counts(c, g, &own, words)));
    figures.extend(group.iter().flat_map(|g| rates(g, words)));
    if let Some(score) = group.and_then(|g| g.score.as_ref()) {
        figures.push(words.shown("score", number(score.total, words)));
    }
    Explanation {
        kind: "department".to_owned(),
        key: state.code.clone(),
        name: state.name.clone(),
        as_of: c.as_of,
        figures,
        steps: group.map(|g| score_steps(g, words)).unwrap_or_default(),
        cells: own.iter().map(|t| trace(t, words)).collect(),
        findings: c
            .findings
            .iter()
            .filter(|f| f.department.as_deref() == Some(&state.code))
            .map(|f| words.finding(f))
            .collect(),
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
    let class = words.word(&format!("class.{}", task.score.class.name()));
    let source: &Source = &task.row.source;
    words.trace(task.row.id.clone(), class, source)
}
