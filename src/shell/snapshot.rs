//! From a complete scan to a snapshot: bytes read once, hashed, parsed elsewhere; unchanged files are not read again.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::folder::names::Place;
use super::folder::{self, Entry, Listing, ReadFault, Root, ShareError, Stat, names};
use crate::config::Config;
use crate::domain::reading::Reading;
use crate::domain::snapshot::{FileFault, Role, SeenFile, Snapshot};

/// Bytes of workbooks held in memory at once while a share is read.
const BATCH_BYTES: u64 = 64 << 20;
/// Files parsed in one batch.
const BATCH_FILES: usize = 256;
/// A time stamp this fresh may hide a second change within the same tick: such a file is read again.
const RACY_NS: i128 = 2_000_000_000;
/// An incomplete file is reported as still being saved for so long in the daemon, then as cut short.
const INCOMPLETE_GRACE: Duration = Duration::from_secs(60);
/// A mass disappearance is believed only after this long, seconds.
const FUSE_S: i64 = 24 * 3600;

/// Turns bytes of workbooks into readings, in order; a fault of one never touches another.
pub type Parse<'a> = dyn Fn(Vec<Arc<[u8]>>) -> Vec<Result<Reading, FileFault>> + Sync + 'a;
/// Keeps the bytes of a workbook by its hash.
pub type Keep<'a> = dyn Fn(&str, &[u8]) -> std::io::Result<()> + Sync + 'a;

/// What reading needs from outside.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// Bytes to readings.
    pub parse: &'a Parse<'a>,
    /// Where received versions are kept; none for looks without effect.
    pub keep: Option<&'a Keep<'a>>,
}

/// How much is believed at first sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// One look: what is absent in a complete scan is gone, the approved annex at the second look.
    Once,
    /// The daemon: absent twice, and for the settings' grace.
    Daemon,
}

/// A known file that is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Since which complete scan.
    pub since: Timestamp,
    /// Complete scans that lacked it.
    pub scans: u32,
}

/// Absences by path; the store keeps them over restarts.
pub type Absences = BTreeMap<String, Absence>;

/// Reads the share again and again, remembering what has not changed.
#[derive(Debug, Default)]
pub struct Scanner {
    cache: HashMap<OsString, Cached>,
    /// Known files that are absent.
    pub absences: Absences,
    /// Why files could not be opened at the last look, by shown path; for the operator.
    pub faults: BTreeMap<String, String>,
    last_full: Option<Instant>,
}

#[derive(Clone, Debug)]
struct Cached {
    stat: Stat,
    /// When it was read, nanoseconds since 1970.
    read_ns: i128,
    hash: String,
    content: Result<Arc<Reading>, FileFault>,
}

