//! Headings by meaning: rows that are headings, one- and two-row headings, and what each column means.

use std::collections::HashMap;

use super::decide::{
    assign, decide_one, description_for_content, pass_lists_aside, settle_seeming, tracked,
    two_targets,
};
use super::samples::Sample;
use super::shape::{has_text, heading_of, is_column_numbers, is_data, open_to_the_right};
use super::view::SheetView;
use super::words::{Ambiguous, AnnexWords};
use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::grid::{GridCell, Value};
use crate::domain::status::StatusWord;
use crate::vn::fold::{has_more_letters, key};

/// Longest heading, bytes; longer texts are no headings.
const HEADING_BYTES_MAX: usize = 400;
/// Rows of values looked at to decide an ambiguous heading.
pub(super) const SAMPLE_ROWS: usize = 60;
/// Columns of one table.
const COLUMNS_OF_TABLE_MAX: usize = 512;

/// A heading as written.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    pub at: CellRef,
    pub parent: String,
    pub child: String,
    /// Whether the parent stands over this column alone.
    pub parent_alone: bool,
}

impl Heading {
    /// What stands directly over the column.
    pub(super) fn last_text(&self) -> String {
        if self.child.is_empty() {
            self.parent.clone()
        } else {
            self.child.clone()
        }
    }

    /// Parent and child joined.
    pub(super) fn text(&self) -> String {
        match (self.parent.is_empty(), self.child.is_empty()) {
            (false, false) => format!("{} / {}", self.parent, self.child),
            (false, true) => self.parent.clone(),
            _ => self.child.clone(),
        }
    }
}

/// The rows of a heading.
#[derive(Clone, Debug)]
pub(super) struct HeadingBlock {
    pub first: u32,
    pub last: u32,
    pub headings: Vec<Heading>,
}

/// What a heading may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Is(Field),
    Like(Field),
    Either(Ambiguous),
    /// Its words point to a field, if what stands below fits.
    Seems(Field),
    Foreign,
    Passed,
    Unknown,
}

/// A column with its meaning decided.
#[derive(Clone, Debug)]
pub(super) struct Decided {
    pub heading: Heading,
    pub field: Option<Field>,
    /// Known to have no use (a draft column, a mark column): no finding about it.
    pub passed: bool,
    /// A heading of the same field stands at this index already (S03).
    pub twin_of: Option<usize>,
    /// A column that is ticked when the status is this one.
    pub ticks: Option<StatusWord>,
}

/// What a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TableKind {
    Tasks,
    Indicators,
    /// Targets without figures, summaries, lists of names: no tasks, no fault.
    Other,
}

/// How a row is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    /// By likeness too.
    pub loose: bool,
    /// Below another heading of the sheet.
    pub inside: bool,
}

/// Finds headings; remembers texts it has seen.
pub(super) struct HeadingReader<'w> {
    pub(super) words: &'w AnnexWords,
    language: &'w crate::vn::Words,
    seen: std::cell::RefCell<HashMap<String, Option<Meaning>>>,
}

impl<'w> HeadingReader<'w> {
    pub(super) fn new(words: &'w AnnexWords, language: &'w crate::vn::Words) -> Self {
        Self {
            words,
            language,
            seen: std::cell::RefCell::new(HashMap::new()),
        }
    }

