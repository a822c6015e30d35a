//! Sheet: every figure in words, its formula, where its rows are; and how each task came to its class.

use super::SheetPlan;
use super::board::Board;
use super::due_soon::first_step;
use super::figures::{self, RATES};
use super::page::{
    BODY_ROW, Column, HEADING_ROW, Kind, Placed, Row, begin, column, widths, word, words,
};
use super::palette;
use crate::book::{CellValue, Sheet, Style, Styles};
use crate::domain::consolidation::Class;
use crate::domain::finding::Arg;
use crate::text::Vi;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "explanation",
    build: |board, styles| Some(build(board, styles)),
};

const FIGURES: &[Column] = &[
    column("figure", 30.0, Kind::Label),
    column("meaning", 56.0, Kind::Label),
    column("formula", 64.0, Kind::Label),
    column("rows", 40.0, Kind::Label),
];

const STEPS: &[Column] = &[
    column("code", 30.0, Kind::Link),
    column("content", 56.0, Kind::Words),
    column("step", 64.0, Kind::Label),
    column("class", 40.0, Kind::Mark),
];

const SCORES: &[Column] = &[
    column("figure", 30.0, Kind::Words),
    column("step", 56.0, Kind::Label),
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

fn figures(board: &Board) -> Vec<Row> {
    let text = board.text;
    let total_row = super::rollup::total_row(board.departments.list.len());
    let days = [("days", Arg::Days(first_step(board)))];
    let tasks_rows = |key: &str| {
        text.say(
            "explain_sheet.rows_tasks",
            &[("column", Arg::Plain(board.heading(key).to_string()))],
        )
    };
    let mut rows = Vec::new();
    let mut add = |key: &str, formula: String, from: Vi| {
        rows.push(Row::new(vec![
            CellValue::Text(board.heading(key)),
            CellValue::Text(text.say(&format!("explain_sheet.{key}"), &days)),
            words(&formula),
            CellValue::Text(from),
        ]));
    };
    let formula = |column: u16| {
        figures::count_formula(board, column, None, total_row)
            .trim_start_matches('=')
            .to_owned()
    };
    add("total", formula(figures::TOTAL), tasks_rows("stt"));
    for (i, (key, classes)) in figures::CLASSES.iter().enumerate() {
        let names: Vec<String> = classes
            .iter()
            .map(|c| board.class(*c).to_string())
            .collect();
        let from = text.say(
            "explain_sheet.rows_class",
            &[("class", Arg::Plain(names.join("; ")))],
        );
        let column = figures::EARLY + super::page::narrow(i);
        add(key, formula(column), from);
    }
    add("due_count", formula(figures::DUE), tasks_rows("key_due"));
    for (key, n, d) in RATES {
        let column = |c: u16| {
            let key = match c {
                figures::TOTAL => "total",
                figures::DUE => "due_count",
                figures::DONE_ALL => "done_count",
                figures::ON_TIME_ALL => "on_time_count",
                _ => "overdue",
            };
            board.heading(key)
        };
        add(
            key,
            format!("{} / {}", column(*n), column(*d)),
            Vi::quoted(&board.sheet_name("by_department")),
        );
    }
    for key in [
        "expected",
        "difference",
        "days_left",
        "days_late",
        "working_days_late",
        "bucket",
    ] {
        add(key, String::new(), tasks_rows(key));
    }
    add(
        "rate",
        format!(
            "{} / {}",
            board.heading("numerator"),
            board.heading("denominator")
        ),
        Vi::quoted(&board.sheet_name("indicators")),
    );
    add(
        "missing",
        String::new(),
        Vi::quoted(&board.sheet_name("indicators")),
    );
    rows
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
