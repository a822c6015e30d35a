//! State of each department: what was read, accepted, held back, skipped, and the sums that must agree (SPEC §11, "Counting").

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::domain::assessment::{FileVerdict, Outcome, RowVerdict};
use crate::domain::consolidation::{ConsolidatedTask, DepartmentState};
use crate::domain::ledger::LedgerRow;
use crate::domain::snapshot::SeenFile;

/// Gives the state of one department.
pub fn state(
    input: &Input<'_>,
    code: &str,
    name: &str,
    tasks: &BTreeMap<&str, &ConsolidatedTask>,
) -> DepartmentState {
    let files: Vec<&FileVerdict> = input
        .assessment
        .files
        .iter()
        .filter(|f| f.department.as_deref() == Some(code))
        .collect();
    let rows = counting_rows(input, code);
    let accepted: Vec<&&RowVerdict> = rows
        .iter()
        .filter(|r| matches!(r.outcome, Outcome::Accepted(_)))
        .collect();
    let refused = rows
        .iter()
        .filter(|r| matches!(r.outcome, Outcome::Refused))
        .count();
    let carried = carried_rows(input, code, &rows);
    let known = input.ledger.departments.get(code);
    let newest = newest(input, &files);
    let verdict = newest.and_then(|s| files.iter().find(|f| f.path == s.path));
    let seen = known.and_then(|d| d.last_seen.as_ref());
    let silent = input.assessment.silent.contains_key(code) || !carried.is_empty();
    let stale_since = known
        .and_then(|d| d.held_since)
        .or_else(|| (!carried.is_empty()).then_some(input.as_of))
        .filter(|_| silent && has_figures(input, code));
    let held = count(rows.len() - accepted.len() + carried.len());
    let accepted_count = count(accepted.len());
    DepartmentState {
        code: code.to_owned(),
        name: name.to_owned(),
        file: newest
            .map(|f| f.path.clone())
            .or_else(|| files.first().map(|f| f.path.clone()))
            .or_else(|| common_file(input, &rows))
            .or_else(|| seen.map(|v| v.file.clone())),
        verdict: verdict
            .map(|f| f.verdict)
            .or_else(|| files.first().map(|f| f.verdict)),
        tasks: accepted_count + held,
        accepted: accepted_count,
        held,
        refused: count(refused),
        read: accepted_count + held,
        skipped: files
            .iter()
            .filter(|f| !f.file_held)
            .flat_map(|f| f.skipped.iter().cloned())
            .collect(),
        progress_in: accepted.iter().filter_map(|r| r.progress).sum(),
        progress_out: accepted.iter().filter_map(|r| written(r, tasks)).sum(),
        stale_since,
        received: seen.map(|v| v.seen).or(newest.map(|f| f.modified)),
        modified_by: seen
            .and_then(|v| v.modified_by.clone())
            .or_else(|| newest.and_then(saved_by)),
        figures_on: ledger_rows(input, code).map(|r| r.figures_on).max(),
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// Rows of the department in files that are not held back as a whole.
fn counting_rows<'a>(input: &'a Input<'_>, code: &str) -> Vec<&'a RowVerdict> {
    let held = |r: &RowVerdict| {
        input
            .assessment
            .files
            .get(r.file)
            .is_some_and(|f| f.file_held)
    };
    input
        .assessment
        .rows
        .iter()
        .filter(|r| r.department == code && !held(r))
        .collect()
}

fn ledger_rows<'a>(input: &'a Input<'_>, code: &str) -> impl Iterator<Item = &'a LedgerRow> {
    let code = code.to_owned();
    input
        .ledger
        .rows
        .values()
        .filter(move |r| r.department == code)
}

fn has_figures(input: &Input<'_>, code: &str) -> bool {
    ledger_rows(input, code).next().is_some()
}

/// Last accepted rows that stand because their file is held back as a whole, or gone.
fn carried_rows<'a>(input: &'a Input<'_>, code: &str, rows: &[&RowVerdict]) -> Vec<&'a LedgerRow> {
    let told: BTreeSet<&str> = rows.iter().map(|r| r.id.as_str()).collect();
    ledger_rows(input, code)
        .filter(|row| {
            let file = input
                .assessment
                .files
                .iter()
                .find(|f| f.path == row.source.file);
            !told.contains(row.id.as_str()) && file.is_none_or(|f| f.file_held)
        })
        .collect()
}

/// The newest file of the department, by time of modification, then path.
fn newest<'a>(input: &Input<'a>, files: &[&FileVerdict]) -> Option<&'a SeenFile> {
    input
        .files
        .iter()
        .filter(|s| files.iter().any(|f| f.path == s.path))
        .max_by_key(|s| (s.modified, &s.path))
}

fn common_file(input: &Input<'_>, rows: &[&RowVerdict]) -> Option<String> {
    let file = rows.first()?.file;
    input.assessment.files.get(file).map(|f| f.path.clone())
}

fn saved_by(file: &SeenFile) -> Option<String> {
    file.content.as_ref().ok()?.modified_by.clone()
}

/// Progress of an accepted row as it stands in the task list; a row that another department's stands for counts as accepted.
fn written(row: &RowVerdict, tasks: &BTreeMap<&str, &ConsolidatedTask>) -> Option<f64> {
    match (tasks.get(row.id.as_str()), &row.outcome) {
        (Some(task), _) if task.row.source == row.source => task.row.values.progress,
        (_, Outcome::Accepted(values)) => values.progress,
        _ => None,
    }
}
