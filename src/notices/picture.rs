//! The picture of the week: the four national buckets of the departments in charge, what is late, what comes, who is silent.

use std::collections::BTreeSet;

use super::compose::Desk;
use super::lines::line_of;
use super::view::{Bar, BucketLine, DepartmentLine, TaskLine, Week};
use super::{scene, weekly};
use crate::domain::consolidation::{Bucket, Class, ConsolidatedTask};
use crate::domain::notice::Item;
use crate::domain::verdict::Verdict;
use crate::text;

/// Late tasks printed; more are counted.
const LATE_MAX: usize = 15;
/// Coming tasks printed.
const SOON_MAX: usize = 10;
/// Working days ahead that count as coming.
const SOON_DAYS: i64 = 5;

/// Colours of the four buckets and of all else.
const COLOURS: [&str; 5] = ["#2e7d32", "#9e9d24", "#1565c0", "#c62828", "#9e9e9e"];

/// Draws the week for the weekly items of a digest; tasks that other sections of it name are not listed again.
pub(crate) fn week(desk: &Desk<'_>, items: &[&Item], elsewhere: &BTreeSet<&str>) -> Week {
    let lines = |name: &str| -> BTreeSet<&str> {
        items
            .iter()
            .filter_map(|i| i.facts.get(name))
            .flat_map(|f| f.split('\n'))
            .collect()
    };
    let told = lines("tasks");
    let mut codes = lines("departments");
    for id in &told {
        if let Some(task) = desk.tasks.get(id) {
            codes.extend(leads(desk, task));
        }
    }
    let everything = codes.contains("*");
    let only_head = lines("departments").is_empty();
    let mine: Vec<&ConsolidatedTask> = desk
        .consolidation
        .tasks
        .iter()
        .filter(|t| everything || leads(desk, t).iter().any(|c| codes.contains(c)))
        .collect();
    let mut week = Week {
        all: bucket(desk.text.word("notice.all").to_string(), &mine),
        ..Week::default()
    };
    for department in &desk.consolidation.departments {
        if !everything && !codes.contains(department.code.as_str()) {
            continue;
        }
        let own: Vec<&ConsolidatedTask> = mine
            .iter()
            .copied()
            .filter(|t| leads(desk, t).contains(&department.code.as_str()))
            .collect();
        if !own.is_empty() {
            week.departments.push(bucket(department.name.clone(), &own));
        }
        week.silent.extend(silent(desk, &department.code));
    }
    let is_late = |t: &&ConsolidatedTask| {
        t.score.class == Class::Overdue && (!only_head || told.contains(t.row.id.as_str()))
    };
    let is_news = |t: &&ConsolidatedTask| !elsewhere.contains(t.row.id.as_str());
    week.elsewhere = mine.iter().copied().any(|t| is_late(&t) && !is_news(&t));
    let late = mine
        .iter()
        .copied()
        .filter(|t| is_late(t) && is_news(t) && !scene::is_unknown(t));
    (week.late, week.late_more) = cut(desk, late, LATE_MAX, |l| {
        (l.unreported, -l.late_working_days.unwrap_or(0))
    });
    // Their report may say that they are done.
    let unknown = mine.iter().copied().filter(|t| {
        !only_head
            && scene::is_unknown(t)
            && (is_late(t) || t.score.working_days_left.is_some_and(|n| n <= SOON_DAYS))
    });
    (week.unknown, week.unknown_more) = cut(desk, unknown, SOON_MAX, |l| {
        (!l.held_done, -l.late_working_days.unwrap_or(0))
    });
    let soon = mine.iter().copied().filter(|t| {
        !only_head
            && is_news(t)
            && !scene::is_unknown(t)
            && weekly::is_open(t)
            && t.score.working_days_left.is_some_and(|n| n <= SOON_DAYS)
    });
    (week.soon, week.soon_more) = cut(desk, soon, SOON_MAX, |l| {
        (l.unreported, l.left_working_days.unwrap_or(0))
    });
    week
}

fn cut<'t>(
    desk: &Desk<'_>,
    tasks: impl Iterator<Item = &'t ConsolidatedTask>,
    max: usize,
    order: fn(&TaskLine) -> (bool, i64),
) -> (Vec<TaskLine>, usize) {
    let mut lines: Vec<TaskLine> = tasks.map(|t| line_of(desk, t)).collect();
    lines.sort_by_key(order);
    let more = lines.len().saturating_sub(max);
    lines.truncate(max);
    (lines, more)
}

fn leads<'t>(desk: &Desk<'_>, task: &'t ConsolidatedTask) -> Vec<&'t str> {
    let known: Vec<&str> = task
        .leads
        .iter()
        .map(String::as_str)
        .filter(|c| desk.config.roster.by_code(c).is_some())
        .collect();
    if known.is_empty() {
        vec![task.row.department.as_str()]
    } else {
        known
    }
}

fn bucket(name: String, tasks: &[&ConsolidatedTask]) -> BucketLine {
    let count = |b: Bucket| tasks.iter().filter(|t| t.score.bucket == b).count();
    let counts = [
        count(Bucket::DoneOnTime),
        count(Bucket::DoneLate),
        count(Bucket::OpenInTime),
        count(Bucket::OpenOverdue),
        count(Bucket::NotConsidered),
    ];
    BucketLine {
        name,
        total: tasks.len(),
        done_on_time: counts[0],
        done_late: counts[1],
        open_in_time: counts[2],
        open_overdue: counts[3],
        other: counts[4],
        unreported: tasks.iter().filter(|t| t.unreported).count(),
        unknown: tasks.iter().filter(|t| scene::is_unknown(t)).count(),
        unknown_late: tasks
            .iter()
            .filter(|t| scene::is_unknown(t) && t.score.bucket == Bucket::OpenOverdue)
            .count(),
        bar: bar(&counts, tasks.len()),
    }
}

/// Widths that add up to 100, none below 2 where there is anything.
fn bar(counts: &[usize; 5], total: usize) -> Vec<Bar> {
    if total == 0 {
        return Vec::new();
    }
    let mut bars: Vec<Bar> = counts
        .iter()
        .zip(COLOURS)
        .filter(|(n, _)| **n > 0)
        .map(|(n, colour)| Bar {
            colour: colour.to_owned(),
            percent: (n * 100 / total).max(2),
        })
        .collect();
    let sum: usize = bars.iter().map(|b| b.percent).sum();
    if let Some(widest) = bars.iter_mut().max_by_key(|b| b.percent) {
        widest.percent = (widest.percent + 100).saturating_sub(sum);
    }
    bars
}

/// Departments whose annex is missing, stale or held back.
fn silent(desk: &Desk<'_>, code: &str) -> Option<DepartmentLine> {
    let state = desk
        .consolidation
        .departments
        .iter()
        .find(|d| d.code == code)?;
    let has = |rule: &str| {
        desk.consolidation
            .findings
            .iter()
            .any(|f| f.code == rule && f.department.as_deref() == Some(code))
    };
    let kind = if has("L02") {
        "missing"
    } else if state.verdict == Some(Verdict::HeldBack) {
        "held"
    } else if has("L03") {
        "stale"
    } else {
        return None;
    };
    Some(DepartmentLine {
        name: state.name.clone(),
        code: code.to_owned(),
        state: kind.to_owned(),
        figures_on: state.figures_on.map(text::date),
        ..DepartmentLine::default()
    })
}
