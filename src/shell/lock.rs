//! One instance per state directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Why the state directory is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error(
        "another annexd already uses the state directory {0}; stop it first (or give this one its own state_dir)"
    )]
    Taken(PathBuf),
    /// The lock file could not be made.
    #[error("cannot lock the state directory {0}: {1}")]
    Io(PathBuf, io::Error),
}

/// The lock; let go when dropped, also by a crash.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Takes the lock of a state directory, which is created when missing.
///
/// # Errors
/// Another instance has it (exit 75), or the directory cannot be written.
pub fn take(state_dir: &Path) -> Result<Lock, LockError> {
    let io = |e| LockError::Io(state_dir.to_owned(), e);
    std::fs::create_dir_all(state_dir).map_err(io)?;
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(state_dir.join("lock"))
        .map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(LockError::Taken(state_dir.to_owned())),
        Err(TryLockError::Error(e)) => Err(io(e)),
    }
}
