//! A period's report as a Word document in the form of Decree 30/2020.

use crate::domain::consolidation::{Class, GroupScore, Rate};
use crate::domain::finding::Arg;
use crate::text::{count, date, number, shorten};

use super::docx::{Face, Place, Writer};
use super::facts::{Facts, change_words, department, no_due, other, reason};
use super::{PeriodInput, WordError, tables};

/// Longest text taken over into a list.
const WORDS_MAX: usize = 600;

struct Report<'a> {
    input: &'a PeriodInput<'a>,
    facts: Facts<'a>,
    writer: Writer,
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
    fn word(&self, key: &str) -> String {
        self.input
            .text
            .word(&format!("report.word.{key}"))
            .to_string()
    }

    fn say(&self, key: &str, args: &[(&str, Arg)]) -> String {
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
        rate.value
            .map_or_else(none, |v| format!("{}%", number(v, decimals)))
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
            w.rule(7.2, 2.6),
            w.paragraph(&number, plain(26), Place::Center),
        ];
        let right = vec![
            w.paragraph(&nation, bold(24), Place::Center),
            w.paragraph(&motto, bold(26), Place::Center),
            w.rule(9.6, 5.8),
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
        self.writer.columns(left, right, (7.2, 9.6));
        self.writer.space();
        let args = [
            ("plan", Arg::Plain(plan.title.clone())),
            ("period", Arg::Plain(self.input.days.name.clone())),
            ("from", Arg::Date(self.input.days.from)),
            ("to", Arg::Date(self.input.days.cut_off)),
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
        let opening = self.say("opening", &args);
        self.writer.body(&opening);
    }

    fn overview(&mut self) {
        let all = &self.input.consolidation.all;
        let counts = &all.counts;
        let n = |n: u64| Arg::Count(n);
        let args = [
            ("to", Arg::Date(self.input.days.cut_off)),
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

    fn columns(&self, columns: &[(&str, f64, bool)]) -> Vec<(String, f64, bool)> {
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

    fn list(&mut self, items: &[String], none: &str) {
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

    fn overdue(&mut self) {
        let heading = self.word("late");
        self.writer.heading(&heading);
        if self.facts.overdue.is_empty() {
            self.list(&[], "");
            return;
        }
        let total = u64::try_from(self.facts.overdue.len()).unwrap_or(u64::MAX);
        let words = self.say(
            "late_text",
            &[
                ("to", Arg::Date(self.input.days.cut_off)),
                ("count", Arg::Count(total)),
            ],
        );
        self.writer.body(&words);
        let columns = self.columns(&[
            ("stt", 1.0, true),
            ("task", 5.6, false),
            ("lead", 2.7, false),
            ("due", 2.3, true),
            ("late", 1.5, true),
            ("reason", 3.3, false),
        ]);
        let rows: Vec<Vec<String>> = (1..)
            .zip(&self.facts.overdue)
            .map(|(n, task): (u32, _)| {
                let why = reason(task);
                let why = if why.is_empty() {
                    self.word("no_reason")
                } else {
                    shorten(why, WORDS_MAX)
                };
                vec![
                    n.to_string(),
                    shorten(&task.row.values.content, WORDS_MAX),
                    task.lead_name.clone(),
                    task.score.effective.map(date).unwrap_or_default(),
                    task.score
                        .days_late
                        .map(|d| d.to_string())
                        .unwrap_or_default(),
                    why,
                ]
            })
            .collect();
        self.writer.table(&columns, &rows, false);
    }

    fn item(&self, lead: &str, content: &str, words: &str) -> String {
        let args = [
            ("lead", Arg::Plain(lead.to_owned())),
            ("content", Arg::Plain(shorten(content, 160))),
            ("words", Arg::Plain(ended(&shorten(words, WORDS_MAX)))),
        ];
        self.say("item", &args)
    }

    fn difficulties(&mut self) {
        let heading = self.word("difficulties");
        self.writer.heading(&heading);
        let items: Vec<String> = self
            .facts
            .difficulties
            .iter()
            .map(|t| {
                self.item(
                    &t.lead_name,
                    &t.row.values.content,
                    &t.row.values.difficulty,
                )
            })
            .collect();
        self.list(&items, "");
    }

    fn proposals(&mut self) {
        let heading = self.word("proposals");
        self.writer.heading(&heading);
        let mut items: Vec<String> = self
            .facts
            .proposals
            .iter()
            .map(|t| self.item(&t.lead_name, &t.row.values.content, &t.row.values.proposal))
            .collect();
        for change in &self.facts.changes {
            let tasks = &self.input.consolidation.tasks;
            let content = tasks
                .iter()
                .find(|t| t.row.id == change.task)
                .map_or("", |t| &t.row.values.content);
            let content = if content.is_empty() {
                &change.source.file
            } else {
                content
            };
            let lead = department(self.input, &change.department);
            items.push(self.item(&lead, content, change_words(self.input, change).as_str()));
        }
        self.list(&items, "");
    }

    fn outlook(&mut self) {
        let heading = self.word("outlook");
        self.writer.heading(&heading);
        let overdue = u64::try_from(self.facts.overdue.len()).unwrap_or(u64::MAX);
        if overdue > 0 {
            let words = self.say("outlook_overdue", &[("count", Arg::Count(overdue))]);
            self.writer.body(&words);
        }
        if self.facts.next.is_empty() {
            self.list(&[], "outlook_none");
            return;
        }
        let next = if overdue > 0 { 2 } else { 1 };
        let words = self.say("outlook_next", &[("number", Arg::Days(next))]);
        self.writer.body(&words);
        let columns = self.columns(&[
            ("stt", 1.0, true),
            ("task", 8.4, false),
            ("lead", 4.0, false),
            ("due", 3.0, true),
        ]);
        let rows: Vec<Vec<String>> = (1..)
            .zip(&self.facts.next)
            .map(|(n, task): (u32, _)| {
                vec![
                    n.to_string(),
                    shorten(&task.row.values.content, WORDS_MAX),
                    task.lead_name.clone(),
                    task.score.effective.map(date).unwrap_or_default(),
                ]
            })
            .collect();
        self.writer.table(&columns, &rows, false);
    }

    fn after_freeze(&mut self) {
        if self.facts.after_freeze.is_empty() {
            return;
        }
        let heading = self.word("after_freeze");
        self.writer.heading(&heading);
        let items: Vec<String> = self
            .facts
            .after_freeze
            .iter()
            .map(|change| {
                let field = change
                    .field
                    .map(|f| self.input.text.field(f).to_string())
                    .unwrap_or_default();
                let args = [
                    ("task", Arg::Plain(change.task.clone())),
                    ("field", Arg::Plain(field)),
                    ("old", Arg::Plain(shorten(&change.old, 120))),
                    ("new", Arg::Plain(shorten(&change.new, 120))),
                    ("day", Arg::Date(change.day)),
                ];
                self.say("change_item", &args)
            })
            .collect();
        self.list(&items, "");
    }

    fn signature(&mut self) {
        let plan = &self.input.config.plan;
        let args = [
            ("plan", Arg::Plain(plan.title.clone())),
            ("period", Arg::Plain(self.input.days.name.clone())),
        ];
        let closing = self.say("closing", &args);
        self.writer.closing(&closing);
        let w = &self.writer;
        let label = Face {
            size: 24,
            bold: true,
            italic: true,
        };
        let mut left = vec![w.paragraph(&self.word("recipients"), label, Place::Left)];
        for n in 1..=4 {
            let face = Face {
                size: 22,
                ..Face::default()
            };
            left.push(w.paragraph(&self.word(&format!("recipient_{n}")), face, Place::Left));
        }
        let bold = Face {
            size: 28,
            bold: true,
            italic: false,
        };
        let italic = Face {
            size: 24,
            bold: false,
            italic: true,
        };
        let right = vec![
            w.paragraph(&self.word("signer"), bold, Place::Center),
            w.paragraph(&self.word("sign"), italic, Place::Center),
        ];
        self.writer.columns(left, right, (8.2, 8.2));
    }
}

/// A task's content without its final stop, shortened.
fn sentence(content: &str) -> String {
    shorten(content.trim_end_matches(['.', ';', ',', ' ']), WORDS_MAX)
}

/// A text that ends with a stop.
fn ended(words: &str) -> String {
    if words.ends_with(['.', '!', '?', '…', ';']) {
        words.to_owned()
    } else {
        format!("{words}.")
    }
}
