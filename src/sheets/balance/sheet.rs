//! The sheet of the control account: rows in, rows out, sums, and every skipped row by name.

use super::{counts, f};
use crate::book::{CellValue, Sheet, Stored, Style, Styles};
use crate::domain::cell::column_name;
use crate::domain::consolidation::DepartmentState;
use crate::domain::reading::SkipReason;
use crate::domain::verdict::Verdict;
use crate::sheets::SheetPlan;
use crate::sheets::board::{Board, Freshness, NOBODY};
use crate::sheets::page::{
    BODY_ROW, Column, HEADING_ROW, Kind, Looks, Placed, Row, Tone, begin, column, count, counted,
    hidden, narrow, whole, widths, word, words,
};
use crate::sheets::palette;

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "balance",
    build: |board, styles| Some(build(board, styles)),
};

const COLUMNS: &[Column] = &[
    column("department", 26.0, Kind::Words),
    column("finding_file", 32.0, Kind::Words),
    column("read", 9.0, Kind::Whole),
    column("accepted", 13.0, Kind::Whole),
    column("held", 17.0, Kind::Whole),
    column("skipped", 9.0, Kind::Whole),
    column("row_difference", 10.0, Kind::Whole),
    column("rows_out", 12.0, Kind::Whole),
    column("rows_stale", 12.0, Kind::Whole),
    column("rows_unreported", 12.0, Kind::Whole),
    column("rows_all", 12.0, Kind::Whole),
    column("progress_in", 13.0, Kind::Number),
    column("progress_out", 13.0, Kind::Number),
    column("verdict", 14.0, Kind::Mark),
    hidden("key"),
];

const SKIPPED: &[Column] = &[
    column("department", 26.0, Kind::Words),
    column("first_text", 32.0, Kind::Words),
    column("row", 9.0, Kind::Whole),
    column("source_sheet", 13.0, Kind::Words),
    column("reason", 17.0, Kind::Label),
];

fn build(board: &Board, styles: &mut Styles) -> Sheet {
    let note = board.text.word("note.balance");
    let mut sheet = begin(board, styles, "balance", Some(&note));
    if board.c.departments.is_empty() {
        let style = styles.id(Style::default());
        sheet.put(
            HEADING_ROW,
            0,
            word(board.text, "empty.by_department"),
            style,
        );
        return sheet;
    }
    widths(&mut sheet, COLUMNS);
    sheet.freeze = (BODY_ROW, 1);
    let mut rows: Vec<Row> = board
        .c
        .departments
        .iter()
        .enumerate()
        .map(|(i, d)| row(board, d, BODY_ROW + count(i) + 1))
        .collect();
    if board.keys.iter().any(|k| k.reporter == NOBODY) {
        rows.push(nobody(board, BODY_ROW + count(rows.len()) + 1));
    }
    let n = count(rows.len());
    let mut placed = Placed {
        sheet: &mut sheet,
        first_row: HEADING_ROW,
    };
    let total = placed.table(board, styles, "DoiSoat", COLUMNS, rows);
    totals(board, styles, &mut sheet, total, n);
    skipped(board, styles, &mut sheet, total + 2);
    sheet
}

/// Tasks of a reporter and a freshness, as formula and value.
fn tasks(board: &Board, at: u32, key: &str, freshness: Freshness) -> CellValue {
    let n = board
        .keys
        .iter()
        .filter(|k| k.reporter == key && k.freshness == freshness)
        .count();
    let n = u64::from(count(n));
    if board.keys.is_empty() {
        return whole(n);
    }
    let formula = format!(
        "=COUNTIFS({},$O{at},{},\"{}\")",
        board.tasks_column("key_reporter"),
        board.tasks_column("freshness"),
        board.text.word(&format!("freshness.{}", freshness.name()))
    );
    counted(formula, n)
}

fn progress(board: &Board, at: u32, key: &str) -> CellValue {
    let sum: f64 = board
        .c
        .tasks
        .iter()
        .zip(&board.keys)
        .filter(|(_, k)| k.reporter == key && k.freshness == Freshness::Fresh)
        .filter_map(|(t, _)| t.row.values.progress)
        .sum();
    let sum = (sum * 100.0).round() / 100.0;
    if board.keys.is_empty() {
        return CellValue::Number(sum);
    }
    let formula = format!(
        "=ROUND(SUMIFS({},{},$O{at}),2)",
        board.tasks_column("key_progress"),
        board.tasks_column("key_reporter")
    );
    CellValue::Formula(formula, Stored::Number(sum))
}

