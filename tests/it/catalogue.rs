//! The catalogue is whole: every code has a rule, words and a case, and the severity that the catalogue states.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use annexd::rules::{ALL, Check, by_code};
use annexd::text::Text;

/// Code, name and severity of every line of the catalogue.
fn catalogue() -> Vec<(String, String, String)> {
    let text = std::fs::read_to_string("tests/cases/rules/catalogue.csv").unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',').map(str::to_owned);
            let mut next = || cells.next().unwrap();
            (next(), next(), next())
        })
        .collect()
}

#[test]
fn every_code_has_a_rule_words_and_a_case() {
    let text = Text::embedded();
    let cases: BTreeSet<String> = std::fs::read_dir("tests/cases/rules")
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .filter_map(|n| n.split_once('-').map(|(code, _)| code.to_owned()))
        .collect();
    let mut missing = String::new();
    let codes = catalogue();
    for (code, name, severity) in &codes {
        match by_code(code) {
            None => writeln!(missing, "{code}: no rule in src/rules").unwrap(),
            Some(rule) => {
                if rule.name != name || rule.severity.name() != severity {
                    writeln!(missing, "{code}: {} {}", rule.name, rule.severity.name()).unwrap();
                }
            }
        }
        match text.finding(code) {
            None => writeln!(missing, "{code}: no words in templates/findings.toml").unwrap(),
            Some(words) if words.name != *name => {
                writeln!(missing, "{code}: called {} in the words", words.name).unwrap();
            }
            Some(_) => {}
        }
        if !cases.contains(code) {
            writeln!(missing, "{code}: no case in tests/cases/rules").unwrap();
        }
    }
    let known: BTreeSet<&str> = codes.iter().map(|(code, _, _)| code.as_str()).collect();
    for rule in ALL.iter().filter(|r| !known.contains(r.code)) {
        writeln!(missing, "{}: not in the catalogue", rule.code).unwrap();
    }
    assert!(missing.is_empty(), "{missing}");
}

#[test]
fn words_are_short_and_a_remedy_gives_an_example() {
    let text = Text::embedded();
    let mut wrong = String::new();
    for code in text.finding_codes() {
        let words = text.finding(code).unwrap();
        let parts = [&words.title, &words.message, &words.remedy];
        if parts
            .iter()
            .any(|p| p.chars().count() >= 200 || p.is_empty())
        {
            writeln!(wrong, "{code}: empty or too long").unwrap();
        }
        // What would satisfy a unit's own rule only its settings can show.
        if !words.remedy.contains("ví dụ") && code != "U" {
            writeln!(wrong, "{code}: no example").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Every finding of every case prints without an unfilled placeholder.
#[test]
fn every_message_is_filled() {
    let text = Text::embedded();
    let mut wrong: BTreeMap<String, String> = BTreeMap::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (_, outcomes) in super::rules::cases() {
        for finding in outcomes.iter().flat_map(|o| &o.assessment.findings) {
            seen.insert(finding.code.clone());
            for said in [
                text.title(finding),
                text.message(finding),
                text.remedy(finding),
            ] {
                if said.as_str().contains(['{', '}']) {
                    wrong.insert(finding.code.clone(), said.to_string());
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let silent: Vec<String> = catalogue()
        .into_iter()
        .map(|(code, _, _)| code)
        .filter(|code| !seen.contains(code))
        .collect();
    assert!(silent.is_empty(), "no case makes these fire: {silent:?}");
}

#[test]
fn rules_stand_in_the_order_of_the_catalogue() {
    let order: Vec<String> = catalogue().into_iter().map(|(code, _, _)| code).collect();
    let rules: Vec<&str> = ALL.iter().map(|r| r.code).collect();
    assert_eq!(rules, order);
    let files = ALL.iter().filter(|r| matches!(r.check, Check::File(_)));
    assert!(files.count() > 10);
}

/// Cells of a line of the catalogue; quoted ones may hold commas.
fn cells(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            _ => out.last_mut().unwrap().push(letter),
        }
    }
    out
}

/// README's table of rules is the catalogue's: `UPDATE=1 cargo test catalogue` rewrites it.
#[test]
fn the_readme_lists_every_rule() {
    const BEGIN: &str = "<!-- rules: rewritten by UPDATE=1 cargo test catalogue -->\n";
    const END: &str = "<!-- /rules -->";
    let text = Text::embedded();
    let mut table = "\n| code | name | severity | on paper | where, when | effect |\n|---|---|---|---|---|---|\n".to_owned();
    let catalogue = std::fs::read_to_string("tests/cases/rules/catalogue.csv").unwrap();
    for line in catalogue.lines().skip(1) {
        let [code, name, severity, place, condition, effect] = &cells(line)[..] else {
            panic!("not six cells: {line}");
        };
        let title = &text.finding(code).unwrap().title;
        let cells = [
            code,
            name,
            severity,
            title,
            &format!("{place}: {condition}"),
            effect,
        ];
        let cells: Vec<String> = cells
            .iter()
            .map(|c| c.replace('|', "\\|").replace('<', "&lt;"))
            .collect();
        writeln!(table, "| {} |", cells.join(" | ")).unwrap();
    }
    table.push('\n');
    let readme = std::fs::read_to_string("README.md").unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (now, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write("README.md", format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(now, table, "UPDATE=1 cargo test catalogue rewrites it");
}
