//! One cause, one finding: what hides what on the same row, task, file or department (SPEC §11).

use std::collections::BTreeSet;

use crate::domain::field::Field;

use super::scene::{Hit, Scene, Subject};

/// On the same row the left code hides the right ones.
const ON_A_ROW: &[(&str, &[&str])] = &[
    ("E02", &["T08", "T09", "T10", "T11"]),
    ("E01", &["T06", "T07", "E11"]),
    ("E05", &["E04", "E06", "E10", "T14", "T23", "T25"]),
    ("E06", &["E10", "T18", "T25"]),
    ("E07", &["T26"]),
    ("L01", &["E11"]),
    ("T36", &["T08"]),
    ("T18", &["T27"]),
    // Without a readable status or completion day nothing follows about lateness.
    ("T13", &["T25", "T26", "T27", "T30", "E05"]),
    ("T19", &["T20", "T25", "T27", "T30", "E05"]),
    ("T20", &["T25", "T27", "T30", "E06"]),
    ("T16", &["E04"]),
    ("T01", &["T04"]),
    ("T03", &["T04"]),
    // A code is asked for where the approved annex has one.
    ("T04", &["T02"]),
];

/// A value that cannot be read at all tells nothing about lateness.
const BROKEN: [&str; 4] = ["T21", "T28", "T29", "T36"];
const LATENESS: [&str; 7] = ["T25", "T26", "T27", "T30", "E04", "E05", "E06"];

/// Drops what another finding already tells.
pub fn apply(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let told: BTreeSet<(Subject, String)> = hits
        .iter()
        .filter(|h| h.subject != Subject::Whole)
        .map(|h| (h.subject, h.code.clone()))
        .collect();
    let has = |subject: Subject, code: &str| told.contains(&(subject, code.to_owned()));
    let deadline_doubted: BTreeSet<Subject> = hits
        .iter()
        .filter(|h| h.code == "T10")
        .map(|h| h.subject)
        .collect();
    let unreadable: BTreeSet<Subject> = hits
        .iter()
        .filter(|h| BROKEN.contains(&h.code.as_str()))
        .filter(|h| {
            matches!(
                h.field,
                Some(Field::Status | Field::CompletedDate | Field::Progress | Field::Deadline)
            )
        })
        .map(|h| h.subject)
        .collect();
    let held_by_mass: BTreeSet<usize> = hits
        .iter()
        .filter(|h| h.code == "E09")
        .filter_map(|h| h.file)
        .collect();
    let missing: BTreeSet<String> = hits
        .iter()
        .filter(|h| h.code == "L02")
        .filter_map(|h| h.department.clone())
        .collect();
    let vanished: BTreeSet<String> = hits
        .iter()
        .filter(|h| h.code == "E03")
        .filter_map(|h| h.task.clone())
        .collect();
    let blank_status: BTreeSet<Subject> = scene
        .rows
        .iter()
        .filter(|r| r.blank(Field::Status))
        .filter(|r| {
            r.filled(Field::CompletedDate)
                || r.row.number(Field::Progress).is_some_and(|p| p >= 100.0)
        })
        .map(|r| Subject::Row(r.index))
        .collect();
    hits.retain(|hit| {
        let code = hit.code.as_str();
        let by_row = hit.subject != Subject::Whole
            && ON_A_ROW
                .iter()
                .any(|(left, right)| right.contains(&code) && has(hit.subject, left));
        let by_doubt = matches!(code, "T33" | "T31")
            && hit.field == Some(Field::Deadline)
            && deadline_doubted.contains(&hit.subject);
        let by_broken = LATENESS.contains(&code) && unreadable.contains(&hit.subject);
        let by_blank = code == "T25" && blank_status.contains(&hit.subject);
        let by_mass = hit.file.is_some_and(|f| held_by_mass.contains(&f))
            && ["E01", "E02", "E03", "E08", "E11", "T02", "T04", "L04"].contains(&code);
        let by_missing = hit.department.as_ref().is_some_and(|d| missing.contains(d))
            && ["L03", "L04", "E03", "E09"].contains(&code);
        let by_vanished = code == "L04" && hit.task.as_ref().is_some_and(|t| vanished.contains(t));
        !(by_row || by_doubt || by_broken || by_blank || by_mass || by_missing || by_vanished)
    });
}
