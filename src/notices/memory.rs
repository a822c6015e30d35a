//! What is remembered of each task between passes: its deadline, to tell a move, and its rests by acknowledgement.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Input;
use crate::domain::consolidation::{Class, ConsolidatedTask};
use crate::domain::notice::{KnownDue, SaidLedger, TaskMemory};

/// Forgets what was written down as of days that have not come: a person let mails go after a clock had run ahead.
pub(crate) fn forget_ahead(said: &mut SaidLedger, day: Date) {
    said.last_digest.retain(|_, last| *last <= day);
    for known in said.said.values_mut() {
        known.first = known.first.min(day);
        known.last = known.last.min(day);
        known.closed = known.closed.map(|closed| closed.min(day));
    }
}

/// Brings the memory of every task up to the day.
pub(crate) fn advance(said: &mut SaidLedger, input: &Input<'_>) {
    let mut old = std::mem::take(&mut said.tasks);
    let mut new = BTreeMap::new();
    for task in &input.consolidation.tasks {
        let mut memory = old.remove(&task.row.id).unwrap_or_else(|| TaskMemory {
            due: known_due(task),
            ..TaskMemory::default()
        });
        follow_due(&mut memory, task);
        follow_rest(&mut memory, task, input);
        new.insert(task.row.id.clone(), memory);
    }
    said.tasks = new;
}

fn known_due(task: &ConsolidatedTask) -> KnownDue {
    let deadline = &task.row.values.deadline;
    KnownDue {
        text: task.row.values.deadline_text.clone(),
        day: deadline.final_due().map(|d| d.day),
        rule: deadline.rule.as_ref().map(|r| r.text.clone()),
    }
}

fn follow_due(memory: &mut TaskMemory, task: &ConsolidatedTask) {
    let now = known_due(task);
    if now.day == memory.due.day && now.rule == memory.due.rule {
        return;
    }
    let old = std::mem::replace(&mut memory.due, now);
    match &memory.due_before {
        Some(before) if !memory.move_told => {
            if before.day == memory.due.day && before.rule == memory.due.rule {
                memory.due_before = None;
            }
        }
        _ => {
            memory.due_before = Some(old);
            memory.move_told = false;
        }
    }
}

fn follow_rest(memory: &mut TaskMemory, task: &ConsolidatedTask, input: &Input<'_>) {
    if task.score.class != Class::Overdue {
        return;
    }
    let day = input.now.as_of;
    if task.row.values.deadline.recurs() && memory.occurrence != task.score.effective {
        memory.occurrence = task.score.effective;
        memory.rests = 0;
        memory.rested_days = 0;
        memory.rest_from = None;
        memory.rest_until = None;
    }
    let commit = task
        .row
        .values
        .commit_date
        .filter(|_| !task.row.values.explanation.trim().is_empty());
    if commit == memory.commit {
        return;
    }
    end_rest(memory, day, input);
    memory.commit = commit;
    let Some(commit) = commit else { return };
    let settings = &input.config.notices;
    let left = settings.rest_days_max.saturating_sub(memory.rested_days);
    if commit < day || memory.rests >= settings.rest_times_max || left == 0 {
        return;
    }
    memory.rests += 1;
    memory.rest_from = Some(day);
    memory.rest_until = Some(commit.min(input.calendar.add_working_days(day, left)));
}

fn end_rest(memory: &mut TaskMemory, day: Date, input: &Input<'_>) {
    if let (Some(from), Some(until)) = (memory.rest_from.take(), memory.rest_until.take()) {
        let used = input.calendar.working_days(from, until.min(day));
        memory.rested_days += u32::try_from(used).unwrap_or(0);
    }
}
