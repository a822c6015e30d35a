//! Shapes of headings: parents and children, merged or not, and rows of column numbers.

use super::headings::Heading;
use super::numerals::roman;
use super::view::SheetView;
use crate::domain::cell::{COLUMNS_MAX, CellRef};
use crate::domain::grid::{GridCell, Value};

pub(super) fn has_text(cell: &GridCell) -> bool {
    matches!(&cell.value, Value::Text(t) if !t.trim().is_empty())
}

/// The heading over a column: what stands above (also by a merged area), and what stands below.
pub(super) fn heading_of(view: &SheetView<'_>, first: u32, last: u32, col: u16) -> Heading {
    let mut parts: Vec<(CellRef, String, bool)> = Vec::new();
    for row in first..=last {
        let at = CellRef::new(row, col);
        let own = view.cell(at).filter(|c| has_text(c));
        let (source, alone) = match own {
            Some(cell) => (
                Some(cell),
                view.span(at).col == col && !open_to_the_right(view, at, last),
            ),
            None => match view.covered_by(at) {
                Some(master) if master.row >= first && master.col < col => {
                    (view.cell(master).filter(|c| has_text(c)), false)
                }
                Some(_) => (None, true),
                None if row < last => (parent_to_the_left(view, at, last), false),
                None => (None, true),
            },
        };
        if let Some(cell) = source {
            let text = without_hyphens(&view.text(cell).text);
            if parts.last().is_none_or(|(_, t, _)| *t != text) {
                parts.push((at, text, alone));
            }
        }
    }
    let at = parts
        .last()
        .map_or(CellRef::new(first, col), |(at, _, _)| *at);
    let child = if parts.len() > 1 {
        parts.pop().map(|p| p.1).unwrap_or_default()
    } else {
        String::new()
    };
    let parent_alone = parts.last().is_none_or(|p| p.2);
    let parent = parts
        .into_iter()
        .map(|p| p.1)
        .collect::<Vec<_>>()
        .join(" / ");
    Heading {
        at,
        parent,
        child,
        parent_alone,
    }
}

/// Whether an unmerged heading stands over several children: blanks to its right, with texts below them.
pub(super) fn open_to_the_right(view: &SheetView<'_>, at: CellRef, last: u32) -> bool {
    if at.row >= last || at.col + 1 >= COLUMNS_MAX {
        return false;
    }
    let right = CellRef::new(at.row, at.col + 1);
    let below = CellRef::new(at.row + 1, at.col);
    let below_right = CellRef::new(at.row + 1, at.col + 1);
    let text = |at: CellRef| view.cell(at).is_some_and(has_text);
    !text(right) && view.covered_by(right).is_none() && text(below) && text(below_right)
}

/// Without merged cells: the heading to the left that a child without its own parent belongs to.
pub(super) fn parent_to_the_left<'g>(
    view: &SheetView<'g>,
    at: CellRef,
    last: u32,
) -> Option<&'g GridCell> {
    if !view.cell(CellRef::new(last, at.col)).is_some_and(has_text) {
        return None;
    }
    for col in (0..at.col).rev() {
        let child = view.cell(CellRef::new(last, col)).is_some_and(has_text);
        if let Some(cell) = view.cell(CellRef::new(at.row, col)).filter(|c| has_text(c)) {
            return child.then_some(cell);
        }
        if !child {
            return None;
        }
    }
    None
}

/// A heading on one line: a hyphen right behind a letter at the end of a line only divides it.
fn without_hyphens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        let divided = line
            .strip_suffix('-')
            .filter(|l| l.ends_with(char::is_alphanumeric));
        if lines.peek().is_some() {
            out.push_str(divided.unwrap_or(line));
            out.push(' ');
        } else {
            out.push_str(line);
        }
    }
    out
}

/// The first row of a heading whose row is known: headings merged down into that row begin higher up.
pub(super) fn reaches_up(view: &SheetView<'_>, row: u32) -> u32 {
    let over = |cell: &GridCell| {
        (0..cell.at.col).filter_map(move |col| view.covered_by(CellRef::new(row, col)))
    };
    let Some(last) = view.row(row).last() else {
        return row;
    };
    over(last)
        .filter(|master| master.row < row && master.row + 3 >= row)
        .filter(|master| view.span(*master).row < row + 3)
        .filter(|master| view.cell(*master).is_some_and(has_text))
        .map(|master| master.row)
        .min()
        .unwrap_or(row)
}

