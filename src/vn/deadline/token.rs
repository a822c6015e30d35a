//! Tokens of the deadline language and the lexicon that makes them.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

use crate::vn::fold;
use crate::vn::status::one_edit;
use crate::vn::syllable::Syllables;

/// What a wording is for the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Word {
    Day,
    Month,
    Quarter,
    Year,
    Week,
    Phase,
    Half,
    ShortMonth,
    ShortQuarter,
    ShortYear,
    YearEndOrWhole,
    Every,
    EveryOrRefer,
    Periodic,
    Times,
    Instalment,
    AtLeast,
    First,
    Middle,
    Last,
    Before,
    By,
    Until,
    Inside,
    From,
    Onwards,
    After,
    And,
    Or,
    NextYears,
    NextYear,
    Whole,
    Plan,
    Ongoing,
    OnDemand,
    Event,
    Refer,
    Unsure,
    Tet,
    NewDay,
    Lunar,
    NewYear,
    Report,
    Third(u8),
    WorkDays,
    Hour,
    Minute,
    Weekday(u8),
    Number(u8),
    MonthName(u8),
    Since,
    Filler,
}

/// The deadline words of `config/language.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::vn) struct RawLexicon {
    day: Vec<String>,
    month: Vec<String>,
    quarter: Vec<String>,
    year: Vec<String>,
    week: Vec<String>,
    phase: Vec<String>,
    half: Vec<String>,
    short_month: Vec<String>,
    short_quarter: Vec<String>,
    short_year: Vec<String>,
    year_end_or_whole: Vec<String>,
    number_words: BTreeMap<String, u8>,
    month_names: BTreeMap<String, u8>,
    since: Vec<String>,
    every: Vec<String>,
    every_or_refer: Vec<String>,
    periodic: Vec<String>,
    times: Vec<String>,
    instalment: Vec<String>,
    at_least: Vec<String>,
    first: Vec<String>,
    middle: Vec<String>,
    last: Vec<String>,
    before: Vec<String>,
    by: Vec<String>,
    until: Vec<String>,
    inside: Vec<String>,
    from: Vec<String>,
    onwards: Vec<String>,
    after: Vec<String>,
    and: Vec<String>,
    or: Vec<String>,
    next_years: Vec<String>,
    next_year: Vec<String>,
    whole: Vec<String>,
    plan: Vec<String>,
    ongoing: Vec<String>,
    on_demand: Vec<String>,
    event: Vec<String>,
    refer: Vec<String>,
    unsure: Vec<String>,
    tet: Vec<String>,
    new_day: Vec<String>,
    lunar: Vec<String>,
    report: Vec<String>,
    new_year: Vec<String>,
    thirds: BTreeMap<String, u8>,
    work_days: Vec<String>,
    hour: Vec<String>,
    minute: Vec<String>,
    weekday: BTreeMap<String, String>,
    filler: Vec<String>,
    report_days: Vec<String>,
}

/// One token; blanks between tokens are kept as `spaced`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    /// A blank stood before it.
    pub spaced: bool,
}

/// Kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A number and its count of digits.
    Num(u32, u8),
    /// A Roman numeral of one to twelve.
    Roman(u8),
    /// A known wording.
    Word(Word),
    /// `/`
    Slash,
    /// `-` and what is used for it.
    Dash,
    /// `.`
    Dot,
    /// `,`, `;`, `+`, `&`
    Comma,
    /// `:`
    Colon,
    /// `(`, `[`
    Open,
    /// `)`, `]`
    Close,
    /// An unknown word.
    Junk,
}

#[derive(Debug)]
struct Phrase {
    key: Vec<Box<str>>,
    bare: Vec<Box<str>>,
    word: Word,
}

/// The deadline vocabulary, by the first word without diacritics.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    phrases: HashMap<Box<str>, Vec<Phrase>>,
    /// Every single word of four letters or more, without diacritics: what a misspelling may stand for.
    spellings: Vec<Box<str>>,
    /// Every single word as folded.
    known: HashSet<Box<str>>,
    /// Wordings with signs in them, which are only known as a whole text.
    signed: HashMap<Box<str>, Word>,
    /// Months as English programs print them.
    months: HashMap<Box<str>, u8>,
    /// Month and day of periodic reports.
    pub report_days: Vec<(i8, i8)>,
}

