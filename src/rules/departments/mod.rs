//! Rules on departments and their annexes as a whole.

pub mod annex_missing;
pub mod annex_stale;
pub mod task_claimed_twice;
pub mod task_unreported;
