//! What the rules look at: files with their departments, rows with their identity and what was approved and accepted of them.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::config::Config;
use crate::domain::baseline::{Baseline, BaselineTask};
use crate::domain::calendar::Calendar;
use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::finding::{Arg, SUPERSEDED};
use crate::domain::indicator::{Indicator, IndicatorFigure, PeriodKey};
use crate::domain::ledger::{Ledger, LedgerRow};
use crate::domain::occurrence::Keeping;
use crate::domain::reading::{FieldCell, FieldValue, IndicatorTable, Reading, TaskRow, TaskTable};
use crate::domain::shared::Shared;
use crate::domain::snapshot::{Role, SeenFile};
use crate::domain::task::{Completion, TaskId, TaskValues};
use crate::vn::Words;

use super::own::OwnRules;
use super::register::Register;

/// Everything a judgement stands on.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// Annexes, the common annex, trial drops; other roles are passed over.
    pub files: &'a [SeenFile],
    /// The approved annex, when there is one.
    pub baseline: Option<&'a Baseline>,
    /// What was accepted.
    pub ledger: &'a Ledger,
    /// The day it is judged for.
    pub as_of: Date,
    /// Settings.
    pub config: &'a Config,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Words people write.
    pub words: &'a Words,
    /// The unit's own rules.
    pub own: &'a OwnRules,
    /// Catalogue of indicators.
    pub indicators: &'a [Indicator],
}

/// A file with its department.
pub struct FileView<'a> {
    /// Index among the judged files.
    pub index: usize,
    /// The file.
    pub seen: &'a SeenFile,
    /// What it says, when it could be read.
    pub reading: Option<&'a Reading>,
    /// Its department, by code.
    pub department: Option<String>,
    /// The one annex for all departments: its rows belong to their lead.
    pub common: bool,
    /// The whole file is held back.
    pub held: bool,
}

impl FileView<'_> {
    /// Whether it is judged without effect.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        self.seen.role == Role::Trial
    }

    /// Whether it holds a task table with a heading.
    #[must_use]
    pub fn has_tasks(&self) -> bool {
        self.reading.is_some_and(|r| !r.tables.is_empty())
    }
}

/// A task row with all that is known of it.
pub struct RowView<'a> {
    /// Index among all rows.
    pub index: usize,
    /// Index of its file.
    pub file: usize,
    /// Its table.
    pub table: &'a TaskTable,
    /// The row.
    pub row: &'a TaskRow,
    /// Identity; empty when it cannot be told.
    pub id: TaskId,
    /// The task that an unidentified row most likely is: nothing is said about that task's absence.
    pub guess: Option<TaskId>,
    /// The first row of the same annex with the same code.
    pub twin: Option<CellRef>,
    /// The code it had, when the code was changed.
    pub old_code: Option<String>,
    /// The approved task.
    pub planned: Option<&'a BaselineTask>,
    /// What was accepted of it.
    pub accepted: Option<&'a LedgerRow>,
    /// Department whose row it is, by code.
    pub department: String,
    /// Department whose annex it stands in; none in the common annex.
    pub annex_of: Option<String>,
    /// Values that would count.
    pub values: Shared<TaskValues>,
    /// Completions with this row's own.
    pub completions: Vec<Completion>,
    /// Whether the due day that counts was kept.
    pub keeping: Keeping,
    /// Everything else.
    pub input: Input<'a>,
    /// What plan and ledger hold, found quickly.
    pub register: Arc<Register<'a>>,
    /// Day on which the workbook was saved.
    pub saved_on: Option<Date>,
}

/// What stays without explanation in these fields is not explained.
const REASONS: [Field; 2] = [Field::LateReason, Field::Difficulty];

