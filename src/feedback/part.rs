//! The part of a pass that one department's feedback is made from, and its digest: the same part gives the same workbook.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::domain::consolidation::{ConsolidatedTask, Consolidation, DepartmentState};
use crate::domain::finding::{Finding, Severity};
use crate::domain::ledger::Proposal;

/// All that the sheets read of a consolidation.
#[derive(Clone, Debug, Serialize)]
pub struct Part<'a> {
    /// The day.
    pub as_of: Date,
    /// When the department's newest file was saved: stamps the workbook.
    pub saved: Option<Timestamp>,
    /// Its findings.
    pub findings: Vec<&'a Finding>,
    /// Rows of its files that are state secrets, whoever they concern.
    pub secrets: Vec<&'a Finding>,
    /// Codes that hold its tasks.
    pub held: BTreeMap<&'a str, &'a Vec<String>>,
    /// Its tasks, and those its findings name.
    pub tasks: Vec<&'a ConsolidatedTask>,
    /// For the Office: findings that are no department's.
    pub nobodys: Vec<&'a Finding>,
    /// Its open proposals.
    pub proposals: Vec<&'a Proposal>,
}

impl<'a> Part<'a> {
    /// Takes the department's part out.
    #[must_use]
    pub fn of(
        department: &'a DepartmentState,
        files: &HashSet<&str>,
        consolidation: &'a Consolidation,
        office: bool,
    ) -> Self {
        let code = department.code.as_str();
        let in_files = |f: &&Finding| f.file.as_deref().is_some_and(|file| files.contains(file));
        let mine = |f: &&Finding| match &f.department {
            Some(department) => department == code,
            None => in_files(f),
        };
        let findings: Vec<&Finding> = consolidation.findings.iter().filter(mine).collect();
        let open = |f: &&Finding| {
            let elsewhere = f.file.as_deref().is_some_and(|file| !files.contains(file));
            f.department.is_none() && elsewhere && f.severity != Severity::Info
        };
        let nobodys = if office {
            consolidation.findings.iter().filter(open).collect()
        } else {
            Vec::new()
        };
        let secrets = consolidation.findings.iter();
        let secrets = secrets.filter(|f| f.code == "T35" && (in_files(f) || mine(f)));
        let mut named: HashSet<&str> = findings.iter().filter_map(|f| f.task.as_deref()).collect();
        let held = named.iter().filter_map(|task| {
            let (task, codes) = consolidation.held.get_key_value(*task)?;
            Some((task.as_str(), codes))
        });
        let held = held.collect();
        let own = |t: &ConsolidatedTask| {
            t.row.department == code || t.leads.iter().any(|lead| lead == code)
        };
        for task in consolidation.tasks.iter().filter(|t| own(t)) {
            named.remove(task.row.id.as_str());
        }
        let tasks = consolidation.tasks.iter();
        let tasks =
            tasks.filter(|t| own(t) || (!named.is_empty() && named.contains(t.row.id.as_str())));
        let proposals = consolidation.proposals.iter();
        Self {
            as_of: consolidation.as_of,
            saved: department.received,
            nobodys,
            secrets: secrets.collect(),
            held,
            tasks: tasks.collect(),
            proposals: proposals.filter(|p| p.department == code).collect(),
            findings,
        }
    }

    /// A hash of everything in it and of the department's own state.
    #[must_use]
    pub fn digest(&self, department: &DepartmentState) -> String {
        let mut hasher = blake3::Hasher::new();
        let told = serde_json::to_writer(&mut hasher, &(department, self));
        // What cannot be written down is never the same.
        told.map_or_else(
            |_| String::new(),
            |()| hasher.finalize().to_hex().to_string(),
        )
    }
}
