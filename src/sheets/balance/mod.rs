//! The control account: rows in = rows out, sums in = sums out, per department; and its sheet.

mod flow;
mod sheet;

use std::collections::{BTreeMap, HashMap};

use super::board::fold;
use crate::domain::consolidation::{
    Class, ConsolidatedTask, Consolidation, Counts, DepartmentState,
};
use crate::domain::finding::Arg;
use crate::domain::verdict::Verdict;
use crate::text::{Text, Vi};

pub use flow::flow;
pub use sheet::SHEET;

/// Sums of progress agree within this many percentage points.
const TOLERANCE: f64 = 0.01;

/// What does not balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImbalanceKind {
    /// Rows read are not accepted rows and held rows.
    Rows,
    /// Accepted rows are not tasks with new figures.
    Tasks,
    /// The department's task count is not its accepted and held rows.
    Counted,
    /// The sum of progress of the task list is not the department's sum.
    Progress,
    /// Nothing is held, and still the sum in is not the sum out.
    ProgressIn,
    /// A task stands twice in the task list.
    Doubled,
    /// A task's reporting department is not in the list.
    Stray,
    /// A roll-up's count of a class is not what its rows give.
    Class,
    /// Rows of a workbook that were read are not those that were judged, or an accepted row is not in the ledger.
    Lost,
    /// The sum of progress read in a workbook is not the sum that was judged.
    Sum,
    /// A value stands in another column than its heading, or the ledger holds other values than were accepted.
    Shifted,
    /// A workbook was judged twice.
    DoubledFile,
}

impl ImbalanceKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Tasks => "tasks",
            Self::Counted => "counted",
            Self::Progress => "progress",
            Self::ProgressIn => "progress_in",
            Self::Doubled => "doubled",
            Self::Stray => "stray",
            Self::Class => "class",
            Self::Lost => "lost",
            Self::Sum => "sum",
            Self::Shifted => "shifted",
            Self::DoubledFile => "doubled_file",
        }
    }
}

/// Two figures that should be equal.
#[derive(Clone, Debug, PartialEq)]
pub struct Imbalance {
    /// What does not balance.
    pub kind: ImbalanceKind,
    /// Department's code, group's key or task's identity.
    pub subject: String,
    /// The figure that was told.
    pub left: f64,
    /// The figure that was counted.
    pub right: f64,
}

impl Imbalance {
    /// The imbalance in words.
    #[must_use]
    pub fn say(&self, text: &Text) -> Vi {
        text.say(
            &format!("balance.{}", self.kind.name()),
            &[
                ("department", Arg::Plain(self.subject.clone())),
                ("left", Arg::Number(self.left)),
                ("right", Arg::Number(self.right)),
            ],
        )
    }
}

/// Proves that nothing was lost, doubled or shifted between the annexes and the task list.
///
/// # Errors
/// Everything that does not balance; such a consolidation must not be published.
pub fn balance(c: &Consolidation) -> Result<(), Vec<Imbalance>> {
    let mut wrong = Vec::new();
    identities(c, &mut wrong);
    for d in &c.departments {
        department(c, d, &mut wrong);
    }
    rollups(c, &mut wrong);
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Whether rows of the newest file counted.
const fn counts(d: &DepartmentState) -> bool {
    matches!(
        d.verdict,
        Some(Verdict::Accepted | Verdict::AcceptedWithRemarks)
    )
}

/// Whether the newest workbook fed the row: reported, accepted at least once, and not standing from before.
fn fresh(task: &ConsolidatedTask) -> bool {
    !task.unreported && !task.row.stale && !task.row.version.is_empty()
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
const fn f(n: u64) -> f64 {
    n as f64
}

fn identities(c: &Consolidation, wrong: &mut Vec<Imbalance>) {
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    for task in &c.tasks {
        *seen.entry(&task.row.id).or_default() += 1;
        let known = c.departments.iter().any(|d| d.code == task.row.department);
        if !task.unreported && !known {
            wrong.push(Imbalance {
                kind: ImbalanceKind::Stray,
                subject: task.row.id.clone(),
                left: 1.0,
                right: 0.0,
            });
        }
    }
    for (id, n) in seen.into_iter().filter(|(_, n)| *n > 1) {
        wrong.push(Imbalance {
            kind: ImbalanceKind::Doubled,
            subject: id.to_owned(),
            left: 1.0,
            right: f(n),
        });
    }
}

fn department(c: &Consolidation, d: &DepartmentState, wrong: &mut Vec<Imbalance>) {
    let mut check = |kind, left: f64, right: f64, slack: f64| {
        if (left - right).abs() > slack {
            wrong.push(Imbalance {
                kind,
                subject: d.code.clone(),
                left,
                right,
            });
        }
    };
    check(
        ImbalanceKind::Counted,
        f(d.tasks),
        f(d.accepted + d.held),
        0.0,
    );
    if !counts(d) {
        return;
    }
    check(ImbalanceKind::Rows, f(d.read), f(d.accepted + d.held), 0.0);
    let (mut rows, mut sum) = (0_u64, 0.0);
    for task in &c.tasks {
        if fresh(task) && task.row.department == d.code {
            rows += 1;
            sum += task.row.values.progress.unwrap_or(0.0);
        }
    }
    check(ImbalanceKind::Tasks, f(d.accepted), f(rows), 0.0);
    check(ImbalanceKind::Progress, d.progress_out, sum, TOLERANCE);
    if d.held == 0 {
        check(
            ImbalanceKind::ProgressIn,
            d.progress_in,
            d.progress_out,
            TOLERANCE,
        );
    }
}

/// Counts every group again from the task list.
fn rollups(c: &Consolidation, wrong: &mut Vec<Imbalance>) {
    let mut all = Counts::default();
    let mut departments: HashMap<&str, Counts> = HashMap::new();
    let mut areas: HashMap<String, Counts> = HashMap::new();
    let add = |counts: &mut Counts, class: Class| {
        counts.total += 1;
        *counts.by_class.entry(class).or_default() += 1;
    };
    for task in &c.tasks {
        let class = task.score.class;
        add(&mut all, class);
        add(areas.entry(fold(&task.row.values.area)).or_default(), class);
        for (i, lead) in task.leads.iter().enumerate() {
            if !task.leads[..i].contains(lead) {
                add(departments.entry(lead).or_default(), class);
            }
        }
    }
    let mut compare = |key: &str, told: &Counts, counted: Option<&Counts>| {
        let none = Counts::default();
        let counted = counted.unwrap_or(&none);
        let differs =
            told.total != counted.total || Class::ALL.iter().any(|c| told.of(*c) != counted.of(*c));
        if differs {
            wrong.push(Imbalance {
                kind: ImbalanceKind::Class,
                subject: key.to_owned(),
                left: f(told.total),
                right: f(counted.total),
            });
        }
    };
    compare(&c.all.key, &c.all.counts, Some(&all));
    for g in &c.by_department {
        compare(&g.key, &g.counts, departments.get(g.key.as_str()));
    }
    for g in &c.by_area {
        if let Some(counted) = areas.get(&fold(&g.key)) {
            compare(&g.key, &g.counts, Some(counted));
        }
    }
}
