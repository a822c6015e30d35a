//! One pass: the core's only door. Pure: the same state, snapshot, settings and moment give the same result.

use std::collections::BTreeMap;

use crate::config::Config;
use crate::domain::calendar::Calendar;
use crate::domain::consolidation::{Consolidation, TrendPoint};
use crate::domain::ledger::{Event, Ledger, Version};
use crate::domain::notice::{OutboxEntry, SaidLedger};
use crate::text::Text;

/// What a pass stands on and leaves behind; the store keeps it.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// What has been accepted.
    pub ledger: Ledger,
    /// What was said.
    pub said: SaidLedger,
    /// Mails to be delivered, oldest first; sent ones leave it.
    pub outbox: Vec<OutboxEntry>,
    /// Hash of what was last published, by path relative to the share.
    pub published: BTreeMap<String, String>,
    /// Roll-up of past days, oldest first; one point a day.
    pub trend: Vec<TrendPoint>,
    /// Newest events, newest first, bounded: for the log sheet.
    pub log: Vec<Event>,
}

/// What every pass needs besides.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Settings.
    pub config: &'a Config,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Our words.
    pub text: &'a Text,
}

/// A file to be published, atomically, if its bytes differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Path relative to the share.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What the shell must do, in this order: publish, commit, deliver.
#[derive(Clone, Debug)]
pub struct Effects {
    /// Files to publish.
    pub publications: Vec<Publication>,
    /// Events to append to the history.
    pub events: Vec<Event>,
    /// Workbook versions that arrived; their bytes go to the vault.
    pub versions: Vec<Version>,
    /// Everything as of the day.
    pub consolidation: Consolidation,
    /// Why nothing is published (an imbalance), if so.
    pub refused: Option<String>,
    /// Alarms for the operator, one line each.
    pub alarms: Vec<String>,
}
