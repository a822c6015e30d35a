//! The national four: done on time, done late, open in time, open overdue; all else is not considered (SPEC §11, "Totals").

use super::{Facts, Figure};
use crate::domain::consolidation::{Bucket, Class, TaskScore};

/// The figure.
pub const FIGURE: Figure = Figure {
    name: "bucket",
    fill,
};

fn fill(_: &Facts<'_>, score: &mut TaskScore) {
    score.bucket = match score.class {
        Class::DoneEarly | Class::DoneOnTime => Bucket::DoneOnTime,
        Class::DoneLate => Bucket::DoneLate,
        Class::OpenInTime | Class::DueSoon => Bucket::OpenInTime,
        Class::Overdue => Bucket::OpenOverdue,
        _ => Bucket::NotConsidered,
    };
}
