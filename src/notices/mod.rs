//! Notices: the right word to the right person exactly once. Pure: what to say, to whom, why; and the mails that say it.

mod address;
mod alarm;
mod compose;
mod due_soon;
mod escalation;
mod fuse;
mod heading;
mod held_back;
mod ladder;
mod lines;
mod memory;
mod missing;
mod moved;
mod overdue;
mod picture;
mod record;
mod refused;
mod resolved;
mod scene;
mod stale;
mod template;
mod unreported;
mod view;
mod weekly;

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::config::Config;
use crate::domain::calendar::Calendar;
use crate::domain::consolidation::Consolidation;
use crate::domain::notice::{Audience, Decision, SaidLedger};
use crate::domain::now::Now;

pub use address::{bare_address, message_id};
pub use compose::{Composed, compose};
use scene::{Candidate, Scene, Weight};
pub use template::{BUILT_IN, TemplateError, Templates};

/// A kind of notice: finds what could be said today.
#[derive(Clone, Copy, Debug)]
pub struct Notice {
    /// Stable name: file of `templates/mail/`.
    pub name: &'static str,
    /// Finds its candidates.
    find: fn(&Scene<'_>, &mut Vec<Candidate>),
}

/// Every notice, in the order of a digest.
pub static ALL: &[&Notice] = &[
    &alarm::NOTICE,
    &weekly::NOTICE,
    &escalation::NOTICE,
    &overdue::NOTICE,
    &due_soon::NOTICE,
    &unreported::NOTICE,
    &held_back::NOTICE,
    &missing::NOTICE,
    &stale::NOTICE,
    &moved::NOTICE,
    &refused::NOTICE,
    &resolved::NOTICE,
];

/// Everything a plan looks at.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Ledger, scores and findings as of the day.
    pub consolidation: &'a Consolidation,
    /// What was said so far.
    pub said: &'a SaidLedger,
    /// Settings: addresses come from here only.
    pub config: &'a Config,
    /// Working days.
    pub calendar: &'a Calendar,
    /// The moment of the pass.
    pub now: &'a Now,
    /// The hour of day does not matter (`annexd once`); rest days still do.
    pub at_once: bool,
    /// Alarms for the operator, one line each.
    pub alarms: &'a [String],
    /// Addresses a mail server refused for good, with its answer.
    pub refused: &'a [(String, String)],
    /// The operator freed the mails that the fuse holds.
    pub released: bool,
}

/// Why nothing goes out at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// The day is no working day.
    RestDay,
    /// The hour of digests has not come.
    BeforeHour,
    /// Quiet hours.
    QuietHours,
    /// The fuse holds a sudden wave.
    Fuse,
}

impl Pause {
    /// Key of `templates/notices.toml` `[pause]`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RestDay => "rest-day",
            Self::BeforeHour => "before-hour",
            Self::QuietHours => "quiet-hours",
            Self::Fuse => "fuse",
        }
    }
}

/// What is to be said now.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// One digest per person, to be queued in the commit of the pass.
    pub decisions: Vec<Decision>,
    /// Digests that wait for the hour, the next working day or the fuse; they are found anew by the next pass.
    pub waiting: Vec<Decision>,
    /// The ledger of what was said, with `decisions` in it; to be stored in the same commit.
    pub said: SaidLedger,
    /// Whether the fuse holds the digests.
    pub held: bool,
    /// Why `waiting` waits.
    pub pause: Option<Pause>,
}

/// Decides what is to be said at this moment, to whom and why.
#[must_use]
pub fn plan(input: &Input<'_>) -> Plan {
    let day = input.now.as_of;
    let mut said = input.said.clone();
    if input.released {
        memory::forget_ahead(&mut said, day);
    }
    memory::advance(&mut said, input);
    let scene = Scene::new(input, &said);
    let mut candidates = Vec::new();
    for notice in ALL {
        (notice.find)(&scene, &mut candidates);
    }
    let (digests, silent) = gather(candidates, &said, day);
    let decisions: Vec<Decision> = digests.iter().map(|d| decision(d, day)).collect();
    let mut pause = closed(input.config, input.calendar, input.now, input.at_once);
    let mut held = false;
    if pause.is_none() {
        record::apply_silent(&mut said, &silent, day);
        if input.now.doubted || fuse::trips(&said, &decisions, input) {
            held = true;
            pause = Some(Pause::Fuse);
        }
    }
    let (now, waiting) = match pause {
        None => (digests, Vec::new()),
        Some(Pause::Fuse) => {
            let mut operator = fuse::operator_only(&digests);
            // A command's own day may be the wrong one: nothing is written down as said on it.
            operator.retain(|_| !(input.now.doubted && input.at_once));
            // Of a clock that is not believed the operator hears by an alarm of its own.
            if !input.now.doubted {
                fuse::tell(&mut operator, input, decisions.len());
            }
            (operator, decisions.clone())
        }
        Some(_) => (Vec::new(), decisions.clone()),
    };
    let domain = address::domain(&input.config.mail.from);
    for digest in &now {
        record::apply(&mut said, digest, day, &domain);
    }
    if pause.is_none() {
        weekly::mark(&mut said, input);
        fuse::count(&mut said, &now);
        said.first_pass_done = true;
    }
    record::forget(&mut said, day);
    Plan {
        decisions: now.iter().map(|d| decision(d, day)).collect(),
        waiting,
        said,
        held,
        pause,
    }
}

