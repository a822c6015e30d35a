//! Tables of a period's workbook: headings, widths and typed rows.

use jiff::civil::Date;

use crate::domain::consolidation::{Class, ConsolidatedTask, GroupScore, Rate};
use crate::domain::indicator::{Indicator, Operator};
use crate::text::number;

use super::PeriodInput;
use super::facts::{Facts, change_words, department, no_due, other, reason};

/// A cell of a table.
#[derive(Clone, Debug)]
pub enum Item {
    /// Text.
    Text(String),
    /// Text that must catch the eye.
    Alarm(String),
    /// A count.
    Count(u64),
    /// A rate in percent; none is printed as not available.
    Rate(Option<f64>),
    /// A number.
    Number(Option<f64>),
    /// A day.
    Day(Option<Date>),
}

/// A table.
pub struct Content {
    /// Key of its words.
    pub key: &'static str,
    /// Name of the native table.
    pub name: &'static str,
    /// Key and width of each column.
    pub columns: Vec<(&'static str, f64)>,
    /// Rows.
    pub rows: Vec<Vec<Item>>,
    /// Whether the last row is a total, written below the native table.
    pub total: bool,
}

/// Every table of a period's workbook, in tab order.
pub fn all(input: &PeriodInput<'_>, facts: &Facts<'_>) -> Vec<Content> {
    vec![
        groups(
            input,
            "departments",
            "TheoDonVi",
            "department",
            &input.consolidation.by_department,
        ),
        groups(
            input,
            "areas",
            "TheoLinhVuc",
            "area",
            &input.consolidation.by_area,
        ),
        overdue(facts),
        difficulties(facts),
        proposals(input, facts),
        indicators(input),
        after_freeze(input, facts),
        tasks(input),
    ]
}

fn text(s: &str) -> Item {
    Item::Text(s.to_owned())
}

fn rate(rate: &Rate) -> Item {
    Item::Rate(rate.value)
}

fn groups(
    input: &PeriodInput<'_>,
    key: &'static str,
    name: &'static str,
    first: &'static str,
    groups: &[GroupScore],
) -> Content {
    let line = |group: &GroupScore, name: String| {
        let counts = &group.counts;
        let mut row = vec![Item::Text(name), Item::Count(counts.total)];
        let classes = [
            Class::DoneEarly,
            Class::DoneOnTime,
            Class::DoneLate,
            Class::DoneUnknown,
            Class::OpenInTime,
            Class::DueSoon,
            Class::Overdue,
            Class::NotStartedPeriod,
        ];
        row.extend(classes.iter().map(|c| Item::Count(counts.of(*c))));
        row.extend([
            Item::Count(no_due(counts)),
            Item::Count(other(counts)),
            Item::Count(counts.due),
        ]);
        row.extend([
            rate(&group.completion),
            rate(&group.on_time),
            rate(&group.on_time_due),
            rate(&group.overdue),
        ]);
        row
    };
    let mut rows: Vec<Vec<Item>> = groups.iter().map(|g| line(g, g.name.clone())).collect();
    if !rows.is_empty() {
        let total = input.text.word("report.period.total").to_string();
        rows.push(line(&input.consolidation.all, total));
    }
    let mut columns = vec![(first, 34.0), ("total", 8.0)];
    let counted = [
        "done_early",
        "done_on_time",
        "done_late",
        "done_unknown",
        "open_in_time",
        "due_soon",
        "overdue",
        "not_started_period",
        "no_due",
        "other",
        "due",
    ];
    columns.extend(counted.map(|k| (k, 10.5)));
    columns.extend(["completion", "on_time", "on_time_due", "overdue_rate"].map(|k| (k, 12.0)));
    Content {
        key,
        name,
        columns,
        rows,
        total: true,
    }
}

fn overdue(facts: &Facts<'_>) -> Content {
    let line = |task: &&ConsolidatedTask| {
        let values = &task.row.values;
        #[expect(clippy::cast_precision_loss, reason = "days since a due day are small")]
        let days = |n: Option<i64>| Item::Number(n.map(|n| n as f64));
        vec![
            text(&values.code),
            text(&values.content),
            text(&task.lead_name),
            text(&values.deadline_text),
            Item::Day(task.score.effective),
            days(task.score.days_late),
            days(task.score.working_days_late),
            Item::Number(values.progress),
            text(&values.late_reason),
            text(&values.difficulty),
            Item::Day(values.commit_date),
            text(&values.explanation),
        ]
    };
    Content {
        key: "overdue",
        name: "QuaHan",
        columns: vec![
            ("code", 12.0),
            ("content", 40.0),
            ("lead", 18.0),
            ("deadline", 15.0),
            ("effective", 12.0),
            ("days_late", 9.0),
            ("working_days_late", 10.0),
            ("progress", 9.0),
            ("late_reason", 32.0),
            ("difficulty", 32.0),
            ("commit", 12.0),
            ("explanation", 26.0),
        ],
        rows: facts.overdue.iter().map(line).collect(),
        total: false,
    }
}

fn difficulties(facts: &Facts<'_>) -> Content {
    let line = |task: &&ConsolidatedTask| {
        let values = &task.row.values;
        vec![
            text(&task.lead_name),
            text(&values.code),
            text(&values.content),
            text(&values.difficulty),
            text(reason(task)),
        ]
    };
    Content {
        key: "difficulties",
        name: "VuongMac",
        columns: vec![
            ("department", 22.0),
            ("code", 12.0),
            ("content", 46.0),
            ("difficulty", 50.0),
            ("late_reason", 40.0),
        ],
        rows: facts.difficulties.iter().map(line).collect(),
        total: false,
    }
}

fn proposals(input: &PeriodInput<'_>, facts: &Facts<'_>) -> Content {
    let words = |key: &str| {
        input
            .text
            .word(&format!("report.period.proposal.{key}"))
            .to_string()
    };
    let mut rows: Vec<Vec<Item>> = facts
        .proposals
        .iter()
        .map(|task| {
            let values = &task.row.values;
            vec![
                text(&task.lead_name),
                text(&values.code),
                text(&values.content),
                Item::Text(words("text")),
                text(&values.proposal),
                text(""),
            ]
        })
        .collect();
    for change in &facts.changes {
        let task = input
            .consolidation
            .tasks
            .iter()
            .find(|t| t.row.id == change.task);
        let code = task.map_or("", |t| &t.row.values.code);
        let content = task.map_or("", |t| &t.row.values.content);
        rows.push(vec![
            Item::Text(department(input, &change.department)),
            text(code),
            text(content),
            Item::Text(words("change_kind")),
            Item::Text(change_words(input, change).to_string()),
            text(change.document.as_deref().unwrap_or("")),
        ]);
    }
    Content {
        key: "proposals",
        name: "DeXuat",
        columns: vec![
            ("department", 22.0),
            ("code", 12.0),
            ("content", 42.0),
            ("kind", 20.0),
            ("proposal", 52.0),
            ("document", 24.0),
        ],
        rows,
        total: false,
    }
}

/// The target of an indicator in words.
pub fn target(input: &PeriodInput<'_>, indicator: &Indicator) -> String {
    let key = match indicator.operator {
        Operator::AtLeast => "at_least",
        Operator::Above => "above",
        Operator::Equal => "equal",
        Operator::AtMost => "at_most",
        Operator::Below => "below",
        Operator::Qualitative => "qualitative",
    };
    let target = indicator
        .target
        .map(|t| format!("{}%", number(t, 2)))
        .unwrap_or_default();
    let args = [("target", crate::domain::finding::Arg::Plain(target))];
    input
        .text
        .say(&format!("report.period.target.{key}"), &args)
        .to_string()
}

fn indicators(input: &PeriodInput<'_>) -> Content {
    let line = |score: &crate::domain::consolidation::IndicatorScore| {
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of files stay far below 2^53"
        )]
        let count = |n: Option<i64>| Item::Number(n.map(|n| n as f64));
        let latest = score.latest.as_ref();
        let period = latest.and_then(|f| crate::config::periods::resolve(f.period, input.config));
        let rating = input
            .text
            .word(&format!("report.period.rating.{}", score.rating.name()))
            .to_string();
        vec![
            text(&score.indicator.code),
            text(&score.indicator.name),
            Item::Text(target(input, &score.indicator)),
            Item::Text(period.map(|p| p.name).unwrap_or_default()),
            count(latest.and_then(|f| f.numerator)),
            count(latest.and_then(|f| f.denominator)),
            score.rate.as_ref().map_or_else(|| text(""), rate),
            if score.rating == crate::domain::consolidation::Rating::NotMet {
                Item::Alarm(rating)
            } else {
                Item::Text(rating)
            },
            count(score.missing),
            Item::Number(score.trend),
            text(latest.map_or("", |f| &f.explanation)),
        ]
    };
    Content {
        key: "indicators",
        name: "ChiTieu",
        columns: vec![
            ("indicator_code", 10.0),
            ("indicator", 50.0),
            ("target", 17.0),
            ("indicator_period", 20.0),
            ("numerator", 11.0),
            ("denominator", 11.0),
            ("rate", 11.0),
            ("rating", 15.0),
            ("missing", 10.0),
            ("trend", 12.0),
            ("explanation", 34.0),
        ],
        rows: input.consolidation.indicators.iter().map(line).collect(),
        total: false,
    }
}

