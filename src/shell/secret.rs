//! Secrets: from a file, an environment variable or a systemd credential; never printed.

use std::fmt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Longest secret, in bytes.
const BYTES_MAX: u64 = 4096;

/// A secret; its debug form shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why a secret cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Neither file nor credential is there.
    #[error("the secret file {0} does not exist")]
    Missing(PathBuf),
    /// It cannot be read.
    #[error("the secret file {0} cannot be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// Others may read it.
    #[error("the secret file {path} may be read by others (mode {mode:04o}): chmod 600 it")]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It is no regular file, or too long, or no UTF-8 text.
    #[error("the secret file {0} is no short text file")]
    NoText(PathBuf),
    /// It is empty.
    #[error("the secret in {0} is empty")]
    Empty(String),
    /// The environment variable is not set.
    #[error("the environment variable {0} is not set")]
    NoVariable(String),
}

/// Where a secret may be.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The file of the settings.
    pub file: &'a Path,
    /// The environment variable of the settings; used when its name is not empty.
    pub variable: &'a str,
}

/// Reads a secret: the variable when one is named, else the file, else systemd's credential of the file's name.
///
/// # Errors
/// When there is none, or others may read it.
pub fn read(place: Place<'_>, env: &dyn Fn(&str) -> Option<String>) -> Result<Secret, SecretError> {
    if !place.variable.is_empty() {
        let value = env(place.variable)
            .ok_or_else(|| SecretError::NoVariable(place.variable.to_owned()))?;
        return checked(&value, place.variable);
    }
    if place.file.exists() {
        return from_file(place.file, true);
    }
    let credential = env("CREDENTIALS_DIRECTORY")
        .filter(|d| !d.is_empty())
        .zip(place.file.file_name())
        .map(|(dir, name)| Path::new(&dir).join(name))
        .filter(|path| path.exists());
    match credential {
        // systemd guards the folder itself; its files may carry a group bit.
        Some(path) => from_file(&path, false),
        None => Err(SecretError::Missing(place.file.to_owned())),
    }
}

fn from_file(path: &Path, check_mode: bool) -> Result<Secret, SecretError> {
    let unreadable = |e| SecretError::Unreadable(path.to_owned(), e);
    let meta = std::fs::metadata(path).map_err(unreadable)?;
    if !meta.is_file() || meta.size() > BYTES_MAX {
        return Err(SecretError::NoText(path.to_owned()));
    }
    let mode = meta.permissions().mode() & 0o7777;
    if check_mode && mode & 0o077 != 0 {
        return Err(SecretError::TooOpen {
            path: path.to_owned(),
            mode,
        });
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| SecretError::NoText(path.to_owned()))?;
    checked(&text, &path.display().to_string())
}

/// Drops the final line break, which is not part of it.
fn checked(text: &str, from: &str) -> Result<Secret, SecretError> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(SecretError::Empty(from.to_owned()));
    }
    Ok(Secret(text.to_owned()))
}
