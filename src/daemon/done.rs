//! What a pass came to.

use super::told::Told;
use super::troubles::Trouble;
use crate::shell::publish::Published;

/// A pass done and committed.
#[derive(Debug)]
pub struct Done {
    /// What is told of it.
    pub told: Told,
    /// Alarms for the operator, one line each.
    pub alarms: Vec<String>,
    /// Why nothing was published (an imbalance), if so.
    pub refused: Option<String>,
    /// Mails queued by it.
    pub queued: u32,
    /// Mails that the fuse holds.
    pub held: u32,
    /// What became of each publication.
    pub published: Vec<Published>,
    /// What the operator should know.
    pub troubles: Vec<Trouble>,
    /// Something must be tried again soon: an incomplete file, a blocked publication.
    pub again: bool,
    /// Known files whose absence is not believed yet.
    pub doubted: usize,
    /// Files looked at.
    pub files: usize,
    /// How long it took, milliseconds.
    pub took_ms: u64,
}
