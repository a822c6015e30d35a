//! A row's cells as values of a task, approved values in place of the row's own where the annex is bound to them.

use crate::domain::deadline::{Deadline, DeadlineKind};
use crate::domain::field::Field;
use crate::domain::ledger::Change;
use crate::domain::reading::{FieldValue, TaskRow};
use crate::domain::roster::UnitRef;
use crate::domain::status::Status;
use crate::domain::task::TaskValues;
use crate::text::{date, number};

/// Columns that departments may not change, besides the deadline.
pub const LOCKED: [Field; 4] = [Field::Content, Field::Product, Field::Lead, Field::Coop];

/// Fields kept as text in `TaskValues::extra`.
const EXTRA: [Field; 8] = [
    Field::Description,
    Field::AssignedDate,
    Field::SourceDoc,
    Field::Budget,
    Field::ApprovalMark,
    Field::Priority,
    Field::TaskType,
    Field::Class,
];

/// The text of a cell that is text and not an error.
fn text(row: &TaskRow, field: Field) -> String {
    match row.value(field) {
        FieldValue::Blank
        | FieldValue::Error
        | FieldValue::Uncalculated
        | FieldValue::DittoWithoutSource => String::new(),
        _ => row.text(field).to_owned(),
    }
}

/// The persons of a cell: semicolons and line breaks part them; commas only where every piece looks like a name, since a title may follow one.
fn names(cell: &str) -> Vec<String> {
    let name = |piece: &str| {
        let words = piece.split_whitespace();
        words.clone().count() >= 2 && words.into_iter().all(|w| w.starts_with(char::is_uppercase))
    };
    cell.split([';', '\n'])
        .flat_map(|part| {
            let pieces: Vec<&str> = part.split(',').collect();
            if pieces.iter().all(|p| name(p)) {
                pieces
            } else {
                vec![part]
            }
        })
        .map(str::trim)
        .filter(|p| !p.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The values a row states by itself; `leads` as its lead cell tells.
#[must_use]
pub fn stated(row: &TaskRow) -> TaskValues {
    let units = row.units(Field::Lead).cloned().unwrap_or_default();
    let mut persons = units.persons;
    let named = row.units(Field::Person).map(|u| u.persons.clone());
    let typed = text(row, Field::Person);
    match named {
        Some(more) if !more.is_empty() => persons.extend(more),
        _ => persons.extend(names(&typed)),
    }
    let mut told = std::collections::HashSet::new();
    persons.retain(|p| told.insert(p.clone()));
    let area = match text(row, Field::Group) {
        group if group.is_empty() => row.area.as_deref().unwrap_or_default().to_owned(),
        group => group,
    };
    let empty = || Deadline::without_day(DeadlineKind::Empty);
    let mut values = TaskValues {
        code: text(row, Field::Code),
        stt: text(row, Field::Stt),
        area,
        content: text(row, Field::Content),
        product: text(row, Field::Product),
        lead_text: text(row, Field::Lead),
        leads: units.bodies,
        persons,
        coop: text(row, Field::Coop),
        deadline_text: text(row, Field::Deadline),
        deadline: row.deadline().cloned().unwrap_or_else(empty),
        start: row.day(Field::Start),
        status_text: text(row, Field::Status),
        status: status(row),
        progress: row.number(Field::Progress),
        completed: row.day(Field::CompletedDate),
        result: text(row, Field::Result),
        evidence: text(row, Field::Evidence),
        late_reason: text(row, Field::LateReason),
        difficulty: text(row, Field::Difficulty),
        proposal: text(row, Field::Proposal),
        office_remark: text(row, Field::OfficeRemark),
        note: text(row, Field::Note),
        commit_date: row.day(Field::CommitDate),
        explanation: text(row, Field::Explanation),
        weight: row.number(Field::Weight),
        extra: EXTRA
            .iter()
            .map(|f| (f.name().to_owned(), text(row, *f)))
            .filter(|(_, v)| !v.is_empty())
            .collect(),
    };
    if values.deadline.kind == DeadlineKind::Ditto {
        values.deadline = empty();
    }
    values
}

/// The status that counts: blank is not started (T14), not started with progress is under way (T24), no column says nothing.
fn status(row: &TaskRow) -> Option<Status> {
    match row.value(Field::Status) {
        FieldValue::Status(word) => {
            let begun = row.number(Field::Progress).is_some_and(|p| p > 0.0);
            Some(match word.status {
                Status::NotStarted if begun => Status::InProgress,
                status => status,
            })
        }
        FieldValue::Blank if row.cells.contains_key(&Field::Status) => Some(Status::NotStarted),
        _ => None,
    }
}

/// Departments named as leads, by code.
pub fn lead_codes(leads: &[UnitRef]) -> impl Iterator<Item = &str> {
    leads.iter().filter_map(|lead| match lead {
        UnitRef::Department(code) => Some(code.as_str()),
        _ => None,
    })
}

/// Whether two deadlines mean the same days.
#[must_use]
pub fn same_deadline(a: &Deadline, b: &Deadline) -> bool {
    let told = !a.days.is_empty() || a.rule.is_some() || a.kind == DeadlineKind::OpenEnded;
    let rule = |d: &Deadline| d.rule.as_ref().map(|r| r.text.clone());
    told && a.days == b.days && rule(a) == rule(b) && (a.kind == b.kind || !a.days.is_empty())
}

/// What differs between two states of a task, field by field.
#[must_use]
pub fn changes(old: &TaskValues, new: &TaskValues) -> Vec<Change> {
    let day = |d: Option<jiff::civil::Date>| d.map(date).unwrap_or_default();
    let percent = |p: Option<f64>| p.map(|p| format!("{}%", number(p, 2))).unwrap_or_default();
    let weight = |w: Option<f64>| w.map(|w| number(w, 2)).unwrap_or_default();
    let pairs = [
        (Field::Code, old.code.clone(), new.code.clone()),
        (Field::Group, old.area.clone(), new.area.clone()),
        (Field::Content, old.content.clone(), new.content.clone()),
        (Field::Product, old.product.clone(), new.product.clone()),
        (Field::Lead, old.lead_text.clone(), new.lead_text.clone()),
        (
            Field::Person,
            old.persons.join("; "),
            new.persons.join("; "),
        ),
        (Field::Coop, old.coop.clone(), new.coop.clone()),
        (
            Field::Deadline,
            old.deadline_text.clone(),
            new.deadline_text.clone(),
        ),
        (Field::Start, day(old.start), day(new.start)),
        (
            Field::Status,
            old.status_text.clone(),
            new.status_text.clone(),
        ),
        (
            Field::Progress,
            percent(old.progress),
            percent(new.progress),
        ),
        (Field::CompletedDate, day(old.completed), day(new.completed)),
        (Field::Result, old.result.clone(), new.result.clone()),
        (Field::Evidence, old.evidence.clone(), new.evidence.clone()),
        (
            Field::LateReason,
            old.late_reason.clone(),
            new.late_reason.clone(),
        ),
        (
            Field::Difficulty,
            old.difficulty.clone(),
            new.difficulty.clone(),
        ),
        (Field::Proposal, old.proposal.clone(), new.proposal.clone()),
        (
            Field::OfficeRemark,
            old.office_remark.clone(),
            new.office_remark.clone(),
        ),
        (Field::Note, old.note.clone(), new.note.clone()),
        (
            Field::CommitDate,
            day(old.commit_date),
            day(new.commit_date),
        ),
        (
            Field::Explanation,
            old.explanation.clone(),
            new.explanation.clone(),
        ),
        (Field::Weight, weight(old.weight), weight(new.weight)),
    ];
    pairs
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(field, old, new)| Change { field, old, new })
        .collect()
}
