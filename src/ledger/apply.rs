//! The one way in which an event changes the ledger; a pass and a replay both go through it.

use crate::domain::field::Field;
use crate::domain::ledger::{Event, EventKind, Ledger, Remark};

/// Applies an event.
pub fn apply(ledger: &mut Ledger, event: &Event) {
    match &event.kind {
        EventKind::Accepted {
            row,
            changes,
            after_freeze,
        } => {
            let first = !ledger.rows.contains_key(&row.id);
            let by_unit = event.version == row.version;
            if by_unit && (first || !changes.is_empty()) {
                let state = ledger
                    .departments
                    .entry(row.department.clone())
                    .or_default();
                state.last_change = Some(event.day);
            }
            remember(ledger, event, changes, *after_freeze);
            ledger.rows.insert(row.id.clone(), (**row).clone());
        }
        EventKind::Marked { row } => {
            ledger.rows.insert(row.id.clone(), (**row).clone());
        }
        EventKind::Held { .. } | EventKind::Purged { .. } => {}
        EventKind::Withdrawn => {
            ledger.rows.remove(&event.task);
            ledger.remarks.remove(&event.task);
        }
        EventKind::Received {
            state,
            figures_on,
            confirmed,
        } => {
            for id in confirmed {
                if let Some(row) = ledger.rows.get_mut(id) {
                    row.version.clone_from(&event.version);
                    row.figures_on = *figures_on;
                }
            }
            let known = ledger
                .departments
                .entry(event.department.clone())
                .or_default();
            let last_change = known.last_change;
            *known = (**state).clone();
            known.last_change = last_change.max(state.last_change);
        }
        EventKind::Approved { baseline } => {
            ledger.baseline.clone_from(&baseline.hash);
            ledger.approved = Some((**baseline).clone());
        }
        EventKind::Proposed { proposal } => {
            ledger.proposals.retain(|p| !p.is_same(proposal));
            ledger.proposals.push(proposal.clone());
        }
        EventKind::Settled { proposal, .. } => {
            ledger.proposals.retain(|p| !p.is_same(proposal));
        }
        EventKind::Figure { figure, .. } => {
            ledger.figures.retain(|f| {
                (&f.indicator, f.period, &f.department)
                    != (&figure.indicator, figure.period, &figure.department)
            });
            ledger.figures.push(figure.clone());
            ledger.figures.sort_by(|a, b| {
                (&a.indicator, a.period, &a.department).cmp(&(
                    &b.indicator,
                    b.period,
                    &b.department,
                ))
            });
            let state = ledger
                .departments
                .entry(figure.department.clone())
                .or_default();
            state.last_change = Some(event.day);
        }
    }
}

/// Keeps the remarks that an accepted change leaves: evidence taken away, a frozen figure touched.
fn remember(
    ledger: &mut Ledger,
    event: &Event,
    changes: &[crate::domain::ledger::Change],
    after_freeze: bool,
) {
    let remarks = ledger.remarks.entry(event.task.clone()).or_default();
    for change in changes {
        if change.field == Field::Evidence {
            remarks.retain(|r| r.code != "E07");
            if change.new.is_empty() && !change.old.is_empty() {
                remarks.push(Remark {
                    code: "E07".to_owned(),
                    field: Field::Evidence,
                    old: change.old.clone(),
                    day: event.day,
                });
            }
        }
    }
    if after_freeze {
        remarks.retain(|r| r.code != "E10");
        remarks.push(Remark {
            code: "E10".to_owned(),
            field: Field::CompletedDate,
            old: String::new(),
            day: event.day,
        });
    }
    if remarks.is_empty() {
        ledger.remarks.remove(&event.task);
    }
}
