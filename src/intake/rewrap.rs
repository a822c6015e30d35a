//! Packages that break the letter of the standard and still say everything: packed anew, so that one reader reads them all.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::package::{Package, unreadable};
use crate::config::Limits;
use crate::domain::snapshot::FileFault;

/// Packs a package anew when parts of it have a name with a leading stroke or an XML in UTF-16; none when there is nothing to mend.
///
/// # Errors
/// Why the package cannot be read, or that it is beyond the limits.
pub(super) fn rewrapped(bytes: &[u8], limits: &Limits) -> Result<Option<Vec<u8>>, FileFault> {
    let mut package = Package::open(bytes, limits)?;
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let fault = |e: zip::result::ZipError| unreadable(e.to_string());
    let mut mended = false;
    for index in 0..package.len() {
        let said = package.said_name(index);
        let name = said.replace('\\', "/");
        let name = name.trim_start_matches('/');
        if name.is_empty() || name.ends_with('/') {
            continue;
        }
        mended |= said.starts_with(['/', '\\']);
        let raw = package.with_part(index, false, |part| {
            let mut raw = Vec::new();
            part.read_to_end(&mut raw)
                .map_err(|e| unreadable(e.to_string()))?;
            Ok(raw)
        })?;
        let text = utf8_of(&raw);
        mended |= text.is_some();
        out.start_file(name, stored).map_err(fault)?;
        out.write_all(text.as_deref().map_or(&raw[..], str::as_bytes))
            .map_err(|e| unreadable(e.to_string()))?;
    }
    let packed = out.finish().map_err(fault)?.into_inner();
    Ok(mended.then_some(packed))
}

/// A text in UTF-16 with its mark, as UTF-8; what its declaration says of the encoding is left out.
pub(super) fn utf8_of(raw: &[u8]) -> Option<String> {
    let little = match raw {
        [0xff, 0xfe, ..] => true,
        [0xfe, 0xff, ..] => false,
        _ => return None,
    };
    let units = raw[2..].chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        }
    });
    let text: String = char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    let Some(end) = text.strip_prefix("<?xml").and_then(|rest| rest.find("?>")) else {
        return Some(text);
    };
    Some(text[end + "<?xml?>".len()..].to_owned())
}
