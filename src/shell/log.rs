//! Logs: one escaped line an event, to stderr; text or JSON by setting.

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, LogSettings};

/// Starts logging; a second start in one process changes nothing.
pub fn start(settings: &LogSettings) {
    let filter = EnvFilter::try_new(&settings.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // A log that cannot be written (its disk is full, its reader gone) must not stop anything: telling of it there would panic.
        .log_internal_errors(false)
        .with_target(false);
    let started = match settings.format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.with_ansi(false).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was started already");
    }
}
