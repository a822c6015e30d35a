//! Rows below a heading: tasks, groups, repeated headings, page-break debris, totals, signatures.

use super::numerals::{begins_with_group_numeral, is_roman, title_of};
use super::row_cells::{Known, RowCells, title_in_code};
use super::shape::{is_column_numbers, was_column_numbers};
use super::view::SheetView;
use super::words::AnnexWords;
use crate::domain::field::Field;
use crate::domain::grid::Value;
use crate::domain::reading::SkipReason;
use crate::vn::fold::{key, strip};

/// What a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowKind {
    /// A task (or an indicator).
    Task,
    /// A group with its title.
    Group(String),
    /// No task, for a reason.
    Skip(SkipReason),
    /// Nothing in the columns of the table.
    Nothing,
}

/// What a numeral in the running-number column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numeral {
    None,
    /// `1`, `1.`, `1.2`.
    Number,
    /// `I`, `II.`, `A`, `WP1`.
    Group,
    /// Anything else.
    Text,
}

/// Judges rows of one table in order.
pub(super) struct RowJudge<'w> {
    words: &'w AnnexWords,
    has_stt: bool,
    has_lead: bool,
    /// Beyond the end of the table (signatures, recipients).
    footer: bool,
    /// The row before was page-break debris.
    after_break: bool,
}

/// What the next rows look like, to tell a group from a bare task.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ahead {
    /// A further row with content follows.
    pub task_follows: bool,
    /// Its running number goes on below this one (`1` → `1.1`).
    pub goes_below: bool,
    /// Most rows of the table have running numbers.
    pub numbered: bool,
}

/// Whether a row only says how to fill in the columns: every cell of it stands in brackets.
fn is_guidance(row: &RowCells<'_>) -> bool {
    let mut said = row.cells.iter().filter(|(_, _, text)| !text.is_empty());
    let bracketed = |text: &str| text.len() > 2 && text.starts_with('(') && text.ends_with(')');
    said.clone().count() > 1 && said.all(|(_, _, text)| bracketed(text))
}

/// Whether a text is a number, or begins with one and goes on with a word.
fn begins_with_count(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && (rest.is_empty() || rest.starts_with([' ', '%', ',']))
}

impl<'w> RowJudge<'w> {
    pub(super) fn new(words: &'w AnnexWords, known: &[Known]) -> Self {
        let has = |f: Field| known.iter().any(|k| k.field == f);
        Self {
            words,
            has_stt: has(Field::Stt),
            has_lead: has(Field::Lead),
            footer: false,
            after_break: false,
        }
    }

    /// Judges a row.
    pub(super) fn judge(
        &mut self,
        view: &SheetView<'_>,
        row: &RowCells<'_>,
        ahead: Ahead,
    ) -> RowKind {
        let kind = self.kind(view, row, ahead);
        self.after_break = matches!(
            kind,
            RowKind::Skip(SkipReason::PageBreak | SkipReason::Heading | SkipReason::ColumnNumbers)
        );
        kind
    }

    fn kind(&mut self, view: &SheetView<'_>, row: &RowCells<'_>, ahead: Ahead) -> RowKind {
        if row.cells.is_empty() {
            return self.unmapped(row);
        }
        if is_column_numbers(view, row.row) {
            return RowKind::Skip(SkipReason::ColumnNumbers);
        }
        let overwritten = row
            .get(Field::Content)
            .is_some_and(|content| was_column_numbers(view, row.row, content));
        if overwritten {
            return RowKind::Skip(SkipReason::ColumnNumbers);
        }
        if is_guidance(row) {
            return RowKind::Skip(SkipReason::Heading);
        }
        let stt = row.get(Field::Stt).unwrap_or_default();
        let numeral = if stt.is_empty() {
            Numeral::None
        } else {
            self.numeral(stt)
        };
        let titled = title_in_code(row);
        let code =
            row.get(Field::Code).is_some_and(|c| !c.is_empty()) && !row.spread && titled.is_none();
        if let Some(kind) = self.foot(row, numeral, code) {
            return kind;
        }
        if self.is_total(row, numeral) {
            return RowKind::Skip(SkipReason::Total);
        }
        if let Some(title) = titled {
            return RowKind::Group(title_of(title, self.words));
        }
        if let Some(reason) = self.debris(row, numeral, code) {
            return RowKind::Skip(reason);
        }
        // The tail of a content that a page break tore off.
        let tail =
            !code && numeral == Numeral::None && self.has_stt && ahead.numbered && !row.spread;
        if let (true, [(Field::Content, _, text)]) = (tail, row.cells.as_slice())
            && text.starts_with(char::is_lowercase)
        {
            return RowKind::Skip(SkipReason::PageBreak);
        }
        if !code && let Some(title) = self.group(row, numeral, ahead) {
            return RowKind::Group(title);
        }
        if row.said() == 0 {
            let typed = row
                .cells
                .iter()
                .any(|(f, c, _)| matches!(f, Field::Content) && c.formula);
            if !typed {
                return RowKind::Skip(SkipReason::Blank);
            }
        }
        RowKind::Task
    }

