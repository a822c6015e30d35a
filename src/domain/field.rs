//! The columns the program knows.

use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// Names a column by its meaning; headings are mapped to it by `config/annex.toml`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field { $($(#[$doc])* $variant,)* }

        impl Field {
            /// Every field, in order.
            pub const ALL: &'static [Field] = &[$(Field::$variant,)*];

            /// The name in JSON, in `config/annex.toml` and in CEL (`row.<name>`).
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Field::$variant => $name,)* }
            }

            /// Finds a field by its name.
            #[must_use]
            pub fn by_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Field::$variant),)* _ => None }
            }
        }
    };
}

fields! {
    /// Running number; never an identity.
    Stt = "stt",
    /// Task code.
    Code = "code",
    /// What is to be done.
    Content = "content",
    /// Group or area of tasks kept as a column.
    Group = "group",
    /// Longer description.
    Description = "description",
    /// Expected product or result.
    Product = "product",
    /// Department in the lead.
    Lead = "lead",
    /// Person in charge.
    Person = "person",
    /// Cooperating departments.
    Coop = "coop",
    /// Deadline as written.
    Deadline = "deadline",
    /// Start day.
    Start = "start",
    /// Day of assignment.
    AssignedDate = "assigned_date",
    /// Document that gave the task.
    SourceDoc = "source_doc",
    /// Budget.
    Budget = "budget",
    /// Remarks.
    Note = "note",
    /// Status as typed by the unit.
    Status = "status",
    /// Progress in percent.
    Progress = "progress",
    /// What has been done so far.
    Result = "result",
    /// Day of completion.
    CompletedDate = "completed_date",
    /// Days late, kept by the unit.
    DaysLate = "days_late",
    /// Days left, kept by the unit.
    DaysLeft = "days_left",
    /// Class, kept by the unit.
    Class = "class",
    /// Reason of lateness.
    LateReason = "late_reason",
    /// Difficulties.
    Difficulty = "difficulty",
    /// Proposals.
    Proposal = "proposal",
    /// Evidence: document or product named.
    Evidence = "evidence",
    /// Approval mark.
    ApprovalMark = "approval_mark",
    /// Priority.
    Priority = "priority",
    /// Kind of task.
    TaskType = "task_type",
    /// Weight or conversion coefficient.
    Weight = "weight",
    /// Secrecy grade.
    Secrecy = "secrecy",
    /// Day to which the unit commits itself.
    CommitDate = "commit_date",
    /// Explanation given for the commitment.
    Explanation = "explanation",
    /// Remark of the Office.
    OfficeRemark = "office_remark",
    /// A column for drafts only, dropped from the consolidated workbook.
    DraftOnly = "draft_only",
    /// Code of an indicator.
    KpiCode = "kpi_code",
    /// Name of an indicator.
    KpiName = "kpi_name",
    /// Reporting period.
    Period = "period",
    /// Numerator of an indicator.
    Numerator = "numerator",
    /// Denominator of an indicator.
    Denominator = "denominator",
    /// Rate of an indicator as typed.
    Rate = "rate",
    /// Target of an indicator as typed.
    KpiTarget = "kpi_target",
    /// Reached value of an indicator as typed.
    KpiActual = "kpi_actual",
    /// Unit of measure.
    UnitOfMeasure = "unit_of_measure",
}

impl Field {
    /// Columns whose texts are a task's own; what the others hold (departments, days, words of status) stands on many rows.
    pub const TELLING: [Self; 12] = [
        Self::Content,
        Self::Description,
        Self::Product,
        Self::Result,
        Self::Evidence,
        Self::LateReason,
        Self::Difficulty,
        Self::Proposal,
        Self::OfficeRemark,
        Self::Note,
        Self::Explanation,
        Self::SourceDoc,
    ];
}
