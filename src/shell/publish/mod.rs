//! Atomic publishing: what people open is whole at every instant, a hand-edited copy is kept first, an open one is gone around.

pub mod disk;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use rustix::io::Errno;

use self::disk::split;
pub use self::disk::{Disk, ShareDisk};
use crate::book::own::is_as_written;
use crate::pass::Publication;

/// Waits between tries of a rename that another program blocks, milliseconds.
const RETRY_MS: &[u64] = &[20, 50, 100, 200];
/// Age of our own leftovers before they are cleaned.
const LEFTOVER_AGE: Duration = Duration::from_secs(3600);

/// Our words in file names.
#[derive(Clone, Debug)]
pub struct Words {
    /// Beside the name of a copy that a person edited by hand.
    pub edited: String,
    /// Beside the name of a fresh workbook whose place is taken.
    pub fresh: String,
}

/// What became of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The same bytes were there.
    Unchanged,
    /// Written.
    Written,
    /// Its place is held by another program: written beside it under this path, to be tried again.
    Beside(String, String),
}

/// A publication done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Path relative to the share.
    pub path: String,
    /// Hash of its bytes.
    pub hash: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Where a copy edited by hand was kept.
    pub kept: Option<String>,
}

/// Why nothing could be published; the pass is kept and tried again.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The marker is missing.
    #[error("the share is away, nothing is written: {0}")]
    Away(io::Error),
    /// The file system says no.
    #[error("{path} cannot be written: {source}")]
    NotWritable {
        /// Which file.
        path: String,
        /// Why.
        source: io::Error,
    },
}

/// Hashes that are ours by path: what was published, and what was about to be when a crash came.
pub type Ours = BTreeMap<String, BTreeSet<String>>;

/// Publishes workbooks.
#[derive(Debug)]
pub struct Publisher<D> {
    disk: D,
    words: Words,
    local: DateTime,
    today: SystemTime,
    serial: u32,
    /// Our names in workbooks.
    authors: Vec<String>,
    /// The record of what was published is older than what stands there.
    restored: bool,
}

impl<D: Disk> Publisher<D> {
    /// A publisher for one pass; `local` names copies and alternates.
    pub fn new(disk: D, words: Words, local: DateTime, today: SystemTime) -> Self {
        Self {
            disk,
            words,
            local,
            today,
            serial: 0,
            authors: Vec::new(),
            restored: false,
        }
    }

    /// Knows our own workbooks by their author and by that nobody saved them since, where there is no record of what was published, or
    /// where it was restored and may be old.
    #[must_use]
    pub fn recognising(mut self, authors: Vec<String>, restored: bool) -> Self {
        self.authors = authors;
        self.restored = restored;
        self
    }

    /// Publishes one file. `ours` tells our own bytes from a person's.
    ///
    /// # Errors
    /// The share is away or not writable; what was there is still there, whole.
    pub fn publish(
        &mut self,
        publication: &Publication,
        ours: &Ours,
    ) -> Result<Published, PublishError> {
        self.disk.present().map_err(PublishError::Away)?;
        self.publish_present(publication, ours)
            .map_err(|source| PublishError::NotWritable {
                path: publication.path.clone(),
                source,
            })
    }

    fn publish_present(&mut self, publication: &Publication, ours: &Ours) -> io::Result<Published> {
        let path = publication.path.as_str();
        let hash = hash_of(&publication.bytes);
        let (folder, _) = split(path);
        let mut done = Published {
            path: path.to_owned(),
            hash: hash.clone(),
            outcome: Outcome::Unchanged,
            kept: None,
        };
        let (present, held) = match self.disk.read(path) {
            Ok(present) => (present, None),
            // Held by another program for itself alone: what cannot be looked at is not replaced either.
            Err(e) if is_busy(&e) => (None, Some(e)),
            Err(e) => return Err(e),
        };
        if let Some(bytes) = &present {
            let seen = hash_of(bytes);
            if seen == hash {
                self.tidy_alternates(path, ours);
                return Ok(done);
            }
            let known = ours.get(path).is_some_and(|known| known.contains(&seen));
            let doubtful = self.restored || !ours.contains_key(path);
            let is_ours =
                known || (doubtful && self.authors.iter().any(|a| is_as_written(bytes, a)));
            if !is_ours {
                done.kept = Some(self.keep_edited(path, bytes)?);
            }
        }
        self.disk.make_folder(folder)?;
        let temp = self.write_temp(path, &publication.bytes, &hash)?;
        let renamed = match held {
            Some(e) => Err(e),
            None => self.rename_patiently(&temp, path),
        };
        match renamed {
            Ok(()) => {
                self.disk.sync_folder(folder)?;
                self.tidy_alternates(path, ours);
                done.outcome = Outcome::Written;
            }
            Err(e) if is_busy(&e) => {
                let beside = self.alternate(path, ours);
                let moved = self.disk.rename(&temp, &beside);
                if let Err(e) = moved {
                    let _ = self.disk.remove(&temp);
                    return Err(e);
                }
                self.disk.sync_folder(folder)?;
                done.outcome = Outcome::Beside(beside, e.to_string());
            }
            Err(e) => {
                let _ = self.disk.remove(&temp);
                return Err(e);
            }
        }
        Ok(done)
    }

