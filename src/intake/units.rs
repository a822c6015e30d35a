//! Unit cells: whole cell before splitting, collectives, several bodies, short forms, persons beside units.

use std::cell::RefCell;
use std::collections::HashMap;

use super::words::{AnnexWords, UnitWords};
use crate::domain::roster::{Roster, UnitRef, Units};
use crate::vn::fold::{bare, is_blank_char};

/// Reads one unit cell; for many cells make a [`Matcher`] once.
#[must_use]
pub fn read(text: &str, roster: &Roster, words: &AnnexWords) -> Units {
    Matcher::new(roster, words).read(text)
}

/// A roster with all spellings of its departments, ready for matching.
#[derive(Debug)]
pub struct Matcher<'w> {
    words: &'w UnitWords,
    stated: bool,
    names: HashMap<String, UnitRef>,
    /// Texts asked for before: the same few bodies stand in every cell.
    asked: RefCell<HashMap<String, Option<UnitRef>>>,
}

impl<'w> Matcher<'w> {
    /// Prepares the spellings of a roster: names, aliases, codes, and short forms made from the names.
    #[must_use]
    pub fn new(roster: &Roster, words: &'w AnnexWords) -> Self {
        let words = &words.unit;
        let mut made: HashMap<String, Option<UnitRef>> = HashMap::new();
        let mut names: HashMap<String, UnitRef> = HashMap::new();
        for d in &roster.departments {
            let unit = UnitRef::Department(d.code.clone());
            for said in std::iter::once(&d.name).chain(&d.aliases).chain([&d.code]) {
                names
                    .entry(squeeze(&canon(&bare(said), words)))
                    .or_insert_with(|| unit.clone());
                names
                    .entry(squeeze(&bare(said)))
                    .or_insert_with(|| unit.clone());
                for short in short_forms(said, words) {
                    made.entry(short)
                        .and_modify(|u| {
                            if u.as_ref() != Some(&unit) {
                                *u = None;
                            }
                        })
                        .or_insert_with(|| Some(unit.clone()));
                }
            }
        }
        for (name, unit) in made {
            if let Some(unit) = unit {
                names.entry(name).or_insert(unit);
            }
        }
        for (said, unit) in [
            (&words.everyone, UnitRef::Everyone),
            (&words.leaders, UnitRef::Leaders),
        ] {
            for name in said {
                names
                    .entry(squeeze(&canon(&bare(name), words)))
                    .or_insert_with(|| unit.clone());
            }
        }
        Self {
            words,
            stated: roster.is_stated(),
            names,
            asked: RefCell::default(),
        }
    }

    /// Reads a unit cell.
    #[must_use]
    pub fn read(&self, text: &str) -> Units {
        let mut units = Units::default();
        let text = text.trim();
        if text.is_empty() {
            return units;
        }
        if let Some(unit) = self.whole(text) {
            units.bodies.push(unit);
            return units;
        }
        let text = self.take_persons(text, &mut units.persons);
        for part in text.split(['\n', ';']) {
            let part = part
                .trim()
                .trim_start_matches(['-', '+', '•', '*', '–'])
                .trim();
            self.read_part(part, &mut units);
        }
        let mut seen = Vec::new();
        units.bodies.retain(|body| {
            let fresh = !seen.contains(body);
            seen.push(body.clone());
            fresh
        });
        units
    }

    /// What a whole text names, without splitting.
    fn whole(&self, text: &str) -> Option<UnitRef> {
        if let Some(known) = self.asked.borrow().get(text) {
            return known.clone();
        }
        let found = self.find(text);
        self.asked
            .borrow_mut()
            .insert(text.to_owned(), found.clone());
        found
    }

    fn find(&self, text: &str) -> Option<UnitRef> {
        let said = text.trim().trim_end_matches(['.', ',', ';', ':']);
        let plain = bare(said);
        let squeezed = squeeze(&canon(&plain, self.words));
        if let Some(unit) = self.names.get(&squeezed) {
            return Some(unit.clone());
        }
        if let Some(unit) = self.names.get(&squeeze(&plain)) {
            return Some(unit.clone());
        }
        let is_set = self.words.set.iter().any(|w| starts_with_word(&plain, w));
        if is_set && self.words.concerned.iter().any(|w| holds_word(&plain, w)) && plain.len() < 90
        {
            return Some(UnitRef::Related);
        }
        if self.words.collective.contains(&squeezed) {
            return Some(UnitRef::Other(
                said.split(is_blank_char)
                    .filter(|w| !w.is_empty())
                    .collect::<Vec<_>>()
                    .join(" "),
            ));
        }
        None
    }

