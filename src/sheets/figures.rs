//! The columns of a roll-up: which classes each counts, as a formula over the task table and as the value it gives.

use crate::book::{CellValue, Stored};
use crate::config::Rounding;
use crate::domain::cell::column_name;
use crate::domain::consolidation::Class;

use super::board::{Board, TASKS};
use super::page::counted;

/// Counted columns in the order of SPEC §11: heading key and the classes it counts.
pub(super) const CLASSES: &[(&str, &[Class])] = &[
    ("done_early", &[Class::DoneEarly]),
    ("done_on_time", &[Class::DoneOnTime]),
    ("done_late", &[Class::DoneLate]),
    ("done_unknown", &[Class::DoneUnknown]),
    ("open_in_time", &[Class::OpenInTime]),
    ("due_soon", &[Class::DueSoon]),
    ("overdue", &[Class::Overdue]),
    ("not_started_period", &[Class::NotStartedPeriod]),
    ("no_due", &[Class::NoDue, Class::Waiting, Class::Unresolved]),
    (
        "other",
        &[
            Class::Suspended,
            Class::Adjustment,
            Class::CannotDo,
            Class::Cancelled,
        ],
    ),
];

/// Column of a figure in a roll-up, zero-based.
pub(super) const TOTAL: u16 = 1;
/// First counted class.
pub(super) const EARLY: u16 = 2;
pub(super) const ON_TIME: u16 = 3;
pub(super) const LATE: u16 = 4;
pub(super) const UNKNOWN: u16 = 5;
pub(super) const IN_TIME: u16 = 6;
pub(super) const SOON: u16 = 7;
pub(super) const OVERDUE: u16 = 8;
pub(super) const NOT_STARTED: u16 = 9;
pub(super) const OTHER: u16 = 11;
pub(super) const DUE: u16 = 12;
pub(super) const DONE_ALL: u16 = 13;
pub(super) const ON_TIME_ALL: u16 = 14;

/// Rates: heading key, column of the numerator, column of the denominator.
pub(super) const RATES: &[(&str, u16, u16)] = &[
    ("completion_rate", DONE_ALL, TOTAL),
    ("on_time_rate", ON_TIME_ALL, TOTAL),
    ("on_time_due_rate", ON_TIME_ALL, DUE),
    ("overdue_rate", OVERDUE, TOTAL),
];

/// What the rows of a roll-up are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Lead departments: a task counts for each.
    Department,
    /// Areas.
    Area,
    /// Persons: a task counts for each.
    Person,
}

impl By {
    /// The criterion of a formula for the key that stands in a cell.
    pub(super) fn criterion(self, board: &Board, cell: &str) -> String {
        match self {
            Self::Department => format!("{},\"*;\"&{cell}&\";*\"", board.tasks_column("key_leads")),
            Self::Area => format!("{},{cell}", board.tasks_column("key_area")),
            Self::Person => format!("{},\"*;\"&{cell}&\";*\"", board.tasks_column("key_persons")),
        }
    }
}

/// The counted columns of one group: total, classes, due, done in all, on time in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Tasks in all.
    pub total: u64,
    /// By entry of [`CLASSES`].
    pub classes: Vec<u64>,
    /// With a due day that counts.
    pub due: u64,
}

impl Tally {
    pub(super) fn done(&self) -> u64 {
        self.classes.iter().take(4).sum()
    }

    pub(super) fn on_time(&self) -> u64 {
        self.classes.iter().take(2).sum()
    }

    /// The value of a column.
    pub(super) fn at(&self, column: u16) -> u64 {
        match column {
            TOTAL => self.total,
            DUE => self.due,
            DONE_ALL => self.done(),
            ON_TIME_ALL => self.on_time(),
            c => self
                .classes
                .get(usize::from(c.saturating_sub(EARLY)))
                .copied()
                .unwrap_or(0),
        }
    }

    fn add(&mut self, class: Class, due: bool) {
        self.total += 1;
        self.due += u64::from(due);
        if let Some(i) = CLASSES.iter().position(|(_, c)| c.contains(&class)) {
            self.classes[i] += 1;
        }
    }

    fn empty() -> Self {
        Self {
            classes: vec![0; CLASSES.len()],
            ..Self::default()
        }
    }
}

/// Counts all tasks, each once.
pub(super) fn tally_all(board: &Board) -> Tally {
    let mut tally = Tally::empty();
    for (task, keys) in board.c.tasks.iter().zip(&board.keys) {
        tally.add(task.score.class, keys.due);
    }
    tally
}

