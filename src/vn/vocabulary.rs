//! The vocabulary of `config/language.toml`, prepared for look-up.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::deadline::token::{Lexicon, RawLexicon};
use super::fold;
use super::legacy::Tables;
use super::status::{RawStatus, StatusWords};
use super::syllable::Syllables;

const LANGUAGE_TOML: &str = include_str!("../../config/language.toml");

/// Every word annexd understands in a cell.
#[derive(Debug)]
pub struct Words {
    pub(crate) blank: HashSet<String>,
    /// Letters of the longest word for "nothing".
    blank_letters: usize,
    pub(crate) blank_deadline: HashSet<String>,
    pub(crate) ditto: HashSet<String>,
    pub(crate) secret: HashSet<String>,
    pub(crate) yes: HashSet<String>,
    pub(crate) no: HashSet<String>,
    pub(crate) reached: HashSet<String>,
    pub(crate) not_reached: HashSet<String>,
    pub(crate) units: HashSet<String>,
    pub(crate) before_numeral: HashSet<String>,
    pub(crate) look_alikes: HashMap<char, char>,
    /// Those of them that stand among the Latin letters.
    latin_alikes: Vec<char>,
    pub(crate) letters: HashSet<char>,
    pub(crate) syllables: Syllables,
    pub(crate) legacy: Tables,
    pub(crate) statuses: StatusWords,
    pub(crate) deadlines: Lexicon,
    pub(crate) day_words: Vec<String>,
    pub(crate) date_words: HashSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    blank: Vec<String>,
    blank_deadline: Vec<String>,
    ditto: Vec<String>,
    secret: Vec<String>,
    yes: Vec<String>,
    no: Vec<String>,
    reached: Vec<String>,
    not_reached: Vec<String>,
    number_units: Vec<String>,
    before_numeral: Vec<String>,
    day_words: Vec<String>,
    date_words: Vec<String>,
    look_alikes: BTreeMap<char, char>,
    syllable: RawSyllables,
    tcvn3: BTreeMap<String, char>,
    vni: BTreeMap<String, char>,
    status: RawStatus,
    deadline: RawLexicon,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSyllables {
    onsets: Vec<String>,
    rimes: Vec<String>,
}

impl Words {
    /// The embedded vocabulary, parsed once.
    ///
    /// # Panics
    /// When the embedded file does not parse: a defect, caught by a test.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static WORDS: OnceLock<Words> = OnceLock::new();
        WORDS.get_or_init(|| Self::parse(LANGUAGE_TOML).expect("config/language.toml parses"))
    }