    /// Known headings of a row: how many besides the running number, and of how many texts; below another heading no word of a status counts.
    fn known(&self, view: &SheetView<'_>, row: u32, look: Look) -> (usize, usize) {
        if is_data(view, row) {
            return (0, view.row(row).len());
        }
        let mut known: Vec<Meaning> = Vec::new();
        let mut texts = 0;
        for cell in view.row(row).iter().take(COLUMNS_OF_TABLE_MAX) {
            let Value::Text(raw) = &cell.value else {
                if !cell.formula {
                    texts += 1;
                }
                continue;
            };
            if raw.trim().is_empty() {
                continue;
            }
            texts += 1;
            let meaning = self.meaning_of(view, cell, raw, look.loose);
            if look.inside && self.language.status(&view.text(cell).text).is_some() {
                continue;
            }
            let counts = !matches!(
                meaning,
                Meaning::Unknown
                    | Meaning::Passed
                    | Meaning::Is(Field::Stt)
                    | Meaning::Like(Field::Stt)
                    | Meaning::Either(Ambiguous::Code)
            );
            if counts && !known.contains(&meaning) {
                known.push(meaning);
            }
        }
        // A target without an indicator is a word like any other.
        let of_indicators = |m: &Meaning| {
            matches!(m, Meaning::Is(f) | Meaning::Like(f) if matches!(
                f,
                Field::KpiTarget
                    | Field::KpiActual
                    | Field::Rate
                    | Field::Numerator
                    | Field::Denominator
                    | Field::Period
            ))
        };
        let named = known.iter().any(|m| {
            matches!(m, Meaning::Is(f) | Meaning::Like(f) if matches!(f, Field::KpiName | Field::KpiCode))
        });
        if !named && known.iter().any(|m| !of_indicators(m)) {
            known.retain(|m| !of_indicators(m));
        }
        (known.len(), texts)
    }

    fn meaning_of(&self, view: &SheetView<'_>, cell: &GridCell, raw: &str, loose: bool) -> Meaning {
        if raw.len() > HEADING_BYTES_MAX {
            return Meaning::Unknown;
        }
        if !loose && let Some(known) = self.seen.borrow().get(raw) {
            return known.unwrap_or(Meaning::Unknown);
        }
        let text = &view.text(cell).text;
        // Notes in brackets are left out of a heading; without any, a longer text is none that we know.
        let too_long =
            !text.contains(['(', '[']) && has_more_letters(text, self.words.heading_letters);
        if too_long && !loose {
            return Meaning::Unknown;
        }
        let key = key(text);
        let meaning = self.exactly(&key).unwrap_or(Meaning::Unknown);
        if !loose {
            self.seen.borrow_mut().insert(raw.to_owned(), Some(meaning));
            return meaning;
        }
        if meaning == Meaning::Unknown {
            self.one(&key, false)
        } else {
            meaning
        }
    }

    /// Whether a row is a heading by its own words.
    pub(super) fn is_heading(&self, view: &SheetView<'_>, row: u32, look: Look) -> bool {
        let (known, texts) = self.known(view, row, look);
        known >= 3 && known * 4 >= texts || known >= 2 && known * 3 >= texts
    }

    /// Whether a row and the one below it make a heading together.
    pub(super) fn is_heading_pair(&self, view: &SheetView<'_>, row: u32, inside: bool) -> bool {
        let look = Look {
            loose: false,
            inside,
        };
        let merged = view.row(row).iter().any(|c| view.span(c.at) != c.at);
        if !merged || view.row(row + 1).is_empty() || self.is_heading(view, row + 1, look) {
            return false;
        }
        let (above, texts_above) = self.known(view, row, look);
        let (below, texts_below) = self.known(view, row + 1, look);
        above >= 1 && below >= 1 && (above + below) * 3 >= texts_above + texts_below
    }

    /// Reads the heading that begins in a row.
    pub(super) fn block(&self, view: &SheetView<'_>, first: u32) -> HeadingBlock {
        let top: Vec<&GridCell> = view
            .row(first)
            .iter()
            .filter(|c| has_text(c))
            .take(COLUMNS_OF_TABLE_MAX)
            .collect();
        let mut last = first;
        while last < first + 3 && self.continues(view, first, last, &top) {
            last += 1;
        }
        let mut headings = Vec::new();
        let mut columns: Vec<u16> = (first..=last)
            .flat_map(|row| {
                view.row(row)
                    .iter()
                    .filter(|c| has_text(c))
                    .map(|c| c.at.col)
            })
            .collect();
        columns.sort_unstable();
        columns.dedup();
        columns.truncate(COLUMNS_OF_TABLE_MAX);
        for col in columns {
            headings.push(heading_of(view, first, last, col));
        }
        HeadingBlock {
            first,
            last,
            headings,
        }
    }