impl Scanner {
    /// A scanner that goes on from stored absences (JSON); a text that is none starts anew.
    #[must_use]
    pub fn remembering(absences: Option<&str>) -> Self {
        Self {
            absences: absences
                .and_then(|json| serde_json::from_str(json).ok())
                .unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Forgets every reading: the settings or the words we understand have changed.
    pub fn forget(&mut self) {
        self.cache.clear();
    }

    /// Whether the next snapshot reads every file again.
    #[must_use]
    pub fn full_due(&self, config: &Config) -> bool {
        self.last_full
            .is_none_or(|at| at.elapsed() >= Duration::from_secs(config.watch.full_hash_s))
    }

    /// Files of a listing that differ from what was read, gone ones too, each with the time of its change, nanoseconds since 1970.
    #[must_use]
    pub fn news(&self, listing: &Listing) -> Vec<(String, i128)> {
        let mut news: Vec<(String, i128)> = listing
            .files
            .iter()
            .filter(|e| self.cache.get(&e.raw).is_none_or(|c| c.stat != e.stat))
            .map(|e| (e.shown.clone(), e.stat.mtime_ns.max(e.stat.ctime_ns)))
            .collect();
        let present: HashSet<&OsString> = listing.files.iter().map(|e| &e.raw).collect();
        let now = Timestamp::now().as_nanosecond();
        news.extend(
            self.cache
                .keys()
                .filter(|raw| !present.contains(raw))
                .map(|raw| (names::shown(raw), now))
                // What is doubted already is looked at again by its own time.
                .filter(|(path, _)| !self.absences.contains_key(path) && !listing.is_closed(path)),
        );
        news
    }

    /// Takes a snapshot. `known` are the files the ledger was fed from, by path, with their hash.
    ///
    /// # Errors
    /// The share is away or could not be scanned to its end; nothing may be concluded then.
    pub fn take(
        &mut self,
        config: &Config,
        patience: Patience,
        known: &BTreeMap<String, String>,
        reader: Reader<'_>,
    ) -> Result<Snapshot, ShareError> {
        let listing = folder::scan(config)?;
        let full = self.full_due(config);
        self.read_changed(config, patience, &listing, full, reader)?;
        // The marker again: what was read between may have been a false root.
        let after = Root::open(&config.share)?.identity()?;
        if after != listing.identity {
            return Err(ShareError::Failed(
                config.share.clone(),
                "the folder was exchanged while it was read".to_owned(),
            ));
        }
        if full {
            self.last_full = Some(Instant::now());
        }
        let shown: HashSet<&String> = listing.files.iter().map(|e| &e.shown).collect();
        self.faults.retain(|path, _| shown.contains(path));
        let mut snapshot = Snapshot {
            files: listing.files.iter().map(|e| self.seen(e)).collect(),
            oddities: listing.oddities.clone(),
            doubted: Vec::new(),
        };
        self.missing(config, patience, &listing, known, &mut snapshot);
        let present: HashSet<&OsString> = listing.files.iter().map(|e| &e.raw).collect();
        let doubted: HashSet<&String> = snapshot.doubted.iter().collect();
        self.cache
            .retain(|raw, _| present.contains(raw) || doubted.contains(&names::shown(raw)));
        let away: Vec<SeenFile> = snapshot
            .doubted
            .iter()
            .map(|path| self.away(config, path))
            .collect();
        snapshot.files.extend(away);
        snapshot.files.sort_by(|a, b| a.path.cmp(&b.path));
        snapshot.oddities.sort();
        Ok(snapshot)
    }

    fn read_changed(
        &mut self,
        config: &Config,
        patience: Patience,
        listing: &Listing,
        full: bool,
        reader: Reader<'_>,
    ) -> Result<(), ShareError> {
        let root = Root::open(&config.share)?;
        let mut batch = Batch::default();
        for entry in &listing.files {
            let unchanged = self.cache.get(&entry.raw).is_some_and(|c| {
                c.stat == entry.stat
                    && !full
                    && c.content != Err(FileFault::Unsettled)
                    && c.read_ns - entry.stat.mtime_ns.max(entry.stat.ctime_ns) > RACY_NS
            });
            if unchanged {
                continue;
            }
            if batch.bytes + entry.stat.size > BATCH_BYTES || batch.files.len() >= BATCH_FILES {
                self.settle_batch(config, patience, std::mem::take(&mut batch), reader);
            }
            self.read_one(config, &root, entry, &mut batch);
        }
        self.settle_batch(config, patience, batch, reader);
        Ok(())
    }

    fn read_one(&mut self, config: &Config, root: &Root, entry: &Entry, batch: &mut Batch) {
        let read_ns = Timestamp::now().as_nanosecond();
        let max = config.limits.file_bytes_max;
        let fault = match root.read(&entry.raw, max) {
            Ok((stat, bytes)) => {
                self.faults.remove(&entry.shown);
                let hash = blake3::hash(&bytes).to_hex().to_string();
                if let Some(same) = self.same_bytes(&entry.raw, &hash) {
                    let cached = Cached {
                        stat,
                        read_ns,
                        hash,
                        content: same,
                    };
                    self.cache.insert(entry.raw.clone(), cached);
                    return;
                }
                if let Some(format) = names::other_format(&entry.shown) {
                    let content = Err(FileFault::OtherFormat(format));
                    let cached = Cached {
                        stat,
                        read_ns,
                        hash,
                        content,
                    };
                    self.cache.insert(entry.raw.clone(), cached);
                    return;
                }
                batch.bytes += bytes.len() as u64;
                batch.files.push(Fresh {
                    raw: entry.raw.clone(),
                    stat,
                    read_ns,
                    hash,
                    bytes: bytes.into(),
                });
                return;
            }
            Err(ReadFault::TooLarge) => FileFault::TooLarge {
                limit: "file_bytes_max".to_owned(),
                max,
            },
            Err(ReadFault::Changing | ReadFault::NotRegular) => FileFault::Unsettled,
            Err(ReadFault::Io(e)) => {
                let why = e.to_string();
                if self.faults.get(&entry.shown) != Some(&why) {
                    tracing::warn!(file = ?entry.shown, error = %e, "a workbook cannot be opened now; it is tried again");
                }
                self.faults.insert(entry.shown.clone(), why);
                FileFault::Unsettled
            }
        };
        self.cache.insert(
            entry.raw.clone(),
            Cached {
                stat: entry.stat,
                read_ns,
                hash: String::new(),
                content: Err(fault),
            },
        );
    }

    /// The reading of the same bytes, when some file had them before; faults that pass with time are looked at again.
    fn same_bytes(&self, raw: &OsString, hash: &str) -> Option<Result<Arc<Reading>, FileFault>> {
        let own = self.cache.get(raw).filter(|c| c.hash == hash);
        let cached = own.or_else(|| {
            self.cache
                .values()
                .find(|c| c.hash == hash && c.content.is_ok())
        })?;
        match &cached.content {
            Err(FileFault::Unsettled | FileFault::Unreadable(_)) => None,
            content => Some(content.clone()),
        }
    }

    fn settle_batch(
        &mut self,
        config: &Config,
        patience: Patience,
        batch: Batch,
        reader: Reader<'_>,
    ) {
        if batch.files.is_empty() {
            return;
        }
        let bytes: Vec<Arc<[u8]>> = batch.files.iter().map(|f| Arc::clone(&f.bytes)).collect();
        let mut readings = (reader.parse)(bytes).into_iter();
        for fresh in batch.files {
            let reading = readings.next().unwrap_or_else(|| {
                Err(FileFault::Unreadable(
                    "the parser gave no answer".to_owned(),
                ))
            });
            let content = match reading {
                Err(FileFault::Unreadable(_))
                    if looks_incomplete(&fresh.bytes) && is_fresh(config, patience, fresh.stat) =>
                {
                    Err(FileFault::Unsettled)
                }
                other => other.map(Arc::new),
            };
            if let Some(keep) = reader.keep
                && may_be_kept(&content)
                && let Err(e) = keep(&fresh.hash, &fresh.bytes)
            {
                tracing::error!(hash = fresh.hash, error = %e, "a workbook version could not be kept in the vault");
            }
            self.cache.insert(
                fresh.raw,
                Cached {
                    stat: fresh.stat,
                    read_ns: fresh.read_ns,
                    hash: fresh.hash,
                    content,
                },
            );
        }
    }

    fn seen(&self, entry: &Entry) -> SeenFile {
        let cached = self.cache.get(&entry.raw);
        let stat = cached.map_or(entry.stat, |c| c.stat);
        SeenFile {
            path: entry.shown.clone(),
            folder: entry.folder.clone(),
            role: entry.role,
            hash: cached.map(|c| c.hash.clone()).unwrap_or_default(),
            size: stat.size,
            modified: Timestamp::from_nanosecond(stat.mtime_ns).unwrap_or(Timestamp::UNIX_EPOCH),
            content: cached.map_or(Err(FileFault::Unsettled), |c| c.content.clone()),
        }
    }

    /// A file whose absence is not believed, as it was last read; after a restart as one that cannot be read now.
    fn away(&self, config: &Config, path: &str) -> SeenFile {
        let cached = self
            .cache
            .iter()
            .find(|(raw, _)| names::shown(raw) == path)
            .map(|(_, cached)| cached);
        SeenFile {
            path: path.to_owned(),
            folder: path.split_once('/').map(|(first, _)| first.to_owned()),
            role: match names::place(config, path) {
                Place::Baseline => Role::Baseline,
                Place::Trial => Role::Trial,
                Place::Common => Role::Common,
                Place::Annex | Place::Output => Role::Annex,
            },
            hash: cached.map(|c| c.hash.clone()).unwrap_or_default(),
            size: cached.map_or(0, |c| c.stat.size),
            modified: cached
                .and_then(|c| Timestamp::from_nanosecond(c.stat.mtime_ns).ok())
                .unwrap_or(Timestamp::UNIX_EPOCH),
            content: cached.map_or(Err(FileFault::Unsettled), |c| c.content.clone()),
        }
    }

    /// Known files that are absent: doubted until the daemon may believe it, told of when a save was interrupted.
    fn missing(
        &mut self,
        config: &Config,
        patience: Patience,
        listing: &Listing,
        known: &BTreeMap<String, String>,
        snapshot: &mut Snapshot,
    ) {
        let now = Timestamp::now();
        let present = |path: &str| {
            snapshot
                .files
                .binary_search_by(|f| f.path.as_str().cmp(path))
                .is_ok()
        };
        let (hidden, missing): (Vec<_>, Vec<_>) = known
            .iter()
            .filter(|(path, _)| !present(path))
            .partition(|(path, _)| listing.is_closed(path));
        self.absences
            .retain(|path, _| missing.iter().any(|(p, _)| *p == path));
        let fuse = missing.len() > 3.max(known.len() / 5);
        let mut doubted: Vec<String> = hidden.into_iter().map(|(path, _)| path.clone()).collect();
        for (path, hash) in missing {
            let absence = self.absences.entry(path.clone()).or_insert(Absence {
                since: now,
                scans: 0,
            });
            absence.scans += 1;
            let age_s = now.as_second() - absence.since.as_second();
            let grace_s = i64::try_from(config.watch.deletion_s).unwrap_or(i64::MAX);
            let moved = !hash.is_empty() && snapshot.files.iter().any(|f| &f.hash == hash);
            let believed = match patience {
                _ if moved => true,
                _ if fuse => age_s >= FUSE_S && absence.scans >= 2,
                // What binds every department is not given up at one look.
                Patience::Once if names::place(config, path) == Place::Baseline => {
                    absence.scans >= 2
                }
                Patience::Once => true,
                Patience::Daemon => absence.scans >= 2 && age_s >= grace_s,
            };
            let hex = interrupted_save(config, listing, path);
            if !believed || hex.is_some() && age_s < FUSE_S {
                doubted.push(path.clone());
            }
            if let Some(hex) = hex
                && (patience == Patience::Once || absence.scans >= 2)
            {
                snapshot.oddities.push((hex, "interrupted-save".to_owned()));
            }
            if fuse && !believed {
                snapshot
                    .oddities
                    .push((path.clone(), "mass-disappearance".to_owned()));
            }
        }
        doubted.sort();
        snapshot.doubted = doubted;
    }
}

#[derive(Default)]
struct Batch {
    files: Vec<Fresh>,
    bytes: u64,
}

struct Fresh {
    raw: OsString,
    stat: Stat,
    read_ns: i128,
    hash: String,
    bytes: Arc<[u8]>,
}

/// Nothing of a state secret is kept, nor of what will be looked at again.
fn may_be_kept(content: &Result<Arc<Reading>, FileFault>) -> bool {
    match content {
        Ok(reading) => !reading
            .tables
            .iter()
            .flat_map(|t| &t.rows)
            .chain(reading.indicators.iter().flat_map(|t| &t.rows))
            .any(|row| row.secret.is_some()),
        Err(FileFault::Unsettled) => false,
        Err(_) => true,
    }
}

/// Whether a file was changed so recently that its writer may still be at work.
fn is_fresh(config: &Config, patience: Patience, stat: Stat) -> bool {
    let settle = Duration::from_millis(config.watch.settle_ms);
    let (grace, changed) = match patience {
        Patience::Once => (settle, stat.mtime_ns),
        // Some programs set an old time at once: the inode's own time tells.
        Patience::Daemon => (
            settle.max(INCOMPLETE_GRACE),
            stat.mtime_ns.max(stat.ctime_ns),
        ),
    };
    let age = Timestamp::now().as_nanosecond() - changed;
    age.unsigned_abs() < grace.as_nanos()
}

/// Whether bytes look like a part of a workbook: nothing yet, no end record, or holes that are still to be filled.
#[must_use]
pub fn looks_incomplete(bytes: &[u8]) -> bool {
    const END_RECORD: &[u8] = b"PK\x05\x06";
    /// Compressed data never holds a run of zeros this long.
    const HOLE: usize = 512;
    if bytes.is_empty() {
        return true;
    }
    let zip = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0, 0, 0, 0]);
    if !zip {
        return false;
    }
    let tail = &bytes[bytes.len().saturating_sub(22 + 65_535)..];
    if !tail.windows(4).any(|w| w == END_RECORD) {
        return true;
    }
    let mut run = 0;
    for byte in bytes {
        run = if *byte == 0 { run + 1 } else { 0 };
        if run >= HOLE {
            return true;
        }
    }
    false
}

/// The whole workbook that Excel left under an eight-digit name beside a name that is gone.
fn interrupted_save(config: &Config, listing: &Listing, missing: &str) -> Option<String> {
    let folder = missing.rsplit_once('/').map_or("", |(folder, _)| folder);
    let root = Root::open(&config.share).ok()?;
    listing.hex.iter().find_map(|(raw, shown)| {
        let at = shown.rsplit_once('/').map_or("", |(folder, _)| folder);
        if at != folder {
            return None;
        }
        let (_, bytes) = root.read(raw, config.limits.file_bytes_max).ok()?;
        (bytes.starts_with(b"PK\x03\x04") && !looks_incomplete(&bytes)).then(|| shown.clone())
    })
}