    /// Reads a vocabulary.
    ///
    /// # Errors
    /// What the file lacks or has too much, by line.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let raw: Raw = toml::from_str(text)?;
        let letters = vietnamese_letters(&raw.tcvn3);
        let blank = keys(&raw.blank);
        Ok(Self {
            blank_letters: blank.iter().map(|w| fold::letters(w)).max().unwrap_or(0),
            blank,
            blank_deadline: keys(&raw.blank_deadline),
            ditto: keys(&raw.ditto),
            secret: keys(&raw.secret),
            yes: keys(&raw.yes),
            no: keys(&raw.no),
            reached: keys(&raw.reached),
            not_reached: keys(&raw.not_reached),
            units: raw.number_units.iter().map(|w| fold::bare(w)).collect(),
            before_numeral: raw.before_numeral.iter().map(|w| fold::bare(w)).collect(),
            latin_alikes: raw
                .look_alikes
                .keys()
                .copied()
                .filter(|c| is_latin(*c))
                .collect(),
            look_alikes: raw.look_alikes.into_iter().collect(),
            letters,
            syllables: Syllables {
                onsets: raw.syllable.onsets.into_iter().collect(),
                rimes: raw.syllable.rimes.into_iter().collect(),
            },
            legacy: tables(&raw.tcvn3, &raw.vni),
            statuses: StatusWords::new(&raw.status),
            deadlines: Lexicon::new(&raw.deadline),
            day_words: raw
                .day_words
                .iter()
                .map(|w| format!("{} ", fold::bare(w)))
                .collect(),
            date_words: raw.date_words.iter().map(|w| fold::bare(w)).collect(),
        })
    }

    /// Whether a text is a ditto mark ("as above").
    #[must_use]
    pub fn is_ditto(&self, text: &str) -> bool {
        text.len() <= 32 && self.ditto_key(&fold::key(text))
    }

    /// The same of a folded text; a full stop behind it changes nothing.
    pub(crate) fn ditto_key(&self, key: &str) -> bool {
        self.ditto.contains(key)
            || key
                .strip_suffix(['.', ';', ','])
                .is_some_and(|k| self.ditto.contains(k.trim_end()))
    }

    /// Whether a cell says nothing: empty, or dashes and the like.
    #[must_use]
    pub fn is_blank(&self, text: &str) -> bool {
        if fold::has_more_letters(text, self.blank_letters) {
            return false;
        }
        let key = fold::key(text);
        key.is_empty() || self.blank.contains(&key)
    }

    /// Whether a letter looks like another one, or is of a script whose letters may.
    pub(crate) fn has_twin(&self, c: char) -> bool {
        !c.is_ascii() && (!is_latin(c) || self.latin_alikes.contains(&c))
    }

    /// Reads a mark of a yes/no column.
    #[must_use]
    pub fn mark(&self, text: &str) -> Option<bool> {
        let key = fold::key(text);
        let word = key.trim_matches(|c| matches!(c, '(' | ')' | '[' | ']' | '.'));
        if self.yes.contains(word) {
            Some(true)
        } else if self.no.contains(word) {
            Some(false)
        } else {
            None
        }
    }

    /// Reads whether a target is said to be reached: by word or by mark.
    #[must_use]
    pub fn says_reached(&self, text: &str) -> Option<bool> {
        let key = fold::key(text);
        if self.reached.contains(&key) {
            Some(true)
        } else if self.not_reached.contains(&key) {
            Some(false)
        } else {
            self.mark(text)
        }
    }

    /// Whether the whole text is a degree of state secrecy.
    #[must_use]
    pub fn secret(&self, text: &str) -> bool {
        // The degrees are words of letters: a number or a day is none.
        if text.len() > 64 || text.bytes().all(|b| !b.is_ascii_alphabetic() && b < 0x80) {
            return false;
        }
        let key = fold::key(text);
        self.secret
            .contains(key.trim_matches(|c: char| !c.is_alphabetic()))
    }
}

/// Whether a character stands among the Latin letters, Vietnamese ones included.
const fn is_latin(c: char) -> bool {
    matches!(c, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

fn keys(words: &[String]) -> HashSet<String> {
    words.iter().map(|w| fold::key(w)).collect()
}

/// Every accented letter a Unicode text may hold: those the old tables stand for, and their capitals.
fn vietnamese_letters(tcvn3: &BTreeMap<String, char>) -> HashSet<char> {
    let upper = tcvn3.values().flat_map(|c| c.to_uppercase());
    tcvn3.values().copied().chain(upper).collect()
}

fn tables(tcvn3: &BTreeMap<String, char>, vni: &BTreeMap<String, char>) -> Tables {
    let mut tables = Tables::default();
    for (code, &letter) in tcvn3 {
        if let Some(c) = u32::from_str_radix(code, 16).ok().and_then(char::from_u32) {
            tables.tcvn3.insert(c, letter);
        }
    }
    for (code, &letter) in vni {
        let capital = letter.to_uppercase().next().unwrap_or(letter);
        let chars: Vec<char> = code.chars().collect();
        let up = |c: char| c.to_uppercase().next().unwrap_or(c);
        match chars[..] {
            [one] => {
                tables.vni_single.insert(one, letter);
                tables.vni_single.insert(up(one), capital);
            }
            [base, mark] => {
                tables.vni_pairs.insert((base, mark), letter);
                // Both habits occur: the capital letter with a small or a capital mark.
                tables.vni_pairs.insert((up(base), mark), capital);
                tables.vni_pairs.insert((up(base), up(mark)), capital);
            }
            _ => {}
        }
    }
    tables
}