impl RowView<'_> {
    /// The cell of a field, when the table has the column.
    #[must_use]
    pub fn cell(&self, field: Field) -> Option<&FieldCell> {
        self.row.cell(field)
    }

    /// Whether the table has a column.
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.row.cells.contains_key(&field)
    }

    /// Whether a cell is there and blank.
    #[must_use]
    pub fn blank(&self, field: Field) -> bool {
        self.cell(field).is_some_and(|c| c.value.is_blank())
    }

    /// Whether a cell is there and says something.
    #[must_use]
    pub fn filled(&self, field: Field) -> bool {
        self.cell(field).is_some_and(|c| !c.value.is_blank())
    }

    /// Whether a cell cannot be read at all (T28, T29, T36 tell it).
    #[must_use]
    pub fn broken(&self, field: Field) -> bool {
        matches!(
            self.row.value(field),
            FieldValue::Error | FieldValue::Uncalculated | FieldValue::DittoWithoutSource
        )
    }

    /// The cell by which people find the row: its code, else its content.
    #[must_use]
    pub fn anchor(&self) -> (Option<Field>, CellRef) {
        for field in [Field::Code, Field::Content] {
            if let Some(cell) = self.cell(field).filter(|c| !c.value.is_blank()) {
                return (Some(field), cell.at);
            }
        }
        (None, self.row.first)
    }

    /// Whether the unit says why.
    #[must_use]
    pub fn explained(&self) -> bool {
        REASONS.iter().any(|f| self.filled(*f) && !self.broken(*f))
    }

    /// Whether the task is completed as far as the row says.
    #[must_use]
    pub fn completed(&self) -> bool {
        crate::domain::occurrence::is_completed(&self.values)
    }

    /// A finding at a field's cell.
    #[must_use]
    pub fn hit(&self, code: &'static str, field: Field) -> Hit {
        let cell = self.cell(field);
        let mut hit = self.bare(code);
        hit.cell = Some(cell.map_or(self.row.first, |c| c.at));
        hit.field = Some(field);
        hit.value = cell.map_or_else(String::new, |c| c.raw.clone());
        hit
    }

    /// A finding at the row.
    #[must_use]
    pub fn hit_row(&self, code: &'static str) -> Hit {
        let (field, cell) = self.anchor();
        match field {
            Some(field) => self.hit(code, field),
            None => {
                let mut hit = self.bare(code);
                hit.cell = Some(cell);
                hit
            }
        }
    }

    fn bare(&self, code: &'static str) -> Hit {
        Hit {
            file: Some(self.file),
            sheet: Some(self.row.sheet.clone()),
            task: Some(self.id.clone()).filter(|id| !id.is_empty()),
            department: Some(self.department.clone()).filter(|d| !d.is_empty()),
            subject: Subject::Row(self.index),
            ..Hit::new(code)
        }
    }
}

/// An indicator row with all that is known of it.
pub struct FigureView<'a> {
    /// Index among all indicator rows.
    pub index: usize,
    /// Index of its file.
    pub file: usize,
    /// Its table.
    pub table: &'a IndicatorTable,
    /// The row.
    pub row: &'a TaskRow,
    /// Reporting department, by code.
    pub department: String,
    /// The indicator.
    pub indicator: Option<&'a Indicator>,
    /// The period.
    pub period: Option<PeriodKey>,
    /// The figure, as far as it can be read.
    pub figure: Option<IndicatorFigure>,
    /// The figure accepted before.
    pub accepted: Option<&'a IndicatorFigure>,
    /// Everything else.
    pub input: Input<'a>,
}

impl FigureView<'_> {
    /// The cell of a field, when the table has the column.
    #[must_use]
    pub fn cell(&self, field: Field) -> Option<&FieldCell> {
        self.row.cell(field)
    }

    /// Whether a cell is there and says something.
    #[must_use]
    pub fn filled(&self, field: Field) -> bool {
        self.cell(field).is_some_and(|c| !c.value.is_blank())
    }

    /// The column that names the indicator: code where filled, else name.
    #[must_use]
    pub fn naming_field(&self) -> Field {
        if self.filled(Field::KpiCode) || !self.row.cells.contains_key(&Field::KpiName) {
            Field::KpiCode
        } else {
            Field::KpiName
        }
    }

    /// A finding at a field's cell.
    #[must_use]
    pub fn hit(&self, code: &'static str, field: Field) -> Hit {
        let cell = self.cell(field);
        Hit {
            file: Some(self.file),
            sheet: Some(self.row.sheet.clone()),
            cell: Some(cell.map_or(self.row.first, |c| c.at)),
            field: Some(field),
            value: cell.map_or_else(String::new, |c| c.raw.clone()),
            task: self.indicator.map(|i| i.code.clone()),
            department: Some(self.department.clone()).filter(|d| !d.is_empty()),
            subject: Subject::Figure(self.index),
            ..Hit::new(code)
        }
    }
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A file, a sheet, a heading or a department.
    Whole,
    /// A task row, by index.
    Row(usize),
    /// An indicator row, by index.
    Figure(usize),
}

/// A finding in the making.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Code.
    pub code: String,
    /// Index of the file.
    pub file: Option<usize>,
    /// Sheet.
    pub sheet: Option<Arc<str>>,
    /// Cell.
    pub cell: Option<CellRef>,
    /// Field.
    pub field: Option<Field>,
    /// Value seen.
    pub value: String,
    /// Related cells.
    pub related: Vec<CellRef>,
    /// Arguments of the message.
    pub args: Vec<(String, Arg)>,
    /// Task or indicator.
    pub task: Option<String>,
    /// Department, by code.
    pub department: Option<String>,
    /// What it is about.
    pub subject: Subject,
    /// Message of a unit's own rule.
    pub own_message: Option<String>,
}

