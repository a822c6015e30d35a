//! State of each department: what was read, accepted, held back, skipped, and the sums that must agree (SPEC §11, "Counting").

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Input;
use crate::domain::assessment::{FileVerdict, Outcome, RowVerdict};
use crate::domain::consolidation::{ConsolidatedTask, DepartmentState};
use crate::domain::ledger::LedgerRow;
use crate::domain::snapshot::{Role, SeenFile};

/// Rows by department, gathered once for all of them.
pub struct Gathered<'a> {
    /// Tasks of the consolidation by identity.
    tasks: BTreeMap<&'a str, &'a ConsolidatedTask>,
    /// Judged rows of files that are not held back as a whole, trial drops aside.
    judged: HashMap<&'a str, Vec<&'a RowVerdict>>,
    /// Rows of the ledger.
    accepted: HashMap<&'a str, Vec<&'a LedgerRow>>,
    /// How many accepted rows each task has.
    several: HashMap<&'a str, usize>,
}

impl<'a> Gathered<'a> {
    /// Gathers the rows of a pass.
    pub fn new(input: &Input<'a>, tasks: &'a [ConsolidatedTask]) -> Self {
        let counts: Vec<bool> = input
            .assessment
            .files
            .iter()
            .map(|f| !f.file_held && !is_trial(input, &f.path))
            .collect();
        let mut gathered = Self {
            tasks: tasks.iter().map(|t| (t.row.id.as_str(), t)).collect(),
            judged: HashMap::new(),
            accepted: HashMap::new(),
            several: HashMap::new(),
        };
        for row in &input.assessment.rows {
            if matches!(row.outcome, Outcome::Accepted(_)) {
                *gathered.several.entry(row.id.as_str()).or_default() += 1;
            }
            // A day rebuilt from the history has no files.
            if counts.is_empty() || counts.get(row.file) == Some(&true) {
                let mine = gathered.judged.entry(row.department.as_str());
                mine.or_default().push(row);
            }
        }
        for row in input.ledger.rows.values() {
            let mine = gathered.accepted.entry(row.department.as_str());
            mine.or_default().push(row);
        }
        gathered
    }

    fn ledger_rows(&self, code: &str) -> &[&'a LedgerRow] {
        self.accepted.get(code).map_or(&[], Vec::as_slice)
    }
}

/// Gives the state of one department.
pub fn state(
    input: &Input<'_>,
    code: &str,
    name: &str,
    gathered: &Gathered<'_>,
) -> DepartmentState {
    let files: Vec<&FileVerdict> = input
        .assessment
        .files
        .iter()
        .filter(|f| f.department.as_deref() == Some(code) && !is_trial(input, &f.path))
        .collect();
    let tasks = &gathered.tasks;
    let rows = counting_rows(input, code, gathered);
    let (accepted, held): (Vec<&RowVerdict>, Vec<&RowVerdict>) =
        rows.iter().copied().partition(|r| {
            matches!(r.outcome, Outcome::Accepted(_)) && stands(r, &gathered.several, tasks)
        });
    let refused = held.iter().filter(|r| r.outcome == Outcome::Refused);
    let carried = Carried::of(input, code, &rows, gathered);
    let known = input.ledger.departments.get(code);
    let seen = known.and_then(|d| d.last_seen.as_ref());
    let newest = newest(input, &files);
    let judged = newest
        .and_then(|s| files.iter().copied().find(|f| f.path == s.path))
        .or_else(|| files.first().copied())
        .or_else(|| common_file(input, &rows, &carried));
    let stale_since = known
        .and_then(|d| d.held_since)
        .or(Some(input.as_of))
        .filter(|_| !carried.standing.is_empty());
    let (accepted_count, held_count) = (
        count(accepted.len() + carried.current.len()),
        count(held.len() + carried.standing.len()),
    );
    // Folded from a plain zero: the sum of nothing is printed, and an empty float sum is a negative zero.
    let add = |sum: f64, progress: f64| sum + progress;
    let carried_sum = carried
        .current
        .iter()
        .filter_map(|r| r.values.progress)
        .fold(0.0, add);
    let read_sum = accepted.iter().filter_map(|r| r.progress).fold(0.0, add);
    let written_sum = accepted
        .iter()
        .filter_map(|r| written(r, tasks))
        .fold(0.0, add);
    DepartmentState {
        code: code.to_owned(),
        name: name.to_owned(),
        file: judged
            .map(|f| f.path.clone())
            .or_else(|| seen.map(|v| v.file.clone())),
        verdict: judged
            .map(|f| f.verdict)
            .or_else(|| seen.map(|v| v.verdict).filter(|_| rebuilt(input, code))),
        tasks: accepted_count + held_count,
        accepted: accepted_count,
        held: held_count,
        refused: count(refused.count()),
        read: accepted_count + held_count,
        skipped: files
            .iter()
            .copied()
            .chain(kept_for_all(input, code))
            .filter(|f| !f.file_held)
            .flat_map(|f| f.skipped.iter().cloned())
            .collect(),
        progress_in: read_sum + carried_sum,
        progress_out: written_sum + carried_sum,
        stale_since,
        received: seen.map(|v| v.modified).or(newest.map(|f| f.modified)),
        modified_by: seen
            .and_then(|v| v.modified_by.clone())
            .or_else(|| newest.and_then(saved_by)),
        figures_on: gathered
            .ledger_rows(code)
            .iter()
            .map(|r| r.figures_on)
            .max(),
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Whether a path is that of a trial drop, which has no effect.
pub fn is_trial(input: &Input<'_>, path: &str) -> bool {
    let mut files = input.files.iter();
    files.any(|f| f.path == path && f.role == Role::Trial)
}

/// Rows of the department in files that are not held back as a whole, each accepted task once.
///
/// A copy of a task in another department's annex, and a row whose task stands as another department's, is none of them.
fn counting_rows<'a>(
    input: &Input<'_>,
    code: &str,
    gathered: &Gathered<'a>,
) -> Vec<&'a RowVerdict> {
    let ledger = &input.ledger.rows;
    let mut rows: Vec<&RowVerdict> = gathered.judged.get(code).cloned().unwrap_or_default();
    // The row a task stands on comes first, so that its copies are the ones left out.
    rows.sort_by_key(|r| ledger.get(&r.id).is_some_and(|row| row.source != r.source));
    let mut told: BTreeSet<&str> = BTreeSet::new();
    rows.retain(|r| match r.outcome {
        Outcome::Accepted(_) => {
            ledger.get(&r.id).is_none_or(|row| row.department == code) && told.insert(&r.id)
        }
        _ => true,
    });
    rows
}

