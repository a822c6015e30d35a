//! A row that turns out to be a state secret: what was kept of it before it was marked is taken out of every place (T35).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::alarms::{CARRIED, carried_alarms};
use super::publishing::{output_folders, words};
use super::setup::{PassError, Setup};
use crate::domain::ledger::{Event, EventKind};
use crate::domain::now::Now;
use crate::domain::secrets::{Secrets, Traces};
use crate::domain::task::Source;
use crate::intake;
use crate::pass::{self, State};
use crate::shell::mailer::eml;
use crate::shell::publish::{Disk as _, Ours, ShareDisk};
use crate::shell::readings::Readings;
use crate::shell::store::{Added, Store, StoreError};
use crate::shell::vault::Vault;

/// Where the store keeps which workbooks hold a secret: path and hash.
const KNOWN: &str = "secret_files";

/// Workbooks that hold a state secret, by path, as of the last pass that looked for its traces.
///
/// # Errors
/// The store is not readable.
pub(super) fn known(store: &Store) -> Result<BTreeMap<String, String>, StoreError> {
    let kept = store.meta(KNOWN)?.unwrap_or_default();
    Ok(serde_json::from_str(&kept).unwrap_or_default())
}

/// Workbooks that accepted rows come from and whose version the vault lacks, by path; those that held a secret are not meant.
///
/// # Errors
/// The store or the vault is not readable.
pub fn unkept(store: &Store, vault: &Vault) -> Result<Vec<String>, StoreError> {
    let mut kept: BTreeSet<String> = vault.hashes()?.into_iter().collect();
    kept.extend(known(store)?.into_values());
    for event in store.events(None, Some(""))? {
        if let EventKind::Purged { versions } = event.kind {
            kept.extend(versions);
        }
    }
    let rows = store.load(0)?.ledger.rows;
    let lacking = rows
        .into_values()
        .filter(|row| !row.version.is_empty() && !kept.contains(&row.version));
    let files: BTreeSet<String> = lacking.map(|row| row.source.file.clone()).collect();
    Ok(files.into_iter().collect())
}

/// The note of which workbooks hold one now.
pub(super) fn note(secrets: &Secrets) -> (&'static str, Option<String>) {
    (KNOWN, serde_json::to_string(&secrets.files).ok())
}

/// Whether a workbook that was not looked at before holds one.
pub(super) fn is_due(store: &Store, secrets: &Secrets) -> Result<bool, StoreError> {
    let known = known(store)?;
    let news = |(path, hash): (&String, &String)| known.get(path) != Some(hash);
    Ok(secrets.files.iter().any(news))
}

/// The share as this pass finds it.
pub(super) struct Share<'a> {
    pub setup: &'a Setup,
    /// Workbooks that the pass writes anew.
    pub fresh: BTreeSet<String>,
}

/// What was found and done, for the operator.
#[derive(Debug, Default)]
pub(super) struct Swept {
    traces: Traces,
    /// Something of it had been kept.
    any: bool,
    events: u64,
    versions: BTreeSet<String>,
    mails: u64,
    mailed: BTreeSet<String>,
    /// Files that people or a promise keep as they are.
    stay: Vec<String>,
}

