//! The state: one SQLite file on the local disk, one transaction a pass. The only file that names rusqlite.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior, params,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::mount::{FileSystem, file_system};
use crate::domain::ledger::Event;
use crate::domain::notice::{MailState, OutboxEntry};
use crate::pass::{Effects, State};

const FILE: &str = "annexd.db";
const BACKUP: &str = "backup.db";
/// Migrations in order; `user_version` counts those applied.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE versions (hash TEXT NOT NULL, file TEXT NOT NULL, seen TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (hash, file)) STRICT;
    CREATE TABLE rows (task TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
    CREATE TABLE departments (code TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
    CREATE TABLE figures (key TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
    CREATE TABLE proposals (key TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
    CREATE TABLE frozen (key TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
    CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, day TEXT NOT NULL, task TEXT NOT NULL, json TEXT NOT NULL) STRICT;
    CREATE INDEX events_day ON events (day);
    CREATE INDEX events_task ON events (task);
    CREATE TABLE said (key TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
    CREATE TABLE outbox (message_id TEXT PRIMARY KEY, position INTEGER NOT NULL, state TEXT NOT NULL, json TEXT NOT NULL) STRICT;
    CREATE TABLE published (path TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT;
    CREATE TABLE intents (path TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (path, hash)) STRICT;
    CREATE TABLE trend (day TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
    CREATE TABLE passes (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, json TEXT NOT NULL) STRICT;
    CREATE TABLE alarms (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, text TEXT NOT NULL) STRICT;
"];
/// Passes and alarms that are remembered.
const REMEMBERED: i64 = 5000;

/// Why the store does not serve.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// State must lie on a local disk.
    #[error(
        "the state directory {0} lies on a {1} file system; a database there can be damaged: set state_dir to a local disk"
    )]
    NotLocal(PathBuf, &'static str),
    /// Made by a newer annexd.
    #[error("the database {0} was made by a newer annexd (schema {1}); install that version again")]
    Newer(PathBuf, i64),
    /// There is none yet (read-only looks).
    #[error("there is no database at {0} yet; run `annexd once` or `annexd run` first")]
    Absent(PathBuf),
    /// A record cannot be read or written as JSON.
    #[error("a record of {0} is not readable: {1}")]
    Record(&'static str, serde_json::Error),
    /// The database says no.
    #[error("the database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The disk says no.
    #[error("the state directory: {0}")]
    Io(#[from] std::io::Error),
}

/// The open database.
#[derive(Debug)]
pub struct Store {
    db: Connection,
    dir: PathBuf,
    /// Where a damaged database was set aside by this opening.
    pub set_aside: Option<PathBuf>,
}

impl Store {
    /// Opens the database of a state directory, making, migrating or replacing it as needed.
    ///
    /// # Errors
    /// A network file system, a newer schema, or a disk that says no. A damaged database is no error: it is set aside.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(dir)?;
        let kind = file_system(dir).map_err(std::io::Error::from)?;
        if kind != FileSystem::Local {
            return Err(StoreError::NotLocal(dir.to_owned(), kind.name()));
        }
        match Self::open_sound(dir) {
            Ok(db) => Ok(Self {
                db,
                dir: dir.to_owned(),
                set_aside: None,
            }),
            Err(StoreError::Sqlite(e)) if is_damage(&e) => {
                let aside = set_aside(dir)?;
                tracing::error!(kept = %aside.display(), error = %e, "the database is damaged; it was set aside and mails are held");
                if Self::restore_backup(dir) {
                    tracing::warn!("the newest backup of the database was restored");
                }
                let db = Self::open_sound(dir)?;
                let store = Self {
                    db,
                    dir: dir.to_owned(),
                    set_aside: Some(aside.clone()),
                };
                store.set_meta(
                    "mails_held",
                    &format!(
                        "the database was damaged and set aside as {}",
                        aside.display()
                    ),
                )?;
                Ok(store)
            }
            Err(e) => Err(e),
        }
    }

    /// A second connection to a database that this process has opened, for another thread.
    ///
    /// # Errors
    /// The database says no.
    pub fn again(dir: &Path) -> Result<Self, StoreError> {
        let db = Connection::open(dir.join(FILE))?;
        db.busy_timeout(Duration::from_secs(10))?;
        db.pragma_update(None, "synchronous", "FULL")?;
        Ok(Self {
            db,
            dir: dir.to_owned(),
            set_aside: None,
        })
    }

    /// Hashes of versions that current rows and departments come from: never removed from the vault.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn hashes_in_use(&self) -> Result<std::collections::BTreeSet<String>, StoreError> {
        let ledger = self.load(0)?.ledger;
        let versions = ledger.departments.into_values().flat_map(|d| {
            [d.last_seen, d.last_accepted]
                .into_iter()
                .flatten()
                .map(|v| v.hash)
        });
        Ok(ledger
            .rows
            .into_values()
            .map(|r| r.version)
            .chain(versions)
            .collect())
    }

    /// Opens for looking only, also beside a running daemon.
    ///
    /// # Errors
    /// There is none, or it is not readable.
    pub fn read_only(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(FILE);
        if !path.try_exists()? {
            return Err(StoreError::Absent(path));
        }
        // Read-write at the file level where allowed, as a reader of a WAL needs its index; query_only forbids every change.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&path, flags).or_else(|_| {
            Connection::open_with_flags(
                &path,
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
            )
        })?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.pragma_update(None, "query_only", true)?;
        let version: i64 = db.pragma_query_value(None, "user_version", |r| r.get(0))?;
        match version {
            0 => Err(StoreError::Absent(path)),
            v if v > latest() => Err(StoreError::Newer(path, v)),
            _ => Ok(Self {
                db,
                dir: dir.to_owned(),
                set_aside: None,
            }),
        }
    }

    fn open_sound(dir: &Path) -> Result<Connection, StoreError> {
        let path = dir.join(FILE);
        let mut db = Connection::open(&path)?;
        db.busy_timeout(Duration::from_secs(10))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        let verdict: String = db.pragma_query_value(None, "quick_check", |r| r.get(0))?;
        if verdict != "ok" {
            return Err(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
                Some(verdict),
            )
            .into());
        }
        let version: i64 = db.pragma_query_value(None, "user_version", |r| r.get(0))?;
        if version > latest() {
            return Err(StoreError::Newer(path, version));
        }
        let applied = usize::try_from(version).unwrap_or(0);
        for (at, sql) in MIGRATIONS.iter().enumerate().skip(applied) {
            let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            tx.execute_batch(sql)?;
            tx.pragma_update(
                None,
                "user_version",
                i64::try_from(at + 1).unwrap_or(i64::MAX),
            )?;
            tx.commit()?;
        }
        Ok(db)
    }

    fn restore_backup(dir: &Path) -> bool {
        let backup = dir.join(BACKUP);
        let sound = Connection::open_with_flags(&backup, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .and_then(|db| db.pragma_query_value(None, "quick_check", |r| r.get::<_, String>(0)))
            .is_ok_and(|verdict| verdict == "ok");
        sound && fs::copy(&backup, dir.join(FILE)).is_ok()
    }

    /// Copies the database beside itself; whole or not at all.
    ///
    /// # Errors
    /// The disk says no.
    pub fn backup(&self) -> Result<PathBuf, StoreError> {
        let target = self.dir.join(BACKUP);
        let temp = self.dir.join("backup.new");
        if temp.try_exists()? {
            fs::remove_file(&temp)?;
        }
        self.db
            .execute("VACUUM INTO ?1", [temp.to_string_lossy()])?;
        fs::File::open(&temp)?.sync_all()?;
        fs::rename(&temp, &target)?;
        fs::File::open(&self.dir)?.sync_all()?;
        Ok(target)
    }

    /// What a pass stands on; `log_rows` newest events come along.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn load(&self, log_rows: u64) -> Result<State, StoreError> {
        let mut state = State::default();
        let ledger = &mut state.ledger;
        ledger.rows = self.map("rows", "SELECT task, json FROM rows")?;
        ledger.departments = self.map("departments", "SELECT code, json FROM departments")?;
        ledger.figures = self.list("figures", "SELECT json FROM figures ORDER BY key")?;
        ledger.proposals = self.list("proposals", "SELECT json FROM proposals ORDER BY key")?;
        ledger.frozen = self.list("frozen", "SELECT json FROM frozen ORDER BY key")?;
        ledger.baseline = self.meta("baseline")?.unwrap_or_default();
        if let Some(rest) = self.meta("said")? {
            state.said = serde_json::from_str(&rest).map_err(|e| StoreError::Record("said", e))?;
        }
        state.said.said = self.map("said", "SELECT key, json FROM said")?;
        state.outbox = self.list(
            "outbox",
            "SELECT json FROM outbox WHERE state <> 'sent' ORDER BY position",
        )?;
        state.published = self.pairs("SELECT path, hash FROM published")?;
        state.trend = self.list("trend", "SELECT json FROM trend ORDER BY day")?;
        state.log = self.list(
            "events",
            &format!("SELECT json FROM events ORDER BY id DESC LIMIT {log_rows}"),
        )?;
        Ok(state)
    }

    /// Commits a pass in one transaction, writing only what changed: ledger, notices, outbox, history.
    ///
    /// # Errors
    /// Nothing of it is kept then; the pass is repeated.
    pub fn commit(
        &mut self,
        before: &State,
        after: &State,
        effects: &Effects,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let held = self.meta("mails_held")?.is_some();
        let tx = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        diff(&tx, "rows", "task", &before.ledger.rows, &after.ledger.rows)?;
        diff(
            &tx,
            "departments",
            "code",
            &before.ledger.departments,
            &after.ledger.departments,
        )?;
        diff(&tx, "said", "key", &before.said.said, &after.said.said)?;
        diff_list(
            &tx,
            "figures",
            &before.ledger.figures,
            &after.ledger.figures,
        )?;
        diff_list(
            &tx,
            "proposals",
            &before.ledger.proposals,
            &after.ledger.proposals,
        )?;
        diff_list(&tx, "frozen", &before.ledger.frozen, &after.ledger.frozen)?;
        let (old, new) = (&before.trend, &after.trend);
        for point in new.iter().filter(|p| !old.contains(p)) {
            tx.execute(
                "INSERT OR REPLACE INTO trend (day, json) VALUES (?1, ?2)",
                params![point.day.to_string(), json("trend", point)?],
            )?;
        }
        outbox(&tx, before, after, held)?;
        let mut rest = after.said.clone();
        rest.said.clear();
        put_meta(&tx, "said", &json("said", &rest)?)?;
        put_meta(&tx, "baseline", &after.ledger.baseline)?;
        put_meta(&tx, "last_seen", &at.to_string())?;
        for event in &effects.events {
            tx.execute(
                "INSERT INTO events (day, task, json) VALUES (?1, ?2, ?3)",
                params![event.day.to_string(), event.task, json("events", event)?],
            )?;
        }
        for version in &effects.versions {
            tx.execute(
                "INSERT OR IGNORE INTO versions (hash, file, seen, json) VALUES (?1, ?2, ?3, ?4)",
                params![
                    version.hash,
                    version.file,
                    version.seen.to_string(),
                    json("versions", version)?
                ],
            )?;
        }
        published(&tx, before, after)?;
        for alarm in &effects.alarms {
            alarm_row(&tx, at, alarm)?;
        }
        tx.execute("DELETE FROM intents", [])?;
        tx.commit()?;
        Ok(())
    }

    /// Notes what is about to be published, so that a crash in between is not taken for a person's edit.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn intend(&mut self, publications: &[(String, String)]) -> Result<(), StoreError> {
        let tx = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (path, hash) in publications {
            tx.execute(
                "INSERT OR IGNORE INTO intents (path, hash) VALUES (?1, ?2)",
                params![path, hash],
            )?;
        }
        tx.commit()?;
        Ok(())
    }

    /// Hashes that are ours by path: published ones and intents of passes that did not commit.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn ours(&self) -> Result<super::publish::Ours, StoreError> {
        let mut ours = super::publish::Ours::new();
        let mut query = self
            .db
            .prepare("SELECT path, hash FROM published UNION SELECT path, hash FROM intents")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            ours.entry(row.get(0)?).or_default().insert(row.get(1)?);
        }
        Ok(ours)
    }

    /// Records the state of a mail after a try; a mail once sent stays sent.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn record_mail(&mut self, entry: &OutboxEntry) -> Result<(), StoreError> {
        self.db.execute(
            "UPDATE outbox SET state = ?2, json = ?3 WHERE message_id = ?1 AND state <> 'sent'",
            params![
                entry.mail.message_id,
                state_name(entry.state),
                json("outbox", entry)?
            ],
        )?;
        Ok(())
    }

    /// Mails that are not handed over yet, oldest first.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn outbox(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        self.list(
            "outbox",
            "SELECT json FROM outbox WHERE state <> 'sent' ORDER BY position",
        )
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

    /// Lets held mails go (`annexd notices --release`); returns how many.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn release_mails(&mut self) -> Result<usize, StoreError> {
        let mut count = 0;
        for mut entry in self.outbox()? {
            if entry.state == MailState::Held {
                entry.state = MailState::Pending;
                self.record_mail(&entry)?;
                count += 1;
            }
        }
        self.db
            .execute("DELETE FROM meta WHERE key = 'mails_held'", [])?;
        Ok(count)
    }

    /// The history up to a day, of one task or of all, oldest first.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn events(
        &self,
        until: Option<Date>,
        task: Option<&str>,
    ) -> Result<Vec<Event>, StoreError> {
        let until = until.map_or_else(|| "9999".to_owned(), |d| d.to_string());
        let mut query = self.db.prepare(
            "SELECT json FROM events WHERE day <= ?1 AND (?2 IS NULL OR task = ?2) ORDER BY id",
        )?;
        let mut rows = query.query(params![until, task])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            events.push(parse("events", &row.get::<_, String>(0)?)?);
        }
        Ok(events)
    }

    /// Writes down an alarm for the operator.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn alarm(&mut self, at: Timestamp, text: &str) -> Result<(), StoreError> {
        let tx = self.db.transaction()?;
        alarm_row(&tx, at, text)?;
        tx.commit()?;
        Ok(())
    }

    /// Newest alarms, newest first.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn alarms(&self, limit: u64) -> Result<Vec<(String, String)>, StoreError> {
        let mut query = self
            .db
            .prepare("SELECT at, text FROM alarms ORDER BY id DESC LIMIT ?1")?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = query.query_map([limit], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Writes down how a pass went, as JSON.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn record_pass<T: Serialize>(&mut self, at: Timestamp, pass: &T) -> Result<(), StoreError> {
        self.db.execute(
            "INSERT INTO passes (at, json) VALUES (?1, ?2)",
            params![at.to_string(), json("passes", pass)?],
        )?;
        self.db.execute(
            "DELETE FROM passes WHERE id <= (SELECT max(id) FROM passes) - ?1",
            [REMEMBERED],
        )?;
        Ok(())
    }

    /// A value kept beside the ledger.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self
            .db
            .query_row("SELECT value FROM meta WHERE key = ?1", [key], |r| r.get(0))
            .optional()?)
    }

    /// Keeps a value beside the ledger.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        Ok(put_meta(&self.db, key, value)?)
    }

    fn list<T: DeserializeOwned>(
        &self,
        what: &'static str,
        sql: &str,
    ) -> Result<Vec<T>, StoreError> {
        let mut query = self.db.prepare(sql)?;
        let mut rows = query.query([])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(parse(
                what,
                row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?,
            )?);
        }
        Ok(out)
    }

    fn map<T: DeserializeOwned>(
        &self,
        what: &'static str,
        sql: &str,
    ) -> Result<BTreeMap<String, T>, StoreError> {
        self.pairs(sql)?
            .into_iter()
            .map(|(key, value)| Ok((key, parse(what, &value)?)))
            .collect()
    }

    fn pairs(&self, sql: &str) -> Result<BTreeMap<String, String>, StoreError> {
        let mut query = self.db.prepare(sql)?;
        let rows = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn latest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn is_damage(e: &rusqlite::Error) -> bool {
    matches!(
        e.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
    )
}

/// Renames a damaged database with its companions; nothing of it is deleted.
fn set_aside(dir: &Path) -> Result<PathBuf, StoreError> {
    let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%S%f").to_string();
    let aside = dir.join(format!("{FILE}.damaged-{stamp}"));
    fs::rename(dir.join(FILE), &aside)?;
    for companion in ["-wal", "-shm"] {
        let from = dir.join(format!("{FILE}{companion}"));
        if from.try_exists()? {
            fs::rename(from, dir.join(format!("{FILE}.damaged-{stamp}{companion}")))?;
        }
    }
    Ok(aside)
}

fn json<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Record(what, e))
}

