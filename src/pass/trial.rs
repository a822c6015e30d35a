//! Workbooks dropped for trial: judged like any other, answered, without effect on anything else.

use std::collections::BTreeSet;

use super::Context;
use crate::domain::assessment::{Assessment, FileVerdict};
use crate::domain::baseline::Baseline;
use crate::domain::field::Field;
use crate::domain::finding::Finding;
use crate::domain::ledger::{Ledger, Proposal};
use crate::domain::now::Now;
use crate::domain::snapshot::{Role, SeenFile, Snapshot};
use crate::domain::task::{TaskId, TaskValues};
use crate::rules;
use crate::sheets::{BaselineChange, BaselineChangeKind, BaselineTrial};

/// A trial drop with what is answered.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The file.
    pub file: SeenFile,
    /// Findings on it.
    pub findings: Vec<Finding>,
    /// Verdict on it.
    pub verdict: Option<FileVerdict>,
    /// What it would do, when it is a new baseline.
    pub baseline: Option<BaselineTrial>,
}

/// Takes the findings on trial drops out of a judgement: they are told in the drops' own answers only.
pub(super) fn apart(
    assessment: &mut Assessment,
    snapshot: &Snapshot,
    baseline: Option<&Baseline>,
    ledger: &Ledger,
    now: &Now,
    cx: &Context<'_>,
) -> Vec<Trial> {
    let drops: Vec<&SeenFile> = snapshot
        .files
        .iter()
        .filter(|f| f.role == Role::Trial)
        .collect();
    if drops.is_empty() {
        return Vec::new();
    }
    let paths: BTreeSet<&str> = drops.iter().map(|f| f.path.as_str()).collect();
    let is_drop = |f: &Finding| f.file.as_deref().is_some_and(|p| paths.contains(p));
    let (tried, kept): (Vec<Finding>, Vec<Finding>) = std::mem::take(&mut assessment.findings)
        .into_iter()
        .partition(is_drop);
    assessment.findings = kept;
    drops
        .into_iter()
        .map(|file| {
            let verdict = assessment
                .files
                .iter()
                .find(|v| v.path == file.path)
                .cloned();
            let whole = verdict.as_ref().is_some_and(|v| v.department.is_none());
            let baseline = baseline
                .filter(|_| whole && is_baseline(file, snapshot))
                .map(|b| tried_baseline(file, b, assessment, snapshot, ledger, now, cx));
            Trial {
                file: file.clone(),
                findings: tried
                    .iter()
                    .filter(|f| f.file.as_deref() == Some(file.path.as_str()))
                    .cloned()
                    .collect(),
                verdict,
                baseline,
            }
        })
        .collect()
}

/// Whether a drop that is no department's is a new baseline: it is called like one, or there is no common annex it could be.
fn is_baseline(file: &SeenFile, snapshot: &Snapshot) -> bool {
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let mut approved = snapshot.files.iter().filter(|f| f.role == Role::Baseline);
    file.content.is_ok()
        && (approved.any(|f| name(&f.path) == name(&file.path))
            || !snapshot.files.iter().any(|f| f.role == Role::Common))
}

fn tried_baseline(
    file: &SeenFile,
    approved: &Baseline,
    assessment: &Assessment,
    snapshot: &Snapshot,
    ledger: &Ledger,
    now: &Now,
    cx: &Context<'_>,
) -> BaselineTrial {
    let files: Vec<SeenFile> = snapshot
        .files
        .iter()
        .filter(|f| !matches!(f.role, Role::Baseline | Role::Trial))
        .cloned()
        .collect();
    let input = cx.judged(&files, ledger, now);
    let mut whole = beside(file, snapshot);
    whole.push(file);
    let (tried, mut own) = rules::baseline(&whole, &input);
    own.retain(|f| f.file.as_deref() == Some(file.path.as_str()));
    let Some(tried) = tried else {
        return BaselineTrial {
            file: file.path.clone(),
            own,
            ..BaselineTrial::default()
        };
    };
    let would = rules::assess(&rules::Input {
        baseline: Some(&tried),
        ..input
    });
    let without = |from: &[Finding], of: &[Finding]| -> Vec<Finding> {
        let known: BTreeSet<_> = of.iter().map(place).collect();
        from.iter()
            .filter(|f| !known.contains(&place(f)))
            .filter(|f| f.department.is_some())
            .cloned()
            .collect()
    };
    let of_file = tried.tasks.iter().filter(|t| t.source.file == file.path);
    BaselineTrial {
        file: file.path.clone(),
        tasks: of_file.count() as u64,
        changes: changes(approved, &tried, &assessment.proposals),
        own,
        appear: without(&would.findings, &assessment.findings),
        settled: without(&assessment.findings, &would.findings),
    }
}

