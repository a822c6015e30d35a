//! A cell of a mapped column → its meaning in this column.

use std::cell::RefCell;
use std::collections::HashMap;

use super::ReadContext;
use super::units::Matcher;
use super::view::{CellText, SheetView, display};
use crate::domain::cell::CellRef;
use crate::domain::deadline::Deadline;
use crate::domain::field::Field;
use crate::domain::grid::{GridCell, Legacy, Shown, Value};
use crate::domain::reading::{FieldCell, FieldValue, Marks};
use crate::domain::roster::Units;
use crate::domain::status::{Status, StatusWord};
use crate::vn::{DayText, DeadlineContext, DeadlineInput};

/// Numbers that are years, not serial days.
const YEARS: std::ops::RangeInclusive<f64> = 1990.0..=2100.0;
/// Serial days of plain numbers in a date column: 2000 to 2099.
const SERIALS: std::ops::Range<f64> = 36_526.0..73_051.0;

/// Reads cells of one workbook; remembers texts that come again.
pub(super) struct CellReader<'a> {
    cx: &'a ReadContext<'a>,
    units: Matcher<'a>,
    date_1904: bool,
    deadlines: RefCell<HashMap<(String, Option<i16>), Deadline>>,
    statuses: RefCell<HashMap<String, Option<StatusWord>>>,
    seen_units: RefCell<HashMap<String, Units>>,
    seen_leads: RefCell<HashMap<String, Units>>,
}

/// `#SPILL!`, `#NAME?`, `#N/A`.
fn is_error(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|rest| {
        rest.len() >= 3
            && rest.ends_with(['!', '?', 'A'])
            && rest
                .bytes()
                .all(|b| b.is_ascii_uppercase() || matches!(b, b'!' | b'?' | b'/' | b'0'))
    })
}

impl<'a> CellReader<'a> {
    pub(super) fn new(cx: &'a ReadContext<'a>, date_1904: bool) -> Self {
        Self {
            cx,
            units: Matcher::new(cx.roster, super::words::AnnexWords::embedded()),
            date_1904,
            deadlines: RefCell::new(HashMap::new()),
            statuses: RefCell::new(HashMap::new()),
            seen_units: RefCell::new(HashMap::new()),
            seen_leads: RefCell::new(HashMap::new()),
        }
    }

    /// A blank cell of a column.
    pub(super) fn blank(at: CellRef) -> FieldCell {
        FieldCell {
            at,
            raw: String::new(),
            text: String::new(),
            value: FieldValue::Blank,
            marks: Marks::default(),
        }
    }

    /// Reads a cell in a column; `year` is the one year of the title.
    pub(super) fn read(
        &self,
        view: &SheetView<'_>,
        field: Field,
        at: CellRef,
        cell: &GridCell,
        year: Option<i16>,
    ) -> FieldCell {
        let text = view.text(cell);
        let mut marks = Marks {
            confusable: text.confusable,
            unclean: text.unclean,
            legacy: text.legacy,
            formula: cell.formula,
            ..Marks::default()
        };
        let value = match &cell.value {
            Value::Error(_) => FieldValue::Error,
            // Some programs keep the error that a formula gave as a text.
            Value::Text(t) if cell.formula && is_error(t) => FieldValue::Error,
            Value::Uncalculated => FieldValue::Uncalculated,
            _ if self.cx.words.is_blank(&text.text) && !matches!(field, Field::Code) => {
                FieldValue::Blank
            }
            _ => self.meaning(field, cell, text, year, &mut marks),
        };
        FieldCell {
            at,
            raw: display(&cell.value, cell.shown),
            text: text.text.clone(),
            value,
            marks,
        }
    }

    /// Adds a further line of the same task to a cell.
    pub(super) fn join(
        &self,
        view: &SheetView<'_>,
        field: Field,
        known: &mut FieldCell,
        cell: &GridCell,
        year: Option<i16>,
    ) {
        let broken = |v: &FieldValue| matches!(v, FieldValue::Error | FieldValue::Uncalculated);
        let read = self.read(view, field, cell.at, cell, year);
        let repeated = self.cx.words.is_ditto(&read.text) || read.text == known.text;
        if repeated || read.value.is_blank() || broken(&known.value) {
            return;
        }
        if known.value.is_blank() || broken(&read.value) {
            *known = read;
            return;
        }
        let between = match field {
            Field::Deadline | Field::Lead | Field::Coop => "; ",
            _ => "\n",
        };
        let both = |a: &str, b: &str| format!("{a}{between}{b}");
        let text = CellText {
            text: both(&known.text, &read.text),
            ..CellText::default()
        };
        let whole = GridCell {
            at: known.at,
            value: Value::Text(text.text.clone()),
            shown: Shown::Plain,
            font: Legacy::No,
            formula: false,
            bold: false,
        };
        known.value = self.meaning(field, &whole, &text, year, &mut known.marks);
        known.raw = both(&known.raw, &read.raw);
        known.text = text.text;
    }

