//! The later sections of the Word report: what is late and why, difficulties, proposals, what comes next, the signature.

use crate::domain::finding::Arg;
use crate::text::{date, shorten};

use super::docx::{Face, Place};
use super::facts::{change_words, department, reason};
use super::word::{Report, WORDS_MAX};

impl Report<'_> {
    pub(super) fn overdue(&mut self) {
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
                ("to", Arg::Date(self.input.until())),
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

    pub(super) fn difficulties(&mut self) {
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

    pub(super) fn proposals(&mut self) {
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

    pub(super) fn outlook(&mut self) {
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

    pub(super) fn after_freeze(&mut self) {
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

    pub(super) fn signature(&mut self) {
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

/// A text that ends with a stop.
fn ended(words: &str) -> String {
    if words.ends_with(['.', '!', '?', '…', ';']) {
        words.to_owned()
    } else {
        format!("{words}.")
    }
}
