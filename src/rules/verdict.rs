//! From findings in the making to verdicts: severities, what holds what, equal findings told once, proposals.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::cores;
use crate::domain::assessment::{Assessment, FigureVerdict, FileVerdict, Outcome, RowVerdict};
use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::finding::{Finding, Severity};
use crate::domain::ledger::Proposal;
use crate::domain::task::Source;
use crate::domain::verdict::Verdict;

use super::matching::document_number;
use super::scene::{FileView, Hit, Input, RowView, Scene, Subject};
use super::values::{changes, lead_codes};

/// Errors after which the row counts all the same: approved or known values stand in for the changed cell.
const MENDED: [&str; 3] = ["E01", "E02", "E08"];
/// Explanations that are asked before a row counts.
const ASKED_FIRST: [&str; 4] = ["E04", "E05", "E06", "K07"];
/// Findings that are the same whatever stands in the cell.
const VALUE_FREE: [&str; 17] = [
    "S08", "T01", "T02", "T05", "T08", "T14", "T18", "T23", "T24", "T25", "T26", "T29", "T31",
    "T32", "T33", "T34", "T36",
];
/// Fields in which the number of an official document may be given.
const DOCUMENT_FIELDS: [Field; 7] = [
    Field::Note,
    Field::Proposal,
    Field::SourceDoc,
    Field::Explanation,
    Field::LateReason,
    Field::Difficulty,
    Field::Result,
];

/// The severity of a code after the settings; none where it is off or does not count yet.
#[must_use]
pub fn severity(code: &str, input: &Input<'_>) -> Option<Severity> {
    let config = input.config;
    if config
        .rules_from
        .get(code)
        .is_some_and(|from| input.as_of < *from)
    {
        return None;
    }
    if let Some(set) = config.rules.get(code) {
        return *set;
    }
    super::by_code(code)
        .map(|r| r.severity)
        .or_else(|| input.own.severity(code))
}

/// Whether a finding on a file holds the whole file back.
#[must_use]
pub fn holds_file(hit: &Hit, input: &Input<'_>) -> bool {
    let whole = hit.code.starts_with(['F', 'S']) || hit.code == "E09";
    let unreadable = matches!(hit.code.as_str(), "F01" | "F02" | "F03" | "F04" | "F05");
    hit.subject == Subject::Whole
        && whole
        && (unreadable || severity(&hit.code, input) == Some(Severity::Error))
}

fn holds_row(hit: &Hit, input: &Input<'_>) -> bool {
    match severity(&hit.code, input) {
        // A mistaken code brings the figures of another task: they do not count for this one.
        Some(Severity::Error) => !MENDED.contains(&hit.code.as_str()) || hit.is_mistaken_code(),
        Some(Severity::Explain) => ASKED_FIRST.contains(&hit.code.as_str()),
        _ => hit.code == "T35",
    }
}

/// Draws the conclusions.
#[must_use]
pub fn conclude(scene: &Scene<'_>, hits: Vec<Hit>) -> Assessment {
    let input = &scene.input;
    let mut held_by: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    let mut figures_held: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for hit in hits.iter().filter(|h| holds_row(h, input)) {
        match hit.subject {
            Subject::Row(i) => {
                held_by.entry(i).or_default().insert(hit.code.clone());
            }
            Subject::Figure(i) => {
                figures_held.entry(i).or_default().insert(hit.code.clone());
            }
            Subject::Whole => {}
        }
    }
    let after_freeze: HashSet<usize> = hits
        .iter()
        .filter(|h| h.code == "E10")
        .filter_map(|h| match h.subject {
            Subject::Row(i) => Some(i),
            _ => None,
        })
        .collect();
    let counting: Vec<&RowView<'_>> = scene
        .rows
        .iter()
        .filter(|r| !scene.files[r.file].held)
        .collect();
    let some: Vec<&[&RowView<'_>]> = counting.chunks(super::ROWS_AT_ONCE).collect();
    let rows = cores::map(&some, |rows| -> Vec<RowVerdict> {
        let verdict = |r: &&RowView<'_>| {
            let held_by = held_by.get(&r.index).cloned().unwrap_or_default();
            row_verdict(scene, r, held_by, after_freeze.contains(&r.index))
        };
        rows.iter().map(verdict).collect()
    });
    let rows: Vec<RowVerdict> = rows.into_iter().flatten().collect();
    let figures: Vec<FigureVerdict> = scene
        .figures
        .iter()
        .filter(|f| !scene.files[f.file].held)
        .map(|f| (f, figures_held.remove(&f.index).unwrap_or_default()))
        .filter(|(f, held_by)| f.figure.is_some() || !held_by.is_empty())
        .map(|(f, held_by)| {
            let counts = held_by.is_empty();
            FigureVerdict {
                file: f.file,
                source: Source {
                    file: scene.files[f.file].seen.path.clone(),
                    sheet: f.row.sheet.to_string(),
                    cell: f.cell(f.naming_field()).map(|c| c.at),
                },
                figure: f.figure.clone().filter(|_| counts),
                held_by: held_by.into_iter().collect(),
            }
        })
        .collect();
    let proposals = proposals(scene, &hits);
    let outdated = hits
        .iter()
        .filter(|h| h.is_superseded())
        .filter_map(|h| Some((h.task.clone()?, h.field?)))
        .collect();
    let silent = silent(scene, &hits);
    let troubles = super::own::troubles(scene);
    let findings = findings(scene, hits);
    let files = scene
        .files
        .iter()
        .map(|f| file_verdict(scene, f, &rows, &figures, &findings))
        .collect();
    Assessment {
        files,
        rows,
        figures,
        findings,
        proposals,
        departments: scene.departments.clone(),
        silent,
        outdated,
        troubles,
    }
}

