//! One pass over the ledger: verdicts in, events out; the same input twice gives no second event.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::config::Config;
use crate::domain::assessment::{Assessment, FileVerdict, Outcome, RowVerdict};
use crate::domain::baseline::{Baseline, BaselineTask};
use crate::domain::field::Field;
use crate::domain::ledger::{Change, Event, EventKind, Ledger, LedgerRow, Proposal, Version};
use crate::domain::now::Now;
use crate::domain::occurrence::gathered;
use crate::domain::shared::Shared;
use crate::domain::snapshot::{Role, SeenFile};
use crate::domain::task::{Source, TaskId, TaskValues};
use crate::vn::fold::key;

use super::apply;
use super::approve::locked_changes;

/// Advances the ledger by one pass: what was held back never replaces what was accepted.
///
/// Returns the ledger, the events to append to the history, and the workbook versions that are new.
#[must_use]
pub fn advance(
    ledger: &Ledger,
    assessment: &Assessment,
    files: &[SeenFile],
    baseline: Option<&Baseline>,
    now: &Now,
    config: &Config,
) -> (Ledger, Vec<Event>, Vec<Version>) {
    let mut pass = Pass {
        ledger: ledger.clone(),
        events: Vec::new(),
        versions: Vec::new(),
        assessment,
        files: files.iter().map(|f| (f.path.as_str(), f)).collect(),
        planned: baseline
            .iter()
            .flat_map(|b| &b.tasks)
            .map(|t| (t.id.as_str(), t))
            .collect(),
        baseline,
        now: *now,
        offset_s: offset(now),
        confirmed: BTreeMap::new(),
        fresh: BTreeSet::new(),
    };
    let _ = config;
    pass.note_fresh();
    pass.approve();
    pass.accept();
    pass.figures();
    pass.stay();
    pass.receive();
    pass.propose();
    pass.settle_superseded();
    (pass.ledger, pass.events, pass.versions)
}

/// Seconds the board's zone is ahead of UTC at this moment.
fn offset(now: &Now) -> i64 {
    let shown = now
        .local
        .to_zoned(TimeZone::UTC)
        .map_or(now.instant, |z| z.timestamp());
    shown.as_second() - now.instant.as_second()
}

pub(super) struct Pass<'a> {
    pub(super) ledger: Ledger,
    pub(super) events: Vec<Event>,
    pub(super) versions: Vec<Version>,
    pub(super) assessment: &'a Assessment,
    pub(super) files: BTreeMap<&'a str, &'a SeenFile>,
    pub(super) planned: BTreeMap<&'a str, &'a BaselineTask>,
    pub(super) baseline: Option<&'a Baseline>,
    pub(super) now: Now,
    pub(super) offset_s: i64,
    /// Rows that stand unchanged in a version, by file and department.
    pub(super) confirmed: BTreeMap<(usize, String), Vec<TaskId>>,
    /// Files whose version was not judged before, or was judged differently.
    pub(super) fresh: BTreeSet<usize>,
}

impl<'a> Pass<'a> {
    pub(super) fn seen(&self, file: usize) -> Option<(&'a FileVerdict, &'a SeenFile)> {
        let verdict = self.assessment.files.get(file)?;
        let seen = self.files.get(verdict.path.as_str()).copied()?;
        (seen.role != Role::Trial).then_some((verdict, seen))
    }

    pub(super) fn push(&mut self, event: Event) {
        apply(&mut self.ledger, &event);
        self.events.push(event);
    }

    pub(super) fn event(
        &self,
        department: &str,
        task: &str,
        seen: Option<&SeenFile>,
        kind: EventKind,
    ) -> Event {
        let by = seen
            .and_then(|s| s.content.as_ref().ok())
            .and_then(|r| r.modified_by.clone());
        Event {
            at: self.now.instant,
            day: self.now.as_of,
            department: department.to_owned(),
            task: task.to_owned(),
            by,
            source: Source {
                file: seen.map(|s| s.path.clone()).unwrap_or_default(),
                ..Source::default()
            },
            version: seen.map(|s| s.hash.clone()).unwrap_or_default(),
            kind,
        }
    }

    pub(super) fn local_day(&self, at: Timestamp) -> Date {
        Timestamp::from_second(at.as_second().saturating_add(self.offset_s))
            .map_or(self.now.as_of, |t| t.to_zoned(TimeZone::UTC).date())
            .min(self.now.as_of)
    }

    /// Departments that a file speaks for.
    pub(super) fn departments_of(&self, file: usize, verdict: &FileVerdict) -> BTreeSet<String> {
        if let Some(code) = &verdict.department {
            return [code.clone()].into();
        }
        let reported = self
            .assessment
            .rows
            .iter()
            .filter(|r| r.file == file && !r.department.is_empty())
            .map(|r| r.department.clone());
        let before = self
            .ledger
            .departments
            .iter()
            .filter(|(_, d)| d.last_seen.as_ref().is_some_and(|v| v.file == verdict.path))
            .map(|(code, _)| code.clone());
        reported.chain(before).collect()
    }

