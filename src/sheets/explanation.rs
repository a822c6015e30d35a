//! Sheet: every figure in words, its formula, where its rows are; and how each task came to its class.

use super::SheetPlan;
use super::board::Board;
use super::due_soon::first_step;
use super::figures::{self, RATES};
use super::page::{
    BODY_ROW, Column, HEADING_ROW, Kind, Placed, Row, begin, column, narrow, widths, word, words,
};
use super::palette;
use crate::book::{CellValue, Sheet, Style, Styles};
use crate::domain::cell::column_name;
use crate::domain::consolidation::Class;
use crate::domain::finding::Arg;
use crate::text::Vi;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "explanation",
    build: |board, styles| Some(build(board, styles)),
};

const FIGURES: &[Column] = &[
    column("figure", 30.0, Kind::Trace),
    column("meaning", 48.0, Kind::Label),
    column("formula", 80.0, Kind::Label),
    column("rows", 38.0, Kind::Trace),
];

const STEPS: &[Column] = &[
    column("code", 30.0, Kind::Link),
    column("content", 48.0, Kind::Words),
    column("step", 80.0, Kind::Label),
    column("class", 38.0, Kind::Mark),
];

const SCORES: &[Column] = &[
    column("figure", 30.0, Kind::Words),
    column("step", 48.0, Kind::Label),
];

fn build(board: &Board, styles: &mut Styles) -> Sheet {
    let note = board.text.word("note.rates");
    let mut sheet = begin(board, styles, "explanation", Some(&note));
    widths(&mut sheet, FIGURES);
    sheet.freeze = (BODY_ROW, 1);
    let mut placed = Placed {
        sheet: &mut sheet,
        first_row: HEADING_ROW,
    };
    let mut next = placed.table(board, styles, "DienGiai", FIGURES, figures(board));
    let section = styles.id(Style {
        bold: true,
        size: 120,
        color: Some(palette::NAVY),
        ..Style::default()
    });
    let steps = steps(board);
    if !steps.is_empty() {
        sheet.put(
            next + 1,
            0,
            word(board.text, "explain_sheet.tasks"),
            section,
        );
        let mut placed = Placed {
            sheet: &mut sheet,
            first_row: next + 2,
        };
        let shown = steps.len();
        next = placed.table(board, styles, "CacBuocTinh", STEPS, steps);
        let rest = board.c.tasks.len() - shown;
        if rest > 0 {
            let style = styles.id(palette::remark());
            let words = board.text.say(
                "explain_sheet.tasks_beyond",
                &[("count", Arg::Count(rest as u64))],
            );
            sheet.put(next, 0, CellValue::Text(words), style);
            next += 1;
        }
    }
    let scores = scores(board);
    if !scores.is_empty() {
        sheet.put(
            next + 1,
            0,
            word(board.text, "explain_sheet.scores"),
            section,
        );
        let mut placed = Placed {
            sheet: &mut sheet,
            first_row: next + 2,
        };
        placed.table(board, styles, "CacBuocDiem", SCORES, scores);
    }
    sheet
}

/// A link inside the workbook.
fn leads_to(board: &Board, sheet: &str, cell: &str, words: Vi) -> CellValue {
    let name = board.sheet_name(sheet);
    CellValue::Link(format!("internal:'{name}'!{cell}"), words)
}

/// A figure that the sheets hold: its name leads to it, its source to the rows it is made of.
struct Figure<'a> {
    key: &'a str,
    formula: String,
    /// Sheet and cell of the figure.
    at: (&'a str, String),
    /// Where its rows are, in words.
    from: Vi,
    /// Sheet and cell where its rows begin.
    rows: (&'a str, String),
}

fn figures(board: &Board) -> Vec<Row> {
    let days = [("days", Arg::Days(first_step(board)))];
    let mut list = counted(board);
    list.extend(rates(board));
    list.extend(columns(board));
    list.into_iter()
        .map(|f| {
            let said = format!("explain_sheet.{}", f.key);
            Row::new(vec![
                leads_to(board, f.at.0, &f.at.1, board.heading(f.key)),
                CellValue::Text(board.text.say(&said, &days)),
                words(&f.formula),
                leads_to(board, f.rows.0, &f.rows.1, f.from),
            ])
        })
        .collect()
}

/// The row of headings as people count rows.
const HEADINGS: u32 = HEADING_ROW + 1;

/// A heading of the task list.
fn task_column(key: &str) -> String {
    format!(
        "{}{HEADINGS}",
        column_name(narrow(super::tasks::index_of(key)))
    )
}

/// Said of a column of the task list.
fn tasks_rows(board: &Board, key: &str) -> Vi {
    let column = [("column", Arg::Plain(board.heading(key).to_string()))];
    board.text.say("explain_sheet.rows_tasks", &column)
}

/// The row of totals by department; without a table there is only the heading.
fn total_row(board: &Board) -> u32 {
    super::rollup::total_row(board.departments.list.len())
}

/// The counted columns of the roll-ups.
fn counted<'a>(board: &Board<'a>) -> Vec<Figure<'a>> {
    let total = total_row(board);
    let one = |key: &'a str, column: u16, from: Vi, rows: String| Figure {
        key,
        formula: figures::count_formula(board, column, None, total)
            .trim_start_matches('=')
            .to_owned(),
        at: ("by_department", format!("{}{total}", column_name(column))),
        from,
        rows: ("tasks", rows),
    };
    let mut out = vec![one(
        "total",
        figures::TOTAL,
        tasks_rows(board, "stt"),
        task_column("stt"),
    )];
    for (i, (key, _)) in figures::CLASSES.iter().enumerate() {
        out.push(one(
            key,
            figures::EARLY + narrow(i),
            tasks_rows(board, "class"),
            task_column("class"),
        ));
    }
    let due = tasks_rows(board, "key_due");
    out.push(one(
        "due_count",
        figures::DUE,
        due,
        task_column("effective"),
    ));
    out
}