    /// A row with text in unmapped columns only.
    fn unmapped(&mut self, row: &RowCells<'_>) -> RowKind {
        let Some((_, text)) = row.others.first() else {
            return RowKind::Nothing;
        };
        if self.starts_footer(text) {
            self.footer = true;
            return RowKind::Skip(SkipReason::Footer);
        }
        if row.spread && !self.footer {
            return RowKind::Group(title_of(text, self.words));
        }
        RowKind::Skip(if self.footer {
            SkipReason::Footer
        } else {
            SkipReason::PageBreak
        })
    }

    /// The foot of the table: signatures, recipients, notes.
    fn foot(&mut self, row: &RowCells<'_>, numeral: Numeral, code: bool) -> Option<RowKind> {
        let texts = || {
            row.cells
                .iter()
                .map(|(.., t)| t)
                .chain(row.others.iter().map(|(_, t)| t))
        };
        let sure_task = code || numeral == Numeral::Number && row.has(Field::Content);
        if !sure_task {
            let prefix = texts().any(|t| self.starts_footer(t));
            let role = texts().any(|t| self.words.footer.contains(&key(t)));
            let bare_row =
                row.cells.len() <= 3 && !row.has(Field::Status) && !row.has(Field::Progress);
            let full = row.has(Field::Content)
                && (row.has(Field::Lead) || !self.has_lead)
                && row.has(Field::Deadline);
            if (prefix && !full)
                || (role && bare_row && !(row.has(Field::Content) && row.cells.len() > 2))
            {
                self.footer = true;
                return Some(RowKind::Skip(SkipReason::Footer));
            }
        }
        if self.footer {
            // Nothing with the marks of a task is ever lost.
            let again = row.has(Field::Content) && (sure_task || row.cells.len() >= 4);
            if !again {
                return Some(RowKind::Skip(SkipReason::Footer));
            }
            self.footer = false;
        }
        None
    }

    fn starts_footer(&self, text: &str) -> bool {
        let key = key(text.split('\n').next().unwrap_or_default());
        let digitless: String = key
            .chars()
            .filter(|c| !c.is_ascii_digit() && *c != '.' && *c != '…')
            .collect();
        let digitless = digitless
            .split(' ')
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        self.words.footer_start.iter().any(|w| {
            key.starts_with(w.as_str()) || key.len() < 60 && digitless.starts_with(w.as_str())
        })
    }

    fn is_total(&self, row: &RowCells<'_>, numeral: Numeral) -> bool {
        if numeral == Numeral::Number || row.has(Field::Lead) {
            return false;
        }
        let tracked = row.has(Field::Deadline)
            || row
                .get(Field::Status)
                .is_some_and(|t| !t.bytes().all(|b| b.is_ascii_digit()));
        let Some((.., text)) = row
            .cells
            .iter()
            .find(|(_, c, _)| matches!(c.value, Value::Text(_)))
        else {
            return false;
        };
        let key = key(text);
        let word: String = key
            .split(['(', ':'])
            .next()
            .unwrap_or_default()
            .split(' ')
            .filter(|w| !w.is_empty() && !is_roman(w))
            .collect::<Vec<_>>()
            .join(" ");
        let named = self.words.total.contains(word.trim_end_matches(['.', ' ']));
        // "Total | | | 2 tasks": counts stand where tasks have words.
        let counts = || {
            let behind = row.cells.iter().skip(1);
            behind.clone().count() > 0 && behind.clone().all(|(.., t)| begins_with_count(t))
        };
        if tracked {
            return named && counts();
        }
        named
            || self
                .words
                .total_start
                .iter()
                .any(|w| key.starts_with(w.as_str()))
    }