/// Counts the tasks of every group of a list, by its key.
pub(super) fn tallies(board: &Board, by: By, groups: &[super::board::Group]) -> Vec<Tally> {
    let mut out = vec![Tally::empty(); groups.len()];
    let place: std::collections::HashMap<&str, usize> = groups
        .iter()
        .enumerate()
        .map(|(i, g)| (g.key.as_str(), i))
        .collect();
    for (task, keys) in board.c.tasks.iter().zip(&board.keys) {
        let list = match by {
            By::Area => keys.area.as_str(),
            By::Department => keys.leads.as_str(),
            By::Person => keys.persons.as_str(),
        };
        for i in list.split(';').filter_map(|k| place.get(k)) {
            out[*i].add(task.score.class, keys.due);
        }
    }
    out
}

/// The formula of a counted column; `criterion` narrows it to a group, `row` is the Excel row it stands in.
pub(super) fn count_formula(
    board: &Board,
    column: u16,
    criterion: Option<&str>,
    row: u32,
) -> String {
    let narrow = criterion.map_or_else(String::new, |c| format!(",{c}"));
    match column {
        TOTAL => match criterion {
            Some(c) => format!("=COUNTIFS({c})"),
            None => format!("=ROWS({})", board.tasks_column("stt")),
        },
        DUE => format!("=COUNTIFS({},1{narrow})", board.tasks_column("key_due")),
        DONE_ALL => format!("=SUM({})", span(row, EARLY, UNKNOWN)),
        ON_TIME_ALL => format!("=SUM({})", span(row, EARLY, ON_TIME)),
        c => {
            let classes = CLASSES
                .get(usize::from(c.saturating_sub(EARLY)))
                .map_or(&[] as &[Class], |(_, classes)| classes);
            let parts: Vec<String> = classes
                .iter()
                .map(|class| {
                    format!(
                        "COUNTIFS({},\"{}\"{narrow})",
                        board.tasks_column("class"),
                        board.class(*class)
                    )
                })
                .collect();
            format!("={}", parts.join("+"))
        }
    }
}

fn span(row: u32, from: u16, to: u16) -> String {
    format!("{}{row}:{}{row}", column_name(from), column_name(to))
}

/// A counted cell: a formula where there is a task table to count.
pub(super) fn count_cell(
    board: &Board,
    column: u16,
    criterion: Option<&str>,
    row: u32,
    tally: &Tally,
) -> CellValue {
    let n = tally.at(column);
    if board.c.tasks.is_empty() {
        return super::page::whole(n);
    }
    debug_assert!(TASKS.is_ascii());
    counted(count_formula(board, column, criterion, row), n)
}

/// A rate as a fraction with its formula, rounded by the settings on whole numbers: no half is lost to binary fractions.
pub(super) fn rate_cell(
    board: &Board,
    numerator: (&str, u64),
    denominator: (&str, u64),
) -> CellValue {
    let (n, d) = (numerator.0, denominator.0);
    let power = 10_u64.pow(u32::from(board.decimals()) + 2);
    let round = match board.config.figures.rounding {
        Rounding::HalfUp => format!("ROUND({power}*{n}/{d},0)"),
        Rounding::Truncate => format!("INT({power}*{n}/{d})"),
    };
    let formula = format!("=IF({d}=0,\"N/A\",{round}/{power})");
    let stored = match rate(board, numerator.1, denominator.1) {
        Some(value) => Stored::Number(value),
        None => Stored::Text("N/A".to_owned()),
    };
    CellValue::Formula(formula, stored)
}

/// A rate as a fraction, rounded by the settings; none for a zero denominator.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows stay far below 2^53"
)]
pub(super) fn rate(board: &Board, numerator: u64, denominator: u64) -> Option<f64> {
    if denominator == 0 {
        return None;
    }
    let power = 10_u64.pow(u32::from(board.decimals()) + 2);
    let (n, d) = (u128::from(numerator), u128::from(denominator));
    let scaled = match board.config.figures.rounding {
        Rounding::HalfUp => (2 * n * u128::from(power) + d) / (2 * d),
        Rounding::Truncate => n * u128::from(power) / d,
    };
    Some(u64::try_from(scaled).unwrap_or(u64::MAX) as f64 / power as f64)
}
