//! annexd keeps a public board's plan annexes (xlsx) consolidated, judged and followed up.
//!
//! # Bird's eye
//!
//! Departments save workbooks in a share. A pass takes a [`domain::snapshot::Snapshot`] of it, reads every workbook into a
//! [`domain::reading::Reading`] (facts), judges all of them against the baseline and the ledger
//! ([`domain::assessment::Assessment`]), advances the ledger, computes the scores, builds one
//! [`domain::consolidation::Consolidation`], and from it workbooks and notices.
//!
//! # Floors
//!
//! Imports go down only; modules of floor 2 never name each other. `tests/it/architecture.rs` reads this table.
//!
//! ```text
//! cores      0
//! domain     0
//! config     1
//! text       1
//! vn         1
//! book       1
//! settle     2
//! intake     2
//! rules      2
//! ledger     2
//! kpi        2
//! sheets     2
//! feedback   2
//! report     2
//! notices    2
//! outbox     2
//! pass       3
//! shell      4
//! daemon     5
//! cli        5
//! ```
//!
//! # Invariants
//!
//! 1. Nothing below floor 4 does I/O, reads a clock or draws a random number.
//! 2. Events wake; only a `Snapshot` informs.
//! 3. One `Now` per pass.
//! 4. Every defect of a user's making is a `Finding` with a cell or a file; none is skipped, none stops the other departments.
//! 5. What was held back never replaces what was accepted.
//! 6. Departments' files are opened for reading only.
//! 7. Nothing is mailed that was not first committed to the outbox.
//! 8. Same state, snapshot, config and `Now`: same bytes.
//! 9. Every list from outside has a limit, and reaching it is a finding or a log line.
//! 10. Vietnamese stands in `templates/` (what we say) and `config/` (what we understand), never in `src/`.

pub mod book;
pub mod cli;
pub mod config;
pub mod cores;
pub mod daemon;
pub mod domain;
pub mod feedback;
pub mod intake;
pub mod kpi;
pub mod ledger;
pub mod notices;
pub mod outbox;
pub mod pass;
pub mod report;
pub mod rules;
pub mod settle;
pub mod sheets;
pub mod shell;
pub mod text;
pub mod vn;
