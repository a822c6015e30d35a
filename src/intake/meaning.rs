//! What one heading may mean: known exactly, by its beginning, mistyped, written short, or by the words in it.

use std::collections::HashSet;

use super::headings::{Heading, HeadingReader, Meaning};
use super::shape::{without_notes, without_number};
use super::words::Ambiguous;
use crate::domain::field::Field;
use crate::vn::fold::{key, strip};

impl HeadingReader<'_> {
    /// The meaning of a key known exactly: a field, an ambiguity, a summary.
    pub(super) fn exactly(&self, key: &str) -> Option<Meaning> {
        let key = without_number(key);
        self.exactly_in(key, false)
            .or_else(|| self.exactly_in(&self.written_out(key)?, false))
    }

    fn exactly_in(&self, key: &str, indicators: bool) -> Option<Meaning> {
        let book = if indicators {
            &self.words.kpi
        } else {
            &self.words.task
        };
        let candidates = [key.to_owned(), without_notes(key)];
        for (n, k) in candidates.iter().enumerate() {
            let k = k.trim_matches(|c: char| matches!(c, ':' | '.' | '*' | ' '));
            if k.is_empty() || n == 1 && k == key {
                continue;
            }
            if self.words.summary.contains(k) {
                return Some(Meaning::Foreign);
            }
            // "Day of completion (planned)" is a deadline.
            let planned = n == 1 && {
                let note = strip(&self.written_out(key).unwrap_or_else(|| key.to_owned()));
                self.words.planned.iter().any(|w| note.contains(w.as_str()))
            };
            if planned && book.exact(k) == Some(Field::CompletedDate) {
                return Some(Meaning::Is(Field::Deadline));
            }
            if indicators && let Some(field) = book.exact(k) {
                return Some(Meaning::Is(field));
            }
            if let Some(kind) = self
                .words
                .ambiguous
                .get(k)
                .or_else(|| self.words.ambiguous.get(&strip(k)))
            {
                return Some(Meaning::Either(*kind));
            }
            if let Some(field) = book.exact(k).or_else(|| self.words.kpi.exact(k)) {
                let soft = self.words.soft.contains(k);
                return Some(if soft {
                    Meaning::Like(field)
                } else {
                    Meaning::Is(field)
                });
            }
        }
        None
    }

    /// The meaning of a longer heading that begins like a known one, or differs by a letter.
    fn loosely(&self, key: &str, indicators: bool) -> Meaning {
        let book = if indicators {
            &self.words.kpi
        } else {
            &self.words.task
        };
        let plain = strip(&without_notes(key));
        let plain = plain.trim_matches(|c: char| matches!(c, ':' | '.' | '*' | ' '));
        if self
            .words
            .draft
            .iter()
            .any(|w| strip(key).contains(w.as_str()))
        {
            return Meaning::Is(Field::DraftOnly);
        }
        if let Some((field, rest)) = book.start(plain) {
            let says = |list: &[String]| list.iter().any(|w| rest.contains(w.as_str()));
            if says(&self.words.changed) {
                return Meaning::Unknown;
            }
            return match field {
                Field::Deadline if says(&self.words.actual) => Meaning::Like(Field::CompletedDate),
                Field::CompletedDate if says(&self.words.planned) => Meaning::Like(Field::Deadline),
                field if rest.split(' ').count() <= 12 => Meaning::Like(field),
                _ => Meaning::Unknown,
            };
        }
        if let Some(field) = book.typo(plain) {
            return Meaning::Like(field);
        }
        for before in &self.words.before {
            if let Some(rest) = plain.strip_prefix(before.as_str())
                && let Some(rest) = rest.strip_prefix(' ')
            {
                if let Some(field) = book.exact(rest) {
                    return Meaning::Like(field);
                }
                if let Some((field, _)) = book.start(rest) {
                    return Meaning::Like(field);
                }
            }
        }
        Meaning::Unknown
    }

    pub(super) fn meaning(&self, heading: &Heading, indicators: bool) -> Meaning {
        let parent = key(&heading.parent);
        let child = key(&heading.child);
        if child.is_empty() {
            return self.one(&parent, indicators);
        }
        if parent.is_empty() {
            return self.one(&child, indicators);
        }
        if let Some(m) = self.day_of(&parent, &child) {
            return m;
        }
        if let Some(m) = self.exactly_in(&format!("{parent} {child}"), indicators) {
            return m;
        }
        match self.one(&child, indicators) {
            Meaning::Unknown if heading.parent_alone => self.one(&parent, indicators),
            m => m,
        }
    }

    /// "Time / planned" and "time / real": the deadline and the day of completion.
    fn day_of(&self, parent: &str, child: &str) -> Option<Meaning> {
        let long = self.written_out(child).unwrap_or_else(|| child.to_owned());
        let says = |list: &HashSet<String>| list.contains(&long) || list.contains(&strip(&long));
        let meaning = if says(&self.words.planned_child) {
            Meaning::Is(Field::Deadline)
        } else if says(&self.words.actual_child) {
            Meaning::Is(Field::CompletedDate)
        } else if says(&self.words.done_child) {
            Meaning::Either(Ambiguous::Finished)
        } else {
            return None;
        };
        let said = self.one(parent, false);
        // "Progress / real" is the progress, "progress / planned" is none.
        let sure = matches!(
            said,
            Meaning::Is(Field::Progress) | Meaning::Like(Field::Progress)
        );
        if sure || said == Meaning::Either(Ambiguous::Progress) {
            return Some(match meaning {
                Meaning::Is(Field::Deadline) if sure => Meaning::Passed,
                Meaning::Is(Field::Deadline) => Meaning::Seems(Field::Deadline),
                _ => said,
            });
        }
        let of_time = matches!(
            said,
            Meaning::Is(Field::Deadline | Field::CompletedDate)
                | Meaning::Like(Field::Deadline | Field::CompletedDate)
                | Meaning::Seems(Field::Deadline | Field::CompletedDate)
                | Meaning::Either(Ambiguous::Stretch | Ambiguous::Finished)
        );
        of_time.then_some(meaning)
    }

    pub(super) fn one(&self, key: &str, indicators: bool) -> Meaning {
        let key = without_number(key);
        let long = self.written_out(key);
        let long = long.as_deref();
        if !indicators && let Some(share) = self.share(key) {
            return share;
        }
        if let Some(exact) = self
            .exactly_in(key, indicators)
            .or_else(|| self.exactly_in(long?, indicators))
        {
            return exact;
        }
        let long = long.unwrap_or(key);
        match self.loosely(long, indicators) {
            Meaning::Unknown => {}
            like => return like,
        }
        // Said twice, in two languages or in two ways.
        let first = long.split(['/', '|']).next().unwrap_or_default();
        match self.exactly_in(first, indicators) {
            Some(Meaning::Is(field)) if first.len() < long.len() => return Meaning::Like(field),
            _ => {}
        }
        if indicators {
            return Meaning::Unknown;
        }
        // "Completed/under way/not begun": the words to choose from.
        let mut said = long.split('/').filter(|w| !w.trim().is_empty());
        if long.contains('/') && said.clone().count() > 1 && said.all(|w| self.is_status(w)) {
            return Meaning::Seems(Field::Status);
        }
        self.by_words(long)
            .first()
            .map_or(Meaning::Unknown, |field| Meaning::Seems(*field))
    }

    /// A heading with a percent sign that is not known as it stands: a progress, if percentages stand below.
    fn share(&self, key: &str) -> Option<Meaning> {
        let sure = |k: &str| self.words.task.exact(k).is_some();
        if !key.contains('%') || sure(key) || self.words.ambiguous.contains_key(key) {
            return None;
        }
        let entry = self
            .words
            .by_words
            .iter()
            .find(|w| w.field == Field::Progress)?;
        let other = entry
            .none
            .iter()
            .any(|[marked, _]| holds_words(key, marked));
        (!other).then_some(Meaning::Seems(Field::Progress))
    }

    /// A key with its short forms written out; none when it has none.
    fn written_out(&self, key: &str) -> Option<String> {
        if key.len() > 80 {
            return None;
        }
        let long = |word: &str| {
            let plain = word.trim_end_matches('.');
            let short = &self.words.heading_short;
            short.get(word).or_else(|| short.get(plain))
        };
        // `(KH)`, `SP/KQ`: brackets and strokes stay where they are.
        let sign = |c: char| matches!(c, '(' | ')' | '[' | ']' | '/' | ',' | ';');
        let mut out = String::with_capacity(key.len() + 32);
        let mut any = false;
        for (n, word) in key.split(' ').enumerate() {
            if n > 0 {
                out.push(' ');
            }
            if let Some(long) = long(word) {
                any = true;
                out.push_str(long);
                continue;
            }
            for piece in word.split_inclusive(sign) {
                let bare = piece.trim_end_matches(sign);
                match long(bare) {
                    Some(long) => {
                        any = true;
                        out.push_str(long);
                        out.push_str(&piece[bare.len()..]);
                    }
                    None => out.push_str(piece),
                }
            }
        }
        any.then_some(out)
    }

    /// The fields that the words of a heading point to, the likeliest first.
    pub(super) fn by_words(&self, key: &str) -> Vec<Field> {
        let text = without_notes(key);
        // A remark about how to fill in a column is no heading.
        if text.is_empty() || text.split(' ').count() > 14 {
            return Vec::new();
        }
        let plain = text.is_ascii();
        let says = |list: &[[String; 2]]| {
            list.iter()
                .any(|[marked, bare]| holds_words(&text, if plain { bare } else { marked }))
        };
        self.words
            .by_words
            .iter()
            .filter(|w| says(&w.any) && (w.with.is_empty() || says(&w.with)) && !says(&w.none))
            .map(|w| w.field)
            .collect()
    }
}

/// Whether a text holds some words as whole words.
fn holds_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + words.len()..].chars().next();
        let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        ends(before) && ends(behind)
    })
}
