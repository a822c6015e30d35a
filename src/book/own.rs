//! Whether a workbook is one of ours as it was written: for when the record of what was published is lost.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

/// Bytes of the core properties at most.
const CORE_MAX: u64 = 64 << 10;

/// Whether bytes are a workbook by `author` that no program has saved since: every other program states its own save in the core
/// properties (ECMA-376 part 2, §11) or dates the parts of the package.
#[must_use]
pub fn is_as_written(bytes: &[u8], author: &str) -> bool {
    // Nothing was appended: the end record (APPNOTE §4.3.16), without a comment, is the end.
    let end = bytes.len().checked_sub(22).map(|at| &bytes[at..]);
    if end.is_none_or(|end| !end.starts_with(b"PK\x05\x06")) {
        return false;
    }
    let Ok(mut package) = ZipArchive::new(Cursor::new(bytes)) else {
        return false;
    };
    let dated = (0..package.len()).any(|i| {
        let time = package.by_index_raw(i).ok().and_then(|f| f.last_modified());
        time.is_none_or(|t| {
            (t.year(), t.month(), t.day(), t.hour(), t.minute()) != (1980, 1, 1, 0, 0)
        })
    });
    if dated {
        return false;
    }
    let mut core = String::new();
    let read = package
        .by_name("docProps/core.xml")
        .ok()
        .and_then(|part| part.take(CORE_MAX).read_to_string(&mut core).ok());
    let value = |tag: &str| {
        let from = core.find(&format!("<{tag}"))?;
        let rest = &core[from..];
        let rest = &rest[rest.find('>')? + 1..];
        Some(&rest[..rest.find('<')?])
    };
    read.is_some()
        && value("dc:creator") == Some(author)
        && value("cp:lastModifiedBy") == Some(author)
        && value("dcterms:created").is_some()
        && value("dcterms:created") == value("dcterms:modified")
}