/// A word of the text: as folded, and without diacritics.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextWord<'a> {
    pub key: &'a str,
    pub bare: &'a str,
}

/// How a phrase was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    pub word: Word,
    /// Words of the text it took.
    pub len: usize,
    /// A letter had to be mended.
    pub typo: bool,
}

impl Lexicon {
    pub(in crate::vn) fn new(raw: &RawLexicon) -> Self {
        let mut lexicon = Self::default();
        for (texts, word) in raw.lists() {
            for text in texts {
                lexicon.add(text, word);
            }
        }
        for (text, n) in &raw.number_words {
            lexicon.add(text, Word::Number(*n));
        }
        for (text, n) in &raw.month_names {
            lexicon.add(text, Word::MonthName(*n));
            lexicon.months.insert(text.as_str().into(), *n);
        }
        for (text, n) in &raw.thirds {
            lexicon.add(text, Word::Third(*n));
        }
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        for (text, day) in &raw.weekday {
            if let Some(at) = days.iter().position(|d| d == day) {
                lexicon.add(text, Word::Weekday(u8::try_from(at).unwrap_or(0)));
            }
        }
        for list in lexicon.phrases.values_mut() {
            list.sort_by_key(|p| std::cmp::Reverse(p.key.len()));
        }
        lexicon.spellings.sort();
        lexicon.spellings.dedup();
        lexicon.report_days = raw
            .report_days
            .iter()
            .filter_map(|t| {
                t.split_once('-')
                    .and_then(|(m, d)| Some((m.parse().ok()?, d.parse().ok()?)))
            })
            .collect();
        lexicon
    }

    fn add(&mut self, text: &str, word: Word) {
        if text.contains(['/', '.']) {
            self.signed.insert(fold::key(text).into_boxed_str(), word);
            return;
        }
        let key: Vec<Box<str>> = fold::key(text).split(' ').map(Box::from).collect();
        let bare: Vec<Box<str>> = key
            .iter()
            .map(|w| fold::strip(w).into_boxed_str())
            .collect();
        self.known.extend(key.iter().cloned());
        self.spellings
            .extend(bare.iter().filter(|w| w.len() >= 4).cloned());
        self.phrases
            .entry(bare[0].clone())
            .or_default()
            .push(Phrase { key, bare, word });
    }

    /// The month an English program printed so.
    pub(in crate::vn) fn month_named(&self, word: &str) -> Option<u8> {
        self.months.get(word).copied()
    }

    /// What a whole text with signs in it is.
    pub(super) fn signed(&self, key: &str) -> Option<Word> {
        if key.len() > 24 || !key.contains(['/', '.']) {
            return None;
        }
        self.signed
            .get(key)
            .or_else(|| self.signed.get(key.trim_end_matches(['.', ';', ' '])))
            .copied()
    }

