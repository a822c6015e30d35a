//! What all sheets look at: the consolidation, the settings, our words, and the keys that formulas count by.

use std::collections::HashMap;

use crate::book::CellValue;
use crate::config::Config;
use crate::domain::consolidation::{Class, ConsolidatedTask, Consolidation};
use crate::domain::finding::Arg;
use crate::domain::task::Source;
use crate::text::{Text, Vi};

use super::page::{BODY_ROW, count};

/// Name of the task table; formulas of other sheets count its rows.
pub(super) const TASKS: &str = "NhiemVu";

/// Key of rows whose reporting department nobody knows.
pub(super) const NOBODY: &str = "D0";

/// A group of the roll-ups with the key that formulas count by.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// Short, ASCII, unique: safe inside a criterion, whatever the name holds.
    pub key: String,
    /// Printed name.
    pub name: String,
}

/// Groups of one kind, in printed order.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    pub list: Vec<Group>,
    index: HashMap<String, usize>,
}

impl Groups {
    /// The place of a group, added where it is new.
    fn add(&mut self, prefix: char, id: &str, name: &str) -> usize {
        let id = fold(id);
        if let Some(i) = self.index.get(&id) {
            return *i;
        }
        let i = self.list.len();
        self.list.push(Group {
            key: format!("{prefix}{}", i + 1),
            name: name.to_owned(),
        });
        self.index.insert(id, i);
        i
    }

    /// The key of a group.
    pub(super) fn key(&self, id: &str) -> &str {
        self.index
            .get(&fold(id))
            .map_or("", |i| self.list[*i].key.as_str())
    }
}

/// Whether a task's figures are of the newest annex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Of the newest annex.
    Fresh,
    /// The last accepted ones.
    Stale,
    /// None was ever accepted.
    Missing,
}

impl Freshness {
    /// Key below `freshness`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Missing => "missing",
        }
    }
}

/// A task with the keys that formulas count by.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    /// `;D1;D3;`
    pub leads: String,
    /// `L2`
    pub area: String,
    /// `;N1;`
    pub persons: String,
    /// `D1`: whose annex reports it.
    pub reporter: String,
    /// Its due day counts (SPEC §11, "Rates").
    pub due: bool,
    /// Whether its figures are new.
    pub freshness: Freshness,
}

/// What all sheets look at.
pub(super) struct Board<'a> {
    pub c: &'a Consolidation,
    pub config: &'a Config,
    pub text: &'a Text,
    pub departments: Groups,
    pub areas: Groups,
    pub persons: Groups,
    /// Keys of the tasks, in their order.
    pub keys: Vec<Keys>,
    zone: jiff::tz::TimeZone,
}

impl<'a> Board<'a> {
    pub(super) fn new(c: &'a Consolidation, config: &'a Config, text: &'a Text) -> Self {
        let mut board = Self {
            c,
            config,
            text,
            departments: Groups::default(),
            areas: Groups::default(),
            persons: Groups::default(),
            keys: Vec::with_capacity(c.tasks.len()),
            zone: config.zone(),
        };
        board.group();
        let mut keys = Vec::with_capacity(c.tasks.len());
        for task in &c.tasks {
            keys.push(board.keys_of(task));
        }
        board.keys = keys;
        board
    }

    /// The scorecard's groups first, in its order, then whatever the tasks name besides.
    fn group(&mut self) {
        let (c, text) = (self.c, self.text);
        for g in &c.by_department {
            self.departments.add('D', &g.key, &g.name);
        }
        for d in &c.departments {
            self.departments.add('D', &d.code, &d.name);
        }
        for g in &c.by_area {
            let name = unnamed(text, &g.name, "unnamed.area");
            self.areas.add('L', &g.key, &name);
        }
        for g in &c.by_person {
            self.persons.add('N', &g.key, &g.name);
        }
        for task in &c.tasks {
            for lead in &task.leads {
                self.departments.add('D', lead, lead);
            }
            let area = &task.row.values.area;
            self.areas
                .add('L', area, &unnamed(text, area, "unnamed.area"));
            for person in &task.row.values.persons {
                self.persons.add('N', person, person);
            }
        }
    }

    fn keys_of(&self, task: &ConsolidatedTask) -> Keys {
        let list = |keys: Vec<&str>| {
            let mut out = String::from(";");
            for (i, key) in keys.iter().enumerate() {
                if !keys[..i].contains(key) {
                    out.push_str(key);
                    out.push(';');
                }
            }
            out
        };
        let score = &task.score;
        let due = score
            .effective
            .is_some_and(|e| e <= self.c.as_of || score.class.is_done());
        // What was never accepted has no figures, whether nobody reported it or its first report is held back.
        let freshness = if task.unreported || task.row.version.is_empty() {
            Freshness::Missing
        } else if task.row.stale {
            Freshness::Stale
        } else {
            Freshness::Fresh
        };
        Keys {
            leads: list(task.leads.iter().map(|l| self.departments.key(l)).collect()),
            area: self.areas.key(&task.row.values.area).to_owned(),
            persons: list(
                task.row
                    .values
                    .persons
                    .iter()
                    .map(|p| self.persons.key(p))
                    .collect(),
            ),
            reporter: match self.departments.key(&task.row.department) {
                "" => NOBODY.to_owned(),
                key => key.to_owned(),
            },
            due,
            freshness,
        }
    }

    /// Name of a sheet.
    pub(super) fn sheet_name(&self, key: &str) -> String {
        self.text.word(&format!("sheet.{key}")).to_string()
    }

    /// A heading.
    pub(super) fn heading(&self, key: &str) -> Vi {
        self.text.word(&format!("heading.{key}"))
    }

