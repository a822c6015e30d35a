//! Whose task it is, across departments.

use crate::domain::baseline::BaselineTask;

use super::scene::{FileView, RowView, Scene};
use super::values::lead_codes;

/// A department that a task stands with.
pub struct Claim {
    /// Department, by code.
    pub department: String,
}

impl<'a> Scene<'a> {
    /// The approved task with an identity.
    #[must_use]
    pub fn planned(&self, id: &str) -> Option<&'a BaselineTask> {
        self.plan.get(id).copied()
    }

    /// The printed name of a department.
    #[must_use]
    pub fn department_name<'s>(&'s self, code: &'s str) -> &'s str {
        self.departments
            .iter()
            .find(|(c, _)| c == code)
            .map_or(code, |(_, name)| name.as_str())
    }

    /// Whether a task that left a file stands in another annex whose department may hold it.
    #[must_use]
    pub fn moved(&self, file: &FileView<'a>, id: &str) -> bool {
        let mine = file.department.as_deref();
        let leads_it = self
            .planned(id)
            .is_some_and(|t| lead_codes(&t.values.leads).any(|c| Some(c) == mine));
        !leads_it
            && self
                .rows_of(id)
                .any(|r| r.id == id && r.file != file.index && !self.files[r.file].is_trial())
    }

    /// The department whose row stands, when this row claims a task that is another's.
    #[must_use]
    pub fn standing_claim(&self, row: &RowView<'a>) -> Option<Claim> {
        if row.id.is_empty() {
            return None;
        }
        let mut rivals: Vec<&RowView<'a>> = self
            .rows_of(&row.id)
            .filter(|r| r.id == row.id && r.file != row.file)
            .filter(|r| !self.files[r.file].is_trial() || r.index == row.index)
            .collect();
        if rivals.is_empty() {
            return self.claimed_before(row);
        }
        rivals.push(row);
        let best = rivals
            .iter()
            .min_by_key(|r| (self.rank(r), r.index))
            .copied()?;
        (best.index != row.index).then(|| Claim {
            department: best.department.clone(),
        })
    }

    /// How good a row's claim is; the smallest stands.
    fn rank(&self, row: &RowView<'a>) -> (u8, bool, usize) {
        let own = row.annex_of.as_deref();
        let leads: Vec<&str> = lead_codes(&row.values.leads).collect();
        let claim = match own {
            Some(own) if leads.first() == Some(&own) => 0,
            None => 1,
            Some(own) if leads.contains(&own) => 2,
            Some(_) => 3,
        };
        let accepted = row
            .accepted
            .is_some_and(|a| Some(a.department.as_str()) == own);
        let order = self
            .departments
            .iter()
            .position(|(code, _)| Some(code.as_str()) == own)
            .unwrap_or(usize::MAX);
        (claim, !accepted, order)
    }

    /// A task that another department reported before stays with it while its annex is missing or held back.
    fn claimed_before(&self, row: &RowView<'a>) -> Option<Claim> {
        let accepted = row.accepted?;
        let own = row.annex_of.as_deref()?;
        if accepted.department == own || lead_codes(&row.values.leads).next() == Some(own) {
            return None;
        }
        let judged = self
            .counting()
            .any(|f| f.department.as_ref() == Some(&accepted.department) && !f.held);
        let led = lead_codes(&row.values.leads).any(|c| c == accepted.department);
        (!judged && led).then(|| Claim {
            department: accepted.department.clone(),
        })
    }

    /// Whether a department's accepted values change in this judgement.
    #[must_use]
    pub fn changes_now(&self, department: &str) -> bool {
        self.rows
            .iter()
            .filter(|r| r.department == department)
            .any(|r| r.accepted.is_none_or(|a| a.values != r.values))
    }

    /// Trial drops of the department that leads an approved task, beside the annex itself.
    pub fn drops_of_lead<'s>(
        &'s self,
        task: &'s BaselineTask,
    ) -> impl Iterator<Item = &'s FileView<'a>> {
        let lead = lead_codes(&task.values.leads).next();
        let known = self.annex_of_lead(task).map(|f| f.index);
        self.files
            .iter()
            .filter(|f| f.is_trial() && !f.held && f.has_tasks())
            .filter(move |f| lead.is_some() && f.department.as_deref() == lead)
            .filter(move |f| Some(f.index) != known)
    }

    /// The annex in which an approved task is to be reported, when it was judged.
    #[must_use]
    pub fn annex_of_lead(&self, task: &BaselineTask) -> Option<&FileView<'a>> {
        let lead = lead_codes(&task.values.leads).next();
        let only_trials = self.only_trials();
        let judged = |f: &&FileView<'a>| !f.held && f.has_tasks() && (only_trials || !f.is_trial());
        let own = self
            .files
            .iter()
            .filter(judged)
            .find(|f| lead.is_some() && f.department.as_deref() == lead);
        let elsewhere = || {
            self.files
                .iter()
                .any(|f| lead.is_some() && f.department.as_deref() == lead)
        };
        match own {
            Some(file) => Some(file),
            None if elsewhere() => None,
            None => self.files.iter().filter(judged).find(|f| f.common),
        }
    }
}
