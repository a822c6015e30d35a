//! What every command starts from: settings, calendar, words, moment.

pub mod broken;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use jiff::civil::Date;

use super::{exit, output};
use crate::config::{Config, ConfigProblem, OwnRule};
use crate::daemon::Steady;
use crate::daemon::{self, Loaded, Post, Setup};
use crate::domain::finding::Severity;
use crate::domain::now::Now;
use crate::notices::Templates;
use crate::pass::{self, Core};
use crate::rules::own;
use crate::shell::readings::Readings;
use crate::text::Text;
use crate::vn::Words;

/// Settings and what follows from them.
#[derive(Clone, Debug)]
pub struct Session {
    /// What passes stand on.
    pub core: Arc<Core>,
}

/// Why a command cannot start.
#[derive(Debug)]
pub enum SessionError {
    /// There is no config file.
    NoConfig(String),
    /// Everything that is wrong with it.
    Wrong(Vec<ConfigProblem>),
}

impl SessionError {
    /// Tells the trouble on stderr and gives the exit code.
    #[must_use]
    pub fn tell(&self) -> i32 {
        match self {
            Self::NoConfig(message) => output::error(message),
            Self::Wrong(problems) => {
                tell_all(problems);
                output::error(&format!(
                    "{} thing(s) to mend in the settings; nothing was started",
                    problems.len()
                ));
            }
        }
        exit::CONFIG
    }
}

/// Tells every problem of the settings on stderr, each with place and remedy.
pub(super) fn tell_all(problems: &[ConfigProblem]) {
    for p in problems {
        let place = if p.line == 0 {
            p.file.clone()
        } else {
            format!("{}:{}", p.file, p.line)
        };
        let remedy = if p.remedy.is_empty() {
            String::new()
        } else {
            format!("\n    remedy: {}", p.remedy)
        };
        output::error(&format!("{place}: {}{remedy}", p.message));
    }
}

impl Session {
    /// The config file: the given one, else `./annexd.toml`, else `/etc/annexd/annexd.toml`.
    #[must_use]
    pub fn config_file(given: Option<&Path>) -> Option<PathBuf> {
        if let Some(file) = given {
            return Some(file.to_path_buf());
        }
        ["annexd.toml", "/etc/annexd/annexd.toml"]
            .iter()
            .map(PathBuf::from)
            .find(|p| p.exists())
    }

    /// Loads the settings; without any file a command that may runs on the defaults.
    ///
    /// # Errors
    /// When there is no file and one is needed, or when it is wrong.
    pub fn load(given: Option<&Path>, optional: bool) -> Result<Self, SessionError> {
        let Some(file) = Self::config_file(given) else {
            if optional {
                return Self::of(Config::defaults());
            }
            return Err(SessionError::NoConfig(
                "no settings: name a file with --config, or make one with `annexd init DIR`"
                    .to_owned(),
            ));
        };
        Self::from_file(&file)
    }

