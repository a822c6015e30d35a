//! The control account between the stages: what was read is what was judged, what was accepted is what the ledger holds.

use std::collections::{BTreeMap, BTreeSet};

use super::{Imbalance, ImbalanceKind, TOLERANCE, f};
use crate::domain::assessment::{Assessment, FileVerdict, Outcome, RowVerdict};
use crate::domain::field::Field;
use crate::domain::ledger::Ledger;
use crate::domain::reading::Reading;
use crate::domain::snapshot::{Role, SeenFile};

/// Proves, from the readings themselves, that no row was dropped, doubled or shifted on its way into the ledger.
#[must_use]
pub fn flow(files: &[SeenFile], assessment: &Assessment, ledger: &Ledger) -> Vec<Imbalance> {
    let mut wrong = Vec::new();
    let trials: BTreeSet<&str> = files
        .iter()
        .filter(|s| s.role == Role::Trial)
        .map(|s| s.path.as_str())
        .collect();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for (index, verdict) in assessment.files.iter().enumerate() {
        if !told.insert(&verdict.path) {
            wrong.push(imbalance(
                ImbalanceKind::DoubledFile,
                &verdict.path,
                1.0,
                2.0,
            ));
        }
        file(files, assessment, index, verdict, &mut wrong);
    }
    for seen in files.iter().filter(|s| s.role != Role::Baseline) {
        if !told.contains(seen.path.as_str()) {
            wrong.push(imbalance(ImbalanceKind::Lost, &seen.path, 1.0, 0.0));
        }
    }
    let counts = |r: &&RowVerdict| {
        let file = assessment.files.get(r.file);
        file.is_some_and(|v| !v.file_held && !trials.contains(v.path.as_str()))
    };
    let rows: Vec<&RowVerdict> = assessment.rows.iter().filter(counts).collect();
    accepted(&rows, ledger, &mut wrong);
    wrong
}

fn imbalance(kind: ImbalanceKind, subject: &str, left: f64, right: f64) -> Imbalance {
    Imbalance {
        kind,
        subject: subject.to_owned(),
        left,
        right,
    }
}

/// One workbook: rows and progress as they stand in its reading, and as judged.
fn file(
    files: &[SeenFile],
    assessment: &Assessment,
    index: usize,
    verdict: &FileVerdict,
    wrong: &mut Vec<Imbalance>,
) {
    let seen = files.iter().find(|s| s.path == verdict.path);
    let Some(reading) = seen.and_then(|s| s.content.as_ref().ok()) else {
        return;
    };
    if verdict.file_held {
        return;
    }
    let rows = || reading.tables.iter().flat_map(|t| &t.rows);
    let judged = || assessment.rows.iter().filter(|r| r.file == index);
    let mut compare = |kind, left: f64, right: f64| {
        if (left - right).abs() > TOLERANCE {
            wrong.push(imbalance(kind, &verdict.path, left, right));
        }
    };
    let count = |n: usize| f(n as u64);
    compare(
        ImbalanceKind::Lost,
        count(rows().count()),
        count(judged().count()),
    );
    compare(
        ImbalanceKind::Lost,
        f(verdict.read),
        count(judged().count()),
    );
    let open = rows().filter(|r| r.secret.is_none());
    let read: f64 = open.filter_map(|r| r.number(Field::Progress)).sum();
    let told: f64 = judged().filter_map(|r| r.progress).sum();
    compare(ImbalanceKind::Sum, read, told);
    compare(ImbalanceKind::Shifted, 0.0, count(shifted(reading)));
}

/// Values that stand in another column than their heading.
fn shifted(reading: &Reading) -> usize {
    reading
        .tables
        .iter()
        .map(|table| {
            let columns: BTreeMap<Field, u16> = table
                .columns
                .iter()
                .filter_map(|c| Some((c.field?, c.at.col)))
                .collect();
            let cells = table.rows.iter().flat_map(|r| &r.cells);
            cells
                .filter(|(field, cell)| columns.get(field).is_some_and(|col| *col != cell.at.col))
                .count()
        })
        .sum()
}

/// Each accepted row is what the ledger holds of its task.
fn accepted(rows: &[&RowVerdict], ledger: &Ledger, wrong: &mut Vec<Imbalance>) {
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for row in rows {
        if matches!(row.outcome, Outcome::Accepted(_)) {
            *times.entry(row.id.as_str()).or_default() += 1;
        }
    }
    for row in rows {
        let Outcome::Accepted(values) = &row.outcome else {
            continue;
        };
        // Where rules are switched off one task may have several accepted rows; one of them stands.
        if times.get(row.id.as_str()) != Some(&1) {
            continue;
        }
        match ledger.rows.get(&row.id) {
            None => wrong.push(imbalance(ImbalanceKind::Lost, &row.id, 1.0, 0.0)),
            Some(known) if *known.values != **values => {
                let progress = |p: Option<f64>| p.unwrap_or(0.0);
                wrong.push(imbalance(
                    ImbalanceKind::Shifted,
                    &row.id,
                    progress(values.progress),
                    progress(known.values.progress),
                ));
            }
            Some(_) => {}
        }
    }
}
