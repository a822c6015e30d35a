//! The program on a share of a test: real workbooks, read in this process.

use std::sync::Arc;

use annexd::daemon::Setup;
use annexd::domain::reading::Reading;
use annexd::domain::snapshot::{FileFault, Snapshot};
use annexd::intake::{self, prescan::prescan, read_grid};
use annexd::pass::{self, State};
use annexd::text::Text;
use jiff::civil::Date;

use crate::support::case::House;

/// The program on this share; `shows` whether workbooks are rendered (most of a pass's time).
pub(super) fn setup(toml: &str, day: Date, shows: bool) -> Setup {
    let core = Arc::new(House::new(toml).core());
    let (reads, decides, renders) = (Arc::clone(&core), Arc::clone(&core), Arc::clone(&core));
    Setup {
        config: core.config.clone(),
        text: Text::embedded(),
        parse: Box::new(move |files| {
            let read = |bytes: Arc<[u8]>| -> Result<Reading, FileFault> {
                let limits = &reads.config.limits;
                prescan(&bytes, limits)?;
                let grid = read_grid(&bytes, limits)?;
                Ok(intake::read(Arc::new(grid), &reads.read_context()))
            };
            files.into_iter().map(read).collect()
        }),
        advance: Box::new(
            move |state: &State, snapshot: &Snapshot, now, alarms, released| {
                pass::decide(
                    state,
                    snapshot,
                    now,
                    &decides.context(alarms, released, true),
                )
            },
        ),
        render: Box::new(move |effects, snapshot, stands| {
            if shows {
                pass::render(
                    effects,
                    snapshot,
                    &renders.context(&[], false, true),
                    stands,
                );
            }
        }),
        basis: toml.to_owned(),
        as_of: Some(day),
        steady: None,
    }
}
