//! What a pass publishes: the consolidated workbook, feedback to each department, answers to trial drops.

use std::collections::BTreeSet;

use super::trial::Trial;
use super::{Context, Publication};
use crate::book::xlsx;
use crate::config::Config;
use crate::domain::calendar::Calendar;
use crate::domain::consolidation::{Consolidation, DepartmentState};
use crate::domain::finding::Finding;
use crate::domain::ledger::Ledger;
use crate::domain::reading::Reading;
use crate::domain::snapshot::{Role, SeenFile, Snapshot};
use crate::{feedback, sheets};

/// Builds every workbook of the pass; one that cannot be written is an alarm and stops no other.
pub(super) fn all(
    consolidation: &Consolidation,
    trials: &[Trial],
    snapshot: &Snapshot,
    cx: &Context<'_>,
    alarms: &mut Vec<String>,
) -> Vec<Publication> {
    let mut jobs: Vec<Job<'_>> = vec![Job::Consolidated];
    for department in &consolidation.departments {
        jobs.push(Job::Feedback(department));
    }
    jobs.extend(trials.iter().map(Job::Trial));
    let results: Vec<Result<Publication, String>> = std::thread::scope(|scope| {
        let half = jobs.len().div_ceil(2);
        let (first, second) = jobs.split_at(half);
        let work = |part: &[Job<'_>]| -> Vec<_> {
            part.iter()
                .map(|job| job.run(consolidation, snapshot, cx))
                .collect()
        };
        let handle = scope.spawn(move || work(second));
        let mut done = work(first);
        match handle.join() {
            Ok(rest) => done.extend(rest),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        done
    });
    let mut out = Vec::new();
    for result in results {
        match result {
            Ok(publication) => out.push(publication),
            Err(why) => alarms.push(why),
        }
    }
    out
}

enum Job<'a> {
    Consolidated,
    Feedback(&'a DepartmentState),
    Trial(&'a Trial),
}

impl Job<'_> {
    fn run(
        &self,
        consolidation: &Consolidation,
        snapshot: &Snapshot,
        cx: &Context<'_>,
    ) -> Result<Publication, String> {
        let (path, book) = match self {
            Job::Consolidated => (
                cx.config.publish.consolidated.clone(),
                sheets::build(consolidation, cx.config, cx.text),
            ),
            Job::Feedback(department) => {
                let files = snapshot
                    .files
                    .iter()
                    .filter(|f| of_department(f, department, consolidation));
                let book = build_feedback(department, files, consolidation, cx);
                (
                    format!("{}/{}.xlsx", cx.config.publish.feedback, department.code),
                    book,
                )
            }
            Job::Trial(trial) => {
                let file = &trial.file;
                let book = match &trial.baseline {
                    Some(baseline) => {
                        sheets::baseline_trial(baseline, consolidation, cx.config, cx.text)
                    }
                    None => tried_annex(trial, consolidation, cx),
                };
                let stem = file.path.rsplit('/').next().unwrap_or(&file.path);
                let stem = stem.rsplit_once('.').map_or(stem, |(s, _)| s);
                (
                    format!(
                        "{}/{}/{stem}.xlsx",
                        cx.config.publish.feedback,
                        cx.config.folders.trial.trim_start_matches('_')
                    ),
                    book,
                )
            }
        };
        match xlsx::render(&book) {
            Ok(bytes) => Ok(Publication { path, bytes }),
            Err(e) => Err(format!("{path} could not be written: {e}")),
        }
    }
}

fn build_feedback<'a>(
    department: &DepartmentState,
    files: impl Iterator<Item = &'a SeenFile>,
    consolidation: &Consolidation,
    cx: &Context<'_>,
) -> crate::book::Book {
    let readings: Vec<(&str, &Reading)> = files
        .filter_map(|f| {
            f.content
                .as_ref()
                .ok()
                .map(|r| (f.path.as_str(), r.as_ref()))
        })
        .collect();
    feedback::build(&feedback::Input {
        department,
        readings,
        consolidation,
        config: cx.config,
        text: cx.text,
    })
}

/// Whether a file is one of a department's annexes: its own file, or any file its findings name.
fn of_department(
    file: &SeenFile,
    department: &DepartmentState,
    consolidation: &Consolidation,
) -> bool {
    if file.role != Role::Annex {
        return false;
    }
    department.file.as_deref() == Some(file.path.as_str())
        || consolidation.findings.iter().any(|f| {
            f.file.as_deref() == Some(file.path.as_str())
                && f.department.as_deref() == Some(&department.code)
        })
}

/// The feedback on a dropped annex: its own findings, and nothing else of the day's.
fn tried_annex(
    trial: &Trial,
    consolidation: &Consolidation,
    cx: &Context<'_>,
) -> crate::book::Book {
    let department = trial_department(trial, consolidation);
    // Whoever a row belongs to, what is told of a drop is told to whoever dropped it.
    let mine = trial.findings.iter().cloned().map(|f| Finding {
        department: Some(department.code.clone()),
        ..f
    });
    let told = Consolidation {
        findings: mine.collect(),
        ..consolidation.clone()
    };
    build_feedback(&department, std::iter::once(&trial.file), &told, cx)
}

/// A trial drop is shown as its department's, with its own verdict; one that names none stands for itself.
fn trial_department(trial: &Trial, consolidation: &Consolidation) -> DepartmentState {
    let file = &trial.file;
    let code = trial.verdict.as_ref().and_then(|v| v.department.clone());
    let known = code
        .and_then(|c| consolidation.departments.iter().find(|d| d.code == c))
        .cloned();
    let mut state = known.unwrap_or_else(|| DepartmentState {
        code: String::new(),
        name: file.path.clone(),
        file: None,
        verdict: None,
        tasks: 0,
        accepted: 0,
        held: 0,
        refused: 0,
        read: 0,
        skipped: Vec::new(),
        progress_in: 0.0,
        progress_out: 0.0,
        stale_since: None,
        received: None,
        modified_by: None,
        figures_on: None,
    });
    state.file = Some(file.path.clone());
    state.received = Some(file.modified);
    state.stale_since = None;
    if let Some(verdict) = &trial.verdict {
        state.verdict = Some(verdict.verdict);
        state.tasks = verdict.accepted + verdict.held;
        state.accepted = verdict.accepted;
        state.held = verdict.held;
        state.read = verdict.read;
        state.skipped.clone_from(&verdict.skipped);
    }
    state
}

/// Departments of a rebuilt ledger: the roster's, else those it knows.
pub(super) fn departments(ledger: &Ledger, config: &Config) -> Vec<(String, String)> {
    if config.roster.is_stated() {
        return config
            .roster
            .departments
            .iter()
            .map(|d| (d.code.clone(), d.name.clone()))
            .collect();
    }
    ledger
        .departments
        .iter()
        .map(|(code, d)| (code.clone(), d.name.clone()))
        .collect()
}

/// Years that due days need and the calendar lacks: a loud alarm, never "weekends only" in silence.
pub(super) fn missing_years(consolidation: &Consolidation, calendar: &Calendar) -> Vec<String> {
    let years: BTreeSet<i16> = consolidation
        .tasks
        .iter()
        .filter_map(|t| t.score.due)
        .map(jiff::civil::Date::year)
        .chain([consolidation.as_of.year()])
        .collect();
    years
        .into_iter()
        .filter_map(|year| crate::config::holidays::require(calendar, year).err())
        .collect()
}
