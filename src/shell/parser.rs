//! The parser child: the same binary, re-executed with limits on itself, reads untrusted workbooks; a pool of such children serves
//! many files at a few milliseconds each. Some 2 KB files abort a reader, which no `catch_unwind` survives.

mod wire;

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Limits;
use crate::cores;
use crate::domain::grid::Grid;
use crate::domain::snapshot::FileFault;
use crate::intake;

use wire::{Answer, WireFault, WireGrid};

/// The argument that turns the binary into a parser child.
pub const WORKER_FLAG: &str = "--parser-worker";
/// A child that read more than this, bytes of package or of answer, is replaced: its memory is fragmented.
const RETIRE_BYTES: usize = 8 << 20;
/// Exit code of a child that retires on its own.
const RETIRED: i32 = 0;

/// Serves parse requests on standard input until it ends; the process limits its own memory and time first.
///
/// Request: eleven little-endian `u64` limits, a `u64` length, the bytes. Answer: one line of JSON.
#[must_use]
pub fn worker_main() -> i32 {
    std::panic::set_hook(Box::new(|_| {}));
    bound(Resource::Core, 0);
    let mut input = io::stdin().lock();
    let mut output = BufWriter::with_capacity(256 << 10, io::stdout().lock());
    let mut busy = Duration::ZERO;
    loop {
        let Ok(Some((limits, bytes))) = read_request(&mut input) else {
            return 0;
        };
        limit_process(&limits, busy);
        let started = Instant::now();
        let answer = match std::panic::catch_unwind(|| intake::read_grid(&bytes, &limits)) {
            Ok(Ok(grid)) => Answer::Grid(WireGrid::from(grid)),
            Ok(Err(fault)) => Answer::Fault(WireFault::from(fault)),
            Err(_) => Answer::Fault(WireFault::Unreadable("the reader gave up".to_owned())),
        };
        let mut counted = Counting {
            inner: &mut output,
            bytes: 0,
        };
        let written = serde_json::to_writer(&mut counted, &answer);
        let size = counted.bytes;
        if written.is_err() || output.write_all(b"\n").is_err() || output.flush().is_err() {
            return 3;
        }
        busy += started.elapsed();
        if bytes.len() > RETIRE_BYTES || size > RETIRE_BYTES {
            return RETIRED;
        }
    }
}

/// Bounds address space, and processor time to what was used already plus the time of one file.
fn limit_process(limits: &Limits, busy: Duration) {
    bound(Resource::As, limits.parser_memory_bytes);
    bound(Resource::Cpu, busy.as_secs() + 2 + limits.parser_seconds);
}

/// Lowers the soft limit of a resource; the hard limit stays. A child that cannot limit itself still runs under the parent's clock.
fn bound(resource: Resource, wanted: u64) {
    let hard = getrlimit(resource).maximum;
    let _ = setrlimit(
        resource,
        Rlimit {
            current: Some(hard.map_or(wanted, |hard| hard.min(wanted))),
            maximum: hard,
        },
    );
}

struct Counting<'w, W> {
    inner: &'w mut W,
    bytes: usize,
}

impl<W: Write> Write for Counting<'_, W> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(buf)?;
        self.bytes += n;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn numbers(limits: &Limits) -> [u64; 11] {
    [
        limits.file_bytes_max,
        limits.inflated_bytes_max,
        limits.rows_max,
        limits.columns_max,
        limits.cells_max,
        limits.entries_max,
        limits.files_max,
        limits.parser_memory_bytes,
        limits.parser_seconds,
        limits.findings_max,
        limits.log_rows,
    ]
}

fn write_request(to: &mut impl Write, limits: &Limits, bytes: &[u8]) -> io::Result<()> {
    let mut head = Vec::with_capacity(96);
    for n in numbers(limits) {
        head.extend_from_slice(&n.to_le_bytes());
    }
    head.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    to.write_all(&head)?;
    to.write_all(bytes)?;
    to.flush()
}

