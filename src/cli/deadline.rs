//! `annexd deadline`: how texts are read as deadlines.

use jiff::civil::Date;
use serde::Serialize;

use crate::config::Config;
use crate::domain::calendar::Calendar;
use crate::domain::deadline::{AltReading, Deadline, DeadlineKind, Doubt, DueDay, Precision};
use crate::domain::finding::Arg;
use crate::text::{self, Text};
use crate::vn::{DeadlineContext, DeadlineInput, Words};

/// Exit code when a text is invalid (SPEC §3).
const INVALID: i32 = 1;

/// One text as the JSON interface shows it.
#[derive(Serialize)]
struct Explained<'a> {
    text: &'a str,
    kind: &'static str,
    due: Option<Date>,
    dates: Vec<Date>,
    effective_due: Option<Date>,
    rule: Option<&'a str>,
    readings: &'a [AltReading],
    note: String,
}

/// Explains how texts are read, as text for people or as JSON; the exit code is 1 when one of them is invalid.
#[must_use]
pub fn explain(
    texts: &[String],
    year: Option<i16>,
    as_of: Date,
    config: &Config,
    calendar: &Calendar,
    text: &Text,
    json: bool,
) -> (String, i32) {
    let context = DeadlineContext {
        plan_start: config.plan.start,
        plan_end: config.plan.end,
        year,
        before_excludes: config.deadlines.before_excludes,
        tet: &calendar.tet,
        date_1904: false,
    };
    let read: Vec<Deadline> = texts
        .iter()
        .map(|t| Words::embedded().deadline(DeadlineInput::Text(t), &context))
        .collect();
    let teller = Teller {
        as_of,
        year,
        calendar,
        text,
    };
    let explained: Vec<Explained<'_>> = texts
        .iter()
        .zip(&read)
        .map(|(t, d)| teller.explained(t, d))
        .collect();
    let invalid = read.iter().any(|d| d.kind == DeadlineKind::Invalid);
    let out = if json {
        serde_json::to_string_pretty(&explained).unwrap_or_else(|_| "[]".to_owned()) + "\n"
    } else {
        let blocks: Vec<String> = explained
            .iter()
            .zip(&read)
            .map(|(e, d)| teller.block(e, d))
            .collect();
        blocks.join("\n")
    };
    (out, if invalid { INVALID } else { 0 })
}

struct Teller<'a> {
    as_of: Date,
    year: Option<i16>,
    calendar: &'a Calendar,
    text: &'a Text,
}

