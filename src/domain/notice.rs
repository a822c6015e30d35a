//! Notices: what must be said, to whom, why; and what was said before.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::task::TaskId;

/// Why something is said (`annexd notices` prints it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SendReason {
    /// A step of the due-soon ladder was reached.
    DueSoon,
    /// A step of the overdue ladder was reached.
    Overdue,
    /// The repeat interval has elapsed.
    Repeat,
    /// First escalation: the head of the department.
    EscalatedToHead,
    /// Second escalation: the leader in charge.
    EscalatedToLeader,
    /// The Office hears of an escalation.
    EscalatedToOffice,
    /// The annex, or rows of it, are held back.
    HeldBack,
    /// The annex has remarks that must be explained.
    Remarks,
    /// The annex is missing.
    AnnexMissing,
    /// The annex is stale.
    AnnexStale,
    /// What was told before is settled.
    Resolved,
    /// The deadline was moved by the Office.
    DeadlineMoved,
    /// The weekly digest.
    WeeklyDigest,
    /// An alarm for the operator.
    OperatorAlarm,
    /// A task of the plan is due and no annex reports it.
    Unreported,
    /// A mail server refused an address.
    AddressRefused,
}

/// What a recipient is in the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The department.
    Owner,
    /// Its head.
    Head,
    /// The Office.
    Office,
    /// A leader.
    Leader,
    /// The administrator.
    Operator,
}

/// One thing to be said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Why.
    pub reason: SendReason,
    /// Department it concerns.
    pub department: Option<String>,
    /// Task it concerns.
    pub task: Option<TaskId>,
    /// Step of the ladder (working days), repeats counted on.
    pub step: Option<u32>,
    /// Stable key of what is said; said again only when it changes.
    pub key: String,
    /// Facts that the consolidation cannot tell (the old deadline, an alarm's line), by name.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
}

/// One digest to one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Address.
    pub to: String,
    /// What the recipient is.
    pub audience: Audience,
    /// Local day it is for.
    pub day: Date,
    /// What it says.
    pub items: Vec<Item>,
}

/// What was said about one thing to one address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// Address.
    pub to: String,
    /// Key of the item without its step (task and audience).
    pub subject: String,
    /// Last reason.
    pub reason: SendReason,
    /// Last step.
    pub step: Option<u32>,
    /// Last key.
    pub key: String,
    /// When it was first said.
    pub first: Date,
    /// When it was last said.
    pub last: Date,
    /// How often.
    pub times: u32,
    /// Message-ID of the first mail, for threading.
    pub thread: String,
    /// Acknowledgements used up so far (rests granted), and working days rested.
    pub rests: u32,
    /// Working days rested in all.
    pub rested_days: u32,
    /// When the matter was closed; forgotten a year later.
    pub closed: Option<Date>,
}

/// The ledger of what was said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SaidLedger {
    /// By (address, subject).
    pub said: BTreeMap<String, Said>,
    /// Mails per pass that sent, newest last, at most ten: for the fuse.
    pub recent_counts: Vec<u32>,
    /// Last digest day by address: one digest per person per working day.
    pub last_digest: BTreeMap<String, Date>,
    /// Whether any pass over this ledger was allowed to send.
    pub first_pass_done: bool,
    /// What is remembered of each task of the plan.
    #[serde(default)]
    pub tasks: BTreeMap<TaskId, TaskMemory>,
    /// Monday of the newest week whose digest was considered.
    #[serde(default)]
    pub weekly_week: Option<Date>,
}

/// A deadline as far as people notice that it moves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownDue {
    /// As written.
    pub text: String,
    /// Nominal due day of a deadline that does not recur.
    pub day: Option<Date>,
    /// Rule of a recurring deadline.
    pub rule: Option<String>,
}

/// What is remembered of a task between passes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskMemory {
    /// The deadline as it was at the last pass.
    pub due: KnownDue,
    /// The deadline before it moved, as long as that is to be told.
    pub due_before: Option<KnownDue>,
    /// Whether the move was told to anybody.
    pub move_told: bool,
    /// Due day of the occurrence that the rests below belong to (recurring tasks only).
    pub occurrence: Option<Date>,
    /// The commitment day seen last.
    pub commit: Option<Date>,
    /// First day of the present or last rest.
    pub rest_from: Option<Date>,
    /// Last day of it.
    pub rest_until: Option<Date>,
    /// Rests granted so far.
    pub rests: u32,
    /// Working days used up by rests before the present one.
    pub rested_days: u32,
}

/// A composed mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    /// Stable Message-ID without angle brackets.
    pub message_id: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// Message-ID of the first mail of the matter.
    pub in_reply_to: Option<String>,
    /// When it was queued.
    pub queued: Timestamp,
    /// Readable name of the `.eml` file without its ending: day, department, short hash.
    #[serde(default)]
    pub name: String,
}

/// State of a mail in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailState {
    /// To be sent when due.
    Pending,
    /// Being handed over; found at start-up it means "uncertain" when the body had gone out.
    Sending,
    /// Handed over.
    Sent,
    /// Given up; told to the operator.
    Failed,
    /// The server may have it: tried once more with the same Message-ID.
    Uncertain,
    /// Held by the fuse until released.
    Held,
}

/// A mail in the outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// The mail.
    pub mail: Mail,
    /// Its state.
    pub state: MailState,
    /// Attempts so far.
    pub attempts: u32,
    /// Not before.
    pub next_try: Timestamp,
    /// Last answer or error, one line.
    pub last_error: Option<String>,
    /// When it was handed over.
    pub sent: Option<Timestamp>,
    /// How often the server may have it without having said so.
    #[serde(default)]
    pub uncertain: u32,
    /// What the ledger of what was said held before this mail, by its keys: a mail that never went out is taken back by it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub before: BTreeMap<String, Option<Said>>,
}
