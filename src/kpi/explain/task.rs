//! How the figures of a task came about: values with their cells, steps, findings, changes.

use jiff::civil::Date;

use super::explanation::{Evidence, Explanation, Shown};
use super::history::history;
use super::words::{Words, points};
use crate::domain::consolidation::{ConsolidatedTask, Consolidation, TaskScore};
use crate::domain::field::Field;
use crate::domain::finding::Arg;
use crate::domain::reading::TaskRow;
use crate::domain::snapshot::SeenFile;

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
