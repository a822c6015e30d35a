//! One file a theme under `tests/cases/kpi`: a task in, its figures out.

use std::fs;

use annexd::config::{Config, holidays};
use annexd::domain::deadline::{AltReading, Deadline, DeadlineKind, DueDay, Recurrence};
use annexd::domain::status::Status;
use annexd::domain::task::{Completion, TaskValues};
use annexd::kpi::{self, Cx};
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    config: toml::Table,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    as_of: Date,
    kind: DeadlineKind,
    #[serde(default)]
    days: Vec<Date>,
    limit: Option<Date>,
    opens: Option<Date>,
    #[serde(default)]
    recurs: bool,
    #[serde(default)]
    soft: bool,
    stated: Option<DeadlineKind>,
    status: Option<Status>,
    start: Option<Date>,
    progress: Option<f64>,
    completed: Option<Date>,
    /// Days of completion of a recurring task; `[accepted]` alone is told without a day.
    #[serde(default)]
    completions: Vec<Told>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    day: Option<Date>,
    accepted: Date,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
struct Expect {
    class: String,
    bucket: Option<String>,
    due: Option<Date>,
    effective: Option<Date>,
    days_left: Option<i64>,
    days_late: Option<i64>,
    working_days_late: Option<i64>,
    expected: Option<f64>,
    difference: Option<f64>,
    occurrences: Option<[u32; 2]>,
}

fn values(case: &Case) -> TaskValues {
    let mut deadline = Deadline::without_day(case.kind);
    deadline.days = case
        .days
        .iter()
        .map(|day| DueDay {
            day: *day,
            limit: case.limit,
        })
        .collect();
    deadline.opens = case.opens;
    deadline.rule = case.recurs.then(|| Recurrence {
        text: "quarterly@end".to_owned(),
        soft: case.soft,
    });
    deadline.readings = case
        .stated
        .iter()
        .map(|kind| AltReading {
            kind: *kind,
            due: None,
            rule: None,
        })
        .collect();
    TaskValues {
        deadline,
        status: case.status,
        start: case.start,
        progress: case.progress,
        completed: case.completed,
        ..TaskValues::default()
    }
}

#[test]
fn every_case_file() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/kpi");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    let mut cases = 0;
    for path in files {
        let file: File = toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let config = Config::parse(&file.config.to_string(), None).unwrap();
        let calendar = holidays::calendar(&config).unwrap();
        for case in &file.case {
            let cx = Cx {
                as_of: case.as_of,
                calendar: &calendar,
                config: &config,
            };
            let completions: Vec<Completion> = case
                .completions
                .iter()
                .map(|t| Completion {
                    day: t.day,
                    accepted_on: t.accepted,
                })
                .collect();
            let score = kpi::task(&values(case), &completions, &cx);
            let expect = &case.expect;
            let got = Expect {
                class: score.class.name().to_owned(),
                // Figures the case does not state are not compared.
                bucket: expect
                    .bucket
                    .as_ref()
                    .map(|_| score.bucket.name().to_owned()),
                due: expect.due.and(score.due),
                effective: expect.effective.and(score.effective),
                days_left: expect.days_left.and(score.days_left),
                days_late: expect.days_late.and(score.days_late),
                working_days_late: expect.working_days_late.and(score.working_days_late),
                expected: expect.expected.and(score.expected).map(hundredths),
                difference: expect.difference.and(score.difference).map(hundredths),
                occurrences: expect
                    .occurrences
                    .and(score.occurrences_due.zip(score.occurrences_done))
                    .map(|(due, done)| [due, done]),
            };
            assert_eq!(&got, expect, "{}: {}", path.display(), case.name);
            cases += 1;
        }
    }
    assert!(cases > 40, "only {cases} cases were found");
}

fn hundredths(n: f64) -> f64 {
    (n * 100.0).round() / 100.0
}
