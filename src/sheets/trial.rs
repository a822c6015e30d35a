//! What a new baseline would do, before it counts: the answer to one that is dropped for trial.

use super::board::Board;
use super::page::{Column, Kind, List, Row, column, count, whole, word, words};
use super::palette;
use crate::book::{Book, CellValue, Styles};
use crate::config::Config;
use crate::domain::consolidation::Consolidation;
use crate::domain::field::Field;
use crate::domain::finding::{Arg, Finding};
use crate::domain::task::TaskId;
use crate::text::Text;

/// What happens to an approved task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaselineChangeKind {
    /// It is new.
    Added,
    /// It leaves the plan.
    Removed,
    /// A locked column changes.
    Changed,
    /// A locked column changes as a department proposed it.
    Approves,
}

impl BaselineChangeKind {
    /// Its name in templates and in the JSON of `check`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Approves => "approves",
        }
    }
}

/// A difference between the baseline that counts and the tried one.
#[derive(Clone, Debug, PartialEq)]
pub struct BaselineChange {
    /// Task.
    pub task: TaskId,
    /// What happens.
    pub kind: BaselineChangeKind,
    /// Locked column; none where the whole task comes or goes.
    pub field: Option<Field>,
    /// Approved text.
    pub old: String,
    /// Tried text.
    pub new: String,
}

/// What a tried baseline would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BaselineTrial {
    /// Its path.
    pub file: String,
    /// Tasks that it approves.
    pub tasks: u64,
    /// Differences, in the order of the annex.
    pub changes: Vec<BaselineChange>,
    /// Findings on the tried workbook itself.
    pub own: Vec<Finding>,
    /// Findings that departments would get.
    pub appear: Vec<Finding>,
    /// Findings that would be settled.
    pub settled: Vec<Finding>,
}

/// Builds the answer; the consolidation is the one that counts now.
#[must_use]
pub fn baseline_trial(
    trial: &BaselineTrial,
    c: &Consolidation,
    config: &Config,
    text: &Text,
) -> Book {
    let board = Board::new(c, config, text);
    let mut styles = Styles::default();
    let changes = List {
        key: "trial_changes",
        table: "ThayDoi",
        columns: CHANGES,
        rows: (0..)
            .zip(&trial.changes)
            .map(|(i, change)| change_row(&board, i, change))
            .collect::<Vec<_>>(),
        note: Some(text.say(
            "note.trial_changes",
            &[("file", Arg::Plain(trial.file.clone()))],
        )),
        freeze: 2,
        pages: 1,
    }
    .sheet(&board, &mut styles);
    let told = [
        ("own", &trial.own),
        ("appear", &trial.appear),
        ("settled", &trial.settled),
    ];
    let findings = List {
        key: "trial_findings",
        table: "TacDong",
        columns: FINDINGS,
        rows: told
            .into_iter()
            .flat_map(|(key, findings)| findings.iter().map(move |f| (key, f)))
            .map(|(key, f)| finding_row(&board, key, f))
            .collect::<Vec<_>>(),
        note: Some(text.word("note.trial_findings")),
        freeze: 1,
        pages: 1,
    }
    .sheet(&board, &mut styles);
    Book {
        sheets: vec![changes, findings],
        styles,
        title: text.word("title.trial_changes").to_string(),
        author: text.word("document.author").to_string(),
        created: Some(super::created(c)),
        ..Book::default()
    }
}

const CHANGES: &[Column] = &[
    column("stt", 6.0, Kind::Whole),
    column("code", 12.0, Kind::Code),
    column("trial_effect", 24.0, Kind::Mark),
    column("field", 18.0, Kind::Label),
    column("old_approved", 44.0, Kind::Words),
    column("new_tried", 44.0, Kind::Words),
];

const FINDINGS: &[Column] = &[
    column("trial_effect", 18.0, Kind::Mark),
    column("finding_code", 8.5, Kind::Mark),
    column("severity", 13.0, Kind::Mark),
    column("department", 19.0, Kind::Words),
    column("finding_file", 23.0, Kind::Words),
    column("source_sheet", 12.0, Kind::Words),
    column("cell", 9.0, Kind::Mark),
    column("code", 11.0, Kind::Code),
    column("message", 46.0, Kind::Label),
];

fn change_row(board: &Board, i: usize, change: &BaselineChange) -> Row {
    let code = board.code_of(&change.task);
    let code = if code.is_empty() {
        change.task.clone()
    } else {
        code
    };
    Row::new(vec![
        whole(u64::from(count(i) + 1)),
        words(&code),
        word(board.text, &format!("trial.{}", change.kind.key())),
        change
            .field
            .map_or(CellValue::Blank, |f| CellValue::Text(board.text.field(f))),
        words(&change.old),
        words(&change.new),
    ])
}

fn finding_row(board: &Board, key: &str, f: &Finding) -> Row {
    let cell = f.cell.map(|c| c.to_string()).unwrap_or_default();
    let department = f
        .department
        .as_deref()
        .map_or_else(String::new, |d| board.department(d));
    Row::new(vec![
        word(board.text, &format!("trial.{key}")),
        words(&f.code),
        word(board.text, &format!("severity.{}", f.severity.name())),
        words(&department),
        words(f.file.as_deref().unwrap_or_default()),
        words(f.sheet.as_deref().unwrap_or_default()),
        words(&cell),
        words(&board.code_of(f.task.as_deref().unwrap_or_default())),
        CellValue::Text(board.text.message(f)),
    ])
    .accent(2, palette::severity(f.severity))
}
