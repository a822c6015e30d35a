//! Records that are read together are kept together and packed: the rows of one department, the history of one stretch.
//!
//! A ledger of thirty thousand rows takes a tenth of the room that one JSON text a row takes, and is loaded as fast.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufWriter, Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::sql::{Db, Value};
use super::{Store, StoreError};
use crate::cores;
use crate::domain::ledger::{Event, LedgerRow};
use crate::domain::notice::{Said, TaskMemory};

use Value::{Bytes, Number, Text};

/// Events in one stretch of the history.
const STRETCH: usize = 512;
/// How tightly records are packed.
const LEVEL: u32 = 3;

/// The tables of packed records.
pub(super) const TABLES: &str = "
    CREATE TABLE shelves (kind TEXT NOT NULL, shelf TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (kind, shelf)) STRICT;
    CREATE TABLE history (id INTEGER PRIMARY KEY AUTOINCREMENT, first TEXT NOT NULL, events INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
";

/// The shelf of a record that belongs to no department: one of a few, always the same for a key.
pub(super) fn spread(key: &str) -> String {
    format!("{:x}", blake3::hash(key.as_bytes()).as_bytes()[0] & 0x1f)
}

/// Moves the records of an older database to its shelves, all or none; nothing to do otherwise.
pub(super) fn move_over(db: &mut Db) -> Result<(), StoreError> {
    let mut is_old = false;
    db.each(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'rows'",
        &[],
        |_| {
            is_old = true;
            Ok::<(), StoreError>(())
        },
    )?;
    if !is_old {
        return Ok(());
    }
    db.whole(|db| {
        let rows: BTreeMap<String, LedgerRow> = old(db, "rows", "task")?;
        diff(db, "rows", &BTreeMap::new(), &rows, |_, r| {
            r.department.clone()
        })?;
        let said: BTreeMap<String, Said> = old(db, "said", "key")?;
        diff(db, "said", &BTreeMap::new(), &said, |_, s| s.to.clone())?;
        let memory: BTreeMap<String, TaskMemory> = old(db, "task_memory", "task")?;
        diff(db, "task_memory", &BTreeMap::new(), &memory, |t, _| {
            spread(t)
        })?;
        let mut events = Vec::new();
        db.each("SELECT json FROM events ORDER BY id", &[], |row| {
            events.push(event(row[0].as_bytes())?);
            Ok::<(), StoreError>(())
        })?;
        append(db, &events)?;
        for table in ["rows", "said", "task_memory", "events"] {
            db.run(&format!("DROP TABLE {table}"), &[])?;
        }
        Ok::<(), StoreError>(())
    })?;
    Ok(db.shrink()?)
}

fn old<T: DeserializeOwned>(
    db: &Db,
    table: &'static str,
    key: &str,
) -> Result<BTreeMap<String, T>, StoreError> {
    let mut out = BTreeMap::new();
    db.each(&format!("SELECT {key}, json FROM {table}"), &[], |row| {
        let value = serde_json::from_str(row[1]).map_err(|e| StoreError::Record(table, e))?;
        out.insert(row[0].to_owned(), value);
        Ok::<(), StoreError>(())
    })?;
    Ok(out)
}

fn packed<T: Serialize>(what: &'static str, value: &T) -> Result<Vec<u8>, StoreError> {
    let encoder = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
    let mut writer = BufWriter::with_capacity(64 << 10, encoder);
    serde_json::to_writer(&mut writer, value).map_err(|e| StoreError::Record(what, e))?;
    let encoder = writer.into_inner().map_err(|e| e.into_error())?;
    Ok(encoder.finish()?)
}

/// Undoes [`packed`].
fn unpacked(what: &'static str, bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut json = Vec::with_capacity(bytes.len() * 8);
    DeflateDecoder::new(bytes)
        .read_to_end(&mut json)
        .map_err(|e| StoreError::Packed(what, e))?;
    Ok(json)
}

impl Store {
    /// Records of a kind from all its shelves.
    pub(super) fn shelved<T: DeserializeOwned + Send>(
        &self,
        kind: &'static str,
    ) -> Result<BTreeMap<String, T>, StoreError> {
        let mut shelves: Vec<Vec<u8>> = Vec::new();
        self.db.packs(
            "SELECT shelf, data FROM shelves WHERE kind = ?1",
            &[Text(kind)],
            |_, data| {
                shelves.push(data.to_vec());
                Ok::<(), StoreError>(())
            },
        )?;
        let read = cores::map(&shelves, |data| {
            let json = unpacked(kind, data)?;
            serde_json::from_slice::<BTreeMap<String, T>>(&json)
                .map_err(|e| StoreError::Record(kind, e))
        });
        let mut all: Vec<(String, T)> = Vec::new();
        for some in read {
            all.extend(some?);
        }
        Ok(all.into_iter().collect())
    }

    /// The newest events, newest first, at most so many.
    pub(super) fn newest_events(&self, most: u64) -> Result<Vec<Event>, StoreError> {
        let mut from = i64::MAX;
        let mut counted = 0_u64;
        self.db.each(
            "SELECT CAST(id AS TEXT), CAST(events AS TEXT) FROM history ORDER BY id DESC",
            &[],
            |row| {
                if counted < most {
                    from = row[0].parse().unwrap_or(0);
                    counted += row[1].parse().unwrap_or(0);
                }
                Ok::<(), StoreError>(())
            },
        )?;
        let mut events = Vec::new();
        let skipped = usize::try_from(counted.saturating_sub(most)).unwrap_or(0);
        let mut first = true;
        self.stretches("WHERE id >= ?1", &[Number(from)], |_, lines| {
            let skipped = if std::mem::take(&mut first) {
                skipped
            } else {
                0
            };
            for line in lines.split(|b| *b == b'\n').skip(skipped) {
                events.push(event(line)?);
            }
            Ok(())
        })?;
        events.reverse();
        Ok(events)
    }

    /// The history up to a day, of one task or of all, oldest first.
    pub(super) fn past_events(
        &self,
        until: Option<Date>,
        task: Option<&str>,
    ) -> Result<Vec<Event>, StoreError> {
        let until_text = until.map_or_else(|| "9999".to_owned(), |d| d.to_string());
        // Only lines that name the task are read as events.
        let named = task.map(|t| serde_json::json!({ "task": t }).to_string());
        let named = named
            .as_deref()
            .map(|n| n.trim_matches(['{', '}']).as_bytes());
        let mut events = Vec::new();
        self.stretches("WHERE first <= ?1", &[Text(&until_text)], |_, lines| {
            for line in lines.split(|b| *b == b'\n') {
                if named.is_some_and(|n| !holds(line, n)) {
                    continue;
                }
                let event = event(line)?;
                if until.is_none_or(|d| event.day <= d) && task.is_none_or(|t| event.task == t) {
                    events.push(event);
                }
            }
            Ok(())
        })?;
        Ok(events)
    }

    /// Hands over the stretches of the history, oldest first: number and lines of JSON.
    fn stretches(
        &self,
        which: &str,
        values: &[Value<'_>],
        mut take: impl FnMut(&str, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let sql = format!("SELECT CAST(id AS TEXT), data FROM history {which} ORDER BY id");
        self.db.packs(&sql, values, |id, data| {
            take(id, &unpacked("events", data)?)
        })
    }
}

/// What becomes of an event that is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// It stays as it is.
    Same,
    /// It was changed.
    Changed,
    /// It leaves the history.
    Gone,
}

/// Goes through the whole history and writes anew what was changed.
pub(super) fn rewrite(db: &Db, mut look: impl FnMut(&mut Event) -> Kept) -> Result<(), StoreError> {
    let mut changed: Vec<(String, Vec<Event>)> = Vec::new();
    db.packs(
        "SELECT CAST(id AS TEXT), data FROM history ORDER BY id",
        &[],
        |id, data| {
            let mut stretch = Vec::new();
            let mut touched = false;
            for line in unpacked("events", data)?.split(|b| *b == b'\n') {
                let mut event = event(line)?;
                let kept = look(&mut event);
                touched |= kept != Kept::Same;
                if kept != Kept::Gone {
                    stretch.push(event);
                }
            }
            if touched {
                changed.push((id.to_owned(), stretch));
            }
            Ok::<(), StoreError>(())
        },
    )?;
    for (id, stretch) in changed {
        if stretch.is_empty() {
            db.run(
                "DELETE FROM history WHERE id = CAST(?1 AS INTEGER)",
                &[Text(&id)],
            )?;
            continue;
        }
        let (first, data) = lines(&stretch)?;
        db.run(
            "UPDATE history SET first = ?2, events = ?3, data = ?4 WHERE id = CAST(?1 AS INTEGER)",
            &[
                Text(&id),
                Text(&first),
                Number(count(&stretch)),
                Bytes(&data),
            ],
        )?;
    }
    Ok(())
}

fn event(line: &[u8]) -> Result<Event, StoreError> {
    serde_json::from_slice(line).map_err(|e| StoreError::Record("events", e))
}

fn holds(line: &[u8], part: &[u8]) -> bool {
    line.windows(part.len()).any(|w| w == part)
}

/// Appends events to the history.
pub(super) fn append(db: &Db, events: &[Event]) -> Result<(), StoreError> {
    let stretches: Vec<&[Event]> = events.chunks(STRETCH).collect();
    let packed = cores::map(&stretches, |stretch| lines(stretch));
    for (stretch, packed) in stretches.into_iter().zip(packed) {
        let (first, data) = packed?;
        db.run(
            "INSERT INTO history (first, events, data) VALUES (?1, ?2, ?3)",
            &[Text(&first), Number(count(stretch)), Bytes(&data)],
        )?;
    }
    Ok(())
}

/// The earliest day of a stretch, and its events packed, one a line.
fn lines(stretch: &[Event]) -> Result<(String, Vec<u8>), StoreError> {
    let encoder = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
    let mut writer = BufWriter::with_capacity(64 << 10, encoder);
    for (n, event) in stretch.iter().enumerate() {
        if n > 0 {
            writer.write_all(b"\n")?;
        }
        serde_json::to_writer(&mut writer, event).map_err(|e| StoreError::Record("events", e))?;
    }
    let encoder = writer.into_inner().map_err(|e| e.into_error())?;
    let first = stretch.iter().map(|e| e.day).min();
    Ok((
        first.map(|d| d.to_string()).unwrap_or_default(),
        encoder.finish()?,
    ))
}

fn count(events: &[Event]) -> i64 {
    i64::try_from(events.len()).unwrap_or(i64::MAX)
}

/// Writes the shelves on which anything changed.
pub(super) fn diff<T: Serialize + PartialEq + Sync>(
    db: &Db,
    kind: &'static str,
    before: &BTreeMap<String, T>,
    after: &BTreeMap<String, T>,
    shelf: impl Fn(&str, &T) -> String,
) -> Result<(), StoreError> {
    let mut changed: BTreeSet<String> = BTreeSet::new();
    for (key, value) in after {
        let old = before.get(key);
        if old != Some(value) {
            changed.insert(shelf(key, value));
            changed.extend(old.map(|old| shelf(key, old)));
        }
    }
    for (key, old) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        changed.insert(shelf(key, old));
    }
    if changed.is_empty() {
        return Ok(());
    }
    let mut shelves: BTreeMap<&str, BTreeMap<&str, &T>> = BTreeMap::new();
    for (key, value) in after {
        if let Some(name) = changed.get(&shelf(key, value)) {
            shelves.entry(name).or_default().insert(key, value);
        }
    }
    for name in changed.iter().filter(|n| !shelves.contains_key(n.as_str())) {
        db.run(
            "DELETE FROM shelves WHERE kind = ?1 AND shelf = ?2",
            &[Text(kind), Text(name)],
        )?;
    }
    let shelves: Vec<(&str, BTreeMap<&str, &T>)> = shelves.into_iter().collect();
    let packs = cores::map(&shelves, |(_, records)| packed(kind, records));
    for ((name, _), pack) in shelves.iter().zip(packs) {
        db.run(
            "INSERT OR REPLACE INTO shelves (kind, shelf, data) VALUES (?1, ?2, ?3)",
            &[Text(kind), Text(name), Bytes(&pack?)],
        )?;
    }
    Ok(())
}