    /// Takes back what was published, when it is still as it was written; what a person changed stays theirs.
    ///
    /// # Errors
    /// The share is away, or the file system says no.
    pub fn withdraw(&mut self, path: &str, ours: &Ours) -> Result<(), PublishError> {
        self.disk.present().map_err(PublishError::Away)?;
        let mut take = || {
            let Some(bytes) = self.disk.read(path)? else {
                return Ok(());
            };
            let hash = hash_of(&bytes);
            if ours.get(path).is_some_and(|known| known.contains(&hash)) {
                self.disk.remove(path)?;
                self.disk.sync_folder(split(path).0)?;
            }
            self.tidy_alternates(path, ours);
            Ok(())
        };
        take().map_err(|source| PublishError::NotWritable {
            path: path.to_owned(),
            source,
        })
    }

    /// Removes our own temporary files of crashed runs; nobody else's.
    pub fn clean(&mut self, folders: &BTreeSet<String>) {
        if self.disk.present().is_err() {
            return;
        }
        for folder in folders {
            let Ok(files) = self.disk.list(folder) else {
                continue;
            };
            for (name, modified) in files {
                let old = self
                    .today
                    .duration_since(modified)
                    .is_ok_and(|age| age > LEFTOVER_AGE);
                if old && is_own_temp(&name) {
                    let path = join(folder, &name);
                    match self.disk.remove(&path) {
                        Ok(()) => tracing::info!(file = ?path, "an own leftover was removed"),
                        Err(e) => tracing::warn!(file = ?path, error = %e, "an own leftover stays"),
                    }
                }
            }
        }
    }

    /// Writes, then reads back: network file systems lie.
    fn write_temp(&mut self, path: &str, bytes: &[u8], hash: &str) -> io::Result<String> {
        let (folder, _) = split(path);
        let mut tries = 0;
        let temp = loop {
            let temp = join(folder, &self.temp_name(hash));
            match self.disk.write_new(&temp, bytes, path) {
                Ok(()) => break temp,
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists && tries < 16 => tries += 1,
                Err(e) => return Err(e),
            }
        };
        let again = match self.disk.read(&temp) {
            Ok(again) => again,
            Err(e) => {
                let _ = self.disk.remove(&temp);
                return Err(e);
            }
        };
        if again.is_none_or(|b| hash_of(&b) != hash) {
            let _ = self.disk.remove(&temp);
            return Err(io::Error::other(
                "what was written does not read back the same",
            ));
        }
        Ok(temp)
    }

    /// Names differ by process, moment and turn; a name that is taken is passed over.
    fn temp_name(&mut self, hash: &str) -> String {
        self.serial += 1;
        let since = self
            .today
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let seed = format!(
            "{hash}{}{}{}",
            std::process::id(),
            since.as_nanos(),
            self.serial
        );
        format!(".~nv-{}.tmp", &hash_of(seed.as_bytes())[..8])
    }

    fn rename_patiently(&mut self, from: &str, to: &str) -> io::Result<()> {
        let mut waits = RETRY_MS.iter();
        loop {
            match self.disk.rename(from, to) {
                Err(e) if is_busy(&e) => match waits.next() {
                    Some(ms) => self.disk.pause(*ms),
                    None => return Err(e),
                },
                other => return other,
            }
        }
    }

