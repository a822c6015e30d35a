//! SQL in, text out: the only file that names rusqlite.

use std::cell::RefCell;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, TransactionBehavior, params_from_iter};

use super::journal::Step;

/// What the database says.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SqlError(#[from] rusqlite::Error);

impl SqlError {
    /// Whether the file is damaged or no database at all.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(
            self.0.sqlite_error_code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        )
    }

    /// What a check told: damage, or a disk that could not be read, for which nothing is to be set aside.
    #[must_use]
    pub fn of_check(words: String) -> Self {
        let code = cause(&words).unwrap_or(rusqlite::ffi::SQLITE_CORRUPT);
        let code = rusqlite::ffi::Error::new(code);
        Self(rusqlite::Error::SqliteFailure(code, Some(words)))
    }
}

/// A value bound to a statement.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// A whole number.
    Number(i64),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Text(s) => s.to_sql(),
            Self::Number(n) => n.to_sql(),
            Self::Bytes(bytes) => bytes.to_sql(),
        }
    }
}

/// A connection.
#[derive(Debug)]
pub struct Db {
    db: Connection,
    /// Changes made since somebody began to listen.
    heard: RefCell<Option<Vec<Step>>>,
}

impl Db {
    const fn of(db: Connection) -> Self {
        Self {
            db,
            heard: RefCell::new(None),
        }
    }

    /// Opens for writing, making the file where there is none: every commit is on disk when it returns.
    ///
    /// # Errors
    /// The database says no.
    pub fn open(path: &Path) -> Result<Self, SqlError> {
        let db = Connection::open(path)?;
        db.busy_timeout(Duration::from_secs(10))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        // What is deleted is gone from the file too: a row may turn out to be a state secret.
        db.pragma_update(None, "secure_delete", true)?;
        Ok(Self::of(db))
    }

