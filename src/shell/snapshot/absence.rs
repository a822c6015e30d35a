//! Known files that are absent: when their deletion is believed, and what stands for them until then.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Patience, Scanner, looks_incomplete};
use crate::config::Config;
use crate::domain::snapshot::{FileFault, Role, SeenFile, Snapshot};
use crate::shell::folder::names::{self, Place};
use crate::shell::folder::{Listing, Root};

/// A mass disappearance is believed only after this long, seconds.
const FUSE_S: i64 = 24 * 3600;

/// A known file that is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Since which complete scan.
    pub since: Timestamp,
    /// Complete scans that lacked it.
    pub scans: u32,
    /// Taken for gone.
    #[serde(default)]
    pub believed: bool,
}

/// Absences by path; the store keeps them over restarts.
pub type Absences = BTreeMap<String, Absence>;

impl Scanner {
    /// A file whose absence is not believed, as it was last read; after a restart as one that cannot be read now.
    pub(super) fn away(&self, config: &Config, path: &str) -> SeenFile {
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
    pub(super) fn missing(
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
        let there: BTreeSet<String> = snapshot.files.iter().map(|f| f.hash.clone()).collect();
        let moved = |hash: &str| !hash.is_empty() && there.contains(hash);
        // What was given up longer ago, or only moved, is no part of a wave; what goes one by one within a day is.
        let fresh = missing.iter().filter(|(path, hash)| {
            let long_gone = self
                .absences
                .get(*path)
                .is_some_and(|a| a.believed && now.as_second() - a.since.as_second() >= FUSE_S);
            !long_gone && !moved(hash)
        });
        let fuse = fresh.count() > 3.max(known.len() / 5);
        let mut doubted: Vec<String> = hidden.into_iter().map(|(path, _)| path.clone()).collect();
        for (path, hash) in missing {
            let absence = self.absences.entry(path.clone()).or_insert(Absence {
                since: now,
                scans: 0,
                believed: false,
            });
            absence.scans += 1;
            let age_s = now.as_second() - absence.since.as_second();
            let grace_s = i64::try_from(config.watch.deletion_s).unwrap_or(i64::MAX);
            let moved = moved(hash);
            let believed = match patience {
                _ if moved || absence.believed => true,
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
            } else {
                absence.believed = true;
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
