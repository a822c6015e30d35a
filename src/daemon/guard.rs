//! The process in front of the daemon. It holds the lock, hands signals on, relays what systemd is to be told, and ends in time also
//! when the daemon behind it cannot: a thread that waits in the kernel for a share that never answers keeps its whole process from
//! ending, whoever kills it. What is left then has no instruction of ours left to run; the kernel removes it when the share answers.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, never, select};
use rustix::process::{Pid, Signal, getppid, kill_process, set_parent_process_death_signal};
use sd_notify::NotifyState;
use signal_hook::consts::SIGHUP;

use super::{DEFECT, OK, TRY_AGAIN};
use crate::shell::lock;

/// Time the daemon gets to end after it was told to; a little more than it gives its threads.
const PATIENCE: Duration = Duration::from_millis(3600);
/// Between two states of one message to systemd, on the way from the daemon to its guard.
const BETWEEN: char = '\t';

/// Runs the daemon as a child until it ends or a signal ends both; returns the exit code.
pub fn run(state_dir: &Path, mut daemon: Command) -> u8 {
    let _lock = match lock::take(state_dir) {
        Ok(lock) => lock,
        Err(e) => {
            tracing::error!("{e}");
            return TRY_AGAIN;
        }
    };
    let signals = match super::signals() {
        Ok(signals) => signals,
        Err(e) => {
            tracing::error!(error = %e, "signals cannot be caught");
            return DEFECT;
        }
    };
    daemon
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .env_remove("NOTIFY_SOCKET")
        .env_remove("WATCHDOG_PID");
    let mut child = match daemon.spawn() {
        Ok(child) => child,
        Err(e) => {
            tracing::error!(error = %e, "the daemon's process cannot be started");
            return DEFECT;
        }
    };
    let (ended, ends) = bounded(1);
    if let Some(out) = child.stdout.take() {
        let relay = std::thread::Builder::new().name("relay".to_owned());
        if let Err(e) = relay.spawn(move || relay_all(out, &ended)) {
            tracing::error!(error = %e, "a thread cannot be started");
            let _ = child.kill();
            return DEFECT;
        }
    }
    watch(&mut child, &signals, &ends)
}

/// Waits for a signal or the daemon's end.
fn watch(child: &mut Child, signals: &Receiver<i32>, ends: &Receiver<()>) -> u8 {
    let mut give_up: Option<Instant> = None;
    loop {
        let left = give_up.map(|at| at.saturating_duration_since(Instant::now()));
        let time_up = left.map_or_else(never, crossbeam_channel::after);
        select! {
            recv(signals) -> signal => match signal {
                Ok(SIGHUP) => send(child, Signal::HUP),
                // A second one is as good as the first.
                Ok(_) if give_up.is_some() => {}
                _ => {
                    give_up = Some(Instant::now() + PATIENCE);
                    send(child, Signal::TERM);
                }
            },
            // Its output is closed: it has ended, or is about to.
            recv(ends) -> _ => return code(child),
            recv(time_up) -> _ => {
                let _ = child.kill();
                tracing::warn!("the share does not answer, and the kernel holds a call to it; nothing half-done is left behind");
                return OK;
            }
        }
    }
}

fn send(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if let Some(Err(e)) = pid.map(|pid| kill_process(pid, signal)) {
        tracing::error!(error = %e, "the daemon's process cannot be signalled");
    }
}

fn code(child: &mut Child) -> u8 {
    match child.wait() {
        Ok(status) => {
            if status.code().is_none() {
                tracing::error!("the daemon's process was ended: {status}");
            }
            status
                .code()
                .and_then(|c| u8::try_from(c).ok())
                .unwrap_or(DEFECT)
        }
        Err(e) => {
            tracing::error!(error = %e, "the daemon's process cannot be waited for");
            DEFECT
        }
    }
}

/// Hands every line of the daemon to systemd as one message.
fn relay_all(out: ChildStdout, ended: &Sender<()>) {
    for line in BufReader::new(out).lines() {
        let Ok(line) = line else { break };
        let states: Vec<NotifyState<'_>> = line.split(BETWEEN).map(NotifyState::Custom).collect();
        if let Err(e) = sd_notify::notify(&states) {
            tracing::debug!(error = %e, "systemd was not told");
        }
    }
    // Nobody listens any more when the guard has given up.
    let _ = ended.send(());
}

/// What the daemon behind a guard does first: it must not outlive its guard. False when it has none.
#[must_use]
pub fn follow(guard: u32) -> bool {
    let bound = set_parent_process_death_signal(Some(Signal::KILL)).is_ok();
    let parent = getppid().map(|pid| pid.as_raw_nonzero().get());
    bound && parent == i32::try_from(guard).ok()
}

/// Tells systemd, through the guard.
pub(super) fn tell(states: &[NotifyState<'_>]) {
    use std::io::Write as _;
    let states: Vec<String> = states.iter().map(ToString::to_string).collect();
    let line = states.join(&BETWEEN.to_string()) + "\n";
    let mut out = std::io::stdout().lock();
    if let Err(e) = out.write_all(line.as_bytes()).and_then(|()| out.flush()) {
        tracing::debug!(error = %e, "the guard was not told");
    }
}
