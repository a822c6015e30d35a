//! A period's report as a Word document in the form of Decree 30/2020.

use crate::domain::consolidation::{Class, GroupScore, Rate};
use crate::domain::finding::Arg;
use crate::text::{count, date, percent, shorten};

use super::docx::{Face, Place, Writer};
use super::facts::{Facts, no_due, other};
use super::{PeriodInput, WordError, tables};

/// Longest text taken over into a list.
pub(super) const WORDS_MAX: usize = 600;

pub(super) struct Report<'a> {
    pub(super) input: &'a PeriodInput<'a>,
    pub(super) facts: Facts<'a>,
    pub(super) writer: Writer,
}

/// Writes the document.
pub fn build(input: &PeriodInput<'_>) -> Result<Vec<u8>, WordError> {
    let created = format!("{}T00:00:00Z", input.days.cut_off);
    let mut report = Report {
        input,
        facts: Facts::new(input),
        writer: Writer::new(&created),
    };
    report.heading();
    report.overview();
    report.completed();
    report.indicators();
    report.overdue();
    report.difficulties();
    report.proposals();
    report.outlook();
    report.after_freeze();
    report.signature();
    report.writer.finish()
}

impl Report<'_> {
    pub(super) fn word(&self, key: &str) -> String {
        self.input
            .text
            .word(&format!("report.word.{key}"))
            .to_string()
    }

    pub(super) fn say(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.input
            .text
            .say(&format!("report.word.{key}"), args)
            .to_string()
    }

    fn rate(&self, rate: &Rate) -> String {
        let none = || {
            self.input
                .text
                .word("report.period.not_available")
                .to_string()
        };
        let decimals = usize::from(self.input.config.figures.decimals);
        rate.value.map_or_else(none, |v| percent(v, decimals))
    }

    fn heading(&mut self) {
        let plan = &self.input.config.plan;
        let bold = |size| Face {
            size,
            bold: true,
            italic: false,
        };
        let plain = |size| Face {
            size,
            bold: false,
            italic: false,
        };
        let nation = self.input.text.word("report.nation").to_string();
        let motto = self.input.text.word("report.motto").to_string();
        let number = self.word("number");
        let place = [
            ("place", Arg::Plain(plan.place.clone())),
            ("year", Arg::Days(i64::from(self.input.days.cut_off.year()))),
        ];
        let place = self.say("place", &place);
        let w = &self.writer;
        let left = vec![
            w.paragraph(&plan.parent, plain(24), Place::Center),
            w.paragraph(&plan.board, bold(24), Place::Center),
            w.rule(7.7, 2.6),
            w.paragraph(&number, plain(26), Place::Center),
        ];
        let right = vec![
            w.paragraph(&nation, bold(24), Place::Center),
            w.paragraph(&motto, bold(26), Place::Center),
            w.rule(9.2, 5.8),
            w.paragraph(
                &place,
                Face {
                    size: 26,
                    bold: false,
                    italic: true,
                },
                Place::Center,
            ),
        ];
        self.writer.columns(left, right, (7.7, 9.2));
        self.writer.space();
        let args = [
            ("plan", Arg::Plain(plan.title.clone())),
            ("period", Arg::Plain(self.input.days.name.clone())),
            ("from", Arg::Date(self.input.days.from)),
            ("to", Arg::Date(self.input.until())),
        ];
        let title = self.word("title");
        self.writer.center(&title, bold(28));
        let subject = self.say("subject", &args);
        self.writer.center(&subject, bold(28));
        let period = self.say("subject_period", &args);
        self.writer.center(&period, bold(28));
        self.writer.page_rule(4.5);
        self.writer.space();
        let address = self.word("address");
        self.writer.center(&address, plain(28));
        self.writer.space();
        let opening = self.say(&self.input.in_time("opening"), &args);
        self.writer.body(&opening);
    }

    fn overview(&mut self) {
        let all = &self.input.consolidation.all;
        let counts = &all.counts;
        let n = |n: u64| Arg::Count(n);
        let args = [
            ("to", Arg::Date(self.input.until())),
            ("total", n(counts.total)),
            ("done", n(counts.done())),
            ("rate", Arg::Plain(self.rate(&all.completion))),
            ("on_time", n(counts.on_time())),
            ("late", n(counts.of(Class::DoneLate))),
            ("unknown", n(counts.of(Class::DoneUnknown))),
            (
                "open",
                n(counts.of(Class::OpenInTime) + counts.of(Class::DueSoon)),
            ),
            ("soon", n(counts.of(Class::DueSoon))),
            ("overdue", n(counts.of(Class::Overdue))),
            ("overdue_rate", Arg::Plain(self.rate(&all.overdue))),
            ("not_yet", n(counts.of(Class::NotStartedPeriod))),
            ("no_due", n(no_due(counts))),
            ("other", n(other(counts))),
            ("due", n(all.on_time_due.denominator)),
            ("due_on_time", n(all.on_time_due.numerator)),
            ("due_rate", Arg::Plain(self.rate(&all.on_time_due))),
        ];
        for key in ["results", "overview"] {
            let words = self.word(key);
            self.writer.heading(&words);
        }
        for key in ["overview_text", "open_text", "due_text"] {
            if key != "due_text" || all.on_time_due.denominator > 0 {
                let words = self.say(key, &args);
                self.writer.body(&words);
            }
        }
        if let Some(previous) = self.input.previous {
            let before = &previous.all.counts;
            let args = [
                (
                    "done_change",
                    Arg::Plain(self.change(counts.done(), before.done())),
                ),
                (
                    "overdue_change",
                    Arg::Plain(self.change(counts.of(Class::Overdue), before.of(Class::Overdue))),
                ),
            ];
            let words = self.say("previous_text", &args);
            self.writer.body(&words);
        }
        self.groups(
            "table_departments",
            "department",
            &self.input.consolidation.by_department,
        );
        if self
            .input
            .consolidation
            .tasks
            .iter()
            .any(|t| t.leads.len() > 1)
        {
            let words = self.word("several_leads");
            self.writer.remark(&words);
        }
        self.groups("table_areas", "area", &self.input.consolidation.by_area);
    }

    fn change(&self, now: u64, before: u64) -> String {
        match now.cmp(&before) {
            std::cmp::Ordering::Greater => self.say("more", &[("count", Arg::Count(now - before))]),
            std::cmp::Ordering::Less => self.say("less", &[("count", Arg::Count(before - now))]),
            std::cmp::Ordering::Equal => self.word("same"),
        }
    }

    pub(super) fn columns(&self, columns: &[(&str, f64, bool)]) -> Vec<(String, f64, bool)> {
        columns
            .iter()
            .map(|(key, cm, centred)| (self.word(&format!("column.{key}")), *cm, *centred))
            .collect()
    }

    fn groups(&mut self, caption: &str, first: &str, groups: &[GroupScore]) {
        if groups.is_empty() {
            return;
        }
        let caption = self.word(caption);
        self.writer.caption(&caption);
        let columns = self.columns(&[
            ("stt", 1.0, true),
            (first, 4.1, false),
            ("total", 1.4, true),
            ("done", 1.8, true),
            ("on_time", 1.9, true),
            ("open", 1.5, true),
            ("overdue", 1.4, true),
            ("other", 1.4, true),
            ("rate", 1.9, true),
        ]);
        let line = |stt: String, name: String, group: &GroupScore| {
            let c = &group.counts;
            let open = c.of(Class::OpenInTime) + c.of(Class::DueSoon);
            let rest = c
                .total
                .saturating_sub(c.done() + open + c.of(Class::Overdue));
            let counted = [
                c.total,
                c.done(),
                c.on_time(),
                open,
                c.of(Class::Overdue),
                rest,
            ];
            let mut row = vec![stt, name];
            row.extend(counted.map(count));
            row.push(self.rate(&group.completion));
            row
        };
        let mut rows: Vec<Vec<String>> = (1..)
            .zip(groups)
            .map(|(n, g): (u32, _)| line(n.to_string(), g.name.clone(), g))
            .collect();
        let total = self.input.text.word("report.period.total").to_string();
        rows.push(line(String::new(), total, &self.input.consolidation.all));
        self.writer.table(&columns, &rows, true);
    }

    fn completed(&mut self) {
        let heading = self.word("completed");
        self.writer.heading(&heading);
        let items: Vec<String> = self
            .facts
            .completed
            .iter()
            .map(|task| {
                let values = &task.row.values;
                let result = if values.result.is_empty() {
                    &values.evidence
                } else {
                    &values.result
                };
                let result = shorten(result.trim_end_matches(['.', ';', ' ']), WORDS_MAX);
                let result = if result.is_empty() {
                    result
                } else {
                    format!(": {result}")
                };
                let args = [
                    ("content", Arg::Plain(sentence(&values.content))),
                    ("lead", Arg::Plain(task.lead_name.clone())),
                    (
                        "day",
                        Arg::Plain(task.score.completed.map(date).unwrap_or_default()),
                    ),
                    ("result", Arg::Plain(result)),
                ];
                self.say("completed_item", &args)
            })
            .collect();
        self.list(&items, "completed_none");
    }

    pub(super) fn list(&mut self, items: &[String], none: &str) {
        if items.is_empty() {
            let words = if none.is_empty() {
                self.input.text.word("report.none").to_string()
            } else {
                self.word(none)
            };
            self.writer.body(&words);
        }
        for item in items {
            self.writer.body(item);
        }
    }

    fn indicators(&mut self) {
        let heading = self.word("indicators");
        self.writer.heading(&heading);
        let columns = self.columns(&[
            ("stt", 1.0, true),
            ("indicator", 7.4, false),
            ("target", 2.9, true),
            ("reached", 2.9, true),
            ("rating", 2.2, true),
        ]);
        let scores = &self.input.consolidation.indicators;
        let rows: Vec<Vec<String>> = (1..)
            .zip(scores)
            .map(|(n, score): (u32, _)| {
                let reached = match &score.rate {
                    Some(rate) if rate.value.is_some() => {
                        format!(
                            "{} ({}/{})",
                            self.rate(rate),
                            count(rate.numerator),
                            count(rate.denominator)
                        )
                    }
                    _ => String::new(),
                };
                let rating = self
                    .input
                    .text
                    .word(&format!("report.period.rating.{}", score.rating.name()));
                vec![
                    n.to_string(),
                    score.indicator.name.clone(),
                    tables::target(self.input, &score.indicator),
                    reached,
                    rating.to_string(),
                ]
            })
            .collect();
        if rows.is_empty() {
            self.list(&[], "");
        } else {
            self.writer.table(&columns, &rows, false);
        }
    }
}

/// A task's content without its final stop, shortened.
fn sentence(content: &str) -> String {
    shorten(content.trim_end_matches(['.', ';', ',', ' ']), WORDS_MAX)
}
