//! Last sheet: what is overdue, what comes next, and which proposals wait at the Office.

use crate::book::{Cell, CellValue, Print, Sheet, StyleId};
use crate::domain::consolidation::{Class, ConsolidatedTask};
use crate::domain::finding::Arg;
use crate::text::Vi;

use super::look::{Look, height, lines};
use super::scope::Scope;

const WIDTHS: [f64; 7] = [5.0, 14.0, 50.0, 24.0, 13.0, 22.0, 46.0];
const LAST: u16 = 6;
/// Tasks after the due-soon ones that are told as what comes next.
const NEXT_MAX: usize = 5;

struct Agenda<'a> {
    scope: &'a Scope<'a>,
    look: &'a Look,
    sheet: Sheet,
    row: u32,
}

/// Builds the sheet.
pub fn build(scope: &Scope<'_>, look: &Look) -> Sheet {
    let text = scope.input.text;
    let footer = [
        ("name", Arg::Plain(scope.input.department.name.clone())),
        ("day", Arg::Date(scope.part.as_of)),
    ];
    let mut agenda = Agenda {
        scope,
        look,
        row: 0,
        sheet: Sheet {
            name: text.word("feedback.sheet.agenda").to_string(),
            widths: (0..).zip(WIDTHS).collect(),
            print: Print {
                landscape: true,
                fit: (1, 0),
                footer: Some(text.say("feedback.footer", &footer)),
                ..Print::default()
            },
            ..Sheet::default()
        },
    };
    agenda.fill();
    agenda.sheet
}

