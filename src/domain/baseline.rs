//! The approved annex, as read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::field::Field;
use super::task::{Source, TaskId, TaskValues};

/// The approved annex.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Tasks by identity, in the order of the annex.
    pub tasks: Vec<BaselineTask>,
    /// Hash over its files.
    pub hash: String,
    /// Columns that it has: a field without a column is nobody's to lock.
    #[serde(default)]
    pub columns: BTreeSet<Field>,
}

/// A task of the approved annex.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineTask {
    /// Identity.
    pub id: TaskId,
    /// Its values: content, product, lead, cooperating units, deadline, area are the locked ones.
    pub values: TaskValues,
    /// Where it stands.
    pub source: Source,
}
