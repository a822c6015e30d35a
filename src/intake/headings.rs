//! Headings by meaning: rows that are headings, one- and two-row headings, and what each column means.

use std::collections::HashMap;

use super::view::{SheetView, cell_text};
use super::words::{Ambiguous, AnnexWords};
use crate::domain::cell::{COLUMNS_MAX, CellRef};
use crate::domain::deadline::DeadlineKind;
use crate::domain::field::Field;
use crate::domain::grid::{GridCell, Value};
use crate::domain::status::StatusWord;
use crate::vn::fold::{bare, key, strip};

/// Longest heading, bytes; longer texts are no headings.
const HEADING_BYTES_MAX: usize = 400;
/// Rows of values looked at to decide an ambiguous heading.
const SAMPLE_ROWS: usize = 60;
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
enum Meaning {
    Is(Field),
    Like(Field),
    Either(Ambiguous),
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

/// Finds headings; remembers texts it has seen.
pub(super) struct HeadingReader<'w> {
    words: &'w AnnexWords,
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

    /// Known headings of a row, without loose matching: how many besides the running number, and of how many texts.
    fn known(&self, view: &SheetView<'_>, row: u32, loose: bool) -> (usize, usize) {
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
            let meaning = self.meaning_of(cell, raw, loose);
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
        (known.len(), texts)
    }

    fn meaning_of(&self, cell: &GridCell, raw: &str, loose: bool) -> Meaning {
        if raw.len() > HEADING_BYTES_MAX {
            return Meaning::Unknown;
        }
        if !loose && let Some(known) = self.seen.borrow().get(raw) {
            return known.unwrap_or(Meaning::Unknown);
        }
        let text = cell_text(cell).text;
        let meaning = self.exactly(&key(&text)).unwrap_or(Meaning::Unknown);
        if !loose {
            self.seen.borrow_mut().insert(raw.to_owned(), Some(meaning));
            return meaning;
        }
        if meaning == Meaning::Unknown {
            self.loosely(&key(&text), false)
        } else {
            meaning
        }
    }

    /// Whether a row is a heading by its own words.
    pub(super) fn is_heading(&self, view: &SheetView<'_>, row: u32, loose: bool) -> bool {
        let (known, texts) = self.known(view, row, loose);
        known >= 3 && known * 4 >= texts || known >= 2 && known * 3 >= texts
    }

