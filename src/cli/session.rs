//! What every command starts from: settings, calendar, words, moment.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{exit, output};
use crate::config::{Config, ConfigProblem};
use crate::domain::calendar::Calendar;
use crate::domain::now::Now;
use crate::text::Text;

/// Settings and what follows from them.
#[derive(Clone, Debug)]
pub struct Session {
    /// Settings.
    pub config: Config,
    /// Working days.
    pub calendar: Calendar,
    /// Our words.
    pub text: Text,
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
                for p in problems {
                    let place = if p.line == 0 { p.file.clone() } else { format!("{}:{}", p.file, p.line) };
                    let remedy =
                        if p.remedy.is_empty() { String::new() } else { format!("\n    remedy: {}", p.remedy) };
                    output::error(&format!("{place}: {}{remedy}", p.message));
                }
                output::error(&format!("{} thing(s) to mend in the settings; nothing was started", problems.len()));
            }
        }
        exit::CONFIG
    }
}

impl Session {
    /// The config file: the given one, else `./annexd.toml`, else `/etc/annexd/annexd.toml`.
    #[must_use]
    pub fn config_file(given: Option<&Path>) -> Option<PathBuf> {
        if let Some(file) = given {
            return Some(file.to_path_buf());
        }
        ["annexd.toml", "/etc/annexd/annexd.toml"].iter().map(PathBuf::from).find(|p| p.exists())
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
                "no settings: name a file with --config, or make one with `annexd init DIR`".to_owned(),
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
        let config = Config::parse(&text, Some(&absolute)).map_err(SessionError::Wrong)?;
        Self::of(config)
    }

    fn of(config: Config) -> Result<Self, SessionError> {
        let wrong = |message: String| {
            let file = config.file.as_ref().map_or_else(String::new, |f| f.display().to_string());
            SessionError::Wrong(vec![ConfigProblem { file, line: 0, message, remedy: String::new() }])
        };
        let calendar = crate::config::holidays::calendar(&config).map_err(wrong)?;
        Ok(Self { config, calendar, text: Text::embedded() })
    }

    /// The moment of a command.
    #[must_use]
    pub fn now(&self, as_of: Option<Date>) -> Now {
        crate::shell::clock::now(&self.config, as_of)
    }

    /// Starts logging to stderr.
    pub fn start_log(&self) {
        crate::shell::log::start(&self.config.log);
    }
}