fn row(board: &Board, d: &DepartmentState, at: u32) -> Row {
    let skipped = u64::from(count(d.skipped.len()));
    let key = board.departments.key(&d.code).to_owned();
    let (read, accepted, held) = (d.read, d.accepted, d.held);
    let difference = f(read) - f(accepted) - f(held);
    let all = board.keys.iter().filter(|k| k.reporter == key).count();
    let mine = board
        .keys
        .iter()
        .filter(|k| k.reporter == key && k.freshness == Freshness::Fresh)
        .count();
    let fine = difference == 0.0 && (!counts(d) || u64::from(count(mine)) == accepted);
    let (verdict, meaning) = verdict(board, d, at, fine);
    Row::new(vec![
        words(&d.name),
        words(d.file.as_deref().unwrap_or_default()),
        whole(read + skipped),
        whole(accepted),
        whole(held),
        whole(skipped),
        CellValue::Formula(
            format!("=C{at}-D{at}-E{at}-F{at}"),
            Stored::Number(difference),
        ),
        tasks(board, at, &key, Freshness::Fresh),
        tasks(board, at, &key, Freshness::Stale),
        tasks(board, at, &key, Freshness::Missing),
        counted(format!("=SUM(H{at}:J{at})"), u64::from(count(all))),
        CellValue::Number((d.progress_in * 100.0).round() / 100.0),
        progress(board, at, &key),
        verdict,
        words(&key),
    ])
    .accent(13, meaning)
}

fn verdict(
    board: &Board,
    d: &DepartmentState,
    at: u32,
    fine: bool,
) -> (CellValue, palette::Meaning) {
    match d.verdict {
        None => (word(board.text, "balance.no_file"), palette::SOON),
        Some(Verdict::HeldBack) => (word(board.text, "balance.held_back"), palette::SOON),
        Some(_) => {
            let (yes, no) = (
                board.text.word("balance.fine"),
                board.text.word("balance.wrong"),
            );
            let stored = if fine { &yes } else { &no };
            (
                CellValue::Formula(
                    format!("=IF(AND(G{at}=0,H{at}=D{at}),\"{yes}\",\"{no}\")"),
                    Stored::Text(stored.to_string()),
                ),
                if fine {
                    palette::DONE
                } else {
                    palette::OVERDUE
                },
            )
        }
    }
}

/// Tasks nobody of the list reports: baseline tasks of bodies outside the board.
fn nobody(board: &Board, at: u32) -> Row {
    let all = board.keys.iter().filter(|k| k.reporter == NOBODY).count();
    let none = || CellValue::Blank;
    Row::new(vec![
        word(board.text, "balance.nobody"),
        none(),
        none(),
        none(),
        none(),
        none(),
        none(),
        tasks(board, at, NOBODY, Freshness::Fresh),
        tasks(board, at, NOBODY, Freshness::Stale),
        tasks(board, at, NOBODY, Freshness::Missing),
        counted(format!("=SUM(H{at}:J{at})"), u64::from(count(all))),
        none(),
        progress(board, at, NOBODY),
        none(),
        words(NOBODY),
    ])
}

/// The last row: sums of every numeric column.
fn totals(board: &Board, styles: &mut Styles, sheet: &mut Sheet, row: u32, n: u32) {
    let mut looks = Looks::new(styles, board);
    let mut sums = vec![0.0; COLUMNS.len()];
    for (r, c, cell) in &sheet.cells {
        if *r < BODY_ROW || *r >= BODY_ROW + n {
            continue;
        }
        if let CellValue::Number(x) | CellValue::Formula(_, Stored::Number(x)) = &cell.value {
            sums[usize::from(*c)] += x;
        }
    }
    for (i, c) in COLUMNS.iter().enumerate().take(COLUMNS.len() - 1) {
        let col = narrow(i);
        let letter = column_name(col);
        let range = format!("{letter}{}:{letter}{}", BODY_ROW + 1, BODY_ROW + n);
        let value = match c.kind {
            Kind::Whole => CellValue::Formula(format!("=SUM({range})"), Stored::Number(sums[i])),
            Kind::Number => CellValue::Formula(
                format!("=ROUND(SUM({range}),2)"),
                Stored::Number((sums[i] * 100.0).round() / 100.0),
            ),
            _ if i == 0 => word(board.text, "heading.grand_total"),
            _ => CellValue::Blank,
        };
        let kind = if i == 0 { Kind::Label } else { c.kind };
        sheet.put(row, col, value, looks.of(kind, Tone::Total));
    }
}

/// Every skipped row by name.
fn skipped(board: &Board, styles: &mut Styles, sheet: &mut Sheet, at: u32) {
    let title = styles.id(Style {
        bold: true,
        size: 120,
        color: Some(palette::NAVY),
        ..Style::default()
    });
    sheet.put(at, 0, word(board.text, "balance.skipped_title"), title);
    let rows: Vec<Row> = board
        .c
        .departments
        .iter()
        .flat_map(|d| d.skipped.iter().map(move |s| (d, s)))
        .map(|(d, (name, s))| {
            Row::new(vec![
                words(&d.name),
                words(&s.text),
                whole(u64::from(s.row) + 1),
                words(name),
                word(board.text, &format!("skip.{}", reason(s.reason))),
            ])
        })
        .collect();
    if rows.is_empty() {
        let style = styles.id(palette::remark());
        sheet.put(at + 1, 0, word(board.text, "empty.skipped"), style);
        return;
    }
    let mut placed = Placed {
        sheet,
        first_row: at + 1,
    };
    placed.table(board, styles, "DongBoQua", SKIPPED, rows);
}

const fn reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Group => "group",
        SkipReason::Heading => "heading",
        SkipReason::ColumnNumbers => "column_numbers",
        SkipReason::PageBreak => "page_break",
        SkipReason::Total => "total",
        SkipReason::Footer => "footer",
        SkipReason::Blank => "blank",
    }
}