    /// Opens for looking only. A reader of a write-ahead log needs its index, so the file is opened for writing where allowed;
    /// `query_only` forbids every change.
    ///
    /// # Errors
    /// The database says no.
    pub fn look(path: &Path) -> Result<Self, SqlError> {
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_READ_WRITE)
            .or_else(|_| {
                Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_READ_ONLY)
            })?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.pragma_update(None, "query_only", true)?;
        Ok(Self::of(db))
    }

    /// Checks the whole file; the words of the check when it is damaged.
    ///
    /// # Errors
    /// Damaged, or not readable.
    pub fn check(&self) -> Result<(), SqlError> {
        let verdict: String = self
            .db
            .pragma_query_value(None, "quick_check", |r| r.get(0))?;
        if verdict == "ok" {
            Ok(())
        } else {
            Err(SqlError::of_check(verdict))
        }
    }

    /// Writes the file anew and empties the write-ahead log, so that no byte of what was deleted is left; false while another
    /// connection still reads the log.
    ///
    /// # Errors
    /// The database says no.
    pub fn scrub(&self) -> Result<bool, SqlError> {
        self.db.execute_batch("VACUUM")?;
        self.settle_log()
    }

    /// Moves the write-ahead log into the file; false while another connection still reads it.
    ///
    /// # Errors
    /// The database says no.
    pub fn settle_log(&self) -> Result<bool, SqlError> {
        let busy: i64 = self
            .db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0))?;
        Ok(busy == 0)
    }

    /// Schema version.
    ///
    /// # Errors
    /// The database says no.
    pub fn version(&self) -> Result<i64, SqlError> {
        Ok(self
            .db
            .pragma_query_value(None, "user_version", |r| r.get(0))?)
    }

    /// Applies one migration and sets the schema version, both or neither.
    ///
    /// # Errors
    /// The database says no.
    pub fn migrate(&mut self, sql: &str, version: i64) -> Result<(), SqlError> {
        let tx = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "user_version", version)?;
        Ok(tx.commit()?)
    }

    /// Runs a statement; how many rows it changed.
    ///
    /// # Errors
    /// The database says no.
    pub fn run(&self, sql: &str, values: &[Value<'_>]) -> Result<usize, SqlError> {
        let changed = self
            .db
            .prepare_cached(sql)?
            .execute(params_from_iter(values))?;
        if changed > 0
            && let Some(heard) = &mut *self.heard.borrow_mut()
        {
            heard.push(Step::of(sql, values));
        }
        Ok(changed)
    }

    /// Begins to note every change.
    pub fn listen(&self) {
        *self.heard.borrow_mut() = Some(Vec::new());
    }

    /// The changes made since then, in order; nothing more is noted.
    pub fn heard(&self) -> Vec<Step> {
        self.heard.take().unwrap_or_default()
    }

    /// Lets a test stop a statement as a failing disk would: `stop` is asked after every so many steps of SQLite's machine, and, with
    /// true, before every commit.
    ///
    /// # Errors
    /// The database says no.
    pub fn watch(
        &mut self,
        steps: i32,
        stop: impl Fn(bool) -> bool + Clone + Send + 'static,
    ) -> Result<(), SqlError> {
        let running = stop.clone();
        self.db
            .progress_handler(steps, Some(move || running(false)))?;
        Ok(self.db.commit_hook(Some(move || stop(true)))?)
    }

    /// Hands every row of a query over, its columns as text.
    ///
    /// # Errors
    /// The database says no, or the receiver does.
    pub fn each<E: From<SqlError>>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut row: impl FnMut(&[&str]) -> Result<(), E>,
    ) -> Result<(), E> {
        let sqlite = |e: rusqlite::Error| E::from(SqlError(e));
        let mut query = self.db.prepare_cached(sql).map_err(sqlite)?;
        let columns = query.column_count();
        let mut rows = query.query(params_from_iter(values)).map_err(sqlite)?;
        while let Some(r) = rows.next().map_err(sqlite)? {
            let mut texts = Vec::with_capacity(columns);
            for at in 0..columns {
                let value = r.get_ref(at).map_err(sqlite)?;
                texts.push(value.as_str().map_err(|e| sqlite(e.into()))?);
            }
            row(&texts)?;
        }
        Ok(())
    }

    /// Hands every row of a query over: its first column as text, its second one as bytes.
    ///
    /// # Errors
    /// The database says no, or the receiver does.
    pub fn packs<E: From<SqlError>>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut row: impl FnMut(&str, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let sqlite = |e: rusqlite::Error| E::from(SqlError(e));
        let mut query = self.db.prepare_cached(sql).map_err(sqlite)?;
        let mut rows = query.query(params_from_iter(values)).map_err(sqlite)?;
        while let Some(r) = rows.next().map_err(sqlite)? {
            let name = r.get_ref(0).map_err(sqlite)?;
            let name = name.as_str().map_err(|e| sqlite(e.into()))?;
            let bytes = r.get_ref(1).map_err(sqlite)?;
            row(name, bytes.as_blob().map_err(|e| sqlite(e.into()))?)?;
        }
        Ok(())
    }

    /// Writes the file anew without the room of what was deleted.
    ///
    /// # Errors
    /// The database says no.
    pub fn shrink(&self) -> Result<(), SqlError> {
        Ok(self.db.execute_batch("VACUUM")?)
    }

    /// Does everything or nothing, as the only writer.
    ///
    /// # Errors
    /// The database says no, or the work does; nothing of it is kept then.
    pub fn whole<T, E: From<SqlError>>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        // One that could not be undone before must not stop the work for ever.
        self.undo();
        if let Err(e) = self.run("BEGIN IMMEDIATE", &[]) {
            // It may have begun all the same.
            self.undo();
            return Err(e.into());
        }
        match work(self).and_then(|done| {
            self.run("COMMIT", &[])?;
            Ok(done)
        }) {
            Ok(done) => Ok(done),
            Err(e) => {
                self.undo();
                Err(e)
            }
        }
    }

    /// Undoes an open transaction; a failed commit may have ended it by itself already.
    fn undo(&self) {
        if !self.db.is_autocommit()
            && let Err(e) = self.run("ROLLBACK", &[])
        {
            tracing::error!(error = %e, "a failed transaction could not be undone");
        }
    }
}

/// Why a check could not look at every page, where that was not for the pages themselves: SQLite's code of the file, memory or
/// locking error that its words name.
fn cause(verdict: &str) -> Option<i32> {
    let outside = [
        rusqlite::ffi::SQLITE_IOERR,
        rusqlite::ffi::SQLITE_NOMEM,
        rusqlite::ffi::SQLITE_BUSY,
        rusqlite::ffi::SQLITE_CANTOPEN,
        rusqlite::ffi::SQLITE_PERM,
    ];
    let codes = verdict.split("error code").skip(1).filter_map(|rest| {
        let digits = rest.trim_start_matches([' ', '=']);
        let end = digits.find(|c: char| !c.is_ascii_digit());
        digits[..end.unwrap_or(digits.len())].parse::<i32>().ok()
    });
    // The low byte is the kind. Of the pages of an overflow chain it tells no code: only the disk keeps them back.
    codes
        .map(|code| code & 0xff)
        .find(|kind| outside.contains(kind))
        .or_else(|| {
            let kept_back = verdict.contains("failed to get page");
            kept_back.then_some(rusqlite::ffi::SQLITE_IOERR)
        })
}
