//! Answers to trial drops: they go when their drops are gone.

use std::collections::BTreeSet;
use std::time::SystemTime;

use super::publishing::words;
use super::setup::{PassError, Setup};
use crate::domain::now::Now;
use crate::pass::{self, State};
use crate::shell::publish::{PublishError, Publisher, ShareDisk, is_alternate_of};
use crate::shell::store::Store;

/// Takes back the answers to trial drops that are gone. One that cannot be removed now is tried again by the next pass.
pub(super) fn withdraw(
    setup: &Setup,
    store: &Store,
    now: &Now,
    wanted: &BTreeSet<String>,
    after: &mut State,
) -> Result<(), PassError> {
    let folder = format!("{}/", pass::trial_folder(&setup.config));
    let gone: Vec<String> = after
        .published
        .keys()
        .filter(|path| path.starts_with(&folder) && !wanted.contains(*path))
        .cloned()
        .collect();
    if gone.is_empty() {
        return Ok(());
    }
    let ours = store.ours()?;
    let words = words(&setup.text);
    let disk = ShareDisk::new(&setup.config.share);
    let mut publisher = Publisher::new(disk, words.clone(), now.local, SystemTime::now());
    for path in gone {
        let alternate = wanted
            .iter()
            .any(|target| is_alternate_of(&path, target, &words.fresh));
        if alternate {
            continue;
        }
        match publisher.withdraw(&path, &ours) {
            Ok(()) => {
                after.published.remove(&path);
            }
            Err(e @ PublishError::Away(_)) => return Err(e.into()),
            Err(e) => {
                tracing::warn!(file = ?path, error = %e, "the answer to a trial drop that is gone stays")
            }
        }
    }
    Ok(())
}
