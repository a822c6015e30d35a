//! A database that was lost, or restored from an older copy.

use std::fs;
use std::path::Path;

use super::sql::Db;
use super::{Store, StoreError};

/// Set from a database's restoring to the first pass after it: what it knows of published workbooks may be old.
pub(super) const RESTORED: &str = "restored";

impl Store {
    /// A database that was not there before. Where versions are kept there had been one: nobody is told again what it knew was said.
    pub(super) fn begun(db: Db, dir: &Path) -> Result<Self, StoreError> {
        let mut store = Self::of(db, dir);
        store.lost = fs::read_dir(dir.join("vault")).is_ok_and(|mut d| d.next().is_some());
        if store.lost {
            tracing::error!("the database was gone; it is begun anew and mails are held");
            store.set_meta("mails_held", "the database was gone and was begun anew")?;
        }
        Ok(store)
    }

    /// Whether the database was restored since the last pass.
    ///
    /// # Errors
    /// The database is not readable.
    pub fn was_restored(&self) -> Result<bool, StoreError> {
        Ok(self.meta(RESTORED)?.is_some())
    }

    /// Notes that a pass has brought its records up to date.
    ///
    /// # Errors
    /// The database is not writable.
    pub fn settle_restored(&self) -> Result<(), StoreError> {
        if self.was_restored()? {
            self.clear_meta(RESTORED)?;
        }
        Ok(())
    }
}