    /// Loads the settings of one file.
    ///
    /// # Errors
    /// When it cannot be read or is wrong.
    pub fn from_file(file: &Path) -> Result<Self, SessionError> {
        let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf());
        let text = std::fs::read_to_string(&absolute)
            .map_err(|e| SessionError::NoConfig(format!("cannot read {}: {e}", file.display())))?;
        match Config::parse(&text, Some(&absolute)) {
            Ok(config) => Self::of(config),
            Err(mut problems) => {
                problems.extend(wrong_rules(&text, &absolute, &problems));
                Err(SessionError::Wrong(problems))
            }
        }
    }

    fn of(config: Config) -> Result<Self, SessionError> {
        let file = config
            .file
            .as_ref()
            .map_or_else(String::new, |f| f.display().to_string());
        let wrong = |line: usize, message: String, remedy: &str| ConfigProblem {
            file: file.clone(),
            line,
            message,
            remedy: remedy.to_owned(),
        };
        let mut problems = Vec::new();
        let calendar = crate::config::holidays::calendar(&config)
            .map_err(|e| problems.push(wrong(0, e, "mend config/holidays.toml or [calendar]")));
        let own = own::compile(&config.own_rules).map_err(|wrong_rules| {
            let text = config
                .file
                .as_ref()
                .and_then(|f| std::fs::read_to_string(f).ok())
                .unwrap_or_default();
            let lines = rule_lines(&text, config.file.as_deref(), config.own_rules.len());
            for (index, message, position) in wrong_rules {
                let line = lines.get(index).copied().unwrap_or(0);
                let code = &config.own_rules[index].code;
                problems.push(rule_problem(&file, line, code, &message, position));
            }
        });
        let templates = templates(&config).map_err(|e| {
            problems.push(wrong(
                0,
                e,
                "mend the template, or take it out of [mail] templates",
            ));
        });
        let (Ok(calendar), Ok(own), Ok(templates)) = (calendar, own, templates) else {
            return Err(SessionError::Wrong(problems));
        };
        let indicators = crate::config::catalogue::indicators(&config);
        let core = Core {
            config,
            calendar,
            text: Text::embedded(),
            words: Words::embedded(),
            own,
            indicators,
            templates,
        };
        Ok(Self {
            core: Arc::new(core),
        })
    }

    /// The moment of a command.
    #[must_use]
    pub fn now(&self, as_of: Option<Date>) -> Now {
        crate::shell::clock::now(&self.core.config, as_of)
    }

    /// What passes work with.
    #[must_use]
    pub fn setup(&self, as_of: Option<Date>, at_once: bool) -> Setup {
        let core = Arc::clone(&self.core);
        let render = Arc::clone(&self.core);
        Setup {
            config: core.config.clone(),
            text: core.text.clone(),
            parse: Box::new(super::look::parser(self)),
            advance: Box::new(move |state, snapshot, now, alarms, released| {
                pass::decide(
                    state,
                    snapshot,
                    now,
                    &core.context(alarms, released, at_once),
                )
            }),
            render: Box::new(move |effects, snapshot, stands| {
                pass::render(
                    effects,
                    snapshot,
                    &render.context(&[], false, at_once),
                    stands,
                );
            }),
            basis: self.basis(),
            as_of,
            steady: at_once.then(|| self.steady()),
        }
    }

    /// What was read of unchanged workbooks.
    pub(super) fn readings(&self) -> Readings {
        Readings::of(&self.core.config.state_dir, &self.basis())
    }

    /// A hash of program and settings.
    fn basis(&self) -> String {
        let text = format!(
            "{}\n{:?}\n{:?}",
            program(),
            self.core.config,
            self.core.indicators
        );
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }

    /// What tells that a pass would change nothing.
    fn steady(&self) -> Steady {
        let (core, judge) = (Arc::clone(&self.core), Arc::clone(&self.core));
        let settings = self.basis();
        Steady {
            basis: Box::new(move |now| {
                let pause = crate::notices::closed(&core.config, &core.calendar, now, true);
                let ahead = now.local.to_zoned(jiff::tz::TimeZone::UTC);
                let ahead = ahead.map(|z| z.timestamp().as_second() - now.instant.as_second());
                let text = format!(
                    "{settings} {} {} {pause:?} {ahead:?}",
                    now.as_of, now.as_of_given
                );
                blake3::hash(text.as_bytes()).to_hex().to_string()
            }),
            settled: Box::new(move |state, consolidation, snapshot, now| {
                let cx = judge.context(&[], false, true);
                pass::is_settled(state, consolidation, snapshot, now, &cx)
            }),
        }
    }

    /// Who hands mails over; with `all`, also those whose next try has not come.
    #[must_use]
    pub fn post(&self, all: bool, as_of: Option<Date>) -> Post {
        let core = &self.core;
        Post::new(
            core.config.clone(),
            core.calendar.clone(),
            &core.text,
            all,
            as_of,
        )
    }

    /// Starts logging to stderr.
    pub fn start_log(&self) {
        crate::shell::log::start(&self.core.config.log);
    }
}

/// This very program: another build may see the same things otherwise.
fn program() -> String {
    let exe = std::env::current_exe().and_then(std::fs::metadata);
    let (size, changed) = exe.map_or((0, None), |m| (m.len(), m.modified().ok()));
    format!("{} {size} {changed:?}", env!("CARGO_PKG_VERSION"))
}

/// What is wrong with the own rules of a file that is wrong elsewhere too, so that everything is told together.
fn wrong_rules(text: &str, file: &Path, told: &[ConfigProblem]) -> Vec<ConfigProblem> {
    let Ok(table) = text.parse::<toml::Table>() else {
        return Vec::new();
    };
    let Some(toml::Value::Array(entries)) = table.get("rule") else {
        return Vec::new();
    };
    let rules: Vec<OwnRule> = entries.iter().filter_map(readable).collect();
    let problems = own::compile(&rules).err().unwrap_or_default();
    let lines = rule_lines(text, Some(file), rules.len());
    let mut all = Vec::new();
    for (index, message, position) in problems {
        let line = lines.get(index).copied().unwrap_or(0);
        // An unknown field is told already, at its own line.
        let known = told
            .iter()
            .any(|p| p.line.abs_diff(line) == 1 && p.message.starts_with("no field is"));
        let shared = message.starts_with("the code ");
        if position.is_none() && (known || shared) {
            continue;
        }
        all.push(rule_problem(
            &file.display().to_string(),
            line,
            &rules[index].code,
            &message,
            position,
        ));
    }
    all
}

