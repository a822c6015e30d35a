//! How many mails wait, are held and were given up, for `status` and the heartbeat.

use crate::domain::notice::MailState;
use crate::shell::store::{Store, StoreError};

/// Where the store keeps how many mails the fuse holds: they are planned anew by each pass and stand in no outbox.
pub(super) const FUSE_HOLDS: &str = "fuse_holds";

/// Counts of the outbox, for status: waiting, held, failed.
///
/// # Errors
/// The store is not readable.
pub fn outbox_counts(store: &Store) -> Result<(usize, usize, usize), StoreError> {
    let outbox = store.outbox()?;
    let count = |state: MailState| outbox.iter().filter(|e| e.state == state).count();
    let (held, failed) = (count(MailState::Held), count(MailState::Failed));
    let planned = store.meta(FUSE_HOLDS)?.and_then(|n| n.parse().ok());
    Ok((
        outbox.len() - held - failed,
        held + planned.unwrap_or(0_usize),
        failed,
    ))
}
