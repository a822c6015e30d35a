//! Alarms for the operator that wait for a digest.

use crate::domain::notice::MailState;
use crate::pass::State;
use crate::shell::store::{Store, StoreError};

/// Where the store keeps the alarms that the operator's digest has yet to tell.
pub(super) const CARRIED: &str = "alarms_untold";

/// Alarms that earlier passes left for the operator's digest.
///
/// # Errors
/// The store is not readable.
pub fn carried_alarms(store: &Store) -> Result<Vec<String>, StoreError> {
    let kept = store.meta(CARRIED)?.unwrap_or_default();
    Ok(serde_json::from_str(&kept).unwrap_or_default())
}

/// Mails that were given up: the operator hears of them in the digest.
#[must_use]
pub fn mail_alarms(state: &State) -> Vec<String> {
    let failed = state.outbox.iter().filter(|e| e.state == MailState::Failed);
    failed
        .map(|e| {
            let why = e.last_error.as_deref().unwrap_or("no answer");
            format!("mail to {} was given up: {why}", e.mail.to)
        })
        .collect()
}
