//! A case file: settings, what was accepted before, workbooks, and every finding they must give.
//!
//! ```text
//! as-of 2026-11-22
//! roster VP=Văn phòng@van-phong; TT=Trung tâm@trung-tam
//! config [rules]                        (a line of TOML)
//! baseline                              (a workbook follows)
//! before [2026-11-01]                   (files after this line are a pass of their own)
//! freeze 2026-Q3 2026-09-14
//! == fires
//! file van-phong/Bieu.xlsx              (a workbook follows)
//! fault van-phong/Bieu.xlsx encrypted
//! expect T09 error G4                   (all that is told, nothing else)
//! expect T08 warning G4,G5              (equal findings with all their cells)
//! expect L02 warning -                  (no cell)
//! verdict van-phong/Bieu.xlsx held-back 0 3
//! says T09 ví dụ: 31/12/2026            (words that stand in what the finding tells)
//! == silent
//! ```
//!
//! What stands before the first `==` belongs to every half.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use annexd::config::{Config, catalogue, holidays};
use annexd::domain::assessment::Assessment;
use annexd::domain::baseline::Baseline;
use annexd::domain::calendar::Calendar;
use annexd::domain::finding::Finding;
use annexd::domain::indicator::{Indicator, Operator};
use annexd::domain::ledger::{Event, Frozen, Ledger, Version};
use annexd::domain::now::Now;
use annexd::domain::reading::Reading;
use annexd::domain::snapshot::{FileFault, Role, SeenFile};
use annexd::intake::{self, ReadContext};
use annexd::notices::Templates;
use annexd::pass::Core;
use annexd::rules::own::{self, OwnRules};
use annexd::rules::{self, Input};
use annexd::text::Text;
use annexd::vn::Words;
use jiff::civil::{Date, date};
use jiff::{Timestamp, tz::TimeZone};

use super::grid::grid;

/// The things every pass of a test stands on.
pub struct House {
    pub config: Config,
    pub calendar: Calendar,
    pub own: OwnRules,
    pub indicators: Vec<Indicator>,
}

impl House {
    /// The core of whole passes with its settings, and the program's own holidays, words and indicators.
    pub fn core(self) -> Core {
        Core {
            calendar: holidays::calendar(&self.config).unwrap(),
            text: Text::embedded(),
            words: Words::embedded(),
            own: self.own,
            indicators: catalogue::indicators(&self.config),
            templates: Templates::new(BTreeMap::new()).unwrap(),
            config: self.config,
        }
    }

    /// From lines of TOML.
    pub fn new(toml: &str) -> Self {
        let config = Config::parse(toml, None).unwrap();
        let own = own::compile(&config.own_rules).unwrap();
        Self {
            calendar: Calendar {
                roll_forward: config.deadlines.roll_forward,
                ..Calendar::default()
            },
            own,
            indicators: indicators(),
            config,
        }
    }

    /// Reads the lines of a workbook.
    pub fn read(&self, lines: &[&str]) -> Reading {
        let context = ReadContext {
            words: Words::embedded(),
            roster: &self.config.roster,
            plan: &self.config.plan,
            deadlines: &self.config.deadlines,
            calendar: &self.calendar,
            limits: &self.config.limits,
        };
        intake::read(Arc::new(grid(lines)), &context)
    }

    /// A file of the share with a workbook in it.
    pub fn file(&self, path: &str, role: Role, lines: &[&str], day: Date) -> SeenFile {
        let reading = self.read(lines);
        let hash = blake3_of(&lines.join("\n"));
        seen(path, role, hash, day, Ok(Arc::new(reading)))
    }

    /// Reads the baseline and judges files against a ledger.
    pub fn judge(
        &self,
        ledger: &Ledger,
        files: &[SeenFile],
        as_of: Date,
    ) -> (Option<Baseline>, Assessment) {
        let approved: Vec<&SeenFile> = files.iter().filter(|f| f.role == Role::Baseline).collect();
        let mut input = Input {
            files,
            baseline: None,
            ledger,
            as_of,
            config: &self.config,
            calendar: &self.calendar,
            words: Words::embedded(),
            own: &self.own,
            indicators: &self.indicators,
        };
        let (baseline, findings) = rules::baseline::baseline(&approved, &input);
        input.baseline = baseline.as_ref();
        let mut assessment = rules::assess(&input);
        assessment.findings.extend(findings);
        (baseline, assessment)
    }

