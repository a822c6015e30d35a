//! The output folders of the share, by handles: the only writes we ever make there.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Gid, Mode, OFlags, RenameFlags, ResolveFlags, fchmod, fchown,
    fgetxattr, fsetxattr, fstat, fsync, mkdirat, openat, openat2, renameat, renameat_with, statat,
    unlinkat,
};
use rustix::io::Errno;

use crate::shell::answer::asking;
use crate::shell::folder::Root;

/// Bytes of a published workbook that are compared at most; more is surely not ours.
const READ_MAX: usize = 256 << 20;

/// What a publisher may do in one output folder; a test puts faults in between.
pub trait Disk {
    /// Whether the share's marker is there.
    ///
    /// # Errors
    /// It is not: nothing may be written into a false root.
    fn present(&mut self) -> io::Result<()>;
    /// Makes an output folder with what is missing above it.
    ///
    /// # Errors
    /// The file system says no.
    fn make_folder(&mut self, folder: &str) -> io::Result<()>;
    /// Bytes of a regular file; none when it is absent.
    ///
    /// # Errors
    /// The file system says no.
    fn read(&mut self, path: &str) -> io::Result<Option<Vec<u8>>>;
    /// Writes a new file, whole and on disk; mode and group like `like` where that exists.
    ///
    /// # Errors
    /// The file system says no; nothing of the new file stays.
    fn write_new(&mut self, path: &str, bytes: &[u8], like: &str) -> io::Result<()>;
    /// Renames over the target.
    ///
    /// # Errors
    /// The file system says no.
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()>;
    /// Renames where no target may be.
    ///
    /// # Errors
    /// `AlreadyExists`, or the file system says no.
    fn rename_new(&mut self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    ///
    /// # Errors
    /// The file system says no.
    fn remove(&mut self, path: &str) -> io::Result<()>;
    /// Makes a rename in a folder last.
    ///
    /// # Errors
    /// The file system says no.
    fn sync_folder(&mut self, folder: &str) -> io::Result<()>;
    /// Regular files of a folder with their times of modification; none when it is absent.
    ///
    /// # Errors
    /// The file system says no.
    fn list(&mut self, folder: &str) -> io::Result<Vec<(String, SystemTime)>>;
    /// Waits before another try.
    fn pause(&mut self, ms: u64);
}

/// The share itself.
#[derive(Debug)]
pub struct ShareDisk {
    share: PathBuf,
}

impl ShareDisk {
    /// The output folders of a share.
    #[must_use]
    pub fn new(share: &Path) -> Self {
        Self {
            share: share.to_owned(),
        }
    }

    /// Opens a folder below the share; links are not followed, a mounted output folder is fine.
    fn folder(&self, folder: &str) -> io::Result<OwnedFd> {
        let root = openat(
            CWD,
            &self.share,
            OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        if folder.is_empty() {
            return Ok(root);
        }
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match openat2(&root, folder, flags, Mode::empty(), resolve) {
            Err(Errno::NOSYS | Errno::PERM) => {
                let mut at = root;
                for part in folder.split('/').filter(|p| !p.is_empty() && *p != "..") {
                    at = openat(&at, part, flags, Mode::empty())?;
                }
                Ok(at)
            }
            other => Ok(other?),
        }
    }

    fn at(&self, path: &str) -> io::Result<(OwnedFd, String)> {
        let (folder, name) = split(path);
        Ok((self.folder(folder)?, name.to_owned()))
    }
}

/// Folder and name of a path; the folder is empty for the share itself.
#[must_use]
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

impl Disk for ShareDisk {
    fn present(&mut self) -> io::Result<()> {
        let root = Root::open(&self.share).map_err(io::Error::other)?;
        root.identity().map(|_| ()).map_err(io::Error::other)
    }

    fn make_folder(&mut self, folder: &str) -> io::Result<()> {
        let _asking = asking();
        let mut at = self.folder("")?;
        for part in folder.split('/').filter(|p| !p.is_empty()) {
            if part == ".." || part == "." {
                return Err(io::Error::other(
                    "an output folder must lie below the share",
                ));
            }
            match mkdirat(&at, part, Mode::from_raw_mode(0o775)) {
                Ok(()) => fsync(&at).or_else(tolerable)?,
                Err(Errno::EXIST) => {}
                // A read-only share with a mounted output folder refuses even what exists.
                Err(e) if statat(&at, part, AtFlags::SYMLINK_NOFOLLOW).is_err() => {
                    return Err(e.into());
                }
                Err(_) => {}
            }
            let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
            at = openat(&at, part, flags, Mode::empty())?;
        }
        Ok(())
    }

