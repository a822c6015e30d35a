//! The deadline language: known texts and many more, by kind and day.

use std::collections::BTreeMap;

use annexd::domain::deadline::{Deadline, DeadlineKind};
use annexd::vn::{DeadlineContext, DeadlineInput, Words};
use jiff::civil::{Date, date};

use crate::vn::csv;

fn tet() -> BTreeMap<i16, Date> {
    [
        (2026, date(2026, 2, 17)),
        (2027, date(2027, 2, 6)),
        (2028, date(2028, 1, 26)),
        (2029, date(2029, 2, 13)),
        (2030, date(2030, 2, 2)),
    ]
    .into()
}

fn context(year: Option<i16>, tet: &BTreeMap<i16, Date>) -> DeadlineContext<'_> {
    DeadlineContext {
        plan_start: date(2026, 4, 24),
        plan_end: date(2030, 12, 31),
        year,
        before_excludes: true,
        tet,
        date_1904: false,
    }
}

fn read(text: &str, year: Option<i16>) -> Deadline {
    let tet = tet();
    Words::embedded().deadline(DeadlineInput::Text(text), &context(year, &tet))
}

/// `2026-06-30`, `a|b` for several, `a..b` for a range with its first day, a rule for recurring ones, empty for none.
fn shape(d: &Deadline) -> String {
    if let Some(rule) = &d.rule {
        return rule.text.clone();
    }
    let days: Vec<String> = d.days.iter().map(|x| x.day.to_string()).collect();
    let range = d.kind == DeadlineKind::Range
        || d.readings
            .first()
            .is_some_and(|r| r.kind == DeadlineKind::Range);
    match (range, d.opens) {
        (true, Some(opens)) => format!("{opens}..{}", days.join("|")),
        _ => days.join("|"),
    }
}

fn wanted(due: &str) -> String {
    let due = due
        .replace("<context year>", "2026")
        .replace("plan start", "2026-04-24")
        .replace("plan end", "2030-12-31");
    let (head, _) = due.split_once(" (").unwrap_or((&due, ""));
    match head {
        "quarterly@period end" => "quarterly@end".to_owned(),
        "monthly@last day" => "monthly@last".to_owned(),
        "weekly@Friday" => "weekly@fri".to_owned(),
        "every 2 years@12-31 from first plan year" => "every-2-years@12-31".to_owned(),
        "yearly@12-31 from 2026 to 2030" => "yearly@12-31 from 2026".to_owned(),
        "yearly@01-14 of next year" => "yearly@01-14".to_owned(),
        "2026-01-01..12-31" => "2026-01-01..2026-12-31".to_owned(),
        h if h.starts_with("report periods") => "report-periods".to_owned(),
        h => h.to_owned(),
    }
}

#[test]
fn every_known_text_gives_its_kind_and_day() {
    let mut wrong = Vec::new();
    for row in csv(include_str!("../cases/deadlines/known.csv")) {
        let (text, kind, due) = (row[0].as_str(), row[1].as_str(), row[2].as_str());
        let year = due.contains("<context year>").then_some(2026);
        let got = read(text, year);
        let days = match kind {
            "conditional" | "ditto" | "unresolved" => String::new(),
            _ => wanted(due),
        };
        if got.kind.name() != kind || shape(&got) != days {
            wrong.push(format!(
                "{text:?}: wanted {kind} {days}, read as {} {} {:?}",
                got.kind.name(),
                shape(&got),
                got.doubts
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn many_more_texts_give_their_kind_and_day() {
    let mut wrong = Vec::new();
    let rows = csv(include_str!("../cases/deadlines/more.csv"));
    let known = csv(include_str!("../cases/deadlines/known.csv"));
    assert!(
        rows.len() >= 150 && rows.len() + known.len() >= 300,
        "{} and {}",
        rows.len(),
        known.len()
    );
    for row in rows {
        let (text, year, kind, due) = (
            row[0].as_str(),
            row[1].parse().ok(),
            row[2].as_str(),
            row[3].as_str(),
        );
        let got = read(text, year);
        if got.kind.name() != kind || shape(&got) != due {
            wrong.push(format!(
                "{text:?}: wanted {kind} {due}, read as {} {} {:?}",
                got.kind.name(),
                shape(&got),
                got.doubts
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn explained(texts: &[&str], year: Option<i16>, json: bool) -> (String, i32) {
    let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
    let calendar = annexd::domain::calendar::Calendar {
        tet: tet(),
        roll_forward: true,
        ..Default::default()
    };
    let config = annexd::config::Config::defaults();
    let words = annexd::text::Text::embedded();
    annexd::cli::deadline::explain(
        &texts,
        year,
        date(2026, 11, 22),
        &config,
        &calendar,
        &words,
        json,
    )
}

#[test]
fn the_json_of_a_deadline_is_the_interface() {
    let (out, code) = explained(
        &[
            "Quý II/2026",
            "31/6/2026",
            "Hằng quý",
            "Trước ngày 02/11/2026",
            "12/31/2026",
        ],
        None,
        true,
    );
    assert_eq!(code, 1);
    let read: serde_json::Value = serde_json::from_str(&out).unwrap();
    let first = read[0].as_object().unwrap();
    let keys: Vec<&str> = first.keys().map(String::as_str).collect();
    for key in [
        "text",
        "kind",
        "due",
        "dates",
        "effective_due",
        "rule",
        "readings",
        "note",
    ] {
        assert!(keys.contains(&key), "{key} is missing");
    }
    assert_eq!(read[0]["due"], "2026-06-30");
    assert_eq!(read[0]["dates"], serde_json::json!(["2026-06-30"]));
    assert_eq!(read[0]["rule"], serde_json::Value::Null);
    assert_eq!(read[1]["kind"], "invalid");
    assert_eq!(read[1]["due"], serde_json::Value::Null);
    assert_eq!(read[2]["rule"], "quarterly@end");
    assert_eq!(read[2]["due"], "2026-12-31");
    // 1/11/2026 is a Sunday: a "before" deadline does not roll to the day it names.
    assert_eq!(read[3]["due"], "2026-11-01");
    assert_eq!(read[3]["effective_due"], "2026-11-01");
    assert_eq!(read[4]["kind"], "ambiguous");
    assert_eq!(read[4]["readings"][0]["due"], "2026-12-31");
    assert_eq!(explained(&["Quý II/2026"], None, true).1, 0);
}

#[test]
fn every_reading_is_explained() {
    for file in [
        include_str!("../cases/deadlines/known.csv"),
        include_str!("../cases/deadlines/more.csv"),
    ] {
        for row in csv(file) {
            let (out, _) = explained(&[&row[0]], None, false);
            assert!(
                out.lines().count() >= 3 && !out.contains(['{', '}']),
                "{:?}: {out}",
                row[0]
            );
        }
    }
}
