//! Printing: results to stdout, trouble to stderr; a closed pipe is no defect.

use std::io::Write;

/// Prints a result with a final line break.
pub(super) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    if write!(out, "{text}{end}")
        .and_then(|()| out.flush())
        .is_err()
    {
        // The reader went away (a closed pipe): nobody is left to tell.
    }
}

/// Prints trouble on one line.
pub(super) fn error(text: &str) {
    let mut out = std::io::stderr().lock();
    if writeln!(out, "annexd: {text}").is_err() {
        // Nobody is left to tell.
    }
}

/// Prints a value as JSON.
pub(super) fn json(value: &impl serde::Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => print(&text),
        Err(e) => error(&format!("cannot print as JSON: {e}")),
    }
}
