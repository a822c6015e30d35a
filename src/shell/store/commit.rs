//! The commit of a pass: one transaction that writes only what changed.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::sql::{Db, Value};
use super::{Store, StoreError, drop_meta, json, put_meta, shelf, state_name};
use crate::domain::ledger::{Event, Frozen, Version};
use crate::domain::notice::{MailState, OutboxEntry};
use crate::pass::{Effects, State};

use Value::Text;

/// Where it is kept what the last pass stood on.
const STANDING: &str = "standing";
/// Every change of the state does this first.
pub(super) const FORGET_STANDING: &str = "DELETE FROM meta WHERE key = 'standing'";

/// What a pass adds to the history.
#[derive(Clone, Copy, Debug, Default)]
pub struct Added<'a> {
    /// Events to append.
    pub events: &'a [Event],
    /// Workbook versions that arrived.
    pub versions: &'a [Version],
    /// Alarms for the operator.
    pub alarms: &'a [String],
    /// Values kept beside the ledger, or to be forgotten.
    pub notes: &'a [(&'static str, Option<String>)],
    /// Who is mailed also while mails are held: the operator, of nothing but alarms.
    pub unheld: &'a [String],
}

impl<'a> From<&'a Effects> for Added<'a> {
    fn from(effects: &'a Effects) -> Self {
        Self {
            events: &effects.events,
            versions: &effects.versions,
            alarms: &effects.alarms,
            notes: &[],
            unheld: &[],
        }
    }
}

impl Store {
    /// Commits a pass in one transaction: ledger, notices, outbox, history, what stands published.
    ///
    /// # Errors
    /// Nothing of it is kept then; the pass is repeated. [`StoreError::Outdated`] when a mail that it takes back has left meanwhile.
    pub fn commit(
        &mut self,
        before: &State,
        after: &State,
        added: Added<'_>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let held = self.meta("mails_held")?.is_some();
        self.whole(|db| {
            db.run(FORGET_STANDING, &[])?;
            let (old, new) = (&before.ledger, &after.ledger);
            shelf::diff(db, "rows", &old.rows, &new.rows, |_, row| {
                row.department.clone()
            })?;
            diff(
                db,
                "departments",
                "code",
                &old.departments,
                &new.departments,
            )?;
            shelf::diff(
                db,
                "said",
                &before.said.said,
                &after.said.said,
                |_, said| said.to.clone(),
            )?;
            shelf::diff(
                db,
                "task_memory",
                &before.said.tasks,
                &after.said.tasks,
                |task, _| shelf::spread(task),
            )?;
            diff_list(db, "figures", &old.figures, &new.figures)?;
            diff_list(db, "proposals", &old.proposals, &new.proposals)?;
            diff_list(db, "frozen", &old.frozen, &new.frozen)?;
            outbox(db, before, after, added.unheld, held)?;
            published(db, before, after)?;
            let mut rest = after.said.clone();
            rest.said.clear();
            rest.tasks.clear();
            put_meta(db, "said", &json("said", &rest)?)?;
            put_meta(db, "baseline", &new.baseline)?;
            if old.approved != new.approved {
                put_meta(db, "approved", &json("approved", &new.approved)?)?;
            }
            if old.remarks != new.remarks {
                put_meta(db, "remarks", &json("remarks", &new.remarks)?)?;
            }
            if old.superseded != new.superseded {
                put_meta(db, "superseded", &json("superseded", &new.superseded)?)?;
            }
            if old.hushed != new.hushed {
                put_meta(db, "hushed", &json("hushed", &new.hushed)?)?;
            }
            put_meta(db, "last_seen", &at.to_string())?;
            history(db, before, after, added)?;
            for alarm in added.alarms {
                alarm_row(db, at, alarm)?;
            }
            for (key, value) in added.notes {
                match value {
                    Some(value) => put_meta(db, key, value)?,
                    None => drop_meta(db, key)?,
                }
            }
            db.run("DELETE FROM intents", &[])?;
            Ok(())
        })
    }
}

/// What is only ever added: trend, events, versions.
fn history(db: &Db, before: &State, after: &State, added: Added<'_>) -> Result<(), StoreError> {
    for point in after.trend.iter().filter(|p| !before.trend.contains(p)) {
        db.run(
            "INSERT OR REPLACE INTO trend (day, json) VALUES (?1, ?2)",
            &[Text(&point.day.to_string()), Text(&json("trend", point)?)],
        )?;
    }
    shelf::append(db, added.events)?;
    for version in added.versions {
        db.run(
            "INSERT OR IGNORE INTO versions (hash, file, seen, json) VALUES (?1, ?2, ?3, ?4)",
            &[
                Text(&version.hash),
                Text(&version.file),
                Text(&version.seen.to_string()),
                Text(&json("versions", version)?),
            ],
        )?;
    }
    Ok(())
}

/// Writes down an alarm, once as long as no other one comes between; old ones are forgotten.
pub(super) fn alarm_row(db: &Db, at: Timestamp, text: &str) -> Result<(), StoreError> {
    db.run(
        "INSERT INTO alarms (at, text) SELECT ?1, ?2
         WHERE NOT EXISTS (SELECT 1 FROM alarms WHERE id = (SELECT max(id) FROM alarms) AND text = ?2)",
        &[Text(&at.to_string()), Text(text)],
    )?;
    db.run(
        "DELETE FROM alarms WHERE id <= (SELECT max(id) FROM alarms) - ?1",
        &[Value::Number(super::REMEMBERED)],
    )?;
    Ok(())
}

