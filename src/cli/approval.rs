//! What a workbook of the approved annex does to the plan and to the departments, as `check` tells it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::domain::finding::{Arg, Finding};
use crate::sheets::{BaselineChange, BaselineTrial};
use crate::text::{Text, Vi, shorten};

/// Longest text of a change that is printed, characters.
const SHOWN: usize = 70;

/// As JSON.
pub(super) fn as_json(trial: &BaselineTrial) -> Value {
    let changes: Vec<Value> = trial
        .changes
        .iter()
        .map(|c| {
            json!({
                "task": c.task, "kind": c.kind.key(), "field": c.field.map(crate::domain::field::Field::name),
                "old": c.old, "new": c.new,
            })
        })
        .collect();
    let told = |findings: &[Finding]| -> Vec<Value> {
        let one = |f: &Finding| {
            json!({
                "code": f.code, "department": f.department, "file": f.file, "sheet": f.sheet,
                "cell": f.cell.map(|c| c.to_string()), "task": f.task,
            })
        };
        findings.iter().map(one).collect()
    };
    json!({"changes": changes, "appear": told(&trial.appear), "settled": told(&trial.settled)})
}

/// As text, in Vietnamese.
pub(super) fn as_text(trial: &BaselineTrial, text: &Text) -> String {
    let mut out = String::new();
    let count = |n: usize| Arg::Count(n as u64);
    let args = [
        ("changes", count(trial.changes.len())),
        ("appear", count(trial.appear.len())),
        ("settled", count(trial.settled.len())),
    ];
    let _ = writeln!(out, "  {}", text.say("cli.approval.summary", &args));
    for change in &trial.changes {
        let _ = writeln!(out, "    {}", change_line(change, text));
    }
    for (key, findings) in [("appear", &trial.appear), ("settled", &trial.settled)] {
        for f in findings {
            let place = match (&f.file, f.cell) {
                (Some(file), Some(cell)) => format!("{file} {cell}"),
                (Some(file), None) => file.clone(),
                _ => f.department.clone().unwrap_or_default(),
            };
            let effect = text.word(&format!("trial.{key}"));
            let _ = writeln!(out, "    {effect}: [{}] {place}: {}", f.code, text.title(f));
        }
    }
    out.push('\n');
    out
}

fn change_line(change: &BaselineChange, text: &Text) -> Vi {
    let quoted = |s: &str| Arg::Quoted(shorten(s, SHOWN));
    let effect = text.word(&format!("trial.{}", change.kind.key()));
    let args = [
        ("effect", Arg::Plain(effect.to_string())),
        ("task", Arg::Plain(change.task.clone())),
        ("old", quoted(&change.old)),
        ("new", quoted(&change.new)),
    ];
    match change.field {
        Some(field) => {
            let mut args = args.to_vec();
            args.push(("field", Arg::Field(field)));
            text.say("cli.approval.change", &args)
        }
        None if change.new.is_empty() => text.say("cli.approval.removed", &args),
        None => text.say("cli.approval.added", &args),
    }
}
