//! What a row differs in: from what was approved, from what was accepted, from what we compute.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::domain::baseline::BaselineTask;
use crate::domain::deadline::DueDay;
use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::ledger::Remark;
use crate::domain::occurrence::{Keeping, corrects, current, kept, occurrences};
use crate::domain::reading::FieldValue;
use crate::domain::roster::UnitRef;
use crate::domain::status::{Status, TypedClass};
use crate::domain::task::TaskValues;

use super::figures::days_between;
use super::matching::key;
use super::scene::RowView;
use super::values::{LOCKED, lead_codes, same_deadline};

impl RowView<'_> {
    /// The due day that counts.
    #[must_use]
    pub fn due(&self) -> Option<DueDay> {
        let input = &self.input;
        current(&self.values, &self.completions, input.as_of, input.calendar)
    }

    /// Whether the due day was kept; of a recurring task also whether the occurrence that the row reports was.
    #[must_use]
    pub fn lateness(&self) -> Keeping {
        if self.keeping == Keeping::Overdue || !self.values.deadline.recurs() {
            return self.keeping;
        }
        self.reported_occurrence().unwrap_or(self.keeping)
    }

    /// How the occurrence was kept that the row's own completion day closes.
    fn reported_occurrence(&self) -> Option<Keeping> {
        let day = self.values.completed.filter(|_| self.completed())?;
        let input = &self.input;
        occurrences(&self.values, &self.completions, input.as_of, input.calendar)
            .closed
            .iter()
            .rev()
            .find(|c| c.day == Some(day))
            .map(|c| kept(c.due, c.day, input.calendar))
    }

    /// Whether a typed class disagrees with the dates.
    #[must_use]
    pub fn contradicts(&self, claim: TypedClass) -> bool {
        let keeping = if self.completed() && self.values.deadline.recurs() {
            self.reported_occurrence().unwrap_or(Keeping::Unknown)
        } else {
            self.keeping
        };
        match claim {
            _ if keeping == Keeping::Unknown => false,
            TypedClass::NoDue => keeping != Keeping::NoDue,
            _ if keeping == Keeping::NoDue => false,
            TypedClass::DoneEarly => keeping != Keeping::Early,
            TypedClass::DoneOnTime => !matches!(keeping, Keeping::Early | Keeping::OnTime),
            TypedClass::DoneLate => keeping != Keeping::Late,
            TypedClass::OpenInTime | TypedClass::NotDue => keeping != Keeping::Open,
            TypedClass::OpenLate => keeping != Keeping::Overdue,
        }
    }

    /// What we compute for a column that the unit computes too, when the two differ. A count of days may be that of the day of saving.
    #[must_use]
    pub fn differs_from_kept(&self, field: Field) -> Option<Arg> {
        if !self.filled(field) || self.broken(field) {
            return None;
        }
        if field == Field::Class {
            let claim = match self.row.value(Field::Class) {
                FieldValue::Status(word) => word.claims,
                _ => self.class_claim(),
            }?;
            let class = class_key(self.keeping);
            return self
                .contradicts(claim)
                .then(|| Arg::Word(format!("class.{class}")));
        }
        let typed = self.row.number(field).or_else(|| {
            let text = self.row.text(field).trim();
            text.parse().ok()
        })?;
        let days: BTreeSet<Date> = [Some(self.input.as_of), self.saved_on]
            .into_iter()
            .flatten()
            .collect();
        let computed = |on: Date| self.computed_days(field, on);
        if days.iter().any(|on| {
            computed(*on)
                .iter()
                .any(|n| (typed - *n as f64).abs() < 0.5)
        }) {
            return None;
        }
        computed(self.input.as_of).first().map(|n| Arg::Days(*n))
    }

    fn class_claim(&self) -> Option<TypedClass> {
        self.input
            .words
            .status(self.row.text(Field::Class))
            .and_then(|word| word.claims)
    }

    /// The right answers for days late or left on a day: calendar days first, then working days.
    fn computed_days(&self, field: Field, on: Date) -> Vec<i64> {
        let Some(due) = self.due() else {
            return if field == Field::DaysLate {
                vec![0]
            } else {
                Vec::new()
            };
        };
        let calendar = self.input.calendar;
        let effective = calendar.effective(due);
        let until = match (self.completed(), self.values.completed) {
            (true, Some(day)) => day,
            (true, None) => return Vec::new(),
            _ => on,
        };
        let late = days_between(effective, until).max(0);
        if field == Field::DaysLate {
            return vec![late, calendar.working_days(effective, until)];
        }
        if self.completed() {
            return vec![0, days_between(until, effective)];
        }
        let left = days_between(on, effective);
        vec![left, left.max(0), calendar.working_days(on, effective)]
    }

    /// The approved text of a locked column, when the row's differs.
    #[must_use]
    pub fn locked_difference(&self, field: Field) -> Option<String> {
        self.difference(field, &self.planned?.values)
    }

    /// The text of a locked column in an approved state of the task, when the row's differs.
    fn difference(&self, field: Field, approved: &TaskValues) -> Option<String> {
        let columns = &self.input.baseline?.columns;
        let cell = self.cell(field)?;
        if !columns.contains(&field) || self.broken(field) {
            return None;
        }
        let text = match field {
            Field::Content if cell.value.is_blank() => return None,
            Field::Content => &approved.content,
            Field::Product => &approved.product,
            Field::Coop => &approved.coop,
            Field::Lead if approved.lead_text.is_empty() => return None,
            Field::Lead => &approved.lead_text,
            Field::Deadline => &approved.deadline_text,
            _ => return None,
        };
        let typed = if cell.value.is_blank() {
            ""
        } else {
            cell.text.as_str()
        };
        let same = typed == text
            || key(typed) == key(text)
            || (field == Field::Lead && self.same_leads(approved))
            || (field == Field::Deadline
                && self
                    .row
                    .deadline()
                    .is_some_and(|d| same_deadline(d, &approved.deadline)));
        (!same).then(|| text.clone())
    }

    /// Since when a cell that differs from the approved annex is out of date: it shows what was approved before, so the unit changed nothing.
    #[must_use]
    pub fn superseded(&self, field: Field) -> Option<Date> {
        let until_now = self.approved_until_now().map(|t| &t.values);
        if until_now.is_some_and(|v| self.difference(field, v).is_none()) {
            return Some(self.input.as_of);
        }
        let earlier = self.input.ledger.superseded.get(&self.id)?;
        earlier
            .iter()
            .rev()
            .filter(|s| s.fields.contains(&field))
            .find(|s| self.difference(field, &s.values).is_none())
            .map(|s| s.day)
    }

    /// The task as approved before this pass, when the approved annex changes with it.
    fn approved_until_now(&self) -> Option<&BaselineTask> {
        let new = self.input.baseline?;
        if self.input.ledger.baseline == new.hash {
            return None;
        }
        self.register.approved_before(&self.id)
    }

    /// Since when the approved annex has this task no more.
    #[must_use]
    pub fn withdrawn(&self) -> Option<Date> {
        if self.approved_until_now().is_some() {
            return Some(self.input.as_of);
        }
        let earlier = self.input.ledger.superseded.get(&self.id)?;
        earlier
            .iter()
            .rev()
            .find(|s| s.fields.is_empty())
            .map(|s| s.day)
    }

    /// Whether the lead cell names the approved departments, however it spells them.
    fn same_leads(&self, approved: &TaskValues) -> bool {
        let Some(units) = self.row.units(Field::Lead) else {
            return false;
        };
        let codes = |leads: &[UnitRef]| -> BTreeSet<String> {
            lead_codes(leads).map(str::to_owned).collect()
        };
        let known = |leads: &[UnitRef]| {
            !leads.is_empty()
                && leads
                    .iter()
                    .all(|l| matches!(l, UnitRef::Department(_) | UnitRef::Everyone))
        };
        let everyone = |leads: &[UnitRef]| leads.contains(&UnitRef::Everyone);
        known(&units.bodies)
            && codes(&units.bodies) == codes(&approved.leads)
            && everyone(&units.bodies) == everyone(&approved.leads)
    }

    /// The approved deadline as written, when the row's differs.
    #[must_use]
    pub fn deadline_difference(&self) -> Option<String> {
        self.locked_difference(Field::Deadline)
    }

    /// Whether a locked column differs and the change was not proposed before.
    #[must_use]
    pub fn newly_differs(&self) -> bool {
        let proposed = |field: Field| {
            self.input.ledger.proposals.iter().any(|p| {
                p.task == self.id
                    && p.field == Some(field)
                    && key(&p.new) == key(self.row.text(field))
            })
        };
        LOCKED.into_iter().chain([Field::Deadline]).any(|f| {
            self.locked_difference(f).is_some() && !proposed(f) && self.superseded(f).is_none()
        })
    }

    /// A remark that stays on an accepted change.
    #[must_use]
    pub fn remark(&self, code: &str) -> Option<&Remark> {
        self.input
            .ledger
            .remarks
            .get(&self.id)?
            .iter()
            .find(|r| r.code == code)
    }

    /// Whether a completion day closes another occurrence of a recurring task than the one accepted last.
    #[must_use]
    pub fn closes_another(&self, before: Date, now: Date) -> bool {
        let deadline = &self.values.deadline;
        let accepted = self.accepted.map_or(&[][..], |a| &a.completions);
        deadline.recurs() && now > before && !corrects(&deadline.days, accepted, now, true)
    }

    /// The field and cut-off day of a change that touches a frozen period.
    #[must_use]
    pub fn after_freeze(&self) -> Option<(Field, Date)> {
        let frozen = &self.input.ledger.frozen;
        let cut_off = frozen.iter().map(|f| f.cut_off).max()?;
        let place = if self.filled(Field::CompletedDate) || !self.has(Field::Status) {
            Field::CompletedDate
        } else {
            Field::Status
        };
        let counted = |values: &TaskValues| {
            crate::domain::occurrence::is_completed(values)
                && values.completed.is_some_and(|d| d <= cut_off)
        };
        let now = counted(&self.values);
        let before = self.accepted.is_some_and(|a| counted(&a.values));
        if self.accepted.is_some_and(|a| a.values == self.values) {
            let remark = self.remark("E10")?;
            return (remark.day > cut_off).then_some((place, cut_off));
        }
        (now != before && self.input.as_of > cut_off).then_some((place, cut_off))
    }

    /// The code of the department that leads this row, when the annex it stands in is another department's.
    #[must_use]
    pub fn foreign_lead(&self) -> Option<String> {
        let roster = &self.input.config.roster;
        let mine = self.annex_of.as_deref()?;
        if !roster.is_stated() || self.values.leads.contains(&UnitRef::Everyone) {
            return None;
        }
        if lead_codes(&self.values.leads).any(|code| code == mine) {
            return None;
        }
        let code = lead_codes(&self.values.leads).next()?;
        Some(
            roster
                .by_code(code)
                .map_or_else(|| code.to_owned(), |d| d.name.clone()),
        )
    }

    /// Whether the row reports anything beyond what was accepted.
    #[must_use]
    pub fn says_something_new(&self) -> bool {
        let told = |v: &TaskValues| {
            (
                v.status.filter(|s| *s != Status::NotStarted),
                v.progress.filter(|p| *p > 0.0),
                v.completed,
                [
                    v.result.clone(),
                    v.evidence.clone(),
                    v.late_reason.clone(),
                    v.difficulty.clone(),
                    v.proposal.clone(),
                    v.explanation.clone(),
                ],
            )
        };
        match self.accepted {
            Some(row) => told(&row.values) != told(&self.values),
            None => told(&TaskValues::default()) != told(&self.values),
        }
    }
}

/// The key of a class's printed name.
const fn class_key(keeping: Keeping) -> &'static str {
    match keeping {
        Keeping::NoDue => "no_due",
        Keeping::Open => "open_in_time",
        Keeping::Overdue => "overdue",
        Keeping::Early => "done_early",
        Keeping::OnTime => "done_on_time",
        Keeping::Late => "done_late",
        Keeping::Unknown => "done_unknown",
    }
}