    /// One whole pass.
    pub fn pass(
        &self,
        ledger: &Ledger,
        files: &[SeenFile],
        as_of: Date,
    ) -> (Ledger, Vec<Event>, Vec<Version>, Assessment) {
        let (baseline, assessment) = self.judge(ledger, files, as_of);
        let now = noon(as_of);
        let (ledger, events, versions) = annexd::ledger::advance(
            ledger,
            &assessment,
            files,
            baseline.as_ref(),
            &now,
            &self.config,
        );
        (ledger, events, versions, assessment)
    }
}

/// Noon of a day in Hanoi.
pub fn noon(day: Date) -> Now {
    let local = day.at(12, 0, 0, 0);
    let instant = day
        .at(5, 0, 0, 0)
        .to_zoned(TimeZone::UTC)
        .unwrap()
        .timestamp();
    Now {
        instant,
        local,
        as_of: day,
        as_of_given: true,
        doubted: false,
    }
}

fn blake3_of(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn seen(
    path: &str,
    role: Role,
    hash: String,
    day: Date,
    content: Result<Arc<Reading>, FileFault>,
) -> SeenFile {
    let modified: Timestamp = noon(day).instant;
    SeenFile {
        path: path.to_owned(),
        folder: path.split_once('/').map(|(folder, _)| folder.to_owned()),
        role,
        hash,
        size: 1000,
        modified,
        content,
    }
}

fn indicators() -> Vec<Indicator> {
    let rate = |code: &str, name: &str| Indicator {
        code: code.to_owned(),
        name: name.to_owned(),
        aliases: Vec::new(),
        operator: Operator::AtLeast,
        target: Some(80.0),
        from: 2026,
        to: 2030,
        numerator: String::new(),
        denominator: String::new(),
        frequency: "quarterly".to_owned(),
        area: String::new(),
        note: String::new(),
    };
    vec![
        rate("K1.2", "Tỷ lệ hồ sơ trực tuyến"),
        rate("K1.3", "Tỷ lệ số hóa hồ sơ, kết quả"),
    ]
}

/// A finding as a case writes it.
pub fn told(finding: &Finding) -> String {
    let cells: Vec<String> = finding.cells.iter().map(ToString::to_string).collect();
    let cells = if cells.is_empty() {
        "-".to_owned()
    } else {
        cells.join(",")
    };
    format!("{} {} {cells}", finding.code, finding.severity.name())
}

/// A half of a case.
#[derive(Clone, Default)]
pub struct Half {
    /// Title.
    pub name: String,
    /// Orders with the lines that belong to each.
    pub orders: Vec<(String, Vec<String>)>,
}

/// What a half gave.
pub struct Outcome {
    /// Title of the half.
    pub name: String,
    /// What it told.
    pub assessment: Assessment,
    /// What it was expected to tell, as far as it disagrees.
    pub disagreement: String,
}

/// Runs a case file; every half is judged on its own.
pub fn run(text: &str) -> Vec<Outcome> {
    halves(text).iter().map(run_half).collect()
}

/// The halves of a case file.
pub fn halves(text: &str) -> Vec<Half> {
    let mut common = Half::default();
    let mut halves: Vec<Half> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix("== ") {
            halves.push(Half {
                name: name.to_owned(),
                ..common.clone()
            });
            continue;
        }
        let half = halves.last_mut().unwrap_or(&mut common);
        let word = line.split_whitespace().next().unwrap_or_default();
        let begins = [
            "as-of", "roster", "config", "baseline", "before", "freeze", "file", "fault", "trial",
            "expect", "verdict", "says",
        ];
        if begins.contains(&word) {
            half.orders.push((line.to_owned(), Vec::new()));
        } else {
            half.orders.last_mut().unwrap().1.push(line.to_owned());
        }
    }
    assert!(halves.len() >= 2, "a case needs two halves");
    halves
}

/// The settings of a half, and the day it is judged for.
pub fn settings(half: &Half) -> (String, Date) {
    let (mut head, mut tail) = (String::new(), String::new());
    let mut as_of = date(2026, 11, 20);
    for (order, lines) in &half.orders {
        let (word, rest) = order.split_once(' ').unwrap_or((order, ""));
        match word {
            "as-of" => as_of = rest.parse().unwrap(),
            "config" => {
                writeln!(head, "{rest}").unwrap();
                for line in lines {
                    writeln!(head, "{line}").unwrap();
                }
            }
            "roster" => {
                for entry in rest.split(';') {
                    let (code, named) = entry.trim().split_once('=').unwrap();
                    let (name, folder) = named.split_once('@').unwrap();
                    let office = code == "VP";
                    writeln!(
                        tail,
                        "[[department]]\ncode = {code:?}\nname = {name:?}\nfolder = {folder:?}\noffice = {office}"
                    )
                    .unwrap();
                }
            }
            _ => {}
        }
    }
    (head + &tail, as_of)
}

