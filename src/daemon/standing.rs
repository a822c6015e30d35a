//! What the last pass stood on and left behind: while all of it is still so, a pass is over before it begins.
//!
//! Kept only after `pass::is_settled` has shown that the same inputs come to the same result; any commit takes it away first.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::alarms::carried_alarms;
use super::done::Done;
use super::publishing::{output_folders, words};
use super::setup::{PassError, Setup, Steady};
use super::told::Told;
use crate::domain::notice::MailState;
use crate::domain::now::Now;
use crate::domain::snapshot::{FileFault, Snapshot};
use crate::pass::{Effects, State};
use crate::shell::folder::{self, Listing, Root};
use crate::shell::publish::{Disk as _, Outcome, Published, Publisher, ShareDisk};
use crate::shell::store::{Store, StoreError};

/// A file as the last pass read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    path: String,
    role: String,
    size: u64,
    modified_ns: i128,
    hash: String,
}

/// What the last pass stood on and left behind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Standing {
    basis: String,
    share: String,
    files: Vec<Seen>,
    oddities: Vec<(String, String)>,
    outputs: BTreeMap<String, String>,
    told: Told,
}

/// A listing with its files by what a pass looks at, without hashes; none where something is amiss that only a pass can judge.
fn seen(listing: &Listing) -> Option<Vec<Seen>> {
    let plain = listing.hex.is_empty() && listing.closed.is_empty();
    plain.then(|| {
        let files = listing.files.iter().map(|e| Seen {
            path: e.shown.clone(),
            role: format!("{:?} {:?}", e.role, e.folder),
            size: e.stat.size,
            modified_ns: e.stat.mtime_ns,
            hash: String::new(),
        });
        files.collect()
    })
}

/// The pass that is left out because everything still stands; none when one is needed.
///
/// # Errors
/// The share is away or the store is not readable; the pass itself will say so.
pub(super) fn still(
    setup: &Setup,
    steady: &Steady,
    store: &Store,
    now: &Now,
) -> Result<Option<Done>, PassError> {
    let started = std::time::Instant::now();
    let Some(kept) = store.standing()? else {
        return Ok(None);
    };
    let Ok(kept) = serde_json::from_str::<Standing>(&kept) else {
        return Ok(None);
    };
    if kept.basis != (steady.basis)(now) || !is_quiet(store)? {
        return Ok(None);
    }
    let listing = folder::scan(&setup.config)?;
    let Some(files) = seen(&listing) else {
        return Ok(None);
    };
    let same = |(now, then): (&Seen, &Seen)| {
        let hash = then.hash.clone();
        Seen {
            hash,
            ..now.clone()
        } == *then
    };
    if files.len() != kept.files.len()
        || !files.iter().zip(&kept.files).all(same)
        || sorted(&listing.oddities) != kept.oddities
        || format!("{:?}", setup.config.share) != kept.share
    {
        return Ok(None);
    }
    // Size and time may lie: every byte is looked at, as in any pass.
    let root = Root::open(&setup.config.share)?;
    for (entry, then) in listing.files.iter().zip(&kept.files) {
        let read = root.read(&entry.raw, setup.config.limits.file_bytes_max);
        if read.map_or(true, |(_, bytes)| hash(&bytes) != then.hash) {
            return Ok(None);
        }
    }
    if Root::open(&setup.config.share)?.identity()? != listing.identity {
        return Ok(None);
    }
    let mut disk = ShareDisk::new(&setup.config.share);
    for (path, written) in &kept.outputs {
        let stands = matches!(disk.read(path), Ok(Some(bytes)) if hash(&bytes) == *written);
        if !stands {
            return Ok(None);
        }
    }
    store.note("last_seen", &now.instant.to_string())?;
    let today = std::time::SystemTime::now();
    Publisher::new(disk, words(&setup.text), now.local, today)
        .clean(&output_folders(&setup.config));
    Ok(Some(done(kept, started)))
}

fn done(kept: Standing, started: std::time::Instant) -> Done {
    let published = kept.outputs.into_iter().map(|(path, hash)| Published {
        path,
        hash,
        outcome: Outcome::Unchanged,
        kept: None,
    });
    Done {
        published: published.collect(),
        troubles: super::troubles::oddities(&kept.oddities),
        again: false,
        doubted: 0,
        files: kept.files.len(),
        took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        alarms: Vec::new(),
        refused: None,
        queued: 0,
        held: 0,
        told: kept.told,
    }
}

/// Whether neither a person nor a mail has left anything in the store that a pass must take up.
fn is_quiet(store: &Store) -> Result<bool, StoreError> {
    Ok(store.meta("mails_released")?.is_none()
        && carried_alarms(store)?.is_empty()
        && !store.has_mails(MailState::Failed)?)
}

/// Workbooks that stand on the share unchanged, as publications.
pub(super) fn left<'a>(
    paths: &'a [String],
    published: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = Published> + 'a {
    paths.iter().map(|path| Published {
        path: path.clone(),
        hash: published.get(path).cloned().unwrap_or_default(),
        outcome: Outcome::Unchanged,
        kept: None,
    })
}

impl Standing {
    /// What a pass stands on, when a further one over the same would find nothing to do.
    pub(super) fn of(
        setup: &Setup,
        steady: &Steady,
        after: &State,
        effects: &Effects,
        snapshot: &Snapshot,
        now: &Now,
    ) -> Option<Self> {
        let lasting = |f: &Option<&FileFault>| {
            matches!(
                f,
                None | Some(FileFault::Encrypted | FileFault::OtherFormat(_))
            )
        };
        let files = &snapshot.files;
        let plain = snapshot.doubted.is_empty()
            && effects.refused.is_none()
            && effects.secrets.is_empty()
            && files
                .iter()
                .all(|f| lasting(&f.content.as_ref().err()) && !f.hash.is_empty());
        if !plain || !(steady.settled)(after, &effects.consolidation, snapshot, now) {
            return None;
        }
        Some(Self {
            basis: (steady.basis)(now),
            share: format!("{:?}", setup.config.share),
            files: files
                .iter()
                .map(|f| Seen {
                    path: f.path.clone(),
                    role: format!("{:?} {:?}", f.role, f.folder),
                    size: f.size,
                    modified_ns: f.modified.as_nanosecond(),
                    hash: f.hash.clone(),
                })
                .collect(),
            oddities: snapshot.oddities.clone(),
            outputs: BTreeMap::new(),
            told: Told::default(),
        })
    }

    /// Keeps it, when everything was published in its place and nothing waits in the store.
    ///
    /// # Errors
    /// The store is not writable.
    pub(super) fn keep(
        mut self,
        store: &Store,
        published: &[Published],
        known: &BTreeMap<String, String>,
        told: &Told,
    ) -> Result<(), StoreError> {
        self.outputs = published
            .iter()
            .filter(|p| !matches!(p.outcome, Outcome::Beside(..)))
            .map(|p| (p.path.clone(), p.hash.clone()))
            .collect();
        if self.outputs != *known || !is_quiet(store)? {
            return Ok(());
        }
        self.told = told.clone();
        store.keep_standing(&serde_json::to_string(&self).unwrap_or_default())
    }
}

fn sorted(oddities: &[(String, String)]) -> Vec<(String, String)> {
    let mut sorted = oddities.to_vec();
    sorted.sort();
    sorted
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
