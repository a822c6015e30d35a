//! The journal in the vault: every change of the database as one line, on disk before it is committed.
//!
//! With the copy it follows (`journal.db`, or an empty database) it gives back a database that was lost. A line that was written and
//! not committed is taken back, or gives way to the next one of the same number; a torn last line never was.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sql::{Db, Value};
use super::{Store, StoreError};

/// The lines.
const LINES: &str = "journal.jsonl";
/// The copy of the database that the lines follow, once there is one.
const BASE: &str = "journal.db";
/// Hexadecimal digits of a line's check sum.
const SUM_DIGITS: usize = 16;
/// From the end of a line, more than its number and check sum take, bytes.
const TAIL: u64 = 256;
/// Lines of this size together give way to a fresh copy, bytes.
const FULL: u64 = 32 << 20;

/// The table that says up to which line a database goes.
pub(super) const TABLE: &str =
    "CREATE TABLE journal (epoch TEXT NOT NULL, seq INTEGER NOT NULL) STRICT;";

/// A statement with what was bound to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step(String, Vec<Bound>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Bound {
    Number(i64),
    Text(String),
    Bytes { base64: String },
}

impl Step {
    /// The step of a statement.
    #[must_use]
    pub fn of(sql: &str, values: &[Value<'_>]) -> Self {
        let bound = values.iter().map(|value| match value {
            Value::Text(text) => Bound::Text((*text).to_owned()),
            Value::Number(n) => Bound::Number(*n),
            Value::Bytes(bytes) => Bound::Bytes {
                base64: BASE64.encode(bytes),
            },
        });
        Self(sql.to_owned(), bound.collect())
    }

    fn take(&self, db: &Db) -> Result<(), StoreError> {
        let bytes: Vec<Vec<u8>> = self
            .1
            .iter()
            .map(|bound| match bound {
                Bound::Bytes { base64 } => BASE64.decode(base64).unwrap_or_default(),
                Bound::Number(_) | Bound::Text(_) => Vec::new(),
            })
            .collect();
        let values: Vec<Value<'_>> = self
            .1
            .iter()
            .zip(&bytes)
            .map(|(bound, bytes)| match bound {
                Bound::Number(n) => Value::Number(*n),
                Bound::Text(text) => Value::Text(text),
                Bound::Bytes { .. } => Value::Bytes(bytes),
            })
            .collect();
        db.run(&self.0, &values)?;
        Ok(())
    }
}

/// A place in a journal: which one, and after which of its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub epoch: String,
    pub seq: i64,
}

/// One committed change.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Line {
    /// Schema of the database it was made for.
    pub schema: i64,
    /// When.
    pub at: Timestamp,
    steps: Vec<Step>,
    #[serde(flatten)]
    pub mark: Mark,
}

impl Line {
    /// Makes the change.
    pub(super) fn take(&self, db: &Db) -> Result<(), StoreError> {
        self.steps.iter().try_for_each(|step| step.take(db))
    }
}

/// The place a database stands at; none in one that never had a journal.
pub(super) fn mark(db: &Db) -> Result<Option<Mark>, StoreError> {
    let mut mark = None;
    db.each(
        "SELECT epoch, CAST(seq AS TEXT) FROM journal WHERE epoch <> ''",
        &[],
        |row| {
            mark = Some(Mark {
                epoch: row[0].to_owned(),
                seq: row[1].parse().unwrap_or(0),
            });
            Ok::<(), StoreError>(())
        },
    )?;
    Ok(mark)
}

/// Puts a database at a place.
pub(super) fn put_mark(db: &Db, mark: &Mark) -> Result<(), StoreError> {
    db.run("DELETE FROM journal", &[])?;
    db.run(
        "INSERT INTO journal (epoch, seq) VALUES (?1, ?2)",
        &[Value::Text(&mark.epoch), Value::Number(mark.seq)],
    )?;
    Ok(())
}

fn folder(dir: &Path) -> PathBuf {
    dir.join("vault")
}

/// Where the lines are.
pub(super) fn lines_path(dir: &Path) -> PathBuf {
    folder(dir).join(LINES)
}

/// Where the copy is that they follow.
pub(super) fn base_path(dir: &Path) -> PathBuf {
    folder(dir).join(BASE)
}

/// A line that is on disk and whose commit is still to come; the file is locked until then.
pub(super) struct Written {
    file: File,
    from: u64,
}

impl Written {
    /// The commit came to nothing.
    pub(super) fn take_back(self) {
        if let Err(e) = self.file.set_len(self.from) {
            // The next line has the same number and replaces it.
            tracing::warn!(error = %e, "a line of the journal could not be taken back");
        }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        // Not left to the closing: where that fails, the next line would wait for ever.
        if let Err(e) = self.file.unlock() {
            tracing::warn!(error = %e, "the journal could not be unlocked");
        }
    }
}