    fn read(&mut self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let _asking = asking();
        let (folder, name) = match self.at(path) {
            Ok(at) => at,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        };
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = match openat(&folder, name.as_str(), flags, Mode::empty()) {
            Ok(fd) => fd,
            // A link is replaced by the rename, never followed.
            Err(Errno::NOENT | Errno::LOOP) => return Ok(None),
            Err(e) => return Err(e.into()),
        };
        let stat = fstat(&fd)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(io::Error::other(format!("{path} is not a file")));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(stat.st_size).unwrap_or(0));
        let file = std::fs::File::from(fd);
        io::Read::read_to_end(&mut io::Read::take(file, READ_MAX as u64), &mut bytes)?;
        Ok(Some(bytes))
    }

    fn write_new(&mut self, path: &str, bytes: &[u8], like: &str) -> io::Result<()> {
        let _asking = asking();
        let (folder, name) = self.at(path)?;
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = openat(&folder, name.as_str(), flags, Mode::from_raw_mode(0o664))?;
        let written = (|| {
            let mut file = std::fs::File::from(fd);
            io::Write::write_all(&mut file, bytes)?;
            self.dress(&file, like)?;
            // Some network file systems report a full disk only here.
            file.sync_all()
        })();
        if written.is_err() {
            let _ = unlinkat(&folder, name.as_str(), AtFlags::empty());
        }
        written
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let _asking = asking();
        let (folder, from) = self.at(from)?;
        Ok(renameat(&folder, from.as_str(), &folder, split(to).1)?)
    }

    fn rename_new(&mut self, from: &str, to: &str) -> io::Result<()> {
        let _asking = asking();
        let (folder, from) = self.at(from)?;
        let to = split(to).1;
        match renameat_with(&folder, from.as_str(), &folder, to, RenameFlags::NOREPLACE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                if statat(&folder, to, AtFlags::SYMLINK_NOFOLLOW).is_ok() {
                    return Err(io::ErrorKind::AlreadyExists.into());
                }
                Ok(renameat(&folder, from.as_str(), &folder, to)?)
            }
            other => Ok(other?),
        }
    }

    fn remove(&mut self, path: &str) -> io::Result<()> {
        let _asking = asking();
        let (folder, name) = self.at(path)?;
        Ok(unlinkat(&folder, name.as_str(), AtFlags::empty())?)
    }

    fn sync_folder(&mut self, folder: &str) -> io::Result<()> {
        let _asking = asking();
        Ok(fsync(self.folder(folder)?).or_else(tolerable)?)
    }

    fn list(&mut self, folder: &str) -> io::Result<Vec<(String, SystemTime)>> {
        let _asking = asking();
        let fd = match self.folder(folder) {
            Ok(fd) => fd,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        let mut dir = Dir::read_from(fd.as_fd())?;
        let mut files = Vec::new();
        while let Some(entry) = dir.read() {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            let Ok(stat) = statat(&fd, name, AtFlags::SYMLINK_NOFOLLOW) else {
                continue;
            };
            if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
                continue;
            }
            let Some(name) = name.to_str() else { continue };
            let seconds = u64::try_from(stat.st_mtime).unwrap_or(0);
            let modified = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            files.push((name.to_owned(), modified));
        }
        files.sort();
        Ok(files)
    }

    fn pause(&mut self, ms: u64) {
        std::thread::sleep(std::time::Duration::from_millis(ms));
    }
}

impl ShareDisk {
    /// Gives a new file the mode, group and access list of the one it replaces, so that people keep their access.
    fn dress(&self, new: &std::fs::File, like: &str) -> io::Result<()> {
        const ACL: &str = "system.posix_acl_access";
        let Ok((folder, name)) = self.at(like) else {
            return Ok(());
        };
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let Ok(old) = openat(&folder, name.as_str(), flags, Mode::empty()) else {
            return Ok(());
        };
        let stat = fstat(&old)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Ok(());
        }
        // Not every file system or account may give files away; the mode is what counts then.
        let _ = fchown(new, None, Some(Gid::from_raw(stat.st_gid)));
        let mode = Mode::from_raw_mode(stat.st_mode & 0o777 | 0o600);
        if let Err(e) = fchmod(new, mode)
            && !matches!(e, Errno::PERM | Errno::OPNOTSUPP | Errno::NOSYS)
        {
            return Err(e.into());
        }
        let mut acl = vec![0_u8; 4096];
        if let Ok(n) = fgetxattr(&old, ACL, acl.as_mut_slice()) {
            let _ = fsetxattr(new, ACL, &acl[..n], rustix::fs::XattrFlags::empty());
        }
        Ok(())
    }
}

/// Folders cannot be synced everywhere; there the file system orders renames itself.
fn tolerable(e: Errno) -> Result<(), Errno> {
    match e {
        Errno::INVAL | Errno::OPNOTSUPP | Errno::BADF | Errno::ACCESS => Ok(()),
        e => Err(e),
    }
}