/// Decides what the operator alone is to be told: the pass concluded nothing, so nobody else hears anything.
#[must_use]
pub fn plan_alarms(input: &Input<'_>) -> Plan {
    let day = input.now.as_of;
    let mut said = input.said.clone();
    let mut candidates = Vec::new();
    (alarm::NOTICE.find)(&Scene::new(input, &said), &mut candidates);
    let (digests, _) = gather(candidates, &said, day);
    let all: Vec<Decision> = digests.iter().map(|d| decision(d, day)).collect();
    let pause = closed(input.config, input.calendar, input.now, input.at_once);
    let (decisions, waiting) = match pause {
        None => (all, Vec::new()),
        Some(_) => (Vec::new(), all),
    };
    if pause.is_none() {
        let domain = address::domain(&input.config.mail.from);
        for digest in &digests {
            record::apply(&mut said, digest, day, &domain);
        }
    }
    Plan {
        decisions,
        waiting,
        said,
        held: false,
        pause,
    }
}

/// Alarms that an operator was to be told and was not.
#[must_use]
pub fn untold_alarms(said: &SaidLedger, config: &Config, alarms: &[String]) -> Vec<String> {
    let operators = scene::addresses(&config.mail.operator);
    let told = |to: &str, line: &str| {
        said.said
            .get(&record::key(to, &alarm::subject(line)))
            .is_some_and(|s| s.closed.is_none())
    };
    let untold = |line: &&String| operators.iter().any(|to| !told(to, line));
    alarms.iter().filter(untold).cloned().collect()
}

/// Operators who are mailed as nothing else: their mails hold alarms only.
#[must_use]
pub fn only_operators(config: &Config) -> Vec<String> {
    let departments = config.roster.departments.iter();
    let leaders = config.roster.leaders.iter().flat_map(|l| &l.mail);
    let others: Vec<String> = departments
        .flat_map(|d| d.mail.iter().chain(&d.head))
        .chain(leaders)
        .map(|a| bare_address(a))
        .collect();
    scene::addresses(&config.mail.operator)
        .into_iter()
        .filter(|to| !others.contains(to))
        .collect()
}

/// Everything for one address.
#[derive(Clone, Debug)]
pub(crate) struct Digest {
    pub to: String,
    pub candidates: Vec<Candidate>,
}

/// Why nothing may go out at a moment; with `at_once` (or a given day) the hour does not matter.
#[must_use]
pub fn closed(config: &Config, calendar: &Calendar, now: &Now, at_once: bool) -> Option<Pause> {
    if !calendar.is_working(now.as_of) {
        return Some(Pause::RestDay);
    }
    if at_once || now.as_of_given {
        return None;
    }
    let settings = &config.notices;
    let time = now.local.time();
    let quiet = if settings.quiet_from <= settings.quiet_to {
        time >= settings.quiet_from && time < settings.quiet_to
    } else {
        time >= settings.quiet_from || time < settings.quiet_to
    };
    if quiet && settings.quiet_from != settings.quiet_to {
        Some(Pause::QuietHours)
    } else if time < settings.send_at {
        Some(Pause::BeforeHour)
    } else {
        None
    }
}

/// Groups candidates by person: who had a digest today, or has no news, waits.
fn gather(
    candidates: Vec<Candidate>,
    said: &SaidLedger,
    day: Date,
) -> (Vec<Digest>, Vec<Candidate>) {
    let mut by_address: BTreeMap<String, Vec<Candidate>> = BTreeMap::new();
    let mut silent = Vec::new();
    for candidate in candidates {
        if candidate.weight == Weight::Silent {
            silent.push(candidate);
        } else {
            by_address
                .entry(candidate.to.clone())
                .or_default()
                .push(candidate);
        }
    }
    let digests = by_address
        .into_iter()
        .filter(|(to, _)| said.last_digest.get(to).is_none_or(|last| *last < day))
        .filter(|(_, all)| all.iter().any(|c| c.weight == Weight::News))
        .map(|(to, candidates)| Digest { to, candidates })
        .collect();
    (digests, silent)
}

/// The decision of a digest: of several items about one task only the weightiest is printed.
fn decision(digest: &Digest, day: Date) -> Decision {
    let mut best: BTreeMap<&str, u8> = BTreeMap::new();
    for c in &digest.candidates {
        if let (Some(task), rank @ 1..) = (c.item.task.as_deref(), ladder::rank(c.item.reason)) {
            let slot = best.entry(task).or_insert(0);
            *slot = (*slot).max(rank);
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    let items = digest
        .candidates
        .iter()
        .filter(|c| {
            let rank = ladder::rank(c.item.reason);
            let kept = match c.item.task.as_deref() {
                Some(task) if rank > 0 => best.get(task) == Some(&rank),
                _ => true,
            };
            kept && seen.insert((c.item.reason, c.item.task.clone(), c.item.key.clone()))
        })
        .map(|c| c.item.clone())
        .collect();
    let audience = digest
        .candidates
        .iter()
        .map(|c| c.audience)
        .max_by_key(|a| match a {
            Audience::Leader => 5,
            Audience::Head => 4,
            Audience::Office => 2,
            Audience::Owner => 3,
            Audience::Operator => 1,
        })
        .unwrap_or(Audience::Owner);
    Decision {
        to: digest.to.clone(),
        audience,
        day,
        items,
    }
}
