//! Roll-ups: counts and rates of all tasks, and by department, area and person (SPEC §11, "Totals" and "Rates").

use std::collections::HashMap;

use super::{rates, score335};
use crate::config::Config;
use crate::domain::calendar::Calendar;
use crate::domain::consolidation::{Class, ConsolidatedTask, Counts, GroupScore};
use jiff::civil::Date;

/// What groups are rolled up with.
pub struct Roll<'a> {
    /// As-of day.
    pub as_of: Date,
    /// Settings.
    pub config: &'a Config,
    /// Working days.
    pub calendar: &'a Calendar,
    /// Whether the Office confirmed an objective cause.
    pub objective: &'a dyn Fn(&ConsolidatedTask) -> bool,
}

/// Counts tasks, each once.
pub fn counts(tasks: &[&ConsolidatedTask], as_of: Date) -> Counts {
    let mut counts = Counts::default();
    for task in tasks {
        let score = &task.score;
        counts.total += 1;
        *counts.by_class.entry(score.class).or_insert(0) += 1;
        let due = score
            .effective
            .is_some_and(|d| d <= as_of || score.class.is_done());
        if due {
            counts.due += 1;
            if matches!(score.class, Class::DoneEarly | Class::DoneOnTime) {
                counts.due_on_time += 1;
            }
        }
    }
    counts
}

/// Counts a group and gives its rates, without a score.
pub fn group(
    key: &str,
    name: &str,
    tasks: &[&ConsolidatedTask],
    as_of: Date,
    config: &Config,
) -> GroupScore {
    let counts = counts(tasks, as_of);
    let figures = &config.figures;
    GroupScore {
        key: key.to_owned(),
        name: name.to_owned(),
        completion: rates::rate(counts.done(), counts.total, figures),
        on_time: rates::rate(counts.on_time(), counts.total, figures),
        on_time_due: rates::rate(counts.due_on_time, counts.due, figures),
        overdue: rates::rate(counts.of(Class::Overdue), counts.total, figures),
        score: None,
        counts,
    }
}

impl Roll<'_> {
    /// Rolls a group up.
    pub fn group(
        &self,
        key: &str,
        name: &str,
        tasks: &[&ConsolidatedTask],
        scored: bool,
    ) -> GroupScore {
        let settings = &self.config.score;
        let score = (scored && settings.enabled)
            .then(|| score335::score(tasks, self.objective, self.as_of, self.calendar, settings))
            .flatten();
        GroupScore {
            score,
            ..group(key, name, tasks, self.as_of, self.config)
        }
    }

    /// Rolls up by department: a task with several leads counts once for each.
    pub fn by_department(
        &self,
        departments: &[(String, String)],
        tasks: &[ConsolidatedTask],
    ) -> Vec<GroupScore> {
        let mut led: HashMap<&str, Vec<&ConsolidatedTask>> = HashMap::new();
        for task in tasks {
            for (n, lead) in task.leads.iter().enumerate() {
                if !task.leads[..n].contains(lead) {
                    led.entry(lead).or_default().push(task);
                }
            }
        }
        departments
            .iter()
            .map(|(code, name)| {
                let own = led.get(code.as_str()).map_or(&[][..], Vec::as_slice);
                self.group(code, name, own, true)
            })
            .collect()
    }

    /// Rolls up by keys of a task, in the order they first appear; the key's first spelling is printed.
    pub fn by(
        &self,
        tasks: &[ConsolidatedTask],
        scored: bool,
        names: impl Fn(&ConsolidatedTask) -> Vec<&str>,
    ) -> Vec<GroupScore> {
        let mut groups: Vec<(String, Vec<&ConsolidatedTask>)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for task in tasks {
            let mut seen: Vec<String> = Vec::new();
            for name in names(task) {
                let key = matched(name);
                if seen.contains(&key) {
                    continue;
                }
                match places.get(&key) {
                    Some(place) => groups[*place].1.push(task),
                    None => {
                        places.insert(key.clone(), groups.len());
                        groups.push((shown(name), vec![task]));
                    }
                }
                seen.push(key);
            }
        }
        groups
            .iter()
            .map(|(name, own)| self.group(name, name, own, scored))
            .collect()
    }
}

fn shown(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Spelling that is compared: spaces and case aside.
pub fn matched(name: &str) -> String {
    shown(name).to_lowercase()
}