    /// Page numbers, orphan fragments, numbered rows without anything.
    fn debris(&self, row: &RowCells<'_>, numeral: Numeral, code: bool) -> Option<SkipReason> {
        if code {
            return None;
        }
        if let [(field, _, text)] = row.cells.as_slice() {
            let plain = text.trim_matches(|c: char| matches!(c, '-' | '–' | ' ' | '.'));
            let counts = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit());
            if *field == Field::Stt && numeral == Numeral::Number {
                return Some(SkipReason::Blank);
            }
            if counts && !row.spread && !matches!(field, Field::Progress) {
                return Some(SkipReason::PageBreak);
            }
            let key = key(text);
            let first = key.split([' ', '.', ':']).next().unwrap_or_default();
            if self.words.page.contains(first)
                && key.chars().any(|c| c.is_ascii_digit())
                && key.len() < 24
            {
                return Some(SkipReason::PageBreak);
            }
            if *field == Field::Content
                && self.after_break
                && self.has_stt
                && text.chars().next().is_some_and(char::is_lowercase)
            {
                return Some(SkipReason::PageBreak);
            }
        }
        let tracked = row.cells.iter().any(|(f, ..)| {
            matches!(
                f,
                Field::Status
                    | Field::Progress
                    | Field::Result
                    | Field::CompletedDate
                    | Field::Evidence
                    | Field::Secrecy
                    | Field::CommitDate
            )
        });
        let errors = row
            .cells
            .iter()
            .any(|(_, c, _)| matches!(c.value, Value::Error(_) | Value::Uncalculated));
        let orphan = numeral == Numeral::None
            && !row.spread
            && !row.has(Field::Content)
            && row.cells.len() <= 2
            && !tracked
            && !errors;
        // A lead and a deadline together are a task whose content was lost, not a fragment.
        // So are two cells with a deadline, where no page ends.
        let due = row.has(Field::Deadline) && row.cells.len() > 1;
        let named = row
            .get(Field::Deadline)
            .is_some_and(|t| t.contains(|c: char| c.is_ascii_digit()));
        let lost = due && (row.has(Field::Lead) || named && !self.after_break);
        (orphan && !lost).then_some(SkipReason::PageBreak)
    }

    /// The title, when the row is a group.
    fn group(&self, row: &RowCells<'_>, numeral: Numeral, ahead: Ahead) -> Option<String> {
        let content = row.get(Field::Content);
        let stt = row.get(Field::Stt);
        let others = row
            .cells
            .iter()
            .filter(|(f, c, _)| !matches!(f, Field::Stt | Field::Content) && !c.formula)
            .count();
        let title = |t: &str| title_of(t, self.words);
        // One cell over the table, or a text in the running-number column alone.
        if others == 0
            && content.is_none()
            && let Some(text) = stt
            && numeral != Numeral::Number
            && (row.spread || text.chars().filter(|c| c.is_alphabetic()).count() >= 4)
            && text.starts_with(|c: char| !c.is_lowercase() && !matches!(c, '-' | '+' | '•'))
        {
            return Some(title(text));
        }
        if row.cells.len() == 1 && row.spread && numeral == Numeral::None {
            return Some(title(&row.cells[0].2));
        }
        let Some(text) = content else {
            // A numeral with its title spread from another column on.
            if row.spread
                && matches!(numeral, Numeral::Group)
                && let Some((.., text)) = row.cells.iter().find(|(f, ..)| *f != Field::Stt)
                && row.cells.len() == 2
            {
                return Some(title(text));
            }
            return None;
        };
        match numeral {
            Numeral::Group => {
                let lead = row.has(Field::Lead);
                let own = row
                    .cells
                    .iter()
                    .any(|(f, ..)| matches!(f, Field::Status | Field::CompletedDate));
                (!lead && (others == 0 || !own)).then(|| title(text))
            }
            Numeral::Number => {
                (others == 0 && (ahead.goes_below || row.spread)).then(|| title(text))
            }
            Numeral::Text => (others == 0).then(|| title(text)),
            Numeral::None if others == 0 => {
                let numbered_title = begins_with_group_numeral(text, self.words);
                let capitals =
                    text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_lowercase);
                let marked = row.spread || row.bold || numbered_title || capitals;
                ((marked && ahead.task_follows)
                    || (self.has_stt && ahead.numbered && ahead.task_follows))
                    .then(|| title(text))
            }
            Numeral::None => None,
        }
    }

    fn numeral(&self, stt: &str) -> Numeral {
        let token = stt
            .trim()
            .trim_matches('*')
            .trim_matches(|c: char| matches!(c, '.' | ')' | '(' | ' ' | ':' | '-'));
        if token.is_empty() {
            return Numeral::None;
        }
        if token
            .split('.')
            .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
        {
            return Numeral::Number;
        }
        let upper = token
            .chars()
            .all(|c| c.is_uppercase() || c.is_ascii_digit() || c == '.');
        if is_roman(&token.to_lowercase()) && upper
            || token.len() == 1 && token.as_bytes()[0].is_ascii_uppercase()
        {
            return Numeral::Group;
        }
        let plain = strip(&key(token));
        if self.words.group_word.iter().any(|w| {
            plain.strip_prefix(w.as_str()).is_some_and(|rest| {
                let rest = rest.trim();
                !rest.is_empty()
                    && (rest.bytes().all(|b| b.is_ascii_digit() || b == b'.') || is_roman(rest))
            })
        }) {
            return Numeral::Group;
        }
        let digits = token.chars().filter(char::is_ascii_digit).count();
        if digits > 0 && token.len() <= 8 {
            Numeral::Number
        } else {
            Numeral::Text
        }
    }
}