fn read_request(from: &mut impl Read) -> io::Result<Option<(Limits, Vec<u8>)>> {
    let mut head = [0_u8; 96];
    if let Err(e) = from.read_exact(&mut head) {
        return if e.kind() == io::ErrorKind::UnexpectedEof {
            Ok(None)
        } else {
            Err(e)
        };
    }
    let mut n = [0_u64; 12];
    for (n, chunk) in n.iter_mut().zip(head.chunks_exact(8)) {
        *n = chunk
            .iter()
            .rev()
            .fold(0, |acc, b| (acc << 8) | u64::from(*b));
    }
    let [
        file_bytes_max,
        inflated_bytes_max,
        rows_max,
        columns_max,
        cells_max,
        entries_max,
        files_max,
        ..,
    ] = n;
    let limits = Limits {
        file_bytes_max,
        inflated_bytes_max,
        rows_max,
        columns_max,
        cells_max,
        entries_max,
        files_max,
        parser_memory_bytes: n[7],
        parser_seconds: n[8],
        findings_max: n[9],
        log_rows: n[10],
    };
    let mut bytes = Vec::new();
    from.take(n[11]).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != n[11] {
        return Ok(None);
    }
    Ok(Some((limits, bytes)))
}

/// A pool of parser children.
#[derive(Debug)]
pub struct Parsers {
    exe: PathBuf,
    limits: Limits,
    workers: usize,
    idle: Mutex<Vec<Worker>>,
}

#[derive(Debug)]
struct Worker {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<io::Result<Vec<u8>>>,
    served: u32,
}

/// What ended a conversation with a child.
enum Broken {
    /// The file took longer than it may.
    Time,
    /// The child was gone before it answered.
    Died,
    /// Its answer came, and is none.
    Answer(String),
}

impl Broken {
    /// Whether the file itself is the reason, so that another try would end the same.
    fn is_of_the_file(&self, ended: Option<ExitStatus>) -> bool {
        match self {
            Self::Time => true,
            Self::Died => matches!(signal(ended), Some(SIGABRT | SIGXCPU)),
            Self::Answer(_) => false,
        }
    }
}

/// Allocation refused, or the stack used up: Rust aborts.
const SIGABRT: i32 = 6;
/// The system's own killer.
const SIGKILL: i32 = 9;
/// The limit of processor time.
const SIGXCPU: i32 = 24;

fn signal(ended: Option<ExitStatus>) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt as _;
    ended.and_then(|s| s.signal())
}