/// What a workbook of the approved annex would do, or does, beside what was approved at the last pass.
#[must_use]
pub fn try_baseline(
    file: &SeenFile,
    snapshot: &Snapshot,
    ledger: &Ledger,
    now: &Now,
    cx: &Context<'_>,
) -> BaselineTrial {
    let secrets = super::screen::secrets(ledger, snapshot, now, cx);
    let ledger = super::screen::ledger(ledger, &secrets);
    let snapshot = super::screen::snapshot(snapshot, &secrets);
    let file = snapshot
        .files
        .iter()
        .find(|f| f.path == file.path)
        .unwrap_or(file);
    // What counts now is what was approved at the last pass, wherever its workbook stands meanwhile.
    let approved = ledger.approved.clone();
    let files: Vec<SeenFile> = snapshot
        .files
        .iter()
        .filter(|f| !matches!(f.role, Role::Baseline | Role::Trial))
        .cloned()
        .collect();
    let assessment = rules::assess(&rules::Input {
        baseline: approved.as_ref(),
        ..cx.judged(&files, &ledger, now)
    });
    let approved = approved.unwrap_or_default();
    tried_baseline(file, &approved, &assessment, &snapshot, &ledger, now, cx)
}

/// The workbooks of the approved annex that stay beside a tried one: it takes the place of its namesake, or of the only one there is.
fn beside<'a>(file: &SeenFile, snapshot: &'a Snapshot) -> Vec<&'a SeenFile> {
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let approved = snapshot
        .files
        .iter()
        .filter(|f| f.role == Role::Baseline && f.path != file.path);
    let all: Vec<&SeenFile> = approved.collect();
    if file.role == Role::Baseline {
        return all;
    }
    let namesake = |f: &&&SeenFile| name(&f.path) == name(&file.path);
    match all.iter().find(namesake) {
        Some(replaced) => all
            .iter()
            .copied()
            .filter(|f| f.path != replaced.path)
            .collect(),
        None if all.len() == 1 => Vec::new(),
        None => all,
    }
}

/// What makes two findings of two judgements the same.
fn place(f: &Finding) -> impl Ord + use<> {
    let cell = f.cell.map(|c| c.to_string());
    (
        f.code.clone(),
        f.department.clone(),
        f.file.clone(),
        f.sheet.clone(),
        cell,
        f.task.clone(),
    )
}

/// The locked columns of a task as printed.
fn locked(values: &TaskValues) -> [(Field, &str); 7] {
    [
        (Field::Code, &values.code),
        (Field::Group, &values.area),
        (Field::Content, &values.content),
        (Field::Product, &values.product),
        (Field::Lead, &values.lead_text),
        (Field::Coop, &values.coop),
        (Field::Deadline, &values.deadline_text),
    ]
}

fn changes(approved: &Baseline, tried: &Baseline, proposals: &[Proposal]) -> Vec<BaselineChange> {
    let mut out = Vec::new();
    let whole = |task: &TaskId, kind, old: &str, new: &str| BaselineChange {
        task: task.clone(),
        kind,
        field: None,
        old: old.to_owned(),
        new: new.to_owned(),
    };
    for task in &tried.tasks {
        let Some(old) = approved.tasks.iter().find(|t| t.id == task.id) else {
            let kind = BaselineChangeKind::Added;
            out.push(whole(&task.id, kind, "", &task.values.content));
            continue;
        };
        let pairs = locked(&old.values).into_iter().zip(locked(&task.values));
        for ((field, old), (_, new)) in pairs.filter(|((_, old), (_, new))| old != new) {
            let proposed = proposals
                .iter()
                .any(|p| p.task == task.id && p.field == Some(field) && p.new == *new);
            out.push(BaselineChange {
                task: task.id.clone(),
                kind: if proposed {
                    BaselineChangeKind::Approves
                } else {
                    BaselineChangeKind::Changed
                },
                field: Some(field),
                old: old.to_owned(),
                new: new.to_owned(),
            });
        }
    }
    for task in &approved.tasks {
        if !tried.tasks.iter().any(|t| t.id == task.id) {
            let kind = BaselineChangeKind::Removed;
            out.push(whole(&task.id, kind, &task.values.content, ""));
        }
    }
    out
}
