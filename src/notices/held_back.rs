//! Annexes and rows held back, remarks to be explained, warnings: told at the next digest, again only on a change; warnings only with other news.

use std::collections::{BTreeMap, BTreeSet};

use super::scene::{Candidate, Scene, Silence, Weight, addresses, department_item};
use super::{Notice, address};
use crate::domain::finding::{Finding, Severity};
use crate::domain::notice::{Audience, SendReason};

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "held_back",
    find,
};

/// Fingerprints kept in a key; more are told apart by their hash only.
const MARKS_MAX: usize = 500;

/// Whether a finding is told by this notice; the others have notices of their own.
pub(crate) fn is_told_here(finding: &Finding) -> bool {
    !matches!(finding.code.as_str(), "L02" | "L03" | "L04") && finding.severity != Severity::Info
}

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    let mut groups: BTreeMap<(Option<&str>, Severity), BTreeSet<String>> = BTreeMap::new();
    for finding in &scene.input.consolidation.findings {
        if !is_told_here(finding) {
            continue;
        }
        let code = finding
            .department
            .as_deref()
            .filter(|c| scene.input.config.roster.by_code(c).is_some());
        let silence = code.and_then(|c| scene.silent.get(c));
        // A missing annex has nothing to mend in it; old figures bring no new reproach of lateness.
        if silence == Some(&Silence::Missing)
            || (silence == Some(&Silence::Stale) && finding.code == "T25")
        {
            continue;
        }
        groups
            .entry((code, finding.severity))
            .or_default()
            .insert(fingerprint(finding));
    }
    for ((code, severity), marks) in groups {
        offer(scene, out, code, severity, &marks);
    }
}

fn offer(
    scene: &Scene<'_>,
    out: &mut Vec<Candidate>,
    code: Option<&str>,
    severity: Severity,
    marks: &BTreeSet<String>,
) {
    let roster = &scene.input.config.roster;
    // What belongs to no department is the Office's.
    let (department, audience) = match code {
        Some(code) => (roster.by_code(code), Audience::Owner),
        None => (roster.office(), Audience::Office),
    };
    let Some(department) = department else { return };
    let (matter, reason, weight) = match severity {
        Severity::Error => ("held", SendReason::HeldBack, Weight::News),
        Severity::Explain => ("remarks", SendReason::Remarks, Weight::News),
        Severity::Warning | Severity::Info => ("warnings", SendReason::Remarks, Weight::Passenger),
    };
    let subject = format!("{matter}|{}", code.unwrap_or("*"));
    let key = join(&subject, marks);
    for to in addresses(&department.mail) {
        let told = scene.told(&to, &subject);
        if told.is_some_and(|s| s.key == key) {
            continue;
        }
        let shrank = told.is_some_and(|s| is_within(marks, &s.key));
        let mut item = department_item(reason, code.unwrap_or("*"), key.clone());
        item.department = code.map(str::to_owned);
        item.facts
            .insert("severity".to_owned(), severity.name().to_owned());
        out.push(Candidate {
            to,
            audience,
            subject: subject.clone(),
            item,
            weight: if shrank { Weight::Silent } else { weight },
        });
    }
}

/// Stands for a finding wherever its row moves.
fn fingerprint(finding: &Finding) -> String {
    let place = match &finding.task {
        Some(task) => format!("{task}|{:?}", finding.field),
        None => format!("{:?}|{:?}|{:?}", finding.file, finding.sheet, finding.field),
    };
    let mark = address::short_hash(&format!("{}|{place}|{}", finding.code, finding.value));
    mark[..8].to_owned()
}

fn join(subject: &str, marks: &BTreeSet<String>) -> String {
    let all: Vec<&str> = marks.iter().map(String::as_str).collect();
    let all = all.join(".");
    if marks.len() > MARKS_MAX {
        format!("{subject}#{}", address::short_hash(&all))
    } else {
        format!("{subject}#{all}")
    }
}

fn is_within(marks: &BTreeSet<String>, old_key: &str) -> bool {
    let old: BTreeSet<&str> = old_key
        .rsplit_once('#')
        .map_or("", |(_, m)| m)
        .split('.')
        .collect();
    marks.iter().all(|m| old.contains(m.as_str()))
}
