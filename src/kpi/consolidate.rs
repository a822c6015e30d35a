//! The consolidation: every task with its figures, roll-ups, departments, indicators, findings as of a day.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::Date;

use super::groups::{Roll, matched};
use super::{Cx, departments, indicators, trend};
use crate::config::Config;
use crate::cores;
use crate::domain::assessment::{Assessment, Outcome};
use crate::domain::baseline::{Baseline, BaselineTask};
use crate::domain::calendar::Calendar;
use crate::domain::consolidation::{ConsolidatedTask, Consolidation, TrendPoint};
use crate::domain::field::Field;
use crate::domain::indicator::Indicator;
use crate::domain::ledger::{Event, Ledger, LedgerRow};
use crate::domain::roster::UnitRef;
use crate::domain::snapshot::{Role, SeenFile};
use crate::domain::status::Status;
use crate::domain::task::{Source, TaskId, TaskValues};

/// All that a consolidation is made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What has been accepted, this pass included.
    pub ledger: &'a Ledger,
    /// What the rules said.
    pub assessment: &'a Assessment,
    /// The baseline, when there is one.
    pub baseline: Option<&'a Baseline>,
    /// Files of the share.
    pub files: &'a [SeenFile],
    /// As-of day.
    pub as_of: Date,
    /// Settings.
    pub config: &'a Config,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Catalogue of indicators.
    pub indicators: &'a [Indicator],
    /// Newest events first, bounded.
    pub log: &'a [Event],
    /// Points of past days.
    pub trend: &'a [TrendPoint],
    /// Oddities of the share: file and reason key.
    pub oddities: &'a [(String, String)],
}

/// Makes the consolidation of a day.
#[must_use]
pub fn consolidate(input: &Input<'_>) -> Consolidation {
    let departments = known_departments(input);
    let held = held(input);
    let mut tasks = tasks(input, &departments, &held);
    one_spelling(&mut tasks);
    let remarks = remarks(input);
    let objective = |t: &ConsolidatedTask| {
        let remark = remarks
            .as_ref()
            .map_or(t.row.values.office_remark.as_str(), |r| {
                r.get(t.row.id.as_str()).copied().unwrap_or_default()
            });
        confirmed(remark, input.config)
    };
    let roll = Roll {
        as_of: input.as_of,
        config: input.config,
        calendar: input.calendar,
        objective: &objective,
    };
    let everything: Vec<&ConsolidatedTask> = tasks.iter().collect();
    let all = roll.group("", "", &everything, true);
    let gathered = departments::Gathered::new(input, &tasks);
    Consolidation {
        as_of: input.as_of,
        plan_title: input.config.plan.title.clone(),
        departments: departments
            .iter()
            .map(|(code, name)| departments::state(input, code, name, &gathered))
            .collect(),
        by_department: roll.by_department(&departments, &tasks),
        by_area: roll.by(&tasks, false, |t| vec![t.row.values.area.as_str()]),
        by_person: roll.by(&tasks, true, |t| {
            t.row.values.persons.iter().map(String::as_str).collect()
        }),
        indicators: input
            .indicators
            .iter()
            .map(|i| indicators::score(i, &input.ledger.figures, input.as_of, input.config))
            .collect(),
        findings: input.assessment.findings.clone(),
        proposals: input.ledger.proposals.clone(),
        log: input.log.to_vec(),
        trend: trend::trend(input.trend, input.as_of, &all.counts),
        frozen: input.ledger.frozen.clone(),
        newest_input: newest_input(input),
        oddities: input.oddities.to_vec(),
        held_done: held_done(input, &held),
        held,
        all,
        tasks,
    }
}

/// Gives each area one spelling, the first: lists, filters and formulas then speak of the same area.
fn one_spelling(tasks: &mut [ConsolidatedTask]) {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for task in tasks {
        let area = &task.row.values.area;
        let shown = area.split_whitespace().collect::<Vec<_>>().join(" ");
        let spelling = first.entry(matched(area)).or_insert(shown);
        // Values are shared with the ledger: they are copied only where the spelling is another.
        if spelling != area {
            task.row.values.area.clone_from(spelling);
        }
    }
}