    fn meaning(
        &self,
        field: Field,
        cell: &GridCell,
        text: &CellText,
        year: Option<i16>,
        marks: &mut Marks,
    ) -> FieldValue {
        match field {
            Field::Deadline => self.deadline(cell, text, year, marks),
            Field::Start => match self.day(cell, text, marks) {
                FieldValue::NotADay => self.opening(cell, text, year),
                day => day,
            },
            Field::AssignedDate | Field::CompletedDate | Field::CommitDate => {
                self.day(cell, text, marks)
            }
            Field::Status => self.status(cell, text),
            Field::Progress | Field::Rate => self.percent(cell, text, marks),
            Field::Numerator
            | Field::Denominator
            | Field::Weight
            | Field::DaysLate
            | Field::DaysLeft => self.number(cell, text, marks),
            Field::Lead => FieldValue::Units(self.read_leads(&text.text)),
            Field::Coop => FieldValue::Units(self.read_units(&text.text)),
            Field::ApprovalMark => self
                .cx
                .words
                .mark(&text.text)
                .map_or(FieldValue::Text, FieldValue::Mark),
            _ => FieldValue::Text,
        }
    }

    fn deadline(
        &self,
        cell: &GridCell,
        text: &CellText,
        year: Option<i16>,
        marks: &mut Marks,
    ) -> FieldValue {
        let context = self.deadline_context(year);
        let read = match &cell.value {
            Value::Text(raw) => {
                marks.text_date = matches!(
                    self.cx.words.day(&text.text),
                    DayText::Day(_) | DayText::MonthDayYear(_)
                );
                let said = if text.legacy == Legacy::No {
                    raw
                } else {
                    &text.text
                };
                let key = (said.clone(), year);
                if let Some(known) = self.deadlines.borrow().get(&key) {
                    return FieldValue::Deadline(Box::new(known.clone()));
                }
                let read = self.cx.words.deadline(DeadlineInput::Text(said), &context);
                self.deadlines.borrow_mut().insert(key, read.clone());
                read
            }
            Value::Number(n) => self.cx.words.deadline(DeadlineInput::Number(*n), &context),
            Value::Date { at, serial } => {
                if YEARS.contains(serial) && serial.fract() == 0.0 {
                    self.cx
                        .words
                        .deadline(DeadlineInput::Number(*serial), &context)
                } else {
                    self.cx.words.deadline(
                        DeadlineInput::Date {
                            at: *at,
                            shown: cell.shown,
                        },
                        &context,
                    )
                }
            }
            Value::Bool(_) => self
                .cx
                .words
                .deadline(DeadlineInput::Text(&text.text), &context),
            Value::Error(e) => self.cx.words.deadline(DeadlineInput::Error(e), &context),
            Value::Uncalculated => return FieldValue::Uncalculated,
        };
        FieldValue::Deadline(Box::new(read))
    }

