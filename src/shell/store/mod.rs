//! The state: one SQLite file on the local disk, one transaction a pass.

mod commit;
mod journal;
mod mails;
mod notes;
mod purge;
mod rebuild;
mod shelf;
mod sql;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::commit::Added;
use self::notes::{drop_meta, put_meta};
pub use self::purge::Purged;
pub use self::rebuild::RESTORED;
pub use self::sql::SqlError;
use self::sql::{Db, Value};
use super::mount::{FileSystem, file_system};
use crate::domain::ledger::Event;
use crate::domain::notice::MailState;
use crate::pass::State;

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
", "
    CREATE TABLE task_memory (task TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
", shelf::TABLES, journal::TABLE];
/// The schema that keeps records on shelves.
const SHELVED: i64 = 3;
/// Passes and alarms that are remembered.
const REMEMBERED: i64 = 5000;
/// Where it is kept that the clock is not believed; a person's release takes it away.
pub const CLOCK_DOUBT: &str = "clock_doubt";

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
    /// Packed records cannot be unpacked.
    #[error("packed records of {0} are not readable: {1}")]
    Packed(&'static str, std::io::Error),
    /// A mail that a pass takes back or replaces was handed over meanwhile: the pass must see that first.
    #[error("a mail left while the pass was at work; the pass is repeated")]
    Outdated,
    /// The database says no.
    #[error("the database: {0}")]
    Sql(#[from] SqlError),
    /// The disk says no.
    #[error("the state directory: {0}")]
    Io(#[from] std::io::Error),
}

/// The open database.
#[derive(Debug)]
pub struct Store {
    db: Db,
    dir: PathBuf,
    /// Where a damaged database was set aside by this opening.
    pub set_aside: Option<PathBuf>,
    /// There was none although versions are kept: it was lost.
    pub lost: bool,
    /// From what it was rebuilt by this opening, and how far, for the operator; mails are held then.
    pub rebuilt: Option<String>,
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
        let path = dir.join(FILE);
        if !path.try_exists()? || is_blank(&path) {
            return Self::gone(dir);
        }
        match Self::open_sound(dir) {
            Ok((db, upgraded)) => Self::sound_one(db, dir, upgraded),
            Err(StoreError::Sql(e)) if e.is_damage() => {
                let aside = set_aside(dir)?;
                tracing::error!(kept = %aside.display(), error = %e, "the database is damaged; it was set aside");
                let what = format!(
                    "the database was damaged and set aside as {}",
                    aside.display()
                );
                Self::rebuilt(dir, Some(aside), &what)
            }
            Err(e) => Err(e),
        }
    }

    /// There is no database: where versions or a copy are kept there had been one.
    fn gone(dir: &Path) -> Result<Self, StoreError> {
        rebuild::remove_with_companions(&dir.join(FILE))?;
        Self::rebuilt(dir, None, "the database was gone")
    }

    fn of(db: Db, dir: &Path) -> Self {
        Self {
            db,
            dir: dir.to_owned(),
            set_aside: None,
            lost: false,
            rebuilt: None,
        }
    }

    /// A second connection to a database that this process has opened, for another thread.
    ///
    /// # Errors
    /// There is none, or the database says no.
    pub fn again(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(FILE);
        if !path.try_exists()? {
            return Err(StoreError::Absent(path));
        }
        Ok(Self::of(Db::open(&path)?, dir))
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
        let db = Db::look(&path)?;
        match db.version()? {
            0 => Err(StoreError::Absent(path)),
            v if v > latest() => Err(StoreError::Newer(path, v)),
            _ => Ok(Self::of(db, dir)),
        }
    }

    /// A sound database of this schema, and whether it was brought to it only now.
    fn open_sound(dir: &Path) -> Result<(Db, bool), StoreError> {
        let path = dir.join(FILE);
        let mut db = Db::open(&path)?;
        db.check()?;
        let applied = db.version()?;
        if applied > latest() {
            return Err(StoreError::Newer(path, applied));
        }
        migrate(&mut db, latest())?;
        Ok((db, applied < latest()))
    }

    /// Copies the database beside itself; whole or not at all.
    ///
    /// # Errors
    /// The disk says no.
    pub fn backup(&self) -> Result<PathBuf, StoreError> {
        let target = self.dir.join(BACKUP);
        journal::copy(&self.db, &target)?;
        Ok(target)
    }

    /// What a pass stands on; `log_rows` newest events come along.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn load(&self, log_rows: u64) -> Result<State, StoreError> {
        let mut state = State::default();
        let ledger = &mut state.ledger;
        ledger.rows = self.shelved("rows")?;
        ledger.departments = self.map("departments", "SELECT code, json FROM departments")?;
        ledger.figures = self.list("figures", "SELECT json FROM figures ORDER BY key")?;
        ledger.proposals = self.list("proposals", "SELECT json FROM proposals ORDER BY key")?;
        ledger.frozen = self.list("frozen", "SELECT json FROM frozen ORDER BY key")?;
        ledger.baseline = self.meta("baseline")?.unwrap_or_default();
        ledger.approved = self.record("approved")?;
        ledger.remarks = self.record("remarks")?;
        ledger.superseded = self.record("superseded")?;
        ledger.hushed = self.record("hushed")?;
        state.said = self.record("said")?;
        state.said.said = self.shelved("said")?;
        state.said.tasks = self.shelved("task_memory")?;
        state.outbox = self.outbox()?;
        state.published = self.pairs("SELECT path, hash FROM published")?;
        state.trend = self.list("trend", "SELECT json FROM trend ORDER BY day")?;
        state.log = self.newest_events(log_rows)?;
        Ok(state)
    }

    /// A value that is kept whole; its default when it was never stored.
    fn record<T: serde::de::DeserializeOwned + Default>(
        &self,
        name: &'static str,
    ) -> Result<T, StoreError> {
        self.meta(name)?.map_or_else(
            || Ok(T::default()),
            |json| serde_json::from_str(&json).map_err(|e| StoreError::Record(name, e)),
        )
    }

    /// Notes what is about to be published, so that a crash in between is not taken for a person's edit.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn intend(&mut self, publications: &[(String, String)]) -> Result<(), StoreError> {
        self.db.whole(|db| {
            for (path, hash) in publications {
                db.run(
                    "INSERT OR IGNORE INTO intents (path, hash) VALUES (?1, ?2)",
                    &[Value::Text(path), Value::Text(hash)],
                )?;
            }
            Ok(())
        })
    }

    /// Hashes that are ours by path: published ones and intents of passes that did not commit.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn ours(&self) -> Result<super::publish::Ours, StoreError> {
        let mut ours = super::publish::Ours::new();
        self.db.each(
            "SELECT path, hash FROM published UNION SELECT path, hash FROM intents",
            &[],
            |row| -> Result<(), StoreError> {
                ours.entry(row[0].to_owned())
                    .or_default()
                    .insert(row[1].to_owned());
                Ok(())
            },
        )?;
        Ok(ours)
    }

    /// Whether the file was removed or exchanged for nothing under this connection: what is written then is kept by the journal only.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self.dir.join(FILE).try_exists(), Ok(false))
    }

    /// Checks the whole file.
    ///
    /// # Errors
    /// It is damaged.
    pub fn sound(&self) -> Result<(), StoreError> {
        Ok(self.db.check()?)
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
        self.past_events(until, task)
    }

    /// Hashes of versions that current rows and departments come from: never removed from the vault.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn hashes_in_use(&self) -> Result<BTreeSet<String>, StoreError> {
        let ledger = self.load(0)?.ledger;
        let versions = ledger
            .departments
            .into_values()
            .flat_map(|d| [d.last_seen, d.last_accepted])
            .flatten()
            .map(|v| v.hash);
        let rows = ledger.rows.into_values().map(|r| r.version);
        // What was frozen is put back from the vault when it is gone, however old it is.
        let frozen = ledger
            .frozen
            .into_iter()
            .flat_map(|f| std::iter::once(f.hash).chain(f.word.map(|w| w.hash)));
        Ok(rows.chain(versions).chain(frozen).collect())
    }

    /// Lets a test stop statements as a failing disk would: `stop` is asked after every so many steps of SQLite's machine, and, with
    /// true, before every commit.
    ///
    /// # Errors
    /// The database says no.
    pub fn watch(
        &mut self,
        steps: i32,
        stop: impl Fn(bool) -> bool + Clone + Send + 'static,
    ) -> Result<(), StoreError> {
        Ok(self.db.watch(steps, stop)?)
    }

    fn list<T: DeserializeOwned>(
        &self,
        what: &'static str,
        sql: &str,
    ) -> Result<Vec<T>, StoreError> {
        let mut out = Vec::new();
        self.db.each(sql, &[], |row| {
            out.push(parse(what, row[0])?);
            Ok::<(), StoreError>(())
        })?;
        Ok(out)
    }

    fn map<T: DeserializeOwned>(
        &self,
        what: &'static str,
        sql: &str,
    ) -> Result<BTreeMap<String, T>, StoreError> {
        let mut out = BTreeMap::new();
        self.db.each(sql, &[], |row| {
            out.insert(row[0].to_owned(), parse(what, row[1])?);
            Ok::<(), StoreError>(())
        })?;
        Ok(out)
    }

    fn pairs(&self, sql: &str) -> Result<BTreeMap<String, String>, StoreError> {
        let mut out = BTreeMap::new();
        self.db.each(sql, &[], |row| {
            out.insert(row[0].to_owned(), row[1].to_owned());
            Ok::<(), StoreError>(())
        })?;
        Ok(out)
    }
}

fn latest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings a database to a schema.
fn migrate(db: &mut Db, schema: i64) -> Result<(), StoreError> {
    let applied = db.version()?;
    for (version, sql) in (1..=schema).zip(MIGRATIONS) {
        if version > applied {
            db.migrate(sql, version)?;
        }
    }
    if schema >= SHELVED {
        shelf::move_over(db)?;
    }
    Ok(())
}

/// Whether a file was made for a database and never became one.
fn is_blank(path: &Path) -> bool {
    let empty = fs::metadata(path).is_ok_and(|m| m.len() == 0);
    empty
        || Db::look(path)
            .and_then(|db| db.version())
            .is_ok_and(|v| v == 0)
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
