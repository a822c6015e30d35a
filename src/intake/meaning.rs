//! What one heading may mean: known exactly, by its beginning, mistyped, written short, or by the words in it.

use super::headings::{Heading, HeadingReader, Meaning};
use super::shape::without_notes;
use crate::domain::field::Field;
use crate::vn::fold::{key, strip};

impl HeadingReader<'_> {
    /// The meaning of a key known exactly: a field, an ambiguity, a summary.
    pub(super) fn exactly(&self, key: &str) -> Option<Meaning> {
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
                let note = strip(key);
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
                return Some(Meaning::Is(field));
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
        if let Some(m) = self.exactly_in(&format!("{parent} {child}"), indicators) {
            return m;
        }
        match self.one(&child, indicators) {
            Meaning::Unknown if heading.parent_alone => self.one(&parent, indicators),
            m => m,
        }
    }

    pub(super) fn one(&self, key: &str, indicators: bool) -> Meaning {
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
            Meaning::Unknown
        } else {
            self.by_words(long)
        }
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
        key.split(' ').any(|w| long(w).is_some()).then(|| {
            let words: Vec<&str> = key
                .split(' ')
                .map(|w| long(w).map_or(w, String::as_str))
                .collect();
            words.join(" ")
        })
    }

    /// The field that the words of a heading point to.
    fn by_words(&self, key: &str) -> Meaning {
        let text = without_notes(key);
        // A remark about how to fill in a column is no heading.
        if text.is_empty() || text.split(' ').count() > 14 {
            return Meaning::Unknown;
        }
        let plain = text.is_ascii();
        let says = |list: &[[String; 2]]| {
            list.iter()
                .any(|[marked, bare]| holds_words(&text, if plain { bare } else { marked }))
        };
        self.words
            .by_words
            .iter()
            .find(|w| says(&w.any) && (w.with.is_empty() || says(&w.with)) && !says(&w.none))
            .map_or(Meaning::Unknown, |w| Meaning::Seems(w.field))
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
