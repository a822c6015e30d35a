//! What is kept beside the ledger: single values, alarms, how passes went.

use jiff::Timestamp;
use serde::Serialize;

use super::sql::{Db, Value};
use super::{REMEMBERED, Store, StoreError, commit, json};

impl Store {
    /// Forgets a value kept beside the ledger.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn clear_meta(&self, key: &str) -> Result<(), StoreError> {
        self.whole(|db| drop_meta(db, key))
    }

    /// Writes down an alarm for the operator.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn alarm(&mut self, at: Timestamp, text: &str) -> Result<(), StoreError> {
        self.whole(|db| commit::alarm_row(db, at, text))
    }

    /// Newest alarms, newest first: instant and text.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn alarms(&self, limit: u64) -> Result<Vec<(String, String)>, StoreError> {
        let mut alarms = Vec::new();
        self.db.each(
            &format!("SELECT at, text FROM alarms ORDER BY id DESC LIMIT {limit}"),
            &[],
            |row| {
                alarms.push((row[0].to_owned(), row[1].to_owned()));
                Ok::<(), StoreError>(())
            },
        )?;
        Ok(alarms)
    }

    /// Writes down how a pass went, as JSON.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn record_pass<T: Serialize>(&mut self, at: Timestamp, pass: &T) -> Result<(), StoreError> {
        self.db.run(
            "INSERT INTO passes (at, json) VALUES (?1, ?2)",
            &[
                Value::Text(&at.to_string()),
                Value::Text(&json("passes", pass)?),
            ],
        )?;
        self.db.run(
            "DELETE FROM passes WHERE id <= (SELECT max(id) FROM passes) - ?1",
            &[Value::Number(REMEMBERED)],
        )?;
        Ok(())
    }

    /// A value kept beside the ledger.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut value = None;
        self.db.each(
            "SELECT value FROM meta WHERE key = ?1",
            &[Value::Text(key)],
            |row| {
                value = Some(row[0].to_owned());
                Ok::<(), StoreError>(())
            },
        )?;
        Ok(value)
    }

    /// Keeps a value beside the ledger.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.whole(|db| put_meta(db, key, value))
    }

    /// Keeps a value that the next pass can do without; it is not in the journal.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn note(&self, key: &str, value: &str) -> Result<(), StoreError> {
        put_meta(&self.db, key, value)
    }
}

pub(super) fn put_meta(db: &Db, key: &str, value: &str) -> Result<(), StoreError> {
    db.run(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2 WHERE value <> ?2",
        &[Value::Text(key), Value::Text(value)],
    )?;
    Ok(())
}

pub(super) fn drop_meta(db: &Db, key: &str) -> Result<(), StoreError> {
    db.run("DELETE FROM meta WHERE key = ?1", &[Value::Text(key)])?;
    Ok(())
}
