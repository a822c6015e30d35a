//! A look at share and ledger without effect: what `check`, `explain`, `history`, `notices`, `issue` and `report` begin with.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Session, exit, output};
use crate::domain::assessment::Assessment;
use crate::domain::baseline::Baseline;
use crate::domain::consolidation::Consolidation;
use crate::domain::ledger::{Event, EventKind, Ledger};
use crate::domain::now::Now;
use crate::domain::reading::Reading;
use crate::domain::snapshot::{FileFault, Snapshot};
use crate::pass::{self, State};
use crate::shell::parser::Parsers;
use crate::shell::snapshot::{Patience, Reader, Scanner};
use crate::shell::store::{Store, StoreError};
use crate::{cores, intake, ledger};

/// What a command looks at.
pub(super) struct Look {
    /// The moment.
    pub(super) now: Now,
    /// The stored state; empty before the first pass.
    pub(super) state: State,
    /// The share, when it is there.
    pub(super) snapshot: Option<Snapshot>,
    /// The approved annex.
    pub(super) baseline: Option<Baseline>,
    /// What the rules say of the share now.
    pub(super) assessment: Assessment,
}

/// Opens the store beside a running daemon; none before the first pass.
pub(super) fn store(session: &Session) -> Result<Option<Store>, i32> {
    match Store::read_only(&session.core.config.state_dir) {
        Ok(store) => Ok(Some(store)),
        Err(StoreError::Absent(_)) => Ok(None),
        Err(e) => {
            output::error(&e.to_string());
            Err(exit::TRY_AGAIN)
        }
    }
}

/// Bytes to readings, in parser children; what was read before is not read again.
pub(super) fn parser(
    session: &Session,
) -> impl Fn(Vec<Arc<[u8]>>) -> Vec<Result<Reading, FileFault>> + Send + Sync + use<> {
    let core = Arc::clone(&session.core);
    let exe = std::env::current_exe().unwrap_or_else(|_| "annexd".into());
    let parsers = Parsers::new(exe, &core.config.limits, cores::count());
    let readings = session.readings();
    move |files: Vec<Arc<[u8]>>| {
        readings.read(files, |unknown| {
            let cx = core.read_context();
            super::progress::by_portions(&unknown, cores::count() * 8, |some| {
                parsers.parse_all(some, |grid| Ok(intake::read(Arc::new(grid?), &cx)))
            })
        })
    }
}

/// Looks at the share and the ledger; a share that is away gives an empty look with a word on stderr.
pub(super) fn take(session: &Session, as_of: Option<Date>) -> Result<Look, i32> {
    let now = session.now(as_of);
    let config = &session.core.config;
    let state = match store(session)? {
        Some(store) => store.load(config.limits.log_rows).map_err(|e| {
            output::error(&e.to_string());
            exit::TRY_AGAIN
        })?,
        None => State::default(),
    };
    let parse = parser(session);
    let reader = Reader {
        parse: &parse,
        keep: None,
    };
    let known = crate::daemon::perform::known_files(&state);
    let snapshot = match Scanner::default().take(config, Patience::Once, &known, reader) {
        Ok(snapshot) => Some(snapshot),
        Err(e) => {
            output::error(&format!("{e}; only what was accepted before is shown"));
            None
        }
    };
    let cx = session.core.context(&[], false, true);
    let (baseline, assessment) = match &snapshot {
        Some(snapshot) => pass::assess(&state.ledger, snapshot, &now, &cx),
        None => (None, Assessment::default()),
    };
    Ok(Look {
        now,
        state,
        snapshot,
        baseline,
        assessment,
    })
}

impl Look {
    /// The history up to a day, oldest first.
    pub(super) fn events(
        session: &Session,
        until: Option<Date>,
        task: Option<&str>,
    ) -> Result<Vec<Event>, i32> {
        match store(session)? {
            Some(store) => store.events(until, task).map_err(|e| {
                output::error(&e.to_string());
                exit::TRY_AGAIN
            }),
            None => Ok(Vec::new()),
        }
    }

    /// The ledger as of the look's day: the stored one, or rebuilt from the history when a past day is asked for.
    pub(super) fn ledger(&self, session: &Session) -> Result<Ledger, i32> {
        if !self.now.as_of_given {
            return Ok(self.state.ledger.clone());
        }
        let events = Self::events(session, Some(self.now.as_of), None)?;
        let mut past = ledger::replay(events.iter(), self.now.as_of);
        // Of proposals made before the history told of them those still open are known.
        let open = self.state.ledger.proposals.iter();
        let untold: Vec<_> = open
            .filter(|p| p.since <= self.now.as_of)
            .filter(|p| !past.proposals.iter().any(|known| known.is_same(p)))
            .cloned()
            .collect();
        past.proposals.extend(untold);
        let frozen = self.state.ledger.frozen.iter();
        past.frozen = frozen
            .filter(|f| f.cut_off <= self.now.as_of)
            .cloned()
            .collect();
        Ok(past)
    }

    /// The approved annex of the day of a rebuilt ledger; today's where the history is older than its record of approvals.
    pub(super) fn planned(
        &self,
        session: &Session,
        past: &Ledger,
    ) -> Result<Option<Baseline>, i32> {
        if past.approved.is_some() {
            return Ok(past.approved.clone());
        }
        let later = Self::events(session, None, Some(""))?;
        let recorded = later
            .iter()
            .any(|e| matches!(e.kind, EventKind::Approved { .. }));
        // Before the first approval there was no plan; before the first event nobody knows.
        let begun = !Self::events(session, Some(self.now.as_of), None)?.is_empty();
        Ok(self.baseline.clone().filter(|_| !(recorded && begun)))
    }

    /// The consolidation as of the look's day.
    pub(super) fn consolidation(&self, session: &Session) -> Result<Consolidation, i32> {
        let cx = session.core.context(&[], false, true);
        if let (Some(snapshot), false) = (&self.snapshot, self.now.as_of_given) {
            let (_, effects) = pass::decide(&self.state, snapshot, &self.now, &cx);
            return Ok(effects.consolidation);
        }
        let ledger = self.ledger(session)?;
        let events = Self::events(session, Some(self.now.as_of), None)?;
        let held = ledger::held(events.iter());
        let rows = usize::try_from(session.core.config.limits.log_rows).unwrap_or(usize::MAX);
        let log: Vec<Event> = events.into_iter().rev().take(rows).collect();
        Ok(pass::rebuild(
            &ledger,
            held,
            self.planned(session, &ledger)?.as_ref(),
            &log,
            &self.state.trend,
            &self.now,
            &cx,
        ))
    }
}
