//! Indicators: the measured targets of the plan.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How a rate is compared with its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// More than (strict).
    #[serde(rename = ">")]
    Above,
    /// Exactly.
    #[serde(rename = "=")]
    Equal,
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// Less than (strict).
    #[serde(rename = "<")]
    Below,
    /// By document, no rate.
    #[serde(rename = "qualitative")]
    Qualitative,
}

/// An indicator of the catalogue (`config/indicators.toml` or `[[indicator]]`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Code (`K1.2`).
    pub code: String,
    /// Name as printed.
    pub name: String,
    /// Other names it is reported under.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Comparison.
    pub operator: Operator,
    /// Target in percent, as a decimal text to keep it exact (`"80"`, `"99.5"`); none for qualitative.
    #[serde(default)]
    pub target: Option<f64>,
    /// First year it applies to.
    pub from: i16,
    /// Last year it applies to.
    pub to: i16,
    /// What the numerator counts.
    #[serde(default)]
    pub numerator: String,
    /// What the denominator counts.
    #[serde(default)]
    pub denominator: String,
    /// How often it is reported: `monthly`, `quarterly`, `half-yearly`, `yearly`.
    #[serde(default)]
    pub frequency: String,
    /// Area of tasks it belongs to.
    #[serde(default)]
    pub area: String,
    /// Remark (contradictions in the plan).
    #[serde(default)]
    pub note: String,
}

/// A period of indicators and reports (`2026-Q1`, `2026-6T`, `2026-9T`, `2026-N`, `2026-09`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PeriodKey {
    /// Year.
    pub year: i16,
    /// Part of the year.
    pub part: PeriodPart,
}

/// A part of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PeriodPart {
    /// A month, 1-12.
    Month(u8),
    /// A quarter, 1-4.
    Quarter(u8),
    /// The first six months.
    HalfOne,
    /// The first nine months.
    NineMonths,
    /// The last six months.
    HalfTwo,
    /// The year.
    Year,
}

impl std::fmt::Display for PeriodKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.part {
            PeriodPart::Month(m) => write!(f, "{}-{m:02}", self.year),
            PeriodPart::Quarter(q) => write!(f, "{}-Q{q}", self.year),
            PeriodPart::HalfOne => write!(f, "{}-6T", self.year),
            PeriodPart::HalfTwo => write!(f, "{}-6T2", self.year),
            PeriodPart::NineMonths => write!(f, "{}-9T", self.year),
            PeriodPart::Year => write!(f, "{}-N", self.year),
        }
    }
}

/// Says that a text is no period.
#[derive(Debug, thiserror::Error)]
#[error("not a period: {0:?} (examples: 2026-Q1, 2026-6T, 2026-Q3, 2026-9T, 2026-N, 2026-09)")]
pub struct BadPeriod(String);

impl std::str::FromStr for PeriodKey {
    type Err = BadPeriod;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || BadPeriod(s.to_owned());
        let (year, part) = s.split_once('-').ok_or_else(bad)?;
        let year: i16 = year.parse().map_err(|_| bad())?;
        let part = match part {
            "Q1" => PeriodPart::Quarter(1),
            "Q2" => PeriodPart::Quarter(2),
            "Q3" => PeriodPart::Quarter(3),
            "Q4" => PeriodPart::Quarter(4),
            "6T" => PeriodPart::HalfOne,
            "6T2" => PeriodPart::HalfTwo,
            "9T" => PeriodPart::NineMonths,
            "N" => PeriodPart::Year,
            m if m.len() == 2 => match m.parse() {
                Ok(m @ 1..=12) => PeriodPart::Month(m),
                _ => return Err(bad()),
            },
            _ => return Err(bad()),
        };
        if !(1990..=2100).contains(&year) {
            return Err(bad());
        }
        Ok(Self { year, part })
    }
}

impl From<PeriodKey> for String {
    fn from(key: PeriodKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for PeriodKey {
    type Error = BadPeriod;

    fn try_from(s: String) -> Result<Self, Self::Error> {
        s.parse()
    }
}

/// An accepted figure of an indicator in a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorFigure {
    /// Code of the indicator.
    pub indicator: String,
    /// Period.
    pub period: PeriodKey,
    /// Reporting department, by code.
    pub department: String,
    /// Numerator; an integer for rates.
    pub numerator: Option<i64>,
    /// Denominator.
    pub denominator: Option<i64>,
    /// Document or explanation (qualitative indicators, changed figures).
    pub explanation: String,
    /// For a qualitative indicator: said to be reached.
    pub reached: Option<bool>,
    /// Where it was reported.
    pub source: super::task::Source,
    /// The day the figure was accepted.
    pub accepted_on: Date,
}