    /// Keeps what a person wrote into the published workbook, under a name of its own.
    fn keep_edited(&mut self, path: &str, bytes: &[u8]) -> io::Result<String> {
        let (folder, name) = split(path);
        let (stem, extension) = stem(name);
        let stamp = self.local.strftime("%Y-%m-%d %H%M");
        let hash = hash_of(bytes);
        let temp = self.write_temp(path, bytes, &hash)?;
        for turn in 1..100 {
            let more = if turn == 1 {
                String::new()
            } else {
                format!(" {turn}")
            };
            let kept = join(
                folder,
                &format!("{stem} ({} {stamp}{more}){extension}", self.words.edited),
            );
            match self.disk.rename_new(&temp, &kept) {
                Ok(()) => {
                    self.disk.sync_folder(folder)?;
                    return Ok(kept);
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                    if self.disk.read(&kept)?.is_some_and(|b| hash_of(&b) == hash) {
                        self.disk.remove(&temp)?;
                        return Ok(kept);
                    }
                }
                Err(e) => {
                    let _ = self.disk.remove(&temp);
                    return Err(e);
                }
            }
        }
        let _ = self.disk.remove(&temp);
        Err(io::Error::other("too many kept copies within one minute"))
    }

    /// The alternate beside a held target: the one of an earlier try while it is still ours, else a new one.
    fn alternate(&mut self, path: &str, ours: &Ours) -> String {
        if let Some((old, _)) = self.own_alternates(path, ours).into_iter().next() {
            return old;
        }
        let (folder, name) = split(path);
        let (stem, extension) = stem(name);
        let stamp = self.local.strftime("%H%M");
        let mut turn = 1;
        loop {
            let more = if turn == 1 {
                String::new()
            } else {
                format!(" {turn}")
            };
            let beside = join(
                folder,
                &format!("{stem} ({} {stamp}{more}){extension}", self.words.fresh),
            );
            if turn > 99 || matches!(self.disk.read(&beside), Ok(None)) {
                return beside;
            }
            turn += 1;
        }
    }

    /// Alternates of a target on disk whose bytes are ours; one that a person changed is theirs.
    fn own_alternates(&mut self, path: &str, ours: &Ours) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (other, hashes) in ours {
            if !is_alternate_of(other, path, &self.words.fresh) {
                continue;
            }
            if let Ok(Some(bytes)) = self.disk.read(other) {
                let hash = hash_of(&bytes);
                if hashes.contains(&hash) {
                    found.push((other.clone(), hash));
                }
            }
        }
        found
    }

    fn tidy_alternates(&mut self, path: &str, ours: &Ours) {
        for (alternate, _) in self.own_alternates(path, ours) {
            if let Err(e) = self.disk.remove(&alternate) {
                tracing::warn!(file = ?alternate, error = %e, "an alternate workbook stays");
            }
        }
    }
}

/// Whether a path is an alternate of a target (`stem (word HHMM).xlsx`).
#[must_use]
pub fn is_alternate_of(other: &str, path: &str, word: &str) -> bool {
    let (stem, extension) = stem(path);
    other
        .strip_prefix(stem)
        .and_then(|rest| rest.strip_prefix(&format!(" ({word} ")))
        .is_some_and(|rest| rest.ends_with(&format!("){extension}")))
}

/// Our own temporary names: `.~nv-` and eight hex digits.
#[must_use]
pub fn is_own_temp(name: &str) -> bool {
    name.strip_prefix(".~nv-")
        .and_then(|rest| rest.strip_suffix(".tmp"))
        .is_some_and(|hex| hex.len() == 8 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Another program holds the target; its place will be free again.
fn is_busy(e: &io::Error) -> bool {
    e.raw_os_error().is_some_and(|code| {
        [
            Errno::BUSY,
            Errno::ACCESS,
            Errno::PERM,
            Errno::TXTBSY,
            Errno::AGAIN,
        ]
        .iter()
        .any(|errno| errno.raw_os_error() == code)
    })
}

fn hash_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// Name without its extension, and the extension with its dot.
fn stem(name: &str) -> (&str, &str) {
    name.rfind('.').map_or((name, ""), |dot| name.split_at(dot))
}
