//! A database that is gone, damaged, or behind the vault's journal: it is rebuilt from the newest sound copy and the journal's lines,
//! mails held, and the operator hears how far that went.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::journal::{self, Journal, Line, Mark};
use super::sql::{Db, Value};
use super::{BACKUP, FILE, Store, StoreError, commit, json, latest, parse, put_meta, state_name};
use crate::domain::notice::{MailState, OutboxEntry};

/// Set from a database's rebuilding to the first pass after it: what it knows of published workbooks may be old.
pub const RESTORED: &str = "restored";

/// A copy of the database, or none to begin with an empty one.
struct Copy {
    path: Option<PathBuf>,
    mark: Mark,
    /// The journal's line up to which it can be brought.
    reach: i64,
}

impl Copy {
    fn of(path: Option<PathBuf>, mark: Mark, journal: &Journal) -> Self {
        let reach = journal.following(&mark).last();
        let reach = reach.map_or(mark.seq, |l| l.mark.seq);
        Self { path, mark, reach }
    }
}

/// Sound copies and, where the journal goes back to the beginning, the empty database.
///
/// One that is damaged is left out; one that cannot be read now is waited for.
fn copies(dir: &Path, journal: &Journal) -> Result<Vec<Copy>, StoreError> {
    let mut copies = Vec::new();
    for path in [journal::base_path(dir), dir.join(BACKUP)] {
        if !path.exists() {
            continue;
        }
        let looked = Db::look(&path).and_then(|db| {
            db.check()?;
            Ok((db.version()?, db))
        });
        match looked {
            Ok((version, db)) if (1..=latest()).contains(&version) => {
                let mark = journal::mark(&db).ok().flatten().unwrap_or_default();
                copies.push(Copy::of(Some(path), mark, journal));
            }
            Ok(_) => {}
            Err(e) if !e.is_damage() => return Err(e.into()),
            Err(e) => {
                tracing::warn!(copy = %path.display(), error = %e, "a copy of the database cannot be used");
            }
        }
    }
    if let Some(start) = journal.start().filter(|s| s.seq == 0) {
        copies.push(Copy::of(None, start, journal));
    }
    Ok(copies)
}

/// The copy that comes nearest to what was lost.
fn nearest(copies: Vec<Copy>, journal: &Journal) -> Option<Copy> {
    let epoch = journal.end().map(|m| &m.epoch);
    copies.into_iter().max_by_key(|c| {
        let joined = epoch == Some(&c.mark.epoch);
        (joined, c.reach, c.mark.seq)
    })
}

impl Store {
    /// Opens a database that is sound: one that is behind the journal is brought forward, and the journal is begun where there is none.
    pub(super) fn sound_one(db: Db, dir: &Path, upgraded: bool) -> Result<Self, StoreError> {
        let mut store = Self::of(db, dir);
        let known = journal::mark(&store.db)?;
        let mark = match known {
            Some(mark) => mark,
            None => store.db.whole(|db| new_epoch(db, false))?,
        };
        match journal::end(dir)? {
            Some(end) if end == mark && !upgraded => {}
            None if mark.seq == 0 && !upgraded => {}
            Some(end) if end.epoch == mark.epoch && end.seq > mark.seq => {
                return store.catch_up(&mark, &end);
            }
            Some(end) if end.epoch != mark.epoch => {
                let aside = journal_aside(dir)?;
                store.begin_journal()?;
                store.hold(
                    &format!("the database is not the one that the vault's journal belongs to; the journal was begun anew{aside}"),
                    false,
                )?;
            }
            _ => {
                tracing::info!("the vault's journal is begun with a copy of the database");
                store.begin_journal()?;
            }
        }
        store.tidy_journal()?;
        Ok(store)
    }

