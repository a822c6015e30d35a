//! One pass against the world: snapshot, advance, publish, commit. `once` and the daemon share it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::alarms::{CARRIED, carried_alarms, mail_alarms};
use super::answers;
use super::counts::FUSE_HOLDS;
use super::done::Done;
use super::drafts::Drafts;
use super::publishing::{note_published, publish, words};
use super::purge;
use super::setup::{PassError, Setup};
use super::standing::{self, Standing};
use super::told::Told;
use super::troubles::{held_mails, trouble, troubles, wave_of_absences};
use crate::config::Config;
use crate::domain::now::Now;
use crate::domain::snapshot::FileFault;
use crate::notices;
use crate::pass::{self, State};
use crate::shell::folder::{Root, ShareError};
use crate::shell::readings::Readings;
use crate::shell::snapshot::{Parse, Patience, Reader, Scanner};
use crate::shell::store::{Added, RESTORED, Store, StoreError};
use crate::shell::vault::Vault;

/// Files the ledger was fed from, the approved annex too, with the hash of their last judged version where it is known.
#[must_use]
pub fn known_files(state: &State) -> BTreeMap<String, String> {
    let mut known: BTreeMap<String, String> = state
        .ledger
        .rows
        .values()
        .filter(|row| !row.source.file.is_empty())
        .map(|row| (row.source.file.clone(), row.version.clone()))
        .collect();
    for version in state
        .ledger
        .departments
        .values()
        .filter_map(|d| d.last_seen.as_ref())
    {
        known.insert(version.file.clone(), version.hash.clone());
    }
    for task in state.ledger.approved.iter().flat_map(|b| &b.tasks) {
        known.entry(task.source.file.clone()).or_default();
    }
    known.remove("");
    known
}

/// Times a pass is begun anew at once because a mail left meanwhile.
const AT_ONCE: u32 = 3;

/// Runs one pass to its commit; `alarms` are the shell's own, for the operator's digest. Mails are delivered afterwards by whoever called.
///
/// # Errors
/// The share is away, the output cannot be written, or the store cannot be committed; nothing was concluded then.
pub fn perform(
    setup: &Setup,
    store: &mut Store,
    vault: &Vault,
    scanner: &mut Scanner,
    patience: Patience,
    now: &Now,
    alarms: &[String],
) -> Result<Done, PassError> {
    let mut left = AT_ONCE;
    loop {
        match attempt(setup, store, vault, scanner, patience, now, alarms) {
            Err(PassError::Store(e @ StoreError::Outdated)) if left > 0 => {
                left -= 1;
                tracing::info!("{e}");
            }
            done => return done,
        }
    }
}

