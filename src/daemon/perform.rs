//! One pass against the world: snapshot, advance, publish, commit. `once` and the daemon share it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use jiff::civil::Date;
use serde::Serialize;

use super::answers;
use super::drafts::Drafts;
use super::purge;
use super::standing::{self, Standing, Steady};
use super::told::Told;
use crate::config::Config;
use crate::domain::notice::MailState;
use crate::domain::now::Now;
use crate::domain::reading::Reading;
use crate::domain::snapshot::{FileFault, Snapshot};
use crate::notices;
use crate::pass::{self, Effects, Stands, State};
use crate::shell::folder::{Root, ShareError};
use crate::shell::publish::{
    Outcome, PublishError, Published, Publisher, ShareDisk, Words, is_alternate_of,
};
use crate::shell::snapshot::{Parse, Patience, Reader, Scanner};
use crate::shell::store::{Added, RESTORED, Store, StoreError};
use crate::shell::vault::Vault;
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

/// Something the operator should know of, until it is over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize)]
pub struct Trouble {
    /// Kind: `unsettled`, `unreadable`, `doubted`, `oddity`, `beside`, `not-written`, `refused`, `kept-copy`, `mails-held`.
    pub kind: String,
    /// File or path.
    pub file: String,
    /// Why.
    pub reason: String,
}

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

/// Where the store keeps the alarms that the operator's digest has yet to tell.
const CARRIED: &str = "alarms_untold";

/// Alarms that earlier passes left for the operator's digest.
///
/// # Errors
/// The store is not readable.
pub fn carried_alarms(store: &Store) -> Result<Vec<String>, StoreError> {
    let kept = store.meta(CARRIED)?.unwrap_or_default();
    Ok(serde_json::from_str(&kept).unwrap_or_default())
}

/// Mails that were given up: the operator hears of them in the digest.
#[must_use]
pub fn mail_alarms(state: &State) -> Vec<String> {
    let failed = state.outbox.iter().filter(|e| e.state == MailState::Failed);
    failed
        .map(|e| {
            let why = e.last_error.as_deref().unwrap_or("no answer");
            format!("mail to {} was given up: {why}", e.mail.to)
        })
        .collect()
}

/// The words in the names of published files.
#[must_use]
pub fn words(text: &Text) -> Words {
    Words {
        edited: text.word("cli.published_edited").to_string(),
        fresh: text.word("cli.published_fresh").to_string(),
    }
}

/// Publishes everything; returns whether some of it must be tried again. The consolidated workbook decides over the pass.
fn publish(
    setup: &Setup,
    store: &mut Store,
    now: &Now,
    effects: &Effects,
    published: &mut Vec<Published>,
    troubles: &mut Vec<Trouble>,
) -> Result<bool, PassError> {
    let config = &setup.config;
    let ours = store.ours()?;
    let intents: Vec<(String, String)> = effects
        .publications
        .iter()
        .map(|p| (p.path.clone(), blake3::hash(&p.bytes).to_hex().to_string()))
        .filter(|(path, hash)| !ours.get(path).is_some_and(|known| known.contains(hash)))
        .collect();
    if !intents.is_empty() {
        store.intend(&intents)?;
    }
    let disk = ShareDisk::new(&config.share);
    // Also where the record of what was published is lost, or older than what stands there.
    let program = setup.text.word("document.author").to_string();
    let mut publisher = Publisher::new(disk, words(&setup.text), now.local, SystemTime::now())
        .recognising(
            vec![program, config.plan.board.clone()],
            store.was_restored()?,
        );
    let mut again = false;
    for publication in &effects.publications {
        match publisher.publish(publication, &ours) {
            Ok(done) => {
                if let Outcome::Beside(path, why) = &done.outcome {
                    again = true;
                    troubles.push(trouble(
                        "beside",
                        &done.path,
                        &format!("{why}; the fresh workbook is {path}"),
                    ));
                }
                if let Some(kept) = &done.kept {
                    troubles.push(trouble(
                        "kept-copy",
                        kept,
                        "the published workbook had been edited by hand",
                    ));
                }
                published.push(done);
            }
            Err(e) if publication.path == config.publish.consolidated => return Err(e.into()),
            Err(e @ PublishError::Away(_)) => return Err(e.into()),
            Err(e) => {
                again = true;
                troubles.push(trouble("not-written", &publication.path, &e.to_string()));
            }
        }
    }
    publisher.clean(&output_folders(config));
    Ok(again)
}

