//! The package around a workbook: what kind of file it is, and its parts behind counted, bounded readers.

use std::cell::Cell;
use std::io::{self, BufReader, Cursor, Read};

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::config::Limits;
use crate::domain::secrets::squeeze;
use crate::domain::snapshot::FileFault;

/// First bytes of a compound file (\[MS-CFB\] §2.2): old workbooks and encrypted packages.
const CFB_MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Longest stretch of XML without a new tag, bytes. A cell holds 32,767 characters at most.
const TEXT_RUN_MAX: u64 = 4 << 20;

/// A fault of damage or of a foreign content.
pub(super) fn unreadable(why: impl Into<String>) -> FileFault {
    FileFault::Unreadable(why.into())
}

/// A fault of size.
pub(super) fn too_large(limit: &str, max: u64) -> FileFault {
    FileFault::TooLarge {
        limit: limit.to_owned(),
        max,
    }
}

/// Tells by content why bytes are no package at all; `Ok` when they start like one.
pub(super) fn sniff(bytes: &[u8], limits: &Limits) -> Result<(), FileFault> {
    if bytes.len() as u64 > limits.file_bytes_max {
        return Err(too_large("file_bytes_max", limits.file_bytes_max));
    }
    if bytes.starts_with(&CFB_MAGIC) {
        return Err(compound(bytes));
    }
    if bytes.starts_with(b"PK") {
        return Ok(());
    }
    if bytes.len() > 4 && bytes[0] == 0x09 && matches!(bytes[1], 0 | 2 | 4 | 8) && bytes[3] == 0 {
        return Err(FileFault::OtherFormat("xls".to_owned()));
    }
    let head = &bytes[..bytes.len().min(2048)];
    if contains(head, b"urn:schemas-microsoft-com:office:spreadsheet") {
        return Err(FileFault::OtherFormat("xml".to_owned()));
    }
    if bytes.is_empty() {
        return Err(unreadable("the file is empty"));
    }
    if bytes.iter().all(|b| *b == 0) {
        return Err(unreadable("the file holds zero bytes only"));
    }
    Err(unreadable("not a zip package"))
}

/// A compound file: an encrypted package, an old workbook, or something else of Office.
fn compound(bytes: &[u8]) -> FileFault {
    let wide = |name: &str| -> Vec<u8> { name.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    if contains(bytes, &wide("EncryptedPackage")) {
        return FileFault::Encrypted;
    }
    if contains(bytes, &wide("WordDocument")) || contains(bytes, &wide("PowerPoint Document")) {
        return unreadable("an Office document that is no workbook");
    }
    FileFault::OtherFormat("xls".to_owned())
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    let Some((first, rest)) = needle.split_first() else {
        return true;
    };
    let mut from = 0;
    while let Some(at) = hay[from..].iter().position(|b| b == first) {
        let tail = &hay[from + at + 1..];
        if tail.starts_with(rest) {
            return true;
        }
        from += at + 1;
    }
    false
}

/// An opened package with a count of what was inflated so far.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    limits: &'a Limits,
    inflated: Cell<u64>,
    over: Cell<bool>,
}

impl<'a> Package<'a> {
    /// Opens the directory of a package and checks its entry count and names.
    pub(super) fn open(bytes: &'a [u8], limits: &'a Limits) -> Result<Self, FileFault> {
        sniff(bytes, limits)?;
        let mut archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|e| unreadable(e.to_string()))?;
        if archive.len() as u64 > limits.entries_max {
            return Err(too_large("entries_max", limits.entries_max));
        }
        if archive.is_empty() {
            return Err(unreadable("an empty package"));
        }
        if archive.has_duplicate_names() {
            return Err(unreadable("two parts of the package have one name"));
        }
        let mut seen = std::collections::BTreeSet::new();
        for name in archive.file_names_raw() {
            if !seen.insert(part_name(&String::from_utf8_lossy(name))) {
                return Err(unreadable("two parts of the package have one name"));
            }
        }
        // The reader refuses a part that inflates beyond its stated size, so the stated sum is a bound.
        let stated: u64 = (0..archive.len())
            .filter_map(|i| archive.by_index_raw(i).ok().map(|f| f.size()))
            .fold(0, u64::saturating_add);
        if stated > limits.inflated_bytes_max {
            return Err(too_large("inflated_bytes_max", limits.inflated_bytes_max));
        }
        if archive
            .has_overlapping_files()
            .map_err(|e| unreadable(e.to_string()))?
        {
            return Err(unreadable("parts of the package overlap"));
        }
        Ok(Self {
            archive,
            limits,
            inflated: Cell::new(0),
            over: Cell::new(false),
        })
    }

    /// Number of parts.
    pub(super) fn len(&self) -> usize {
        self.archive.len()
    }

    /// Normalised name of a part.
    pub(super) fn name(&self, index: usize) -> String {
        match self.archive.name_for_index(index) {
            Some(Ok(name)) => part_name(&name),
            _ => String::new(),
        }
    }

    /// Name of a part as the package says it.
    pub(super) fn said_name(&self, index: usize) -> String {
        match self.archive.name_for_index(index) {
            Some(Ok(name)) => name.to_string(),
            _ => String::new(),
        }
    }

    /// Index of a part by its normalised name.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let wanted = part_name(name);
        (0..self.len()).find(|i| self.name(*i) == wanted)
    }

    /// Hands a counted, bounded reader of a part to `read`, then reads what is left, so that the checksum of the whole part is verified.
    pub(super) fn with_part<T>(
        &mut self,
        index: usize,
        xml: bool,
        read: impl FnOnce(&mut dyn io::BufRead) -> Result<T, FileFault>,
    ) -> Result<T, FileFault> {
        let name = self.name(index);
        let max = self.limits.inflated_bytes_max;
        let over = &self.over;
        let file = self.archive.by_index(index).map_err(|e| match e {
            zip::result::ZipError::UnsupportedArchive(why)
                if why == zip::result::ZipError::PASSWORD_REQUIRED =>
            {
                FileFault::Encrypted
            }
            other => unreadable(format!("{name}: {other}")),
        })?;
        let mut reader = BufReader::with_capacity(
            32 << 10,
            Counted {
                inner: file,
                used: &self.inflated,
                max,
                over,
                run: 0,
                xml,
            },
        );
        let fault = |e: &io::Error| {
            if over.get() {
                too_large("inflated_bytes_max", max)
            } else {
                unreadable(format!("{name}: {e}"))
            }
        };
        let value = read(&mut reader).map_err(|f| match f {
            FileFault::Unreadable(_) if over.get() => too_large("inflated_bytes_max", max),
            FileFault::Unreadable(why) => unreadable(format!("{name}: {why}")),
            other => other,
        })?;
        io::copy(&mut reader, &mut io::sink()).map_err(|e| fault(&e))?;
        Ok(value)
    }
}

