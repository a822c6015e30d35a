//! What was read of workbooks, kept between runs, so that an unchanged one is not read again.
//!
//! Only ever a shorter way to the same: an entry is found by the hash of the workbook's very bytes, of this program and these settings,
//! and believed only while its own hash holds. A lost, old or damaged entry is one workbook read again.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rustix::fs::Dir;

use crate::cores;
use crate::domain::reading::Reading;
use crate::domain::secrets::Secrets;
use crate::domain::snapshot::{FileFault, Role, SeenFile};

/// The folder in the state directory.
const FOLDER: &str = "readings";
/// All entries together, bytes.
const BYTES_MAX: u64 = 256 << 20;
/// An entry unpacked, bytes.
const UNPACKED_MAX: u64 = 1 << 30;
/// How tightly entries are packed: room matters less than time.
const LEVEL: u32 = 1;
/// Length of a hash, bytes.
const HASH: usize = 32;

/// Readings kept in a state directory by one program with one set of settings.
#[derive(Clone, Debug)]
pub struct Readings {
    dir: PathBuf,
    basis: String,
}

impl Readings {
    /// Those of a state directory; `basis` is a hash of everything besides the bytes on which reading stands.
    #[must_use]
    pub fn of(state_dir: &Path, basis: &str) -> Self {
        Self {
            dir: state_dir.join(FOLDER),
            basis: basis.to_owned(),
        }
    }

    fn path(&self, hash: &str) -> PathBuf {
        self.dir.join(hash)
    }

    /// What an entry must begin with to be of these bytes, this program and these settings.
    fn seal(&self, hash: &str, packed: &[u8]) -> [u8; HASH] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.basis.as_bytes());
        hasher.update(hash.as_bytes());
        hasher.update(packed);
        *hasher.finalize().as_bytes()
    }

    /// What a workbook of this hash says, when that is known.
    #[must_use]
    pub fn recall(&self, hash: &str) -> Option<Reading> {
        let entry = fs::read(self.path(hash)).ok()?;
        let (seal, packed) = entry.split_first_chunk::<HASH>()?;
        if *seal != self.seal(hash, packed) {
            return None;
        }
        let mut bytes = Vec::with_capacity(packed.len() * 6);
        let unpacked = DeflateDecoder::new(packed)
            .take(UNPACKED_MAX)
            .read_to_end(&mut bytes);
        unpacked.ok()?;
        postcard::from_bytes(&bytes).ok()
    }

    /// Turns bytes into readings: known ones are recalled, `parse` is asked for the others.
    #[must_use]
    pub fn read(
        &self,
        files: Vec<Arc<[u8]>>,
        parse: impl FnOnce(Vec<Arc<[u8]>>) -> Vec<Result<Reading, FileFault>>,
    ) -> Vec<Result<Reading, FileFault>> {
        if !self.dir.is_dir() {
            return parse(files);
        }
        let known = cores::map(&files, |bytes| self.recall(&hash(bytes)));
        let unknown = files.into_iter().zip(&known);
        let unknown = unknown.filter(|(_, known)| known.is_none());
        let mut parsed = parse(unknown.map(|(bytes, _)| bytes).collect()).into_iter();
        let missing = || Err(FileFault::Unsettled);
        known
            .into_iter()
            .map(|known| known.map_or_else(|| parsed.next().unwrap_or_else(missing), Ok))
            .collect()
    }

    /// Keeps what the share's workbooks say now, and nothing else; never what a state secret stands in, nor what was dropped for trial.
    ///
    /// # Errors
    /// The disk says no; what was kept so far stays.
    pub fn keep(&self, files: &[SeenFile], secrets: &Secrets) -> io::Result<()> {
        let kept: Vec<&SeenFile> = files
            .iter()
            .filter(|f| may_be_kept(f) && !secrets.files.contains_key(&f.path))
            .collect();
        let mut names: BTreeSet<&str> = kept.iter().map(|f| f.hash.as_str()).collect();
        for hash in secrets.files.values() {
            names.remove(hash.as_str());
        }
        fs::create_dir_all(&self.dir)?;
        let mut room = BYTES_MAX.saturating_sub(self.tidy(&names)?);
        let fresh: Vec<&SeenFile> = kept
            .into_iter()
            .filter(|f| names.contains(f.hash.as_str()) && !self.stands(&f.hash))
            .collect();
        // A few at a time: they are held in memory while they are packed.
        for some in fresh.chunks(cores::count() * 4) {
            let entries = cores::map(some, |file| self.entry(file));
            for (file, entry) in some.iter().zip(entries) {
                let Some(entry) = entry else { continue };
                let Some(left) = room.checked_sub(entry.len() as u64) else {
                    return Ok(());
                };
                room = left;
                self.put(&file.hash, &entry)?;
            }
        }
        Ok(())
    }

    /// Whether an entry is there and of this program and these settings.
    fn stands(&self, hash: &str) -> bool {
        let Ok(entry) = fs::read(self.path(hash)) else {
            return false;
        };
        let parts = entry.split_first_chunk::<HASH>();
        parts.is_some_and(|(seal, packed)| *seal == self.seal(hash, packed))
    }

    fn entry(&self, file: &SeenFile) -> Option<Vec<u8>> {
        let reading = file.content.as_ref().ok()?;
        let bytes = postcard::to_allocvec(&**reading).ok()?;
        let packed = Vec::with_capacity(HASH + bytes.len() / 4);
        let mut encoder = DeflateEncoder::new(packed, Compression::new(LEVEL));
        encoder.write_all(&bytes).ok()?;
        let packed = encoder.finish().ok()?;
        let mut entry = self.seal(&file.hash, &packed).to_vec();
        entry.extend_from_slice(&packed);
        Some(entry)
    }

    /// Whole or not at all; what a crash of the machine leaves of it is told by its seal.
    fn put(&self, hash: &str, entry: &[u8]) -> io::Result<()> {
        let mut temp = tempfile::Builder::new()
            .prefix(".new-")
            .tempfile_in(&self.dir)?;
        temp.write_all(entry)?;
        temp.persist(self.path(hash)).map_err(|e| e.error)?;
        Ok(())
    }

    /// Removes all entries but those named; tells how many bytes are left.
    fn tidy(&self, names: &BTreeSet<&str>) -> io::Result<u64> {
        let mut left = 0;
        // The standard library's listing ends the process where a folder cannot be closed.
        for entry in Dir::new(File::open(&self.dir)?)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if names.contains(name.as_str()) {
                left += fs::metadata(self.path(&name))?.len();
            } else if !matches!(name.as_str(), "." | "..") {
                fs::remove_file(self.path(&name))?;
            }
        }
        Ok(left)
    }

    /// Forgets everything: a state secret may stand in any of it.
    ///
    /// # Errors
    /// The disk says no.
    pub fn forget(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.dir) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Nothing of a state secret is kept, nor of a trial drop, in which nobody looks for one.
fn may_be_kept(file: &SeenFile) -> bool {
    let Ok(reading) = &file.content else {
        return false;
    };
    let tasks = reading.tables.iter().flat_map(|t| &t.rows);
    let mut rows = tasks.chain(reading.indicators.iter().flat_map(|t| &t.rows));
    file.role != Role::Trial && !file.hash.is_empty() && rows.all(|row| row.secret.is_none())
}
