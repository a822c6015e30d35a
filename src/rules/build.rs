//! From files to a scene: whose file, whose row, which task.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::cores;
use crate::domain::baseline::BaselineTask;
use crate::domain::occurrence::{gathered, keeping};
use crate::domain::reading::{Reading, TaskRow, TaskTable};
use crate::domain::roster::{Department, UnitRef};
use crate::domain::snapshot::{Role, SeenFile};
use crate::domain::task::TaskId;

use super::identity::Identity;
use super::matching::{key, slug};
use super::register::Register;
use super::scene::{FileView, Input, RowView, Scene};
use super::values::{lead_codes, stated};

/// Files with their departments, and the departments there are.
#[must_use]
pub fn files<'a>(input: Input<'a>) -> (Vec<FileView<'a>>, Vec<(String, String)>) {
    let mut seen: Vec<&SeenFile> = input
        .files
        .iter()
        .filter(|f| f.role != Role::Baseline)
        .collect();
    seen.sort_by(|a, b| a.path.cmp(&b.path));
    let roster = &input.config.roster;
    let mut departments: Vec<(String, String)> = roster
        .departments
        .iter()
        .map(|d| (d.code.clone(), d.name.clone()))
        .collect();
    let taken: HashSet<String> = seen
        .iter()
        .filter_map(|f| f.folder.as_deref())
        .map(key)
        .collect();
    let mut views = Vec::new();
    for (index, seen) in seen.into_iter().enumerate() {
        let reading = seen.content.as_ref().ok().map(|r| &**r);
        let common = match seen.role {
            Role::Common => roster.is_stated() || leads_at_least(reading, 1),
            Role::Trial => !roster.is_stated() && leads_at_least(reading, 2),
            _ => false,
        };
        let department = if common {
            None
        } else if roster.is_stated() {
            rostered(seen, reading, &roster.departments, &|folder| {
                taken.contains(&key(folder))
            })
        } else {
            Some(unlisted(seen, reading))
        };
        let common = common || (seen.role == Role::Trial && department.is_none());
        if !roster.is_stated()
            && seen.role != Role::Trial
            && let Some((code, name)) = &department
            && !departments.iter().any(|(c, _)| c == code)
        {
            departments.push((code.clone(), name.clone()));
        }
        views.push(FileView {
            index,
            seen,
            reading,
            department: department.map(|(code, _)| code),
            common,
            held: false,
        });
    }
    if !roster.is_stated() {
        for view in views.iter().filter(|v| v.common) {
            led(view, &mut departments);
        }
        for (code, state) in &input.ledger.departments {
            if !departments.iter().any(|(c, _)| c == code) {
                departments.push((code.clone(), state.name.clone()));
            }
        }
    }
    (views, departments)
}

/// The text after the unit's label above any table.
fn unit_text(reading: Option<&Reading>) -> Option<&str> {
    reading?
        .tables
        .iter()
        .find_map(|t| t.unit.as_ref())
        .map(|(_, text)| text.as_str())
}

/// The file name without folders and extension.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A department of the roster: by folder, else by the unit's own words, else by a folder that bears its name where it has no other;
/// of a trial drop also by its file name or its only lead.
fn rostered(
    seen: &SeenFile,
    reading: Option<&Reading>,
    roster: &[Department],
    has_files: &dyn Fn(&str) -> bool,
) -> Option<(String, String)> {
    let pair = |d: &Department| (d.code.clone(), d.name.clone());
    let is_named = |d: &Department, wanted: &str| {
        !wanted.is_empty()
            && (key(&d.name) == wanted
                || key(&d.code) == wanted
                || d.aliases.iter().any(|a| key(a) == wanted))
    };
    let named = |text: &str| {
        let wanted = key(text);
        roster.iter().find(|d| is_named(d, &wanted))
    };
    let folder = seen.folder.as_deref().unwrap_or_default();
    let by_folder = roster.iter().find(|d| {
        d.folder
            .as_deref()
            .is_some_and(|f| !f.is_empty() && key(f) == key(folder))
    });
    // Beside the folder of the settings another one of its name is a stray: its workbook would only hold up the right one.
    let by_folder_name = || {
        let wanted = key(folder);
        let elsewhere =
            |d: &Department| matches!(&d.folder, Some(f) if !f.is_empty() && has_files(f));
        roster
            .iter()
            .find(|d| is_named(d, &wanted) && !elsewhere(d))
    };
    let found = by_folder
        .or_else(|| unit_text(reading).and_then(named))
        .or_else(by_folder_name);
    if found.is_some() || seen.role != Role::Trial {
        return found.map(pair);
    }
    let file = key(stem(&seen.path));
    let by_file = roster
        .iter()
        .find(|d| key(&d.code) == file || d.folder.as_deref().is_some_and(|f| key(f) == file));
    let leads: Vec<&str> = reading
        .iter()
        .flat_map(|r| &r.tables)
        .flat_map(|t| &t.rows)
        .filter_map(|r| r.units(crate::domain::field::Field::Lead))
        .flat_map(|u| lead_codes(&u.bodies))
        .collect();
    let only = leads
        .first()
        .filter(|first| leads.iter().all(|l| l == *first))
        .and_then(|code| roster.iter().find(|d| d.code == **code));
    by_file.or(only).map(pair)
}