fn after_freeze(input: &PeriodInput<'_>, facts: &Facts<'_>) -> Content {
    let line = |change: &super::facts::FrozenChange| {
        let field = change
            .field
            .map(|f| input.text.field(f).to_string())
            .unwrap_or_default();
        vec![
            Item::Day(Some(change.day)),
            text(&change.department),
            text(&change.task),
            Item::Text(field),
            text(&change.old),
            text(&change.new),
            text(&change.by),
        ]
    };
    Content {
        key: "after_freeze",
        name: "SauChot",
        columns: vec![
            ("day", 12.0),
            ("department", 24.0),
            ("task", 20.0),
            ("field", 22.0),
            ("old", 40.0),
            ("new", 40.0),
            ("by", 20.0),
        ],
        rows: facts.after_freeze.iter().map(line).collect(),
        total: false,
    }
}

fn tasks(input: &PeriodInput<'_>) -> Content {
    let line = |task: &ConsolidatedTask| {
        let values = &task.row.values;
        let class = input
            .text
            .word(&format!("report.period.class.{}", task.score.class.name()))
            .to_string();
        let late = task.score.class == Class::Overdue;
        vec![
            text(&values.code),
            text(&values.area),
            text(&values.content),
            text(&task.lead_name),
            text(&values.deadline_text),
            Item::Day(task.score.effective),
            if late {
                Item::Alarm(class)
            } else {
                Item::Text(class)
            },
            Item::Number(values.progress),
            Item::Day(task.score.completed),
            text(&values.result),
            text(&values.evidence),
        ]
    };
    Content {
        key: "tasks",
        name: "NhiemVuKy",
        columns: vec![
            ("code", 12.0),
            ("area", 26.0),
            ("content", 44.0),
            ("lead", 18.0),
            ("deadline", 16.0),
            ("effective", 12.0),
            ("class", 18.0),
            ("progress", 9.0),
            ("completed", 12.0),
            ("result", 38.0),
            ("evidence", 28.0),
        ],
        rows: input.consolidation.tasks.iter().map(line).collect(),
        total: false,
    }
}
