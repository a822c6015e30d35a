//! State secrets: what a pass must know of refused rows to undo what was kept of them before they were marked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::field::Field;
use super::indicator::PeriodKey;
use super::task::TaskId;

/// What a refused row says. It lives in memory as long as the reading does; it is never printed, stored or sent.
#[derive(Clone, Default, PartialEq)]
pub struct Unspoken {
    /// Texts of known columns.
    pub fields: BTreeMap<Field, String>,
    /// Texts of other columns.
    pub others: Vec<String>,
    /// Further lines of the same row, zero-based.
    pub lines: Vec<u32>,
}

impl fmt::Debug for Unspoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unspoken")
    }
}

impl Unspoken {
    /// The text of a field; empty when the row has none.
    #[must_use]
    pub fn text(&self, field: Field) -> &str {
        self.fields.get(&field).map_or("", String::as_str)
    }

    /// The texts by which the row can be recognised elsewhere.
    pub fn telling(&self) -> impl Iterator<Item = &str> {
        let known = Field::TELLING.iter().filter_map(|f| self.fields.get(f));
        known.chain(&self.others).map(String::as_str)
    }
}

/// A figure of an indicator: indicator, period, department.
pub type FigureKey = (String, PeriodKey, String);

/// Rows of a share that are state secrets, and what they are to the ledger.
#[derive(Clone, Default, PartialEq)]
pub struct Secrets {
    /// Tasks they are.
    pub tasks: BTreeSet<TaskId>,
    /// Figures they are.
    pub figures: BTreeSet<FigureKey>,
    /// Workbooks that hold such a row, marked or not: path and hash.
    pub files: BTreeMap<String, String>,
    /// Departments whose rows they are, by code.
    pub departments: BTreeSet<String>,
    /// Rows without a mark of their own that are the same task as a marked one: path, sheet, zero-based row.
    pub unmarked: BTreeSet<(String, String, u32)>,
    /// Tasks that trial drops mark, by path of the drop; without effect on anything else.
    pub tried: BTreeMap<String, BTreeSet<TaskId>>,
    /// Marks of tasks that were a secret ([`mark`]) and that no annex shows openly since: the approved annex alone does not bring them back.
    pub hushed: BTreeSet<String>,
    /// Texts of those rows.
    pub words: Vec<String>,
    /// Their contents.
    pub contents: Vec<String>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl Secrets {
    /// Whether there is nothing to hide.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// What is remembered of a task that was a secret: a hash of its identity, no word of it.
#[must_use]
pub fn mark(id: &str) -> String {
    let hash = blake3::hash(format!("secret task {id}").as_bytes());
    hash.to_hex()[..32].to_owned()
}

/// Letters of a trace at most: long enough to be one row's own, short enough to survive being cut off.
const TRACE_LETTERS: usize = 24;
/// Letters of a trace at least; digits alone are anybody's.
const TRACE_LETTERS_MIN: usize = 6;

/// Letters and digits of a text, composed, in lower case, without what stands between them.
#[must_use]
pub fn squeeze(text: &str) -> String {
    text.nfc()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .nfc()
        .collect()
}

/// By what the words of a row are recognised in other texts, however those are wrapped, escaped or cut off.
#[derive(Clone, Default)]
pub struct Traces {
    traces: BTreeSet<String>,
    contents: BTreeSet<String>,
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Traces")
    }
}

impl Traces {
    /// Of the words of secret rows; what open texts say too gives nothing away.
    #[must_use]
    pub fn new<'w>(
        words: impl Iterator<Item = &'w str>,
        contents: impl Iterator<Item = &'w str>,
        open: impl Iterator<Item = &'w str>,
    ) -> Self {
        let mut traces: BTreeSet<String> = BTreeSet::new();
        for word in words {
            let letters: Vec<char> = squeeze(word).chars().collect();
            if letters.iter().filter(|c| c.is_alphabetic()).count() < TRACE_LETTERS_MIN {
                continue;
            }
            for part in letters.chunks(TRACE_LETTERS) {
                if part.len() == TRACE_LETTERS || letters.len() < TRACE_LETTERS {
                    traces.insert(part.iter().collect());
                }
            }
            let tail = letters.len().saturating_sub(TRACE_LETTERS);
            traces.insert(letters[tail..].iter().collect());
        }
        let mut contents: BTreeSet<String> = contents
            .map(squeeze)
            .filter(|c| c.chars().count() >= TRACE_LETTERS_MIN)
            .collect();
        for open in open {
            let open = squeeze(open);
            traces.retain(|t| !open.contains(t.as_str()));
            contents.remove(&open);
        }
        Self { traces, contents }
    }

    /// Whether a text, squeezed, holds any of the words.
    #[must_use]
    pub fn in_squeezed(&self, text: &str) -> bool {
        self.traces.iter().any(|t| text.contains(t.as_str()))
    }

    /// Whether a text holds any of the words.
    #[must_use]
    pub fn in_text(&self, text: &str) -> bool {
        self.in_squeezed(&squeeze(text))
    }

    /// Whether a text is the whole content of one of the rows.
    #[must_use]
    pub fn is_content(&self, text: &str) -> bool {
        self.contents.contains(&squeeze(text))
    }
}