/// Without a roster: the unit's own words, else the folder, else the file name.
fn unlisted(seen: &SeenFile, reading: Option<&Reading>) -> (String, String) {
    let folder = seen
        .folder
        .as_deref()
        .filter(|f| !f.starts_with(['_', '.']) && seen.role == Role::Annex);
    let name = unit_text(reading)
        .map(str::trim)
        .filter(|t| !t.is_empty())
        .or(folder)
        .unwrap_or_else(|| stem(&seen.path));
    (slug(name), name.to_owned())
}

/// Whether a workbook without a unit of its own names so many leads, or cannot be read: without a roster that makes it the common
/// annex, whose rows belong to their leads.
fn leads_at_least(reading: Option<&Reading>, least: usize) -> bool {
    let Some(read) = reading else {
        return true;
    };
    let mut leads: Vec<&UnitRef> = [read]
        .iter()
        .flat_map(|r| &r.tables)
        .flat_map(|t| &t.rows)
        .filter_map(|r| r.units(crate::domain::field::Field::Lead))
        .filter_map(|u| u.bodies.first())
        .collect();
    leads.dedup();
    unit_text(reading).is_none_or(|t| t.trim().is_empty()) && leads.len() >= least
}

/// Departments that lead rows of the common annex.
fn led(view: &FileView<'_>, departments: &mut Vec<(String, String)>) {
    let bodies = view
        .reading
        .iter()
        .flat_map(|r| &r.tables)
        .flat_map(|t| &t.rows)
        .filter_map(|r| r.units(crate::domain::field::Field::Lead))
        .filter_map(|u| u.bodies.first());
    for body in bodies {
        if let UnitRef::Other(name) = body {
            let code = slug(name);
            if !departments.iter().any(|(c, _)| *c == code) {
                departments.push((code, name.clone()));
            }
        }
    }
}

/// Departments by name, to tell which one a lead names.
pub struct Names<'d> {
    codes: HashMap<String, &'d str>,
    /// Names asked for before.
    asked: RefCell<HashMap<String, Option<&'d str>>>,
}

impl<'d> Names<'d> {
    /// Of departments, code and name; the first of equal names stands.
    #[must_use]
    pub fn new(departments: &'d [(String, String)]) -> Self {
        let mut codes = HashMap::new();
        for (code, name) in departments {
            codes.entry(key(name)).or_insert(code.as_str());
        }
        Self {
            codes,
            asked: RefCell::default(),
        }
    }

    fn code(&self, name: &str) -> Option<&'d str> {
        if let Some(known) = self.asked.borrow().get(name) {
            return *known;
        }
        let found = self.codes.get(&key(name)).copied();
        self.asked.borrow_mut().insert(name.to_owned(), found);
        found
    }
}

/// Leads as departments wherever a department of that name is known.
pub fn settle_leads(leads: &mut Vec<UnitRef>, names: &Names<'_>) {
    let mut out: Vec<UnitRef> = Vec::with_capacity(leads.len());
    for lead in leads.drain(..) {
        let settled = match lead {
            UnitRef::Other(name) => match names.code(&name) {
                Some(code) => UnitRef::Department(code.to_owned()),
                None => UnitRef::Other(name),
            },
            lead => lead,
        };
        if !out.contains(&settled) {
            out.push(settled);
        }
    }
    *leads = out;
}

