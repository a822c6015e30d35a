//! What a pass works with, and why one may come to nothing.

use std::sync::Arc;

use jiff::civil::Date;

use crate::config::Config;
use crate::domain::consolidation::Consolidation;
use crate::domain::now::Now;
use crate::domain::reading::Reading;
use crate::domain::snapshot::{FileFault, Snapshot};
use crate::pass::{Effects, Stands, State};
use crate::shell::folder::ShareError;
use crate::shell::publish::PublishError;
use crate::shell::store::StoreError;
use crate::text::Text;

/// The core's only door (`pass::advance`), with its context bound: state, snapshot, moment, the shell's alarms for the operator,
/// and whether a person released held mails.
pub type Advance =
    dyn Fn(&State, &Snapshot, &Now, &[String], bool) -> (State, Effects) + Send + Sync;

/// Renders the workbooks of a pass (`pass::render`), with its context bound.
pub type Render = dyn Fn(&mut Effects, Snapshot, &Stands<'_>) + Send + Sync;

/// What a pass works with, made anew when the settings are reloaded.
pub struct Setup {
    /// Settings.
    pub config: Config,
    /// Our words.
    pub text: Text,
    /// Bytes to readings.
    pub parse: Box<OwnedParse>,
    /// The core: decides, renders nothing.
    pub advance: Box<Advance>,
    /// Renders what a pass publishes.
    pub render: Box<Render>,
    /// A hash of program and settings: what was rendered by others is rendered anew.
    pub basis: String,
    /// The day the numbers are for, instead of today (a demonstration).
    pub as_of: Option<Date>,
    /// What tells that a pass would change nothing; none where passes are asked for by what has changed.
    pub steady: Option<Steady>,
}

/// Bytes of workbooks to readings, in parser children.
pub type OwnedParse = dyn Fn(Vec<Arc<[u8]>>) -> Vec<Result<Reading, FileFault>> + Send + Sync;

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setup")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// What tells that a pass would change nothing, for commands that start anew each time.
pub struct Steady {
    /// Everything besides share, store and outputs on which a pass stands at a moment: program, settings, day.
    pub basis: Box<Basis>,
    /// Whether the same pass again would find nothing to do.
    pub settled: Box<Settled>,
}

/// A moment to the hash of what a pass stands on.
pub type Basis = dyn Fn(&Now) -> String + Send + Sync;
/// State, consolidation, snapshot and moment of a pass to whether a further one would find nothing to do.
pub type Settled = dyn Fn(&State, &Consolidation, &Snapshot, &Now) -> bool + Send + Sync;

/// Why a pass came to nothing; all of it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// The share.
    #[error(transparent)]
    Share(#[from] ShareError),
    /// Publishing.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
