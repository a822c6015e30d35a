//! The state directory: its disk, the database, the journal a lost one is rebuilt from, the vault.

use std::fs;
use std::path::Path;

use super::{Report, space};
use crate::config::Config;
use crate::daemon::unkept;
use crate::shell::mount::{FileSystem, file_system};
use crate::shell::store::{Store, StoreError};
use crate::shell::vault::Vault;

pub(super) fn check(config: &Config, report: &mut Report) {
    let dir = &config.state_dir;
    let exists = dir.is_dir();
    let place = if exists {
        dir.as_path()
    } else {
        dir.parent().unwrap_or(dir)
    };
    match file_system(place) {
        Ok(FileSystem::Local) => {}
        Ok(kind) => report.wrong(
            "state",
            format!("{} lies on a {} file system", dir.display(), kind.name()),
            "set state_dir to a local disk: a database on a network file system can be damaged",
        ),
        Err(e) => report.wrong(
            "state",
            format!("{}: {e}", place.display()),
            "create the folder for annexd's account",
        ),
    }
    if exists {
        match tempfile::tempfile_in(dir) {
            Ok(_) => report.ok("state", format!("{} can be written", dir.display())),
            Err(e) => report.wrong(
                "state",
                format!("{} cannot be written: {e}", dir.display()),
                "give it to the account of annexd",
            ),
        }
        space("state", dir, report);
    }
    let share = fs::canonicalize(&config.share).ok();
    if fs::canonicalize(dir)
        .ok()
        .zip(share)
        .is_some_and(|(dir, share)| dir.starts_with(share))
    {
        report.wrong(
            "state",
            "state_dir lies in the share",
            "set it to a local folder outside the share",
        );
    }
    match Store::read_only(dir).and_then(|s| s.sound().map(|()| s)) {
        Ok(store) => database(&store, dir, report),
        Err(StoreError::Absent(_)) => {
            report.ok("state", "no database yet; the first pass makes it")
        }
        Err(e) => report.wrong(
            "state",
            e.to_string(),
            "restart annexd: it sets a damaged database aside and rebuilds it from the vault",
        ),
    }
    for aside in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = aside.file_name().to_string_lossy().into_owned();
        if name.contains(".damaged-") && !name.ends_with("-wal") && !name.ends_with("-shm") {
            report.note(
                "state",
                format!("{name}: a damaged database was set aside"),
                "look at the disk, then remove the file",
            );
        }
    }
}

/// The database, the journal it could be rebuilt from, and the versions its rows come from.
fn database(store: &Store, dir: &Path, report: &mut Report) {
    match store.load(1) {
        Ok(state) => report.ok(
            "state",
            format!("the database is sound: {} tasks", state.ledger.rows.len()),
        ),
        Err(e) => return report.wrong("state", e.to_string(), "restore a backup of the state"),
    }
    match store.is_journalled() {
        Ok(true) => report.ok(
            "state",
            "the vault's journal goes as far as the database: a lost one could be rebuilt",
        ),
        Ok(false) => report.note(
            "state",
            "the vault's journal does not go as far as the database",
            "restart annexd, or run `annexd once`: it begins the journal anew",
        ),
        Err(e) => report.wrong(
            "state",
            format!("the vault's journal cannot be read: {e}"),
            "give the state directory to the account of annexd",
        ),
    }
    let missing = Vault::open(dir)
        .map_err(StoreError::from)
        .and_then(|vault| unkept(store, &vault));
    match missing {
        Ok(missing) if missing.is_empty() => {
            report.ok("state", "the vault holds every version that rows come from");
        }
        Ok(missing) => report.note(
            "state",
            format!(
                "the vault lacks {} versions that rows come from: {}",
                missing.len(),
                missing.join(", ")
            ),
            "the figures stand in the database; workbooks that held a state secret are never kept, others come back from a backup of the state",
        ),
        Err(e) => report.wrong("state", format!("the vault cannot be read: {e}"), "look at the disk"),
    }
}
