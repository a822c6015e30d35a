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
