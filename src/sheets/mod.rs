//! The consolidated workbook: one file a sheet, all in tab order.
//!
//! Roll-ups are formulas over the workbook's own task table, with the value they give; another program that recalculates gets the same.

mod balance;
mod board;
mod by_area;
mod by_department;
mod by_person;
mod difficulties;
mod due_soon;
mod explanation;
mod figures;
mod findings;
mod indicators;
mod information;
mod log;
mod overdue;
mod overview;
mod page;
pub mod palette;
mod paper;
mod phases;
mod proposals;
mod rollup;
mod task_list;
mod tasks;
mod trend;
mod trial;
mod values;

pub use trial::{BaselineChange, BaselineChangeKind, BaselineTrial, baseline_trial};

pub use balance::{Imbalance, ImbalanceKind, balance, flow};

use board::Board;

use crate::book::{Book, Sheet, Styles};
use crate::config::Config;
use crate::domain::consolidation::Consolidation;
use crate::domain::finding::Arg;
use crate::text::Text;

/// A sheet of the workbook.
pub struct SheetPlan {
    /// Key below `sheet` of `templates/workbook.toml`.
    pub key: &'static str,
    /// Builds it; none where there is nothing to say at all.
    build: fn(&Board, &mut Styles) -> Option<Sheet>,
}

/// Every sheet, in tab order (SPEC §7).
pub static ALL: &[&SheetPlan] = &[
    &overview::SHEET,
    &tasks::SHEET,
    &indicators::SHEET,
    &by_department::SHEET,
    &by_area::SHEET,
    &by_person::SHEET,
    &overdue::SHEET,
    &due_soon::SHEET,
    &difficulties::SHEET,
    &findings::SHEET,
    &proposals::SHEET,
    &log::SHEET,
    &trend::SHEET,
    &balance::SHEET,
    &explanation::SHEET,
    &information::SHEET,
];

/// Builds the consolidated workbook.
#[must_use]
pub fn build(c: &Consolidation, config: &Config, text: &Text) -> Book {
    let board = Board::new(c, config, text);
    let mut styles = Styles::default();
    let sheets = ALL
        .iter()
        .filter_map(|plan| (plan.build)(&board, &mut styles))
        .collect();
    Book {
        sheets,
        styles,
        title: text
            .say("document.title", &[("day", Arg::Date(c.as_of))])
            .to_string(),
        author: text.word("document.author").to_string(),
        created: Some(created(c)),
        ..Book::default()
    }
}

/// The newest input stamps the workbook; without any, the day it is for.
fn created(c: &Consolidation) -> jiff::civil::DateTime {
    c.newest_input.map_or_else(
        || c.as_of.at(0, 0, 0, 0),
        |at| at.to_zoned(jiff::tz::TimeZone::UTC).datetime(),
    )
}