    fn note_fresh(&mut self) {
        for file in 0..self.assessment.files.len() {
            let Some((verdict, seen)) = self.seen(file) else {
                continue;
            };
            let judged_before = |code: &String| {
                self.ledger
                    .departments
                    .get(code)
                    .and_then(|d| d.last_seen.as_ref())
                    .is_some_and(|v| {
                        v.hash == seen.hash && v.file == seen.path && v.verdict == verdict.verdict
                    })
            };
            let departments = self.departments_of(file, verdict);
            if !departments.iter().all(judged_before) {
                self.fresh.insert(file);
            }
        }
    }

    fn accept(&mut self) {
        for verdict in &self.assessment.rows {
            let Some((_, seen)) = self.seen(verdict.file) else {
                continue;
            };
            if verdict.id.is_empty() {
                continue;
            }
            match &verdict.outcome {
                Outcome::Accepted(values) => self.accept_row(verdict, values, seen),
                Outcome::Held => self.hold_row(verdict, seen),
                Outcome::Refused => {}
            }
        }
    }

    fn accept_row(&mut self, verdict: &RowVerdict, values: &Shared<TaskValues>, seen: &SeenFile) {
        let old = self.ledger.rows.get(&verdict.id).cloned();
        let before = old.as_ref().map(|r| (r.completions.as_slice(), &*r.values));
        let completions = gathered(before, values, self.now.as_of);
        let figures_on = self.local_day(seen.modified);
        let mut row = LedgerRow {
            id: verdict.id.clone(),
            department: verdict.department.clone(),
            values: values.clone(),
            source: verdict.source.clone(),
            version: seen.hash.clone(),
            figures_on,
            changed_on: self.now.as_of,
            completions,
            outside_plan: verdict.outside_plan,
            stale: false,
        };
        let Some(old) = old else {
            self.accepted(verdict, row, Vec::new(), seen);
            return;
        };
        if old.values != row.values {
            let mut changes = verdict.changes.clone();
            if changes.is_empty() {
                changes = locked_changes(&old.values, &row.values);
            }
            self.accepted(verdict, row, changes, seen);
            return;
        }
        row.changed_on = old.changed_on;
        let steady = LedgerRow {
            version: row.version.clone(),
            figures_on: row.figures_on,
            ..old.clone()
        };
        if steady != row {
            let event = self.event(
                &row.department.clone(),
                &row.id.clone(),
                Some(seen),
                EventKind::Marked { row: Box::new(row) },
            );
            self.push(event);
        } else if old.version != row.version || old.figures_on != row.figures_on {
            self.confirmed
                .entry((verdict.file, verdict.department.clone()))
                .or_default()
                .push(verdict.id.clone());
        }
    }

    fn accepted(
        &mut self,
        verdict: &RowVerdict,
        row: LedgerRow,
        changes: Vec<Change>,
        seen: &SeenFile,
    ) {
        let mut event = self.event(
            &row.department.clone(),
            &verdict.id,
            Some(seen),
            EventKind::Accepted {
                row: Box::new(row),
                changes,
                after_freeze: verdict.after_freeze,
            },
        );
        event.source = verdict.source.clone();
        self.push(event);
    }

    fn hold_row(&mut self, verdict: &RowVerdict, seen: &SeenFile) {
        let old = self
            .ledger
            .rows
            .get(&verdict.id)
            .filter(|r| r.department == verdict.department)
            .cloned();
        let newly = old.as_ref().is_some_and(|r| !r.stale);
        if newly || self.fresh.contains(&verdict.file) {
            let mut event = self.event(
                &verdict.department,
                &verdict.id,
                Some(seen),
                EventKind::Held {
                    codes: verdict.held_by.clone(),
                    changes: verdict.changes.clone(),
                },
            );
            event.source = verdict.source.clone();
            self.push(event);
        }
        if let Some(row) = old.filter(|_| newly) {
            self.mark_stale(row, Some(seen));
        }
    }

    fn mark_stale(&mut self, mut row: LedgerRow, seen: Option<&SeenFile>) {
        row.stale = true;
        let event = self.event(
            &row.department.clone(),
            &row.id.clone(),
            seen,
            EventKind::Marked { row: Box::new(row) },
        );
        self.push(event);
    }

