//! The share as a folder: a scan is complete or it has failed, never half; events only hint, this is the truth.

pub mod names;
pub mod open;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, OFlags, statat};

use self::names::Place;
pub use self::open::{Identity, ReadFault, Root, Stat};
use super::answer::asking;
use crate::config::Config;
use crate::domain::snapshot::Role;

/// Sub-folders below sub-folders that are still looked into.
const DEPTH_MAX: usize = 16;
/// Names of all kinds one scan looks at, per file the settings allow.
const NAMES_PER_FILE: u64 = 40;

/// Why the share says nothing at present; the operator's trouble, retried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The marker is missing: the share counts as not mounted.
    #[error("the share {0} is away: {1}")]
    Away(PathBuf, String),
    /// A scan met an error, so nothing may be concluded from it.
    #[error("the share {0} could not be scanned: {1}")]
    Failed(PathBuf, String),
}

/// A file that may hold an annex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path relative to the share as the file system has it, for opening.
    pub raw: OsString,
    /// The same for people: NFC, control characters replaced.
    pub shown: String,
    /// First folder of it, NFC.
    pub folder: Option<String>,
    /// What it is for.
    pub role: Role,
    /// Size, times, inode.
    pub stat: Stat,
}

/// A complete scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Files that may hold annexes, by shown path.
    pub files: Vec<Entry>,
    /// Names of eight hex digits without extension: an Excel save under way or interrupted.
    pub hex: Vec<(OsString, String)>,
    /// Oddities: shown path and reason key.
    pub oddities: Vec<(String, String)>,
    /// Folders of departments that may not be opened, shown path: nothing is concluded of what lies in them.
    pub closed: Vec<String>,
    /// The root it was seen in.
    pub identity: Identity,
}

/// Scans the share once; the marker is checked before and after.
///
/// # Errors
/// The share is away, or any folder of it could not be read to its end; a department's folder without rights is only named.
pub fn scan(config: &Config) -> Result<Listing, ShareError> {
    let root = Root::open(&config.share)?;
    let before = root.identity()?;
    let mut walk = Walk {
        config,
        listing: Listing::default(),
        names_left: config.limits.files_max.saturating_mul(NAMES_PER_FILE),
    };
    walk.folder(root.fd(), Path::new(""), 0)
        .map_err(|why| ShareError::Failed(config.share.clone(), why))?;
    let mut listing = walk.listing;
    let after = Root::open(&config.share)?.identity()?;
    if before != after {
        return Err(ShareError::Failed(
            config.share.clone(),
            "the folder was exchanged during the scan".to_owned(),
        ));
    }
    listing.identity = after;
    finish(&mut listing, config.limits.files_max);
    Ok(listing)
}

struct Walk<'a> {
    config: &'a Config,
    listing: Listing,
    names_left: u64,
}

