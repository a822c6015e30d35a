//! What the share holds at one moment, as far as a complete scan saw it.

use std::sync::Arc;

use jiff::Timestamp;

use super::reading::Reading;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// An annex in a department's folder (or a sub-folder).
    Annex,
    /// The one annex for all departments, directly in the share.
    Common,
    /// The baseline.
    Baseline,
    /// To be judged without effect.
    Trial,
}

/// Why a file could not be read as a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFault {
    /// F01: no workbook inside, damaged, or cut short; with the technical reason (English, for logs).
    Unreadable(String),
    /// F02: needs a password.
    Encrypted,
    /// F03: another spreadsheet format, by name.
    OtherFormat(String),
    /// F04: over a limit; name of the limit, its value.
    TooLarge {
        /// Name of the limit (`file_bytes_max`, `rows_max`, `time`, `memory`).
        limit: String,
        /// Its value.
        max: u64,
    },
    /// F05: not complete and still changing.
    Unsettled,
}

/// A file of the share.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenFile {
    /// Path relative to the share, `/`-separated, NFC, as shown to people.
    pub path: String,
    /// First folder of the path, if any.
    pub folder: Option<String>,
    /// What it is for.
    pub role: Role,
    /// Hash of its bytes (blake3, hex); empty when they could not be read.
    pub hash: String,
    /// Size in bytes.
    pub size: u64,
    /// Time of modification.
    pub modified: Timestamp,
    /// What it says, or why it cannot be read.
    pub content: Result<Arc<Reading>, FileFault>,
}

/// The share at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Its files, sorted by path.
    pub files: Vec<SeenFile>,
    /// Oddities of the folder for the operator and the Office: twins, conflict copies, interrupted saves, links; file and reason key.
    pub oddities: Vec<(String, String)>,
    /// Known files that were absent but whose deletion is not believed yet.
    pub doubted: Vec<String>,
}