/// Departments as the rules know them, then those only the ledger or a row still names.
fn known_departments(input: &Input<'_>) -> Vec<(String, String)> {
    let mut out = input.assessment.departments.clone();
    let mut known: HashSet<String> = out.iter().map(|(code, _)| code.clone()).collect();
    let mut add = |code: &str, name: &str| {
        if !code.is_empty() && !known.contains(code) {
            known.insert(code.to_owned());
            let name = if name.is_empty() { code } else { name };
            out.push((code.to_owned(), name.to_owned()));
        }
    };
    for (code, state) in &input.ledger.departments {
        add(code, &state.name);
    }
    for row in input.ledger.rows.values() {
        add(&row.department, "");
    }
    out
}

/// Tasks whose newest row does not count, with the codes that hold it.
fn held(input: &Input<'_>) -> BTreeMap<TaskId, Vec<String>> {
    let mut out: BTreeMap<TaskId, Vec<String>> = BTreeMap::new();
    for row in &input.assessment.rows {
        let counts = matches!(row.outcome, Outcome::Accepted(_)) || row.id.is_empty();
        if counts || departments::is_trial(input, &row.source.file) {
            continue;
        }
        let codes = out.entry(row.id.clone()).or_default();
        for code in &row.held_by {
            if !codes.contains(code) {
                codes.push(code.clone());
            }
        }
    }
    out
}

/// Held tasks whose row says, as typed, that they are completed.
fn held_done(input: &Input<'_>, held: &BTreeMap<TaskId, Vec<String>>) -> BTreeSet<TaskId> {
    let says_done = |source: &Source| {
        input
            .files
            .iter()
            .filter(|f| f.path == source.file)
            .filter_map(|f| f.content.as_ref().ok())
            .flat_map(|reading| &reading.tables)
            .flat_map(|table| &table.rows)
            .filter(|row| {
                *row.sheet == *source.sheet && source.cell.is_some_and(|c| c.row == row.row)
            })
            .any(|row| match row.status() {
                Some(word) => word.status == Status::Completed,
                None => row.day(Field::CompletedDate).is_some(),
            })
    };
    let rows = &input.assessment.rows;
    rows.iter()
        .filter(|row| held.contains_key(&row.id) && !matches!(row.outcome, Outcome::Accepted(_)))
        .filter(|row| says_done(&row.source))
        .map(|row| row.id.clone())
        .collect()
}

/// Rows that are scored by one thread at a time.
const ROWS_AT_ONCE: usize = 256;

