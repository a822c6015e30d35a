//! The part of a pass that one department's feedback is made from, and its digest: the same part gives the same workbook.

use std::collections::{BTreeMap, HashMap, HashSet};

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

/// Where each department's findings and tasks stand in a consolidation, found once for all departments.
#[derive(Clone, Debug, Default)]
pub struct Index<'a> {
    /// Findings of departments, by code.
    findings: HashMap<&'a str, Vec<usize>>,
    /// Findings of no department.
    nobodys: Vec<usize>,
    /// Findings of rows that are state secrets.
    secrets: Vec<usize>,
    /// Tasks that a department reports or leads, by code.
    tasks: HashMap<&'a str, Vec<usize>>,
    /// Tasks by identity.
    named: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    /// Of a consolidation.
    #[must_use]
    pub fn of(consolidation: &'a Consolidation) -> Self {
        let mut index = Self::default();
        for (at, finding) in consolidation.findings.iter().enumerate() {
            match &finding.department {
                Some(code) => index.findings.entry(code).or_default().push(at),
                None => index.nobodys.push(at),
            }
            if finding.code == "T35" {
                index.secrets.push(at);
            }
        }
        for (at, task) in consolidation.tasks.iter().enumerate() {
            let leads = task
                .leads
                .iter()
                .filter(|lead| **lead != task.row.department);
            for code in std::iter::once(&task.row.department).chain(leads) {
                let places = index.tasks.entry(code).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
            index.named.entry(&task.row.id).or_default().push(at);
        }
        index
    }
}

impl<'a> Part<'a> {
    /// Takes the department's part out.
    #[must_use]
    pub fn of(
        department: &'a DepartmentState,
        files: &HashSet<&str>,
        consolidation: &'a Consolidation,
        index: &Index<'a>,
        office: bool,
    ) -> Self {
        let code = department.code.as_str();
        let all = &consolidation.findings;
        let in_files = |f: &Finding| f.file.as_deref().is_some_and(|file| files.contains(file));
        let mine = |f: &Finding| match &f.department {
            Some(department) => department == code,
            None => in_files(f),
        };
        let own = index.findings.get(code).into_iter().flatten();
        let unclaimed = index.nobodys.iter().filter(|at| in_files(&all[**at]));
        let findings = in_order(own.chain(unclaimed), all);
        let open = |f: &&Finding| {
            let elsewhere = f.file.as_deref().is_some_and(|file| !files.contains(file));
            elsewhere && f.severity != Severity::Info
        };
        let nobodys = if office {
            let nobodys = index.nobodys.iter().map(|at| &all[*at]);
            nobodys.filter(open).collect()
        } else {
            Vec::new()
        };
        let secrets = index.secrets.iter().map(|at| &all[*at]);
        let secrets = secrets.filter(|f| in_files(f) || mine(f));
        let named: HashSet<&str> = findings.iter().filter_map(|f| f.task.as_deref()).collect();
        let held = named.iter().filter_map(|task| {
            let (task, codes) = consolidation.held.get_key_value(*task)?;
            Some((task.as_str(), codes))
        });
        let held = held.collect();
        let own = index.tasks.get(code).into_iter().flatten();
        let told = named.iter().filter_map(|task| index.named.get(task));
        let tasks = in_order(own.chain(told.flatten()), &consolidation.tasks);
        let proposals = consolidation.proposals.iter();
        Self {
            as_of: consolidation.as_of,
            saved: department.received,
            nobodys,
            secrets: secrets.collect(),
            held,
            tasks,
            proposals: proposals.filter(|p| p.department == code).collect(),
            findings,
        }
    }

    /// A hash of everything in it and of the department's own state.
    #[must_use]
    pub fn digest(&self, department: &DepartmentState) -> String {
        let told = postcard::to_allocvec(&(department, self));
        // What cannot be written down is never the same.
        told.map_or_else(
            |_| String::new(),
            |bytes| blake3::hash(&bytes).to_hex().to_string(),
        )
    }
}

/// What stands at some places of a list, each once, in the order of the list.
fn in_order<'a, 'p, T>(places: impl Iterator<Item = &'p usize>, list: &'a [T]) -> Vec<&'a T> {
    let mut places: Vec<usize> = places.copied().collect();
    places.sort_unstable();
    places.dedup();
    places.into_iter().map(|at| &list[at]).collect()
}