fn attempt(
    setup: &Setup,
    store: &mut Store,
    vault: &Vault,
    scanner: &mut Scanner,
    patience: Patience,
    now: &Now,
    alarms: &[String],
) -> Result<Done, PassError> {
    let started = Instant::now();
    let config = &setup.config;
    let marker = own_share(config, store)?;
    if let Some(steady) = setup.steady.as_ref().filter(|_| alarms.is_empty())
        && let Some(done) = standing::still(setup, steady, store, now)?
    {
        return Ok(done);
    }
    store.scrub_again()?;
    let mut before = store.load(config.limits.log_rows)?;
    let secret: BTreeSet<String> = purge::known(store)?.into_values().collect();
    let keep = |hash: &str, bytes: &[u8]| {
        if secret.contains(hash) {
            return Ok(());
        }
        vault.keep(hash, bytes)
    };
    let reader = Reader {
        parse: &*setup.parse as &Parse<'_>,
        keep: Some(&keep),
    };
    let snapshot = scanner.take(config, patience, &known_files(&before), reader)?;
    let released = store.meta("mails_released")?.is_some();
    let carried = carried_alarms(store)?;
    let mut all_alarms = alarms.to_vec();
    all_alarms.extend(carried.iter().cloned());
    all_alarms.extend(wave_of_absences(&snapshot));
    all_alarms.extend(mail_alarms(&before));
    let (mut after, mut effects) = (setup.advance)(&before, &snapshot, now, &all_alarms, released);
    let mut swept = None;
    if purge::is_due(store, &effects.secrets)? {
        let share = purge::Share {
            setup,
            fresh: pass::paths(&effects, config).into_iter().collect(),
        };
        let taken = purge::take_out(&share, store, vault, &before, &effects.secrets, now)?;
        all_alarms.extend(taken.alarm(&effects.secrets));
        before = store.load(config.limits.log_rows)?;
        (after, effects) = (setup.advance)(&before, &snapshot, now, &all_alarms, released);
        swept = Some(taken);
    }
    let readings = Readings::of(&config.state_dir, &setup.basis);
    // What does not agree may have been misread.
    if effects.refused.is_none()
        && let Err(e) = readings.keep(&snapshot.files, &effects.secrets)
    {
        tracing::warn!(error = %e, "what was read could not be kept; it is read again by the next run");
    }
    let mut troubles = troubles(&snapshot, &scanner.faults);
    troubles.extend(held_mails(&effects, now));
    let mut again = snapshot
        .files
        .iter()
        .any(|f| f.content == Err(FileFault::Unsettled));
    let (files, doubted) = (snapshot.files.len(), snapshot.doubted.len());
    let steady = setup.steady.as_ref().filter(|_| !again);
    let standing = steady.and_then(|s| Standing::of(setup, s, &after, &effects, &snapshot, now));
    if patience == Patience::Once {
        // Nobody looks again: what was read is let go as soon as it is rendered.
        scanner.forget();
    }
    let drafts = Drafts::load(store, &setup.basis)?;
    (setup.render)(&mut effects, snapshot, &|path, digest| {
        drafts.stands(config, &before.published, path, digest)
    });
    let mut published = Vec::new();
    if let Some(why) = &effects.refused {
        troubles.push(trouble("refused", &config.publish.consolidated, why));
    } else {
        again |= publish(setup, store, now, &effects, &mut published, &mut troubles)?;
        published.extend(standing::left(&effects.standing, &before.published));
    }
    note_published(&before, &mut after, &published, &words(&setup.text));
    if effects.refused.is_none() {
        let wanted = pass::paths(&effects, config).into_iter().collect();
        answers::withdraw(setup, store, now, &wanted, &mut after)?;
    }
    // An alarm that goes on is written down once.
    effects.alarms.retain(|a| !carried.contains(a));
    // A workbook that a person had edited was set aside only now.
    let kept = published.iter().filter_map(|p| p.kept.as_deref());
    if let Some(alarm) = swept.and_then(|s| purge::kept_copies(setup, &s, kept)) {
        effects.carried.push(alarm.clone());
        effects.alarms.push(alarm);
    }
    let mut notes = vec![
        (RESTORED, None),
        purge::note(&effects.secrets),
        (
            FUSE_HOLDS,
            (effects.held > 0).then(|| effects.held.to_string()),
        ),
        (CARRIED, serde_json::to_string(&effects.carried).ok()),
        ("absences", serde_json::to_string(&scanner.absences).ok()),
    ];
    notes.extend(marker.map(|marker| (MARKER, Some(marker))));
    // Released on a rest day or in the evening, they go when offices open.
    if released && !effects.paused {
        notes.push(("mails_released", None));
    }
    let added = Added {
        notes: &notes,
        unheld: &notices::only_operators(config),
        ..Added::from(&effects)
    };
    store.commit(&before, &after, added, now.instant)?;
    Drafts::keep(store, &setup.basis, &effects.digests, &published)?;
    let told = Told::of(&effects.consolidation, &setup.text);
    if let Some(standing) = standing.filter(|_| !again) {
        standing.keep(store, &published, &after.published, &told)?;
    }
    Ok(Done {
        published,
        troubles,
        again,
        doubted,
        files: files - doubted,
        took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        told,
        alarms: effects.alarms,
        refused: effects.refused,
        queued: effects.queued,
        held: effects.held,
    })
}

/// Where the store keeps what the share's marker says.
const MARKER: &str = "share_marker";

/// What the marker says, to be remembered, unless it is of another share than the ledger's: then nothing there is ours.
fn own_share(config: &Config, store: &Store) -> Result<Option<String>, PassError> {
    let marker = Root::open(&config.share)?.marker()?;
    if marker.is_empty() {
        return Ok(None);
    }
    match store.meta(MARKER)? {
        Some(known) if known != marker => Err(ShareError::Away(
            config.share.clone(),
            "its marker .annexd is of another share than the one this state belongs to; to go on with it, empty the marker".to_owned(),
        )
        .into()),
        _ => Ok(Some(marker)),
    }
}