/// Normalises the name of a part: slashes, no leading slash, lower case (names of parts are compared so, ECMA-376 part 2 §6.2.2).
pub(super) fn part_name(name: &str) -> String {
    name.replace('\\', "/")
        .trim_start_matches('/')
        .to_lowercase()
}

/// Resolves the target of a relationship against the folder of the part that holds it.
pub(super) fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut steps: Vec<&str> = Vec::new();
    if !target.starts_with('/') {
        steps.extend(folder.split('/').filter(|s| !s.is_empty()));
    }
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            other => steps.push(other),
        }
    }
    part_name(&steps.join("/"))
}

/// Counts what is inflated and stops beyond the limit; does not trust sizes of the directory.
struct Counted<'a, 'z> {
    inner: ZipFile<'z, Cursor<&'a [u8]>>,
    used: &'z Cell<u64>,
    max: u64,
    over: &'z Cell<bool>,
    run: u64,
    xml: bool,
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        let used = self.used.get().saturating_add(n as u64);
        self.used.set(used);
        if used > self.max {
            self.over.set(true);
            return Err(io::Error::other("inflates beyond the limit"));
        }
        if self.xml {
            let chunk = &buf[..n];
            match chunk.iter().position(|b| *b == b'<') {
                None => self.run += n as u64,
                Some(first) => {
                    self.run += first as u64;
                    if self.run <= TEXT_RUN_MAX {
                        let last = chunk.iter().rposition(|b| *b == b'<').unwrap_or(first);
                        self.run = (n - last) as u64;
                    }
                }
            }
            if self.run > TEXT_RUN_MAX {
                self.over.set(true);
                return Err(io::Error::other("a text beyond the limit"));
            }
        }
        Ok(n)
    }
}

/// Letters and digits of everything a package says, markup aside, in lower case and without what stands between them; none when it is
/// no package or beyond the limits.
#[must_use]
pub fn letters(bytes: &[u8], limits: &Limits) -> Option<String> {
    let mut package = Package::open(bytes, limits).ok()?;
    let mut out = String::new();
    for index in 0..package.len() {
        let name = package.name(index);
        if ![".xml", ".rels", ".vml"].iter().any(|e| name.ends_with(e)) {
            continue;
        }
        let text = package
            .with_part(index, false, |part| {
                let mut raw = Vec::new();
                part.read_to_end(&mut raw)
                    .map_err(|e| unreadable(e.to_string()))?;
                let wide = super::rewrap::utf8_of(&raw);
                Ok(wide.unwrap_or_else(|| String::from_utf8_lossy(&raw).into_owned()))
            })
            .ok()?;
        out.push_str(&squeeze(&without_markup(&text)));
        out.push('\n');
    }
    Some(out)
}

/// Text between tags; references to characters as the characters they stand for.
fn without_markup(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len() / 2);
    let mut rest = xml;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let tag = rest.starts_with('<');
        let Some(end) = rest.find(if tag { '>' } else { ';' }) else {
            break;
        };
        if !tag {
            let number = rest[1..end].strip_prefix('#');
            let code = number.and_then(|n| match n.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => n.parse().ok(),
            });
            out.extend(code.and_then(char::from_u32));
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}
