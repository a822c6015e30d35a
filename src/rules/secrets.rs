//! Which tasks and figures the rows marked as state secrets are, and where else in the share they stand without a mark.

use std::collections::BTreeSet;

use crate::domain::field::Field;
use crate::domain::reading::{Reading, TaskRow, TaskTable};
use crate::domain::secrets::{Secrets, Unspoken, mark};
use crate::domain::snapshot::{Role, SeenFile};
use crate::domain::task::TaskId;

use super::build;
use super::figures::named;
use super::identity::{Elsewhere, Known, codes, identify_by};
use super::matching::key;
use super::says::Says;
use super::scene::{FileView, Input};

/// Finds the state secrets of a share; `input.files` are all its files, the approved annex and trial drops too.
///
/// A task that one workbook marks is a secret wherever it stands: in the approved annex, in another department's copy, in the ledger.
#[must_use]
pub fn secrets(input: &Input<'_>) -> Secrets {
    let mut out = Secrets::default();
    if !any(input) {
        return out;
    }
    let views = views(input);
    let known = Known::new(input);
    let elsewhere = codes(input, &views);
    let seen: Vec<Seen<'_>> = views
        .iter()
        .filter_map(|view| Seen::new(view, &known, &elsewhere))
        .collect();
    let mut marked: Vec<Marked> = Vec::new();
    for file in &seen {
        file.note_marked(&known, &mut out, &mut marked);
    }
    for view in &views {
        figures(input, view, &mut out);
    }
    let open: BTreeSet<String> = seen.iter().flat_map(Seen::shown_openly).collect();
    let stay = input.ledger.hushed.iter().filter(|m| !open.contains(*m));
    out.hushed = stay.cloned().collect();
    out.hushed.extend(out.tasks.iter().map(|id| mark(id)));
    for file in seen.iter().filter(|f| !f.view.is_trial()) {
        file.note_unmarked(&marked, &mut out);
    }
    ledger_words(input, &mut out);
    out
}

/// Whether any workbook marks a row as a state secret.
#[must_use]
pub fn any(input: &Input<'_>) -> bool {
    let mut readings = input.files.iter().filter_map(|f| f.content.as_ref().ok());
    !input.ledger.hushed.is_empty() || readings.any(|r| marks_any(r))
}

/// Whether a workbook marks a row as a state secret.
fn marks_any(reading: &Reading) -> bool {
    let tasks = reading.tables.iter().flat_map(|t| &t.rows);
    let figures = reading.indicators.iter().flat_map(|t| &t.rows);
    tasks.chain(figures).any(|r| r.secret.is_some())
}

/// Every file with its department; the approved annex speaks for all.
fn views<'a>(input: &Input<'a>) -> Vec<FileView<'a>> {
    let (mut views, _) = build::files(*input);
    let approved = input.files.iter().filter(|f| f.role == Role::Baseline);
    for seen in approved {
        let index = views.len();
        views.push(approved_view(index, seen));
    }
    views
}

fn approved_view(index: usize, seen: &SeenFile) -> FileView<'_> {
    FileView {
        index,
        seen,
        reading: seen.content.as_ref().ok().map(|r| &**r),
        department: None,
        common: true,
        held: false,
    }
}

/// A marked row as a task: what it is and says.
struct Marked {
    id: TaskId,
    says: Says,
    department: Option<String>,
}

/// A file with the identity of each of its rows, marked ones included.
struct Seen<'a> {
    view: &'a FileView<'a>,
    rows: Vec<(&'a TaskRow, TaskId, Says)>,
}

impl<'a> Seen<'a> {
    fn new(view: &'a FileView<'a>, known: &Known, elsewhere: &Elsewhere) -> Option<Self> {
        let reading = view.reading?;
        let pairs: Vec<(&TaskTable, &TaskRow)> = reading
            .tables
            .iter()
            .flat_map(|t| t.rows.iter().map(move |r| (t, r)))
            .collect();
        let says: Vec<Says> = pairs.iter().map(|(_, r)| Says::silently(r)).collect();
        let ids = identify_by(known, view, &pairs, &says, elsewhere);
        let rows = pairs
            .iter()
            .zip(ids)
            .zip(says)
            .map(|(((_, row), identity), says)| (*row, identity.id, says))
            .collect();
        Some(Self { view, rows })
    }

    fn note_marked(&self, known: &Known, out: &mut Secrets, marked: &mut Vec<Marked>) {
        let department = self.view.department.as_deref();
        let path = &self.view.seen.path;
        let open: BTreeSet<&TaskId> = self
            .rows
            .iter()
            .filter(|(row, ..)| row.secret.is_none())
            .map(|(_, id, _)| id)
            .collect();
        for (row, id, says) in &self.rows {
            let Some(unspoken) = row.unspoken.as_deref().filter(|_| row.secret.is_some()) else {
                continue;
            };
            let mut tasks: Vec<TaskId> = Vec::new();
            if !id.is_empty() && (known.confirms(id, says, department) || !known.has(id)) {
                tasks.push(id.clone());
            }
            if !known.has(id)
                && let Some(before) = known.accepted_at(&row.sheet, row.row, says, department)
                && !open.contains(before)
            {
                tasks.push(before.clone());
            }
            if self.view.is_trial() {
                let tried = out.tried.entry(path.clone()).or_default();
                tried.extend(tasks);
                continue;
            }
            self.note_file(out);
            note_words(unspoken, out);
            marked.extend(tasks.iter().map(|id| Marked {
                id: id.clone(),
                says: says.clone(),
                department: self.view.department.clone(),
            }));
            out.tasks.extend(tasks);
        }
    }