/// Every task: in baseline order, then in the order of departments, files, sheets and rows.
fn tasks(
    input: &Input<'_>,
    departments: &[(String, String)],
    held: &BTreeMap<TaskId, Vec<String>>,
) -> Vec<ConsolidatedTask> {
    let departments = &Names::new(departments);
    let mut placed: HashSet<&str> = HashSet::new();
    let mut rows: Vec<(Cow<'_, LedgerRow>, bool)> = Vec::with_capacity(input.ledger.rows.len());
    for task in input.baseline.iter().flat_map(|b| &b.tasks) {
        if !placed.insert(&task.id) {
            continue;
        }
        match input.ledger.rows.get(&task.id) {
            Some(row) => rows.push((Cow::Borrowed(row), false)),
            None => {
                let silent = !held.contains_key(&task.id);
                rows.push((Cow::Owned(unreported(input, task, departments)), silent));
            }
        }
    }
    let places: HashMap<&Source, usize> = input
        .assessment
        .rows
        .iter()
        .enumerate()
        .map(|(place, row)| (&row.source, place))
        .collect();
    let mut rest: Vec<&LedgerRow> = input
        .ledger
        .rows
        .values()
        .filter(|row| !placed.contains(row.id.as_str()))
        .collect();
    rest.sort_by_cached_key(|row| {
        let department = departments.place(&row.department);
        (
            department.unwrap_or(usize::MAX),
            places.get(&row.source).copied().unwrap_or(usize::MAX),
            &row.source,
            &row.id,
        )
    });
    rows.extend(rest.into_iter().map(|row| (Cow::Borrowed(row), false)));
    let some: Vec<&[(Cow<'_, LedgerRow>, bool)]> = rows.chunks(ROWS_AT_ONCE).collect();
    let scored = cores::map(&some, |rows| -> Vec<ConsolidatedTask> {
        let rows = rows.iter();
        rows.map(|(row, silent)| {
            consolidated(input, row.clone().into_owned(), departments, *silent)
        })
        .collect()
    });
    scored.into_iter().flatten().collect()
}

/// Departments, code and name, found by either.
struct Names<'d> {
    list: &'d [(String, String)],
    codes: HashMap<&'d str, usize>,
    /// By what is compared of names and codes; the first department stands.
    matched: HashMap<String, usize>,
}

impl<'d> Names<'d> {
    fn new(list: &'d [(String, String)]) -> Self {
        let mut codes = HashMap::new();
        let mut by_name = HashMap::new();
        for (place, (code, name)) in list.iter().enumerate() {
            codes.entry(code.as_str()).or_insert(place);
            by_name.entry(matched(name)).or_insert(place);
            by_name.entry(matched(code)).or_insert(place);
        }
        Self {
            list,
            codes,
            matched: by_name,
        }
    }

    fn place(&self, code: &str) -> Option<usize> {
        self.codes.get(code).copied()
    }

    /// The code of the department of a name or code.
    fn named(&self, name: &str) -> Option<&'d str> {
        let place = *self.matched.get(&matched(name))?;
        self.list.get(place).map(|(code, _)| code.as_str())
    }
}

fn consolidated(
    input: &Input<'_>,
    row: LedgerRow,
    departments: &Names<'_>,
    unreported: bool,
) -> ConsolidatedTask {
    let cx = Cx {
        as_of: input.as_of,
        calendar: input.calendar,
        config: input.config,
    };
    let mut score = super::task(&row.values, &row.completions, &cx);
    if unreported {
        score.steps.insert(0, ("unreported".into(), Vec::new()));
    }
    let leads = leads(&row, departments);
    let lead_name = leads
        .first()
        .and_then(|code| departments.place(code))
        .map_or_else(
            || row.values.lead_text.clone(),
            |place| departments.list[place].1.clone(),
        );
    ConsolidatedTask {
        score,
        lead_name,
        leads,
        unreported,
        row,
    }
}

/// Departments that lead a task, by code, in the order named; the reporting one where the annex names none we know.
fn leads(row: &LedgerRow, departments: &Names<'_>) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    let mut add = |code: &str| {
        if !code.is_empty() && !codes.iter().any(|c| c == code) {
            codes.push(code.to_owned());
        }
    };
    for lead in &row.values.leads {
        match lead {
            UnitRef::Department(code) => add(code),
            UnitRef::Everyone => departments.list.iter().for_each(|(code, _)| add(code)),
            UnitRef::Other(name) => {
                if let Some(code) = departments.named(name) {
                    add(code);
                }
            }
            UnitRef::Related | UnitRef::Leaders => {}
        }
    }
    if codes.is_empty() && !row.department.is_empty() {
        codes.push(row.department.clone());
    }
    codes
}

/// A task of the baseline that nobody reported: its own values, nothing told.
fn unreported(input: &Input<'_>, task: &BaselineTask, departments: &Names<'_>) -> LedgerRow {
    let told = &task.values;
    let values = TaskValues {
        status_text: String::new(),
        status: None,
        progress: None,
        completed: None,
        result: String::new(),
        evidence: String::new(),
        late_reason: String::new(),
        difficulty: String::new(),
        proposal: String::new(),
        commit_date: None,
        explanation: String::new(),
        ..told.clone()
    };
    let day = input.config.plan.start.min(input.as_of);
    let mut row = LedgerRow {
        id: task.id.clone(),
        department: String::new(),
        values: values.into(),
        source: task.source.clone(),
        version: String::new(),
        figures_on: day,
        changed_on: day,
        completions: Vec::new(),
        outside_plan: false,
        stale: false,
    };
    row.department = leads(&row, departments)
        .into_iter()
        .next()
        .unwrap_or_default();
    row
}

/// The Office's remarks by task, where there is a baseline: only there they are surely the Office's own.
fn remarks<'a>(input: &Input<'a>) -> Option<BTreeMap<&'a str, &'a str>> {
    let baseline = input.baseline?;
    Some(
        baseline
            .tasks
            .iter()
            .map(|t| (t.id.as_str(), t.values.office_remark.as_str()))
            .collect(),
    )
}

fn confirmed(remark: &str, config: &Config) -> bool {
    let remark = matched(remark);
    let words = &config.score.objective;
    words
        .iter()
        .any(|w| !w.is_empty() && remark.contains(&matched(w)))
}

fn newest_input(input: &Input<'_>) -> Option<jiff::Timestamp> {
    let counts = |f: &&SeenFile| matches!(f.role, Role::Annex | Role::Common | Role::Baseline);
    let seen = input.ledger.departments.values();
    let before = seen
        .filter_map(|d| d.last_seen.as_ref())
        .map(|v| v.modified);
    input
        .files
        .iter()
        .filter(counts)
        .map(|f| f.modified)
        .chain(before)
        .max()
}