    fn deadline_context(&self, year: Option<i16>) -> DeadlineContext<'_> {
        DeadlineContext {
            plan_start: self.cx.plan.start,
            plan_end: self.cx.plan.end,
            year,
            before_excludes: self.cx.deadlines.before_excludes,
            tet: &self.cx.calendar.tet,
            date_1904: self.date_1904,
        }
    }

    /// A start given as a period begins on its first day.
    fn opening(&self, cell: &GridCell, text: &CellText, year: Option<i16>) -> FieldValue {
        let context = self.deadline_context(year);
        let read = match &cell.value {
            Value::Number(n) => self.cx.words.deadline(DeadlineInput::Number(*n), &context),
            Value::Date { serial, .. } if YEARS.contains(serial) => self
                .cx
                .words
                .deadline(DeadlineInput::Number(*serial), &context),
            Value::Date { at, .. } => self.cx.words.deadline(
                DeadlineInput::Date {
                    at: *at,
                    shown: cell.shown,
                },
                &context,
            ),
            _ => self
                .cx
                .words
                .deadline(DeadlineInput::Text(&text.text), &context),
        };
        read.opens
            .or_else(|| read.days.first().map(|d| d.day))
            .map_or(FieldValue::NotADay, FieldValue::Day)
    }

    fn day(&self, cell: &GridCell, text: &CellText, marks: &mut Marks) -> FieldValue {
        match &cell.value {
            Value::Date { at, serial } => {
                let typed_year = YEARS.contains(serial) && serial.fract() == 0.0;
                let without_day = matches!(cell.shown, Shown::Month | Shown::Year | Shown::Time);
                if typed_year || without_day {
                    FieldValue::NotADay
                } else {
                    FieldValue::Day(at.date())
                }
            }
            Value::Number(n) if SERIALS.contains(n) && cell.shown == Shown::Plain => {
                super::formats::serial_to_datetime(*n, self.date_1904)
                    .map_or(FieldValue::NotADay, |at| FieldValue::Day(at.date()))
            }
            Value::Text(_) => match self.cx.words.day(&text.text) {
                DayText::Day(day) | DayText::MonthDayYear(day) => {
                    marks.text_date = true;
                    FieldValue::Day(day)
                }
                DayText::Invalid | DayText::NotADay => FieldValue::NotADay,
            },
            _ => FieldValue::NotADay,
        }
    }

    fn status(&self, cell: &GridCell, text: &CellText) -> FieldValue {
        if !matches!(cell.value, Value::Text(_)) {
            return FieldValue::UnknownStatus;
        }
        self.status_word(&text.text)
            .map_or(FieldValue::UnknownStatus, FieldValue::Status)
    }

    /// The status that a text says.
    pub(super) fn status_word(&self, text: &str) -> Option<StatusWord> {
        if let Some(known) = self.statuses.borrow().get(text) {
            return *known;
        }
        let read = self.cx.words.status(text);
        self.statuses.borrow_mut().insert(text.to_owned(), read);
        read
    }

    fn percent(&self, cell: &GridCell, text: &CellText, marks: &mut Marks) -> FieldValue {
        let mended;
        let value = match &cell.value {
            Value::Text(_) => {
                mended = Value::Text(text.text.clone());
                &mended
            }
            other => other,
        };
        let read = self.cx.words.percent(value, cell.shown);
        if read.blank {
            return FieldValue::Blank;
        }
        marks.text_number = read.text_number;
        marks.scale_unclear = read.scale_unclear;
        read.value
            .map_or(FieldValue::NotANumber, FieldValue::Number)
    }

    fn number(&self, cell: &GridCell, text: &CellText, marks: &mut Marks) -> FieldValue {
        match &cell.value {
            Value::Number(n) => FieldValue::Number(*n),
            Value::Text(_) => match self.cx.words.number(&text.text) {
                Some(n) => {
                    marks.text_number = true;
                    FieldValue::Number(n)
                }
                None => FieldValue::NotANumber,
            },
            _ => FieldValue::NotANumber,
        }
    }

    fn read_leads(&self, text: &str) -> Units {
        if let Some(known) = self.seen_leads.borrow().get(text) {
            return known.clone();
        }
        let read = self.units.read_leads(text);
        self.seen_leads
            .borrow_mut()
            .insert(text.to_owned(), read.clone());
        read
    }

    fn read_units(&self, text: &str) -> Units {
        if let Some(known) = self.seen_units.borrow().get(text) {
            return known.clone();
        }
        let read = self.units.read(text);
        self.seen_units
            .borrow_mut()
            .insert(text.to_owned(), read.clone());
        read
    }

    /// The status that ticked columns say: the ticked one; blank without a tick, unknown with two.
    pub(super) fn ticked(
        &self,
        view: &SheetView<'_>,
        first: CellRef,
        ticks: &[(StatusWord, Option<&GridCell>, String)],
    ) -> FieldCell {
        let mut found: Option<(StatusWord, &GridCell, &str)> = None;
        let mut several = false;
        for (word, cell, name) in ticks {
            let Some(cell) = cell else { continue };
            if self.cx.words.mark(&view.text(cell).text) == Some(true) {
                several |= found.is_some();
                found = Some((*word, cell, name));
            }
        }
        let mut made = Self::blank(first);
        if let Some((word, cell, name)) = found {
            made.at = cell.at;
            made.raw = display(&cell.value, cell.shown);
            name.clone_into(&mut made.text);
            made.value = if several {
                FieldValue::UnknownStatus
            } else {
                FieldValue::Status(word)
            };
        }
        made
    }

    /// The status of a column named "completed" that is ticked.
    pub(super) fn completed_tick(&self, cell: &mut FieldCell) {
        if matches!(cell.value, FieldValue::UnknownStatus) {
            match self.cx.words.mark(&cell.text) {
                Some(true) => {
                    cell.value = FieldValue::Status(StatusWord {
                        status: Status::Completed,
                        claims: None,
                    });
                }
                Some(false) => cell.value = FieldValue::Blank,
                None => {}
            }
        }
    }
}

/// Settles the scale of plain numbers of 0 to 1 in a percentage column, by the other rows of the column.
pub(super) fn settle_scale<'c>(cells: impl Iterator<Item = (&'c mut FieldCell, bool)>) {
    let mut column: Vec<(&mut FieldCell, bool)> = cells.collect();
    let value = |c: &FieldCell| match c.value {
        FieldValue::Number(n) => Some(n),
        _ => None,
    };
    let above = column
        .iter()
        .any(|(c, _)| value(c).is_some_and(|n| n > 1.0));
    if above {
        return;
    }
    let fraction = column
        .iter()
        .any(|(c, _)| c.marks.scale_unclear && value(c).is_some_and(|n| n < 1.0));
    let done = column
        .iter()
        .any(|(c, completed)| c.marks.scale_unclear && *completed && value(c) == Some(1.0));
    for (cell, _) in &mut column {
        if cell.marks.scale_unclear && (fraction || done) {
            if let Some(n) = value(cell) {
                cell.value = FieldValue::Number((n * 100.0 * 1e9).round() / 1e9);
            }
            cell.marks.scale_unclear = false;
        }
    }
}
