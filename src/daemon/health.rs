//! What the operator may know at any time: the heartbeat file, metrics, the ground of `annexd status`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::troubles::Trouble;
use crate::config::Config;
use crate::shell::answer;

/// Alarms the heartbeat shows.
const ALARMS_SHOWN: usize = 20;
/// Work shorter than this is not shown, seconds.
const BUSY_SHOWN_S: i64 = 2;
/// Work longer than this is a share that does not answer, seconds.
pub const HANGS_S: i64 = 120;
/// One call that takes longer than this is a share that does not answer, seconds.
pub const NO_ANSWER_S: i64 = 10;

/// A trouble with its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// What.
    #[serde(flatten)]
    pub trouble: Trouble,
    /// Since when.
    pub since: Timestamp,
    /// When it is looked at again.
    pub next_try: Option<Timestamp>,
}

/// How the last committed pass went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastPass {
    /// When.
    pub at: Timestamp,
    /// As-of day.
    pub as_of: jiff::civil::Date,
    /// Milliseconds.
    pub took_ms: u64,
    /// Files seen.
    pub files: usize,
    /// Files published anew.
    pub written: usize,
}

/// Something that keeps passes from being committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// When it is tried again.
    pub next_try: Option<Timestamp>,
}

/// State of the daemon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Process.
    pub pid: u32,
    /// Version of annexd.
    pub version: String,
    /// When it started.
    pub started: Timestamp,
    /// When this was written.
    pub at: Timestamp,
    /// `starting`, `idle`, `busy`, `hanging` (the share does not answer), `share-away`, `failing`, `stopping`, `stopped`.
    pub state: String,
    /// The share.
    pub share: String,
    /// How it is watched.
    pub watching: String,
    /// Since when the share's thread is at one piece of work; long means that the share does not answer.
    pub busy_since: Option<Timestamp>,
    /// Since when the share has left one call without an answer; shown only when it is long.
    #[serde(default)]
    pub no_answer_since: Option<Timestamp>,
    /// Last committed pass.
    pub pass: Option<LastPass>,
    /// What keeps passes from being committed.
    pub failure: Option<Failure>,
    /// What else is amiss: file, reason, since when, next try.
    pub troubles: Vec<Standing>,
    /// Mails waiting.
    pub mails_waiting: usize,
    /// Mails held by the fuse.
    pub mails_held: usize,
    /// Mails given up.
    pub mails_failed: usize,
    /// Why mails cannot be handed over.
    pub mail_error: Option<String>,
    /// Why the last reload was refused.
    pub config_error: Option<String>,
    /// Since when.
    #[serde(default)]
    pub config_error_since: Option<Timestamp>,
    /// Why the clock is not believed.
    #[serde(default)]
    pub clock_error: Option<Failure>,
    /// Newest alarms, newest first.
    pub alarms: Vec<(Timestamp, String)>,
    /// Alarms of the shell that the operator's digest has not told yet.
    #[serde(skip)]
    pub untold: Vec<String>,
}