fn source(scene: &Scene<'_>, row: &RowView<'_>) -> Source {
    Source {
        file: scene.files[row.file].seen.path.clone(),
        sheet: row.row.sheet.to_string(),
        cell: Some(row.cell(Field::Content).map_or(row.row.first, |c| c.at)),
    }
}

fn row_verdict(
    scene: &Scene<'_>,
    row: &RowView<'_>,
    held_by: BTreeSet<String>,
    after_freeze: bool,
) -> RowVerdict {
    let refused = row.row.secret.is_some();
    let outcome = if refused {
        Outcome::Refused
    } else if held_by.is_empty() {
        // What says nothing new is the very same values.
        let same = row.accepted.filter(|a| a.values == row.values);
        Outcome::Accepted(same.map_or_else(|| row.values.clone(), |a| a.values.clone()))
    } else {
        Outcome::Held
    };
    // A copy of another department's row that says nothing new stays that department's.
    let department = match (&row.annex_of, row.foreign_lead(), row.accepted) {
        (Some(_), Some(_), Some(accepted)) => accepted.department.clone(),
        (Some(own), Some(_), None) if held_by.is_empty() => lead_codes(&row.values.leads)
            .next()
            .unwrap_or(own)
            .to_owned(),
        _ => row.department.clone(),
    };
    let department = if held_by.contains("L01") || held_by.contains("E11") {
        row.department.clone()
    } else {
        department
    };
    // A row of the common annex that nobody leads is counted with the Office, which keeps that annex: no row is counted nowhere.
    let department = if department.is_empty() && scene.files[row.file].common {
        keeper(scene).unwrap_or(department)
    } else {
        department
    };
    RowVerdict {
        file: row.file,
        source: source(scene, row),
        id: if refused {
            String::new()
        } else {
            row.id.clone()
        },
        department,
        changes: match row.accepted {
            Some(accepted) if !refused => changes(&accepted.values, &row.values),
            _ => Vec::new(),
        },
        outcome,
        held_by: held_by.into_iter().collect(),
        outside_plan: scene.input.baseline.is_some() && row.planned.is_none() && !refused,
        after_freeze,
        progress: row.row.number(Field::Progress).filter(|_| !refused),
    }
}

/// The department that keeps the common annex: the Office, else the first one known.
fn keeper(scene: &Scene<'_>) -> Option<String> {
    let office = scene.input.config.roster.office().map(|d| d.code.clone());
    office.or_else(|| scene.departments.first().map(|(code, _)| code.clone()))
}

fn file_verdict<'a>(
    scene: &Scene<'a>,
    file: &FileView<'a>,
    rows: &[RowVerdict],
    figures: &[FigureVerdict],
    findings: &[Finding],
) -> FileVerdict {
    let mine: Vec<&RowVerdict> = rows.iter().filter(|r| r.file == file.index).collect();
    let accepted = mine
        .iter()
        .filter(|r| matches!(r.outcome, Outcome::Accepted(_)))
        .count() as u64;
    let held = if file.held {
        scene.accepted_of(file).count() as u64
    } else {
        mine.len() as u64 - accepted
    };
    let figures_count = figures
        .iter()
        .any(|f| f.file == file.index && f.figure.is_some());
    let figures_held = figures
        .iter()
        .any(|f| f.file == file.index && f.figure.is_none());
    let nothing = if mine.is_empty() {
        figures_held && !figures_count
    } else {
        accepted == 0 && !figures_count
    };
    let remarked = findings.iter().any(|f| {
        f.file.as_deref() == Some(file.seen.path.as_str()) && f.severity != Severity::Info
    });
    let verdict = if file.held || nothing {
        Verdict::HeldBack
    } else if remarked {
        Verdict::AcceptedWithRemarks
    } else {
        Verdict::Accepted
    };
    FileVerdict {
        path: file.seen.path.clone(),
        department: file.department.clone(),
        verdict,
        read: accepted + held,
        accepted,
        held,
        skipped: file
            .reading
            .iter()
            .flat_map(|r| &r.tables)
            .flat_map(|t| t.skipped.iter().map(|s| (t.sheet.to_string(), s.clone())))
            .collect(),
        file_held: file.held,
    }
}

