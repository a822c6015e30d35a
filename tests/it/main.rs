//! The one integration crate: real parts, data-driven cases.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod architecture;
mod catalogue;
mod cli;
mod config;
mod control;
mod daemon;
mod deadlines;
mod faults;
mod feedback;
mod fuzz;
mod intake;
mod kpi;
mod ledger;
mod mail;
mod month;
mod pass;
mod remedies;
mod report;
mod rules;
mod sheets;
mod simulation;
mod support;
mod text;
mod vn;
mod weeks;
mod workbook;
