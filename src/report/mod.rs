//! What leaves the house beside the consolidated workbook: departments' issued workbooks, and a period's workbook and Word report.

mod docx;
mod facts;
mod follow_up;
mod guide;
mod issue;
mod look;
mod period;
mod tables;
mod word;

use crate::book::Book;
use crate::config::Config;
use crate::config::periods::PeriodDays;
use crate::domain::baseline::Baseline;
use crate::domain::calendar::Calendar;
use crate::domain::consolidation::Consolidation;
use crate::domain::indicator::PeriodKey;
use crate::domain::ledger::Ledger;
use crate::domain::roster::Department;
use crate::text::Text;

/// What a period's report is made from.
#[derive(Clone, Copy, Debug)]
pub struct PeriodInput<'a> {
    /// Period.
    pub key: PeriodKey,
    /// Its days.
    pub days: &'a PeriodDays,
    /// Everything as of the cut-off day.
    pub consolidation: &'a Consolidation,
    /// The same as of the cut-off of the period before, if there is one.
    pub previous: Option<&'a Consolidation>,
    /// Settings.
    pub config: &'a Config,
    /// Our words.
    pub text: &'a Text,
}

impl PeriodInput<'_> {
    /// The day the figures are for: the cut-off, or an earlier one while the period goes on.
    fn until(&self) -> jiff::civil::Date {
        self.days.cut_off.min(self.consolidation.as_of)
    }

    /// A key of our words that says how far the period has come: the key itself once it is over.
    fn in_time(&self, key: &str) -> String {
        let until = self.until();
        if until < self.days.from {
            format!("{key}_ahead")
        } else if until < self.days.cut_off {
            format!("{key}_running")
        } else {
            key.to_owned()
        }
    }
}

/// Builds a department's workbook from the baseline, with what was accepted so far.
#[must_use]
pub fn issue(
    department: &Department,
    baseline: &Baseline,
    ledger: &Ledger,
    config: &Config,
    calendar: &Calendar,
    text: &Text,
) -> Book {
    let input = issue::Input {
        department,
        baseline,
        ledger,
        config,
        calendar,
        text,
    };
    issue::build(&input)
}

/// Builds a period's workbook: the tables the Office needs for its report.
#[must_use]
pub fn period(input: &PeriodInput<'_>) -> Book {
    period::build(input)
}

/// Builds a period's report as a Word document in the form of Decree 30/2020, ready to edit.
///
/// # Errors
/// When the document cannot be written: a defect of ours, never of an input's making.
pub fn word(input: &PeriodInput<'_>) -> Result<Vec<u8>, WordError> {
    word::build(input)
}

/// Says that a Word document could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the Word document cannot be written: {0}")]
pub struct WordError(pub(crate) String);
