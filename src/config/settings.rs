//! The tables of the config file as typed data, one struct a table.

use std::path::PathBuf;

use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::finding::Severity;

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
        /// What to do, Vietnamese, with the placeholders of `templates/findings.toml`; empty: a sentence of ours.
        #[serde(default)]
        remedy: String,
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
