//! Opening files of the share: nothing outside it, no links, no devices, no waiting, bounded bytes.

use std::ffi::OsStr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, fstat, openat, openat2, statat,
};
use rustix::io::Errno;

use super::ShareError;
use crate::shell::answer::asking;

/// Name of the marker; while it is missing the share counts as not mounted.
pub const MARKER: &str = ".annexd";
/// Longest text of a marker that tells one share from another, bytes.
const MARKER_BYTES_MAX: u64 = 256;

/// What a `stat` tells of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Kind of file.
    pub kind: FileType,
    /// Bytes.
    pub size: u64,
    /// Time of modification, nanoseconds since 1970.
    pub mtime_ns: i128,
    /// Time of the inode's last change, nanoseconds since 1970.
    pub ctime_ns: i128,
    /// Inode.
    pub inode: u64,
    /// Device.
    pub device: u64,
}

impl From<&rustix::fs::Stat> for Stat {
    fn from(s: &rustix::fs::Stat) -> Self {
        let ns = |s: i64, n: i128| i128::from(s) * 1_000_000_000 + n;
        Self {
            kind: FileType::from_raw_mode(s.st_mode),
            size: u64::try_from(s.st_size).unwrap_or(0),
            mtime_ns: ns(s.st_mtime, i128::from(s.st_mtime_nsec)),
            ctime_ns: ns(s.st_ctime, i128::from(s.st_ctime_nsec)),
            inode: s.st_ino,
            device: s.st_dev,
        }
    }
}

/// Which folder stands at the share's path at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    root: (u64, u64),
    marker: (u64, u64),
}

/// The share's root, opened for one look only: a kept handle would block an unmount.
#[derive(Debug)]
pub struct Root {
    fd: OwnedFd,
    path: PathBuf,
}

impl Root {
    /// Opens it.
    ///
    /// # Errors
    /// The share is away.
    pub fn open(path: &Path) -> Result<Self, ShareError> {
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::RDONLY;
        let _asking = asking();
        let fd = openat(CWD, path, flags, Mode::empty())
            .map_err(|e| ShareError::Away(path.to_owned(), format!("open: {e}")))?;
        Ok(Self {
            fd,
            path: path.to_owned(),
        })
    }

    /// Its handle.
    #[must_use]
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// The root and its marker.
    ///
    /// # Errors
    /// The marker is missing: the share is away.
    pub fn identity(&self) -> Result<Identity, ShareError> {
        let away =
            |what: &str, e: Errno| ShareError::Away(self.path.clone(), format!("{what}: {e}"));
        let _asking = asking();
        let root = Stat::from(&fstat(&self.fd).map_err(|e| away("stat", e))?);
        let marker = statat(&self.fd, MARKER, AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|e| away("marker .annexd", e))?;
        let marker = Stat::from(&marker);
        Ok(Identity {
            root: (root.device, root.inode),
            marker: (marker.device, marker.inode),
        })
    }

    /// What the marker says of the share; empty says nothing.
    ///
    /// # Errors
    /// The marker is missing or no file: the share is away.
    pub fn marker(&self) -> Result<String, ShareError> {
        match self.read(OsStr::new(MARKER), MARKER_BYTES_MAX) {
            Ok((_, bytes)) => Ok(String::from_utf8_lossy(&bytes).trim().to_owned()),
            // Whatever else was put there is longer than any marker of ours.
            Err(ReadFault::TooLarge | ReadFault::Changing | ReadFault::NotRegular) => {
                Ok(String::new())
            }
            Err(ReadFault::Io(e)) => Err(ShareError::Away(
                self.path.clone(),
                format!("marker {MARKER}: {e}"),
            )),
        }
    }

    /// Reads a file below the root whole; what was opened is what is read, hashed and parsed.
    ///
    /// # Errors
    /// Why its bytes are not to be had now.
    pub fn read(&self, raw: &OsStr, bytes_max: u64) -> Result<(Stat, Vec<u8>), ReadFault> {
        let fd = beneath(&self.fd, raw, OFlags::empty()).map_err(ReadFault::Io)?;
        let _asking = asking();
        let before = Stat::from(&fstat(&fd).map_err(ReadFault::Io)?);
        if before.kind != FileType::RegularFile {
            return Err(ReadFault::NotRegular);
        }
        if before.size > bytes_max {
            return Err(ReadFault::TooLarge);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(before.size).unwrap_or(0) + 1);
        let mut chunk = vec![0_u8; 1 << 16];
        loop {
            // Each piece is an answer: a slow share does not count as one that hangs.
            let _asking = asking();
            let n = match rustix::io::read(&fd, &mut chunk) {
                Ok(n) => n,
                Err(Errno::INTR) => continue,
                Err(e) => return Err(ReadFault::Io(e)),
            };
            if n == 0 {
                break;
            }
            bytes.extend_from_slice(&chunk[..n]);
            if bytes.len() as u64 > bytes_max {
                return Err(ReadFault::TooLarge);
            }
        }
        let after = Stat::from(&fstat(&fd).map_err(ReadFault::Io)?);
        if after != before || bytes.len() as u64 != before.size {
            return Err(ReadFault::Changing);
        }
        Ok((after, bytes))
    }
}

/// Why a file's bytes are not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFault {
    /// A device, pipe, socket or folder took its place.
    NotRegular,
    /// More bytes than allowed.
    TooLarge,
    /// It changed while it was read.
    Changing,
    /// The file system said no; "later", never "deleted" or "bad".
    Io(Errno),
}

/// Opens a path below a folder for reading: no link, no other file system, no way out, no waiting on pipes.
///
/// # Errors
/// `ELOOP` for a link, `EXDEV` for a way out, and all that opening may say.
pub fn beneath(
    dir: impl AsFd,
    path: impl AsRef<Path>,
    extra: OFlags,
) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY
        | OFlags::NONBLOCK
        | OFlags::NOFOLLOW
        | OFlags::NOCTTY
        | OFlags::CLOEXEC
        | extra;
    let resolve = ResolveFlags::BENEATH
        | ResolveFlags::NO_SYMLINKS
        | ResolveFlags::NO_MAGICLINKS
        | ResolveFlags::NO_XDEV;
    let _asking = asking();
    for _ in 0..8 {
        match openat2(dir.as_fd(), path.as_ref(), flags, Mode::empty(), resolve) {
            // A rename raced with the walk; the kernel asks to try again.
            Err(Errno::AGAIN) => {}
            // An old kernel, or a sandbox that does not know the call.
            Err(Errno::NOSYS | Errno::PERM) => return step_by_step(dir, path.as_ref(), flags),
            other => return other,
        }
    }
    Err(Errno::AGAIN)
}

/// The same where `openat2` is missing: each folder is opened by itself without following links.
fn step_by_step(dir: impl AsFd, path: &Path, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    let device = Stat::from(&fstat(dir.as_fd())?).device;
    let mut parts = path.components().peekable();
    let mut at: Option<OwnedFd> = None;
    while let Some(part) = parts.next() {
        let Component::Normal(name) = part else {
            return Err(Errno::XDEV);
        };
        let flags = if parts.peek().is_some() {
            OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC
        } else {
            flags
        };
        let base = at.as_ref().map_or_else(|| dir.as_fd(), AsFd::as_fd);
        let fd = openat(base, name, flags, Mode::empty())?;
        if Stat::from(&fstat(&fd)?).device != device {
            return Err(Errno::XDEV);
        }
        at = Some(fd);
    }
    at.ok_or(Errno::NOENT)
}