/// Writes what differs between two maps into a table of (key, json).
fn diff<T: Serialize + PartialEq>(
    db: &Db,
    table: &'static str,
    key: &str,
    before: &BTreeMap<String, T>,
    after: &BTreeMap<String, T>,
) -> Result<(), StoreError> {
    let put = format!("INSERT OR REPLACE INTO {table} ({key}, json) VALUES (?1, ?2)");
    for (name, value) in after {
        if before.get(name) != Some(value) {
            db.run(&put, &[Text(name), Text(&json(table, value)?)])?;
        }
    }
    let remove = format!("DELETE FROM {table} WHERE {key} = ?1");
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        db.run(&remove, &[Text(name)])?;
    }
    Ok(())
}

/// The same for a list: its order is its key.
fn diff_list<T: Serialize + PartialEq>(
    db: &Db,
    table: &'static str,
    before: &[T],
    after: &[T],
) -> Result<(), StoreError> {
    let put = format!("INSERT OR REPLACE INTO {table} (key, json) VALUES (?1, ?2)");
    for (at, value) in after.iter().enumerate() {
        if before.get(at) != Some(value) {
            db.run(
                &put,
                &[Text(&format!("{at:08}")), Text(&json(table, value)?)],
            )?;
        }
    }
    if before.len() > after.len() {
        db.run(
            &format!("DELETE FROM {table} WHERE key >= ?1"),
            &[Text(&format!("{:08}", after.len()))],
        )?;
    }
    Ok(())
}

/// New mails, and those a pass changed; what was sent meanwhile stays sent and is never queued again.
fn outbox(
    db: &Db,
    before: &State,
    after: &State,
    unheld: &[String],
    held: bool,
) -> Result<(), StoreError> {
    let old: BTreeMap<&str, &OutboxEntry> = before
        .outbox
        .iter()
        .map(|e| (e.mail.message_id.as_str(), e))
        .collect();
    for entry in &after.outbox {
        let id = entry.mail.message_id.as_str();
        if old.get(id) == Some(&entry) {
            continue;
        }
        if let Some(old) = old.get(id) {
            still(db, old)?;
        }
        let mut entry = entry.clone();
        if held && entry.state == MailState::Pending && !unheld.contains(&entry.mail.to) {
            entry.state = MailState::Held;
        }
        db.run(
            "INSERT INTO outbox (message_id, position, state, json)
             VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM outbox), ?2, ?3)
             ON CONFLICT (message_id) DO UPDATE SET state = ?2, json = ?3 WHERE state <> 'sent'",
            &[
                Text(id),
                Text(state_name(entry.state)),
                Text(&json("outbox", &entry)?),
            ],
        )?;
    }
    // A mail that a pass dropped (taken back, superseded) is dropped, unless it was handed over meanwhile.
    for (id, entry) in &old {
        if !after.outbox.iter().any(|e| e.mail.message_id == *id) {
            still(db, entry)?;
            db.run(
                "DELETE FROM outbox WHERE message_id = ?1 AND state NOT IN ('sent', 'sending')",
                &[Text(id)],
            )?;
        }
    }
    Ok(())
}

/// A mail that a pass changes or drops must be as the pass saw it: what it plans instead of a mail that is being handed over, or was
/// given up since, would tell somebody twice or never.
fn still(db: &Db, seen: &OutboxEntry) -> Result<(), StoreError> {
    let mut same = false;
    db.each(
        "SELECT state FROM outbox WHERE message_id = ?1",
        &[Text(&seen.mail.message_id)],
        |row| {
            same = row[0] == state_name(seen.state);
            Ok::<(), StoreError>(())
        },
    )?;
    if same {
        Ok(())
    } else {
        Err(StoreError::Outdated)
    }
}

fn published(db: &Db, before: &State, after: &State) -> Result<(), StoreError> {
    for (path, hash) in &after.published {
        if before.published.get(path) != Some(hash) {
            db.run(
                "INSERT OR REPLACE INTO published (path, hash) VALUES (?1, ?2)",
                &[Text(path), Text(hash)],
            )?;
        }
    }
    for path in before.published.keys() {
        if !after.published.contains_key(path) {
            db.run("DELETE FROM published WHERE path = ?1", &[Text(path)])?;
        }
    }
    Ok(())
}

impl Store {
    /// Adds a frozen period; it is never changed again.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn freeze(&mut self, frozen: &Frozen) -> Result<(), StoreError> {
        let count = self.load(0)?.ledger.frozen.len();
        self.whole(|db| {
            db.run(FORGET_STANDING, &[])?;
            db.run(
                "INSERT INTO frozen (key, json) VALUES (?1, ?2)",
                &[Text(&format!("{count:08}")), Text(&json("frozen", frozen)?)],
            )?;
            Ok(())
        })
    }

    /// What the last pass stood on, if nothing was committed since.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn standing(&self) -> Result<Option<String>, StoreError> {
        self.meta(STANDING)
    }

    /// Keeps what a pass stood on; the next commit forgets it.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn keep_standing(&self, standing: &str) -> Result<(), StoreError> {
        self.note(STANDING, standing)
    }
}