fn parse<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Record(what, e))
}

fn put_meta(db: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2 WHERE value <> ?2",
        params![key, value],
    )?;
    Ok(())
}

fn alarm_row(tx: &Transaction<'_>, at: Timestamp, text: &str) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT INTO alarms (at, text) VALUES (?1, ?2)",
        params![at.to_string(), text],
    )?;
    tx.execute(
        "DELETE FROM alarms WHERE id <= (SELECT max(id) FROM alarms) - ?1",
        [REMEMBERED],
    )?;
    Ok(())
}

/// Writes what differs between two maps into a table of (key, json).
fn diff<T: Serialize + PartialEq>(
    tx: &Transaction<'_>,
    table: &'static str,
    key: &str,
    before: &BTreeMap<String, T>,
    after: &BTreeMap<String, T>,
) -> Result<(), StoreError> {
    let mut put = tx.prepare(&format!(
        "INSERT OR REPLACE INTO {table} ({key}, json) VALUES (?1, ?2)"
    ))?;
    for (name, value) in after {
        if before.get(name) != Some(value) {
            put.execute(params![name, json(table, value)?])?;
        }
    }
    let mut remove = tx.prepare(&format!("DELETE FROM {table} WHERE {key} = ?1"))?;
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        remove.execute([name])?;
    }
    Ok(())
}

