//! Text typed in fonts older than Unicode: TCVN3 (`.VnTime`) and VNI (`VNI-Times`).
//!
//! Both put Vietnamese letters on Latin-1 codes, so such text looks like odd Western letters. It is told by its words:
//! decoded they are Vietnamese syllables, as they stand they are not.

use std::borrow::Cow;
use std::collections::HashMap;

use super::fold;
use super::vocabulary::Words;
use crate::domain::grid::Legacy;

/// The two code tables.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// TCVN3: one character for one letter.
    pub tcvn3: HashMap<char, char>,
    /// VNI: a base and its mark, or one character, for one letter.
    pub vni_pairs: HashMap<(char, char), char>,
    /// VNI letters of one character.
    pub vni_single: HashMap<char, char>,
}

/// The encoding a text is in, given what its font says; `No` when there is nothing to decode.
#[must_use]
pub fn detect(s: &str, font: Legacy) -> Legacy {
    if s.is_ascii() {
        return Legacy::No;
    }
    let s = composed_latin(s);
    if s.chars().any(|c| u32::from(c) > 0xff && !is_neutral(c)) {
        return Legacy::No;
    }
    let words = Words::embedded();
    let as_tcvn3 = weigh(&s, words, Legacy::Tcvn3);
    let as_vni = weigh(&s, words, Legacy::Vni);
    match font {
        Legacy::Tcvn3 | Legacy::Tcvn3Upper => {
            if as_tcvn3.raw_fits && !as_tcvn3.convinces() {
                Legacy::No
            } else {
                font
            }
        }
        Legacy::Vni => {
            if as_vni.raw_fits && !as_vni.convinces() {
                Legacy::No
            } else {
                font
            }
        }
        Legacy::No => {
            let (t, v) = (as_tcvn3.convinces(), as_vni.convinces());
            match (t, v) {
                (true, true) if as_vni.good > as_tcvn3.good => Legacy::Vni,
                (true, _) => Legacy::Tcvn3,
                (false, true) => Legacy::Vni,
                (false, false) => Legacy::No,
            }
        }
    }
}

/// Decodes a text; characters outside the table stay.
#[must_use]
pub fn decode(s: &str, from: Legacy) -> String {
    let tables = &Words::embedded().legacy;
    let s = composed_latin(s);
    match from {
        Legacy::No => s.into_owned(),
        Legacy::Tcvn3 => s
            .chars()
            .map(|c| tables.tcvn3.get(&c).copied().unwrap_or(c))
            .collect(),
        Legacy::Tcvn3Upper => s
            .chars()
            .map(|c| tables.tcvn3.get(&c).copied().unwrap_or(c))
            .flat_map(char::to_uppercase)
            .collect(),
        Legacy::Vni => decode_vni(&s, tables),
    }
}

fn decode_vni(s: &str, tables: &Tables) -> String {
    let mut out = String::with_capacity(s.len());
    let mut chars = s.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(letter) = chars
            .peek()
            .and_then(|&next| tables.vni_pairs.get(&(c, next)))
        {
            chars.next();
            out.push(*letter);
        } else {
            out.push(tables.vni_single.get(&c).copied().unwrap_or(c));
        }
    }
    out
}

/// Latin-1 letters may have been decomposed on the way.
fn composed_latin(s: &str) -> Cow<'_, str> {
    fold::nfc_cow(s)
}

/// Signs of ordinary text that no encoding claims: blanks, dashes, quotes, the euro.
fn is_neutral(c: char) -> bool {
    matches!(c, '\u{2000}'..='\u{206f}' | '\u{20a0}'..='\u{20cf}' | '\u{feff}')
}

/// What the words of a text say for an encoding.
#[derive(Default)]
struct Weight {
    /// Words that are syllables only when decoded, with a character that Vietnamese does not have.
    strong: usize,
    /// Words that are syllables only when decoded.
    good: usize,
    /// Words with foreign letters that are no syllables when decoded.
    bad: usize,
    /// Every word fits as it stands.
    raw_fits: bool,
}

impl Weight {
    const fn convinces(&self) -> bool {
        (self.strong > 0 || self.good > 1) && self.good > 3 * self.bad
    }
}

fn weigh(s: &str, words: &Words, table: Legacy) -> Weight {
    let mut weight = Weight {
        raw_fits: true,
        ..Weight::default()
    };
    let blank = |c: char| {
        c.is_ascii() && !c.is_ascii_alphanumeric()
            || fold::is_blank_char(c) && c != '\u{ad}'
            || is_neutral(c)
    };
    for word in s.split(blank).filter(|w| !w.is_ascii()) {
        if word.chars().any(|c| c.is_ascii_digit()) || word.chars().count() < 2 {
            continue;
        }
        let raw = words.syllables.holds(word);
        weight.raw_fits &= raw;
        if raw {
            continue;
        }
        let decoded = decode(word, table);
        if decoded == word {
            continue;
        }
        if words.syllables.holds(&decoded) {
            weight.good += 1;
            // Two characters for one letter are no accident.
            let paired = table == Legacy::Vni && decoded.chars().count() < word.chars().count();
            weight.strong += usize::from(paired || is_strong(word, words));
        } else {
            weight.bad += 1;
        }
    }
    weight
}

/// Whether a word has, behind its first letter or as a first letter of three or more, a character that is no Vietnamese letter.
fn is_strong(word: &str, words: &Words) -> bool {
    let long = word.chars().count() > 2;
    word.chars()
        .enumerate()
        .any(|(n, c)| !c.is_ascii() && (n > 0 || long) && !words.letters.contains(&c))
}
