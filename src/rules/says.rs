//! What a row says of its identity, openly or not.

use crate::domain::field::Field;
use crate::domain::reading::{FieldValue, TaskRow};

/// What a row says of its identity.
#[derive(Clone, Default)]
pub struct Says {
    /// Code as written.
    pub code: String,
    /// Content as written.
    pub content: String,
}

impl Says {
    /// What a row says to everybody; of a state secret nothing.
    #[must_use]
    pub fn openly(row: &TaskRow) -> Self {
        let code = match row.value(Field::Code) {
            FieldValue::Error | FieldValue::Uncalculated | FieldValue::DittoWithoutSource => "",
            _ => row.text(Field::Code),
        };
        let content = match row.value(Field::Content) {
            FieldValue::Text => row.text(Field::Content),
            _ => "",
        };
        Self {
            code: code.trim().to_owned(),
            content: content.to_owned(),
        }
    }

    /// What a row says, secret or not: only to find what it was known as before.
    #[must_use]
    pub fn silently(row: &TaskRow) -> Self {
        match &row.unspoken {
            Some(unspoken) => Self {
                code: unspoken.text(Field::Code).trim().to_owned(),
                content: unspoken.text(Field::Content).to_owned(),
            },
            None => Self::openly(row),
        }
    }
}
