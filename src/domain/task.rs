//! A task: its identity, its values, where they were read, and how often it was completed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::cell::CellRef;
use super::deadline::{Deadline, DeadlineKind};
use super::field::Field;
use super::roster::UnitRef;
use super::status::Status;

/// Identity of a task: its code, else `#` and a hash of its matched content. Never the running number.
pub type TaskId = String;

/// Where a value was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// File, relative to the share.
    pub file: String,
    /// Sheet.
    pub sheet: String,
    /// The content cell of the row.
    pub cell: Option<CellRef>,
}

/// The values of a task as accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskValues {
    /// Code as written; empty where there is none.
    pub code: String,
    /// Running number as written, for display only.
    pub stt: String,
    /// Title of the group above it, or of its group column.
    pub area: String,
    /// Content.
    pub content: String,
    /// Expected product.
    pub product: String,
    /// Lead as written.
    pub lead_text: String,
    /// Leads, by body; the first is the owner.
    pub leads: Vec<UnitRef>,
    /// Persons in charge.
    pub persons: Vec<String>,
    /// Cooperating units as written.
    pub coop: String,
    /// Deadline as written; kept for ever.
    pub deadline_text: String,
    /// Deadline as read.
    pub deadline: Deadline,
    /// Start day of the task, from its start column.
    pub start: Option<Date>,
    /// Status as typed.
    pub status_text: String,
    /// Status by meaning; none when the annex has no status (read from progress and completion day).
    pub status: Option<Status>,
    /// Progress in percent.
    pub progress: Option<f64>,
    /// Day of completion.
    pub completed: Option<Date>,
    /// What has been done.
    pub result: String,
    /// Evidence.
    pub evidence: String,
    /// Reason of lateness.
    pub late_reason: String,
    /// Difficulties.
    pub difficulty: String,
    /// Proposals.
    pub proposal: String,
    /// Remark of the Office.
    pub office_remark: String,
    /// Notes.
    pub note: String,
    /// Commitment: day.
    pub commit_date: Option<Date>,
    /// Commitment: explanation.
    pub explanation: String,
    /// Conversion coefficient for scores (Decree 335/2025); 1 when not stated.
    pub weight: Option<f64>,
    /// Further readable columns, by field name, as text.
    #[serde(default)]
    pub extra: BTreeMap<String, String>,
}

impl Default for TaskValues {
    fn default() -> Self {
        Self {
            code: String::new(),
            stt: String::new(),
            area: String::new(),
            content: String::new(),
            product: String::new(),
            lead_text: String::new(),
            leads: Vec::new(),
            persons: Vec::new(),
            coop: String::new(),
            deadline_text: String::new(),
            deadline: Deadline::without_day(DeadlineKind::Empty),
            start: None,
            status_text: String::new(),
            status: None,
            progress: None,
            completed: None,
            result: String::new(),
            evidence: String::new(),
            late_reason: String::new(),
            difficulty: String::new(),
            proposal: String::new(),
            office_remark: String::new(),
            note: String::new(),
            commit_date: None,
            explanation: String::new(),
            weight: None,
            extra: BTreeMap::new(),
        }
    }
}

impl TaskValues {
    /// Texts by which the row can be recognised elsewhere.
    pub fn telling(&self) -> impl Iterator<Item = &str> {
        let own = [
            &self.content,
            &self.product,
            &self.result,
            &self.evidence,
            &self.late_reason,
            &self.difficulty,
            &self.proposal,
            &self.office_remark,
            &self.note,
            &self.explanation,
        ];
        let extra = Field::TELLING
            .iter()
            .filter_map(|f| self.extra.get(f.name()));
        own.into_iter().chain(extra).map(String::as_str)
    }

    /// Puts approved values in place: code, area, content, product, lead, cooperating units and deadline, wherever the approved annex states
    /// them; start, weight and running number where the row has none.
    pub fn lock(&mut self, approved: &Self) {
        let take = |mine: &mut String, theirs: &String| {
            if !theirs.is_empty() {
                mine.clone_from(theirs);
            }
        };
        take(&mut self.code, &approved.code);
        take(&mut self.area, &approved.area);
        take(&mut self.content, &approved.content);
        take(&mut self.product, &approved.product);
        take(&mut self.coop, &approved.coop);
        if !approved.leads.is_empty() {
            self.leads.clone_from(&approved.leads);
            self.lead_text.clone_from(&approved.lead_text);
        }
        if approved.deadline.kind != DeadlineKind::Empty {
            self.deadline.clone_from(&approved.deadline);
            self.deadline_text.clone_from(&approved.deadline_text);
        }
        self.start = self.start.or(approved.start);
        self.weight = self.weight.or(approved.weight);
        if self.stt.is_empty() {
            self.stt.clone_from(&approved.stt);
        }
    }
}

/// One accepted completion of a task; a recurring task gathers one per occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Completion {
    /// Day of completion, if told.
    pub day: Option<Date>,
    /// The as-of day on which it was first accepted.
    pub accepted_on: Date,
}