fn silent(scene: &Scene<'_>, hits: &[Hit]) -> BTreeMap<String, String> {
    let mut silent = BTreeMap::new();
    for hit in hits {
        let held = hit.file.map(|f| &scene.files[f]).filter(|f| !f.is_trial());
        match (held, &hit.department) {
            (None, Some(department)) if hit.code == "L02" => {
                silent
                    .entry(department.clone())
                    .or_insert_with(|| hit.code.clone());
            }
            (Some(file), _) if file.held && holds_file(hit, &scene.input) => {
                let whose: Vec<String> = match &file.department {
                    Some(department) => vec![department.clone()],
                    None => scene
                        .accepted_of(file)
                        .filter(|_| file.common)
                        .map(|r| r.department.clone())
                        .collect(),
                };
                for department in whose {
                    silent.entry(department).or_insert_with(|| hit.code.clone());
                }
            }
            _ => {}
        }
    }
    silent
}

fn proposals(scene: &Scene<'_>, hits: &[Hit]) -> Vec<Proposal> {
    let ledger = scene.input.ledger;
    let mut out: Vec<Proposal> = Vec::new();
    for hit in hits {
        let Subject::Row(index) = hit.subject else {
            continue;
        };
        if hit.is_superseded() {
            continue;
        }
        let row = &scene.rows[index];
        let file = &scene.files[row.file];
        if file.held || file.is_trial() || row.id.is_empty() {
            continue;
        }
        let (field, old) = match (hit.code.as_str(), hit.field) {
            ("E01" | "E02", Some(field)) => {
                let old = match field {
                    Field::Deadline => row.deadline_difference(),
                    field => row.locked_difference(field),
                };
                (Some(field), old.unwrap_or_default())
            }
            ("T04", _) => (None, String::new()),
            _ => continue,
        };
        let new = row.row.text(field.unwrap_or(Field::Content)).to_owned();
        let known = ledger.proposals.iter().find(|p| {
            p.task == row.id && p.field == field && p.new == new && p.department == row.department
        });
        out.push(Proposal {
            task: row.id.clone(),
            department: row.department.clone(),
            field,
            old,
            new,
            document: DOCUMENT_FIELDS
                .into_iter()
                .find_map(|f| document_number(row.row.text(f))),
            source: Source {
                cell: hit.cell,
                ..source(scene, row)
            },
            since: known.map_or(scene.input.as_of, |p| p.since),
        });
    }
    out
}

/// Severities, equal findings of a column told once with all their cells, in order.
#[must_use]
pub fn findings(scene: &Scene<'_>, hits: Vec<Hit>) -> Vec<Finding> {
    let path = |index: usize| scene.files[index].seen.path.clone();
    finish(hits, &scene.input, &path)
}

/// The same for findings on files that stand in no scene (the baseline's).
pub fn finish(hits: Vec<Hit>, input: &Input<'_>, path: &dyn Fn(usize) -> String) -> Vec<Finding> {
    type Key = (
        Option<usize>,
        Option<String>,
        String,
        Option<Field>,
        u16,
        String,
    );
    let mut out: Vec<Finding> = Vec::new();
    let mut equal: BTreeMap<Key, usize> = BTreeMap::new();
    let mut hits = hits;
    hits.sort_by(|a, b| {
        (a.file, &a.sheet, a.cell, &a.code).cmp(&(b.file, &b.sheet, b.cell, &b.code))
    });
    for hit in hits {
        let Some(severity) = severity(&hit.code, input) else {
            continue;
        };
        // Nobody is reproached for what the Office changed.
        let severity = if hit.is_superseded() {
            Severity::Info
        } else {
            severity
        };
        let sheet = hit.sheet.as_deref().map(str::to_owned);
        if let (Some(cell), true) = (hit.cell, hit.subject != Subject::Whole || hit.code == "S06") {
            let said = if VALUE_FREE.contains(&hit.code.as_str()) {
                String::new()
            } else {
                format!("{}\u{0}{:?}", hit.value, hit.args)
            };
            let department = hit.department.clone().unwrap_or_default();
            let key = (
                hit.file,
                sheet.clone(),
                hit.code.clone(),
                hit.field,
                cell.col,
                format!("{said}\u{0}{department}"),
            );
            if let Some(index) = equal.get(&key) {
                let first = &mut out[*index];
                if !first.cells.contains(&cell) {
                    first.cells.push(cell);
                }
                continue;
            }
            equal.insert(key, out.len());
        }
        out.push(Finding {
            code: hit.code,
            severity,
            department: hit.department,
            file: hit.file.map(path),
            sheet,
            cell: hit.cell,
            cells: hit.cell.into_iter().collect::<Vec<CellRef>>(),
            field: hit.field,
            task: hit.task,
            value: hit.value,
            related: hit.related,
            args: hit.args,
            own_message: hit.own_message,
        });
    }
    out.sort_by(|a, b| {
        (&a.file, &a.sheet, a.cell, &a.code).cmp(&(&b.file, &b.sheet, b.cell, &b.code))
    });
    out
}
