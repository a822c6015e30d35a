//! What a pass says: alarms, the plan of notices, the mails queued by it.

use super::{Context, State, publications};
use crate::domain::consolidation::Consolidation;
use crate::domain::notice::{MailState, OutboxEntry, SaidLedger};
use crate::domain::now::Now;
use crate::notices::{Composed, Pause, Plan};
use crate::{notices, outbox, sheets};

/// Keeps the first of equal lines.
pub(super) fn dedupe(lines: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
}

/// Alarms known before the notices are decided.
pub(super) fn foreseen_alarms(
    consolidation: &Consolidation,
    troubles: Vec<String>,
    cx: &Context<'_>,
) -> Vec<String> {
    let mut alarms: Vec<String> = cx.alarms.to_vec();
    alarms.extend(troubles);
    alarms.extend(publications::missing_years(consolidation, cx.calendar));
    dedupe(&mut alarms);
    alarms
}

/// Why nothing is published, then the other alarms.
pub(super) fn refusal(imbalances: &[sheets::Imbalance], cx: &Context<'_>) -> Vec<String> {
    let told: Vec<String> = imbalances
        .iter()
        .map(|i| i.say(cx.text).to_string())
        .collect();
    let mut alarms = vec![format!(
        "the control sums do not agree; nothing was published or accepted: {}",
        told.join("; ")
    )];
    alarms.extend(cx.alarms.iter().cloned());
    dedupe(&mut alarms);
    alarms
}

/// Mails that the fuse holds.
pub(super) fn held_count(plan: &Plan) -> u32 {
    if plan.held {
        u32::try_from(plan.waiting.len()).unwrap_or(u32::MAX)
    } else {
        0
    }
}

/// Whether the moment itself lets nothing out.
pub(super) fn is_paused(plan: &Plan) -> bool {
    plan.pause.is_some_and(|p| p != Pause::Fuse)
}

/// What the notices of a pass come to.
pub(super) struct Speech {
    pub plan: Plan,
    pub outbox: Vec<OutboxEntry>,
    pub queued: u32,
    pub problems: Vec<String>,
    pub wave: Option<String>,
}

pub(super) fn speak(
    state: &State,
    consolidation: &Consolidation,
    alarms: &[String],
    now: &Now,
    cx: &Context<'_>,
) -> Speech {
    let (mut entries, said) = taken_back(state, now, cx);
    let plan = plan_after(&entries, &said, consolidation, alarms, now, cx);
    let mut composed = compose(&plan, consolidation, now, cx);
    outbox::supersede(&mut entries, &mut composed.mails, &plan.said);
    let old = entries.len();
    let queued = outbox::enqueue(&mut entries, composed.mails);
    outbox::remember(&mut entries[old..], &said, &plan.said);
    let queued = u32::try_from(queued).unwrap_or(u32::MAX);
    let problems: Vec<String> = composed.problems.iter().map(ToString::to_string).collect();
    // The digest has words of its own for it.
    let wave = (plan.held && !now.doubted).then(|| {
        format!(
            "{} mails are held: a sudden wave; look at `annexd notices`, then let them go with `annexd notices --release`",
            plan.waiting.len()
        )
    });
    Speech {
        wave,
        plan,
        outbox: entries,
        queued,
        problems,
    }
}

/// Decides what is to be said; nothing is queued by it.
#[must_use]
pub fn plan(
    state: &State,
    consolidation: &Consolidation,
    alarms: &[String],
    now: &Now,
    cx: &Context<'_>,
) -> Plan {
    let (outbox, said) = taken_back(state, now, cx);
    plan_after(&outbox, &said, consolidation, alarms, now, cx)
}

/// Queue and ledger without the mails of earlier days that never left, where digests may be planned at this moment.
fn taken_back(state: &State, now: &Now, cx: &Context<'_>) -> (Vec<OutboxEntry>, SaidLedger) {
    let (mut outbox, mut said) = (state.outbox.clone(), state.said.clone());
    if notices::closed(cx.config, cx.calendar, now, cx.at_once).is_none() {
        outbox::take_back(&mut outbox, &mut said, now.as_of);
    }
    (outbox, said)
}

fn plan_after(
    outbox: &[OutboxEntry],
    said: &SaidLedger,
    consolidation: &Consolidation,
    alarms: &[String],
    now: &Now,
    cx: &Context<'_>,
) -> Plan {
    let failed = outbox.iter().filter(|e| e.state == MailState::Failed);
    let refused: Vec<(String, String)> = failed
        .map(|e| (e.mail.to.clone(), e.last_error.clone().unwrap_or_default()))
        .collect();
    notices::plan(&input(said, consolidation, alarms, &refused, now, cx))
}

/// What the notices of a pass look at.
pub(super) fn input<'a>(
    said: &'a SaidLedger,
    consolidation: &'a Consolidation,
    alarms: &'a [String],
    refused: &'a [(String, String)],
    now: &'a Now,
    cx: &Context<'a>,
) -> notices::Input<'a> {
    notices::Input {
        consolidation,
        said,
        config: cx.config,
        calendar: cx.calendar,
        now,
        at_once: cx.at_once,
        alarms,
        refused,
        released: cx.released,
    }
}

/// Composes the mails of a plan.
#[must_use]
pub fn compose(
    plan: &Plan,
    consolidation: &Consolidation,
    now: &Now,
    cx: &Context<'_>,
) -> Composed {
    notices::compose(
        &plan.decisions,
        &plan.said,
        consolidation,
        cx.config,
        cx.text,
        cx.templates,
        now,
    )
}
