//! What published workbooks were made from: one whose part of a pass is the same is not made again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::shell::publish::{Disk as _, Outcome, Published, ShareDisk};
use crate::shell::store::{Store, StoreError};

/// Where the store keeps it.
const DRAFTS: &str = "drafts";

/// Digests of what published workbooks were made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Drafts {
    /// Hash of the program and settings that made them.
    basis: String,
    /// Digest, and hash of the workbook, by path.
    paths: BTreeMap<String, (String, String)>,
}

impl Drafts {
    /// Those of this program and these settings; none of others.
    ///
    /// # Errors
    /// The store is not readable.
    pub(super) fn load(store: &Store, basis: &str) -> Result<Self, StoreError> {
        let kept = store.meta(DRAFTS)?.unwrap_or_default();
        let kept: Self = serde_json::from_str(&kept).unwrap_or_default();
        Ok(if kept.basis == basis {
            kept
        } else {
            Self::default()
        })
    }

    /// Whether a workbook made from this stands on the share, byte for byte as it was published, and nothing beside it.
    pub(super) fn stands(
        &self,
        config: &Config,
        published: &BTreeMap<String, String>,
        path: &str,
        digest: &str,
    ) -> bool {
        let (Some((known, made)), Some(hash)) = (self.paths.get(path), published.get(path)) else {
            return false;
        };
        // An alternate beside it is cleared away only by publishing.
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let beside = format!("{stem} (");
        if digest.is_empty()
            || known != digest
            || made != hash
            || published.keys().any(|other| other.starts_with(&beside))
        {
            return false;
        }
        let bytes = ShareDisk::new(&config.share).read(path);
        matches!(bytes, Ok(Some(bytes)) if blake3::hash(&bytes).to_hex().as_str() == hash)
    }

    /// Keeps the digests of what stands published now.
    ///
    /// # Errors
    /// The store is not writable.
    pub(super) fn keep(
        store: &Store,
        basis: &str,
        digests: &BTreeMap<String, String>,
        published: &[Published],
    ) -> Result<(), StoreError> {
        let in_place = published
            .iter()
            .filter(|p| !matches!(p.outcome, Outcome::Beside(..)));
        let drafts = Self {
            basis: basis.to_owned(),
            paths: in_place
                .filter_map(|p| {
                    let digest = digests.get(&p.path)?.clone();
                    Some((p.path.clone(), (digest, p.hash.clone())))
                })
                .collect(),
        };
        store.note(DRAFTS, &serde_json::to_string(&drafts).unwrap_or_default())
    }
}
