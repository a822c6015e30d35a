//! Values below a heading: what they look like decides an ambiguous heading.

use std::cell::OnceCell;

use super::headings::{HeadingBlock, SAMPLE_ROWS};
use super::shape::is_column_numbers;
use super::view::SheetView;
use crate::domain::cell::CellRef;
use crate::domain::deadline::DeadlineKind;
use crate::domain::grid::{GridCell, Value};

/// Values of the columns below a heading.
pub(super) struct Sample<'v> {
    columns: Vec<Vec<(&'v GridCell, String)>>,
    language: &'v crate::vn::Words,
    counted: Vec<OnceCell<(usize, usize, usize)>>,
}

impl<'v> Sample<'v> {
    pub(super) fn new(
        view: &SheetView<'v>,
        block: &HeadingBlock,
        language: &'v crate::vn::Words,
    ) -> Self {
        let from = view.position(block.last + 1);
        let rows: Vec<u32> = (from..view.row_count())
            .map(|n| view.row_at(n))
            .filter(|row| !is_column_numbers(view, *row))
            .take(SAMPLE_ROWS)
            .collect();
        let columns: Vec<Vec<_>> = block
            .headings
            .iter()
            .map(|h| {
                rows.iter()
                    .filter_map(|row| view.cell(CellRef::new(*row, h.at.col)))
                    .filter(|c| !matches!(&c.value, Value::Text(t) if t.trim().is_empty()))
                    .map(|c| (c, view.text(c).text.clone()))
                    .collect()
            })
            .collect();
        let counted = vec![OnceCell::new(); columns.len()];
        Self {
            columns,
            language,
            counted,
        }
    }

    pub(super) fn filled(&self, n: usize) -> usize {
        self.columns[n].len()
    }

    pub(super) fn numbers(&self, n: usize) -> usize {
        self.columns[n]
            .iter()
            .filter(|(c, _)| match &c.value {
                Value::Number(_) => true,
                Value::Text(t) => {
                    t.chars().any(|c| c.is_ascii_digit())
                        && t.chars().filter(|c| c.is_alphabetic()).count() < 4
                }
                _ => false,
            })
            .count()
    }

    /// Whether all values are ticks; also when there is none.
    pub(super) fn only_marks(&self, n: usize) -> bool {
        self.columns[n]
            .iter()
            .all(|(c, _)| matches!(&c.value, Value::Text(t) if t.chars().count() <= 3 && self.language.mark(t).is_some()))
    }

    pub(super) fn mostly_long(&self, n: usize) -> bool {
        let long = self.columns[n]
            .iter()
            .filter(|(c, _)| matches!(&c.value, Value::Text(t) if t.chars().count() > 40))
            .count();
        long > 0 && long * 2 >= self.columns[n].len()
    }

    /// Whether most values are sentences.
    pub(super) fn mostly_sentences(&self, n: usize) -> bool {
        let said = |(_, text): &&(&GridCell, String)| text.split(' ').count() >= 5;
        let sentences = self.columns[n].iter().filter(said).count();
        sentences > 0 && sentences * 2 >= self.columns[n].len()
    }

    /// Values that read as a status, as a percentage, as a deadline.
    pub(super) fn votes(&self, n: usize) -> (usize, usize, usize) {
        *self.counted[n].get_or_init(|| self.count(n))
    }

    fn count(&self, n: usize) -> (usize, usize, usize) {
        let (mut statuses, mut percents, mut deadlines) = (0, 0, 0);
        for (cell, text) in &self.columns[n] {
            match &cell.value {
                Value::Number(v) if (1990.0..=2100.0).contains(v) => deadlines += 1,
                Value::Number(_) => percents += 1,
                Value::Date { .. } => deadlines += 1,
                Value::Text(_) => {
                    if self.language.status(text).is_some() {
                        statuses += 1;
                    } else if self
                        .language
                        .percent(&Value::Text(text.clone()), cell.shown)
                        .value
                        .is_some()
                    {
                        percents += 1;
                    } else if reads_as_deadline(text, self.language) {
                        deadlines += 1;
                    }
                }
                _ => {}
            }
        }
        (statuses, percents, deadlines)
    }
}

fn reads_as_deadline(text: &str, language: &crate::vn::Words) -> bool {
    use crate::vn::{DeadlineContext, DeadlineInput};
    let none = std::collections::BTreeMap::new();
    let context = DeadlineContext {
        plan_start: jiff::civil::Date::constant(2020, 1, 1),
        plan_end: jiff::civil::Date::constant(2040, 12, 31),
        year: None,
        before_excludes: true,
        tet: &none,
        date_1904: false,
    };
    let kind = language.deadline(DeadlineInput::Text(text), &context).kind;
    matches!(
        kind,
        DeadlineKind::Fixed
            | DeadlineKind::FixedMulti
            | DeadlineKind::Range
            | DeadlineKind::Recurring
            | DeadlineKind::OpenEnded
            | DeadlineKind::Ambiguous
            | DeadlineKind::Invalid
    )
}
