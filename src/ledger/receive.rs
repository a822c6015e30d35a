//! What is known of each department's workbook after a pass.

use crate::domain::assessment::FileVerdict;
use crate::domain::ledger::{DepartmentState, EventKind, Version};
use crate::domain::snapshot::SeenFile;

use super::advance::Pass;

impl Pass<'_> {
    /// What is known of each department's workbook from now on.
    pub(super) fn receive(&mut self) {
        for file in 0..self.assessment.files.len() {
            let Some((verdict, seen)) = self.seen(file) else {
                continue;
            };
            let departments = self.departments_of(file, verdict);
            if departments.is_empty() && !seen.hash.is_empty() {
                let known = self
                    .ledger
                    .departments
                    .values()
                    .any(|d| d.last_seen.as_ref().is_some_and(|v| v.hash == seen.hash));
                if !known {
                    let version = self.version(verdict, seen);
                    self.versions.push(version);
                }
                continue;
            }
            let mut told = false;
            for department in departments {
                told |= self.receive_for(&department, file, verdict, seen);
            }
            if told && !seen.hash.is_empty() {
                let version = self.version(verdict, seen);
                self.versions.push(version);
            }
        }
        self.miss();
    }

    fn version(&self, verdict: &FileVerdict, seen: &SeenFile) -> Version {
        Version {
            hash: seen.hash.clone(),
            file: seen.path.clone(),
            department: verdict.department.clone(),
            seen: self.now.instant,
            modified: seen.modified,
            modified_by: seen
                .content
                .as_ref()
                .ok()
                .and_then(|r| r.modified_by.clone()),
            size: seen.size,
            verdict: verdict.verdict,
        }
    }

    /// Updates one department; tells whether the version is new to it.
    fn receive_for(
        &mut self,
        department: &str,
        file: usize,
        verdict: &FileVerdict,
        seen: &SeenFile,
    ) -> bool {
        let old = self
            .ledger
            .departments
            .get(department)
            .cloned()
            .unwrap_or_default();
        let same = old
            .last_seen
            .as_ref()
            .filter(|v| v.hash == seen.hash && v.file == seen.path);
        let mut version = self.version(verdict, seen);
        if let Some(same) = same {
            version.seen = same.seen;
            version.modified = same.modified;
        }
        let is_new = same.is_none();
        let counts = verdict.accepted > 0 || self.counts_a_figure(file);
        let mut state = DepartmentState {
            name: self.name_of(department, &old),
            last_seen: Some(version.clone()),
            last_accepted: if counts {
                Some(version)
            } else {
                old.last_accepted.clone()
            },
            last_change: old.last_change,
            held_since: verdict
                .file_held
                .then(|| old.held_since.unwrap_or(self.now.as_of)),
        };
        // Of two workbooks of one department, both held, the first stands for it.
        if verdict.file_held && old.last_seen.as_ref().is_some_and(|v| v.file != seen.path) {
            let twin = self.assessment.files.iter().any(|f| {
                Some(&f.path) == old.last_seen.as_ref().map(|v| &v.file)
                    && f.department.as_deref() == Some(department)
            });
            if twin {
                state.last_seen.clone_from(&old.last_seen);
            }
        }
        let confirmed = self
            .confirmed
            .remove(&(file, department.to_owned()))
            .unwrap_or_default();
        if state == old && confirmed.is_empty() {
            return false;
        }
        let figures_on = self.local_day(seen.modified);
        let event = self.event(
            department,
            "",
            Some(seen),
            EventKind::Received {
                state: Box::new(state),
                figures_on,
                confirmed,
            },
        );
        self.push(event);
        is_new
    }

    fn counts_a_figure(&self, file: usize) -> bool {
        self.assessment
            .figures
            .iter()
            .any(|f| f.file == file && f.figure.is_some())
    }

    fn name_of(&self, department: &str, old: &DepartmentState) -> String {
        self.assessment
            .departments
            .iter()
            .find(|(code, _)| code == department)
            .map_or_else(|| old.name.clone(), |(_, name)| name.clone())
    }

    /// Departments whose annex is not there count as held since the first day it was missed.
    fn miss(&mut self) {
        let missing: Vec<String> = self
            .assessment
            .silent
            .iter()
            .filter(|(_, code)| *code == "L02")
            .map(|(department, _)| department.clone())
            .collect();
        for department in missing {
            let Some(old) = self.ledger.departments.get(&department).cloned() else {
                continue;
            };
            if old.held_since.is_some() {
                continue;
            }
            let state = DepartmentState {
                held_since: Some(self.now.as_of),
                ..old
            };
            let event = self.event(
                &department,
                "",
                None,
                EventKind::Received {
                    state: Box::new(state),
                    figures_on: self.now.as_of,
                    confirmed: Vec::new(),
                },
            );
            self.push(event);
        }
    }
}
