//! Departments, leaders and what a unit cell names.

use serde::{Deserialize, Serialize};

/// A department of the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Short code; names the feedback workbook.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Folder in the share.
    pub folder: Option<String>,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Who is reminded.
    pub mail: Vec<String>,
    /// First escalation.
    pub head: Vec<String>,
    /// Whether it is the Office, which leads the plan.
    pub office: bool,
}

/// A leader of the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leader {
    /// Name or post.
    pub name: String,
    /// Addresses.
    pub mail: Vec<String>,
    /// Codes of the departments in charge of, or `*`.
    pub departments: Vec<String>,
}

/// The roster; empty when departments are taken from the workbooks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// Departments in the order of the config.
    pub departments: Vec<Department>,
    /// Leaders.
    pub leaders: Vec<Leader>,
}

impl Roster {
    /// Whether the config states a roster at all.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        !self.departments.is_empty()
    }

    /// Finds a department by its code.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<&Department> {
        self.departments.iter().find(|d| d.code == code)
    }

    /// The department that leads the plan.
    #[must_use]
    pub fn office(&self) -> Option<&Department> {
        self.departments.iter().find(|d| d.office)
    }
}

/// One body named in a unit cell.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitRef {
    /// A department of the roster, by code.
    Department(String),
    /// Every department ("the departments and the centre").
    Everyone,
    /// An unbounded set ("units concerned"): nobody in particular.
    Related,
    /// The board's leaders.
    Leaders,
    /// A body the roster does not have, as written.
    Other(String),
}

/// A unit cell as read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Units {
    /// The bodies named, in order, without repeats.
    pub bodies: Vec<UnitRef>,
    /// Persons named beside the units.
    pub persons: Vec<String>,
}
