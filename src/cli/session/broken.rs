//! Settings with the wrong lines taken out: `status` looks for the daemon that still runs on the old ones.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Session, SessionError};
use crate::config::{Config, ConfigProblem};

/// Rounds of taking lines out before the rest is given up.
const ROUNDS: usize = 20;

/// The settings of a file; of a wrong one, what is right in them and everything that is wrong.
///
/// # Errors
/// There is no file, or nothing in it can be understood.
pub fn load(given: Option<&Path>) -> Result<(Session, Vec<ConfigProblem>), SessionError> {
    let told = match Session::load(given, false) {
        Ok(session) => return Ok((session, Vec::new())),
        Err(SessionError::Wrong(problems)) => problems,
        Err(e) => return Err(e),
    };
    let Some(file) = Session::config_file(given) else {
        return Err(SessionError::Wrong(told));
    };
    let absolute = std::path::absolute(&file).unwrap_or(file);
    let Ok(text) = std::fs::read_to_string(&absolute) else {
        return Err(SessionError::Wrong(told));
    };
    match mended(&text, &absolute).map(Session::of) {
        Some(Ok(session)) => Ok((session, told)),
        _ => Err(SessionError::Wrong(told)),
    }
}

/// The settings of a text without the lines that are wrong.
fn mended(text: &str, file: &Path) -> Option<Config> {
    let mut out: BTreeSet<usize> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let rest: Vec<&str> = text
            .lines()
            .enumerate()
            .map(|(n, line)| if out.contains(&(n + 1)) { "" } else { line })
            .collect();
        match Config::parse(&rest.join("\n"), Some(file)) {
            Ok(config) => return Some(config),
            Err(problems) => {
                let before = out.len();
                out.extend(problems.iter().map(|p| p.line).filter(|line| *line > 0));
                if out.len() == before {
                    break;
                }
            }
        }
    }
    // What concerns no single line (own rules, templates, the roster) is no matter of where the daemon's state lies.
    let places: Vec<&str> = text
        .lines()
        .enumerate()
        .filter(|(n, line)| {
            let key = line.split('=').next().unwrap_or_default().trim();
            let place = ["share", "state_dir", "timezone", "heartbeat_file"].contains(&key);
            !out.contains(&(n + 1)) && (place || line.trim() == "[status]")
        })
        .map(|(_, line)| line)
        .collect();
    Config::parse(&places.join("\n"), Some(file)).ok()
}