/// Writes down what a transaction has changed, and moves the database's mark; to be called in the transaction.
pub(super) fn append(
    db: &Db,
    dir: &Path,
    steps: &[Step],
    schema: i64,
) -> Result<Option<Written>, StoreError> {
    if steps.is_empty() {
        return Ok(None);
    }
    let Some(before) = mark(db)? else {
        // A database of before there were journals; the next opening begins one.
        return Ok(None);
    };
    let next = Mark {
        seq: before.seq + 1,
        ..before
    };
    let line = line(schema, Timestamp::now(), steps, &next)?;
    let path = lines_path(dir);
    let fresh = !path.try_exists()?;
    if fresh {
        fs::create_dir_all(folder(dir))?;
    }
    let mut file = File::options()
        .create(true)
        .read(true)
        .append(true)
        .open(&path)?;
    file.lock()?;
    let from = file.metadata()?.len();
    let torn = from > 0 && {
        let mut last = [0];
        file.seek(SeekFrom::Start(from - 1))?;
        file.read_exact(&mut last)?;
        last != *b"\n"
    };
    let lead: &[u8] = if torn { b"\n" } else { b"" };
    let written = file
        .write_all(&[lead, &line].concat())
        .and_then(|()| file.sync_data())
        .and_then(|()| match fresh {
            true => File::open(folder(dir))?.sync_all(),
            false => Ok(()),
        });
    let entry = Written { file, from };
    if let Err(e) = written.map_err(StoreError::from).and_then(|()| {
        db.run("UPDATE journal SET seq = ?1", &[Value::Number(next.seq)])?;
        Ok(())
    }) {
        entry.take_back();
        return Err(e);
    }
    Ok(Some(entry))
}

fn line(schema: i64, at: Timestamp, steps: &[Step], mark: &Mark) -> Result<Vec<u8>, StoreError> {
    #[derive(Serialize)]
    struct Entry<'a> {
        schema: i64,
        at: Timestamp,
        steps: &'a [Step],
        epoch: &'a str,
        seq: i64,
    }
    let entry = Entry {
        schema,
        at,
        steps,
        epoch: &mark.epoch,
        seq: mark.seq,
    };
    let mut line = serde_json::to_vec(&entry).map_err(|e| StoreError::Record("journal", e))?;
    line.pop();
    let sum = sum(&line);
    line.extend_from_slice(format!(",\"sum\":\"{sum}\"}}\n").as_bytes());
    Ok(line)
}

fn sum(bytes: &[u8]) -> String {
    let mut sum = blake3::hash(bytes).to_hex().to_string();
    sum.truncate(SUM_DIGITS);
    sum
}

/// A line as it was written; none when it is torn or damaged.
fn parse(line: &[u8]) -> Option<Line> {
    let body = line.len().checked_sub(SUM_DIGITS + 10)?;
    let (body, end) = line.split_at(body);
    let whole = end == format!(",\"sum\":\"{}\"}}", sum(body)).as_bytes();
    whole.then(|| serde_json::from_slice(line).ok())?
}

/// The lines of a journal that count, oldest first.
#[derive(Debug, Default)]
pub(super) struct Journal {
    lines: Vec<Line>,
}

impl Journal {
    /// Reads it; an absent one is empty.
    pub(super) fn read(dir: &Path) -> Result<Self, StoreError> {
        let mut journal = Self::default();
        for line in raw(dir)?.split(|b| *b == b'\n') {
            let Some(line) = parse(line) else { continue };
            if journal.epoch() != Some(&line.mark.epoch) {
                journal.lines.clear();
            }
            // What was not committed gave way to this one.
            while journal
                .lines
                .last()
                .is_some_and(|l| l.mark.seq >= line.mark.seq)
            {
                journal.lines.pop();
            }
            journal.lines.push(line);
        }
        Ok(journal)
    }

    fn epoch(&self) -> Option<&String> {
        self.lines.first().map(|l| &l.mark.epoch)
    }

    /// Where it begins: the database before its first line.
    pub(super) fn start(&self) -> Option<Mark> {
        let first = &self.lines.first()?.mark;
        Some(Mark {
            epoch: first.epoch.clone(),
            seq: first.seq - 1,
        })
    }

    /// Where it ends.
    pub(super) fn end(&self) -> Option<&Mark> {
        self.lines.last().map(|l| &l.mark)
    }

    /// The lines that follow a database without a gap.
    pub(super) fn following(&self, mark: &Mark) -> &[Line] {
        if self.epoch() != Some(&mark.epoch) {
            return &[];
        }
        let Some(first) = self.lines.iter().position(|l| l.mark.seq == mark.seq + 1) else {
            return &[];
        };
        let lines = &self.lines[first..];
        let mut next = mark.seq + 1;
        let count = lines
            .iter()
            .take_while(|l| {
                next += 1;
                l.mark.seq == next - 1
            })
            .count();
        &lines[..count]
    }
}

