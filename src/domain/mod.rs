//! The plain data every floor speaks: no I/O, no clock, no formatting for people.

pub mod assessment;
pub mod baseline;
pub mod calendar;
pub mod cell;
pub mod consolidation;
pub mod deadline;
pub mod field;
pub mod finding;
pub mod grid;
pub mod indicator;
pub mod ledger;
pub mod notice;
pub mod now;
pub mod occurrence;
pub mod reading;
pub mod roster;
pub mod secrets;
pub mod shared;
pub mod snapshot;
pub mod status;
pub mod task;
pub mod verdict;