    /// Marks of tasks that a department shows without a mark.
    fn shown_openly(&self) -> Vec<String> {
        if !matches!(self.view.seen.role, Role::Annex | Role::Common) {
            return Vec::new();
        }
        let open = self.rows.iter().filter(|(row, ..)| row.secret.is_none());
        open.filter(|(_, id, _)| !id.is_empty())
            .map(|(_, id, _)| mark(id))
            .collect()
    }

    fn note_file(&self, out: &mut Secrets) {
        let seen = self.view.seen;
        out.files.insert(seen.path.clone(), seen.hash.clone());
        out.departments.extend(self.view.department.clone());
    }

    /// Rows that are a marked task: by identity, or by the very same content where one annex names no code.
    fn note_unmarked(&self, marked: &[Marked], out: &mut Secrets) {
        for (row, id, says) in self.rows.iter().filter(|(row, ..)| row.secret.is_none()) {
            let content = key(&says.content);
            let same = |m: &Marked| {
                let ours = self.view.department.is_none()
                    || m.department.is_none()
                    || m.department == self.view.department;
                let (mine, theirs) = (key(&says.code), key(&m.says.code));
                let uncoded = mine.is_empty() || theirs.is_empty();
                let told = uncoded && !content.is_empty() && content == key(&m.says.content);
                ours && (told || (!uncoded && mine == theirs))
            };
            // Who followed the advice and took the row out of its annex has not made the approved text public.
            let approved = self.view.seen.role == Role::Baseline;
            let is = (approved && out.hushed.contains(&mark(id)))
                || (!id.is_empty() && marked.iter().any(|m| m.id == *id))
                || marked.iter().any(same);
            if !is {
                continue;
            }
            let place = (self.view.seen.path.clone(), row.sheet.to_string(), row.row);
            out.unmarked.insert(place);
            if !id.is_empty() {
                out.tasks.insert(id.clone());
            }
            self.note_file(out);
            let telling = Field::TELLING.iter().map(|f| row.text(*f).to_owned());
            out.words.extend(telling.filter(|t| !t.is_empty()));
            out.contents.push(says.content.clone());
        }
    }
}

fn note_words(unspoken: &Unspoken, out: &mut Secrets) {
    out.words.extend(unspoken.telling().map(str::to_owned));
    out.contents.push(unspoken.text(Field::Content).to_owned());
}

/// Figures of marked indicator rows.
fn figures(input: &Input<'_>, view: &FileView<'_>, out: &mut Secrets) {
    if view.is_trial() {
        return;
    }
    let Some(reading) = view.reading else { return };
    for table in &reading.indicators {
        for row in table.rows.iter().filter(|r| r.secret.is_some()) {
            let Some(unspoken) = row.unspoken.as_deref() else {
                continue;
            };
            out.files
                .insert(view.seen.path.clone(), view.seen.hash.clone());
            out.departments.extend(view.department.clone());
            note_words(unspoken, out);
            let (code, name) = (unspoken.text(Field::KpiCode), unspoken.text(Field::KpiName));
            let typed = match unspoken.text(Field::Period) {
                "" => table.period.as_deref().unwrap_or_default(),
                typed => typed,
            };
            let (Some(indicator), Some(period)) = (
                named(code, name, input.indicators),
                input.words.period(typed),
            ) else {
                continue;
            };
            let whose = input.ledger.figures.iter().filter(|f| {
                view.department
                    .as_ref()
                    .map_or(f.source.file == view.seen.path, |d| *d == f.department)
            });
            let known: BTreeSet<String> = whose.map(|f| f.department.clone()).collect();
            for department in known.into_iter().chain(view.department.clone()) {
                out.figures
                    .insert((indicator.code.clone(), period, department));
            }
        }
    }
}

/// What was accepted of them before.
fn ledger_words(input: &Input<'_>, out: &mut Secrets) {
    for id in out.tasks.clone() {
        if let Some(row) = input.ledger.rows.get(&id) {
            out.words.extend(row.values.telling().map(str::to_owned));
            out.contents.push(row.values.content.clone());
        }
    }
    for figure in &input.ledger.figures {
        let key = (
            figure.indicator.clone(),
            figure.period,
            figure.department.clone(),
        );
        if out.figures.contains(&key) {
            out.words.push(figure.explanation.clone());
        }
    }
}
