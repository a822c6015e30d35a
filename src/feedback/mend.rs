//! What to mend first, and which tasks do not count and why.

use crate::book::{CellValue, StyleId};
use crate::domain::cell::CellRef;
use crate::domain::field::Field;
use crate::domain::finding::{Arg, Finding, Severity};
use crate::text::{Vi, date};

use super::look::{height, lines};
use super::scope::{Scope, cell_list, cells};
use super::verdict::{Page, WIDTHS};

/// How many findings are told as "mend first".
const FIRST_MAX: usize = 10;
/// How many tasks that do not count are told here; the sheet of the annex marks every one.
const HELD_MAX: usize = 20;

/// Cells within the column's width, since not every program wraps a link; how many more is told.
fn short(cells: &[CellRef]) -> String {
    let room = WIDTHS[1] as usize;
    let fits = (1..=4).rev().map(|max| cell_list(cells, max));
    let mut fits = fits.skip_while(|list| list.chars().count() > room);
    fits.next().unwrap_or_else(|| cell_list(cells, 1))
}

impl Page<'_> {
    fn heads(&mut self, keys: [&str; 5]) {
        for (col, key) in (0..).zip(keys) {
            let word = self.word(key);
            self.sheet
                .put(self.row, col, CellValue::Text(word), self.look.head);
        }
        self.sheet.heights.push((self.row, 20.0));
        self.row += 1;
    }

    pub(super) fn first(&mut self) {
        let urgent: Vec<&Finding> = self
            .scope
            .findings
            .iter()
            .filter(|f| f.severity != Severity::Info)
            .copied()
            .collect();
        if urgent.is_empty() {
            return;
        }
        self.section("first.section");
        self.heads([
            "first.number",
            "first.place",
            "first.task",
            "first.what",
            "first.remedy",
        ]);
        for (number, finding) in (1_u32..).zip(urgent.iter().take(FIRST_MAX)) {
            let (place, style) = self.place(finding);
            let text = self.scope.input.text;
            let (message, remedy) = (text.message(finding), text.remedy(finding));
            let task = Vi::quoted(
                finding
                    .task
                    .as_deref()
                    .filter(|t| !t.starts_with('#'))
                    .unwrap_or(""),
            );
            // In words too: a black-and-white print has no colours.
            let word = self.word(&format!("severity.{}", finding.severity.name()));
            // Which sheet, where the annex has several.
            let several = self.scope.pages.len() > 1 && !finding.cells.is_empty();
            let sheet = finding.sheet.as_deref().filter(|_| several);
            let lines_of_task = [task.as_str(), word.as_str(), sheet.unwrap_or_default()];
            let told: Vec<&str> = lines_of_task
                .into_iter()
                .filter(|l| !l.is_empty())
                .collect();
            let task = Vi::quoted(&told.join("\n"));
            let tall = lines(message.as_str(), WIDTHS[3])
                .max(lines(remedy.as_str(), WIDTHS[4]))
                .max(lines(task.as_str(), WIDTHS[2]));
            let row = self.row;
            let severity = self.look.severity(finding.severity);
            self.sheet
                .put(row, 0, CellValue::Number(f64::from(number)), severity);
            self.sheet.put(row, 1, place, style);
            self.sheet
                .put(row, 2, CellValue::Text(task), self.look.text);
            self.sheet
                .put(row, 3, CellValue::Text(message), self.look.text);
            self.sheet
                .put(row, 4, CellValue::Text(remedy), self.look.text);
            self.sheet.heights.push((row, height(tall.max(2))));
            self.row += 1;
        }
        let more = self.scope.findings.len() - urgent.len().min(FIRST_MAX);
        if more > 0 {
            let count = Arg::Count(u64::try_from(more).unwrap_or(u64::MAX));
            let words = self.say("first.more", &[("count", count)]);
            let target = format!("internal:'{}'!A1", self.word("sheet.list"));
            self.sheet.put(
                self.row,
                1,
                CellValue::Link(target, words),
                self.look.plain_link,
            );
            self.row += 1;
        }
        self.row += 1;
    }

    /// Where a finding stands, as a link when the place is shown here.
    fn place(&self, finding: &Finding) -> (CellValue, StyleId) {
        let told = cells(finding);
        match (self.scope.page_of(finding), told.first(), &finding.sheet) {
            (Some(page), Some(cell), _) => {
                let words = Vi::quoted(&short(&told));
                (
                    CellValue::Link(Scope::target(page, *cell), words),
                    self.look.link,
                )
            }
            (_, Some(_), Some(_)) => {
                let words = short(&told);
                (CellValue::Text(Vi::quoted(&words)), self.look.text)
            }
            (_, _, Some(sheet)) => match self.scope.target_of(finding) {
                Some(target) => (CellValue::Link(target, Vi::quoted(sheet)), self.look.link),
                None => (CellValue::Text(Vi::quoted(sheet)), self.look.text),
            },
            _ if finding.file.is_some() => (
                CellValue::Text(self.word("first.whole_file")),
                self.look.text,
            ),
            _ => (
                CellValue::Text(self.word("first.whole_department")),
                self.look.text,
            ),
        }
    }

    pub(super) fn held(&mut self) {
        if self.scope.held.is_empty() {
            return;
        }
        self.section("held.section");
        for (col, key) in [(0, "held.code"), (2, "held.content"), (4, "held.why")] {
            let word = self.word(key);
            let last = if col == 4 { 4 } else { col + 1 };
            if last == col {
                self.sheet
                    .put(self.row, col, CellValue::Text(word), self.look.head);
            } else {
                self.across(col, last, word, self.look.head);
            }
        }
        self.row += 1;
        let scope = self.scope;
        for ((file, sheet, number), findings) in scope.held.iter().take(HELD_MAX) {
            let secret = scope.is_secret(file, sheet, *number);
            let found = scope.task_row(file, sheet, *number).filter(|_| !secret);
            let field = |f| found.map_or("", |r| r.text(f)).to_owned();
            let code = field(Field::Code);
            let content = if secret {
                self.word("held.secret")
            } else {
                Vi::quoted(&field(Field::Content))
            };
            let mut why: Vec<String> = findings.iter().map(|f| self.why(f, *number)).collect();
            why.dedup();
            if !secret {
                why.push(self.standing(findings));
            }
            let why = why.join("\n");
            let tall = lines(content.as_str(), WIDTHS[2] + WIDTHS[3]).max(lines(&why, WIDTHS[4]));
            self.across(0, 1, Vi::quoted(&code), self.look.text);
            self.across(2, 3, content, self.look.text);
            self.sheet.put(
                self.row,
                4,
                CellValue::Text(Vi::quoted(&why)),
                self.look.text,
            );
            self.sheet.heights.push((self.row, height(tall)));
            self.row += 1;
        }
        let more = scope.held.len().saturating_sub(HELD_MAX);
        if more > 0 {
            let count = Arg::Count(u64::try_from(more).unwrap_or(u64::MAX));
            let words = self.say("held.more", &[("count", count)]);
            let target = format!("internal:'{}'!A1", self.word("sheet.list"));
            let cell = CellValue::Link(target, words);
            self.sheet.put(self.row, 0, cell, self.look.plain_link);
            self.row += 1;
        }
        self.row += 1;
    }

    fn why(&self, finding: &Finding, row: u32) -> String {
        let own: Vec<_> = cells(finding)
            .into_iter()
            .filter(|c| c.row == row)
            .collect();
        let args = [
            (
                "title",
                Arg::Plain(self.scope.input.text.title(finding).to_string()),
            ),
            ("code", Arg::Plain(finding.code.clone())),
            ("cells", Arg::Plain(cell_list(&own, 6))),
        ];
        self.say("held.why_one", &args).to_string()
    }

    /// Which figures stand for a held task.
    fn standing(&self, findings: &[&Finding]) -> String {
        let task = findings.iter().find_map(|f| f.task.as_ref());
        let row = task.and_then(|id| {
            self.scope
                .part
                .tasks
                .iter()
                .find(|t| t.row.id == *id && t.was_accepted())
        });
        match row {
            Some(t) => self
                .say(
                    "held.accepted_on",
                    &[("day", Arg::Plain(date(t.row.figures_on)))],
                )
                .to_string(),
            None => self.word("held.never").to_string(),
        }
    }
}