impl Health {
    /// A daemon that is about to look for the first time.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let now = Timestamp::now();
        Self {
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: now,
            at: now,
            state: "starting".to_owned(),
            share: config.share.display().to_string(),
            watching: String::new(),
            busy_since: None,
            no_answer_since: None,
            pass: None,
            failure: None,
            troubles: Vec::new(),
            mails_waiting: 0,
            mails_held: 0,
            mails_failed: 0,
            mail_error: None,
            config_error: None,
            config_error_since: None,
            clock_error: None,
            alarms: Vec::new(),
            untold: Vec::new(),
        }
    }

    /// The same after a restart: what stood before it and still stands has its old beginning.
    #[must_use]
    pub fn after_restart(config: &Config) -> Self {
        let before = read(&config.status.heartbeat_file).ok();
        Self {
            troubles: before.map(|h| h.troubles).unwrap_or_default(),
            ..Self::new(config)
        }
    }

    /// Takes the troubles of a pass over, keeping since when each has stood.
    pub fn note_troubles(
        &mut self,
        troubles: &[Trouble],
        now: Timestamp,
        next_try: Option<Timestamp>,
    ) {
        let old: BTreeMap<Trouble, Timestamp> = std::mem::take(&mut self.troubles)
            .into_iter()
            .map(|s| (s.trouble, s.since))
            .collect();
        self.troubles = troubles
            .iter()
            .map(|trouble| Standing {
                since: old.get(trouble).copied().unwrap_or(now),
                trouble: trouble.clone(),
                next_try,
            })
            .collect();
    }

    /// Says whether the share's thread is at work, or waits for a share that does not answer; `asked` is when a call began that has not
    /// returned.
    pub fn note_busy(&mut self, asked: Option<Timestamp>) {
        let waits_s = |since: Timestamp| self.at.as_second() - since.as_second();
        self.no_answer_since = asked.filter(|since| waits_s(*since) >= NO_ANSWER_S);
        let ending = matches!(self.state.as_str(), "stopping" | "stopped");
        if self.no_answer_since.is_some() && !ending {
            "hanging".clone_into(&mut self.state);
        }
        let busy_s = self.busy_s();
        if self.state == "idle" && busy_s >= BUSY_SHOWN_S {
            let word = if busy_s >= HANGS_S { "hanging" } else { "busy" };
            word.clone_into(&mut self.state);
        }
    }

    /// Whether the share does not answer, or its thread has been at one piece of work for so long that it looks like it.
    #[must_use]
    pub fn hangs(&self) -> bool {
        self.no_answer_since.is_some() || self.busy_s() >= HANGS_S
    }

    /// Seconds the share's thread has been at one piece of work.
    #[must_use]
    pub fn busy_s(&self) -> i64 {
        self.busy_since
            .map_or(0, |since| self.at.as_second() - since.as_second())
    }

    /// Notes why a pass came to nothing.
    pub fn note_failure(&mut self, reason: &str, now: Timestamp, next_try: Option<Timestamp>) {
        let since = self.failure.as_ref().map_or(now, |f| f.since);
        self.failure = Some(Failure {
            reason: reason.to_owned(),
            since,
            next_try,
        });
    }

    /// Prometheus text.
    #[must_use]
    pub fn metrics(&self) -> String {
        let mut out = String::new();
        let mut gauge = |name: &str, help: &str, value: f64| {
            out.push_str(&format!(
                "# HELP annexd_{name} {help}\n# TYPE annexd_{name} gauge\nannexd_{name} {value}\n"
            ));
        };
        let count = |n: usize| u32::try_from(n).map_or(f64::INFINITY, f64::from);
        let seconds = |t: Timestamp| t.as_duration().as_secs_f64().floor();
        gauge(
            "heartbeat_timestamp_seconds",
            "When this was written.",
            seconds(self.at),
        );
        gauge(
            "start_timestamp_seconds",
            "When the daemon started.",
            seconds(self.started),
        );
        gauge(
            "share_available",
            "Whether the share answers.",
            f64::from(u8::from(self.state != "share-away" && !self.hangs())),
        );
        gauge(
            "busy_seconds",
            "How long the share's thread has been at one piece of work.",
            u32::try_from(self.busy_s()).map_or(0.0, f64::from),
        );
        gauge(
            "failing",
            "Whether passes cannot be committed.",
            f64::from(u8::from(self.failure.is_some())),
        );
        if let Some(pass) = &self.pass {
            let took_s = u32::try_from(pass.took_ms).map_or(f64::INFINITY, f64::from) / 1000.0;
            gauge(
                "last_pass_timestamp_seconds",
                "When the last pass was committed.",
                seconds(pass.at),
            );
            gauge("last_pass_seconds", "How long it took.", took_s);
            gauge("files", "Workbooks in the share.", count(pass.files));
        }
        gauge(
            "troubles",
            "Things the operator should look at.",
            count(self.troubles.len()),
        );
        gauge(
            "mails_waiting",
            "Mails to be handed over.",
            count(self.mails_waiting),
        );
        gauge(
            "mails_held",
            "Mails held by the fuse.",
            count(self.mails_held),
        );
        gauge("mails_failed", "Mails given up.", count(self.mails_failed));
        gauge(
            "config_refused",
            "Whether the last reload was refused.",
            f64::from(u8::from(self.config_error.is_some())),
        );
        gauge(
            "clock_doubted",
            "Whether the clock jumped and is not believed.",
            f64::from(u8::from(self.clock_error.is_some())),
        );
        out
    }
}

