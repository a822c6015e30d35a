//! Settings: `config/default.toml` is the only source of defaults; a user's file overrides it key by key.

pub mod catalogue;
pub mod holidays;
pub mod periods;

mod check;
mod settings;
mod shape;
mod typed;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde::Deserialize;

use crate::domain::finding::Severity;
use crate::domain::indicator::Indicator;
use crate::domain::roster::{Department, Leader, Roster};

pub use settings::*;

/// The embedded defaults.
pub const DEFAULT_TOML: &str = include_str!("../../config/default.toml");

/// The effective, checked settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The watched folder, absolute or relative to the working directory.
    pub share: PathBuf,
    /// State directory.
    pub state_dir: PathBuf,
    /// IANA time zone.
    pub timezone: String,
    /// The plan.
    pub plan: Plan,
    /// Folders of the share.
    pub folders: Folders,
    /// What is published where.
    pub publish: Publish,
    /// Templates of issued workbooks.
    pub template: Template,
    /// Deadline switches.
    pub deadlines: Deadlines,
    /// Calendar switches.
    pub calendar: CalendarSettings,
    /// Watching.
    pub watch: Watch,
    /// Mail.
    pub mail: MailSettings,
    /// Notices.
    pub notices: NoticeSettings,
    /// Figures.
    pub figures: Figures,
    /// Score.
    pub score: ScoreSettings,
    /// Reporting periods.
    pub periods: Vec<PeriodSettings>,
    /// Built-in rules remapped; `None` is off.
    pub rules: BTreeMap<String, Option<Severity>>,
    /// Built-in rules with a first day.
    pub rules_from: BTreeMap<String, Date>,
    /// A unit's own rules.
    pub own_rules: Vec<OwnRule>,
    /// Indicators replaced by the user; empty: the embedded catalogue.
    pub indicators: Vec<Indicator>,
    /// Departments and leaders.
    pub roster: Roster,
    /// Vault.
    pub vault: Vault,
    /// Monitoring.
    pub status: StatusSettings,
    /// Log.
    pub log: LogSettings,
    /// Limits.
    pub limits: Limits,
    /// Folder relative paths start at.
    pub base: PathBuf,
    /// The user's file, if there is one.
    pub file: Option<PathBuf>,
}

/// The file as written, defaults merged below it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    share: PathBuf,
    state_dir: PathBuf,
    timezone: String,
    plan: Plan,
    folders: Folders,
    publish: Publish,
    template: Template,
    deadlines: Deadlines,
    calendar: CalendarSettings,
    watch: Watch,
    mail: MailSettings,
    notices: NoticeSettings,
    figures: Figures,
    score: ScoreSettings,
    period: Vec<PeriodSettings>,
    rules: BTreeMap<String, String>,
    rules_from: BTreeMap<String, Date>,
    #[serde(default)]
    rule: Vec<OwnRule>,
    #[serde(default)]
    indicator: Vec<Indicator>,
    #[serde(default)]
    department: Vec<RawDepartment>,
    #[serde(default)]
    leader: Vec<RawLeader>,
    vault: Vault,
    status: StatusSettings,
    log: LogSettings,
    limits: Limits,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDepartment {
    code: String,
    name: String,
    folder: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    mail: Vec<String>,
    #[serde(default)]
    head: Vec<String>,
    #[serde(default)]
    office: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLeader {
    name: String,
    #[serde(default)]
    mail: Vec<String>,
    #[serde(default)]
    departments: Vec<String>,
}

/// One thing wrong with a config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// File as given.
    pub file: String,
    /// Line, from 1; 0 when it concerns no line.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl Config {
    /// The time zone of the settings; `+07:00` where the machine lacks the zone's data. Viet Nam has one offset and no summer time.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        let vietnam = || TimeZone::fixed(Offset::constant(7));
        match self.timezone.as_str() {
            "Asia/Ho_Chi_Minh" | "Asia/Saigon" => vietnam(),
            other => TimeZone::get(other).unwrap_or_else(|_| vietnam()),
        }
    }

    /// The defaults alone.
    ///
    /// # Panics
    /// When the embedded defaults do not parse: a defect, caught by a test.
    #[must_use]
    pub fn defaults() -> Self {
        Self::parse("", None).expect("the embedded defaults parse")
    }

    /// Reads a user's file over the defaults.
    ///
    /// # Errors
    /// Everything that is wrong with it, together.
    pub fn parse(text: &str, file: Option<&std::path::Path>) -> Result<Self, Vec<ConfigProblem>> {
        let name = file.map_or_else(|| "default.toml".to_owned(), |f| f.display().to_string());
        let problem = |message: String| {
            vec![ConfigProblem {
                file: name.clone(),
                line: 0,
                message,
                remedy: String::new(),
            }]
        };
        let defaults: toml::Table = DEFAULT_TOML.parse().map_err(|e| problem(format!("{e}")))?;
        let shape::Shaped {
            table,
            mut lines,
            entries_left_out,
            mut problems,
        } = shape::walk(text, &name, &defaults);
        let raw = match typed::read(&defaults, table, &name, &mut lines, &mut problems) {
            Ok(raw) => raw,
            Err(last) => {
                problems.push(last);
                return Err(problems);
            }
        };
        let base = file
            .and_then(std::path::Path::parent)
            .map_or_else(PathBuf::new, std::path::Path::to_path_buf);
        let config = raw.check(base, file.map(std::path::Path::to_path_buf));
        check::Checker {
            file: &name,
            lines: &lines,
            entries_left_out,
            problems: &mut problems,
        }
        .check(&config);
        if problems.is_empty() {
            return Ok(config);
        }
        problems.sort_by(|a, b| a.line.cmp(&b.line).then_with(|| a.message.cmp(&b.message)));
        Err(problems)
    }

    /// Every setting as it is in force, with where it comes from: the user's file and line, or the defaults.
    #[must_use]
    pub fn origins(text: &str, file: Option<&std::path::Path>) -> Vec<(String, String, String)> {
        let mut merged: toml::Table = DEFAULT_TOML.parse().unwrap_or_default();
        let name = file.map_or_else(|| "default.toml".to_owned(), |f| f.display().to_string());
        let shaped = shape::walk(text, &name, &merged);
        merge(&mut merged, shaped.table);
        let mut out = Vec::new();
        list(&merged, "", &mut |path, value| {
            let origin = shaped
                .lines
                .get(path)
                .map_or_else(|| "default".to_owned(), |line| format!("{name}:{line}"));
            out.push((path.to_owned(), value, origin));
        });
        out
    }
}

