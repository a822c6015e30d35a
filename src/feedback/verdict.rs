//! First sheet: what was received, what counts and what does not, and what to mend first.

use std::collections::BTreeMap;

use crate::book::{Cell, CellValue, Print, Sheet, StyleId};
use crate::domain::finding::{Arg, Severity};
use crate::domain::verdict::Verdict;
use crate::text::Vi;

use super::local;
use super::look::{Look, height, lines};
use super::scope::Scope;

const LAST: u16 = 4;
pub(super) const WIDTHS: [f64; 5] = [6.0, 20.0, 22.0, 46.0, 50.0];

/// Height of a row that states none.
const LINE_POINTS: f64 = 15.0;
/// What still reads well when it is drawn together on one landscape page, half as high again as the page is.
const TOGETHER_POINTS: f64 = 760.0;

pub(super) struct Page<'a> {
    pub(super) scope: &'a Scope<'a>,
    pub(super) look: &'a Look,
    pub(super) sheet: Sheet,
    pub(super) row: u32,
}

/// Builds the sheet.
pub fn build(scope: &Scope<'_>, look: &Look) -> Sheet {
    let text = scope.input.text;
    let mut page = Page {
        scope,
        look,
        row: 0,
        sheet: Sheet {
            name: text.word("feedback.sheet.verdict").to_string(),
            widths: (0..).zip(WIDTHS).collect(),
            print: Print {
                landscape: true,
                fit: (1, 0),
                footer: Some(text.say(
                    "feedback.footer",
                    &[
                        ("name", Arg::Plain(scope.input.department.name.clone())),
                        ("day", Arg::Date(scope.part.as_of)),
                    ],
                )),
                ..Print::default()
            },
            ..Sheet::default()
        },
    };
    page.heading();
    let green = page.banner();
    if !green {
        page.first();
        page.held();
    }
    page.received();
    page.counts();
    if !green {
        page.open();
    }
    page.on_one_page();
    page.sheet
}

