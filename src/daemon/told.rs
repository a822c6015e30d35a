//! What a pass tells whoever started it: counts, departments, and the findings that ask for something.

use serde::{Deserialize, Serialize};

use crate::domain::consolidation::{Class, Consolidation};
use crate::domain::finding::{Finding, Severity};
use crate::kpi;
use crate::text::Text;
use jiff::civil::Date;

/// Findings told one by one.
const SHOWN: usize = 40;

/// What a pass tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Tasks in all.
    pub tasks: usize,
    /// Departments, in roster order.
    pub departments: Vec<Department>,
    /// Tasks by class, where there are any: the class's name and how many.
    pub classes: Vec<(String, u64)>,
    /// The totals of the JSON interface.
    pub totals: serde_json::Value,
    /// Errors, to explain, warnings, for information.
    pub findings: [usize; 4],
    /// The findings that ask for something, errors first: code, place, message.
    pub asking: Vec<(String, String, String)>,
    /// More of them than are told.
    pub more: usize,
}

/// A department as it is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Department {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Its annex.
    pub file: Option<String>,
    /// Tasks accepted and held.
    pub tasks: u64,
    /// Tasks accepted.
    pub accepted: u64,
    /// Tasks held.
    pub held: u64,
    /// Since when its last accepted figures stand in.
    pub stale_since: Option<Date>,
}

impl Told {
    /// What is told of a consolidation.
    #[must_use]
    pub fn of(c: &Consolidation, text: &Text) -> Self {
        let count = |s: Severity| c.findings.iter().filter(|f| f.severity == s).count();
        let mut asking: Vec<&Finding> = c
            .findings
            .iter()
            .filter(|f| f.severity <= Severity::Explain)
            .collect();
        asking.sort_by_key(|f| f.severity);
        let told = asking.iter().take(SHOWN).map(|f| {
            let place = match (&f.file, &f.sheet, f.cell) {
                (Some(file), Some(sheet), Some(cell)) => format!("{file} {sheet}!{cell}"),
                (Some(file), _, _) => file.clone(),
                _ => f.department.clone().unwrap_or_default(),
            };
            (f.code.clone(), place, text.message(f).to_string())
        });
        let classes = Class::ALL
            .iter()
            .map(|class| (*class, c.all.counts.of(*class)));
        Self {
            tasks: c.tasks.len(),
            departments: c
                .departments
                .iter()
                .map(|d| Department {
                    code: d.code.clone(),
                    name: d.name.clone(),
                    file: d.file.clone(),
                    tasks: d.tasks,
                    accepted: d.accepted,
                    held: d.held,
                    stale_since: d.stale_since,
                })
                .collect(),
            classes: classes
                .filter(|(_, n)| *n > 0)
                .map(|(class, n)| (class.name().to_owned(), n))
                .collect(),
            totals: serde_json::to_value(kpi::totals(c)).unwrap_or_default(),
            findings: [
                count(Severity::Error),
                count(Severity::Explain),
                count(Severity::Warning),
                count(Severity::Info),
            ],
            asking: told.collect(),
            more: asking.len().saturating_sub(SHOWN),
        }
    }
}
