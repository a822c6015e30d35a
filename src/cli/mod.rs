//! The command line: one file a command. JSON goes to stdout, logs to stderr.

mod approval;
mod check;
mod config;
pub mod deadline;
mod demo;
mod doctor;
pub mod explain;
mod history;
mod init;
mod issue;
mod look;
pub mod notices;
mod once;
mod output;
mod progress;
mod report;
mod session;
mod show;
mod status;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

pub use session::{Session, SessionError};

/// Exit codes (after sysexits).
pub mod exit {
    /// All well.
    pub const OK: i32 = 0;
    /// `check` found an error, `deadline` an invalid text, `doctor` something wrong.
    pub const FOUND: i32 = 1;
    /// Wrong usage.
    pub const USAGE: i32 = 64;
    /// A defect of the program.
    pub const DEFECT: i32 = 70;
    /// Try again.
    pub const TRY_AGAIN: i32 = 75;
    /// Wrong settings.
    pub const CONFIG: i32 = 78;
}

/// What stands below the list of commands.
const AFTER_HELP: &str = "\
To begin:  annexd demo --once            a demonstration, ready to look at
           annexd init DIR               a commented config and an empty share

Exit codes: 0 done; 1 an error was found; 64 wrong usage; 70 a defect of annexd; 75 try again; 78 wrong settings.
Results go to stdout, logs to stderr.";

/// Keeps a public board's plan annexes consolidated, judged and followed up.
#[derive(Debug, Parser)]
#[command(
    name = "annexd",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = AFTER_HELP
)]
struct Args {
    /// Settings; else ./annexd.toml, else /etc/annexd/annexd.toml.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How results are printed.
    #[arg(long, global = true, value_enum, default_value = "text")]
    format: Format,
    /// The day the numbers are for, instead of today (YYYY-MM-DD).
    #[arg(long, global = true, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    #[command(subcommand)]
    command: Command,
}

/// A day of the command line.
fn day(text: &str) -> Result<Date, String> {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    let read = text.parse::<Date>().ok().filter(|_| parts == [4, 2, 2]);
    read.ok_or_else(|| "a day is written YYYY-MM-DD, for example 2026-06-30".to_owned())
}

/// Output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    // For people.
    Text,
    // For programs.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lays out a demonstration share and runs the daemon on it.
    Demo {
        /// Folder to lay it out in; one laid out before is used as it is.
        #[arg(default_value = "demo")]
        dir: PathBuf,
        /// One pass instead of the daemon.
        #[arg(long)]
        once: bool,
    },
    /// Writes a commented config and an empty share with its marker.
    Init {
        /// Folder to make; what is there already stays as it is.
        dir: PathBuf,
    },
    /// Runs the daemon.
    Run,
    /// One pass: read, judge, compute, publish, queue and send what is due.
    Once {
        /// Queues mail but sends none.
        #[arg(long)]
        no_send: bool,
    },
    /// Judges workbooks without effect.
    Check {
        /// Workbooks; nothing is written, nobody is told.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Shows how deadline texts are read.
    Deadline {
        /// Texts as they stand in a deadline column, each in quotes.
        #[arg(required = true)]
        texts: Vec<String>,
        /// Year of the context, for texts that name none.
        #[arg(long)]
        year: Option<i16>,
    },
    /// Writes departments' workbooks from the baseline.
    Issue {
        /// Codes; none: every department.
        codes: Vec<String>,
        /// Folder to write into.
        #[arg(long, value_name = "DIR", default_value = "bieu-giao")]
        out: PathBuf,
    },
    /// Shows what would be sent now, to whom and why.
    Notices {
        /// Writes the mails as .eml files into a folder.
        #[arg(long, value_name = "DIR")]
        preview: Option<PathBuf>,
        /// Frees mails that the fuse holds.
        #[arg(long)]
        release: bool,
        /// Tries mails again that were given up: an address was mended.
        #[arg(long)]
        retry: bool,
    },
    /// Explains how a figure came about, down to the cells.
    Explain {
        /// A task's code, an indicator's code, or a department's code or name.
        what: String,
    },
    /// Shows who changed a task when, accepted or not.
    History {
        /// A task's code.
        task: String,
    },
    /// Writes a period's workbook and Word report (2026-Q1, 2026-6T, 2026-Q3, 2026-N).
    Report {
        /// The period.
        period: String,
        /// Freezes the period: its workbook never changes again.
        #[arg(long)]
        freeze: bool,
    },
    /// Shows what the daemon is doing.
    Status,
    /// Shows what is wrong with this installation.
    Doctor,
    /// Shows the effective settings and where each comes from.
    Config,
    /// Parses workbooks in a child process; for the daemon only.
    #[command(hide = true, name = "parser-worker")]
    ParserWorker,
    /// Looks at the share once; for `doctor` only.
    #[command(hide = true, name = "share-probe")]
    ShareProbe,
    /// The daemon behind its guard; started by `run` only.
    #[command(hide = true, name = "daemon-worker")]
    DaemonWorker {
        /// Process of the guard.
        guard: u32,
    },
}