/// An own rule as far as it can be compiled: what else is wrong with it is told already. None where a text that it needs is missing.
fn readable(entry: &toml::Value) -> Option<OwnRule> {
    let text = |key: &str| entry.get(key)?.as_str().map(str::to_owned);
    text("severity")?;
    Some(OwnRule {
        code: text("code")?,
        severity: Severity::Warning,
        field: text("field")?,
        require: text("require")?,
        message: text("message")?,
        remedy: String::new(),
        from: None,
    })
}

fn rule_problem(
    file: &str,
    line: usize,
    code: &str,
    message: &str,
    position: Option<usize>,
) -> ConfigProblem {
    let at = position.map_or_else(String::new, |p| format!(" at character {p}"));
    ConfigProblem {
        file: file.to_owned(),
        line,
        message: format!("[[rule]] {code}: `require`{at}: {message}"),
        remedy: "mend the CEL expression; fields are row.<name>, as_of is the day".to_owned(),
    }
}

/// Lines of the `require` keys of the own rules.
fn rule_lines(text: &str, file: Option<&Path>, rules: usize) -> Vec<usize> {
    let origins = Config::origins(text, file);
    let line = |n: usize| {
        let key = format!("rule.{n}.require");
        let origin = origins
            .iter()
            .find(|(k, _, _)| *k == key)
            .map(|(_, _, o)| o.clone());
        origin
            .and_then(|o| o.rsplit_once(':').and_then(|(_, l)| l.parse().ok()))
            .unwrap_or(0)
    };
    (1..=rules).map(line).collect()
}

/// The built-in mail templates with the replaced ones of `[mail] templates`.
fn templates(config: &Config) -> Result<Templates, String> {
    let dir = &config.mail.templates;
    let mut replaced = BTreeMap::new();
    if !dir.as_os_str().is_empty() {
        let entries = std::fs::read_dir(dir)
            .map_err(|e| format!("[mail] templates {}: {e}", dir.display()))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".txt") || name.ends_with(".html") {
                let text = std::fs::read_to_string(entry.path())
                    .map_err(|e| format!("template {name}: {e}"))?;
                replaced.insert(name, text);
            }
        }
    }
    Templates::new(replaced).map_err(|e| e.to_string())
}

/// Runs the daemon on a config file, in a process of its own behind this one.
pub(super) fn run_daemon(given: Option<&Path>, as_of: Option<Date>) -> i32 {
    let session = match Session::load(given, false) {
        Ok(session) => session,
        Err(e) => return e.tell(),
    };
    session.start_log();
    let exe = std::env::current_exe().unwrap_or_else(|_| "annexd".into());
    let mut command = Command::new(exe);
    if let Some(file) = &session.core.config.file {
        command.arg("--config").arg(file);
    }
    if let Some(day) = as_of {
        command.arg("--as-of").arg(day.to_string());
    }
    command
        .arg("daemon-worker")
        .arg(std::process::id().to_string());
    i32::from(daemon::guard::run(&session.core.config.state_dir, command))
}

/// The daemon's own process; a signal reads the settings anew.
pub(super) fn run_behind(given: Option<&Path>, as_of: Option<Date>, guard: u32) -> i32 {
    let first = match Session::load(given, false) {
        Ok(session) => session,
        Err(e) => return e.tell(),
    };
    first.start_log();
    let file = first.core.config.file.clone();
    let load = move || {
        let session = Session::load(file.as_deref(), false).map_err(|e| e.to_string())?;
        Ok(Loaded {
            setup: session.setup(as_of, false),
            delivery: Box::new(session.post(false, as_of)),
        })
    };
    i32::from(daemon::run(&load, guard))
}

impl std::fmt::Display for SessionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoConfig(message) => f.write_str(message),
            Self::Wrong(problems) => {
                let all: Vec<String> = problems
                    .iter()
                    .map(|p| format!("{}:{}: {}", p.file, p.line, p.message))
                    .collect();
                f.write_str(&all.join("; "))
            }
        }
    }
}
