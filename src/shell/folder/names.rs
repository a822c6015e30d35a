//! Names in the share: which may hold an annex, which are other programs' litter, what a place is for.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use crate::config::Config;

/// Spreadsheet extensions: the first two are read, the others get their finding (F03).
const SPREADSHEETS: &[&str] = &[
    "xlsx", "xlsm", "xls", "xlsb", "ods", "fods", "csv", "tsv", "et",
];
/// The two that are read.
const READ: &[&str] = &["xlsx", "xlsm"];

/// What a place of the share is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A department's folder.
    Annex,
    /// Directly in the share.
    Common,
    /// The baseline's folder.
    Baseline,
    /// The folder of trials.
    Trial,
    /// Where we write: never read.
    Output,
}

/// A path as people see it: NFC, `/`-separated, undecodable and control characters replaced.
#[must_use]
pub fn shown(raw: &OsStr) -> String {
    String::from_utf8_lossy(raw.as_bytes())
        .nfc()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// A path for comparing: NFC, lower case, blanks trimmed in each part.
#[must_use]
pub fn folded(shown: &str) -> String {
    shown
        .split('/')
        .map(|part| part.trim().to_lowercase().nfc().collect::<String>())
        .collect::<Vec<_>>()
        .join("/")
}

/// Whether a name (NFC, no folders) is one of a spreadsheet and not litter.
#[must_use]
pub fn is_candidate(name: &str) -> bool {
    !is_litter(name) && extension(name).is_some_and(|e| SPREADSHEETS.contains(&e.as_str()))
}

/// The extension of another spreadsheet format, if the name has one (F03).
#[must_use]
pub fn other_format(name: &str) -> Option<String> {
    extension(name).filter(|e| SPREADSHEETS.contains(&e.as_str()) && !READ.contains(&e.as_str()))
}

fn extension(name: &str) -> Option<String> {
    Path::new(name)
        .extension()
        .map(|e| e.to_string_lossy().to_lowercase())
}

/// Litter of editors and sync programs: owner files, locks, temporary and half-loaded files.
#[must_use]
pub fn is_litter(name: &str) -> bool {
    name.is_empty()
        || name.starts_with(['.', '~'])
        || is_hex_name(name)
        || extension(name).is_some_and(|e| {
            matches!(
                e.as_str(),
                "tmp" | "part" | "partial" | "crdownload" | "filepart" | "bak" | "lnk" | "xlk"
            )
        })
}

/// Eight hex digits without an extension: Excel's new file during a save, maybe the only copy.
#[must_use]
pub fn is_hex_name(name: &str) -> bool {
    name.len() == 8 && name.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Folders that hold no annexes by their name; macOS puts its saves into `….sb-…` folders.
#[must_use]
pub fn is_hidden_folder(name: &str) -> bool {
    name.starts_with(['_', '.', '~'])
        || name.contains(".sb-")
        || name == "lost+found"
        || extension(name).is_some_and(|e| e == "tmp")
}

/// What a path (shown) is for, by the settings; a folder's path ends with `/`.
#[must_use]
pub fn place(config: &Config, shown: &str) -> Place {
    let path = folded(shown.trim_end_matches('/'));
    let inside = |folder: &str| {
        let folder = folded(folder.trim_matches('/'));
        !folder.is_empty() && (path == folder || path.starts_with(&format!("{folder}/")))
    };
    if inside(&config.folders.baseline) {
        return Place::Baseline;
    }
    if inside(&config.folders.trial) {
        return Place::Trial;
    }
    let consolidated = folded(config.publish.consolidated.trim_matches('/'));
    let (parent, file) = consolidated
        .rsplit_once('/')
        .unwrap_or(("", consolidated.as_str()));
    let ours = if parent.is_empty() {
        // Published beside the annexes: only the workbook and its alternates ("stem (…).xlsx") are ours.
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        path == file || (path.starts_with(&format!("{stem} (")) && !path.contains('/'))
    } else {
        inside(parent)
    };
    if ours || inside(&config.publish.feedback) || inside(&config.publish.periods) {
        return Place::Output;
    }
    if shown.trim_end_matches('/').contains('/') || shown.ends_with('/') {
        Place::Annex
    } else {
        Place::Common
    }
}
