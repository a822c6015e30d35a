//! What a pass publishes: the consolidated workbook, feedback to each department, answers to trial drops.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::trial::Trial;
use super::{Context, Publication};
use crate::book::{Book, xlsx};
use crate::config::Config;
use crate::domain::calendar::Calendar;
use crate::domain::consolidation::{Consolidation, DepartmentState};
use crate::domain::finding::Finding;
use crate::domain::ledger::Ledger;
use crate::domain::reading::Reading;
use crate::domain::snapshot::{Role, SeenFile, Snapshot};
use crate::{cores, feedback, sheets};

/// Whether a workbook made from the same, by path and digest, stands on the share already.
pub type Stands<'a> = dyn Fn(&str, &str) -> bool + Sync + 'a;

/// What became of a workbook that was to be made.
enum Made {
    /// It is made; the digest of what it was made from, where that is told.
    Fresh(Publication, String),
    /// It stands already: path and digest.
    Stands(String, String),
    /// It cannot be written.
    Failed(String),
}

/// Workbooks of a pass.
#[derive(Default)]
pub(super) struct All {
    /// Made anew, the consolidated one first.
    pub fresh: Vec<Publication>,
    /// Paths of those that stand already.
    pub standing: Vec<String>,
    /// Digests of what they were made from, by path.
    pub digests: BTreeMap<String, String>,
    /// Why some could not be written.
    pub failed: Vec<String>,
}

/// Builds every workbook of the pass; one that cannot be written is an alarm and stops no other.
///
/// The departments' come first, on every core: what was read is let go before the big one is made.
pub(super) fn all(
    consolidation: &Consolidation,
    trials: &[Trial],
    snapshot: Snapshot,
    cx: &Context<'_>,
    stands: &Stands<'_>,
) -> All {
    let mut jobs: Vec<Job<'_>> = Vec::new();
    for department in &consolidation.departments {
        jobs.push(Job::Feedback(department));
    }
    jobs.extend(trials.iter().map(|t| Job::Trial(t, trials)));
    let named: HashSet<(&str, &str)> = consolidation
        .findings
        .iter()
        .filter_map(|f| Some((f.file.as_deref()?, f.department.as_deref()?)))
        .collect();
    let desk = Desk {
        consolidation,
        index: &feedback::Index::of(consolidation),
        snapshot: &snapshot,
        named: &named,
        cx,
        stands,
    };
    let made = cores::map(&jobs, |job| job.run(&desk));
    drop(jobs);
    drop(snapshot);
    let path = cx.config.publish.consolidated.clone();
    let book = sheets::build(consolidation, cx.config, cx.text);
    let mut all = All::default();
    for one in std::iter::once(render(path, String::new(), &book)).chain(made) {
        match one {
            Made::Fresh(publication, digest) => {
                if !digest.is_empty() {
                    all.digests.insert(publication.path.clone(), digest);
                }
                all.fresh.push(publication);
            }
            Made::Stands(path, digest) => {
                all.digests.insert(path.clone(), digest);
                all.standing.push(path);
            }
            Made::Failed(why) => all.failed.push(why),
        }
    }
    all
}

/// Paths of the workbooks of a pass.
pub(super) fn paths(
    consolidation: &Consolidation,
    trials: &[Trial],
    config: &Config,
) -> Vec<String> {
    let feedback = consolidation
        .departments
        .iter()
        .map(|d| feedback_path(d, config));
    std::iter::once(config.publish.consolidated.clone())
        .chain(feedback)
        .chain(trials.iter().map(|t| trial_path(t, trials, config)))
        .collect()
}

fn feedback_path(department: &DepartmentState, config: &Config) -> String {
    format!("{}/{}.xlsx", config.publish.feedback, department.code)
}

/// The answer bears the name of its drop; of drops that would share one, what tells them apart as well: their sub-folder, their extension.
fn trial_path(trial: &Trial, trials: &[Trial], config: &Config) -> String {
    let (name, stem) = names(&trial.file.path);
    let alike = |other: &&Trial| same(names(&other.file.path).1, stem);
    let shown = if trials.iter().filter(alike).count() < 2 {
        stem.to_owned()
    } else {
        let below = trial.file.path.strip_prefix(config.folders.trial.as_str());
        let parts = below.unwrap_or(name).split('/').filter(|p| !p.is_empty());
        let whole = parts.collect::<Vec<_>>().join(" - ");
        match whole.strip_suffix(".xlsx") {
            Some(stem) => stem.to_owned(),
            None if whole.is_empty() => name.to_owned(),
            None => whole,
        }
    };
    format!("{}/{shown}.xlsx", trial_folder(config))
}