    /// A column of the task table, as formulas name it.
    pub(super) fn tasks_column(&self, key: &str) -> String {
        format!("{TASKS}[{}]", self.heading(key))
    }

    /// The line below every title.
    pub(super) fn subtitle(&self) -> Vi {
        self.text.say(
            "subtitle.as_of",
            &[
                ("plan", Arg::Plain(self.c.plan_title.clone())),
                ("day", Arg::Date(self.c.as_of)),
            ],
        )
    }

    /// A moment in the board's own time zone, whatever the machine's.
    pub(super) fn moment(&self, at: Option<jiff::Timestamp>) -> CellValue {
        at.map_or(CellValue::Blank, |at| {
            let local = at.to_zoned(self.zone.clone()).datetime();
            CellValue::DateTime(
                local
                    .date()
                    .at(local.hour(), local.minute(), local.second(), 0),
            )
        })
    }

    /// Decimals of printed rates.
    pub(super) fn decimals(&self) -> u8 {
        self.config.figures.decimals.min(6)
    }

    /// Printed name of a class.
    pub(super) fn class(&self, class: Class) -> Vi {
        self.text.word(&format!("class.{}", class.name()))
    }

    /// Printed name of a department.
    pub(super) fn department(&self, code: &str) -> String {
        self.departments.index.get(&fold(code)).map_or_else(
            || code.to_owned(),
            |i| self.departments.list[*i].name.clone(),
        )
    }

    /// Printed names of a task's leads.
    pub(super) fn lead_names(&self, task: &ConsolidatedTask) -> String {
        if task.leads.len() > 1 {
            let names: Vec<String> = task.leads.iter().map(|l| self.department(l)).collect();
            return names.join("; ");
        }
        if !task.lead_name.is_empty() {
            return task.lead_name.clone();
        }
        match task.leads.first() {
            Some(code) => self.department(code),
            None => task.row.values.lead_text.clone(),
        }
    }

    /// The code a task is called by; the internal identity of a task without one is nobody's business.
    pub(super) fn code_of(&self, id: &str) -> String {
        if id.starts_with('#') {
            String::new()
        } else {
            id.to_owned()
        }
    }

    /// A link to a task's row on the task sheet.
    pub(super) fn task_link(&self, index: usize) -> CellValue {
        let task = &self.c.tasks[index].row.values;
        let label = if task.code.is_empty() {
            self.text.word("unnamed.task").to_string()
        } else {
            task.code.clone()
        };
        CellValue::Link(
            format!(
                "internal:'{}'!A{}",
                self.sheet_name("tasks"),
                BODY_ROW + count(index) + 1
            ),
            Vi::quoted(&label),
        )
    }

    /// A relative link from the published workbook to a cell of a file of the share; plain text where a link cannot say it.
    pub(super) fn source_link(&self, file: &str, sheet: &str, cell: &str) -> CellValue {
        if cell.is_empty() {
            return CellValue::Blank;
        }
        let plain = CellValue::Text(Vi::quoted(cell));
        let unlinkable = file.is_empty()
            || file.contains(['\n', '\r'])
            || file.starts_with('/')
            || file.contains('\\');
        if unlinkable {
            return plain;
        }
        let up = "../".repeat(self.config.publish.consolidated.matches('/').count());
        let file = linked(file);
        let place = if sheet.is_empty() {
            format!("file:///{up}{file}")
        } else {
            format!("file:///{up}{file}#'{}'!{cell}", sheet.replace('\'', "''"))
        };
        CellValue::Link(place, Vi::quoted(cell))
    }

    /// A source's cell as a link.
    pub(super) fn cell_link(&self, source: &Source) -> CellValue {
        let cell = source.cell.map(|c| c.to_string()).unwrap_or_default();
        self.source_link(&source.file, &source.sheet, &cell)
    }
}

/// A path as the target of a link. The file format splits a target at its first '#' and decodes what looks like an escape: a path that
/// holds either is escaped whole, as Excel writes it.
fn linked(file: &str) -> std::borrow::Cow<'_, str> {
    if !file.contains(['#', '%']) {
        return file.into();
    }
    let mut out = String::with_capacity(file.len() + 16);
    for c in file.chars() {
        match c {
            ' ' | '"' | '#' | '%' | '<' | '>' | '[' | ']' | '^' | '`' | '{' | '|' | '}' => {
                let _ = std::fmt::Write::write_fmt(&mut out, format_args!("%{:02X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.into()
}

/// What a reader of a task's figures must know besides: that nobody reported it, that its report is held back, that its figures are old.
pub(super) fn remark(board: &Board, index: usize) -> Option<String> {
    let (task, keys) = (&board.c.tasks[index], &board.keys[index]);
    let text = board.text;
    let codes = board.c.held.get(&task.row.id).filter(|c| !c.is_empty());
    let held = codes.map(|c| ("codes", Arg::Plain(c.join(", "))));
    let on = ("day", Arg::Date(task.row.figures_on));
    match (keys.freshness, held) {
        (Freshness::Fresh, _) => None,
        (Freshness::Missing, Some(codes)) => Some(text.say("remark.held_first", &[codes])),
        (Freshness::Missing, None) if task.unreported => Some(text.word("remark.unreported")),
        (Freshness::Missing, None) => Some(text.word("remark.never_accepted")),
        (Freshness::Stale, Some(codes)) => Some(text.say("remark.held", &[codes, on])),
        (Freshness::Stale, None) => Some(text.say("remark.stale", &[on])),
    }
    .map(|words| words.to_string())
}

/// Spelling that is compared: spaces and case aside, as the figures do.
pub(super) fn fold(name: &str) -> String {
    name.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

fn unnamed(text: &Text, name: &str, key: &str) -> String {
    if name.trim().is_empty() {
        text.word(key).to_string()
    } else {
        name.to_owned()
    }
}
