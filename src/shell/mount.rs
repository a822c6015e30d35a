//! What kind of file system a path lies on.

use std::path::Path;

/// A file system that decides how we watch and where state may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileSystem {
    /// Events of all writers arrive; locks and syncs hold.
    Local,
    /// SMB mounted by this machine.
    Smb,
    /// NFS mounted by this machine.
    Nfs,
    /// A user-space file system.
    Fuse,
    /// Another network file system.
    OtherNetwork,
}

impl FileSystem {
    /// Whether changes of other machines raise no events here.
    #[must_use]
    pub const fn is_remote(self) -> bool {
        !matches!(self, Self::Local)
    }

    /// Name for the operator.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Smb => "smb",
            Self::Nfs => "nfs",
            Self::Fuse => "fuse",
            Self::OtherNetwork => "network",
        }
    }
}

/// The file system of a path, by the magic numbers of `statfs(2)`.
///
/// # Errors
/// The path cannot be asked about.
pub fn file_system(path: &Path) -> rustix::io::Result<FileSystem> {
    let kind = rustix::fs::statfs(path)?.f_type;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "magic numbers are 32 bits; their sign differs by architecture"
    )]
    let magic = kind as u32;
    Ok(match magic {
        0xfe53_4d42 | 0xff53_4d42 | 0x517b => FileSystem::Smb,
        0x6969 => FileSystem::Nfs,
        0x6573_5546 => FileSystem::Fuse,
        // AFS, Coda, Ceph, 9P, OCFS2, GFS2, Lustre.
        0x5346_414f | 0x7375_7245 | 0x00c3_6400 | 0x0102_1997 | 0x7461_636f | 0x0116_1970
        | 0x0bd0_0bd0 => FileSystem::OtherNetwork,
        _ => FileSystem::Local,
    })
}
