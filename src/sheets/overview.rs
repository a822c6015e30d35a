//! Sheet: one page for leaders.

use super::SheetPlan;
use super::board::Board;
use crate::book::{Sheet, Styles};

/// The sheet.
pub static SHEET: SheetPlan = SheetPlan {
    key: "overview",
    build: |board, styles| Some(build(board, styles)),
};

fn build(board: &Board, styles: &mut Styles) -> Sheet {
    super::page::begin(board, styles, "overview", None)
}
