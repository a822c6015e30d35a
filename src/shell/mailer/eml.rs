//! Mails as `.eml` files, each put in place at once.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::outbox::Outcome;

/// Writes a mail; the same mail again takes the same name.
pub(super) fn write(dir: &Path, name: &str, message_id: &str, bytes: &[u8]) -> Outcome {
    let wanted = if name.is_empty() { message_id } else { name };
    let safe: String = wanted
        .chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => c,
            _ => '-',
        })
        .take(120)
        .collect();
    let target = dir.join(format!("{}.eml", safe.trim_start_matches('.')));
    match put(dir, &target, bytes) {
        Ok(()) => Outcome::Sent(target.display().to_string()),
        Err(e) => Outcome::Transient {
            line: format!("{}: {e}", target.display()),
            unreachable: true,
        },
    }
}

fn put(dir: &Path, target: &Path, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)?;
    let mut file = tempfile::Builder::new()
        .prefix(".~mail-")
        .suffix(".tmp")
        .permissions(Permissions::from_mode(0o640))
        .tempfile_in(dir)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(target).map_err(|e| e.error)?;
    if let Ok(folder) = std::fs::File::open(dir) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// What a written mail says, its parts decoded; for finding words that must not stay.
#[must_use]
pub fn text_of(bytes: &[u8]) -> String {
    let raw = String::from_utf8_lossy(bytes);
    let mut out = String::new();
    let (mut encoding, mut in_body, mut part) = (String::new(), false, String::new());
    for line in raw.lines() {
        if line.starts_with("--") {
            out.push_str(&decoded(&part, &encoding));
            (encoding, in_body, part) = (String::new(), false, String::new());
        } else if in_body {
            part.push_str(line);
            part.push('\n');
        } else if line.is_empty() {
            in_body = true;
        } else if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-transfer-encoding")
        {
            encoding = value.trim().to_lowercase();
        }
    }
    out.push_str(&decoded(&part, &encoding));
    out
}

fn decoded(part: &str, encoding: &str) -> String {
    match encoding {
        "quoted-printable" => quoted_printable(part),
        "base64" => base64(part),
        _ => part.to_owned(),
    }
}

/// RFC 2045 §6.7.
fn quoted_printable(part: &str) -> String {
    let mut out = Vec::with_capacity(part.len());
    let joined = part.replace("=\n", "");
    let mut bytes = joined.bytes();
    while let Some(b) = bytes.next() {
        if b != b'=' {
            out.push(b);
            continue;
        }
        let hex: Vec<u8> = bytes.by_ref().take(2).collect();
        let code = std::str::from_utf8(&hex)
            .ok()
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        out.extend(code);
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// RFC 4648 §4; what is no letter of it is passed over.
fn base64(part: &str) -> String {
    let (mut out, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for c in part.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(((held >> bits) & 0xff) as u8);
            held &= (1 << bits) - 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