/// The rates of the roll-ups, and that of the indicators.
fn rates<'a>(board: &Board<'a>) -> Vec<Figure<'a>> {
    let total = total_row(board);
    let heading = |c: u16| {
        let key = match c {
            figures::TOTAL => "total",
            figures::DUE => "due_count",
            figures::DONE_ALL => "done_count",
            figures::ON_TIME_ALL => "on_time_count",
            _ => "overdue",
        };
        board.heading(key)
    };
    let mut out = Vec::new();
    for (i, (key, n, d)) in RATES.iter().enumerate() {
        let column = figures::ON_TIME_ALL + 1 + narrow(i);
        out.push(Figure {
            key,
            formula: format!("{} / {}", heading(*n), heading(*d)),
            at: ("by_department", format!("{}{total}", column_name(column))),
            from: Vi::quoted(&board.sheet_name("by_department")),
            rows: ("by_department", format!("{}{total}", column_name(*n))),
        });
    }
    let ratio = format!(
        "{} / {}",
        board.heading("numerator"),
        board.heading("denominator")
    );
    for (key, formula, column) in [("rate", ratio, "H"), ("missing", String::new(), "J")] {
        out.push(Figure {
            key,
            formula,
            at: ("indicators", format!("{column}{HEADINGS}")),
            from: Vi::quoted(&board.sheet_name("indicators")),
            rows: ("indicators", format!("F{HEADINGS}")),
        });
    }
    out
}

/// The computed columns of the task list.
fn columns<'a>(board: &Board<'a>) -> Vec<Figure<'a>> {
    [
        "expected",
        "difference",
        "days_left",
        "days_late",
        "working_days_late",
        "bucket",
    ]
    .into_iter()
    .map(|key| Figure {
        key,
        formula: String::new(),
        at: ("tasks", task_column(key)),
        from: tasks_rows(board, key),
        rows: ("tasks", task_column(key)),
    })
    .collect()
}

/// Tasks explained line by line at most; the rest is told by the command.
const STEPS_MAX: usize = 5_000;

/// The tasks explained: all, or those told late before the others.
fn explained(board: &Board) -> Vec<usize> {
    let mut all: Vec<usize> = (0..board.c.tasks.len()).collect();
    if all.len() > STEPS_MAX {
        let late = |i: &usize| {
            matches!(
                board.c.tasks[*i].score.class,
                Class::Overdue | Class::DoneLate
            )
        };
        all.sort_by_key(|i| (!late(i), *i));
        all.truncate(STEPS_MAX);
        all.sort_unstable();
    }
    all
}

/// How each task came to its class, one line a task.
fn steps(board: &Board) -> Vec<Row> {
    explained(board)
        .into_iter()
        .map(|i| (i, &board.c.tasks[i]))
        .map(|(i, task)| {
            let steps: Vec<String> = task
                .score
                .steps
                .iter()
                .map(|(key, args)| {
                    let args: Vec<(&str, Arg)> =
                        args.iter().map(|(n, a)| (n.as_ref(), a.clone())).collect();
                    let key = format!("explain.step.{key}");
                    if board.text.has(&key) {
                        board.text.say(&key, &args).to_string()
                    } else {
                        String::new()
                    }
                })
                .filter(|s| !s.is_empty())
                .collect();
            Row::new(vec![
                board.task_link(i),
                words(&crate::text::shorten(&task.row.values.content, 120)),
                words(&steps.join("\n")),
                CellValue::Text(board.class(task.score.class)),
            ])
            .accent(3, palette::class(task.score.class))
        })
        .collect()
}

fn scores(board: &Board) -> Vec<Row> {
    board
        .c
        .by_department
        .iter()
        .chain(&board.c.by_person)
        .filter_map(|g| {
            let score = g.score.as_ref()?;
            let steps: Vec<String> = score
                .steps
                .iter()
                .map(|(key, n)| {
                    let label = format!("explain.score.{key}");
                    let label = if board.text.has(&label) {
                        board.text.word(&label).to_string()
                    } else {
                        key.clone()
                    };
                    format!("{label}: {}", crate::text::number(*n, 2))
                })
                .collect();
            Some(Row::new(vec![words(&g.name), words(&steps.join("\n"))]))
        })
        .collect()
}
