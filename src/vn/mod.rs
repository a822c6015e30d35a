//! (being built)

/// Words people write.
#[derive(Debug)]
pub struct Words;

impl Words {
    /// The embedded words.
    #[must_use]
    pub fn embedded() -> &'static Self {
        &Self
    }

    /// A reporting period.
    #[must_use]
    pub fn period(&self, text: &str) -> Option<crate::domain::indicator::PeriodKey> {
        text.parse().ok()
    }

    /// A status word.
    #[must_use]
    pub fn status(&self, _text: &str) -> Option<crate::domain::status::StatusWord> {
        None
    }
}

impl Words {
    /// A mark of a yes/no column.
    #[must_use]
    pub fn mark(&self, _text: &str) -> Option<bool> {
        None
    }
}