    /// Whether the row below `last` still belongs to the heading.
    fn continues(&self, view: &SheetView<'_>, first: u32, last: u32, top: &[&GridCell]) -> bool {
        let next = last + 1;
        let below: Vec<&GridCell> = view
            .row(next)
            .iter()
            .filter(|c| has_text(c) || !matches!(c.value, Value::Text(_)))
            .collect();
        if below.is_empty() || below.iter().any(|c| !has_text(c)) || is_column_numbers(view, next) {
            return false;
        }
        // Under a heading that reaches further down, or under one that spans several columns.
        let reaches = top.iter().filter(|c| view.span(c.at).row >= next).count();
        let spread: Vec<(u16, u16)> = (first..=last)
            .flat_map(|row| view.row(row))
            .filter(|c| {
                has_text(c) && view.span(c.at).col > c.at.col && view.span(c.at).row <= last
            })
            .map(|c| (c.at.col, view.span(c.at).col))
            .collect();
        // Typed once over each column instead of being merged over all of them.
        let said = |col: u16| {
            let cell = view.cell(CellRef::new(last, col)).filter(|c| has_text(c))?;
            Some(key(&view.text(cell).text))
        };
        let repeated = |col: u16| {
            said(col).is_some_and(|text| {
                said(col.saturating_add(1)).as_ref() == Some(&text)
                    || col > 0 && said(col - 1).as_ref() == Some(&text)
            })
        };
        let under_spread = below.iter().all(|c| {
            spread.iter().any(|(a, b)| (*a..=*b).contains(&c.at.col)) || repeated(c.at.col)
        });
        if under_spread && (reaches > 0 || !spread.is_empty()) {
            return true;
        }
        if self.is_heading(view, next, Look::default()) {
            // A second full heading row: a repetition or another table, unless it only fills what the first left open.
            return below.iter().all(|c| {
                let up = CellRef::new(last, c.at.col);
                !view.cell(up).is_some_and(has_text)
                    || open_to_the_right(view, up, next)
                    || last > first && view.covered_by(up).is_some()
            });
        }
        // Without merged cells: children stand where the row above is blank or begins a run of blanks.
        let opens = |col: u16| {
            view.cell(CellRef::new(last, col))
                .is_none_or(|up| !has_text(up))
        };
        let fits = below
            .iter()
            .all(|c| opens(c.at.col) || opens(c.at.col.saturating_add(1)));
        let any_open = below.iter().any(|c| opens(c.at.col));
        let (known, texts) = self.known(view, next, Look::default());
        fits && any_open && known >= 1 && known * 2 >= texts
    }

    /// Decides every column of a heading.
    pub(super) fn decide(
        &self,
        view: &SheetView<'_>,
        block: &HeadingBlock,
    ) -> (TableKind, Vec<Decided>) {
        let mut meanings: Vec<Meaning> = block
            .headings
            .iter()
            .map(|h| self.meaning(h, false))
            .collect();
        let has =
            |m: &[Meaning], f: Field| m.contains(&Meaning::Is(f)) || m.contains(&Meaning::Like(f));
        let indicators = (has(&meanings, Field::KpiName) || has(&meanings, Field::KpiCode))
            && !has(&meanings, Field::Content)
            && !tracked(&has, &meanings);
        if indicators {
            meanings = block
                .headings
                .iter()
                .map(|h| self.meaning(h, true))
                .collect();
        }
        if !indicators && has(&meanings, Field::Content) {
            pass_lists_aside(view, block, &mut meanings);
        }
        let sample = Sample::new(view, block, self.language);
        let ticks = self.status_ticks(block, &sample);
        self.resolve(&mut meanings, block, &sample, indicators);
        if !indicators && !has(&meanings, Field::Content) {
            description_for_content(&mut meanings);
        }
        let decided = assign(block, &meanings, &ticks);
        let field = |f: Field| decided.iter().any(|d| d.field == Some(f));
        let foreign = meanings.iter().filter(|m| **m == Meaning::Foreign).count();
        let kind = if indicators {
            if field(Field::Numerator) || field(Field::Denominator) || field(Field::Period) {
                TableKind::Indicators
            } else {
                TableKind::Other
            }
        } else if foreign >= 2 && !field(Field::Content) {
            TableKind::Other
        } else {
            TableKind::Tasks
        };
        (kind, decided)
    }