impl Page<'_> {
    pub(super) fn word(&self, key: &str) -> Vi {
        self.scope.input.text.word(&format!("feedback.{key}"))
    }

    pub(super) fn say(&self, key: &str, args: &[(&str, Arg)]) -> Vi {
        self.scope.input.text.say(&format!("feedback.{key}"), args)
    }

    /// Writes text across columns and goes on to the next row.
    pub(super) fn across(&mut self, first: u16, last: u16, text: Vi, style: StyleId) {
        let cell = Cell {
            value: CellValue::Text(text),
            style,
        };
        self.sheet
            .merges
            .push((self.row, first, self.row, last, cell));
    }

    fn line(&mut self, text: Vi, style: StyleId, points: f64) {
        self.across(0, LAST, text, style);
        self.sheet.heights.push((self.row, points));
        self.row += 1;
    }

    fn heading(&mut self) {
        let department = &self.scope.input.department.name;
        let day = self.scope.part.as_of;
        let board = Vi::quoted(&self.scope.input.config.plan.board);
        let title = self.word(if self.scope.input.trial {
            "trial.title"
        } else {
            "title"
        });
        let unit = self.say("unit", &[("name", Arg::Plain(department.clone()))]);
        let day = self.say("as_of", &[("day", Arg::Date(day))]);
        self.line(board, self.look.board, 18.0);
        self.line(title, self.look.title, 27.0);
        self.line(unit, self.look.subtitle, 20.0);
        self.line(day, self.look.hint, 18.0);
        self.row += 1;
    }

    /// The verdict in one sentence; says whether all is well.
    fn banner(&mut self) -> bool {
        let d = self.scope.input.department;
        let open = self.scope.count(Severity::Explain) + self.scope.count(Severity::Warning);
        let errors = self.scope.count(Severity::Error);
        let args = [
            ("tasks", Arg::Count(d.tasks)),
            ("accepted", Arg::Count(d.accepted)),
            ("held", Arg::Count(d.held)),
            ("errors", Arg::Count(errors)),
            ("open", Arg::Count(open)),
        ];
        let (key, style) = match d.verdict {
            None => ("verdict.missing", self.look.red),
            Some(Verdict::HeldBack) => ("verdict.held_file", self.look.red),
            Some(_) if d.held > 0 => ("verdict.held_rows", self.look.red),
            Some(_) if errors > 0 => ("verdict.locked", self.look.amber),
            Some(_) if open > 0 => ("verdict.remarks", self.look.amber),
            Some(_) => ("verdict.green", self.look.green),
        };
        let green = key == "verdict.green";
        let trial = self.scope.input.trial;
        let mut sentences = if trial {
            let note = self.word("trial.note").to_string();
            vec![note, self.say(&format!("trial.{key}"), &args).to_string()]
        } else {
            vec![self.say(key, &args).to_string()]
        };
        if !trial && d.verdict.is_some() && d.held > 0 && d.stale_since.is_none() {
            sentences.push(self.word("verdict.last").to_string());
        }
        if let Some(since) = d.stale_since {
            let since = ("since", Arg::Date(since));
            sentences.push(
                match d.figures_on {
                    Some(day) => self.say("verdict.stale", &[since, ("figures", Arg::Date(day))]),
                    None => self.say("verdict.stale_since", &[since]),
                }
                .to_string(),
            );
        }
        let replaced: usize = self
            .scope
            .findings
            .iter()
            .filter(|f| f.is_superseded())
            .map(|f| f.cells.len())
            .sum();
        if replaced > 0 {
            let cells = [("count", Arg::Count(replaced as u64))];
            sentences.push(self.say("verdict.superseded", &cells).to_string());
        }
        let sentence = sentences.join(" ");
        let points = (f64::from(lines(&sentence, 118.0)) * 18.0 + 16.0).max(38.0);
        self.line(Vi::quoted(&sentence), style, points);
        if !green && d.verdict.is_some() {
            let again = self.word(if trial {
                "trial.again"
            } else {
                "verdict.again"
            });
            self.line(again, self.look.hint, 22.0);
        }
        self.nobodys();
        self.row += 1;
        green
    }

    /// What is told of no department, where the Office is the one to see to it.
    fn nobodys(&mut self) {
        if self.scope.nobodys.is_empty() {
            return;
        }
        let count = u64::try_from(self.scope.nobodys.len()).unwrap_or(u64::MAX);
        let words = self.say("verdict.nobodys", &[("count", Arg::Count(count))]);
        let target = format!("internal:'{}'!A1", self.word("sheet.list"));
        let cell = CellValue::Link(target, words);
        self.sheet.put(self.row, 0, cell, self.look.plain_link);
        self.row += 1;
    }

    /// A little more than a page is drawn together; a last page with three lines on it helps nobody.
    fn on_one_page(&mut self) {
        let stated: BTreeMap<u32, f64> = self.sheet.heights.iter().copied().collect();
        let points: f64 = (0..self.row)
            .map(|row| stated.get(&row).copied().unwrap_or(LINE_POINTS))
            .sum();
        if points <= TOGETHER_POINTS {
            self.sheet.print.fit = (1, 1);
        }
    }

    pub(super) fn section(&mut self, key: &str) {
        let title = self.word(key);
        self.line(title, self.look.section, 21.0);
    }

    fn pair(&mut self, label: Vi, value: CellValue, style: StyleId) {
        let shown = match &value {
            CellValue::Text(text) => lines(text.as_str(), 112.0),
            _ => 1,
        }
        .max(lines(label.as_str(), WIDTHS[0] + WIDTHS[1]));
        self.across(0, 1, label, self.look.label);
        let cell = Cell { value, style };
        self.sheet.merges.push((self.row, 2, self.row, LAST, cell));
        self.sheet.heights.push((self.row, height(shown)));
        self.row += 1;
    }

    fn received(&mut self) {
        self.section(if self.scope.input.trial {
            "trial.section"
        } else {
            "received.section"
        });
        let d = self.scope.input.department;
        let mut files: Vec<String> = self
            .scope
            .input
            .readings
            .iter()
            .map(|(f, _)| (*f).to_owned())
            .collect();
        if let (true, Some(file)) = (files.is_empty(), &d.file) {
            files.push(file.clone());
        }
        if files.is_empty() {
            let (label, none) = (self.word("received.file"), self.word("received.none"));
            self.pair(label, CellValue::Text(none), self.look.text);
        }
        for file in files {
            let label = self.word("received.file");
            self.pair(label, CellValue::Text(Vi::quoted(&file)), self.look.text);
        }
        if let Some(at) = d.received {
            let at = local(self.scope.input.config, at);
            let label = self.word("received.when");
            self.pair(label, CellValue::DateTime(at), self.look.moment);
        }
        if d.received.is_some() {
            let label = self.word("received.by");
            let by = d
                .modified_by
                .as_deref()
                .map_or_else(|| self.word("received.unknown"), Vi::quoted);
            self.pair(label, CellValue::Text(by), self.look.text);
        }
        self.row += 1;
    }

    fn counts(&mut self) {
        self.section("counts.section");
        let d = self.scope.input.department;
        let tasks = |page: &Self, n: u64| {
            CellValue::Text(page.say("counts.tasks", &[("count", Arg::Count(n))]))
        };
        let (read, accepted) = (tasks(self, d.read), tasks(self, d.accepted));
        let label = self.word("counts.read");
        self.pair(label, read, self.look.text);
        let label = self.word("counts.accepted");
        self.pair(label, accepted, self.look.strong);
        let label = self.word("counts.held");
        let codes = self.held_codes();
        let held = if codes.is_empty() {
            tasks(self, d.held)
        } else {
            let args = [("count", Arg::Count(d.held)), ("codes", Arg::Plain(codes))];
            CellValue::Text(self.say("counts.held_text", &args))
        };
        let style = if d.held > 0 {
            self.look.strong
        } else {
            self.look.text
        };
        self.pair(label, held, style);
        if d.refused > 0 {
            let label = self.word("counts.refused");
            let value = self.say("counts.refused_text", &[("count", Arg::Count(d.refused))]);
            self.pair(label, CellValue::Text(value), self.look.text);
        }
        if !d.skipped.is_empty() {
            let mut by_reason = BTreeMap::new();
            for (_, row) in &d.skipped {
                *by_reason.entry(row.reason).or_insert(0_u64) += 1;
            }
            let parts: Vec<String> = by_reason
                .into_iter()
                .map(|(reason, n)| {
                    let key = format!("skip.{}", reason_name(reason));
                    self.say(&key, &[("count", Arg::Count(n))]).to_string()
                })
                .collect();
            let label = self.word("counts.skipped");
            self.pair(
                label,
                CellValue::Text(Vi::quoted(&parts.join("; "))),
                self.look.text,
            );
        }
        self.row += 1;
    }

    /// Codes of the tasks that do not count, as the annex writes them.
    fn held_codes(&self) -> String {
        let mut codes: Vec<String> = Vec::new();
        for (file, sheet, row) in self.scope.held.keys() {
            if self.scope.is_secret(file, sheet, *row) {
                continue;
            }
            if let Some(found) = self.scope.task_row(file, sheet, *row) {
                let code = found.text(crate::domain::field::Field::Code);
                if !code.is_empty() && !codes.iter().any(|c| c == code) {
                    codes.push(code.to_owned());
                }
            }
        }
        let more = codes.len().saturating_sub(40);
        codes.truncate(40);
        if more > 0 {
            codes.push(format!("… (+{more})"));
        }
        codes.join(", ")
    }

    fn open(&mut self) {
        if self.scope.findings.is_empty() {
            return;
        }
        self.section("open.section");
        for severity in [
            Severity::Error,
            Severity::Explain,
            Severity::Warning,
            Severity::Info,
        ] {
            let count = self.scope.count(severity);
            if count == 0 {
                continue;
            }
            let label = self.word(&format!("severity.{}", severity.name()));
            let effect = self.word(&format!("severity_effect.{}", severity.name()));
            let args = [
                ("count", Arg::Count(count)),
                ("effect", Arg::Plain(effect.to_string())),
            ];
            let value = self.say("open.line", &args);
            self.across(0, 1, label, self.look.severity(severity));
            self.across(2, LAST, value, self.look.text);
            self.sheet.heights.push((self.row, height(1)));
            self.row += 1;
        }
        self.row += 1;
    }
}

const fn reason_name(reason: crate::domain::reading::SkipReason) -> &'static str {
    use crate::domain::reading::SkipReason;
    match reason {
        SkipReason::Group => "group",
        SkipReason::Heading => "heading",
        SkipReason::ColumnNumbers => "column_numbers",
        SkipReason::PageBreak => "page_break",
        SkipReason::Total => "total",
        SkipReason::Footer => "footer",
        SkipReason::Blank => "blank",
    }
}
