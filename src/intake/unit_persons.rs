//! Persons named in a unit cell: alone, in brackets, before or behind their unit.

use super::unit_names::starts_with_word;
use super::units::Matcher;
use crate::vn::fold::bare;

impl Matcher<'_> {
    /// Takes persons in brackets out of a cell; other notes in brackets go too when what is left has a name.
    pub(super) fn take_persons(&self, text: &str, persons: &mut Vec<String>) -> String {
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
    pub(super) fn person_behind(&self, piece: &str, person: &mut String) -> String {
        if self.is_person(piece) {
            // "Comrade N - unit", "comrade N (unit)"
            let unit = |text: &str| {
                let text = text.trim().trim_end_matches(')').trim();
                self.whole(text).is_some().then(|| text.to_owned())
            };
            for mark in [" - ", " – ", ", ", ": ", "/", "("] {
                if let Some((who, behind)) = piece.split_once(mark)
                    && let Some(unit) = unit(behind)
                {
                    *person = self.person_name(who);
                    return unit;
                }
            }
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

    pub(super) fn is_person(&self, text: &str) -> bool {
        let plain = bare(text);
        self.words()
            .person
            .iter()
            .any(|p| starts_with_word(&plain, p))
            && !self.has_head(text)
            && self.whole(text).is_none()
    }

    pub(super) fn person_name(&self, text: &str) -> String {
        let text = text.trim();
        let plain = bare(text);
        let marker = self
            .words()
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