impl Hit {
    /// A finding without a place.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            file: None,
            sheet: None,
            cell: None,
            field: None,
            value: String::new(),
            related: Vec::new(),
            args: Vec::new(),
            task: None,
            department: None,
            subject: Subject::Whole,
            own_message: None,
        }
    }

    /// A finding on a file.
    #[must_use]
    pub fn on_file(code: &str, file: &FileView<'_>) -> Self {
        Self {
            file: Some(file.index),
            department: file.department.clone(),
            value: file.seen.path.clone(),
            ..Self::new(code)
        }
    }

    /// Adds an argument of the message.
    #[must_use]
    pub fn with(mut self, name: &str, arg: Arg) -> Self {
        self.args.push((name.to_owned(), arg));
        self
    }

    /// Adds an argument that is not there yet.
    #[must_use]
    pub fn or(self, name: &str, arg: Arg) -> Self {
        if self.args.iter().any(|(known, _)| known == name) {
            return self;
        }
        self.with(name, arg)
    }

    /// Says since when the cell shows what was approved before, if so: the unit changed nothing.
    #[must_use]
    pub fn since(self, superseded: Option<Date>) -> Self {
        match superseded {
            Some(day) => self.with(SUPERSEDED, Arg::Date(day)),
            None => self,
        }
    }

    /// Whether the cell shows what was approved before.
    #[must_use]
    pub fn is_superseded(&self) -> bool {
        self.args.iter().any(|(name, _)| name == SUPERSEDED)
    }

    /// Chooses another remedy than the usual one, where it holds.
    #[must_use]
    pub fn remedied(self, name: &str, holds: bool) -> Self {
        if holds {
            self.with("remedy", Arg::Plain(name.to_owned()))
        } else {
            self
        }
    }

    /// Whether the row's code, not its content, is what differs from the approved annex (E01).
    #[must_use]
    pub fn is_mistaken_code(&self) -> bool {
        let chosen = ("remedy".to_owned(), Arg::Plain("anothers".to_owned()));
        self.code == "E01" && self.args.contains(&chosen)
    }

    /// Adds a related cell.
    #[must_use]
    pub fn related(mut self, cell: CellRef) -> Self {
        self.related.push(cell);
        self
    }
}

/// Everything at once.
pub struct Scene<'a> {
    /// What it stands on.
    pub input: Input<'a>,
    /// Files in path order.
    pub files: Vec<FileView<'a>>,
    /// Task rows in file, sheet, row order.
    pub rows: Vec<RowView<'a>>,
    /// Indicator rows.
    pub figures: Vec<FigureView<'a>>,
    /// Departments, code and name.
    pub departments: Vec<(String, String)>,
    /// Rows by identity, guessed ones included.
    pub by_id: HashMap<TaskId, Vec<usize>>,
    /// Approved tasks by identity.
    pub plan: HashMap<&'a str, &'a BaselineTask>,
}

impl<'a> Scene<'a> {
    /// Files that count, trial drops aside; trial drops alone when there is nothing else.
    pub fn counting(&self) -> impl Iterator<Item = &FileView<'a>> {
        self.files.iter().filter(|f| !f.is_trial())
    }

    /// Whether only trial drops are judged: nothing is then concluded about departments.
    #[must_use]
    pub fn only_trials(&self) -> bool {
        !self.files.is_empty() && self.files.iter().all(FileView::is_trial)
    }

    /// Accepted rows that a file should hold: those of its department; for the common annex those of every department without its own.
    pub fn accepted_of<'s>(
        &'s self,
        file: &'s FileView<'a>,
    ) -> impl Iterator<Item = &'a LedgerRow> + use<'s, 'a> {
        let ledger = self.input.ledger;
        ledger.rows.values().filter(move |row| {
            if file.common {
                // What was accepted from a department's own folder is not missing here.
                !row.source.file.contains('/')
                    && !self.counting().any(|f| {
                        !f.common && f.department.as_deref() == Some(row.department.as_str())
                    })
            } else {
                file.department.as_deref() == Some(row.department.as_str())
            }
        })
    }

    /// Rows that are a task, or most likely are.
    pub fn rows_of(&self, id: &str) -> impl Iterator<Item = &RowView<'a>> {
        let indices = self.by_id.get(id).map_or(&[][..], Vec::as_slice);
        indices.iter().filter_map(|i| self.rows.get(*i))
    }

    /// Whether any row of a file is a task.
    #[must_use]
    pub fn holds(&self, file: usize, id: &str) -> bool {
        self.rows_of(id).any(|r| r.file == file)
    }
}
