//! Before anything is judged: rows that are state secrets are taken out of what was read and of what was kept before (T35).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Context, State};
use crate::domain::field::Field;
use crate::domain::finding::Finding;
use crate::domain::ledger::{Change, Event, EventKind, Ledger};
use crate::domain::now::Now;
use crate::domain::reading::{Reading, TaskRow};
use crate::domain::secrets::{Secrets, Traces, Unspoken};
use crate::domain::snapshot::{Role, SeenFile, Snapshot};
use crate::domain::task::TaskValues;
use crate::{outbox, rules};

/// What a pass works on.
pub(super) struct Screened<'a> {
    pub state: Cow<'a, State>,
    pub snapshot: Cow<'a, Snapshot>,
    pub secrets: Secrets,
}

/// Takes the state secrets out.
pub(super) fn screen<'a>(
    state: &'a State,
    snapshot: &'a Snapshot,
    now: &Now,
    cx: &Context<'_>,
) -> Screened<'a> {
    let secrets = secrets(&state.ledger, snapshot, now, cx);
    if secrets.is_empty() && secrets.hushed == state.ledger.hushed {
        return Screened {
            state: Cow::Borrowed(state),
            snapshot: Cow::Borrowed(snapshot),
            secrets,
        };
    }
    let traces = traces(&state.ledger, &state.log, &secrets);
    Screened {
        state: Cow::Owned(cleaned(state, &secrets, &traces)),
        snapshot: Cow::Owned(self::snapshot(snapshot, &secrets)),
        secrets,
    }
}

/// The state secrets of a share.
pub(super) fn secrets(
    ledger: &Ledger,
    snapshot: &Snapshot,
    now: &Now,
    cx: &Context<'_>,
) -> Secrets {
    let approved: Vec<&SeenFile> = snapshot
        .files
        .iter()
        .filter(|f| f.role == Role::Baseline)
        .collect();
    let input = rules::Input {
        baseline: ledger.approved.as_ref(),
        ..cx.judged(&snapshot.files, ledger, now)
    };
    if !rules::secrets::any(&input) {
        return Secrets::default();
    }
    let (baseline, _) = rules::baseline(&approved, &input);
    rules::secrets(&rules::Input {
        baseline: baseline.as_ref(),
        ..input
    })
}

/// A ledger without them.
pub(super) fn ledger(ledger: &Ledger, secrets: &Secrets) -> Ledger {
    let mut out = ledger.clone();
    out.rows.retain(|id, _| !secrets.tasks.contains(id));
    out.remarks.retain(|id, _| !secrets.tasks.contains(id));
    out.hushed.clone_from(&secrets.hushed);
    out.superseded.retain(|id, _| !secrets.tasks.contains(id));
    out.proposals.retain(|p| !secrets.tasks.contains(&p.task));
    out.figures.retain(|f| {
        let key = (f.indicator.clone(), f.period, f.department.clone());
        !secrets.figures.contains(&key)
    });
    if let Some(approved) = &mut out.approved {
        approved.tasks.retain(|t| !secrets.tasks.contains(&t.id));
    }
    out
}

/// A state without them: nothing that is kept of it names or tells one.
#[must_use]
pub fn cleaned(state: &State, secrets: &Secrets, traces: &Traces) -> State {
    let mut out = State {
        ledger: ledger(&state.ledger, secrets),
        ..state.clone()
    };
    let ids = &secrets.tasks;
    let names = |text: &str| {
        let parted = format!("|{text}|");
        ids.iter().any(|id| parted.contains(&format!("|{id}|")))
    };
    out.said
        .said
        .retain(|_, s| !names(&s.subject) && !names(&s.key));
    out.said.tasks.retain(|id, _| !ids.contains(id));
    outbox::withdraw(&mut out.outbox, &mut out.said, |mail| {
        traces.in_text(&mail.text) || traces.in_text(&mail.subject)
    });
    out.log.retain(|e| !tells(e, secrets, traces));
    for event in &mut out.log {
        forget(event, secrets);
    }
    out
}

/// Whether an event tells of a secret.
#[must_use]
pub fn tells(event: &Event, secrets: &Secrets, traces: &Traces) -> bool {
    if secrets.tasks.contains(&event.task) {
        return true;
    }
    match &event.kind {
        EventKind::Accepted { row, changes, .. } => {
            traces.is_content(&row.values.content)
                || changes.iter().any(|c| {
                    c.field == Field::Content
                        && (traces.is_content(&c.old) || traces.is_content(&c.new))
                })
        }
        EventKind::Marked { row } => traces.is_content(&row.values.content),
        EventKind::Held { changes, .. } => changes.iter().any(|c| {
            c.field == Field::Content && (traces.is_content(&c.old) || traces.is_content(&c.new))
        }),
        EventKind::Figure { figure, .. } => {
            let key = (
                figure.indicator.clone(),
                figure.period,
                figure.department.clone(),
            );
            secrets.figures.contains(&key)
        }
        EventKind::Proposed { proposal } | EventKind::Settled { proposal, .. } => {
            traces.is_content(&proposal.old) || traces.is_content(&proposal.new)
        }
        EventKind::Withdrawn
        | EventKind::Approved { .. }
        | EventKind::Received { .. }
        | EventKind::Purged { .. } => false,
    }
}

