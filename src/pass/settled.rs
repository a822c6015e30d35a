//! Whether another pass over the same share on the same day would find nothing to do.

use super::{Context, State, compute, foreseen_alarms, plan, screen};
use crate::domain::consolidation::Consolidation;
use crate::domain::now::Now;
use crate::domain::snapshot::{Role, Snapshot};
use crate::sheets;

/// Judges the snapshot once more, over the state that a pass left: only when that accepts nothing, says nothing and comes to the
/// very same consolidation, a further pass over the same snapshot may be left out. Trial drops, state secrets and alarms are never settled.
#[must_use]
pub fn is_settled(
    state: &State,
    consolidation: &Consolidation,
    snapshot: &Snapshot,
    now: &Now,
    cx: &Context<'_>,
) -> bool {
    if snapshot.files.iter().any(|f| f.role == Role::Trial) {
        return false;
    }
    let secrets = screen::secrets(&state.ledger, snapshot, now, cx);
    if !secrets.is_empty() {
        return false;
    }
    let (computed, again, troubles) = compute(state, snapshot, &secrets, now, cx);
    let nothing_new = computed.events.is_empty()
        && computed.versions.is_empty()
        && computed.ledger == state.ledger
        && computed.log == state.log
        && again.trend == state.trend;
    if !nothing_new || again != *consolidation || sheets::balance(&again).is_err() {
        return false;
    }
    let alarms = foreseen_alarms(&again, troubles, cx);
    let plan = plan(state, &again, &alarms, now, cx);
    alarms.is_empty()
        && plan.decisions.is_empty()
        && plan.waiting.is_empty()
        && !plan.held
        && plan.said == state.said
}