    /// Makes the changes that the journal holds and the database does not: one after a crash, many in an older copy.
    fn catch_up(mut self, mark: &Mark, last: &Mark) -> Result<Self, StoreError> {
        let journal = Journal::read(&self.dir)?;
        let lines = journal.following(mark);
        // Without a line the copy that the journal follows is nearer.
        if lines.last().is_some_and(|l| l.mark.seq == last.seq) {
            let done = self.db.whole(|db| take(db, lines))?;
            if done.seq == last.seq {
                if lines.len() > 1 {
                    let words = format!(
                        "the database was an older copy; it was brought forward from the vault's journal {}",
                        span(lines)
                    );
                    self.hold(&words, true)?;
                    self.begin_journal()?;
                }
                return Ok(self);
            }
        }
        // The lines between are in no journal any more: another copy may be nearer.
        let dir = self.dir.clone();
        let other = nearest(copies(&dir, &journal)?, &journal);
        if other.is_some_and(|c| c.mark.epoch == mark.epoch && c.reach > mark.seq) {
            drop(self);
            let aside = super::set_aside(&dir)?;
            return Self::rebuilt(&dir, Some(aside), "the database was an older copy");
        }
        let aside = journal_aside(&dir)?;
        self.begin_journal()?;
        self.hold(
            &format!("the database is older than the vault's journal, which does not follow it; the journal was begun anew{aside}"),
            false,
        )?;
        Ok(self)
    }

    /// Puts a database in place of one that is gone (`aside` tells where a damaged one went): whole, or not at all.
    pub(super) fn rebuilt(
        dir: &Path,
        aside: Option<PathBuf>,
        what: &str,
    ) -> Result<Self, StoreError> {
        let used = fs::read_dir(dir.join("vault")).is_ok_and(|mut d| d.next().is_some())
            || dir.join(BACKUP).try_exists()?;
        let fresh = aside.is_none() && !used;
        let journal = Journal::read(dir)?;
        let copy = nearest(copies(dir, &journal)?, &journal);
        let temp = dir.join(format!("{FILE}.new"));
        remove_with_companions(&temp)?;
        if let Some(from) = copy.as_ref().and_then(|c| c.path.as_ref()) {
            fs::copy(from, &temp)?;
        }
        let mut db = Db::open(&temp)?;
        let mut words = None;
        if let Some(copy) = &copy {
            let lines = journal.following(&copy.mark);
            let schema = lines.first().map(|l| l.schema);
            super::migrate(&mut db, schema.unwrap_or_else(latest))?;
            let done = db.whole(|db| take(db, lines))?;
            let exact = journal::lines_path(dir).try_exists()?
                && journal::end(dir)?.is_some_and(|end| end == done);
            words = Some(told(what, copy, lines, exact));
            super::migrate(&mut db, latest())?;
            let text = words.clone().unwrap_or_default();
            db.whole(|db| hold(db, &text, exact))?;
        } else {
            super::migrate(&mut db, latest())?;
            db.whole(|db| new_epoch(db, fresh))?;
            if !fresh {
                let text = format!(
                    "{what} and was begun anew: there is neither a copy nor a journal to rebuild it from, earlier history is lost"
                );
                db.whole(|db| hold(db, &text, false))?;
                words = Some(text);
            }
        }
        if journal::mark(&db)?.is_none() {
            db.whole(|db| new_epoch(db, false))?;
        }
        db.settle_log()?;
        drop(db);
        fs::File::open(&temp)?.sync_all()?;
        journal::put(&temp, &dir.join(FILE))?;
        let mut store = Self::of(Db::open(&dir.join(FILE))?, dir);
        store.lost = !fresh && aside.is_none();
        store.set_aside = aside;
        if let Some(words) = words {
            tracing::error!("{words}; mails are held");
            store.rebuilt = Some(words);
        }
        if !fresh {
            // The lines that were taken up are in the database now; those that could not be are kept beside it.
            let end = journal.end();
            if end.is_some() && end != journal::mark(&store.db)?.as_ref() {
                journal_aside(dir)?;
            }
            store.begin_journal()?;
        }
        Ok(store)
    }

    /// Holds mails back and remembers why.
    fn hold(&mut self, words: &str, exact: bool) -> Result<(), StoreError> {
        tracing::error!("{words}; mails are held");
        self.whole(|db| hold(db, words, exact))?;
        self.rebuilt = Some(words.to_owned());
        Ok(())
    }

    /// Whether the database was restored since the last pass.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn was_restored(&self) -> Result<bool, StoreError> {
        Ok(self.meta(RESTORED)?.is_some())
    }
}