/// Changes the shared health.
pub fn with<T>(health: &Mutex<Health>, change: impl FnOnce(&mut Health) -> T) -> T {
    change(&mut health.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Tells the operator: in the log, in the heartbeat, and in the next digest.
pub fn alarm(health: &Mutex<Health>, text: &str) {
    show(health, text);
    with(health, |h| {
        if !h.untold.iter().any(|t| t == text) {
            h.untold.push(text.to_owned());
            h.untold.truncate(ALARMS_SHOWN);
        }
    });
}

/// Shows an alarm in the log and in the heartbeat; a repeated one once.
pub fn show(health: &Mutex<Health>, text: &str) {
    with(health, |h| {
        if h.alarms.first().is_some_and(|(_, last)| last == text) {
            return;
        }
        tracing::error!(alarm = true, "{text}");
        h.alarms.insert(0, (Timestamp::now(), text.to_owned()));
        h.alarms.truncate(ALARMS_SHOWN);
    });
}

/// Writes heartbeat and metrics where the settings want them; says in the log, once each time, that the share stopped answering and
/// that it answers again.
pub fn write(health: &Mutex<Health>, config: &Config) {
    let mut snapshot = with(health, |h| {
        h.at = Timestamp::now();
        h.clone()
    });
    snapshot.note_busy(answer::waiting_since());
    tell_of_silence(health, &snapshot);
    let files = &config.status;
    let heartbeat = serde_json::to_string_pretty(&snapshot).unwrap_or_default() + "\n";
    for (path, text) in [
        (&files.heartbeat_file, heartbeat),
        (&files.metrics_file, snapshot.metrics()),
    ] {
        if !path.as_os_str().is_empty()
            && let Err(e) = replace(path, text.as_bytes())
        {
            tracing::warn!(file = %path.display(), error = %e, "a monitoring file cannot be written");
        }
    }
}

/// Tells that the share stopped answering and that it answers again, once each; the operator's digest hears of it when it lasts.
fn tell_of_silence(health: &Mutex<Health>, now: &Health) {
    let before = with(health, |h| {
        std::mem::replace(&mut h.no_answer_since, now.no_answer_since)
    });
    let words =
        |since| format!("the share does not answer since {since}; nothing is concluded meanwhile");
    match (before, now.no_answer_since) {
        (None, Some(since)) => tracing::error!("{}", words(since)),
        (Some(_), Some(since)) if now.at.as_second() - since.as_second() >= HANGS_S => {
            alarm(health, &words(since));
        }
        (Some(since), None) => {
            tracing::warn!("the share answers again; it had not since {since}");
        }
        _ => {}
    }
}

/// The heartbeat as last written.
///
/// # Errors
/// There is none, or it is not ours.
pub fn read(path: &Path) -> io::Result<Health> {
    serde_json::from_slice(&std::fs::read(path)?).map_err(io::Error::other)
}

/// Replaces a local file; a reader sees the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut temp = tempfile::Builder::new()
        .prefix(".annexd-")
        .permissions(std::fs::Permissions::from_mode(0o644))
        .tempfile_in(folder)?;
    temp.write_all(bytes)?;
    temp.persist(path).map_err(|e| e.error)?;
    Ok(())
}