fn raw(dir: &Path) -> Result<Vec<u8>, StoreError> {
    match fs::read(lines_path(dir)) {
        Ok(bytes) => Ok(bytes),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e.into()),
    }
}

/// The place of the last line, without reading the others where that is possible.
fn last(dir: &Path) -> Result<Option<Mark>, StoreError> {
    let mut file = match File::open(lines_path(dir)) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e.into()),
    };
    let len = file.metadata()?.len();
    file.seek(SeekFrom::Start(len.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let end = String::from_utf8_lossy(&tail);
    // Within a text of the line the marks of quotation are escaped.
    let mark = end.strip_suffix('\n').and_then(|end| {
        let at = end.rfind(",\"epoch\":")?;
        serde_json::from_str::<Mark>(&format!("{{{}", end.get(at + 1..)?)).ok()
    });
    match mark {
        Some(mark) => Ok(Some(mark)),
        None => Ok(Journal::read(dir)?.end().cloned()),
    }
}

impl Store {
    /// Does everything or nothing, and writes it into the journal.
    ///
    /// # Errors
    /// The database or the disk says no, or the work does; nothing of it is kept then.
    pub(super) fn whole<T>(
        &self,
        work: impl FnOnce(&Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut written = None;
        let done = self.db.whole(|db| {
            db.listen();
            let done = work(db);
            let steps = db.heard();
            let done = done?;
            written = append(db, &self.dir, &steps, super::latest())?;
            Ok(done)
        });
        if let (Some(line), Err(_)) = (written, &done) {
            line.take_back();
        }
        done
    }

    /// Replaces the journal by a fresh copy of the database; lines that come meanwhile stay.
    ///
    /// # Errors
    /// The disk says no; the old journal stays good then.
    pub(super) fn begin_journal(&self) -> Result<(), StoreError> {
        let dir = &self.dir;
        fs::create_dir_all(folder(dir))?;
        let base = copy(&self.db, &base_path(dir))?;
        self.db.whole(|_| {
            let late = Journal::read(dir)?;
            let late = late.following(&base);
            let kept: Vec<u8> = if late.is_empty() {
                Vec::new()
            } else {
                let (first, bytes) = (late[0].mark.seq, raw(dir)?);
                let stays = |l: &[u8]| parse(l).is_some_and(|l| l.mark.seq >= first);
                let lines = bytes.split_inclusive(|b| *b == b'\n');
                lines
                    .filter(|l| stays(l.strip_suffix(b"\n").unwrap_or(l)))
                    .flatten()
                    .copied()
                    .collect()
            };
            replace(&lines_path(dir), |file| file.write_all(&kept))
        })
    }

    /// Lets a fresh copy take the place of lines that have become many.
    ///
    /// # Errors
    /// The disk says no; the old journal stays good then.
    pub fn tidy_journal(&self) -> Result<(), StoreError> {
        let len = fs::metadata(lines_path(&self.dir)).map_or(0, |m| m.len());
        if len > FULL {
            self.begin_journal()?;
        }
        Ok(())
    }

    /// Whether the journal goes as far as the database does.
    ///
    /// # Errors
    /// Either is not readable.
    pub fn is_journalled(&self) -> Result<bool, StoreError> {
        let Some(mark) = mark(&self.db)? else {
            return Ok(false);
        };
        // One line may be ahead of its commit.
        let end = end(&self.dir)?;
        Ok(end.is_some_and(|end| end.epoch == mark.epoch && end.seq >= mark.seq))
    }
}

/// The place to which lines, or without any the copy they follow, go.
pub(super) fn end(dir: &Path) -> Result<Option<Mark>, StoreError> {
    Ok(last(dir)?.or_else(|| base_mark(dir)))
}

/// The place of the copy that the journal follows.
fn base_mark(dir: &Path) -> Option<Mark> {
    let db = Db::look(&base_path(dir)).ok()?;
    mark(&db).ok().flatten()
}

/// Copies a database; whole or not at all. Returns the place it goes to.
pub(super) fn copy(db: &Db, target: &Path) -> Result<Mark, StoreError> {
    let temp = target.with_extension("new");
    if temp.try_exists()? {
        fs::remove_file(&temp)?;
    }
    db.run("VACUUM INTO ?1", &[Value::Text(&temp.to_string_lossy())])?;
    File::open(&temp)?.sync_all()?;
    let copied = Db::look(&temp).map_err(StoreError::from);
    let mark = copied.and_then(|db| mark(&db))?.unwrap_or_default();
    put(&temp, target)?;
    Ok(mark)
}

fn replace(
    target: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), StoreError> {
    let temp = target.with_extension("new");
    let mut file = File::create(&temp)?;
    write(&mut file)?;
    file.sync_all()?;
    put(&temp, target)
}

/// Puts a file in place of another one, on disk when this returns.
pub(super) fn put(temp: &Path, target: &Path) -> Result<(), StoreError> {
    fs::rename(temp, target)?;
    if let Some(folder) = target.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