    /// Columns below a status heading that are ticked (`x` under "completed", "under way").
    fn status_ticks(&self, block: &HeadingBlock, sample: &Sample<'_>) -> Vec<Option<StatusWord>> {
        let mut ticks: Vec<Option<StatusWord>> = block
            .headings
            .iter()
            .enumerate()
            .map(|(n, h)| {
                if h.child.is_empty() != h.parent.is_empty() {
                    // Side by side without a heading over them: the words and the marks tell enough.
                    let marked = sample.only_marks(n);
                    return marked.then(|| self.language.status(&h.text())).flatten();
                }
                if h.child.is_empty() || h.parent_alone {
                    return None;
                }
                let marked = sample.only_marks(n);
                // "Completed / on time"
                let both = self.language.status(&format!("{} {}", h.parent, h.child));
                if marked && both.is_some() {
                    return both;
                }
                let parent = self.one(&key(&h.parent), false);
                let about_status = matches!(
                    parent,
                    Meaning::Is(Field::Status)
                        | Meaning::Like(Field::Status)
                        | Meaning::Either(Ambiguous::Progress | Ambiguous::Account)
                );
                if about_status && marked {
                    self.language.status(&h.child)
                } else {
                    None
                }
            })
            .collect();
        let marked =
            |(n, tick): (usize, &Option<StatusWord>)| tick.is_some() && sample.filled(n) > 0;
        let any_marked = ticks.iter().enumerate().any(marked);
        if ticks.iter().flatten().count() < 2 || !any_marked {
            ticks.fill(None);
            self.flat_ticks(block, sample, &mut ticks);
        }
        ticks
    }

    /// The same without a heading over them, where no other column tells the status.
    fn flat_ticks(
        &self,
        block: &HeadingBlock,
        sample: &Sample<'_>,
        ticks: &mut [Option<StatusWord>],
    ) {
        let is_status = |h: &Heading| {
            matches!(
                self.meaning(h, false),
                Meaning::Is(Field::Status) | Meaning::Like(Field::Status)
            )
        };
        if block.headings.iter().any(is_status) {
            return;
        }
        let read: Vec<Option<StatusWord>> = block
            .headings
            .iter()
            .enumerate()
            .map(|(n, h)| {
                let word = self.language.status(&h.text())?;
                sample.only_marks(n).then_some(word)
            })
            .collect();
        let mut said: Vec<_> = read.iter().flatten().map(|w| w.status).collect();
        said.sort_unstable();
        said.dedup();
        let ticked = (0..read.len()).any(|n| read[n].is_some() && sample.filled(n) > 0);
        if said.len() >= 2 && ticked {
            ticks.copy_from_slice(&read);
        }
    }

    /// Whether a text is a status.
    pub(super) fn is_status(&self, text: &str) -> bool {
        self.language.status(text).is_some()
    }

    fn resolve(
        &self,
        meanings: &mut [Meaning],
        block: &HeadingBlock,
        sample: &Sample<'_>,
        indicators: bool,
    ) {
        if indicators {
            two_targets(meanings, sample);
        }
        // A lead column of ticks says that the reporter leads: it names nobody.
        let name_nobody = |meanings: &mut [Meaning]| {
            for (n, meaning) in meanings.iter_mut().enumerate() {
                let units = matches!(
                    meaning,
                    Meaning::Is(Field::Lead | Field::Coop)
                        | Meaning::Like(Field::Lead | Field::Coop)
                );
                if units && sample.only_marks(n) && sample.filled(n) > 0 {
                    *meaning = Meaning::Passed;
                }
            }
        };
        name_nobody(meanings);
        let order = [
            Ambiguous::Code,
            Ambiguous::Unit,
            Ambiguous::Doer,
            Ambiguous::Stretch,
            Ambiguous::Finished,
            Ambiguous::Progress,
            Ambiguous::Account,
            Ambiguous::Result,
        ];
        for kind in order {
            for n in 0..meanings.len() {
                if meanings[n] == Meaning::Either(kind) {
                    let done = self.is_status(&block.headings[n].last_text());
                    meanings[n] = decide_one((kind, done), n, meanings, sample, indicators);
                }
            }
        }
        settle_seeming(meanings, sample, &|n: usize| {
            self.by_words(&key(&block.headings[n].last_text()))
        });
        name_nobody(meanings);
    }
}