    /// The longest wording at the start of some words; exact ones before those without diacritics, a mended one at last.
    pub(super) fn find(&self, words: &[TextWord<'_>], syllables: &Syllables) -> Option<Match> {
        if let Some(found) = self.find_spelt(words, syllables) {
            return Some(found);
        }
        let first = words.first()?;
        let mut found: Option<Match> = None;
        let mut near = 0;
        for mended in self.mends(first, syllables) {
            near += 1;
            let mut tried: Vec<TextWord<'_>> = words.iter().take(6).copied().collect();
            tried[0] = TextWord {
                key: mended,
                bare: mended,
            };
            let one = self.find_spelt(&tried, syllables);
            if one.is_some_and(|o| found.is_none_or(|f| o.len > f.len)) {
                found = one;
            }
        }
        // One letter off from two words: only the longer wording around it can tell which.
        let found = found.filter(|f| near == 1 || f.len > 1)?;
        Some(Match {
            typo: true,
            ..found
        })
    }

    fn find_spelt(&self, words: &[TextWord<'_>], syllables: &Syllables) -> Option<Match> {
        let list = self.phrases.get(words.first()?.bare)?;
        let mut best: Option<Match> = None;
        for phrase in list {
            if best.is_some_and(|b| b.len > phrase.bare.len()) {
                break;
            }
            let Some(typo) = self.fits(phrase, words, syllables) else {
                continue;
            };
            let found = Match {
                word: phrase.word,
                len: phrase.bare.len(),
                typo: typo == Fit::Typo,
            };
            if typo == Fit::Exact {
                return Some(found);
            }
            if best.is_none() {
                best = Some(found);
            }
        }
        best
    }

    fn fits(&self, phrase: &Phrase, words: &[TextWord<'_>], syllables: &Syllables) -> Option<Fit> {
        if words.len() < phrase.bare.len() {
            return None;
        }
        let mut fit = Fit::Exact;
        for ((key, bare), word) in phrase.key.iter().zip(&phrase.bare).zip(words) {
            if **key == *word.key {
                continue;
            }
            if **bare == *word.bare {
                let wrong_marks = !word.key.is_ascii();
                if wrong_marks && phrase.bare.len() == 1 && !phrase.word.is_unit() {
                    return None;
                }
                fit = fit.max(if wrong_marks { Fit::Typo } else { Fit::Bare });
            } else if phrase.bare.len() > 1 && self.mends(word, syllables).any(|m| *m == **bare) {
                fit = Fit::Typo;
            } else {
                return None;
            }
        }
        Some(fit)
    }

    /// The known spellings that a word is one letter away from; none for a word that is built like a syllable.
    fn mends<'a>(
        &'a self,
        word: &TextWord<'_>,
        syllables: &Syllables,
    ) -> impl Iterator<Item = &'a str> + use<'a> {
        let bare = word.bare.to_owned();
        let len = bare.len();
        let broken = (3..=12).contains(&len)
            && bare.is_ascii()
            && !syllables.holds(word.key)
            && !self.known.contains(word.key)
            && !(word.key.is_ascii()
                && self
                    .spellings
                    .binary_search_by(|s| (**s).cmp(&bare))
                    .is_ok());
        let pool: &[Box<str>] = if broken { &self.spellings } else { &[] };
        pool.iter()
            .map(AsRef::as_ref)
            .filter(move |s: &&str| s.len().abs_diff(len) <= 1 && one_edit(s, &bare))
    }
}

impl Word {
    /// Whether it names a unit or "every": short words that are recognised with wrong marks too.
    const fn is_unit(self) -> bool {
        matches!(
            self,
            Self::Day | Self::Month | Self::Quarter | Self::Year | Self::Every
        )
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Exact,
    Bare,
    Typo,
}

impl RawLexicon {
    fn lists(&self) -> [(&[String], Word); 48] {
        [
            (&self.day, Word::Day),
            (&self.month, Word::Month),
            (&self.quarter, Word::Quarter),
            (&self.year, Word::Year),
            (&self.week, Word::Week),
            (&self.phase, Word::Phase),
            (&self.half, Word::Half),
            (&self.short_month, Word::ShortMonth),
            (&self.short_quarter, Word::ShortQuarter),
            (&self.short_year, Word::ShortYear),
            (&self.year_end_or_whole, Word::YearEndOrWhole),
            (&self.every, Word::Every),
            (&self.every_or_refer, Word::EveryOrRefer),
            (&self.periodic, Word::Periodic),
            (&self.times, Word::Times),
            (&self.instalment, Word::Instalment),
            (&self.at_least, Word::AtLeast),
            (&self.first, Word::First),
            (&self.middle, Word::Middle),
            (&self.last, Word::Last),
            (&self.before, Word::Before),
            (&self.by, Word::By),
            (&self.until, Word::Until),
            (&self.inside, Word::Inside),
            (&self.from, Word::From),
            (&self.onwards, Word::Onwards),
            (&self.after, Word::After),
            (&self.and, Word::And),
            (&self.or, Word::Or),
            (&self.next_years, Word::NextYears),
            (&self.next_year, Word::NextYear),
            (&self.whole, Word::Whole),
            (&self.plan, Word::Plan),
            (&self.ongoing, Word::Ongoing),
            (&self.on_demand, Word::OnDemand),
            (&self.event, Word::Event),
            (&self.refer, Word::Refer),
            (&self.unsure, Word::Unsure),
            (&self.tet, Word::Tet),
            (&self.new_day, Word::NewDay),
            (&self.lunar, Word::Lunar),
            (&self.report, Word::Report),
            (&self.new_year, Word::NewYear),
            (&self.work_days, Word::WorkDays),
            (&self.hour, Word::Hour),
            (&self.minute, Word::Minute),
            (&self.filler, Word::Filler),
            (&self.since, Word::Since),
        ]
    }
}
