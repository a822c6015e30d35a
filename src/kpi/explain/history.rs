//! What changed in a task or an indicator, a line each, newest first.

use super::words::Words;
use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::ledger::{Change, Event, EventKind, Proposal};

/// Changes of the history that are shown.
const CHANGES_MAX: usize = 20;

/// Changes of a task or of an indicator (`indicator|period`), newest first.
pub(super) fn history(id: &str, events: &[Event], words: &Words<'_>) -> Vec<String> {
    let concerns = |e: &&Event| e.task.split('|').next() == Some(id) || e.task == id;
    let mut own: Vec<&Event> = events.iter().filter(concerns).collect();
    own.sort_by_key(|e| std::cmp::Reverse(e.at));
    own.iter()
        .flat_map(|e| event(e, words))
        .take(CHANGES_MAX)
        .collect()
}

fn event(event: &Event, words: &Words<'_>) -> Vec<String> {
    let date = ("date", Arg::Date(event.day));
    let change = |key: &str, c: &Change, codes: &str| {
        let args = [
            date.clone(),
            ("field", Arg::Field(c.field)),
            ("old", Arg::Quoted(c.old.clone())),
            ("new", Arg::Quoted(c.new.clone())),
            ("codes", Arg::Plain(codes.to_owned())),
        ];
        words.say(key, &args)
    };
    let proposed = |key: &str, p: &Proposal| {
        let told = Change {
            field: p.field.unwrap_or(Field::Content),
            old: p.old.clone(),
            new: p.new.clone(),
        };
        change(key, &told, "")
    };
    match &event.kind {
        EventKind::Accepted { changes, .. } if changes.is_empty() => {
            vec![words.say("change.first", &[date])]
        }
        EventKind::Accepted { changes, .. } => changes
            .iter()
            .map(|c| change("change.accepted", c, ""))
            .collect(),
        EventKind::Held { codes, changes } if changes.is_empty() => {
            let codes = ("codes", Arg::Plain(codes.join(", ")));
            vec![words.say("change.held", &[date, codes])]
        }
        EventKind::Held { codes, changes } => changes
            .iter()
            .map(|c| change("change.held_change", c, &codes.join(", ")))
            .collect(),
        EventKind::Withdrawn => vec![words.say("change.withdrawn", &[date])],
        EventKind::Proposed { proposal } => vec![proposed("change.proposed", proposal)],
        EventKind::Settled { proposal, approved } => {
            let key = if *approved {
                "change.approved"
            } else {
                "change.dropped"
            };
            vec![proposed(key, proposal)]
        }
        EventKind::Figure { figure, .. } => {
            let count = |n: Option<i64>| match n.and_then(|n| u64::try_from(n).ok()) {
                Some(n) => Arg::Count(n),
                None => Arg::Plain("-".to_owned()),
            };
            let args = [
                date,
                ("numerator", count(figure.numerator)),
                ("denominator", count(figure.denominator)),
            ];
            vec![words.say("change.figure", &args)]
        }
        // A mark or a receipt changes no value.
        _ => Vec::new(),
    }
}
