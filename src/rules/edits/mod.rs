//! Rules that compare with what was approved or accepted before.

pub mod after_freeze;
pub mod code_changed;
pub mod completion_date_moved;
pub mod completion_undone;
pub mod deadline_changed;
pub mod evidence_removed;
pub mod locked_cell_changed;
pub mod mass_change;
pub mod not_the_lead;
pub mod progress_went_down;
pub mod task_vanished;
