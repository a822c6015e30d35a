//! Settings: `config/default.toml` is the only source of defaults; a user's file overrides it key by key.

pub mod catalogue;
pub mod holidays;
pub mod periods;

mod check;
mod shape;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::finding::Severity;
use crate::domain::indicator::Indicator;
use crate::domain::roster::{Department, Leader, Roster};

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

macro_rules! settings {
    ($($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident : $ty:ty,)* })*) => {
        $($(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$fmeta])* pub $field: $ty,)* })*
    };
}

settings! {
    /// The plan.
    Plan {
        /// Its title.
        title: String,
        /// First day.
        start: Date,
        /// Last day.
        end: Date,
        /// Name of the board, for the heading of printed pages.
        board: String,
        /// The body above it.
        parent: String,
        /// Place, for the date line.
        place: String,
    }
    /// Folders of the share.
    Folders {
        /// The baseline.
        baseline: String,
        /// Trial drops.
        trial: String,
    }
    /// What is published where, relative to the share.
    Publish {
        /// The consolidated workbook.
        consolidated: String,
        /// Folder of feedback workbooks.
        feedback: String,
        /// Folder of period workbooks.
        periods: String,
        /// Seconds between tries.
        retry_s: u64,
    }
    /// Template versions.
    Template {
        /// Stamped into issued workbooks.
        version: String,
        /// Accepted.
        accept: Vec<String>,
    }
    /// Deadline switches.
    Deadlines {
        /// Rest days roll forward.
        roll_forward: bool,
        /// "Before X" excludes X.
        before_excludes: bool,
    }
    /// Calendar switches.
    CalendarSettings {
        /// 24 November.
        culture_day: bool,
        /// Further rest days.
        rest: Vec<Date>,
        /// Further worked days.
        work: Vec<Date>,
    }
    /// Watching.
    Watch {
        /// auto, events, poll.
        mode: WatchMode,
        /// Quiet time.
        settle_ms: u64,
        /// Poll interval.
        poll_s: u64,
        /// Rescan interval.
        rescan_s: u64,
        /// Full hash interval.
        full_hash_s: u64,
        /// Grace of deletions.
        deletion_s: u64,
    }
    /// Mail.
    MailSettings {
        /// file, smtp.
        transport: Transport,
        /// Where `.eml` files go.
        dir: PathBuf,
        /// SMTP host.
        host: String,
        /// SMTP port.
        port: u16,
        /// starttls, tls, none.
        security: Security,
        /// Login; empty: no AUTH.
        username: String,
        /// File with the password.
        password_file: PathBuf,
        /// Environment variable with the password; used when not empty.
        password_env: String,
        /// Further authority; empty: none.
        ca_file: PathBuf,
        /// Sender.
        from: String,
        /// Seconds for each step of the conversation; ten times that for a delivery.
        timeout_s: u64,
        /// First retries, seconds.
        retry_s: Vec<u64>,
        /// Then hourly for so many days.
        give_up_days: u64,
        /// Addresses of the operator.
        operator: Vec<String>,
        /// Folder of replaced templates; empty: built-in.
        templates: PathBuf,
    }
    /// Notices.
    NoticeSettings {
        /// Hour of digests, `HH:MM`.
        send_at: jiff::civil::Time,
        /// Quiet hours begin.
        quiet_from: jiff::civil::Time,
        /// Quiet hours end.
        quiet_to: jiff::civil::Time,
        /// Working days before.
        due_soon_days: Vec<u32>,
        /// Working days after.
        overdue_days: Vec<u32>,
        /// Repeat interval, working days.
        repeat_days: u32,
        /// Head, working days after.
        escalate_head_days: u32,
        /// Leader, working days after.
        escalate_leader_days: u32,
        /// Rests granted at most.
        rest_times_max: u32,
        /// Working days rested at most.
        rest_days_max: u32,
        /// L03.
        stale_days: u32,
        /// Fuse.
        fuse_mails: u32,
    }
    /// Figures.
    Figures {
        /// Rounding rule.
        rounding: Rounding,
        /// Decimals.
        decimals: u8,
    }
    /// Score by Decree 335/2025.
    ScoreSettings {
        /// Switch.
        enabled: bool,
        /// Weight of quantity, percent.
        quantity_weight: f64,
        /// Weight of quality, percent.
        quality_weight: f64,
        /// Weight of timeliness, percent.
        timeliness_weight: f64,
        /// Off for each lateness, percent.
        lateness_percent: f64,
        /// Words of the Office's remark that confirm an objective cause.
        objective: Vec<String>,
    }
    /// A reporting period.
    PeriodSettings {
        /// Part of the year: `Q1`, `6T`, `Q3`, `9T`, `N`, `Q2`, `Q4`.
        part: String,
        /// Printed name.
        name: String,
        /// First day of data, `MM-DD` or `-1/MM-DD` for the year before.
        from: String,
        /// Cut-off day.
        to: String,
        /// To be sent by.
        send_by: String,
    }
    /// A unit's own rule.
    OwnRule {
        /// Code, `U01`…
        code: String,
        /// Severity.
        severity: Severity,
        /// Field whose cell is named.
        field: String,
        /// CEL expression that must be true.
        require: String,
        /// Message to the department, Vietnamese.
        message: String,
        /// Counts from this day.
        #[serde(default)]
        from: Option<Date>,
    }
    /// Vault.
    Vault {
        /// Days replaced versions are kept; 0: for ever.
        keep_days: u32,
    }
    /// Monitoring.
    StatusSettings {
        /// Heartbeat file; empty: none.
        heartbeat_file: PathBuf,
        /// Metrics file; empty: none.
        metrics_file: PathBuf,
    }
    /// Log.
    LogSettings {
        /// text, json.
        format: LogFormat,
        /// Filter.
        level: String,
    }
    /// Limits.
    Limits {
        /// Bytes of a file.
        file_bytes_max: u64,
        /// Inflated bytes of a file.
        inflated_bytes_max: u64,
        /// Rows of a sheet.
        rows_max: u64,
        /// Columns of a sheet that are read.
        columns_max: u64,
        /// Cells of a file.
        cells_max: u64,
        /// Parts of a package.
        entries_max: u64,
        /// Files of a share.
        files_max: u64,
        /// Memory of a parser child.
        parser_memory_bytes: u64,
        /// Time of a parser child.
        parser_seconds: u64,
        /// Findings shown per file.
        findings_max: u64,
        /// Rows of the log sheet.
        log_rows: u64,
    }
}