fn list(table: &toml::Table, prefix: &str, each: &mut dyn FnMut(&str, String)) {
    for (key, value) in table {
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            toml::Value::Table(inner) => list(inner, &path, each),
            toml::Value::Array(items) if items.iter().any(toml::Value::is_table) => {
                for (i, item) in items.iter().enumerate() {
                    if let toml::Value::Table(inner) = item {
                        list(inner, &format!("{path}.{}", i + 1), each);
                    }
                }
            }
            other => each(&path, other.to_string()),
        }
    }
}

fn merge(into: &mut toml::Table, from: toml::Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => merge(old, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

impl RawConfig {
    fn check(self, base: PathBuf, file: Option<PathBuf>) -> Config {
        let rules = self
            .rules
            .iter()
            .map(|(code, word)| {
                let severity = match word.as_str() {
                    "error" => Some(Severity::Error),
                    "explain" => Some(Severity::Explain),
                    "warning" => Some(Severity::Warning),
                    "info" => Some(Severity::Info),
                    _ => None,
                };
                (code.clone(), severity)
            })
            .collect();
        let under = |p: PathBuf| {
            if p.as_os_str().is_empty() {
                p
            } else {
                base.join(p)
            }
        };
        let mut mail = self.mail;
        mail.dir = under(mail.dir);
        mail.password_file = under(mail.password_file);
        mail.ca_file = under(mail.ca_file);
        mail.templates = under(mail.templates);
        let mut status = self.status;
        status.heartbeat_file = under(status.heartbeat_file);
        status.metrics_file = under(status.metrics_file);
        Config {
            share: base.join(self.share),
            state_dir: base.join(self.state_dir),
            timezone: self.timezone,
            plan: self.plan,
            folders: self.folders,
            publish: self.publish,
            template: self.template,
            deadlines: self.deadlines,
            calendar: self.calendar,
            watch: self.watch,
            mail,
            notices: self.notices,
            figures: self.figures,
            score: self.score,
            periods: self.period,
            rules,
            rules_from: self.rules_from,
            own_rules: self.rule,
            indicators: self.indicator,
            roster: Roster {
                departments: self
                    .department
                    .into_iter()
                    .map(|d| Department {
                        code: d.code,
                        name: d.name,
                        folder: d.folder,
                        aliases: d.aliases,
                        mail: d.mail,
                        head: d.head,
                        office: d.office,
                    })
                    .collect(),
                leaders: self
                    .leader
                    .into_iter()
                    .map(|l| Leader {
                        name: l.name,
                        mail: l.mail,
                        departments: l.departments,
                    })
                    .collect(),
            },
            vault: self.vault,
            status,
            log: self.log,
            limits: self.limits,
            base,
            file,
        }
    }
}