/// The name of a path, and the name without its extension.
fn names(path: &str) -> (&str, &str) {
    let name = path.rsplit('/').next().unwrap_or(path);
    (name, name.rsplit_once('.').map_or(name, |(s, _)| s))
}

/// Names that some file systems take for one.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// The folder of the answers to trial drops, below the share.
#[must_use]
pub fn trial_folder(config: &Config) -> String {
    let folder = config.folders.trial.trim_start_matches('_');
    format!("{}/{folder}", config.publish.feedback)
}

fn render(path: String, digest: String, book: &Book) -> Made {
    match xlsx::render(book) {
        Ok(bytes) => Made::Fresh(Publication { path, bytes }, digest),
        Err(e) => Made::Failed(format!("{path} could not be written: {e}")),
    }
}

/// What the departments' workbooks are made from.
struct Desk<'a> {
    consolidation: &'a Consolidation,
    /// Where each department's part of it stands.
    index: &'a feedback::Index<'a>,
    snapshot: &'a Snapshot,
    /// Files and departments that a finding names together.
    named: &'a HashSet<(&'a str, &'a str)>,
    cx: &'a Context<'a>,
    stands: &'a Stands<'a>,
}

impl<'a> Desk<'a> {
    const fn told(&self) -> (&'a Consolidation, &'a feedback::Index<'a>) {
        (self.consolidation, self.index)
    }
}

enum Job<'a> {
    Feedback(&'a DepartmentState),
    Trial(&'a Trial, &'a [Trial]),
}

impl Job<'_> {
    fn run(&self, desk: &Desk<'_>) -> Made {
        let (cx, consolidation) = (desk.cx, desk.consolidation);
        match self {
            Job::Feedback(department) => {
                let path = feedback_path(department, cx.config);
                let files: Vec<&SeenFile> = desk
                    .snapshot
                    .files
                    .iter()
                    .filter(|f| of_department(f, department, desk.named))
                    .collect();
                let input =
                    feedback_input(department, files.iter().copied(), desk.told(), cx, false);
                let digest = digest(&input, &files);
                if (desk.stands)(&path, &digest) {
                    return Made::Stands(path, digest);
                }
                render(path, digest, &feedback::build(&input))
            }
            Job::Trial(trial, all) => {
                let book = match &trial.baseline {
                    Some(baseline) => {
                        sheets::baseline_trial(baseline, consolidation, cx.config, cx.text)
                    }
                    None => tried_annex(trial, consolidation, cx),
                };
                render(trial_path(trial, all, cx.config), String::new(), &book)
            }
        }
    }
}

/// A hash of all that a department's workbook is made from, its files' bytes among it.
fn digest(input: &feedback::Input<'_>, files: &[&SeenFile]) -> String {
    let mut text = input.digest();
    if text.is_empty() {
        return text;
    }
    for file in files {
        text.push_str(&format!(
            "\n{} {} {:?}",
            file.path,
            file.hash,
            file.content.as_ref().err()
        ));
    }
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn feedback_input<'a>(
    department: &'a DepartmentState,
    files: impl Iterator<Item = &'a SeenFile>,
    (consolidation, index): (&'a Consolidation, &'a feedback::Index<'a>),
    cx: &Context<'a>,
    trial: bool,
) -> feedback::Input<'a> {
    let readings: Vec<(&str, &Reading)> = files
        .filter_map(|f| {
            f.content
                .as_ref()
                .ok()
                .map(|r| (f.path.as_str(), r.as_ref()))
        })
        .collect();
    feedback::Input {
        department,
        readings,
        consolidation,
        index,
        config: cx.config,
        text: cx.text,
        trial,
    }
}

/// Whether a file is one of a department's annexes: its own file, or any file its findings name.
fn of_department(
    file: &SeenFile,
    department: &DepartmentState,
    named: &HashSet<(&str, &str)>,
) -> bool {
    if file.role != Role::Annex {
        return false;
    }
    department.file.as_deref() == Some(file.path.as_str())
        || named.contains(&(file.path.as_str(), department.code.as_str()))
}

/// The feedback on a dropped annex: its own findings, and nothing else of the day's.
fn tried_annex(trial: &Trial, consolidation: &Consolidation, cx: &Context<'_>) -> Book {
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
    let file = std::iter::once(&trial.file);
    let index = feedback::Index::of(&told);
    feedback::build(&feedback_input(
        &department,
        file,
        (&told, &index),
        cx,
        true,
    ))
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
