//! `annexd explain`: prints how a figure came about, down to the cells.

use std::fmt::Write as _;

use crate::domain::finding::Arg;
use crate::kpi::Explanation;
use crate::text::Text;

/// Prints an explanation as text, in Vietnamese.
#[must_use]
pub fn text(explanation: &Explanation, words: &Text) -> String {
    let e = explanation;
    let name = [
        ("key", Arg::Plain(e.key.clone())),
        ("name", Arg::Plain(e.name.clone())),
    ];
    let mut out = format!(
        "{}\n{}\n",
        words.say(&format!("explain.title.{}", e.kind), &name),
        words.say("explain.title.as_of", &[("date", Arg::Date(e.as_of))]),
    );
    let mut part = |key: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let title = words.word(&format!("explain.title.{key}"));
            let _ = write!(out, "\n{title}\n");
            for line in lines {
                let _ = writeln!(out, "  {line}");
            }
        }
    };
    part("figures", figures(e));
    let numbered = e.steps.iter().enumerate();
    part(
        "steps",
        numbered.map(|(i, s)| format!("{}. {s}", i + 1)).collect(),
    );
    let cells = e.cells.iter();
    part(
        "cells",
        cells
            .map(|c| format!("{}: {} ({})", c.label, one_line(&c.value), c.place))
            .collect(),
    );
    part("findings", e.findings.clone());
    part("history", e.history.clone());
    out
}

fn figures(e: &Explanation) -> Vec<String> {
    let mut lines = Vec::new();
    for figure in &e.figures {
        lines.push(format!("{}: {}", figure.label, figure.value));
        lines.push(format!("    {}", figure.formula));
        if !figure.rows.is_empty() {
            lines.push(format!("    {}", figure.rows.join(", ")));
        }
    }
    lines
}

fn one_line(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Prints an explanation as JSON.
#[must_use]
pub fn json(explanation: &Explanation) -> String {
    serde_json::to_string_pretty(explanation).expect("an explanation is plain data")
}

/// Says that nothing is called so.
#[must_use]
pub fn unknown(what: &str, words: &Text) -> String {
    let args = [("what", Arg::Quoted(what.to_owned()))];
    words.say("explain.title.none", &args).to_string()
}
