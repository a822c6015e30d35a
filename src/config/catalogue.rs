//! The catalogue of indicators: `config/indicators.toml`, or `[[indicator]]` of the config in its stead.

use serde::Deserialize;

use super::Config;
use crate::domain::indicator::Indicator;

const INDICATORS_TOML: &str = include_str!("../../config/indicators.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    indicator: Vec<Indicator>,
}

/// Gives the indicators that are tracked, in printed order.
///
/// # Panics
/// When the embedded catalogue does not parse: a defect, caught by a test.
#[must_use]
pub fn indicators(config: &Config) -> Vec<Indicator> {
    if !config.indicators.is_empty() {
        return config.indicators.clone();
    }
    let file: File = toml::from_str(INDICATORS_TOML).expect("the embedded catalogue parses");
    file.indicator
}
