//! What is accepted, what stays, what happened: from verdicts to events, from events to any past day.

pub mod advance;
pub mod apply;
mod approve;
mod receive;

pub use advance::advance;
pub use apply::apply;

use jiff::civil::Date;

use crate::domain::ledger::{Event, Ledger};

/// Rebuilds the ledger as it was at the end of a day: events of later days are passed over.
#[must_use]
pub fn replay<'e>(events: impl Iterator<Item = &'e Event>, until: Date) -> Ledger {
    let mut ledger = Ledger::default();
    for event in events.filter(|e| e.day <= until) {
        apply(&mut ledger, event);
    }
    ledger
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