    fn read_part(&self, part: &str, units: &mut Units) {
        if part.is_empty() {
            return;
        }
        if let Some(unit) = self.whole(part) {
            units.bodies.push(unit);
            return;
        }
        let pieces: Vec<&str> = part
            .split(',')
            .map(str::trim)
            .filter(|p| !p.is_empty())
            .collect();
        let mut at = 0;
        while at < pieces.len() {
            // The longest run of pieces that has a name of its own, commas included.
            let mut taken = 0;
            for end in (at + 1..=pieces.len().min(at + 8)).rev() {
                if let Some(unit) = self.whole(&pieces[at..end].join(", ")) {
                    units.bodies.push(unit);
                    taken = end - at;
                    break;
                }
            }
            if taken > 0 {
                at += taken;
                continue;
            }
            // Pieces that begin no body of their own belong to this one.
            let mut end = at + 1;
            while end < pieces.len()
                && !self.begins_body(pieces[end])
                && self.whole(pieces[end]).is_none()
            {
                end += 1;
            }
            self.read_piece(&pieces[at..end].join(", "), units);
            at = end;
        }
    }

    /// One piece: split at "and", strokes and ampersands only when every side is known.
    fn read_piece(&self, piece: &str, units: &mut Units) {
        if let Some(unit) = self.whole(piece) {
            units.bodies.push(unit);
            return;
        }
        let mut person = String::new();
        let piece = self.person_behind(piece, &mut person);
        if !person.is_empty() {
            units.persons.push(person);
            if piece.is_empty() {
                return;
            }
            if let Some(unit) = self.whole(&piece) {
                units.bodies.push(unit);
                return;
            }
        }
        for sides in [
            split_and(&piece),
            split_at(&piece, '/'),
            split_at(&piece, '+'),
            split_at(&piece, '&'),
            split_at(&piece, '-'),
        ] {
            if sides.len() < 2 {
                continue;
            }
            let known: Vec<Option<UnitRef>> = sides.iter().map(|s| self.whole(s)).collect();
            if known.iter().all(Option::is_some) {
                units.bodies.extend(known.into_iter().flatten());
                return;
            }
        }
        // "and" between two bodies that each begin like one, when a roster knows one of them.
        let sides = split_and(&piece);
        if sides.len() >= 2 && sides.iter().all(|s| self.begins_body(s)) {
            let known: Vec<Option<UnitRef>> = sides.iter().map(|s| self.whole(s)).collect();
            if known.iter().any(Option::is_some) || !self.stated {
                for (side, unit) in sides.iter().zip(known) {
                    units
                        .bodies
                        .push(unit.unwrap_or_else(|| UnitRef::Other(self.said(side))));
                }
                return;
            }
        }
        units.bodies.push(UnitRef::Other(self.said(&piece)));
    }

    /// Whether a piece begins like a body of its own: a first word of bodies, or capitals only.
    fn begins_body(&self, piece: &str) -> bool {
        let plain = bare(piece);
        let first: String = plain.chars().take_while(|c| c.is_alphanumeric()).collect();
        if self.words.head.contains(&first)
            || self
                .words
                .head
                .iter()
                .any(|h| h.contains(' ') && starts_with_word(&plain, h))
        {
            return true;
        }
        let word: String = piece
            .chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '&' | '.'))
            .collect();
        let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
        letters.len() >= 2 && letters.iter().all(|c| c.is_uppercase())
    }

    /// A name that no roster knows, with short prefixes written out where there is no roster to tell.
    fn said(&self, piece: &str) -> String {
        let text = piece
            .split(is_blank_char)
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        if self.stated {
            return text;
        }
        let first: String = text.chars().take_while(|c| c.is_alphabetic()).collect();
        let rest = &text[first.len()..];
        let upper = first.chars().all(char::is_uppercase) && !first.is_empty();
        match self.words.prefix_said.get(&bare(&first)) {
            Some(long) if upper && rest.starts_with(['.', ' ']) => {
                let rest = rest.trim_start_matches(['.', ' ']);
                let mut name: String = long.chars().take(1).flat_map(char::to_uppercase).collect();
                name.extend(long.chars().skip(1));
                if rest.is_empty() {
                    name
                } else {
                    format!("{name} {rest}")
                }
            }
            Some(long) if upper && rest.is_empty() => {
                let mut name: String = long.chars().take(1).flat_map(char::to_uppercase).collect();
                name.extend(long.chars().skip(1));
                name
            }
            _ => text,
        }
    }

    /// Takes persons in brackets out of a cell; other notes in brackets go too when what is left has a name.
    fn take_persons(&self, text: &str, persons: &mut Vec<String>) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(open) = rest.find('(') {
            let Some(close) = rest[open..].find(')').map(|c| open + c) else {
                break;
            };
            let inner = rest[open + 1..close].trim();
            out.push_str(&rest[..open]);
            if self.is_person(inner) {
                for one in inner.split([',', ';']) {
                    persons.push(self.person_name(one));
                }
            } else {
                let before = out
                    .rsplit(['\n', ';', ','])
                    .next()
                    .unwrap_or_default()
                    .trim();
                if self.whole(before).is_none() {
                    out.push_str(&rest[open..=close]);
                }
            }
            rest = &rest[close + 1..];
        }
        out.push_str(rest);
        out.trim().to_owned()
    }

    /// Takes a person named behind a unit (`unit - comrade N`), or alone.
    fn person_behind(&self, piece: &str, person: &mut String) -> String {
        if self.is_person(piece) {
            *person = self.person_name(piece);
            return String::new();
        }
        for mark in [" - ", " – ", ": ", "/"] {
            if let Some((unit, who)) = piece.split_once(mark)
                && self.is_person(who.trim())
            {
                *person = self.person_name(who);
                return unit.trim().to_owned();
            }
        }
        piece.to_owned()
    }

    fn is_person(&self, text: &str) -> bool {
        let plain = bare(text);
        self.words
            .person
            .iter()
            .any(|p| starts_with_word(&plain, p))
            && self.whole(text).is_none()
    }

    fn person_name(&self, text: &str) -> String {
        let text = text.trim();
        let plain = bare(text);
        let marker = self
            .words
            .person
            .iter()
            .filter(|p| starts_with_word(&plain, p))
            .map(|p| p.chars().count())
            .max()
            .unwrap_or(0);
        text.chars()
            .skip(marker)
            .collect::<String>()
            .trim_start_matches(['.', ':', ' '])
            .trim()
            .to_owned()
    }
}

