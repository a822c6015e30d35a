//! What is accepted, what stays, what happened: from verdicts to events, from events to any past day.

pub mod advance;
pub mod apply;
mod approve;
mod receive;

pub use advance::advance;
pub use apply::apply;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::domain::assessment::{Outcome, RowVerdict};
use crate::domain::ledger::{Event, EventKind, Ledger};
use crate::domain::task::TaskId;

/// Rebuilds the ledger as it was at the end of a day: events of later days are passed over.
#[must_use]
pub fn replay<'e>(events: impl Iterator<Item = &'e Event>, until: Date) -> Ledger {
    let mut ledger = Ledger::default();
    for event in events.filter(|e| e.day <= until) {
        apply(&mut ledger, event);
    }
    ledger
}

/// Rows whose newest report was held back at the end of these events, as verdicts of a day that is rebuilt without its files.
#[must_use]
pub fn held<'e>(events: impl Iterator<Item = &'e Event>) -> Vec<RowVerdict> {
    let mut held: BTreeMap<&TaskId, &Event> = BTreeMap::new();
    for event in events {
        match &event.kind {
            EventKind::Held { .. } => {
                held.insert(&event.task, event);
            }
            EventKind::Accepted { .. } | EventKind::Withdrawn => {
                held.remove(&event.task);
            }
            // A version that was read names all rows that it holds back; what it does not name is held no more.
            EventKind::Received { state, .. } if state.held_since.is_none() => {
                held.retain(|_, e| e.department != event.department || e.at == event.at);
            }
            _ => {}
        }
    }
    held.into_values().filter_map(verdict).collect()
}

fn verdict(event: &Event) -> Option<RowVerdict> {
    let EventKind::Held { codes, .. } = &event.kind else {
        return None;
    };
    Some(RowVerdict {
        file: 0,
        source: event.source.clone(),
        id: event.task.clone(),
        department: event.department.clone(),
        outcome: Outcome::Held,
        held_by: codes.clone(),
        outside_plan: false,
        changes: Vec::new(),
        after_freeze: false,
        progress: None,
    })
}

/// What happened to a task or to an indicator's figures, oldest first.
///
/// `task` is an identity; of an indicator also its code alone, which names all its periods.
pub fn history<'e>(
    events: impl Iterator<Item = &'e Event>,
    task: &str,
) -> impl Iterator<Item = &'e Event> {
    events.filter(move |e| {
        e.task == task
            || e.task
                .split_once('|')
                .is_some_and(|(indicator, _)| indicator == task)
    })
}
