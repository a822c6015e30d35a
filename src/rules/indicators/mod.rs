//! Rules on the figures of indicators.

pub mod closed_figure_changed;
pub mod denominator_missing;
pub mod figures_disagree;
pub mod indicator_not_a_number;
pub mod indicator_unknown;
pub mod numerator_above_denominator;
pub mod period_unknown;
pub mod rate_differs;
