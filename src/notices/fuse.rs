//! The fuse: a sudden wave of notices is held and the operator told.

use std::collections::BTreeMap;

use super::scene::{Candidate, Weight, addresses};
use super::{Digest, Input};
use crate::domain::notice::{Audience, Decision, Item, SaidLedger, SendReason};

/// Passes that the median is taken of.
const PASSES: usize = 10;

/// Whether this many mails are a wave.
pub(crate) fn trips(said: &SaidLedger, decisions: &[Decision], input: &Input<'_>) -> bool {
    if input.released || !said.first_pass_done {
        return false;
    }
    let mails = decisions
        .iter()
        .filter(|d| d.audience != Audience::Operator)
        // The digest of the week comes to everybody on one day by design.
        .filter(|d| d.items.iter().any(|i| i.reason != SendReason::WeeklyDigest))
        .count();
    let mails = u64::try_from(mails).unwrap_or(u64::MAX);
    let mut counts = said.recent_counts.clone();
    counts.sort_unstable();
    let doubled_median = match counts.len() {
        0 => 0,
        n if n % 2 == 1 => u64::from(counts[n / 2]) * 2,
        n => u64::from(counts[n / 2 - 1]) + u64::from(counts[n / 2]),
    };
    mails > u64::from(input.config.notices.fuse_mails) && mails * 2 > doubled_median * 3
}

/// What concerns the operator passes the fuse.
pub(crate) fn operator_only(digests: &[Digest]) -> Vec<Digest> {
    digests
        .iter()
        .map(|d| Digest {
            to: d.to.clone(),
            candidates: d
                .candidates
                .iter()
                .filter(|c| c.audience == Audience::Operator)
                .cloned()
                .collect(),
        })
        .filter(|d| d.candidates.iter().any(|c| c.weight == Weight::News))
        .collect()
}

/// Tells the operator that the fuse holds `mails` mails, once a wave.
pub(crate) fn tell(digests: &mut Vec<Digest>, input: &Input<'_>, mails: usize) {
    let day = input.now.as_of;
    for to in addresses(&input.config.mail.operator) {
        let slot = super::record::key(&to, "alarm|fuse");
        let told = input
            .said
            .said
            .get(&slot)
            .is_some_and(|s| s.closed.is_none());
        let had_digest = input.said.last_digest.get(&to).is_some_and(|d| *d >= day);
        if told || had_digest {
            continue;
        }
        let candidate = Candidate {
            to: to.clone(),
            audience: Audience::Operator,
            subject: "alarm|fuse".to_owned(),
            item: Item {
                reason: SendReason::OperatorAlarm,
                department: None,
                task: None,
                step: None,
                key: "alarm|fuse".to_owned(),
                facts: BTreeMap::from([("fuse".to_owned(), mails.to_string())]),
            },
            weight: Weight::News,
        };
        match digests.iter_mut().find(|d| d.to == to) {
            Some(digest) => digest.candidates.push(candidate),
            None => digests.push(Digest {
                to,
                candidates: vec![candidate],
            }),
        }
    }
    digests.sort_by(|a, b| a.to.cmp(&b.to));
}

/// Counts the mails of a pass that sent; a wave that is over closes the operator's alarm.
pub(crate) fn count(said: &mut SaidLedger, digests: &[Digest]) {
    let mails = digests
        .iter()
        .filter(|d| {
            d.candidates
                .iter()
                .any(|c| c.audience != Audience::Operator)
        })
        .count();
    if mails > 0 {
        said.recent_counts
            .push(u32::try_from(mails).unwrap_or(u32::MAX));
        let surplus = said.recent_counts.len().saturating_sub(PASSES);
        said.recent_counts.drain(..surplus);
    }
    said.said.retain(|_, s| s.subject != "alarm|fuse");
}