/// The matching form of a name without diacritics: prefixes and short forms written out, posts at the head of a unit left out.
fn canon(plain: &str, words: &UnitWords) -> String {
    let mut spaced = String::with_capacity(plain.len() + 8);
    for c in plain.chars() {
        match c {
            '.' | ',' | '&' | '(' | ')' | '/' | ':' => spaced.push(' '),
            '-' => spaced.push('-'),
            c => spaced.push(c),
        }
    }
    let mut out: Vec<String> = Vec::new();
    for (n, word) in spaced
        .split(' ')
        .filter(|w| !w.is_empty() && *w != "-")
        .enumerate()
    {
        let long =
            if n == 0 { words.prefix.get(word) } else { None }.or_else(|| words.short.get(word));
        match long {
            Some(long) => out.push(long.clone()),
            None => out.push(word.to_owned()),
        }
    }
    out.join(" ")
}

/// A matching form without blanks, hyphens and the word "and".
pub(super) fn squeeze(canonical: &str) -> String {
    canonical
        .split([' ', '-', '.', '&', ',', '/'])
        .filter(|w| !w.is_empty() && *w != "va")
        .collect()
}

/// Short forms people make of a name: initials behind the kind of body, with and without the kind.
fn short_forms(name: &str, words: &UnitWords) -> Vec<String> {
    let canonical = canon(&bare(name), words).replace('-', " ");
    let list: Vec<&str> = canonical
        .split(' ')
        .filter(|w| !w.is_empty() && *w != "va")
        .collect();
    let kinds: Vec<Vec<&str>> = words
        .prefix
        .values()
        .map(|v| v.split(' ').collect())
        .collect();
    let Some(kind) = kinds
        .iter()
        .filter(|k| list.starts_with(k))
        .max_by_key(|k| k.len())
    else {
        return Vec::new();
    };
    let tail = &list[kind.len()..];
    if tail.len() < 2 {
        return Vec::new();
    }
    let initials =
        |list: &[&str]| -> String { list.iter().filter_map(|w| w.chars().next()).collect() };
    let kind_name: String = kind.concat();
    let kind_initials = initials(kind);
    let mut forms = Vec::new();
    let mut tails = vec![tail];
    // The word for managing is left out of short forms as often as not.
    let managing: Vec<&str> = words
        .short
        .get("ql")
        .map(|w| w.split(' ').collect())
        .unwrap_or_default();
    if !managing.is_empty() && tail.starts_with(&managing) && tail.len() > managing.len() + 1 {
        tails.push(&tail[managing.len()..]);
    }
    for tail in tails {
        let short = initials(tail);
        forms.push(format!("{kind_name}{short}"));
        forms.push(format!("{kind_initials}{short}"));
        if short.len() >= 3 {
            forms.push(short);
        }
        forms.push(format!("{kind_name}{}", tail.concat()));
    }
    forms
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| !c.is_alphanumeric()))
}

fn holds_word(text: &str, word: &str) -> bool {
    let mut from = 0;
    while let Some(at) = text[from..].find(word) {
        let start = from + at;
        let end = start + word.len();
        let before = text[..start]
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_alphanumeric());
        let after = text[end..]
            .chars()
            .next()
            .is_none_or(|c| !c.is_alphanumeric());
        if before && after {
            return true;
        }
        from = end;
    }
    false
}

/// Sides of a text around the word "and".
fn split_and(piece: &str) -> Vec<String> {
    let mut sides = vec![String::new()];
    for word in piece.split(is_blank_char).filter(|w| !w.is_empty()) {
        if bare(word) == "va" && word.chars().count() == 2 {
            sides.push(String::new());
        } else if let Some(side) = sides.last_mut() {
            if !side.is_empty() {
                side.push(' ');
            }
            side.push_str(word);
        }
    }
    sides.retain(|s| !s.is_empty());
    sides
}

fn split_at(piece: &str, mark: char) -> Vec<String> {
    piece
        .split(mark)
        .map(|s| s.trim().to_owned())
        .filter(|s| !s.is_empty())
        .collect()
}
