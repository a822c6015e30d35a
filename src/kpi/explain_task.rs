//! How the figures of a task came about: values with their cells, steps, findings, changes.

use jiff::civil::Date;

use super::explain::{Evidence, Explanation, Shown, Words, points};
use crate::domain::consolidation::{ConsolidatedTask, Consolidation, TaskScore};
use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::ledger::{Change, Event, EventKind, Proposal};
use crate::domain::reading::TaskRow;
use crate::domain::snapshot::SeenFile;

/// Changes of the history that are shown.
const CHANGES_MAX: usize = 20;

pub(super) fn task(
    c: &Consolidation,
    task: &ConsolidatedTask,
    from: &Evidence<'_>,
    words: &Words<'_>,
) -> Explanation {
    let read = row_read(task, from.files);
    let values = &task.row.values;
    let told = [
        (Field::Content, values.content.clone()),
        (Field::Lead, values.lead_text.clone()),
        (Field::Deadline, values.deadline_text.clone()),
        (Field::Start, values.start.map(day).unwrap_or_default()),
        (Field::Status, values.status_text.clone()),
        (
            Field::Progress,
            values
                .progress
                .map(|p| words.text.arg(&Arg::Percent(p)))
                .unwrap_or_default(),
        ),
        (
            Field::CompletedDate,
            values.completed.map(day).unwrap_or_default(),
        ),
        (Field::Result, values.result.clone()),
        (Field::Evidence, values.evidence.clone()),
        (Field::LateReason, values.late_reason.clone()),
        (Field::Difficulty, values.difficulty.clone()),
    ];
    Explanation {
        kind: "task".to_owned(),
        key: task.row.id.clone(),
        name: values.content.clone(),
        as_of: c.as_of,
        figures: task_figures(task, words),
        steps: task
            .score
            .steps
            .iter()
            .map(|(key, args)| {
                let args: Vec<(&str, Arg)> =
                    args.iter().map(|(n, a)| (n.as_ref(), a.clone())).collect();
                words.say(&format!("step.{key}"), &args)
            })
            .collect(),
        cells: told
            .into_iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(field, value)| {
                let label = words.text.field(field).to_string();
                let at = read.and_then(|r| r.cell(field)).map(|c| c.at);
                words.trace_field(label, value, &task.row.source, field, at)
            })
            .collect(),
        findings: c
            .findings
            .iter()
            .filter(|f| f.task.as_deref() == Some(&task.row.id))
            .map(|f| words.finding(f))
            .collect(),
        history: history(&task.row.id, from.events, words),
    }
}

/// The row the values were accepted from, when the share still holds that very version.
fn row_read<'a>(task: &ConsolidatedTask, files: &'a [SeenFile]) -> Option<&'a TaskRow> {
    let source = &task.row.source;
    let file = files
        .iter()
        .find(|f| f.path == source.file && f.hash == task.row.version)?;
    let reading = file.content.as_ref().ok()?;
    let cell = source.cell?;
    reading
        .tables
        .iter()
        .filter(|t| *t.sheet == *source.sheet)
        .flat_map(|t| &t.rows)
        .find(|r| r.row == cell.row)
}

fn day(d: Date) -> String {
    crate::text::date(d)
}

fn task_figures(task: &ConsolidatedTask, words: &Words<'_>) -> Vec<Shown> {
    let TaskScore {
        class,
        bucket,
        due,
        effective,
        days_left,
        days_late,
        working_days_late,
        working_days_left,
        expected,
        difference,
        completed,
        occurrences_due,
        occurrences_done,
        steps: _,
    } = &task.score;
    let mut out = vec![
        words.shown("class", words.word(&format!("class.{}", class.name()))),
        words.shown("bucket", words.word(&format!("bucket.{}", bucket.name()))),
    ];
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            out.push(words.shown(name, value));
        }
    };
    let number = |n: &i64| n.to_string();
    add("due", due.map(day));
    add("effective", effective.map(day));
    add("completed", completed.map(day));
    add("days_left", days_left.as_ref().map(number));
    add("working_days_left", working_days_left.as_ref().map(number));
    add("days_late", days_late.as_ref().map(number));
    add("working_days_late", working_days_late.as_ref().map(number));
    add(
        "expected",
        expected.map(|p| words.text.arg(&Arg::Percent(p))),
    );
    add("difference", difference.map(|p| points(p, words)));
    if let (Some(due), Some(done)) = (occurrences_due, occurrences_done) {
        let args = [
            ("done", Arg::Count((*done).into())),
            ("due", Arg::Count((*due).into())),
        ];
        add("occurrences", Some(words.say("value.occurrences", &args)));
    }
    if !task.leads.is_empty() {
        add("leads", Some(task.leads.join(", ")));
    }
    out
}

/// Changes of a task or of an indicator (`indicator|period`), newest first.
pub(super) fn history(id: &str, events: &[Event], words: &Words<'_>) -> Vec<String> {
    let concerns = |e: &&Event| e.task.split('|').next() == Some(id) || e.task == id;
    let mut own: Vec<&Event> = events.iter().filter(concerns).collect();
    own.sort_by_key(|e| std::cmp::Reverse(e.at));
    own.iter()
        .flat_map(|e| event(e, words))
        .take(CHANGES_MAX)
        .collect()
}

fn event(event: &Event, words: &Words<'_>) -> Vec<String> {
    let date = ("date", Arg::Date(event.day));
    let change = |key: &str, c: &Change, codes: &str| {
        let args = [
            date.clone(),
            ("field", Arg::Field(c.field)),
            ("old", Arg::Quoted(c.old.clone())),
            ("new", Arg::Quoted(c.new.clone())),
            ("codes", Arg::Plain(codes.to_owned())),
        ];
        words.say(key, &args)
    };
    let proposed = |key: &str, p: &Proposal| {
        let told = Change {
            field: p.field.unwrap_or(Field::Content),
            old: p.old.clone(),
            new: p.new.clone(),
        };
        change(key, &told, "")
    };
    match &event.kind {
        EventKind::Accepted { changes, .. } if changes.is_empty() => {
            vec![words.say("change.first", &[date])]
        }
        EventKind::Accepted { changes, .. } => changes
            .iter()
            .map(|c| change("change.accepted", c, ""))
            .collect(),
        EventKind::Held { codes, changes } if changes.is_empty() => {
            let codes = ("codes", Arg::Plain(codes.join(", ")));
            vec![words.say("change.held", &[date, codes])]
        }
        EventKind::Held { codes, changes } => changes
            .iter()
            .map(|c| change("change.held_change", c, &codes.join(", ")))
            .collect(),
        EventKind::Withdrawn => vec![words.say("change.withdrawn", &[date])],
        EventKind::Proposed { proposal } => vec![proposed("change.proposed", proposal)],
        EventKind::Settled { proposal, approved } => {
            let key = if *approved {
                "change.approved"
            } else {
                "change.dropped"
            };
            vec![proposed(key, proposal)]
        }
        EventKind::Figure { figure, .. } => {
            let count = |n: Option<i64>| match n.and_then(|n| u64::try_from(n).ok()) {
                Some(n) => Arg::Count(n),
                None => Arg::Plain("-".to_owned()),
            };
            let args = [
                date,
                ("numerator", count(figure.numerator)),
                ("denominator", count(figure.denominator)),
            ];
            vec![words.say("change.figure", &args)]
        }
        // A mark or a receipt changes no value.
        _ => Vec::new(),
    }
}