impl Parsers {
    /// Makes a pool of at most `workers` children of the program `exe`; none is started before it is needed.
    #[must_use]
    pub fn new(exe: PathBuf, limits: &Limits, workers: usize) -> Self {
        Self {
            exe,
            limits: limits.clone(),
            workers: workers.max(1),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Reads one workbook.
    ///
    /// # Errors
    /// Why it is no readable workbook (F01-F04).
    pub fn parse(&self, bytes: &[u8]) -> Result<Grid, FileFault> {
        if bytes.len() as u64 > self.limits.file_bytes_max {
            return Err(FileFault::TooLarge {
                limit: "file_bytes_max".to_owned(),
                max: self.limits.file_bytes_max,
            });
        }
        let worker = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        let mut worker = match worker {
            Some(worker) => worker,
            None => self.start()?,
        };
        let mut outcome = self.ask(&mut worker, bytes);
        let mut ended = None;
        if let Err(broken) = &outcome {
            ended = worker.end();
            if worker.served > 1 || !broken.is_of_the_file(ended) {
                // An old child may have died of earlier files, and any child of a fault of this machine: a fresh one decides.
                worker = self.start()?;
                outcome = self.ask(&mut worker, bytes);
                if outcome.is_err() {
                    ended = worker.end();
                }
            }
        }
        match outcome {
            Ok(answer) => {
                if let Ok(mut idle) = self.idle.lock() {
                    idle.push(worker);
                }
                match answer {
                    Answer::Grid(grid) => Ok(Grid::from(grid)),
                    Answer::Fault(fault) => Err(FileFault::from(fault)),
                }
            }
            Err(broken) => Err(self.verdict(&broken, ended)),
        }
    }

    /// Reads many workbooks, as many at a time as the pool has children, and makes of each what is wanted; in the order of the files.
    #[must_use]
    pub fn parse_all<B: AsRef<[u8]> + Sync, R: Send>(
        &self,
        files: &[B],
        then: impl Fn(Result<Grid, FileFault>) -> R + Sync,
    ) -> Vec<R> {
        cores::map_on(self.workers, files, |bytes| {
            then(self.parse(bytes.as_ref()))
        })
    }

    fn start(&self) -> Result<Worker, FileFault> {
        Worker::start(&self.exe).map_err(|e| {
            tracing::warn!(error = %e, "a parser does not start; the workbook is read again later");
            FileFault::Unsettled
        })
    }

    fn ask(&self, worker: &mut Worker, bytes: &[u8]) -> Result<Answer, Broken> {
        worker.served += 1;
        let Some(input) = worker.input.as_mut() else {
            return Err(Broken::Died);
        };
        if write_request(input, &self.limits, bytes).is_err() {
            return Err(Broken::Died);
        }
        let patience = Duration::from_secs(self.limits.parser_seconds.max(1));
        let line = match worker.lines.recv_timeout(patience) {
            Ok(Ok(line)) if line.last() == Some(&b'\n') => line,
            Ok(_) | Err(RecvTimeoutError::Disconnected) => return Err(Broken::Died),
            Err(RecvTimeoutError::Timeout) => return Err(Broken::Time),
        };
        serde_json::from_slice(&line).map_err(|e| Broken::Answer(e.to_string()))
    }

    /// What a failed reading means for the file. A fault of this machine is none of the file: it is tried again.
    fn verdict(&self, broken: &Broken, ended: Option<ExitStatus>) -> FileFault {
        let too_large = |limit: &str, max: u64| FileFault::TooLarge {
            limit: limit.to_owned(),
            max,
        };
        match (broken, signal(ended)) {
            (Broken::Answer(why), _) => {
                FileFault::Unreadable(format!("the parser's answer cannot be read: {why}"))
            }
            (Broken::Time, _) | (Broken::Died, Some(SIGXCPU)) => {
                too_large("time", self.limits.parser_seconds)
            }
            (Broken::Died, Some(SIGABRT | SIGKILL)) => {
                too_large("memory", self.limits.parser_memory_bytes)
            }
            (Broken::Died, Some(other)) => {
                FileFault::Unreadable(format!("the parser ended with signal {other}"))
            }
            (Broken::Died, None) => {
                tracing::warn!(
                    ?ended,
                    "a parser ended without an answer; the workbook is read again later"
                );
                FileFault::Unsettled
            }
        }
    }
}

impl Worker {
    fn start(exe: &std::path::Path) -> io::Result<Self> {
        let mut child = Command::new(exe)
            .arg(WORKER_FLAG)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .env_clear()
            .spawn()?;
        let input = child.stdin.take();
        let output = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("no standard output"))?;
        let (to, lines) = bounded(1);
        std::thread::Builder::new()
            .name("parser-answers".to_owned())
            .spawn(move || {
                let mut output = BufReader::with_capacity(256 << 10, output);
                loop {
                    let mut line = Vec::new();
                    let read = output.read_until(b'\n', &mut line).map(|_| line);
                    let end = !matches!(&read, Ok(line) if line.last() == Some(&b'\n'));
                    if to.send(read).is_err() || end {
                        break;
                    }
                }
            })?;
        Ok(Self {
            child,
            input,
            lines,
            served: 0,
        })
    }

    /// Ends the child and tells how it ended, when it ended on its own.
    fn end(&mut self) -> Option<ExitStatus> {
        self.input = None;
        // Its pipe may be closed before the system has recorded its end: give it the moment.
        for _ in 0..50 {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        None
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
