//! Unit cells: whole cell before splitting, collectives, several bodies, short forms, persons beside units.

use std::cell::RefCell;
use std::collections::HashMap;

use super::unit_names::{
    canon, holds_word, means_everyone, short_forms, shorter_forms, split_and, split_at, squeeze,
    starts_with_word,
};
use super::words::{AnnexWords, UnitWords};
use crate::domain::roster::{Roster, UnitRef, Units};
use crate::vn::fold::{bare, is_blank_char, key};

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
    /// Names of departments in full, for those who write only their beginning.
    full: Vec<(String, UnitRef)>,
}

impl<'w> Matcher<'w> {
    /// Prepares the spellings of a roster: names, aliases, codes, and short forms made from the names.
    #[must_use]
    pub fn new(roster: &Roster, words: &'w AnnexWords) -> Self {
        let words = &words.unit;
        let mut made: HashMap<String, Option<UnitRef>> = HashMap::new();
        let mut names: HashMap<String, UnitRef> = HashMap::new();
        let mut full: Vec<(String, UnitRef)> = Vec::new();
        for d in &roster.departments {
            let unit = UnitRef::Department(d.code.clone());
            full.push((canon(&bare(&d.name), words), unit.clone()));
            for said in std::iter::once(&d.name).chain(&d.aliases).chain([&d.code]) {
                // A code is no abbreviation: DN may stand for enterprises anywhere else.
                if *said != d.code {
                    names
                        .entry(squeeze(&canon(&bare(said), words)))
                        .or_insert_with(|| unit.clone());
                }
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
            full,
        }
    }

    pub(super) const fn words(&self) -> &UnitWords {
        self.words
    }

    /// Reads a unit cell.
    #[must_use]
    pub fn read(&self, text: &str) -> Units {
        let mut units = Units::default();
        let text = text.trim_matches(|c: char| c.is_whitespace() || is_quote(c));
        if text.is_empty() {
            return units;
        }
        if let Some(unit) = self.whole(text) {
            units.bodies.push(unit);
            return units;
        }
        let marked = key(text);
        if self.words.unsure.iter().any(|w| holds_word(&marked, w)) {
            units.bodies.push(UnitRef::Other(self.said(text)));
            return units;
        }
        let text = self.take_persons(text, &mut units.persons);
        for part in text.split(['\n', ';']) {
            let part = part
                .trim()
                .trim_start_matches(['-', '+', '•', '*', '–'])
                .trim();
            self.read_part(without_number(part), &mut units);
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
    pub(super) fn whole(&self, text: &str) -> Option<UnitRef> {
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
        let canonical = canon(&plain, self.words);
        let squeezed = squeeze(&canonical);
        if let Some(unit) = self.names.get(&squeezed) {
            return Some(unit.clone());
        }
        if let Some(unit) = self.names.get(&squeeze(&plain)) {
            return Some(unit.clone());
        }
        let is_set = self.words.set.iter().any(|w| starts_with_word(&plain, w));
        if is_set
            && !self.names_one(said)
            && self.words.concerned.iter().any(|w| holds_word(&plain, w))
            && plain.len() < 90
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
        if means_everyone(&canonical, self.words) {
            return Some(UnitRef::Everyone);
        }
        self.in_other_words(&canonical)
    }

    /// Whether a department of its own stands beside others in a text.
    fn names_one(&self, text: &str) -> bool {
        let sides: Vec<String> = text
            .split([',', ';', '\n', '&', '+'])
            .flat_map(split_and)
            .collect();
        let department = |s: &String| matches!(self.whole(s), Some(UnitRef::Department(_)));
        sides.len() > 1 && sides.iter().any(department)
    }

    /// A name with its role, a post or the board's name around it, or only its beginning.
    fn in_other_words(&self, canonical: &str) -> Option<UnitRef> {
        if !self.stated || canonical.len() > 120 {
            return None;
        }
        let shorter = shorter_forms(canonical, self.words);
        let known = shorter.iter().find_map(|s| self.names.get(&squeeze(s)));
        if known.is_some() {
            return known.cloned();
        }
        std::iter::once(canonical)
            .chain(shorter.iter().map(String::as_str))
            .find_map(|text| self.begins_one(text))
    }

    /// The one department whose name begins so; a single word begins too many.
    fn begins_one(&self, text: &str) -> Option<UnitRef> {
        if !text.contains(' ') {
            return None;
        }
        let mut found = None;
        for (name, unit) in &self.full {
            if name
                .strip_prefix(text)
                .is_some_and(|rest| rest.starts_with(' '))
            {
                if found.is_some() {
                    return None;
                }
                found = Some(unit.clone());
            }
        }
        found
    }

    /// "The departments A, B and C": every one of them named without the word for department.
    fn several_of_a_kind(&self, part: &str) -> Option<Vec<UnitRef>> {
        let kind = self.words.prefix.get("p")?;
        let mut words = part.split(is_blank_char).filter(|w| !w.is_empty());
        let head = [words.next()?, words.next()?].map(|w| bare(w.trim_end_matches(':')));
        if !self.words.several.contains(&head.join(" ")) {
            return None;
        }
        let rest = words.collect::<Vec<_>>().join(" ");
        let units: Vec<Option<UnitRef>> = rest
            .split([',', ';'])
            .flat_map(split_and)
            .map(|name| {
                self.whole(&format!("{kind} {name}"))
                    .or_else(|| self.whole(&name))
            })
            .collect();
        let all: Option<Vec<UnitRef>> = units.into_iter().collect();
        all.filter(|units| {
            !units.is_empty() && units.iter().all(|u| matches!(u, UnitRef::Department(_)))
        })
    }

    fn read_part(&self, part: &str, units: &mut Units) {
        if part.is_empty() {
            return;
        }
        if let Some(unit) = self.whole(part) {
            units.bodies.push(unit);
            return;
        }
        if let Some(several) = self.several_of_a_kind(part) {
            units.bodies.extend(several);
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
                && !self.is_person(pieces[end])
                && self.whole(pieces[end]).is_none()
            {
                end += 1;
            }
            let run = pieces[at..end].join(", ");
            match at
                .checked_sub(1)
                .and_then(|n| self.same_kind(pieces[n], &run))
            {
                Some(unit) => units.bodies.push(unit),
                None => self.read_piece(&run, units),
            }
            at = end;
        }
    }

    /// "Department A, B": the second one named without the word for department.
    fn same_kind(&self, before: &str, piece: &str) -> Option<UnitRef> {
        let kind = self.words.prefix.get("p")?;
        let of_kind = starts_with_word(&canon(&bare(before), self.words), kind);
        let unit = of_kind.then(|| self.whole(&format!("{kind} {piece}")))??;
        matches!(unit, UnitRef::Department(_)).then_some(unit)
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
            for one in person.split([',', ';']) {
                units.persons.push(if self.is_person(one.trim()) {
                    self.person_name(one)
                } else {
                    one.trim().to_owned()
                });
            }
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
        if self.has_head(piece) {
            return true;
        }
        let word: String = piece
            .chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '&' | '.'))
            .collect();
        let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
        letters.len() >= 2 && letters.iter().all(|c| c.is_uppercase())
    }

    /// Whether a piece begins with a first word of bodies.
    pub(super) fn has_head(&self, piece: &str) -> bool {
        let plain = bare(piece);
        let first: String = plain.chars().take_while(|c| c.is_alphanumeric()).collect();
        let mut longer = self.words.head.iter().filter(|h| h.contains(' '));
        self.words.head.contains(&first) || longer.any(|h| starts_with_word(&plain, h))
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
}

const fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}')
}

/// A line of a list without its number (`1. `, `2) `).
fn without_number(part: &str) -> &str {
    let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
    let marked = rest
        .strip_prefix(['.', ')'])
        .filter(|_| rest.len() < part.len());
    marked.map_or(part, str::trim_start)
}
