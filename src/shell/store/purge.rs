//! Takes everything out of the database that tells of a state secret: rows, history, mails, and the bytes they left behind (T35).

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::rebuild::remove_with_companions;
use super::sql::{Db, Value};
use super::{BACKUP, FILE, Store, StoreError, json, parse, put_meta, shelf};
use crate::domain::ledger::Version;
use crate::domain::notice::OutboxEntry;
use crate::domain::secrets::{Secrets, Traces};
use crate::pass;

/// Set while deleted bytes may still be in the file or its companions.
const UNSCRUBBED: &str = "secrets_unscrubbed";

/// What was taken out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Events of the history.
    pub events: u64,
    /// Addresses to which mails with such words had gone out, once each.
    pub mailed: BTreeSet<String>,
}

impl Store {
    /// Versions that confirm a row of a secret without a change, by hash.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn versions_confirming(&self, secrets: &Secrets) -> Result<BTreeSet<String>, StoreError> {
        let mut events = self.events(None, Some(""))?;
        events.retain_mut(|e| pass::forget(e, secrets));
        Ok(events.into_iter().map(|e| e.version).collect())
    }

    /// Versions that were received, by the path they had.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn versions(&self) -> Result<Vec<Version>, StoreError> {
        self.list("versions", "SELECT json FROM versions ORDER BY seen")
    }

    /// Deletes the history of secrets and empties mails that told of them, in one transaction; rows, notices and the like go with
    /// the commit of the cleaned state.
    ///
    /// # Errors
    /// Nothing is deleted then.
    pub fn purge(&mut self, secrets: &Secrets, traces: &Traces) -> Result<Purged, StoreError> {
        self.whole(|db| {
            put_meta(db, UNSCRUBBED, "yes")?;
            let mut purged = Purged {
                events: events(db, secrets, traces)?,
                ..Purged::default()
            };
            mails(db, traces, &mut purged)?;
            alarms(db, traces)?;
            Ok(purged)
        })
    }

    /// Makes sure that no byte of what was deleted is left in the database, its log, its backup or what was set aside; tried again at
    /// the next pass when something was in the way. Returns damaged databases that were removed for it.
    ///
    /// # Errors
    /// The disk says no.
    pub fn scrub(&mut self, traces: &Traces) -> Result<Vec<PathBuf>, StoreError> {
        let mut removed = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .map(|n| n.to_string_lossy().into_owned())
                .unwrap_or_default();
            let aside = name.starts_with(&format!("{FILE}.damaged-"));
            // Records are packed: of a damaged database nobody can tell any more that it does not hold the words.
            let holds = |text: &str| text.contains("shelves") || traces.in_text(text);
            if aside && holds(&String::from_utf8_lossy(&fs::read(&path)?)) {
                fs::remove_file(&path)?;
                removed.push(path);
            }
        }
        self.scrub_again()?;
        Ok(removed)
    }

    /// Goes on with what an earlier pass could not finish; nothing to do otherwise.
    ///
    /// # Errors
    /// The disk says no.
    pub fn scrub_again(&mut self) -> Result<(), StoreError> {
        if self.meta(UNSCRUBBED)?.is_none() {
            return Ok(());
        }
        // The lines so far tell what was deleted.
        self.begin_journal()?;
        if !self.db.scrub()? {
            tracing::warn!(
                "another connection reads the database: what was deleted is wiped at the next pass"
            );
            return Ok(());
        }
        for leftover in ["backup.new", "annexd.db.new", "vault/journal.new"] {
            remove_with_companions(&self.dir.join(leftover))?;
        }
        if self.dir.join(BACKUP).try_exists()? {
            self.backup()?;
        }
        self.clear_meta(UNSCRUBBED)?;
        Ok(())
    }
}

fn events(db: &Db, secrets: &Secrets, traces: &Traces) -> Result<u64, StoreError> {
    let mut gone = 0;
    shelf::rewrite(db, |event| {
        if pass::tells(event, secrets, traces) {
            gone += 1;
            return shelf::Kept::Gone;
        }
        if pass::forget(event, secrets) {
            shelf::Kept::Changed
        } else {
            shelf::Kept::Same
        }
    })?;
    Ok(gone)
}

/// Mails that went out stay on record without their words; what still waits goes with the commit.
fn mails(db: &Db, traces: &Traces, purged: &mut Purged) -> Result<(), StoreError> {
    let mut emptied: Vec<OutboxEntry> = Vec::new();
    db.each(
        "SELECT json FROM outbox WHERE state = 'sent'",
        &[],
        |row| -> Result<(), StoreError> {
            let entry: OutboxEntry = parse("outbox", row[0])?;
            if traces.in_text(&entry.mail.text) || traces.in_text(&entry.mail.subject) {
                emptied.push(entry);
            }
            Ok(())
        },
    )?;
    for mut entry in emptied {
        purged.mailed.insert(entry.mail.to.clone());
        for text in [
            &mut entry.mail.subject,
            &mut entry.mail.text,
            &mut entry.mail.html,
        ] {
            text.clear();
        }
        db.run(
            "UPDATE outbox SET json = ?2 WHERE message_id = ?1",
            &[
                Value::Text(&entry.mail.message_id),
                Value::Text(&json("outbox", &entry)?),
            ],
        )?;
    }
    Ok(())
}

fn alarms(db: &Db, traces: &Traces) -> Result<(), StoreError> {
    let mut gone: Vec<String> = Vec::new();
    db.each(
        "SELECT CAST(id AS TEXT), text FROM alarms",
        &[],
        |row| -> Result<(), StoreError> {
            if traces.in_text(row[1]) {
                gone.push(row[0].to_owned());
            }
            Ok(())
        },
    )?;
    for id in &gone {
        db.run(
            "DELETE FROM alarms WHERE id = CAST(?1 AS INTEGER)",
            &[Value::Text(id)],
        )?;
    }
    Ok(())
}
