//! Whether the share answers at all, asked by a process of its own: a call to a share that hangs cannot be taken back.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::config::Config;
use crate::shell::folder;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks at the asking process.
const LOOK: Duration = Duration::from_millis(20);

/// Whether the share gives an answer in time, be it an error. Where nobody can be sent to ask, it is asked directly later.
pub(super) fn comes(config: &Config) -> bool {
    let (Ok(exe), Some(file)) = (std::env::current_exe(), &config.file) else {
        return true;
    };
    let asked = Command::new(exe)
        .arg("--config")
        .arg(file)
        .arg("share-probe")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut asked) = asked else { return true };
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if !matches!(asked.try_wait(), Ok(None)) {
            return true;
        }
        std::thread::sleep(LOOK);
    }
    // It ends when the share answers; nobody waits for it.
    let _ = asked.kill();
    false
}

/// The asking process: looks at the whole share once.
pub(in crate::cli) fn ask(config: &Config) -> i32 {
    i32::from(folder::scan(config).is_err())
}