impl Teller<'_> {
    fn explained<'a>(&self, text: &'a str, d: &'a Deadline) -> Explained<'a> {
        let due = d.due_as_of(self.as_of);
        Explained {
            text,
            kind: d.kind.name(),
            due: due.map(|x| x.day),
            dates: d.days.iter().map(|x| x.day).collect(),
            effective_due: due.map(|x| self.calendar.effective(x)),
            rule: d.rule.as_ref().map(|r| r.text.as_str()),
            readings: &d.readings,
            note: self.note(d, due),
        }
    }

    fn word(&self, key: &str) -> String {
        self.text.word(&format!("deadline.{key}")).to_string()
    }

    fn say(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.text.say(&format!("deadline.{key}"), args).to_string()
    }

    /// How the text was read, in sentences.
    fn note(&self, d: &Deadline, due: Option<DueDay>) -> String {
        let mut out = Vec::new();
        match due {
            Some(due) => self.dated(d, due, &mut out),
            None if d.doubts.contains(&Doubt::NoYear) => {}
            None if d.kind == DeadlineKind::Ambiguous => {
                if let Some(first) = d.readings.first() {
                    self.plain(first.kind, &mut out);
                }
            }
            None => self.plain(d.kind, &mut out),
        }
        for doubt in &d.doubts {
            let year = self.year.map_or_else(String::new, |y| y.to_string());
            out.push(self.say(
                &format!("doubt.{}", doubt_name(*doubt)),
                &[("year", Arg::Plain(year))],
            ));
        }
        out.join(" ")
    }

    fn plain(&self, kind: DeadlineKind, out: &mut Vec<String>) {
        let key = format!("deadline.note.{}", kind.name());
        if self.text.has(&key) {
            out.push(self.text.word(&key).to_string());
        }
    }

    fn dated(&self, d: &Deadline, due: DueDay, out: &mut Vec<String>) {
        let day = ("due", Arg::Date(due.day));
        let stated = d.readings.first().map_or(d.kind, |r| r.kind);
        if let Some(rule) = &d.rule {
            let count = u64::try_from(d.days.len()).unwrap_or(0);
            out.push(self.say(
                "note.recurring",
                &[
                    ("rule", Arg::Plain(self.rule(&rule.text))),
                    ("count", Arg::Count(count)),
                ],
            ));
            if rule.soft {
                out.push(self.word("note.recurring_soft"));
            }
            if due.day < self.as_of {
                out.push(self.word("note.past"));
            }
        } else if d.days.len() > 1 {
            let count = u64::try_from(d.days.len()).unwrap_or(0);
            out.push(self.say("note.multi", &[("count", Arg::Count(count)), day.clone()]));
        } else if let (DeadlineKind::Range, Some(opens)) = (stated, d.opens) {
            out.push(self.say("note.range", &[("opens", Arg::Date(opens)), day.clone()]));
        } else if let Some(limit) = due.limit {
            out.push(self.say("note.before", &[("limit", Arg::Date(limit)), day.clone()]));
        } else {
            let loose = d.doubts.contains(&Doubt::LowPrecision);
            let precision = if loose {
                Precision::Day
            } else {
                d.precision.unwrap_or(Precision::Day)
            };
            out.push(self.say(
                &format!("note.{}", precision_name(precision)),
                std::slice::from_ref(&day),
            ));
        }
        let effective = self.calendar.effective(due);
        if effective != due.day {
            out.push(self.say("note.rolled", &[day, ("effective", Arg::Date(effective))]));
        } else if let (Some(limit), true, false) = (
            due.limit,
            self.calendar.roll_forward,
            self.calendar.is_working(due.day),
        ) {
            out.push(self.say("note.limited", &[day, ("limit", Arg::Date(limit))]));
        }
    }

    /// A recurrence in words.
    fn rule(&self, notation: &str) -> String {
        self.text.recurrence(notation)
    }

    /// A reading on one line.
    fn reading(&self, reading: &AltReading) -> String {
        let kind = self.word(&format!("kind.{}", reading.kind.name()));
        match (&reading.rule, reading.due) {
            (Some(rule), _) => format!("{kind}: {}", self.rule(rule)),
            (None, Some(due)) => format!("{kind}: {}", text::date(due)),
            (None, None) => kind,
        }
    }

    /// The lines of one text.
    fn block(&self, e: &Explained<'_>, d: &Deadline) -> String {
        let shown = if e.text.trim().is_empty() {
            self.word("blank_text")
        } else {
            text::shorten(e.text, 100)
        };
        let mut lines = vec![self.say("quoted", &[("text", Arg::Plain(shown))])];
        let width = [
            "kind",
            "due",
            "next",
            "dates",
            "effective",
            "rule",
            "readings",
            "note",
        ]
        .iter()
        .map(|k| self.word(&format!("label.{k}")).chars().count())
        .max()
        .unwrap_or(0);
        let mut line = |label: &str, value: &str| {
            let label = if label.is_empty() {
                String::new()
            } else {
                self.word(&format!("label.{label}"))
            };
            let pad = " ".repeat(width.saturating_sub(label.chars().count()));
            let colon = if label.is_empty() { ' ' } else { ':' };
            lines.push(format!("  {label}{pad} {colon} {value}"));
        };
        line(
            "kind",
            &format!("{} ({})", self.word(&format!("kind.{}", e.kind)), e.kind),
        );
        if let Some(rule) = e.rule {
            line("rule", &self.rule(rule));
        }
        if let Some(due) = e.due {
            line(if d.recurs() { "next" } else { "due" }, &text::date(due));
        }
        if let Some(effective) = e.effective_due {
            line("effective", &text::date(effective));
        }
        if e.dates.len() > 1 {
            line("dates", &some_dates(&e.dates));
        }
        for (n, reading) in e.readings.iter().enumerate() {
            let value = format!("{}. {}", n + 1, self.reading(reading));
            line(if n == 0 { "readings" } else { "" }, &value);
        }
        line("note", &e.note);
        lines.join("\n") + "\n"
    }
}

/// The days of a list, the middle of a long one left out.
fn some_dates(dates: &[Date]) -> String {
    let print = |d: &[Date]| {
        d.iter()
            .map(|x| text::date(*x))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if dates.len() <= 8 {
        return print(dates);
    }
    format!(
        "{}, …, {}",
        print(&dates[..5]),
        print(&dates[dates.len() - 1..])
    )
}

const fn precision_name(p: Precision) -> &'static str {
    match p {
        Precision::Day => "day",
        Precision::Week => "week",
        Precision::Month => "month",
        Precision::Quarter => "quarter",
        Precision::Half => "half",
        Precision::Year => "year",
        Precision::Plan => "plan",
    }
}

const fn doubt_name(d: Doubt) -> &'static str {
    match d {
        Doubt::YearFromContext => "year-from-context",
        Doubt::NoYear => "no-year",
        Doubt::MonthDayYear => "month-day-year",
        Doubt::TwoReadings => "two-readings",
        Doubt::TwoFrequencies => "two-frequencies",
        Doubt::Confusable => "confusable",
        Doubt::Typo => "typo",
        Doubt::Lunar => "lunar",
        Doubt::CycleStart => "cycle-start",
        Doubt::DecimalNumber => "decimal-number",
        Doubt::LowPrecision => "low-precision",
    }
}
