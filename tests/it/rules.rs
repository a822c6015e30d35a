//! Every code of the catalogue fires where it must, is silent once the remedy is followed, and nothing else is told.

use std::fmt::Write as _;

use crate::support::case::{Outcome, run};

/// Every case file with its outcomes.
pub fn cases() -> Vec<(String, Vec<Outcome>)> {
    let mut names: Vec<_> = std::fs::read_dir("tests/cases/rules")
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, run(&text))
        })
        .collect()
}

#[test]
fn every_case_tells_exactly_what_it_says() {
    let mut wrong = String::new();
    for (name, outcomes) in cases() {
        for outcome in &outcomes {
            if !outcome.disagreement.is_empty() {
                writeln!(
                    wrong,
                    "--- {name}, {}:\n{}",
                    outcome.name, outcome.disagreement
                )
                .unwrap();
            }
        }
        let code = name.split('-').next().unwrap();
        let fires = |o: &Outcome| o.assessment.findings.iter().any(|f| f.code == code);
        if !fires(&outcomes[0]) {
            writeln!(wrong, "--- {name}: {code} does not fire in its first half").unwrap();
        }
        for outcome in outcomes
            .iter()
            .skip(1)
            .filter(|o| fires(o) && o.name.starts_with("silent"))
        {
            writeln!(wrong, "--- {name}, {}: {code} is not silent", outcome.name).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