/// The rows of every file that is not held back.
pub fn rows<'a>(
    input: Input<'a>,
    files: &[FileView<'a>],
    departments: &[(String, String)],
) -> Vec<RowView<'a>> {
    let planned = plan(input);
    let known = super::identity::Known::new(&input);
    let register = Arc::new(Register::new(input));
    let codes = super::identity::codes(&input, files);
    let files: Vec<&FileView<'a>> = files.iter().filter(|f| !f.held).collect();
    let parts = cores::map(&files, |file| {
        let names = Names::new(departments);
        let Some(reading) = file.reading else {
            return Vec::new();
        };
        let pairs: Vec<(&'a TaskTable, &'a TaskRow)> = reading
            .tables
            .iter()
            .flat_map(|t| t.rows.iter().map(move |r| (t, r)))
            .collect();
        let identities = super::identity::identify(&known, file, &pairs, &codes);
        let rows = pairs.into_iter().zip(identities).map(|(pair, identity)| {
            let planned = planned.get(identity.id.as_str()).copied();
            view(
                input,
                file,
                pair,
                identity,
                planned,
                (departments, &names, &register),
            )
        });
        rows.collect()
    });
    let mut out: Vec<RowView<'a>> = parts.into_iter().flatten().collect();
    for (index, row) in out.iter_mut().enumerate() {
        row.index = index;
    }
    out
}

/// A row with all that is known of it; its index is told later.
fn view<'a>(
    input: Input<'a>,
    file: &FileView<'a>,
    (table, row): (&'a TaskTable, &'a TaskRow),
    identity: Identity,
    planned: Option<&'a BaselineTask>,
    (departments, names, register): (&[(String, String)], &Names<'_>, &Arc<Register<'a>>),
) -> RowView<'a> {
    let accepted = input.ledger.rows.get(&identity.id);
    let mut values = stated(row);
    settle_leads(&mut values.leads, names);
    if let Some(planned) = planned {
        values.lock(&planned.values);
        settle_leads(&mut values.leads, names);
    }
    if let Some(old) = &identity.old_code {
        values.code.clone_from(old);
    }
    if values.leads.is_empty()
        && let Some(code) = &file.department
    {
        values.leads.push(UnitRef::Department(code.clone()));
        if values.lead_text.is_empty() {
            let name = departments.iter().find(|(c, _)| c == code);
            values.lead_text = name.map_or_else(|| code.clone(), |(_, n)| n.clone());
        }
    }
    let lead = lead_codes(&values.leads).next().map(str::to_owned);
    // A row of the common annex whose lead cannot be told any more stays the department's that it was accepted of.
    let known = || lead.or_else(|| accepted.map(|a| a.department.clone()));
    let department = file.department.clone().or_else(known).unwrap_or_default();
    let before = accepted.map(|a| (a.completions.as_slice(), &*a.values));
    let completions = gathered(before, &values, input.as_of);
    let keeping = keeping(&values, &completions, input.as_of, input.calendar);
    RowView {
        index: 0,
        file: file.index,
        table,
        row,
        id: identity.id,
        guess: identity.guess,
        twin: identity.twin,
        old_code: identity.old_code,
        planned,
        accepted,
        department,
        annex_of: file.department.clone(),
        values: values.into(),
        completions,
        keeping,
        input,
        register: Arc::clone(register),
        saved_on: Some(file.seen.modified.to_zoned(input.config.zone()).date()),
    }
}

fn by_id(rows: &[RowView<'_>]) -> HashMap<TaskId, Vec<usize>> {
    let mut index: HashMap<TaskId, Vec<usize>> = HashMap::new();
    for row in rows {
        for id in [Some(&row.id), row.guess.as_ref()].into_iter().flatten() {
            if !id.is_empty() {
                index.entry(id.clone()).or_default().push(row.index);
            }
        }
    }
    index
}

fn plan<'a>(input: Input<'a>) -> HashMap<&'a str, &'a BaselineTask> {
    let tasks = input.baseline.iter().flat_map(|b| &b.tasks);
    tasks.map(|t| (t.id.as_str(), t)).collect()
}

impl<'a> Scene<'a> {
    /// Puts files, rows and figures together; files held so far give no rows.
    #[must_use]
    pub fn new(
        input: Input<'a>,
        files: Vec<FileView<'a>>,
        departments: Vec<(String, String)>,
    ) -> Self {
        let rows = rows(input, &files, &departments);
        let mut figures = Vec::new();
        for file in files.iter().filter(|f| !f.held) {
            super::figures::collect(input, file, &mut figures);
        }
        Self {
            input,
            by_id: by_id(&rows),
            plan: plan(input),
            files,
            rows,
            figures,
            departments,
        }
    }
}