    /// Whether a row and the one below it make a heading together.
    pub(super) fn is_heading_pair(&self, view: &SheetView<'_>, row: u32) -> bool {
        if view.row(row + 1).is_empty() || self.is_heading(view, row + 1, false) {
            return false;
        }
        let (above, texts_above) = self.known(view, row, false);
        let (below, texts_below) = self.known(view, row + 1, false);
        let merged = view.row(row).iter().any(|c| view.span(c.at) != c.at);
        above >= 1 && below >= 1 && merged && (above + below) * 3 >= texts_above + texts_below
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
        while last < first + 2 && self.continues(view, first, last, &top) {
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
        let under_spread = below
            .iter()
            .all(|c| spread.iter().any(|(a, b)| (*a..=*b).contains(&c.at.col)));
        if under_spread && (reaches > 0 || !spread.is_empty()) {
            return true;
        }
        if self.is_heading(view, next, false) {
            // A second full heading row: a repetition or another table, unless it only fills what the first left open.
            return below.iter().all(|c| {
                view.cell(CellRef::new(last, c.at.col))
                    .is_none_or(|up| !has_text(up))
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
        let (known, texts) = self.known(view, next, false);
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
            && !has(&meanings, Field::Content);
        if indicators {
            meanings = block
                .headings
                .iter()
                .map(|h| self.meaning(h, true))
                .collect();
        }
        let sample = Sample::new(view, block, self.language);
        let ticks = self.status_ticks(block, &sample);
        self.resolve(block, &mut meanings, &sample, indicators);
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

    /// The meaning of a key known exactly: a field, an ambiguity, a summary.
    fn exactly(&self, key: &str) -> Option<Meaning> {
        self.exactly_in(key, false)
    }

    fn exactly_in(&self, key: &str, indicators: bool) -> Option<Meaning> {
        let book = if indicators {
            &self.words.kpi
        } else {
            &self.words.task
        };
        let candidates = [key.to_owned(), without_notes(key)];
        for (n, k) in candidates.iter().enumerate() {
            let k = k.trim_matches(|c: char| matches!(c, ':' | '.' | '*' | ' '));
            if k.is_empty() || n == 1 && k == key {
                continue;
            }
            if self.words.summary.contains(k) {
                return Some(Meaning::Foreign);
            }
            if indicators && let Some(field) = book.exact(k) {
                return Some(Meaning::Is(field));
            }
            if let Some(kind) = self
                .words
                .ambiguous
                .get(k)
                .or_else(|| self.words.ambiguous.get(&strip(k)))
            {
                return Some(Meaning::Either(*kind));
            }
            if let Some(field) = book.exact(k).or_else(|| self.words.kpi.exact(k)) {
                return Some(Meaning::Is(field));
            }
        }
        None
    }

    /// The meaning of a longer heading that begins like a known one, or differs by a letter.
    fn loosely(&self, key: &str, indicators: bool) -> Meaning {
        let book = if indicators {
            &self.words.kpi
        } else {
            &self.words.task
        };
        let plain = strip(&without_notes(key));
        let plain = plain.trim_matches(|c: char| matches!(c, ':' | '.' | '*' | ' '));
        if self
            .words
            .draft
            .iter()
            .any(|w| strip(key).contains(w.as_str()))
        {
            return Meaning::Is(Field::DraftOnly);
        }
        if let Some((field, rest)) = book.start(plain) {
            let says = |list: &[String]| list.iter().any(|w| rest.contains(w.as_str()));
            if says(&self.words.changed) {
                return Meaning::Unknown;
            }
            return match field {
                Field::Deadline if says(&self.words.actual) => Meaning::Like(Field::CompletedDate),
                Field::CompletedDate if says(&self.words.planned) => Meaning::Like(Field::Deadline),
                field if rest.split(' ').count() <= 12 => Meaning::Like(field),
                _ => Meaning::Unknown,
            };
        }
        if let Some(field) = book.typo(plain) {
            return Meaning::Like(field);
        }
        for before in &self.words.before {
            if let Some(rest) = plain.strip_prefix(before.as_str())
                && let Some(rest) = rest.strip_prefix(' ')
            {
                if let Some(field) = book.exact(rest) {
                    return Meaning::Like(field);
                }
                if let Some((field, _)) = book.start(rest) {
                    return Meaning::Like(field);
                }
            }
        }
        Meaning::Unknown
    }

    fn meaning(&self, heading: &Heading, indicators: bool) -> Meaning {
        let parent = key(&heading.parent);
        let child = key(&heading.child);
        if child.is_empty() {
            return self.one(&parent, indicators);
        }
        if parent.is_empty() {
            return self.one(&child, indicators);
        }
        if let Some(m) = self.exactly_in(&format!("{parent} {child}"), indicators) {
            return m;
        }
        match self.one(&child, indicators) {
            Meaning::Unknown if heading.parent_alone => self.one(&parent, indicators),
            m => m,
        }
    }

    fn one(&self, key: &str, indicators: bool) -> Meaning {
        self.exactly_in(key, indicators)
            .unwrap_or_else(|| self.loosely(key, indicators))
    }

    /// Columns below a status heading that are ticked (`x` under "completed", "under way").
    fn status_ticks(&self, block: &HeadingBlock, sample: &Sample<'_>) -> Vec<Option<StatusWord>> {
        let mut ticks: Vec<Option<StatusWord>> = block
            .headings
            .iter()
            .enumerate()
            .map(|(n, h)| {
                if h.child.is_empty() || h.parent.is_empty() || h.parent_alone {
                    return None;
                }
                let parent = self.one(&key(&h.parent), false);
                let about_status = matches!(
                    parent,
                    Meaning::Is(Field::Status)
                        | Meaning::Like(Field::Status)
                        | Meaning::Either(Ambiguous::Progress | Ambiguous::Account)
                );
                if about_status && sample.only_marks(n) {
                    self.language.status(&h.child)
                } else {
                    None
                }
            })
            .collect();
        if ticks.iter().flatten().count() < 2 {
            ticks.fill(None);
        }
        ticks
    }

    fn resolve(
        &self,
        block: &HeadingBlock,
        meanings: &mut [Meaning],
        sample: &Sample<'_>,
        indicators: bool,
    ) {
        if indicators {
            two_targets(meanings, sample);
        }
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
                    meanings[n] = decide_one(kind, n, meanings, sample, indicators);
                }
            }
        }
        for (n, meaning) in meanings.iter_mut().enumerate() {
            // A lead column of ticks says that the reporter leads: it names nobody.
            let units = matches!(
                meaning,
                Meaning::Is(Field::Lead | Field::Coop) | Meaning::Like(Field::Lead | Field::Coop)
            );
            if units && sample.only_marks(n) && sample.filled(n) > 0 {
                *meaning = Meaning::Passed;
            }
            if *meaning == Meaning::Is(Field::Status) && sample.mostly_long(n) {
                // A narrative under a status heading stays what the heading says.
                continue;
            }
        }
        let _ = block;
    }
}

/// Two columns named like an indicator: the one with numbers holds the target.
fn two_targets(meanings: &mut [Meaning], sample: &Sample<'_>) {
    let names: Vec<usize> = (0..meanings.len())
        .filter(|n| {
            matches!(
                meanings[*n],
                Meaning::Is(Field::KpiName) | Meaning::Like(Field::KpiName)
            )
        })
        .collect();
    if let [a, b] = names[..] {
        let target = if sample.numbers(a) > sample.numbers(b) {
            a
        } else {
            b
        };
        meanings[target] = Meaning::Is(Field::KpiTarget);
    }
}

fn decide_one(
    kind: Ambiguous,
    n: usize,
    meanings: &[Meaning],
    sample: &Sample<'_>,
    indicators: bool,
) -> Meaning {
    let has = |f: Field| meanings.contains(&Meaning::Is(f));
    let is = |free: Field, otherwise: Meaning| {
        if has(free) {
            otherwise
        } else {
            Meaning::Is(free)
        }
    };
    match kind {
        Ambiguous::Code => {
            if has(Field::Stt) {
                is(Field::Code, Meaning::Unknown)
            } else {
                Meaning::Is(Field::Stt)
            }
        }
        Ambiguous::Unit => {
            if indicators || has(Field::KpiName) && !has(Field::Content) {
                Meaning::Is(Field::UnitOfMeasure)
            } else {
                is(Field::Lead, Meaning::Unknown)
            }
        }
        Ambiguous::Doer => is(Field::Lead, Meaning::Passed),
        Ambiguous::Stretch => {
            let finished = meanings.contains(&Meaning::Either(Ambiguous::Finished));
            if has(Field::Deadline) || finished {
                Meaning::Unknown
            } else {
                Meaning::Is(Field::Deadline)
            }
        }
        Ambiguous::Finished => {
            if has(Field::Deadline) {
                is(Field::CompletedDate, Meaning::Unknown)
            } else {
                Meaning::Is(Field::Deadline)
            }
        }
        Ambiguous::Progress => progress_like(n, meanings, sample),
        Ambiguous::Account => {
            if sample.mostly_long(n) {
                is(Field::Result, Meaning::Unknown)
            } else {
                is(Field::Status, is(Field::Result, Meaning::Unknown))
            }
        }
        Ambiguous::Result => {
            if indicators || has(Field::KpiName) && !has(Field::Content) {
                return Meaning::Is(Field::KpiTarget);
            }
            let tracked = meanings[..n].iter().any(|m| {
                matches!(
                    m,
                    Meaning::Is(Field::Status | Field::Progress | Field::CompletedDate)
                )
            });
            if has(Field::Product) || tracked && !has(Field::Result) {
                is(Field::Result, Meaning::Unknown)
            } else {
                Meaning::Is(Field::Product)
            }
        }
    }
}

/// A heading that may be a status, a percentage or a deadline: the values decide, then what is missing.
fn progress_like(n: usize, meanings: &[Meaning], sample: &Sample<'_>) -> Meaning {
    let has = |f: Field| meanings.contains(&Meaning::Is(f));
    let (statuses, percents, deadlines) = sample.votes(n);
    let best = statuses.max(percents).max(deadlines);
    if best > 0 {
        let order = [
            (deadlines, Field::Deadline),
            (statuses, Field::Status),
            (percents, Field::Progress),
        ];
        for (votes, field) in order {
            if votes == best && !has(field) {
                return Meaning::Is(field);
            }
        }
    }
    if sample.mostly_long(n) && !has(Field::Result) {
        return Meaning::Is(Field::Result);
    }
    for field in [Field::Deadline, Field::Status, Field::Progress] {
        if !has(field) {
            return Meaning::Is(field);
        }
    }
    Meaning::Unknown
}

/// Fields of which a second heading is a fault (S03); of the others the first counts.
const CORE: &[Field] = &[
    Field::Code,
    Field::Content,
    Field::Product,
    Field::Lead,
    Field::Coop,
    Field::Deadline,
    Field::Status,
    Field::Progress,
    Field::CompletedDate,
    Field::Result,
    Field::KpiCode,
    Field::Period,
    Field::Numerator,
    Field::Denominator,
    Field::CommitDate,
];

fn assign(
    block: &HeadingBlock,
    meanings: &[Meaning],
    ticks: &[Option<StatusWord>],
) -> Vec<Decided> {
    let mut decided: Vec<Decided> = block
        .headings
        .iter()
        .zip(ticks)
        .map(|(h, tick)| Decided {
            heading: h.clone(),
            field: None,
            passed: tick.is_some(),
            twin_of: None,
            ticks: *tick,
        })
        .collect();
    if let Some(first) = ticks.iter().position(Option::is_some) {
        decided[first].field = Some(Field::Status);
    }
    // Sure headings first: a loose one never takes the place of a sure one.
    for sure in [true, false] {
        for (n, meaning) in meanings.iter().enumerate() {
            let field = match meaning {
                Meaning::Is(field) if sure => *field,
                Meaning::Like(field) if !sure => *field,
                Meaning::Passed => {
                    decided[n].passed = true;
                    continue;
                }
                _ => continue,
            };
            if decided[n].ticks.is_some() {
                continue;
            }
            match decided.iter().position(|d| d.field == Some(field)) {
                None => decided[n].field = Some(field),
                Some(first) => {
                    let same =
                        bare(&decided[first].heading.text()) == bare(&decided[n].heading.text());
                    if same && field != Field::Stt || sure && CORE.contains(&field) {
                        decided[n].twin_of = Some(first);
                    } else if field == Field::Stt {
                        decided[n].passed = true;
                    }
                }
            }
        }
    }
    decided
}

fn has_text(cell: &GridCell) -> bool {
    matches!(&cell.value, Value::Text(t) if !t.trim().is_empty())
}

/// The heading over a column: what stands above (also by a merged area), and what stands below.
fn heading_of(view: &SheetView<'_>, first: u32, last: u32, col: u16) -> Heading {
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
            let text = cell_text(cell).text.replace('\n', " ");
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
fn open_to_the_right(view: &SheetView<'_>, at: CellRef, last: u32) -> bool {
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
fn parent_to_the_left<'g>(view: &SheetView<'g>, at: CellRef, last: u32) -> Option<&'g GridCell> {
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

/// Drops notes in brackets.
fn without_notes(key: &str) -> String {
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

/// Whether a row holds column numbers: `(1) (2) (3)`, `A B 1 2`, `1 2 3`.
pub(super) fn is_column_numbers(view: &SheetView<'_>, row: u32) -> bool {
    let mut expected = 1_i64;
    let mut letters = 0;
    let mut count = 0;
    for cell in view.row(row) {
        let text = cell_text(cell).text;
        let token = text.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | ' ' | '.'));
        let token = token
            .split('=')
            .next()
            .unwrap_or_default()
            .trim_end_matches([')', ' ']);
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

/// Values of the columns below a heading.
struct Sample<'v> {
    columns: Vec<Vec<&'v GridCell>>,
    language: &'v crate::vn::Words,
}

impl<'v> Sample<'v> {
    fn new(view: &SheetView<'v>, block: &HeadingBlock, language: &'v crate::vn::Words) -> Self {
        let from = view.position(block.last + 1);
        let rows: Vec<u32> = (from..view.row_count())
            .map(|n| view.row_at(n))
            .filter(|row| !is_column_numbers(view, *row))
            .take(SAMPLE_ROWS)
            .collect();
        let columns = block
            .headings
            .iter()
            .map(|h| {
                rows.iter()
                    .filter_map(|row| view.cell(CellRef::new(*row, h.at.col)))
                    .filter(|c| !matches!(&c.value, Value::Text(t) if t.trim().is_empty()))
                    .collect()
            })
            .collect();
        Self { columns, language }
    }

    fn filled(&self, n: usize) -> usize {
        self.columns[n].len()
    }

    fn numbers(&self, n: usize) -> usize {
        self.columns[n]
            .iter()
            .filter(|c| match &c.value {
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
    fn only_marks(&self, n: usize) -> bool {
        self.columns[n]
            .iter()
            .all(|c| matches!(&c.value, Value::Text(t) if t.chars().count() <= 3 && self.language.mark(t).is_some()))
    }

    fn mostly_long(&self, n: usize) -> bool {
        let long = self.columns[n]
            .iter()
            .filter(|c| matches!(&c.value, Value::Text(t) if t.chars().count() > 40))
            .count();
        long > 0 && long * 2 >= self.columns[n].len()
    }

    /// Values that read as a status, as a percentage, as a deadline.
    fn votes(&self, n: usize) -> (usize, usize, usize) {
        let (mut statuses, mut percents, mut deadlines) = (0, 0, 0);
        for cell in &self.columns[n] {
            match &cell.value {
                Value::Number(v) if (1990.0..=2100.0).contains(v) => deadlines += 1,
                Value::Number(_) => percents += 1,
                Value::Date { .. } => deadlines += 1,
                Value::Text(_) => {
                    let text = cell_text(cell).text;
                    if self.language.status(&text).is_some() {
                        statuses += 1;
                    } else if self
                        .language
                        .percent(&Value::Text(text.clone()), cell.shown)
                        .value
                        .is_some()
                    {
                        percents += 1;
                    } else if reads_as_deadline(&text, self.language) {
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
