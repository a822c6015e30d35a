//! (being built)
pub mod deadline;
