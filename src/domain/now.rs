//! The one moment of a pass.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

/// The time of a pass, taken once by the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The instant.
    pub instant: Timestamp,
    /// The same in the configured time zone.
    pub local: DateTime,
    /// The day the numbers are for: today, or `--as-of`.
    pub as_of: Date,
    /// Whether `--as-of` replaced today: mails then go at once whatever the hour.
    pub as_of_given: bool,
    /// Whether the clock jumped ahead and is not believed: this is the time that should be, and mails are held.
    pub doubted: bool,
}
