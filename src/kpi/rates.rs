//! Rates: integers in, one rounding at the end, by the setting (half up or truncated).

use crate::config::{Figures, Rounding};
use crate::domain::consolidation::Rate;

/// Decimals beyond which a percentage says nothing; a setting above it is read as this.
const DECIMALS_MAX: u8 = 9;

/// Makes a rate in percent; its value is none for a zero denominator.
#[must_use]
pub fn rate(numerator: u64, denominator: u64, figures: &Figures) -> Rate {
    Rate {
        numerator,
        denominator,
        value: rounded(numerator, denominator, figures),
    }
}

/// Rounds `100 * numerator / denominator` by the setting, in integer arithmetic throughout.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "the scaled integer becomes the nearest double of the decimal it stands for"
)]
pub fn rounded(numerator: u64, denominator: u64, figures: &Figures) -> Option<f64> {
    if denominator == 0 {
        return None;
    }
    let scale = 10_u128.pow(u32::from(figures.decimals.min(DECIMALS_MAX)));
    let (n, d) = (u128::from(numerator) * 100 * scale, u128::from(denominator));
    let scaled = match figures.rounding {
        Rounding::HalfUp => (2 * n + d) / (2 * d),
        Rounding::Truncate => n / d,
    };
    Some(scaled as f64 / scale as f64)
}
