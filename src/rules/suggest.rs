//! What a cell should most likely say: what was approved, else what was accepted, else what fits the rest of the row.
//!
//! A remedy names a value to type; typed literally it must be right, so that following it never makes a new finding.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::reading::{FieldCell, FieldValue, TaskRow};
use crate::domain::roster::UnitRef;
use crate::domain::status::Status;
use crate::domain::task::TaskValues;
use crate::vn::confusable;

use super::matching::key;
use super::register::{Series, highest, parts};
use super::scene::{FigureView, Hit, RowView};
use super::values::{LOCKED, lead_codes};

/// Longest text that a remedy repeats for retyping.
const RETYPED_MAX: usize = 120;

/// A word of the templates for a value that only we can name.
fn word(name: &str) -> Arg {
    Arg::Word(format!("field.example.{name}"))
}

/// What is typed again into a cell that is only written oddly: the same, written plainly.
fn retyped(code: &str, cell: &FieldCell) -> Option<Arg> {
    let plain = match (code, &cell.value) {
        ("T31" | "T33", FieldValue::Day(day)) => return Some(Arg::Date(*day)),
        ("T31", FieldValue::Deadline(deadline)) => {
            return Some(Arg::Date(deadline.final_due()?.day));
        }
        ("T32" | "T33", FieldValue::Number(n)) => return Some(Arg::Number(*n)),
        ("T33", _) => confusable::mend(&cell.text).0,
        ("T34", _) => cell.text.clone(),
        _ => return None,
    };
    Some(if plain.chars().count() <= RETYPED_MAX {
        Arg::Plain(plain)
    } else {
        Arg::Quoted(plain)
    })
}

/// The next code in the manner of those that stand in a table (`own`), taken by nothing known; without any there, in the manner of what is known.
fn next_code<'a>(own: impl Iterator<Item = &'a str>, known: &Series<'a>) -> Option<String> {
    let own = highest(own.filter_map(parts));
    let (stem, last, width) = own.or(known.highest)?;
    // Another department's codes have a stem of their own: they are not counted on.
    let taken = known.numbers.get(stem).copied();
    let next = last.max(taken.unwrap_or(last)).checked_add(1)?;
    Some(format!("{stem}{next:0width$}"))
}

impl RowView<'_> {
    /// Whether a cell says what the approved annex says, so that the department is not to change it.
    #[must_use]
    pub fn as_approved(&self, field: Field) -> bool {
        let bound = self
            .input
            .baseline
            .is_some_and(|b| b.columns.contains(&field));
        bound
            && self.planned.is_some()
            && match field {
                // Word for word: another way to write the same day is the department's own.
                Field::Deadline => self.planned.is_some_and(|p| {
                    let typed = self.cell(field).map_or("", |c| c.raw.as_str());
                    crate::vn::fold::nfc(typed.trim()) == p.values.deadline_text
                }),
                field => LOCKED.contains(&field) && self.locked_difference(field).is_none(),
            }
    }

    /// A value that would be right in a column of this row.
    #[must_use]
    pub fn likely(&self, field: Field) -> Arg {
        let known = self
            .approved_text(field)
            .or_else(|| self.accepted_text(field));
        if let Some(text) = known {
            return Arg::Plain(text);
        }
        match field {
            Field::Code => self.free_code().map_or_else(|| word("code"), Arg::Plain),
            Field::Lead => Arg::Plain(self.unit()),
            Field::Deadline => Arg::Date(self.likely_deadline()),
            Field::Status => self.likely_status(),
            Field::Progress => match self.row.status().map(|s| s.status) {
                Some(Status::Completed) => Arg::Number(100.0),
                Some(Status::NotStarted) => Arg::Number(0.0),
                _ => Arg::Number(50.0),
            },
            Field::CompletedDate => match self.row.status().map(|s| s.status) {
                Some(Status::Completed) | None => Arg::Date(self.input.as_of),
                _ => word("blank"),
            },
            Field::Content => word("content"),
            Field::Start => Arg::Date(self.input.config.plan.start),
            _ => word("other"),
        }
    }

    /// Whether the unit says that it is at work on it, so that any progress fits.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.row
            .status()
            .is_none_or(|s| !matches!(s.status, Status::Completed | Status::NotStarted))
    }

    /// The department whose annex it is, else one that the lead cell names, else the Office, by name.
    #[must_use]
    pub fn unit(&self) -> String {
        let roster = &self.input.config.roster;
        let named = self.row.units(Field::Lead).map(|u| u.bodies.as_slice());
        let first = named.and_then(|bodies| lead_codes(bodies).next());
        let code = self.annex_of.as_deref().or(first);
        let department = code
            .and_then(|c| roster.by_code(c))
            .or_else(|| roster.office())
            .or_else(|| roster.departments.first());
        let other = named.and_then(|bodies| {
            bodies.iter().find_map(|b| match b {
                UnitRef::Other(name) => Some(name.clone()),
                _ => None,
            })
        });
        department
            .map(|d| d.name.clone())
            .or_else(|| other.filter(|_| !roster.is_stated()))
            .unwrap_or_else(|| self.values.lead_text.clone())
    }

    fn approved_text(&self, field: Field) -> Option<String> {
        let columns = &self.input.baseline?.columns;
        let values = &self.planned?.values;
        // What is reported is never approved.
        let planned = !matches!(field, Field::Result | Field::Evidence) && columns.contains(&field);
        text_of(values, field).filter(|_| field == Field::Code || planned)
    }

    /// Adds to a finding on the deadline what to write there, and who is to write it.
    #[must_use]
    pub fn dated(&self, hit: Hit) -> Hit {
        let approved = self.as_approved(Field::Deadline);
        let hit = hit.remedied("approved", approved);
        let known = self.approved_text(Field::Deadline).filter(|_| !approved);
        match known {
            Some(text) => hit.with("example", Arg::Plain(text)),
            None => hit.or("example", Arg::Date(self.likely_deadline())),
        }
    }

    /// What was accepted of columns that rest on nothing else in the row.
    fn accepted_text(&self, field: Field) -> Option<String> {
        text_of(&self.accepted?.values, field)
    }

    /// The code of the approved task whose content stands in this row, when the row's code says another task.
    #[must_use]
    pub fn content_of_another(&self) -> Option<&str> {
        let own = self.planned.filter(|_| self.old_code.is_none())?;
        let says = self.row.text(Field::Content);
        // Nearly always they are the same letter for letter.
        if says == own.values.content || self.superseded(Field::Content).is_some() {
            return None;
        }
        let content = key(says);
        if key(&own.values.content) == content {
            return None;
        }
        let other = self.register.planned(&content).first()?;
        let code = other.values.code.as_str();
        (!code.is_empty() && other.id != own.id).then_some(code)
    }

    fn likely_status(&self) -> Arg {
        let begun = self.row.number(Field::Progress);
        let done = self.filled(Field::CompletedDate) || begun.is_some_and(|p| p >= 100.0);
        match begun {
            _ if done => word("done"),
            None | Some(0.0) => word("idle"),
            Some(_) => word("doing"),
        }
    }

    /// The last day of the year, or of the plan: never late today, never before the row's own start.
    fn likely_deadline(&self) -> Date {
        let plan = &self.input.config.plan;
        let from = self.row.day(Field::Start).unwrap_or(plan.start);
        let year = self.input.as_of.max(from).max(plan.start).year();
        Date::new(year, 12, 31).map_or(plan.end, |d| d.min(plan.end))
    }

    /// A code that nothing has: the approved task with this content, else the next in the table's manner.
    #[must_use]
    pub fn free_code(&self) -> Option<String> {
        let content = key(self.row.text(Field::Content));
        let here: BTreeSet<String> = self
            .table
            .rows
            .iter()
            .map(|r| key(r.text(Field::Code)))
            .collect();
        let planned = self.register.planned(&content).iter();
        let meant = planned
            .filter(|_| !content.is_empty())
            .map(|t| t.values.code.clone())
            .find(|c| !c.is_empty() && !here.contains(&key(c)));
        let rows = self.table.rows.iter().map(|r| r.text(Field::Code));
        meant.or_else(|| next_code(rows, self.register.series()))
    }

    /// Whether the annex has a column in which the unit may say why.
    #[must_use]
    pub fn has_reason_column(&self) -> bool {
        self.has(Field::LateReason) || self.has(Field::Difficulty)
    }

    /// A finding at a cell that is only written oddly, with the plain way to write it.
    #[must_use]
    pub fn hit_reading(&self, code: &'static str, field: Field) -> Hit {
        let plain = self.cell(field).and_then(|c| retyped(code, c));
        self.hit(code, field)
            .with("example", plain.unwrap_or_else(|| self.likely(field)))
    }
}