/// The same for a list: its order is its key.
fn diff_list<T: Serialize + PartialEq>(
    tx: &Transaction<'_>,
    table: &'static str,
    before: &[T],
    after: &[T],
) -> Result<(), StoreError> {
    for (at, value) in after.iter().enumerate() {
        if before.get(at) != Some(value) {
            tx.execute(
                &format!("INSERT OR REPLACE INTO {table} (key, json) VALUES (?1, ?2)"),
                params![format!("{at:08}"), json(table, value)?],
            )?;
        }
    }
    if before.len() > after.len() {
        tx.execute(
            &format!("DELETE FROM {table} WHERE key >= ?1"),
            [format!("{:08}", after.len())],
        )?;
    }
    Ok(())
}

/// New mails, and those a pass changed; what was sent meanwhile stays sent and is never queued again.
fn outbox(
    tx: &Transaction<'_>,
    before: &State,
    after: &State,
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
        let mut entry = entry.clone();
        if held && entry.state == MailState::Pending {
            entry.state = MailState::Held;
        }
        let id = id.to_owned();
        tx.execute(
            "INSERT INTO outbox (message_id, position, state, json)
             VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM outbox), ?2, ?3)
             ON CONFLICT (message_id) DO UPDATE SET state = ?2, json = ?3 WHERE state <> 'sent'",
            params![id, state_name(entry.state), json("outbox", &entry)?],
        )?;
    }
    // A mail that a pass dropped (superseded) is dropped, unless it was handed over meanwhile.
    for id in old.keys() {
        if !after.outbox.iter().any(|e| e.mail.message_id == *id) {
            tx.execute(
                "DELETE FROM outbox WHERE message_id = ?1 AND state <> 'sent'",
                [id],
            )?;
        }
    }
    Ok(())
}

fn published(tx: &Transaction<'_>, before: &State, after: &State) -> Result<(), StoreError> {
    for (path, hash) in &after.published {
        if before.published.get(path) != Some(hash) {
            tx.execute(
                "INSERT OR REPLACE INTO published (path, hash) VALUES (?1, ?2)",
                params![path, hash],
            )?;
        }
    }
    for path in before.published.keys() {
        if !after.published.contains_key(path) {
            tx.execute("DELETE FROM published WHERE path = ?1", [path])?;
        }
    }
    Ok(())
}

const fn state_name(state: MailState) -> &'static str {
    match state {
        MailState::Pending => "pending",
        MailState::Sending => "sending",
        MailState::Sent => "sent",
        MailState::Failed => "failed",
        MailState::Uncertain => "uncertain",
        MailState::Held => "held",
    }
}
