//! What the operator should know of a pass, from what was seen of the share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::now::Now;
use crate::domain::snapshot::{FileFault, Snapshot};
use crate::pass::Effects;

/// Something the operator should know of, until it is over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trouble {
    /// Kind: `unsettled`, `unreadable`, `doubted`, `oddity`, `beside`, `not-written`, `refused`, `kept-copy`, `mails-held`.
    pub kind: String,
    /// File or path.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// What went amiss with files of the share.
pub(super) fn troubles(snapshot: &Snapshot, faults: &BTreeMap<String, String>) -> Vec<Trouble> {
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
pub(super) fn held_mails(effects: &Effects, now: &Now) -> Option<Trouble> {
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
pub(super) fn wave_of_absences(snapshot: &Snapshot) -> Option<String> {
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