fn run_half(half: &Half) -> Outcome {
    let (toml, as_of) = settings(half);
    let house = House::new(&toml);
    let mut ledger = Ledger::default();
    let mut baseline: Option<SeenFile> = None;
    let mut files: Vec<SeenFile> = Vec::new();
    let mut expected: Vec<String> = Vec::new();
    let mut verdicts: Vec<String> = Vec::new();
    let mut says: Vec<(&str, &str)> = Vec::new();
    for (order, lines) in &half.orders {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (word, rest) = order.split_once(' ').unwrap_or((order, ""));
        match word {
            "baseline" => {
                let path = "_bieu-goc/Bieu-goc.xlsx";
                baseline = Some(house.file(path, Role::Baseline, &lines, as_of));
            }
            "file" | "trial" => {
                let role = match (word, rest.contains('/')) {
                    ("trial", _) => Role::Trial,
                    (_, true) => Role::Annex,
                    _ => Role::Common,
                };
                files.push(house.file(rest, role, &lines, as_of));
            }
            "fault" => {
                let (path, fault) = rest.split_once(' ').unwrap();
                let fault = match fault.split_once(' ').unwrap_or((fault, "")) {
                    ("unreadable", _) => FileFault::Unreadable("no zip archive".to_owned()),
                    ("encrypted", _) => FileFault::Encrypted,
                    ("format", name) => FileFault::OtherFormat(name.to_owned()),
                    ("unsettled", _) => FileFault::Unsettled,
                    ("large", limit) => FileFault::TooLarge {
                        limit: limit.to_owned(),
                        max: 100,
                    },
                    other => panic!("no fault {other:?}"),
                };
                let hash = blake3_of(path);
                files.push(seen(path, Role::Annex, hash, as_of, Err(fault)));
            }
            "before" => {
                let day = if rest.is_empty() {
                    as_of.yesterday().unwrap()
                } else {
                    rest.parse().unwrap()
                };
                let mut all = std::mem::take(&mut files);
                all.extend(baseline.clone());
                ledger = house.pass(&ledger, &all, day).0;
            }
            "freeze" => {
                let (period, cut_off) = rest.split_once(' ').unwrap();
                ledger.frozen.push(Frozen {
                    word: None,
                    period: period.parse().unwrap(),
                    cut_off: cut_off.parse().unwrap(),
                    at: noon(as_of).instant,
                    by: "root".to_owned(),
                    hash: String::new(),
                    path: String::new(),
                });
            }
            "expect" => expected.push(rest.to_owned()),
            "verdict" => verdicts.push(rest.to_owned()),
            "says" => says.push(rest.split_once(' ').unwrap()),
            _ => {}
        }
    }
    files.extend(baseline);
    let (_, assessment) = house.judge(&ledger, &files, as_of);
    let mut given: Vec<String> = assessment.findings.iter().map(told).collect();
    given.sort();
    expected.sort();
    let mut disagreement = String::new();
    if given != expected {
        write!(disagreement, "expected {expected:#?}\ngiven {given:#?}").unwrap();
    }
    let text = Text::embedded();
    for (code, words) in says {
        let mine = assessment.findings.iter().filter(|f| f.code == code);
        let told: Vec<String> = mine
            .map(|f| format!("{} {}", text.message(f), text.remedy(f)))
            .collect();
        if !told.iter().any(|t| t.contains(words)) {
            write!(disagreement, "\n{code} does not say {words:?}: {told:#?}").unwrap();
        }
    }
    for verdict in verdicts {
        let given = assessment
            .files
            .iter()
            .map(|f| format!("{} {} {} {}", f.path, f.verdict.name(), f.accepted, f.held));
        let given: Vec<String> = given.collect();
        if !given.contains(&verdict) {
            write!(disagreement, "\nverdict {verdict}; given {given:#?}").unwrap();
        }
    }
    Outcome {
        name: half.name.clone(),
        assessment,
        disagreement,
    }
}