/// Takes the secrets out of old workbooks, vault, mails and database; the state of the store is a cleaned one afterwards.
///
/// Files come before the database: a pass that is cut short finds the same words there again.
pub(super) fn take_out(
    share: &Share<'_>,
    store: &mut Store,
    vault: &Vault,
    before: &State,
    secrets: &Secrets,
    now: &Now,
) -> Result<Swept, PassError> {
    let config = &share.setup.config;
    Readings::of(&config.state_dir, &share.setup.basis)
        .forget()
        .map_err(StoreError::from)?;
    let mut past = store.events(None, None)?;
    let traces = pass::traces(&before.ledger, &past, secrets);
    past.retain(|e| pass::tells(e, secrets, &traces));
    let frozen = before.ledger.frozen.iter().flat_map(|f| {
        let word = f.word.iter().map(|w| w.path.clone());
        std::iter::once(f.path.clone()).chain(word)
    });
    let mut swept = Swept {
        stay: outputs(share, &traces, &frozen.collect(), &store.ours()?),
        versions: versions(share.setup, store, vault, &past, secrets, &traces)?,
        mails: mail_files(&config.mail.dir, &traces),
        ..Swept::default()
    };
    let cleaned = pass::cleaned(before, secrets, &traces);
    let lost = cleaned.ledger.rows.len() < before.ledger.rows.len()
        || cleaned.ledger.figures.len() < before.ledger.figures.len()
        || cleaned.outbox.len() < before.outbox.len();
    let purged = store.purge(secrets, &traces)?;
    swept.events = purged.events;
    swept.mailed = purged.mailed;
    swept.any = lost || swept.events > 0 || swept.mails > 0;
    let told: Vec<Event> = if swept.any {
        events(secrets, &swept, now)
    } else {
        Vec::new()
    };
    // A pass that comes to nothing after this finds no trace any more: what it had to tell is kept.
    let mut carried = carried_alarms(store)?;
    carried.extend(swept.alarm(secrets));
    let notes = [(CARRIED, serde_json::to_string(&carried).ok())];
    let added = Added {
        events: &told,
        notes: &notes,
        ..Added::default()
    };
    store.commit(before, &cleaned, added, now.instant)?;
    for removed in store.scrub(&traces)? {
        tracing::warn!(file = %removed.display(), "a damaged database that was set aside held a state secret and was removed");
    }
    swept.traces = traces;
    Ok(swept)
}

/// One event a department, with hashes only.
fn events(secrets: &Secrets, swept: &Swept, now: &Now) -> Vec<Event> {
    let mut departments: Vec<String> = secrets.departments.iter().cloned().collect();
    if departments.is_empty() {
        departments.push(String::new());
    }
    departments
        .into_iter()
        .enumerate()
        .map(|(n, department)| Event {
            at: now.instant,
            day: now.as_of,
            department,
            task: String::new(),
            by: None,
            source: Source::default(),
            version: String::new(),
            kind: EventKind::Purged {
                versions: if n == 0 {
                    swept.versions.iter().cloned().collect()
                } else {
                    Vec::new()
                },
            },
        })
        .collect()
}

/// Removes every version from the vault that holds a secret's words; returns their hashes.
fn versions(
    setup: &Setup,
    store: &Store,
    vault: &Vault,
    past: &[Event],
    secrets: &Secrets,
    traces: &Traces,
) -> Result<BTreeSet<String>, PassError> {
    let mut named: BTreeSet<String> = secrets.files.values().cloned().collect();
    named.extend(past.iter().map(|e| e.version.clone()));
    for event in past {
        if let EventKind::Accepted { row, .. } | EventKind::Marked { row } = &event.kind {
            named.insert(row.version.clone());
        }
    }
    named.extend(store.versions_confirming(secrets)?);
    let files: BTreeSet<&str> = past.iter().map(|e| e.source.file.as_str()).collect();
    let theirs: BTreeSet<String> = store
        .versions()?
        .into_iter()
        .filter(|v| files.contains(v.file.as_str()) || secrets.files.contains_key(&v.file))
        .map(|v| v.hash)
        .collect();
    let mut removed = BTreeSet::new();
    for hash in vault.hashes().map_err(StoreError::from)? {
        // A version that cannot be opened may hold anything; of these workbooks it goes.
        let holds = || match vault.get(&hash) {
            Ok(Some(bytes)) => match intake::letters(&bytes, &setup.config.limits) {
                Some(text) => traces.in_squeezed(&text),
                None => theirs.contains(&hash),
            },
            Ok(None) => false,
            Err(_) => theirs.contains(&hash),
        };
        if (named.contains(&hash) || holds()) && vault.remove(&hash).map_err(StoreError::from)? {
            removed.insert(hash);
        }
    }
    Ok(removed)
}

