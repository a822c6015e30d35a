//! The feedback workbook: what a department opens to see what counts, what does not, and how to mend it.

mod agenda;
mod annex;
mod layout;
mod legend;
mod list;
mod look;
mod marker;
mod mend;
mod paint;
mod part;
mod scope;
mod verdict;

use jiff::civil::DateTime;

use crate::book::Book;
use crate::config::Config;
use crate::domain::consolidation::{Consolidation, DepartmentState};
use crate::domain::finding::Arg;
use crate::domain::reading::Reading;
use crate::text::Text;

pub use part::Index;

use look::Look;
use scope::Scope;

/// What the feedback of one department is made from.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// The department.
    pub department: &'a DepartmentState,
    /// Its files by path as findings name it, with what they say; empty when nothing could be read.
    pub readings: Vec<(&'a str, &'a Reading)>,
    /// Everything as of the day.
    pub consolidation: &'a Consolidation,
    /// Where each department's part of it stands.
    pub index: &'a Index<'a>,
    /// Settings.
    pub config: &'a Config,
    /// Our words.
    pub text: &'a Text,
    /// The workbook was dropped for trial: nothing of it counts.
    pub trial: bool,
}

impl Input<'_> {
    fn part(&self) -> part::Part<'_> {
        let files = self.readings.iter().map(|(file, _)| *file).collect();
        let office = self.config.roster.office();
        let office = office.is_some_and(|o| o.code == self.department.code);
        part::Part::of(
            self.department,
            &files,
            self.consolidation,
            self.index,
            office,
        )
    }

    /// A hash of all that the workbook is made from, besides the settings, our words and the bytes of its files.
    #[must_use]
    pub fn digest(&self) -> String {
        self.part().digest(self.department)
    }
}

/// Builds a department's feedback workbook. Nothing of a refused state-secret row is in it.
#[must_use]
pub fn build(input: &Input<'_>) -> Book {
    let part = input.part();
    let name = Arg::Plain(input.department.name.clone());
    let mut book = Book {
        title: input
            .text
            .say("feedback.document", &[("name", name)])
            .to_string(),
        author: input.config.plan.board.clone(),
        created: Some(created(input, &part)),
        ..Book::default()
    };
    let look = Look::new(&mut book.styles);
    let scope = Scope::new(input, &part);
    book.sheets.push(verdict::build(&scope, &look));
    book.sheets.push(list::build(&scope, &look));
    for page in &scope.pages {
        let sheet = layout::build(&scope, page, &look, &mut book.styles);
        book.sheets.push(sheet);
    }
    book.sheets.push(agenda::build(&scope, &look));
    book
}

/// The moment stamped into the workbook: of the department's own file, never of the clock nor of another department's.
fn created(input: &Input<'_>, part: &part::Part<'_>) -> DateTime {
    part.saved
        .map_or_else(|| part.as_of.at(0, 0, 0, 0), |at| local(input.config, at))
}

/// A moment in the configured time zone.
fn local(config: &Config, at: jiff::Timestamp) -> DateTime {
    at.to_zoned(config.zone()).datetime()
}