/// Makes changes in order as far as they can be made; the place reached.
fn take(db: &Db, lines: &[Line]) -> Result<Mark, StoreError> {
    let mut reached = journal::mark(db)?.unwrap_or_default();
    let schema = db.version()?;
    for line in lines {
        if line.schema != schema {
            tracing::error!(
                line = line.mark.seq,
                "a line of the journal is for another schema"
            );
            break;
        }
        db.run("SAVEPOINT line", &[])?;
        if let Err(e) = line.take(db) {
            db.run("ROLLBACK TO line", &[])?;
            tracing::error!(line = line.mark.seq, error = %e, "a line of the journal cannot be followed");
            break;
        }
        db.run("RELEASE line", &[])?;
        reached = line.mark.clone();
    }
    if !lines.is_empty() {
        journal::put_mark(db, &reached)?;
    }
    Ok(reached)
}

/// What a rebuilding came to, for the operator.
fn told(what: &str, copy: &Copy, lines: &[Line], exact: bool) -> String {
    let name = copy.path.as_ref().and_then(|p| p.file_name());
    let name = name.map(|n| n.to_string_lossy().into_owned());
    let from = match (&name, lines.is_empty()) {
        (None, _) => format!("from the vault's journal {}", span(lines)),
        (Some(name), false) => format!("from {name} and the vault's journal {}", span(lines)),
        (Some(name), true) => format!("from {name}"),
    };
    let short = if exact {
        ""
    } else {
        "; what came after that is read anew from the share, its history is lost"
    };
    format!("{what}; it was rebuilt {from}{short}")
}

/// How many changes, and up to when.
fn span(lines: &[Line]) -> String {
    let until = lines.last().map(|l| l.at.strftime("%Y-%m-%d %H:%M:%SZ"));
    let until = until.map(|u| format!(", up to {u}")).unwrap_or_default();
    format!("({} changes{until})", lines.len())
}

/// Holds back what waits; what may have gone out already is marked so, where the record does not go to the end (`exact`) that is all.
fn hold(db: &Db, why: &str, exact: bool) -> Result<(), StoreError> {
    let mut waiting: Vec<OutboxEntry> = Vec::new();
    db.each(
        "SELECT json FROM outbox WHERE state IN ('pending', 'sending', 'uncertain') ORDER BY position",
        &[],
        |row| {
            waiting.push(parse("outbox", row[0])?);
            Ok::<(), StoreError>(())
        },
    )?;
    for mut entry in waiting {
        if entry.state != MailState::Pending || !exact {
            entry.uncertain = entry.uncertain.max(1);
        }
        entry.state = MailState::Held;
        db.run(
            "UPDATE outbox SET state = ?2, json = ?3 WHERE message_id = ?1",
            &[
                Value::Text(&entry.mail.message_id),
                Value::Text(state_name(entry.state)),
                Value::Text(&json("outbox", &entry)?),
            ],
        )?;
    }
    db.run(commit::FORGET_STANDING, &[])?;
    put_meta(db, "mails_held", why)?;
    put_meta(db, RESTORED, "yes")?;
    commit::alarm_row(db, Timestamp::now(), &format!("{why}; mails are held"))
}

/// Begins a journal of its own; only one that begins with an empty database can be followed without a copy.
fn new_epoch(db: &Db, empty: bool) -> Result<Mark, StoreError> {
    let mark = Mark {
        epoch: Timestamp::now().as_nanosecond().to_string(),
        seq: i64::from(!empty),
    };
    journal::put_mark(db, &mark)?;
    Ok(mark)
}

/// Renames a journal that is of no use here, nothing of it is deleted; tells where it went.
fn journal_aside(dir: &Path) -> Result<String, StoreError> {
    let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%S%f");
    let aside = dir.join(format!("{FILE}.damaged-{stamp}-journal"));
    match fs::rename(journal::lines_path(dir), &aside) {
        Ok(()) => Ok(format!(" (set aside as {})", aside.display())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(e.into()),
    }
}

/// Removes a database with its log.
pub(super) fn remove_with_companions(path: &Path) -> Result<(), StoreError> {
    for companion in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(companion);
        match fs::remove_file(&name) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
            _ => {}
        }
    }
    Ok(())
}
