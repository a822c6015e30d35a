//! The demonstration's words: `templates/demo.toml` as typed data.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

const DEMO_TOML: &str = include_str!("../../../templates/demo.toml");

/// Everything the demonstration lays out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Demo {
    pub(super) title: String,
    pub(super) annex: String,
    pub(super) attached: String,
    pub(super) unit_label: String,
    pub(super) signature_left: String,
    pub(super) signature_right: String,
    pub(super) sheet: String,
    pub(super) indicators_sheet: String,
    pub(super) indicators_title: String,
    pub(super) baseline_file: String,
    pub(super) indicator_headings: BTreeMap<String, String>,
    pub(super) leader: Vec<DemoLeader>,
    pub(super) layout: BTreeMap<String, DemoLayout>,
    pub(super) unit: Vec<DemoUnit>,
    pub(super) area: Vec<DemoArea>,
    pub(super) task: Vec<DemoTask>,
    pub(super) slip: Vec<DemoSlip>,
    pub(super) figure: Vec<DemoFigure>,
}

/// A leader.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoLeader {
    pub(super) name: String,
    pub(super) mail: Vec<String>,
    pub(super) departments: Vec<String>,
}

/// A department's habit: fields and heading words in column order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoLayout {
    pub(super) columns: Vec<(String, String)>,
}

/// A department.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoUnit {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) folder: String,
    pub(super) aliases: Vec<String>,
    pub(super) mail: String,
    pub(super) head: String,
    #[serde(default)]
    pub(super) office: bool,
    pub(super) layout: String,
    pub(super) file: String,
}

/// An area of tasks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoArea {
    pub(super) number: String,
    pub(super) title: String,
}

/// A task with what its unit typed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoTask {
    pub(super) area: usize,
    pub(super) code: String,
    pub(super) content: String,
    pub(super) product: String,
    pub(super) lead: String,
    pub(super) coop: String,
    pub(super) deadline: String,
    pub(super) status: String,
    pub(super) progress: f64,
    #[serde(default)]
    pub(super) done: Option<String>,
    #[serde(default)]
    pub(super) result: String,
    #[serde(default)]
    pub(super) evidence: String,
    #[serde(default)]
    pub(super) late_reason: String,
    #[serde(default)]
    pub(super) difficulty: String,
}

impl DemoTask {
    /// The day of completion, if it lies before a day.
    pub(super) fn done_by(&self, today: Date) -> Option<Date> {
        self.done
            .as_ref()
            .and_then(|d| d.parse().ok())
            .filter(|d: &Date| *d <= today)
    }
}

/// A cell typed wrongly.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoSlip {
    pub(super) task: String,
    pub(super) field: String,
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) number: Option<f64>,
}

/// A figure of an indicator.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoFigure {
    pub(super) unit: String,
    pub(super) code: String,
    pub(super) period: String,
    pub(super) numerator: i64,
    pub(super) denominator: i64,
}

/// The embedded demonstration.
///
/// # Panics
/// When the embedded file does not parse: a defect, caught by a test.
#[must_use]
pub(super) fn embedded() -> Demo {
    match toml::from_str(DEMO_TOML) {
        Ok(demo) => demo,
        Err(e) => panic!("templates/demo.toml: {}", e.message()),
    }
}