/// Runs the command line and gives the exit code.
#[must_use]
pub fn main() -> i32 {
    if std::env::args().nth(1).as_deref() == Some("--parser-worker") {
        return crate::shell::parser::worker_main();
    }
    let args = match Args::try_parse_from(with_texts_last(std::env::args_os().collect())) {
        Ok(args) => args,
        Err(e) => {
            let usage = e.use_stderr();
            if e.print().is_err() || usage {
                return if usage { exit::USAGE } else { exit::OK };
            }
            return exit::OK;
        }
    };
    match std::panic::catch_unwind(|| run(&args)) {
        Ok(code) => code,
        Err(_) => {
            output::error(
                "annexd met a defect of its own; nothing further was done (the message above says where)",
            );
            exit::DEFECT
        }
    }
}

/// Puts the options of `deadline` before its texts, so that a text may begin with a hyphen and options may stand anywhere.
fn with_texts_last(args: Vec<OsString>) -> Vec<OsString> {
    const VALUED: [&str; 4] = ["--config", "--format", "--as-of", "--year"];
    const PLAIN: [&str; 4] = ["-h", "--help", "-V", "--version"];
    let is = |arg: &OsString, list: &[&str]| list.iter().any(|o| arg == o);
    let assigned = |arg: &OsString| {
        arg.to_str()
            .and_then(|a| a.split_once('='))
            .is_some_and(|(key, _)| VALUED.contains(&key))
    };
    let mut at = 1;
    while args.get(at).is_some_and(|a| is(a, &VALUED) || assigned(a)) {
        at += if is(&args[at], &VALUED) { 2 } else { 1 };
    }
    if args.get(at).is_none_or(|a| a != "deadline") {
        return args;
    }
    let (mut options, mut texts) = (args[..=at].to_vec(), Vec::new());
    let mut rest = args[at + 1..].iter();
    while let Some(arg) = rest.next() {
        if arg == "--" {
            texts.extend(rest.by_ref().cloned());
        } else if is(arg, &VALUED) {
            options.push(arg.clone());
            options.extend(rest.next().cloned());
        } else if is(arg, &PLAIN) || assigned(arg) {
            options.push(arg.clone());
        } else {
            texts.push(arg.clone());
        }
    }
    options.push("--".into());
    options.extend(texts);
    options
}

fn run(args: &Args) -> i32 {
    let json = args.format == Format::Json;
    match &args.command {
        Command::Demo { dir, once } => return demo::run(dir, *once, args.as_of, json),
        Command::Init { dir } => return init::run(dir),
        Command::ParserWorker => return crate::shell::parser::worker_main(),
        Command::Config => return config::run(args.config.as_deref(), json),
        Command::Run => return session::run_daemon(args.config.as_deref(), args.as_of),
        Command::Status => return status::of(args.config.as_deref(), json),
        Command::DaemonWorker { guard } => {
            return session::run_behind(args.config.as_deref(), args.as_of, *guard);
        }
        _ => {}
    }
    let optional = matches!(
        args.command,
        Command::Check { .. } | Command::Deadline { .. }
    );
    let session = match Session::load(args.config.as_deref(), optional) {
        Ok(session) => session,
        Err(e) => return e.tell(),
    };
    session.start_log();
    match &args.command {
        Command::Once { no_send } => once::run(&session, args.as_of, *no_send, json),
        Command::Check { files } => check::run(&session, files, args.as_of, json),
        Command::Deadline { texts, year } => {
            let as_of = session.now(args.as_of).as_of;
            let core = &session.core;
            let (text, code) = deadline::explain(
                texts,
                *year,
                as_of,
                &core.config,
                &core.calendar,
                &core.text,
                json,
            );
            output::print(&text);
            code
        }
        Command::Issue { codes, out } => issue::run(&session, codes, out, args.as_of, json),
        Command::Notices { retry: true, .. } => show::retry(&session),
        Command::Notices {
            preview, release, ..
        } => show::notices(&session, args.as_of, preview.as_deref(), *release, json),
        Command::Explain { what } => show::explain(&session, what, args.as_of, json),
        Command::History { task } => history::run(&session, task, args.as_of, json),
        Command::Report { period, freeze } => {
            report::run(&session, period, *freeze, args.as_of, json)
        }
        Command::Doctor => doctor::run(&session, json),
        Command::ShareProbe => doctor::ask(&session.core.config),
        _ => exit::DEFECT,
    }
}