impl Walk<'_> {
    fn folder(&mut self, fd: impl AsFd, rel: &Path, depth: usize) -> Result<(), String> {
        let at = |what: &str, e: rustix::io::Errno| format!("{}: {what}: {e}", rel.display());
        let _asking = asking();
        let mut dir = Dir::read_from(fd.as_fd()).map_err(|e| at("open", e))?;
        let mut folders = Vec::new();
        while let Some(entry) = dir.read() {
            let _asking = asking();
            let entry = entry.map_err(|e| at("list", e))?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name == "." || name == ".." {
                continue;
            }
            self.names_left = self
                .names_left
                .checked_sub(1)
                .ok_or_else(|| "more names than [limits] files_max allows for".to_owned())?;
            let path = rel.join(name);
            match self.entry(&fd, &path, name, entry.file_type())? {
                Kind::Folder => folders.push(path),
                Kind::Done => {}
            }
        }
        folders.sort();
        for path in folders {
            self.descend(&fd, &path, depth)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        fd: impl AsFd,
        path: &Path,
        name: &OsStr,
        hint: FileType,
    ) -> Result<Kind, String> {
        let shown = names::shown(path.as_os_str());
        let file_like = names::is_candidate(&names::shown(name));
        let hex = names::is_hex_name(&names::shown(name));
        // Only what may matter is asked about; file systems that do not tell the kind are asked always.
        let ask = file_like || hex || hint == FileType::Unknown;
        if !ask && hint != FileType::Directory && hint != FileType::Symlink {
            return Ok(Kind::Done);
        }
        let stat = match statat(fd.as_fd(), name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Stat::from(&stat),
            // It went between listing and asking: a save under way, seen by the next scan.
            Err(rustix::io::Errno::NOENT) => return Ok(Kind::Done),
            Err(e) => return Err(format!("{shown}: stat: {e}")),
        };
        match stat.kind {
            FileType::Directory => {
                return Ok(if names::is_hidden_folder(&names::shown(name)) {
                    match names::place(self.config, &shown) {
                        Place::Baseline | Place::Trial => Kind::Folder,
                        _ => Kind::Done,
                    }
                } else {
                    Kind::Folder
                });
            }
            FileType::Symlink if (file_like || Path::new(name).extension().is_none()) => {
                self.odd(shown, "link");
            }
            FileType::RegularFile if hex => {
                self.listing.hex.push((path.as_os_str().to_owned(), shown));
            }
            FileType::RegularFile if file_like => self.file(path, shown, stat),
            _ if file_like => self.odd(shown, "device"),
            _ => {}
        }
        Ok(Kind::Done)
    }

    fn file(&mut self, path: &Path, shown: String, stat: Stat) {
        let role = match names::place(self.config, &shown) {
            Place::Output => return,
            Place::Baseline => Role::Baseline,
            Place::Trial => Role::Trial,
            Place::Annex => Role::Annex,
            Place::Common => Role::Common,
        };
        let folder = shown.split_once('/').map(|(first, _)| first.to_owned());
        self.listing.files.push(Entry {
            raw: path.as_os_str().to_owned(),
            shown,
            folder,
            role,
            stat,
        });
    }

    fn descend(&mut self, fd: impl AsFd, path: &Path, depth: usize) -> Result<(), String> {
        let shown = names::shown(path.as_os_str());
        if names::place(self.config, &format!("{shown}/")) == Place::Output {
            return Ok(());
        }
        if depth >= DEPTH_MAX {
            self.odd(shown, "too-deep");
            return Ok(());
        }
        let name = path.file_name().unwrap_or_default();
        match open::beneath(fd, name, OFlags::DIRECTORY) {
            Ok(inner) => self.folder(&inner as &OwnedFd, path, depth + 1),
            Err(rustix::io::Errno::XDEV) => {
                self.odd(shown, "other-filesystem");
                Ok(())
            }
            Err(rustix::io::Errno::LOOP) => {
                self.odd(shown, "link");
                Ok(())
            }
            // One department's folder with wrong rights must not stop the others.
            Err(rustix::io::Errno::ACCESS | rustix::io::Errno::PERM)
                if names::place(self.config, &format!("{shown}/x.xlsx")) == Place::Annex =>
            {
                self.listing.closed.push(shown.clone());
                self.odd(shown, "closed");
                Ok(())
            }
            // Renamed or removed between listing and opening: nothing may be concluded.
            Err(e) => Err(format!("{shown}: open folder: {e}")),
        }
    }

    fn odd(&mut self, shown: String, reason: &str) {
        self.listing.oddities.push((shown, reason.to_owned()));
    }
}

impl Listing {
    /// Whether a path lies in a folder that may not be opened.
    #[must_use]
    pub fn is_closed(&self, path: &str) -> bool {
        self.closed.iter().any(|f| {
            path.strip_prefix(f.as_str())
                .is_some_and(|r| r.starts_with('/'))
        })
    }
}

enum Kind {
    Folder,
    Done,
}

/// Sorts, drops the older of two files that are shown alike, bounds the number, tells of twins.
fn finish(listing: &mut Listing, files_max: u64) {
    listing.files.sort_by(|a, b| {
        (&a.shown, std::cmp::Reverse(a.stat.mtime_ns), &a.raw).cmp(&(
            &b.shown,
            std::cmp::Reverse(b.stat.mtime_ns),
            &b.raw,
        ))
    });
    let mut kept: Vec<Entry> = Vec::with_capacity(listing.files.len());
    let mut folded: BTreeMap<String, String> = BTreeMap::new();
    for entry in std::mem::take(&mut listing.files) {
        if kept.last().is_some_and(|last| last.shown == entry.shown) {
            // Two names that nobody can tell apart: the newer one counts, and the Office is told.
            listing.oddities.push((entry.shown, "twin".to_owned()));
            continue;
        }
        if let Some(other) = folded.insert(names::folded(&entry.shown), entry.shown.clone())
            && other != entry.shown
        {
            listing
                .oddities
                .push((entry.shown.clone(), "case-twin".to_owned()));
        }
        kept.push(entry);
    }
    let max = usize::try_from(files_max).unwrap_or(usize::MAX);
    if kept.len() > max {
        for entry in kept.drain(max..) {
            listing.oddities.push((entry.shown, "files-max".to_owned()));
        }
    }
    listing.files = kept;
    listing.hex.sort();
    listing.closed.sort();
    listing.oddities.sort();
    listing.oddities.dedup();
}