impl Agenda<'_> {
    fn word(&self, key: &str) -> Vi {
        self.scope
            .input
            .text
            .word(&format!("feedback.agenda.{key}"))
    }

    fn say(&self, key: &str, args: &[(&str, Arg)]) -> Vi {
        self.scope
            .input
            .text
            .say(&format!("feedback.agenda.{key}"), args)
    }

    fn line(&mut self, text: Vi, style: StyleId, points: f64) {
        let value = CellValue::Text(text);
        self.sheet
            .merges
            .push((self.row, 0, self.row, LAST, Cell { value, style }));
        self.sheet.heights.push((self.row, points));
        self.row += 1;
    }

    fn fill(&mut self) {
        let title = self.word("title");
        self.line(title, self.look.title, 27.0);
        let name = Arg::Plain(self.scope.input.department.name.clone());
        let unit = self
            .scope
            .input
            .text
            .say("feedback.unit", &[("name", name)]);
        self.line(unit, self.look.subtitle, 20.0);
        self.row += 1;
        let code = &self.scope.input.department.code;
        let own = |t: &&ConsolidatedTask| t.leads.contains(code) || t.row.department == *code;
        let tasks: Vec<&ConsolidatedTask> =
            self.scope.part.tasks.iter().copied().filter(own).collect();
        let mut late: Vec<&ConsolidatedTask> = tasks
            .iter()
            .filter(|t| t.score.class == Class::Overdue && t.was_accepted())
            .copied()
            .collect();
        late.sort_by_key(|t| (std::cmp::Reverse(t.score.days_late), t.row.id.clone()));
        let by_day = |t: &&ConsolidatedTask| (t.score.effective, t.row.id.clone());
        let mut soon: Vec<&ConsolidatedTask> = tasks
            .iter()
            .filter(|t| t.score.class == Class::DueSoon)
            .copied()
            .collect();
        soon.sort_by_key(by_day);
        if late.is_empty() && soon.is_empty() {
            let green = self.word("green");
            self.line(green, self.look.green, 34.0);
            self.row += 1;
        }
        let mut next: Vec<&ConsolidatedTask> = tasks
            .iter()
            .filter(|t| t.score.class == Class::OpenInTime && t.score.effective.is_some())
            .copied()
            .collect();
        next.sort_by_key(by_day);
        soon.extend(next.into_iter().take(NEXT_MAX));
        self.table("overdue", "days_late", &late);
        self.table("soon", "days_left", &soon);
        self.proposals();
    }

    fn heads(&mut self, keys: [&str; 7]) {
        for (col, key) in (0..).zip(keys) {
            let word = self.word(key);
            self.sheet
                .put(self.row, col, CellValue::Text(word), self.look.head);
        }
        self.sheet.heights.push((self.row, 34.0));
        self.row += 1;
    }

    fn table(&mut self, section: &str, days: &str, tasks: &[&ConsolidatedTask]) {
        if tasks.is_empty() {
            return;
        }
        let title = self.word(section);
        self.line(title, self.look.section, 22.0);
        self.heads([
            "number",
            "code",
            "content",
            "deadline",
            "effective",
            days,
            "todo",
        ]);
        for (number, task) in (1_u32..).zip(tasks) {
            let values = &task.row.values;
            let todo = self.todo(task);
            let left = self.days(task);
            let content = Vi::quoted(&values.content);
            let deadline = Vi::quoted(&values.deadline_text);
            let tall = lines(content.as_str(), WIDTHS[2])
                .max(lines(todo.as_str(), WIDTHS[6]))
                .max(lines(deadline.as_str(), WIDTHS[3]))
                .max(lines(left.as_str(), WIDTHS[5]));
            let row = self.row;
            let look = self.look;
            let text = |v: Vi| CellValue::Text(v);
            let day = task
                .score
                .effective
                .map_or(CellValue::Blank, CellValue::Date);
            self.sheet
                .put(row, 0, CellValue::Number(f64::from(number)), look.center);
            self.sheet
                .put(row, 1, text(Vi::quoted(&values.code)), look.text);
            self.sheet.put(row, 2, text(content), look.text);
            self.sheet.put(row, 3, text(deadline), look.text);
            self.sheet.put(row, 4, day, look.day);
            let strong = if task.score.class == Class::Overdue {
                look.strong
            } else {
                look.text
            };
            self.sheet.put(row, 5, text(left), strong);
            self.sheet.put(row, 6, text(todo), look.text);
            self.sheet.heights.push((row, height(tall)));
            self.row += 1;
        }
        self.row += 1;
    }

    fn days(&self, task: &ConsolidatedTask) -> Vi {
        let score = &task.score;
        match (score.class, score.days_late, score.days_left) {
            (Class::Overdue, Some(days), _) => self.say(
                "late_days",
                &[
                    ("days", Arg::Days(days)),
                    ("working", Arg::Days(score.working_days_late.unwrap_or(0))),
                ],
            ),
            (_, _, Some(0)) => self.word("today"),
            (_, _, Some(days)) => self.say("left_days", &[("days", Arg::Days(days))]),
            _ => Vi::default(),
        }
    }

    fn todo(&self, task: &ConsolidatedTask) -> Vi {
        let values = &task.row.values;
        let explained = !values.late_reason.is_empty() || !values.difficulty.is_empty();
        if task.unreported {
            return self.word("todo_unreported");
        }
        match task.score.class {
            Class::Overdue => match values.commit_date {
                Some(day) if !values.explanation.is_empty() && day >= self.scope.part.as_of => {
                    self.say("todo_committed", &[("day", Arg::Date(day))])
                }
                _ if explained => self.word("todo_overdue_reason"),
                _ => self.word("todo_overdue"),
            },
            Class::DueSoon => self.word("todo_soon"),
            _ => self.word("todo_next"),
        }
    }

    fn proposals(&mut self) {
        let scope = self.scope;
        let own = &scope.part.proposals;
        if own.is_empty() {
            return;
        }
        let title = self.word("proposals");
        self.line(title, self.look.section, 22.0);
        let note = self.word("proposals_note");
        self.line(note, self.look.hint, 18.0);
        self.heads([
            "number", "code", "old", "column", "since", "document", "new",
        ]);
        for (number, proposal) in (1_u32..).zip(own) {
            let field = proposal
                .field
                .map_or_else(|| self.word("new_task"), |f| scope.input.text.field(f));
            let document = proposal
                .document
                .as_deref()
                .map_or_else(|| self.word("no_document"), Vi::quoted);
            let code = Vi::quoted(if proposal.task.starts_with('#') {
                ""
            } else {
                &proposal.task
            });
            let tall = lines(&proposal.old, WIDTHS[2])
                .max(lines(&proposal.new, WIDTHS[6]))
                .max(lines(document.as_str(), WIDTHS[5]));
            let row = self.row;
            let text = self.look.text;
            self.sheet.put(
                row,
                0,
                CellValue::Number(f64::from(number)),
                self.look.center,
            );
            self.sheet.put(row, 1, CellValue::Text(code), text);
            self.sheet
                .put(row, 2, CellValue::Text(Vi::quoted(&proposal.old)), text);
            self.sheet.put(row, 3, CellValue::Text(field), text);
            self.sheet
                .put(row, 4, CellValue::Date(proposal.since), self.look.day);
            self.sheet.put(row, 5, CellValue::Text(document), text);
            self.sheet
                .put(row, 6, CellValue::Text(Vi::quoted(&proposal.new)), text);
            self.sheet.heights.push((row, height(tall)));
            self.row += 1;
        }
    }
}
