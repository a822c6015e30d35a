//! The verdict on a file.

use serde::{Deserialize, Serialize};

/// Verdict on a file (SPEC §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing to remark.
    Accepted,
    /// It counts, with an error, explain or warning.
    AcceptedWithRemarks,
    /// No row of it counts.
    HeldBack,
}

impl Verdict {
    /// The word of the JSON interface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::AcceptedWithRemarks => "accepted-with-remarks",
            Self::HeldBack => "held-back",
        }
    }
}
