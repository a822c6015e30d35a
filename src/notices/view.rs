//! What a mail template is given: plain words and numbers, every name always there.

use serde::Serialize;

/// A digest.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Frame {
    /// Subject line.
    pub subject: String,
    /// Who is addressed.
    pub greeting: String,
    /// `owner`, `head`, `office`, `leader`, `operator`.
    pub audience: String,
    /// Day, `dd/mm/yyyy`.
    pub day: String,
    /// Title of the plan.
    pub plan: String,
    /// Name of the board.
    pub board: String,
    /// The body above it.
    pub parent: String,
    /// The department that leads the plan.
    pub office: String,
    /// Whether the way to acknowledge is explained.
    pub answer: bool,
    /// Bounds of acknowledgements: times.
    pub rest_times: u32,
    /// Bounds of acknowledgements: working days.
    pub rest_days: u32,
    /// Path of the consolidated workbook in the share.
    pub consolidated: String,
    /// Paths of the feedback workbooks that concern the recipient.
    pub feedback: Vec<String>,
    /// Sections in order.
    pub sections: Vec<Section>,
}

/// A section: one kind of notice.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Section {
    /// Name of its template.
    pub kind: String,
    /// Tasks.
    pub tasks: Vec<TaskLine>,
    /// Tasks that did not fit.
    pub more: usize,
    /// Findings.
    pub findings: Vec<FindingLine>,
    /// Findings that did not fit.
    pub findings_more: usize,
    /// Departments.
    pub departments: Vec<DepartmentLine>,
    /// Plain lines.
    pub lines: Vec<String>,
    /// The week.
    pub weeks: Vec<Week>,
    /// Mails that the fuse holds; empty when it does not.
    pub fuse: String,
    /// Whether a whole annex is held back.
    pub whole: bool,
    /// Nothing of it was ever accepted.
    pub never: bool,
}

/// A task.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct TaskLine {
    pub code: String,
    pub content: String,
    pub department: String,
    /// As written.
    pub deadline: String,
    /// Effective due day.
    pub due: String,
    pub late_days: Option<i64>,
    pub late_working_days: Option<i64>,
    pub left_working_days: Option<i64>,
    pub left_days: Option<i64>,
    pub file: String,
    pub sheet: String,
    pub cell: String,
    /// Commitment day.
    pub commit: Option<String>,
    pub explanation: String,
    /// The commitment day has passed.
    pub commit_passed: bool,
    /// Day of the figures, when they are not the newest.
    pub figures_on: Option<String>,
    pub unreported: bool,
    /// The newest row is held back.
    pub held: bool,
    /// It says, as typed, that the task is completed.
    pub held_done: bool,
    /// No report of it was ever accepted: its state is not known.
    pub unknown: bool,
    /// `overdue`, `repeat`, `escalated-to-head`…
    pub reason: String,
    /// A moved deadline: old and new.
    pub from: String,
    pub to: String,
    /// Resolved: how.
    pub how: String,
    /// Since when it was told.
    pub since: String,
}

/// A finding.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct FindingLine {
    pub severity: String,
    pub severity_word: String,
    pub file: String,
    pub sheet: String,
    pub cell: String,
    pub message: String,
    pub remedy: String,
    pub task: String,
}

/// A department.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct DepartmentLine {
    pub name: String,
    pub code: String,
    /// `missing`, `stale`, `held`.
    pub state: String,
    pub folder: String,
    pub file: String,
    /// Day of the last figures.
    pub figures_on: Option<String>,
    /// How a matter was settled.
    pub how: String,
    pub since: String,
}

/// The four buckets of a department or of all.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct BucketLine {
    pub name: String,
    pub total: usize,
    pub done_on_time: usize,
    pub done_late: usize,
    pub open_in_time: usize,
    pub open_overdue: usize,
    pub other: usize,
    pub unreported: usize,
    /// Whose only report is held back.
    pub unknown: usize,
    /// Of those, the ones past their due day.
    pub unknown_late: usize,
    /// Bar: colour and width in percent.
    pub bar: Vec<Bar>,
}

/// A stretch of a bar.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Bar {
    pub colour: String,
    pub percent: usize,
}

/// The picture of the week.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Week {
    pub all: BucketLine,
    pub departments: Vec<BucketLine>,
    /// Other sections of the mail name late tasks too.
    pub elsewhere: bool,
    pub late: Vec<TaskLine>,
    pub late_more: usize,
    /// Open tasks of which nothing is known.
    pub unknown: Vec<TaskLine>,
    pub unknown_more: usize,
    pub soon: Vec<TaskLine>,
    pub soon_more: usize,
    pub silent: Vec<DepartmentLine>,
}

impl Frame {
    /// Frames that visit every part of the templates: every optional word there, and none.
    pub(crate) fn samples() -> Vec<Self> {
        let full = TaskLine {
            code: "A".to_owned(),
            commit: Some("A".to_owned()),
            figures_on: Some("A".to_owned()),
            late_days: Some(1),
            late_working_days: Some(1),
            explanation: "A".to_owned(),
            unreported: true,
            held: true,
            held_done: true,
            unknown: true,
            file: "A".to_owned(),
            sheet: "A".to_owned(),
            cell: "A1".to_owned(),
            ..TaskLine::default()
        };
        let soon = TaskLine {
            left_working_days: Some(1),
            left_days: Some(1),
            ..TaskLine::default()
        };
        let tasks = vec![full, soon];
        let bucket = BucketLine {
            bar: vec![Bar::default()],
            unreported: 1,
            unknown: 1,
            ..BucketLine::default()
        };
        let departments: Vec<DepartmentLine> = ["missing", "stale", "held"]
            .iter()
            .map(|state| DepartmentLine {
                state: (*state).to_owned(),
                figures_on: (*state == "stale").then(|| "A".to_owned()),
                folder: "A".to_owned(),
                ..DepartmentLine::default()
            })
            .collect();
        let week = Week {
            all: bucket.clone(),
            departments: vec![bucket.clone(), bucket],
            elsewhere: true,
            late: tasks.clone(),
            late_more: 1,
            unknown: tasks.clone(),
            unknown_more: 1,
            soon: tasks.clone(),
            soon_more: 1,
            silent: departments.clone(),
        };
        let section = |kind: &str| Section {
            kind: kind.to_owned(),
            tasks: tasks.clone(),
            more: 1,
            findings: vec![FindingLine {
                severity: "error".to_owned(),
                cell: "A1".to_owned(),
                file: "A".to_owned(),
                sheet: "A".to_owned(),
                ..FindingLine::default()
            }],
            findings_more: 1,
            departments: departments.clone(),
            lines: vec!["A".to_owned()],
            weeks: vec![week.clone()],
            fuse: "1".to_owned(),
            whole: true,
            never: true,
        };
        let rich = Self {
            answer: true,
            feedback: vec!["A".to_owned()],
            sections: super::ALL.iter().map(|n| section(n.name)).collect(),
            ..Self::default()
        };
        let bare = Self {
            sections: super::ALL
                .iter()
                .map(|n| Section {
                    kind: n.name.to_owned(),
                    ..Section::default()
                })
                .collect(),
            ..Self::default()
        };
        vec![rich, bare]
    }
}
