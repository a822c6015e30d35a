//! The Office's own changes: what is approved counts at once, and what it replaced is remembered.

use std::collections::BTreeSet;

use crate::domain::baseline::Baseline;
use crate::domain::field::Field;
use crate::domain::ledger::{Change, Event, EventKind, Superseded};
use crate::domain::task::{TaskId, TaskValues};

use super::advance::Pass;

impl Pass<'_> {
    /// The Office's own changes: locked values of accepted rows follow the baseline at once; withdrawn tasks leave.
    pub(super) fn approve(&mut self) {
        let Some(baseline) = self.baseline else {
            self.ledger.baseline.clear();
            self.ledger.approved = None;
            return;
        };
        if self.ledger.baseline == baseline.hash {
            // The same workbook may be read otherwise: by other settings, or since a row of it became a secret.
            if self.ledger.approved.as_ref() != Some(baseline) {
                self.ledger.approved = Some(baseline.clone());
            }
            return;
        }
        let before = std::mem::replace(&mut self.ledger.baseline, baseline.hash.clone());
        let old = self.ledger.approved.replace(baseline.clone());
        if let Some(old) = &old {
            self.supersede(old, baseline);
        }
        if old.is_none_or(|old| plan(&old) != plan(baseline)) {
            self.tell_approved(baseline);
        }
        let reported: BTreeSet<&str> = self.assessment.rows.iter().map(|r| r.id.as_str()).collect();
        let ids: Vec<TaskId> = self.ledger.rows.keys().cloned().collect();
        for id in ids {
            let Some(row) = self.ledger.rows.get(&id).cloned() else {
                continue;
            };
            let event = |kind| Event {
                at: self.now.instant,
                day: self.now.as_of,
                department: row.department.clone(),
                task: id.clone(),
                by: None,
                source: row.source.clone(),
                version: baseline.hash.clone(),
                kind,
            };
            match self.planned.get(id.as_str()) {
                Some(task) => {
                    let mut new = row.clone();
                    new.values.lock(&task.values);
                    new.outside_plan = false;
                    let changes = locked_changes(&row.values, &new.values);
                    let source = task.source.clone();
                    if new.values != row.values {
                        new.changed_on = self.now.as_of;
                        let mut event = event(EventKind::Accepted {
                            row: Box::new(new),
                            changes,
                            after_freeze: false,
                        });
                        event.source = source;
                        self.push(event);
                    }
                }
                // A task that the Office took out of the plan and that no annex holds any more.
                None if !before.is_empty()
                    && !row.outside_plan
                    && !reported.contains(id.as_str()) =>
                {
                    let event = event(EventKind::Withdrawn);
                    self.push(event);
                }
                None => {}
            }
        }
    }

    /// Puts the approved annex into the history, so that a past day knows what was planned then.
    fn tell_approved(&mut self, baseline: &Baseline) {
        let kind = EventKind::Approved {
            baseline: Box::new(baseline.clone()),
        };
        let mut event = self.event("", "", None, kind);
        event.version.clone_from(&baseline.hash);
        if let Some(task) = baseline.tasks.first() {
            event.source.file.clone_from(&task.source.file);
        }
        self.push(event);
    }

    /// Remembers what the Office replaced, so that a workbook which still shows it is not taken for a proposal.
    fn supersede(&mut self, old: &Baseline, new: &Baseline) {
        for task in &old.tasks {
            let now = new.tasks.iter().find(|t| t.id == task.id);
            let fields: BTreeSet<Field> = now.map_or_else(BTreeSet::new, |now| {
                locked_changes(&task.values, &now.values)
                    .into_iter()
                    .map(|c| c.field)
                    .collect()
            });
            if now.is_some() && fields.is_empty() {
                continue;
            }
            let entry = Superseded {
                values: task.values.clone(),
                fields,
                day: self.now.as_of,
            };
            self.ledger
                .superseded
                .entry(task.id.clone())
                .or_default()
                .push(entry);
        }
        for task in &new.tasks {
            if let Some(entries) = self.ledger.superseded.get_mut(&task.id) {
                entries.retain(|s| !s.fields.is_empty());
            }
        }
    }

    /// Forgets what no workbook shows any more: who has taken the new text over and goes back proposes a change.
    pub(super) fn settle_superseded(&mut self) {
        if self.ledger.superseded.is_empty() {
            return;
        }
        let outdated = &self.assessment.outdated;
        let judged: BTreeSet<&str> = self
            .assessment
            .rows
            .iter()
            .filter(|r| self.seen(r.file).is_some() && !r.id.is_empty())
            .map(|r| r.id.as_str())
            .collect();
        for (id, entries) in &mut self.ledger.superseded {
            entries.retain_mut(|entry| {
                // An entry without columns tells of a task that left the plan.
                if entry.fields.is_empty() || !judged.contains(id.as_str()) {
                    return true;
                }
                entry
                    .fields
                    .retain(|f| outdated.contains(&(id.clone(), *f)));
                !entry.fields.is_empty()
            });
        }
        self.ledger
            .superseded
            .retain(|_, entries| !entries.is_empty());
    }
}

/// What an annex approves, wherever its rows stand.
fn plan(baseline: &Baseline) -> (Vec<(&TaskId, &TaskValues)>, &BTreeSet<Field>) {
    let tasks = baseline.tasks.iter().map(|t| (&t.id, &t.values));
    (tasks.collect(), &baseline.columns)
}

/// The changed locked columns, with old and new text.
pub(super) fn locked_changes(old: &TaskValues, new: &TaskValues) -> Vec<Change> {
    [
        (Field::Code, &old.code, &new.code),
        (Field::Group, &old.area, &new.area),
        (Field::Content, &old.content, &new.content),
        (Field::Product, &old.product, &new.product),
        (Field::Lead, &old.lead_text, &new.lead_text),
        (Field::Coop, &old.coop, &new.coop),
        (Field::Deadline, &old.deadline_text, &new.deadline_text),
    ]
    .into_iter()
    .filter(|(_, old, new)| old != new)
    .map(|(field, old, new)| Change {
        field,
        old: old.clone(),
        new: new.clone(),
    })
    .collect()
}
