//! `annexd notices`: what would be sent now, to whom and why; nothing is sent.

use std::fmt::Write as _;

use serde_json::json;

use crate::domain::consolidation::Consolidation;
use crate::domain::finding::Arg;
use crate::domain::notice::{Decision, Item, SendReason};
use crate::notices::Plan;
use crate::text::{self, Text};

/// Prints a plan with the reason of each item, as text or JSON.
#[must_use]
pub fn print(plan: &Plan, consolidation: &Consolidation, text: &Text, json: bool) -> String {
    if json {
        let list = |decisions: &[Decision]| -> Vec<serde_json::Value> {
            decisions
                .iter()
                .map(|d| decision_json(d, consolidation))
                .collect()
        };
        let value = json!({
            "as_of": consolidation.as_of.to_string(),
            "held": plan.held,
            "pause": plan.pause.map(crate::notices::Pause::name),
            "notices": list(&plan.decisions),
            "waiting": list(&plan.waiting),
        });
        return format!("{value:#}\n");
    }
    let mut out = String::new();
    if let Some(pause) = plan.pause {
        let _ = writeln!(
            out,
            "{}",
            text.word(&format!("notice.pause.{}", pause.name()))
        );
    }
    if plan.decisions.is_empty() && plan.waiting.is_empty() {
        let _ = writeln!(out, "{}", text.word("notice.list.nothing"));
    }
    for (decisions, key) in [
        (&plan.decisions, "notice.list.to"),
        (&plan.waiting, "notice.list.waiting"),
    ] {
        for decision in decisions {
            block(&mut out, decision, key, consolidation, text);
        }
    }
    out
}

fn kebab<T: serde::Serialize>(value: T) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn decision_json(decision: &Decision, consolidation: &Consolidation) -> serde_json::Value {
    let items: Vec<serde_json::Value> = decision
        .items
        .iter()
        .map(|item| {
            let task = item
                .task
                .as_ref()
                .and_then(|id| consolidation.tasks.iter().find(|t| &t.row.id == id));
            json!({
                "reason": kebab(item.reason),
                "department": item.department,
                "task": item.task,
                "content": task.map(|t| t.row.values.content.clone()),
                "effective_due": task.and_then(|t| t.score.effective).map(|d| d.to_string()),
                "step": item.step,
                "key": item.key,
                "facts": item.facts,
            })
        })
        .collect();
    json!({
        "to": decision.to,
        "audience": kebab(decision.audience),
        "day": decision.day.to_string(),
        "items": items,
    })
}

fn block(
    out: &mut String,
    decision: &Decision,
    key: &str,
    consolidation: &Consolidation,
    text: &Text,
) {
    let audience = text.word(&format!("notice.audience.{}", kebab(decision.audience)));
    let head = text.say(
        key,
        &[
            ("to", Arg::Plain(decision.to.clone())),
            ("audience", Arg::Plain(audience.to_string())),
        ],
    );
    let _ = writeln!(out, "{head}");
    for item in &decision.items {
        let _ = writeln!(out, "  - {}", line(item, consolidation, text));
    }
}

fn line(item: &Item, consolidation: &Consolidation, text: &Text) -> String {
    let mut out = text
        .word(&format!("notice.reason.{}", kebab(item.reason)))
        .to_string();
    if let Some(step) = item.step {
        let key = if item.reason == SendReason::DueSoon {
            "notice.list.step_soon"
        } else {
            "notice.list.step_late"
        };
        let step = text.say(key, &[("n", Arg::Count(u64::from(step)))]);
        let _ = write!(out, " ({step})");
    }
    if let Some(department) = &item.department {
        let _ = write!(out, ", {department}");
    }
    if let Some(id) = &item.task {
        let task = consolidation.tasks.iter().find(|t| &t.row.id == id);
        match task {
            Some(task) => {
                let _ = write!(
                    out,
                    ": {id} {}",
                    text::shorten(&task.row.values.content, 80)
                );
                if let Some(due) = task.score.effective {
                    let _ = write!(out, " [{}]", text::date(due));
                }
            }
            None => {
                let _ = write!(out, ": {id}");
            }
        }
    }
    if let Some(fact) = item.facts.get("line").or_else(|| item.facts.get("address")) {
        let _ = write!(out, ": {fact}");
    }
    out
}