macro_rules! words {
    ($($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)* })*) => {
        $($(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant,)* })*
    };
}

words! {
    /// How the share is watched.
    WatchMode {
        /// Found out at start.
        Auto = "auto",
        /// Events and rescans.
        Events = "events",
        /// Polling.
        Poll = "poll",
    }
    /// Where mails go.
    Transport {
        /// `.eml` files.
        File = "file",
        /// A server.
        Smtp = "smtp",
    }
    /// Encryption of the conversation.
    Security {
        /// STARTTLS required.
        Starttls = "starttls",
        /// TLS from the first byte.
        Tls = "tls",
        /// None.
        None = "none",
    }
    /// Rounding of printed rates.
    Rounding {
        /// Half up.
        HalfUp = "half-up",
        /// Truncated.
        Truncate = "truncate",
    }
    /// Log lines.
    LogFormat {
        /// Text.
        Text = "text",
        /// JSON.
        Json = "json",
    }
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
        let mut merged: toml::Table = DEFAULT_TOML.parse().map_err(|e| problem(format!("{e}")))?;
        let shape::Shaped {
            table,
            lines,
            mut problems,
        } = shape::walk(text, &name, &merged);
        merge(&mut merged, table);
        let raw: RawConfig = match merged.try_into() {
            Ok(raw) => raw,
            Err(e) => {
                problems.extend(problem(e.message().to_owned()));
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