/// Whether the day is rebuilt from the history, without the share's files.
fn rebuilt(input: &Input<'_>, code: &str) -> bool {
    input.assessment.files.is_empty() && !input.assessment.silent.contains_key(code)
}

/// Rows of the ledger that no row judged now stands for.
struct Carried<'a> {
    /// Last accepted ones that stand because their file is held back as a whole, or missing.
    standing: Vec<&'a LedgerRow>,
    /// Those of a rebuilt day, and of a file whose absence is not believed yet.
    current: Vec<&'a LedgerRow>,
}

impl<'a> Carried<'a> {
    fn of(input: &Input<'_>, code: &str, rows: &[&RowVerdict], gathered: &Gathered<'a>) -> Self {
        let told: BTreeSet<&str> = rows.iter().map(|r| r.id.as_str()).collect();
        let silent = input.assessment.silent.contains_key(code);
        let (mut standing, mut current) = (Vec::new(), Vec::new());
        let mine = gathered.ledger_rows(code).iter().copied();
        for row in mine.filter(|r| !told.contains(r.id.as_str())) {
            let mut files = input.assessment.files.iter();
            match files.find(|f| f.path == row.source.file) {
                Some(file) if file.file_held => standing.push(row),
                Some(_) => {}
                None if row.stale || silent => standing.push(row),
                None => current.push(row),
            }
        }
        Self { standing, current }
    }
}

/// The newest file of the department, by time of modification, then path.
fn newest<'a>(input: &Input<'a>, files: &[&FileVerdict]) -> Option<&'a SeenFile> {
    input
        .files
        .iter()
        .filter(|s| files.iter().any(|f| f.path == s.path))
        .max_by_key(|s| (s.modified, &s.path))
}

/// The annex of all departments: what is skipped in it is named with the Office, which keeps it, else with the first department.
fn kept_for_all<'a>(input: &Input<'a>, code: &str) -> impl Iterator<Item = &'a FileVerdict> {
    let office = input.config.roster.office().map(|d| d.code.as_str());
    let first = input
        .assessment
        .departments
        .first()
        .map(|(c, _)| c.as_str());
    let keeps = office.or(first) == Some(code);
    let common = |f: &&FileVerdict| {
        let role = input
            .files
            .iter()
            .find(|s| s.path == f.path)
            .map(|s| s.role);
        f.department.is_none() && role == Some(Role::Common)
    };
    let files: Vec<&'a FileVerdict> = input.assessment.files.iter().filter(common).collect();
    files.into_iter().filter(move |_| keeps)
}

/// The annex of all departments, when the rows of this one stand in it.
fn common_file<'a>(
    input: &Input<'a>,
    rows: &[&RowVerdict],
    carried: &Carried<'_>,
) -> Option<&'a FileVerdict> {
    let files = &input.assessment.files;
    let judged = rows.first().and_then(|r| files.get(r.file));
    judged.or_else(|| {
        let source = &carried.standing.first()?.source;
        files.iter().find(|f| f.path == source.file)
    })
}

fn saved_by(file: &SeenFile) -> Option<String> {
    file.content.as_ref().ok()?.modified_by.clone()
}

/// Whether an accepted row stands in the task list: of several rows of one task (L01 or T03 switched off) only one does, and the others' values do not count.
fn stands(
    row: &RowVerdict,
    accepted: &HashMap<&str, usize>,
    tasks: &BTreeMap<&str, &ConsolidatedTask>,
) -> bool {
    accepted.get(row.id.as_str()).is_none_or(|n| *n < 2)
        || tasks
            .get(row.id.as_str())
            .is_none_or(|t| t.row.source == row.source)
}

/// Progress of an accepted row as it stands in the task list; a row that another department's stands for counts as accepted.
fn written(row: &RowVerdict, tasks: &BTreeMap<&str, &ConsolidatedTask>) -> Option<f64> {
    match (tasks.get(row.id.as_str()), &row.outcome) {
        (Some(task), _) if task.row.source == row.source => task.row.values.progress,
        (_, Outcome::Accepted(values)) => values.progress,
        _ => None,
    }
}