/// Removes mails written as files that tell of a secret; returns how many.
fn mail_files(dir: &Path, traces: &Traces) -> u64 {
    let mut removed = 0;
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "eml") || path.is_symlink() {
            continue;
        }
        let Ok(bytes) = fs::read(&path) else { continue };
        if !traces.in_text(&eml::text_of(&bytes)) {
            continue;
        }
        match fs::remove_file(&path) {
            Ok(()) => removed += 1,
            Err(e) => {
                tracing::error!(file = %path.display(), error = %e, "a mail that tells of a state secret could not be removed");
            }
        }
    }
    removed
}

/// Goes through the output folders: our own old workbooks go, what people or a promise keep is returned.
fn outputs(
    share: &Share<'_>,
    traces: &Traces,
    frozen: &BTreeSet<String>,
    ours: &Ours,
) -> Vec<String> {
    let config = &share.setup.config;
    let mut disk = ShareDisk::new(&config.share);
    let mut stay = Vec::new();
    let mut folders = output_folders(config);
    let trials = pass::trial_folder(config);
    folders.insert(trials.clone());
    let edited = words(&share.setup.text).edited;
    for folder in &folders {
        for (name, _) in disk.list(folder).unwrap_or_default() {
            let path = format!("{folder}/{name}");
            if share.fresh.contains(&path) {
                continue;
            }
            let Ok(Some(bytes)) = disk.read(&path) else {
                continue;
            };
            if !holds(&bytes, share.setup, traces) {
                continue;
            }
            let hash = blake3::hash(&bytes).to_hex().to_string();
            let is_ours = ours.get(&path).is_some_and(|known| known.contains(&hash))
                || (*folder == trials && !name.contains(&edited));
            if is_ours && !frozen.contains(&path) && disk.remove(&path).is_ok() {
                tracing::warn!(file = ?path, "an own workbook that held a state secret was removed");
                continue;
            }
            stay.push(path);
        }
    }
    stay
}

fn holds(bytes: &[u8], setup: &Setup, traces: &Traces) -> bool {
    intake::letters(bytes, &setup.config.limits).is_some_and(|text| traces.in_squeezed(&text))
}

/// The alarm on copies of hand-edited workbooks that were set aside in this pass.
pub(super) fn kept_copies<'k>(
    setup: &Setup,
    swept: &Swept,
    kept: impl Iterator<Item = &'k str>,
) -> Option<String> {
    let mut disk = ShareDisk::new(&setup.config.share);
    let left: Vec<&str> = kept
        .filter(|path| {
            let bytes = disk.read(path).ok().flatten();
            bytes.is_some_and(|b| holds(&b, setup, &swept.traces))
        })
        .collect();
    (!left.is_empty()).then(|| {
        format!(
            "a copy that a person had edited holds a row that is now marked as a state secret and was not touched, deal with it by hand: {}",
            left.join(", ")
        )
    })
}

impl Swept {
    /// The operator's alarm, without a word of the row.
    pub(super) fn alarm(&self, secrets: &Secrets) -> Option<String> {
        if !self.any && self.stay.is_empty() {
            return None;
        }
        let files: Vec<&str> = secrets.files.keys().map(String::as_str).collect();
        let mut text = format!(
            "a row that had been accepted is now marked as a state secret ({}): what was kept of it was taken out ({} events, {} versions of the vault, {} mail files)",
            files.join(", "),
            self.events,
            self.versions.len(),
            self.mails
        );
        if !self.stay.is_empty() {
            text.push_str("; these files hold it and were not touched, deal with them by hand: ");
            text.push_str(&self.stay.join(", "));
        }
        if !self.mailed.is_empty() {
            let to: Vec<&str> = self.mailed.iter().map(String::as_str).collect();
            text.push_str("; mails that told of it had gone out and cannot be called back: ");
            text.push_str(&to.join(", "));
        }
        Some(text)
    }
}
