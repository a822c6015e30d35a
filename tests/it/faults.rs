//! Faults of disks, shares and neighbours: nothing is lost, nothing half-written is seen, nobody else's file is touched.

mod absences;
mod publishing;
mod rebuilding;
mod scanning;
mod statements;
pub mod storing;