impl FigureView<'_> {
    /// A finding at a cell that is only written oddly or cannot be read, with what to type.
    #[must_use]
    pub fn hit_reading(&self, code: &'static str, field: Field) -> Hit {
        let plain = self.cell(field).and_then(|c| retyped(code, c));
        let hit = self.hit(code, field);
        match plain.or_else(|| self.likely(field)) {
            Some(plain) => hit.with("example", plain),
            None => hit,
        }
    }

    /// A value that would be right in a column of this row.
    #[must_use]
    pub fn likely(&self, field: Field) -> Option<Arg> {
        let number = |n: i64| Some(Arg::Number(n as f64));
        match field {
            Field::Numerator => number(self.count(Field::Denominator).unwrap_or(80).min(80)),
            Field::Denominator => number(self.count(Field::Numerator).unwrap_or(100).max(100)),
            Field::Rate | Field::KpiActual => Some(word("blank")),
            Field::KpiCode | Field::KpiName => self.likely_indicator(),
            _ => None,
        }
    }

    /// The indicator whose name is nearest, else the first of the catalogue: by its code, or by its name where there is no code column.
    fn likely_indicator(&self) -> Option<Arg> {
        let catalogue = self.input.indicators;
        let text = key(self.row.text(Field::KpiName));
        let named = catalogue.iter().find(|i| key(&i.name) == text);
        let meant = named.or_else(|| catalogue.first())?;
        let by_code = self.naming_field() == Field::KpiCode;
        Some(Arg::Plain(if by_code {
            meant.code.clone()
        } else {
            meant.name.clone()
        }))
    }
}

/// The row of a table that holds a cell.
#[must_use]
pub fn row_at(rows: &[TaskRow], at: crate::domain::cell::CellRef) -> Option<&TaskRow> {
    rows.iter().find(|r| r.row == at.row)
}

/// The text of a column that rests on nothing else in its row; none when it is blank.
fn text_of(values: &TaskValues, field: Field) -> Option<String> {
    let text = match field {
        Field::Code => &values.code,
        Field::Content => &values.content,
        Field::Product => &values.product,
        Field::Lead => &values.lead_text,
        Field::Coop => &values.coop,
        Field::Deadline => &values.deadline_text,
        Field::Result => &values.result,
        Field::Evidence => &values.evidence,
        _ => return None,
    };
    (!text.is_empty()).then(|| text.clone())
}