/// Takes the mere names of secrets out of an event that tells of much else; tells whether it held any.
pub fn forget(event: &mut Event, secrets: &Secrets) -> bool {
    match &mut event.kind {
        EventKind::Received { confirmed, .. } => {
            let before = confirmed.len();
            confirmed.retain(|id| !secrets.tasks.contains(id));
            confirmed.len() < before
        }
        EventKind::Approved { baseline } => {
            let before = baseline.tasks.len();
            baseline.tasks.retain(|t| !secrets.tasks.contains(&t.id));
            baseline.tasks.len() < before
        }
        _ => false,
    }
}

/// By what the secrets are recognised in other texts; what open rows and tasks say, or ever said, gives nothing away.
#[must_use]
pub fn traces(ledger: &Ledger, history: &[Event], secrets: &Secrets) -> Traces {
    let contents = secrets.contents.iter().map(String::as_str);
    let known = Traces::new(std::iter::empty(), contents, std::iter::empty());
    let (past, others): (Vec<&Event>, Vec<&Event>) =
        history.iter().partition(|e| tells(e, secrets, &known));
    let open = ledger
        .rows
        .iter()
        .filter(|(id, _)| !secrets.tasks.contains(*id))
        .map(|(_, row)| &*row.values);
    let planned = ledger
        .approved
        .iter()
        .flat_map(|b| &b.tasks)
        .filter(|t| !secrets.tasks.contains(&t.id))
        .map(|t| &t.values);
    let said = others.into_iter().filter_map(|e| match &e.kind {
        EventKind::Accepted { row, .. } => Some(&*row.values),
        _ => None,
    });
    let open: Vec<&str> = open
        .chain(planned)
        .chain(said)
        .flat_map(TaskValues::telling)
        .collect();
    let mut words: Vec<&str> = secrets.words.iter().map(String::as_str).collect();
    let mut contents: Vec<&str> = secrets.contents.iter().map(String::as_str).collect();
    for event in history {
        if let EventKind::Approved { baseline } = &event.kind {
            let tasks = baseline.tasks.iter();
            for task in tasks.filter(|t| secrets.tasks.contains(&t.id)) {
                words.extend(task.values.telling());
            }
        }
    }
    for event in past {
        match &event.kind {
            EventKind::Accepted { row, changes, .. } => {
                words.extend(row.values.telling());
                contents.push(&row.values.content);
                words.extend(changed(changes));
            }
            EventKind::Marked { row } => words.extend(row.values.telling()),
            EventKind::Held { changes, .. } => words.extend(changed(changes)),
            EventKind::Figure { figure, .. } => words.push(&figure.explanation),
            EventKind::Proposed { proposal } | EventKind::Settled { proposal, .. }
                if proposal.field.is_none_or(|f| Field::TELLING.contains(&f)) =>
            {
                words.extend([proposal.old.as_str(), proposal.new.as_str()]);
            }
            _ => {}
        }
    }
    Traces::new(words.into_iter(), contents.into_iter(), open.into_iter())
}

fn changed(changes: &[Change]) -> impl Iterator<Item = &str> {
    changes
        .iter()
        .filter(|c| Field::TELLING.contains(&c.field))
        .flat_map(|c| [c.old.as_str(), c.new.as_str()])
}

/// A snapshot in which the same rows are silent wherever they stand.
pub(super) fn snapshot(snapshot: &Snapshot, secrets: &Secrets) -> Snapshot {
    let mut out = snapshot.clone();
    let paths: BTreeSet<&String> = secrets.unmarked.iter().map(|(path, ..)| path).collect();
    for file in out.files.iter_mut().filter(|f| paths.contains(&f.path)) {
        if let Ok(reading) = &mut file.content {
            hush(&file.path, Arc::make_mut(reading), secrets);
        }
    }
    out
}

fn hush(path: &str, reading: &mut Reading, secrets: &Secrets) {
    let mut blank: BTreeSet<(String, u32)> = BTreeSet::new();
    for row in reading.tables.iter_mut().flat_map(|t| &mut t.rows) {
        let place = (path.to_owned(), row.sheet.to_string(), row.row);
        if secrets.unmarked.contains(&place) {
            blank.insert((place.1, place.2));
            silence(row);
        }
    }
    let grid = Arc::make_mut(&mut reading.grid);
    for sheet in &mut grid.sheets {
        let name = sheet.name.clone();
        sheet
            .cells
            .retain(|c| !blank.contains(&(name.clone(), c.at.row)));
    }
}

/// Makes a row one of which nothing is kept but where it stands.
fn silence(row: &mut TaskRow) {
    let at = row
        .cells
        .get(&Field::Content)
        .filter(|c| !c.value.is_blank())
        .map_or(row.first, |c| c.at);
    let texts = row.cells.iter().map(|(f, c)| (*f, c.text.clone()));
    row.unspoken = Some(Arc::new(Unspoken {
        fields: texts.collect(),
        ..Unspoken::default()
    }));
    row.secret = Some(at);
    row.area = None;
    row.cells.clear();
}

/// A trial drop that marks a row has no effect on the ledger; its answer does not call that row vanished.
pub(super) fn tells_of_a_tried_secret(finding: &Finding, secrets: &Secrets) -> bool {
    let (Some(file), Some(task)) = (&finding.file, &finding.task) else {
        return false;
    };
    finding.code == "E03" && secrets.tried.get(file).is_some_and(|t| t.contains(task))
}
