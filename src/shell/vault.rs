//! Bytes of every received workbook version, by hash, on the local disk.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The vault of a state directory.
#[derive(Clone, Debug)]
pub struct Vault {
    dir: PathBuf,
}

impl Vault {
    /// Opens it, creating its folder.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(state_dir: &Path) -> io::Result<Self> {
        let dir = state_dir.join("vault");
        fs::create_dir_all(&dir)?;
        Ok(Self { dir })
    }

    fn path(&self, hash: &str) -> PathBuf {
        let (head, _) = hash.split_at_checked(2).unwrap_or(("00", hash));
        self.dir.join(head).join(hash)
    }

    /// Keeps bytes under their hash: whole and on disk when this returns, or not at all.
    ///
    /// # Errors
    /// The disk says no.
    pub fn keep(&self, hash: &str, bytes: &[u8]) -> io::Result<()> {
        let target = self.path(hash);
        if target.try_exists()? {
            return Ok(());
        }
        let folder = target.parent().unwrap_or(&self.dir);
        fs::create_dir_all(folder)?;
        let mut temp = tempfile::Builder::new()
            .prefix(".new-")
            .tempfile_in(folder)?;
        temp.write_all(bytes)?;
        temp.as_file().sync_all()?;
        temp.persist(&target).map_err(|e| e.error)?;
        File::open(folder)?.sync_all()
    }

    /// The bytes of a version, if they are kept and whole.
    ///
    /// # Errors
    /// The disk says no.
    pub fn get(&self, hash: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(hash)) {
            Ok(bytes) if blake3::hash(&bytes).to_hex().as_str() == hash => Ok(Some(bytes)),
            Ok(_) => Err(io::Error::other(
                "a version in the vault does not match its hash",
            )),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Every version that is kept, by hash.
    ///
    /// # Errors
    /// The disk says no.
    pub fn hashes(&self) -> io::Result<Vec<String>> {
        let mut out = Vec::new();
        for folder in fs::read_dir(&self.dir)? {
            let folder = folder?.path();
            if !folder.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder)? {
                out.push(file?.file_name().to_string_lossy().into_owned());
            }
        }
        out.sort();
        Ok(out)
    }

    /// Removes a version; tells whether it was there.
    ///
    /// # Errors
    /// The disk says no.
    pub fn remove(&self, hash: &str) -> io::Result<bool> {
        if hash.is_empty() {
            return Ok(false);
        }
        match fs::remove_file(self.path(hash)) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// Removes versions older than `keep_days` (0 keeps all) except those still in use.
    ///
    /// # Errors
    /// The disk says no.
    pub fn tidy(&self, keep_days: u32, in_use: &BTreeSet<String>) -> io::Result<u64> {
        if keep_days == 0 {
            return Ok(0);
        }
        let age = Duration::from_secs(u64::from(keep_days) * 86_400);
        let Some(limit) = SystemTime::now().checked_sub(age) else {
            return Ok(0);
        };
        let mut removed = 0;
        for folder in fs::read_dir(&self.dir)? {
            let folder = folder?.path();
            if !folder.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder)? {
                let file = file?;
                let name = file.file_name().to_string_lossy().into_owned();
                if !in_use.contains(&name) && file.metadata()?.modified()? < limit {
                    fs::remove_file(file.path())?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}