    fn figures(&mut self) {
        for verdict in &self.assessment.figures {
            let Some((_, seen)) = self.seen(verdict.file) else {
                continue;
            };
            let Some(figure) = &verdict.figure else {
                continue;
            };
            let old = self
                .ledger
                .figures
                .iter()
                .find(|f| {
                    (&f.indicator, f.period, &f.department)
                        == (&figure.indicator, figure.period, &figure.department)
                })
                .cloned();
            let same = old.as_ref().is_some_and(|o| {
                (o.numerator, o.denominator, &o.explanation, o.reached)
                    == (
                        figure.numerator,
                        figure.denominator,
                        &figure.explanation,
                        figure.reached,
                    )
            });
            if same {
                continue;
            }
            let mut figure = figure.clone();
            figure.accepted_on = self.now.as_of;
            let task = format!("{}|{}", figure.indicator, figure.period);
            let mut event = self.event(
                &figure.department.clone(),
                &task,
                Some(seen),
                EventKind::Figure { figure, old },
            );
            event.source = verdict.source.clone();
            self.push(event);
        }
    }

    /// Rows that no accepted row of this pass speaks for stay as they were last accepted, and say so; a row outside the plan leaves.
    fn stay(&mut self) {
        let spoken: BTreeSet<(&str, bool)> = self
            .assessment
            .rows
            .iter()
            .filter(|r| self.seen(r.file).is_some())
            .map(|r| (r.id.as_str(), matches!(r.outcome, Outcome::Accepted(_))))
            .collect();
        let ids: Vec<TaskId> = self.ledger.rows.keys().cloned().collect();
        for id in ids {
            let Some(row) = self.ledger.rows.get(&id).cloned() else {
                continue;
            };
            if spoken.contains(&(id.as_str(), true)) {
                continue;
            }
            let held = spoken.contains(&(id.as_str(), false));
            let file = self.judged_file(&row.department);
            let unplanned = self.baseline.is_some() && !self.planned.contains_key(id.as_str());
            if unplanned && !held && file.is_some() {
                let seen = file.and_then(|f| self.seen(f)).map(|(_, s)| s);
                let event = self.event(&row.department, &id, seen, EventKind::Withdrawn);
                self.push(event);
            } else if !row.stale {
                let seen = file.and_then(|f| self.seen(f)).map(|(_, s)| s);
                self.mark_stale(row, seen);
            }
        }
    }

    /// The file that speaks for a department in this pass and was not held back as a whole.
    fn judged_file(&self, department: &str) -> Option<usize> {
        let own = |file: &usize| {
            self.seen(*file)
                .is_some_and(|(v, _)| v.department.as_deref() == Some(department))
        };
        let all = 0..self.assessment.files.len();
        let mine: Vec<usize> = all.clone().filter(own).collect();
        let common = |file: &usize| {
            self.seen(*file)
                .is_some_and(|(_, s)| s.role == Role::Common)
        };
        let candidates = if mine.is_empty() {
            all.filter(common).collect()
        } else {
            mine
        };
        candidates
            .into_iter()
            .find(|f| self.seen(*f).is_some_and(|(v, _)| !v.file_held))
    }

    /// Open proposals: this pass's, and the last ones of departments that are silent.
    fn propose(&mut self) {
        let mut proposals = self.assessment.proposals.clone();
        let silent = &self.assessment.silent;
        let stay = self.ledger.proposals.iter();
        let stay = stay.filter(|p| silent.contains_key(&p.department));
        proposals.extend(stay.cloned());
        let before = std::mem::take(&mut self.ledger.proposals);
        for old in &before {
            if !proposals.iter().any(|p| p.is_same(old)) {
                let kind = EventKind::Settled {
                    proposal: old.clone(),
                    approved: self.says(old),
                };
                self.push_proposal(old, kind);
            }
        }
        for new in &proposals {
            let known = before.iter().find(|p| p.is_same(new));
            // Where it stands may change without a word.
            let told = known.is_some_and(|k| (&k.old, &k.document) == (&new.old, &new.document));
            if !told {
                let proposal = new.clone();
                self.push_proposal(new, EventKind::Proposed { proposal });
            }
        }
        self.ledger.proposals = proposals;
    }

    fn push_proposal(&mut self, proposal: &Proposal, kind: EventKind) {
        let seen = self.files.get(proposal.source.file.as_str()).copied();
        let mut event = self.event(&proposal.department, &proposal.task, seen, kind);
        event.source = proposal.source.clone();
        self.push(event);
    }

    /// Whether the approved annex says what was proposed.
    fn says(&self, proposal: &Proposal) -> bool {
        let Some(task) = self.planned.get(proposal.task.as_str()) else {
            return false;
        };
        let values = &task.values;
        let approved = match proposal.field {
            // A task that was outside the plan is in it now.
            None => return true,
            Some(Field::Content) => &values.content,
            Some(Field::Product) => &values.product,
            Some(Field::Lead) => &values.lead_text,
            Some(Field::Coop) => &values.coop,
            Some(Field::Deadline) => &values.deadline_text,
            Some(_) => return false,
        };
        key(approved) == key(&proposal.new)
    }
}
