//! File events as hints. The only file that names notify.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::folder::names::{self, Place};
use super::mount::file_system;
use crate::config::{Config, WatchMode};

/// How long the self-test waits for its own event.
const SELF_TEST: Duration = Duration::from_secs(2);

/// Something may have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// At a path relative to the share.
    Path(String),
    /// Anywhere: events were lost, a folder came or went, the watcher failed.
    Everything(String),
}

/// How the share is watched now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watching {
    /// Events, with a rescan now and then.
    Events,
    /// Scans at short intervals, and why.
    Polling(String),
}

/// A running watch; ends when dropped.
#[derive(Debug)]
pub struct Watch {
    inner: Option<RecommendedWatcher>,
    hints: Receiver<Hint>,
    /// Keeps the channel open while nothing is heard: a closed one would wake its reader without end.
    _open: Sender<Hint>,
    /// How it watches.
    pub watching: Watching,
}

impl Watch {
    /// Starts watching as the settings say; what cannot be watched is polled.
    #[must_use]
    pub fn start(config: &Config) -> Self {
        let _asking = super::answer::asking();
        let (sender, hints) = unbounded();
        let open = sender.clone();
        let polling = |why: &str, hints: Receiver<Hint>| Self {
            inner: None,
            hints,
            _open: open.clone(),
            watching: Watching::Polling(why.to_owned()),
        };
        match config.watch.mode {
            WatchMode::Poll => return polling("set so", hints),
            WatchMode::Auto => {
                if let Ok(kind) = file_system(&config.share)
                    && kind.is_remote()
                {
                    return polling(
                        &format!(
                            "a {} file system tells nothing of other machines",
                            kind.name()
                        ),
                        hints,
                    );
                }
            }
            WatchMode::Events => {}
        }
        match arm(config, sender) {
            Ok(inner) => {
                let watch = Self {
                    inner: Some(inner),
                    hints,
                    _open: open.clone(),
                    watching: Watching::Events,
                };
                if config.watch.mode == WatchMode::Auto && !watch.hears(config) {
                    return polling("the self-test saw no event", watch.hints);
                }
                watch
            }
            Err(e) => polling(&format!("events cannot be had: {e}"), hints),
        }
    }

    /// Where hints arrive.
    #[must_use]
    pub const fn hints(&self) -> &Receiver<Hint> {
        &self.hints
    }

    /// Gives events up for polling.
    pub fn give_up(&mut self, why: &str) {
        self.inner = None;
        self.watching = Watching::Polling(why.to_owned());
    }

    /// Writes a cookie under the output folder, and nowhere else, and waits for its event. Without the folder nothing is
    /// tried: the rescans tell whether events come.
    fn hears(&self, config: &Config) -> bool {
        let Some((folder, _)) = config.publish.consolidated.rsplit_once('/') else {
            return true;
        };
        let folder = config.share.join(folder);
        if !folder.is_dir() {
            return true;
        }
        let Ok(cookie) = tempfile::Builder::new()
            .prefix(".~nv-test-")
            .suffix(".tmp")
            .tempfile_in(&folder)
        else {
            return true;
        };
        let heard = self.hints.recv_timeout(SELF_TEST).is_ok();
        drop(cookie);
        // What the cookie itself raised is no news.
        while self.hints.recv_timeout(Duration::from_millis(50)).is_ok() {}
        heard
    }
}

fn arm(config: &Config, sender: Sender<Hint>) -> Result<RecommendedWatcher, notify::Error> {
    let share = config.share.clone();
    let canonical = share.canonicalize().unwrap_or_else(|_| share.clone());
    let settings = config.clone();
    let handler = move |event: Result<notify::Event, notify::Error>| {
        let hints = match event {
            Ok(event) => translate(&settings, &[&share, &canonical], &event),
            Err(e) => vec![Hint::Everything(format!("the watcher failed: {e}"))],
        };
        for hint in hints {
            // A closed channel means that this watch was given up.
            let _ = sender.send(hint);
        }
    };
    let mut watcher = notify::recommended_watcher(handler)?;
    watcher.watch(&config.share, RecursiveMode::Recursive)?;
    Ok(watcher)
}

fn translate(config: &Config, roots: &[&PathBuf], event: &notify::Event) -> Vec<Hint> {
    if event.need_rescan() {
        return vec![Hint::Everything("events were lost".to_owned())];
    }
    match event.kind {
        // Reading raises these, ours too; only the end of a writing is news.
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => {}
        EventKind::Access(_) => return Vec::new(),
        EventKind::Other if event.paths.is_empty() => {
            return vec![Hint::Everything(
                "the watcher says something happened".to_owned(),
            )];
        }
        _ => {}
    }
    event
        .paths
        .iter()
        .filter_map(|path| {
            let Some(rel) = roots.iter().find_map(|root| path.strip_prefix(root).ok()) else {
                return Some(Hint::Everything("an event outside the share".to_owned()));
            };
            hint(config, rel)
        })
        .collect()
}

/// What a path means: our own output and litter mean nothing; the cookie of the self-test is let through by its name.
fn hint(config: &Config, rel: &Path) -> Option<Hint> {
    let shown = names::shown(rel.as_os_str());
    if shown.is_empty() {
        return Some(Hint::Everything("the share itself changed".to_owned()));
    }
    let name = shown.rsplit('/').next().unwrap_or_default();
    if name.starts_with(".~nv-test-") {
        return Some(Hint::Path(shown));
    }
    if name == super::folder::open::MARKER {
        return Some(Hint::Everything("the marker changed".to_owned()));
    }
    match names::place(config, &shown) {
        Place::Output => return None,
        Place::Baseline | Place::Trial => {}
        Place::Annex | Place::Common => {
            let folders = shown.rsplit_once('/').map_or("", |(folders, _)| folders);
            if folders
                .split('/')
                .any(|f| !f.is_empty() && names::is_hidden_folder(f))
            {
                return None;
            }
        }
    }
    if names::is_litter(name) || names::is_hidden_folder(name) {
        return None;
    }
    let folder_like = Path::new(name).extension().is_none();
    (folder_like || names::is_candidate(name)).then_some(Hint::Path(shown))
}
