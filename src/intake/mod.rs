//! Bytes of an annex → raw cells → headings → rows → a [`crate::domain::reading::Reading`]: facts with their cells, no verdict.

mod formats;
mod package;
pub mod prescan;
mod sheet_facts;
mod xlsx;

pub use xlsx::read_grid;