/// Headings of a list that stands aside, behind two blank columns: the first of them.
pub(super) fn aside(view: &SheetView<'_>, headings: &[Heading]) -> Option<usize> {
    headings
        .windows(2)
        .position(|pair| {
            let end = view.span(pair[0].at).col;
            pair[1].at.col > end.saturating_add(2)
        })
        .map(|n| n + 1)
}

/// A heading without the number before it: `1. Content`, `(2) Lead`.
pub(super) fn without_number(key: &str) -> &str {
    let rest = key.trim_start_matches(['(', '[']);
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let few = (1..=2).contains(&(rest.len() - digits.len()));
    let behind = digits.trim_start_matches([')', ']', '.', ':']);
    let named = behind.starts_with(' ') && behind.contains(char::is_alphabetic);
    if few && behind.len() < digits.len() && named {
        behind.trim_start()
    } else {
        key
    }
}

/// Drops notes in brackets.
pub(super) fn without_notes(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    let mut depth = 0_u32;
    for c in key.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out.split(' ')
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether a row holds values: a day or a number that is no year stands in it, or its first cell is a running number.
pub(super) fn is_data(view: &SheetView<'_>, row: u32) -> bool {
    let cells = view.row(row);
    let value = |c: &GridCell| match &c.value {
        Value::Number(n) => !(1990.0..=2100.0).contains(n),
        Value::Date { .. } | Value::Bool(_) => true,
        Value::Text(_) | Value::Error(_) | Value::Uncalculated => false,
    };
    if cells.iter().any(|c| value(c) && !c.formula) {
        return !is_column_numbers(view, row);
    }
    cells
        .iter()
        .find(|c| !matches!(&c.value, Value::Text(t) if t.trim().is_empty()))
        .is_some_and(|first| match &first.value {
            Value::Number(_) => !is_column_numbers(view, row),
            Value::Text(_) => {
                let text = view.text(first).text.clone();
                let token = text.trim_matches(|c: char| matches!(c, '.' | ')' | '(' | ' '));
                !token.is_empty()
                    && token.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                    && !is_column_numbers(view, row)
            }
            _ => false,
        })
}

/// What a cell of a row of column numbers says: `(3)`, `[3]`, `3=1+2`.
fn column_token(text: &str) -> &str {
    let token = text.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | ' ' | '.'));
    let token = token.split('=').next().unwrap_or_default();
    token.trim_end_matches([')', ' '])
}

/// Whether a row whose content is a column number was meant for one, though a cell or two of it were overwritten.
pub(super) fn was_column_numbers(view: &SheetView<'_>, row: u32, content: &str) -> bool {
    let number = |text: &str| {
        let token = column_token(text);
        let numeral =
            roman(&token.to_lowercase()).filter(|_| token.chars().all(char::is_uppercase));
        token.parse().ok().filter(|n: &u32| *n < 40).or(numeral)
    };
    if number(content).is_none() {
        return false;
    }
    let cells = view.row(row).iter().map(|c| &view.text(c).text);
    let said: Vec<Option<u32>> = cells.filter(|t| !t.is_empty()).map(|t| number(t)).collect();
    let numbers: Vec<u32> = said.iter().flatten().copied().collect();
    let upwards = numbers.windows(2).all(|pair| pair[0] < pair[1]);
    upwards && numbers.len() >= 3 && numbers.len() * 2 > said.len()
}

/// Whether a row holds column numbers: `(1) (2) (3)`, `A B 1 2`, `1 2 3`.
pub(super) fn is_column_numbers(view: &SheetView<'_>, row: u32) -> bool {
    let mut expected = 1_i64;
    let mut letters = 0;
    let mut count = 0;
    for cell in view.row(row) {
        let text = view.text(cell).text.clone();
        let token = column_token(&text);
        if token.is_empty() {
            continue;
        }
        count += 1;
        if let Ok(n) = token.parse::<i64>() {
            // A column may be left out of the count, but the numbers go up from one.
            if n < expected || n > expected + 1 || (count == 1 && n != 1) {
                return false;
            }
            expected = n + 1;
        } else if expected == 1
            && token.len() == 1
            && token.as_bytes()[0].to_ascii_uppercase() == b'A' + letters
        {
            letters += 1;
        } else {
            return false;
        }
    }
    count >= 3
}
