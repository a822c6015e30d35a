//! The trend: one point a day, the newest replaced by today's.

use jiff::civil::Date;

use crate::domain::consolidation::{Counts, TrendPoint};

/// Gives the points before a day and the day's own, oldest first.
#[must_use]
pub fn trend(past: &[TrendPoint], as_of: Date, counts: &Counts) -> Vec<TrendPoint> {
    let mut points: Vec<TrendPoint> = past.iter().filter(|p| p.day < as_of).cloned().collect();
    points.sort_by_key(|p| p.day);
    points.dedup_by_key(|p| p.day);
    points.push(TrendPoint {
        day: as_of,
        counts: counts.clone(),
    });
    points
}
