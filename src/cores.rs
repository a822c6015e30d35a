//! Many alike jobs at once, on as many threads as there are cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

/// More threads than this gain nothing here; the service's unit bounds them too.
const THREADS_MAX: usize = 16;

/// How many threads can work at once.
#[must_use]
pub fn count() -> usize {
    thread::available_parallelism().map_or(2, |n| n.get().min(THREADS_MAX))
}

/// Does jobs on every core; results come in the order of the jobs.
///
/// # Panics
/// When a job does.
pub fn map<J: Sync, R: Send>(jobs: &[J], work: impl Fn(&J) -> R + Sync) -> Vec<R> {
    map_on(count(), jobs, work)
}

/// Does jobs on so many threads, on fewer where the machine gives no more; results come in the order of the jobs.
///
/// # Panics
/// When a job does.
pub fn map_on<J: Sync, R: Send>(
    threads: usize,
    jobs: &[J],
    work: impl Fn(&J) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(place) else {
                return done;
            };
            done.push((place, work(job)));
        }
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(jobs.len()))
            .map_while(|_| Builder::new().spawn_scoped(scope, run).ok())
            .collect();
        let mut done = run();
        for other in others {
            done.extend(joined(other.join()));
        }
        done
    });
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Does two things at once, which may wait for each other.
///
/// # Panics
/// When one of them does, or no second thread can be had.
pub fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (joined(one.join()), other)
    })
}

/// What a thread came to; its panic goes on here.
fn joined<R>(result: thread::Result<R>) -> R {
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