/// The folders we write into.
pub(super) fn output_folders(config: &Config) -> BTreeSet<String> {
    let consolidated = config
        .publish
        .consolidated
        .rsplit_once('/')
        .map_or("", |(f, _)| f);
    [
        consolidated,
        &config.publish.feedback,
        &config.publish.periods,
    ]
    .into_iter()
    .map(|f| f.trim_matches('/').to_owned())
    .collect()
}

/// What stands on the share now, by path: targets, and alternates until they are tidied.
fn note_published(before: &State, after: &mut State, published: &[Published], words: &Words) {
    let mut known = before.published.clone();
    for done in published {
        match &done.outcome {
            Outcome::Unchanged | Outcome::Written => {
                known.retain(|path, _| !is_alternate_of(path, &done.path, &words.fresh));
                known.insert(done.path.clone(), done.hash.clone());
            }
            Outcome::Beside(path, _) => {
                known.insert(path.clone(), done.hash.clone());
            }
        }
    }
    after.published = known;
}

fn troubles(snapshot: &Snapshot, faults: &BTreeMap<String, String>) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    for file in &snapshot.files {
        match &file.content {
            // Told of below.
            Err(FileFault::Unsettled) if snapshot.doubted.contains(&file.path) => {}
            Err(FileFault::Unsettled) => {
                let why = faults.get(&file.path).map_or_else(
                    || "still being saved".to_owned(),
                    |why| format!("cannot be opened now: {why}"),
                );
                troubles.push(trouble("unsettled", &file.path, &why));
            }
            Err(fault) => troubles.push(trouble("unreadable", &file.path, &format!("{fault:?}"))),
            Ok(_) => {}
        }
    }
    for path in &snapshot.doubted {
        troubles.push(trouble(
            "doubted",
            path,
            "absent; not believed to be deleted yet",
        ));
    }
    troubles.extend(oddities(&snapshot.oddities));
    troubles
}

/// Mails that the fuse of a pass holds.
fn held_mails(effects: &Effects, now: &Now) -> Option<Trouble> {
    let why = if now.doubted {
        "the clock is not believed"
    } else {
        "a sudden wave"
    };
    let reason = format!(
        "{why}; look at `annexd notices`, then let them go with `annexd notices --release`"
    );
    let count = effects.held;
    (count > 0).then(|| trouble("mails-held", &format!("{count} mails"), &reason))
}

/// Known workbooks that went all at once: the operator hears of it before anything of theirs is given up.
fn wave_of_absences(snapshot: &Snapshot) -> Option<String> {
    let wave = |(_, reason): &(String, String)| reason == "mass-disappearance";
    let alarm = "many known workbooks are gone within a day; what was accepted of them stands, look at the share and at `annexd status`";
    let any = snapshot.oddities.iter().any(wave);
    any.then(|| alarm.to_owned())
}

/// Oddities of the share as troubles.
pub(super) fn oddities(oddities: &[(String, String)]) -> Vec<Trouble> {
    let told = oddities.iter();
    told.map(|(path, reason)| trouble("oddity", path, reason))
        .collect()
}

pub(super) fn trouble(kind: &str, file: &str, reason: &str) -> Trouble {
    Trouble {
        kind: kind.to_owned(),
        file: file.to_owned(),
        reason: reason.to_owned(),
    }
}

/// Where the store keeps how many mails the fuse holds: they are planned anew by each pass and stand in no outbox.
const FUSE_HOLDS: &str = "fuse_holds";

/// Counts of the outbox, for status: waiting, held, failed.
///
/// # Errors
/// The store is not readable.
pub fn outbox_counts(store: &Store) -> Result<(usize, usize, usize), StoreError> {
    let outbox = store.outbox()?;
    let count = |state: MailState| outbox.iter().filter(|e| e.state == state).count();
    let (held, failed) = (count(MailState::Held), count(MailState::Failed));
    let planned = store.meta(FUSE_HOLDS)?.and_then(|n| n.parse().ok());
    Ok((
        outbox.len() - held - failed,
        held + planned.unwrap_or(0_usize),
        failed,
    ))
}
