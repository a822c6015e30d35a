//! What a notice looks at, and what it may offer.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Input, address, record};
use crate::domain::consolidation::{Class, ConsolidatedTask};
use crate::domain::notice::{Audience, Item, Said, SaidLedger, SendReason};
use crate::domain::roster::Department;

/// How much a candidate weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Worth a mail of its own.
    News,
    /// Rides along with other news.
    Passenger,
    /// Changes the ledger of what was said, without a word.
    Silent,
}

/// Something that could be said to one address.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub to: String,
    pub audience: Audience,
    pub subject: String,
    pub item: Item,
    pub weight: Weight,
}

/// Why a department's task notices rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    Missing,
    Stale,
}

/// One pass, as the notices see it.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub input: &'a Input<'a>,
    pub day: Date,
    pub said: &'a SaidLedger,
    pub tasks: BTreeMap<&'a str, &'a ConsolidatedTask>,
    pub silent: BTreeMap<&'a str, Silence>,
}

impl<'a> Scene<'a> {
    pub fn new(input: &'a Input<'a>, said: &'a SaidLedger) -> Self {
        let mut silent = BTreeMap::new();
        for finding in &input.consolidation.findings {
            let silence = match finding.code.as_str() {
                "L02" => Silence::Missing,
                "L03" => Silence::Stale,
                _ => continue,
            };
            if let Some(code) = finding.department.as_deref() {
                let slot = silent.entry(code).or_insert(silence);
                if silence == Silence::Missing {
                    *slot = silence;
                }
            }
        }
        Self {
            input,
            day: input.now.as_of,
            said,
            tasks: input
                .consolidation
                .tasks
                .iter()
                .map(|t| (t.row.id.as_str(), t))
                .collect(),
            silent,
        }
    }

    /// Departments of the roster that lead a task; else the one whose annex reports it.
    pub fn owners(&self, task: &ConsolidatedTask) -> Vec<&'a Department> {
        owners(self.input, task)
    }

    /// Departments that lead a task and whose task notices do not rest.
    pub fn talking_owners(&self, task: &ConsolidatedTask) -> Vec<&'a Department> {
        let mut owners = self.owners(task);
        owners.retain(|d| !self.silent.contains_key(d.code.as_str()));
        owners
    }

    /// Addresses of the leaders in charge of a department.
    pub fn leaders(&self, code: &str) -> BTreeSet<String> {
        self.input
            .config
            .roster
            .leaders
            .iter()
            .filter(|l| l.departments.iter().any(|d| d == "*" || d == code))
            .flat_map(|l| addresses(&l.mail))
            .collect()
    }

    /// What was said about an open matter to an address.
    pub fn told(&self, to: &str, subject: &str) -> Option<&'a Said> {
        self.said
            .said
            .get(&record::key(to, subject))
            .filter(|s| s.closed.is_none())
    }

    /// Whether the owner's repeats rest by an acknowledgement.
    pub fn rests(&self, task: &str) -> bool {
        self.said
            .tasks
            .get(task)
            .and_then(|m| m.rest_until)
            .is_some_and(|until| until >= self.day)
    }
}

/// Departments of the roster that lead a task; else the one whose annex reports it.
pub(crate) fn owners<'a>(input: &Input<'a>, task: &ConsolidatedTask) -> Vec<&'a Department> {
    let roster = &input.config.roster;
    let mut found: Vec<&Department> = Vec::new();
    for code in &task.leads {
        if let Some(d) = roster.by_code(code)
            && !found.iter().any(|f| f.code == d.code)
        {
            found.push(d);
        }
    }
    if found.is_empty() {
        found.extend(roster.by_code(&task.row.department));
    }
    found
}

/// Clean addresses of a list of the config, each once.
pub(crate) fn addresses(list: &[String]) -> BTreeSet<String> {
    list.iter()
        .map(|a| address::bare_address(a))
        .filter(|a| !a.is_empty())
        .collect()
}

/// Whether a task can fall due: open, with a due day, and reported by somebody.
pub(crate) fn is_open_in_time(task: &ConsolidatedTask) -> bool {
    matches!(task.score.class, Class::OpenInTime | Class::DueSoon) && !is_unknown(task)
}

/// Whether a task is open and late.
pub(crate) fn is_overdue(task: &ConsolidatedTask) -> bool {
    task.score.class == Class::Overdue && task.score.effective.is_some() && !is_unknown(task)
}

/// Whether nothing is known of a task: its only report is held back and none was ever accepted. It may well be done.
pub(crate) fn is_unknown(task: &ConsolidatedTask) -> bool {
    !task.unreported && task.row.version.is_empty()
}

/// An item about a task of a department.
pub(crate) fn task_item(
    reason: SendReason,
    department: &str,
    task: &ConsolidatedTask,
    step: u32,
    key: String,
) -> Item {
    Item {
        reason,
        department: Some(department.to_owned()),
        task: Some(task.row.id.clone()),
        step: Some(step),
        key,
        facts: BTreeMap::new(),
    }
}

/// An item about a department.
pub(crate) fn department_item(reason: SendReason, department: &str, key: String) -> Item {
    Item {
        reason,
        department: Some(department.to_owned()),
        task: None,
        step: None,
        key,
        facts: BTreeMap::new(),
    }
}

/// Subject of a ladder: the matter, the task and the due day it is about.
pub(crate) fn ladder_subject(matter: &str, task: &ConsolidatedTask) -> String {
    let due = task
        .score
        .effective
        .map(|d| d.to_string())
        .unwrap_or_default();
    format!("{matter}|{}|{due}", task.row.id)
}
