//! Mails in the store: what waits, what was handed over, what a person released.

use jiff::Timestamp;

use super::sql::{Db, Value};
use super::{CLOCK_DOUBT, Store, StoreError, drop_meta, json, parse, put_meta, state_name};
use crate::domain::notice::{MailState, OutboxEntry};
use crate::outbox;

const OUTBOX: &str = "SELECT json FROM outbox WHERE state <> 'sent' ORDER BY position";

impl Store {
    /// Records the state of a mail after a try; a mail once sent stays sent.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn record_mail(&mut self, entry: &OutboxEntry) -> Result<(), StoreError> {
        self.whole(|db| record(db, entry))?;
        Ok(())
    }

    /// Takes a mail up for its hand-over; false when a pass or a person has taken it back meanwhile: then it must not go.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn claim_mail(&mut self, entry: &OutboxEntry) -> Result<bool, StoreError> {
        self.whole(|db| {
            let claimed = db.run(
                "UPDATE outbox SET state = ?2, json = ?3 WHERE message_id = ?1 AND state IN ('pending', 'uncertain')",
                &[
                    Value::Text(&entry.mail.message_id),
                    Value::Text(state_name(entry.state)),
                    Value::Text(&json("outbox", entry)?),
                ],
            )?;
            Ok(claimed > 0)
        })
    }

    /// Whether any mail is in a state.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn has_mails(&self, state: MailState) -> Result<bool, StoreError> {
        let mut any = false;
        self.db.each(
            "SELECT message_id FROM outbox WHERE state = ?1 LIMIT 1",
            &[Value::Text(state_name(state))],
            |_| {
                any = true;
                Ok::<(), StoreError>(())
            },
        )?;
        Ok(any)
    }

    /// Mails that are not handed over yet, oldest first.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn outbox(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        waiting(&self.db)
    }

    /// Mails handed over, newest first.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn sent(&self, limit: u64) -> Result<Vec<OutboxEntry>, StoreError> {
        self.list(
            "outbox",
            &format!(
                "SELECT json FROM outbox WHERE state = 'sent' ORDER BY position DESC LIMIT {limit}"
            ),
        )
    }

    /// Queues mails that were given up once more (`annexd notices --retry`, or other mail settings); returns how many.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn retry_mails(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        self.whole(|db| {
            let mut count = 0;
            for mut entry in waiting(db)? {
                if entry.state == MailState::Failed {
                    outbox::reopen(&mut entry, now);
                    count += record(db, &entry)?;
                }
            }
            Ok(count)
        })
    }

    /// Takes a mail off the list that was given up.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn drop_failed(&mut self, message_id: &str) -> Result<(), StoreError> {
        self.whole(|db| {
            db.run(
                "DELETE FROM outbox WHERE message_id = ?1 AND state = 'failed'",
                &[Value::Text(message_id)],
            )?;
            Ok(())
        })
    }

    /// Lets held mails go (`annexd notices --release`); returns how many.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn release_mails(&mut self) -> Result<usize, StoreError> {
        self.whole(|db| {
            let mut count = 0;
            for mut entry in waiting(db)? {
                if entry.state == MailState::Held {
                    entry.state = MailState::Pending;
                    count += record(db, &entry)?;
                }
            }
            drop_meta(db, "mails_held")?;
            drop_meta(db, CLOCK_DOUBT)?;
            // The next pass lets go what its fuse would hold.
            put_meta(db, "mails_released", "yes")?;
            Ok(count)
        })
    }
}

fn record(db: &Db, entry: &OutboxEntry) -> Result<usize, StoreError> {
    Ok(db.run(
        "UPDATE outbox SET state = ?2, json = ?3 WHERE message_id = ?1 AND state <> 'sent'",
        &[
            Value::Text(&entry.mail.message_id),
            Value::Text(state_name(entry.state)),
            Value::Text(&json("outbox", entry)?),
        ],
    )?)
}

fn waiting(db: &Db) -> Result<Vec<OutboxEntry>, StoreError> {
    let mut entries = Vec::new();
    db.each(OUTBOX, &[], |row| {
        entries.push(parse("outbox", row[0])?);
        Ok::<(), StoreError>(())
    })?;
    Ok(entries)
}
