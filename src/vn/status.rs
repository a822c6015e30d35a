//! Status words: what is certain is understood, everything else is unknown.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use super::fold;
use super::vocabulary::Words;
use crate::domain::status::{Status, StatusWord, TypedClass};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStatus {
    group: Vec<RawGroup>,
    opening: Vec<RawGroup>,
    parts: RawParts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGroup {
    status: Status,
    claims: Option<TypedClass>,
    texts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParts {
    completed: Vec<String>,
    filler: Vec<String>,
    contrary: Vec<String>,
    counted: Vec<String>,
    numbered: Vec<String>,
    not_yet: Vec<String>,
    ended: Vec<String>,
    awaited: Vec<String>,
    about: Vec<String>,
    reached: Vec<String>,
    late: Vec<String>,
    on_time: Vec<String>,
    early: Vec<String>,
}

/// The status vocabulary, by key without diacritics.
#[derive(Debug)]
pub(crate) struct StatusWords {
    whole: HashMap<String, StatusWord>,
    bare: HashMap<String, Option<StatusWord>>,
    /// Openings: without diacritics, as folded, and what they say.
    opening: Vec<(String, String, StatusWord)>,
    completed: Vec<String>,
    filler: HashSet<String>,
    contrary: Vec<String>,
    counted: Vec<String>,
    numbered: HashSet<String>,
    not_yet: Vec<String>,
    ended: Vec<String>,
    awaited: Vec<String>,
    about: HashSet<String>,
    reached: HashSet<String>,
    /// Every single word of the vocabulary: none of them is a misspelling of another.
    known: HashSet<String>,
    claims: Vec<(String, TypedClass)>,
}

/// Boxes that were not ticked: what stands behind one is not so.
const EMPTY_BOXES: [char; 3] = ['\u{2610}', '\u{25a1}', '\u{25fb}'];

impl StatusWords {
    pub(super) fn new(raw: &RawStatus) -> Self {
        let mut whole = HashMap::new();
        let mut bare: HashMap<String, Option<StatusWord>> = HashMap::new();
        for group in &raw.group {
            let word = StatusWord {
                status: group.status,
                claims: group.claims,
            };
            for text in &group.texts {
                let key = punctuation_apart(&fold::key(text));
                bare.entry(fold::strip(&key))
                    .and_modify(|known| {
                        if *known != Some(word) {
                            *known = None;
                        }
                    })
                    .or_insert(Some(word));
                whole.insert(key, word);
            }
        }
        let bares = |texts: &[String]| texts.iter().map(|t| fold::bare(t)).collect::<Vec<_>>();
        let mut opening: Vec<(String, String, StatusWord)> = Vec::new();
        for group in &raw.opening {
            let word = StatusWord {
                status: group.status,
                claims: group.claims,
            };
            opening.extend(group.texts.iter().map(|text| {
                let key = punctuation_apart(&fold::key(text));
                (fold::strip(&key), key, word)
            }));
        }
        // The longest opening wins.
        opening.sort_by_key(|(t, ..)| std::cmp::Reverse(t.len()));
        let mut completed = bares(&raw.parts.completed);
        completed.sort_by_key(|t| std::cmp::Reverse(t.len()));
        let mut claims = Vec::new();
        for (texts, class) in [
            (&raw.parts.late, TypedClass::DoneLate),
            (&raw.parts.on_time, TypedClass::DoneOnTime),
            (&raw.parts.early, TypedClass::DoneEarly),
        ] {
            claims.extend(bares(texts).into_iter().map(|t| (t, class)));
        }
        claims.sort_by_key(|(t, _)| std::cmp::Reverse(t.len()));
        let known = bare
            .keys()
            .flat_map(|text| text.split(' '))
            .chain(opening.iter().flat_map(|(text, ..)| text.split(' ')))
            .map(str::to_owned)
            .collect();
        Self {
            whole,
            bare,
            opening,
            completed,
            filler: raw
                .parts
                .filler
                .iter()
                .flat_map(|f| {
                    fold::bare(f)
                        .split(' ')
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                })
                .collect(),
            contrary: bares(&raw.parts.contrary),
            counted: bares(&raw.parts.counted),
            numbered: bares(&raw.parts.numbered).into_iter().collect(),
            not_yet: bares(&raw.parts.not_yet),
            ended: bares(&raw.parts.ended),
            awaited: bares(&raw.parts.awaited),
            about: bares(&raw.parts.about).into_iter().collect(),
            reached: bares(&raw.parts.reached).into_iter().collect(),
            known,
            claims,
        }
    }

    fn read(&self, text: &str) -> Option<StatusWord> {
        let key = punctuation_apart(&fold::key(text));
        if key.is_empty() || text.contains(EMPTY_BOXES) {
            return None;
        }
        if let Some(word) = self.whole.get(&key) {
            return Some(*word);
        }
        let bare = fold::strip(&key);
        if let Some(word) = self.bare.get(&bare) {
            return *word;
        }
        self.percentage(&bare)
            .or_else(|| self.finished(&bare))
            .or_else(|| self.opened(&key, &bare))
            .or_else(|| self.mistyped(&bare))
    }

    /// `100%`, `50%`, `0`, `about 70%`.
    fn percentage(&self, bare: &str) -> Option<StatusWord> {
        if bare == "0" {
            return Some(plain(Status::NotStarted));
        }
        let text = bare.strip_suffix('%')?.trim_end();
        if let Some(n) = percent_of(text) {
            return Some(plain(by_percent(n)?));
        }
        let (about, number) = text.rsplit_once(' ')?;
        let n = percent_of(number)?;
        let status = by_percent(n)?;
        let said = match status {
            Status::Completed => self.reached.contains(about),
            Status::InProgress => self.about.contains(about),
            _ => false,
        };
        said.then(|| plain(status))
    }

    /// A completed task with its day, document or claim; nothing contrary anywhere.
    fn finished(&self, bare: &str) -> Option<StatusWord> {
        let head = self.completed.iter().find(|c| starts_with_words(bare, c))?;
        let mut tail = bare[head.len()..].trim().to_owned();
        let mut claims = None;
        for (words, class) in &self.claims {
            if let Some(rest) =
                starts_with_words(&tail, words).then(|| tail[words.len()..].trim().to_owned())
            {
                claims = Some(*class);
                tail = rest;
                break;
            }
        }
        if self.contrary.iter().any(|c| has_words(&tail, c)) {
            return None;
        }
        if self.in_part(&tail) {
            return None;
        }
        let mut percent = None;
        for word in tail
            .split([' ', '/', '-', '(', ')'])
            .filter(|w| !w.is_empty())
        {
            if let Some(n) = word.strip_suffix('%') {
                percent = Some(percent_of(n)?);
            } else if !word
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b':'))
                && !self.filler.contains(word)
            {
                return None;
            }
        }
        match percent {
            None | Some(100.0) => Some(StatusWord {
                status: Status::Completed,
                claims,
            }),
            Some(n) if claims.is_none() => Some(plain(by_percent(n)?)),
            Some(_) => None,
        }
    }

    /// `3/5 items`, `2 tasks`: a part of the work, or a day that is none.
    fn in_part(&self, tail: &str) -> bool {
        let digits = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit());
        let mut before = "";
        for (at, word) in tail.match_indices(|c| c != ' ').filter_map(|(at, _)| {
            let starts = at == 0 || tail.as_bytes()[at - 1] == b' ';
            starts.then(|| (at, tail[at..].split(' ').next().unwrap_or_default()))
        }) {
            let rest = tail[at + word.len()..].trim_start();
            let of_something = self.counted.iter().any(|c| starts_with_words(rest, c));
            let number_of = self.numbered.contains(before);
            let fraction = word
                .split_once('/')
                .filter(|(a, b)| digits(a) && digits(b))
                .and_then(|(a, b)| Some((a.parse::<u32>().ok()?, b.parse::<u32>().ok()?)))
                .filter(|(_, b)| *b < 1000);
            match fraction {
                Some((a, b)) if of_something && a == b => {}
                // Less than the whole, unless it is said to be a day.
                Some((a, b)) if of_something || (a < b && !number_of) => return true,
                None if digits(word) && of_something && !number_of => return true,
                _ => {}
            }
            before = word;
        }
        false
    }

    /// An open task said at length; not if the same text also says that it is completed.
    fn opened(&self, key: &str, bare: &str) -> Option<StatusWord> {
        let (head, _, word) = self.opening.iter().find(|(t, marked, _)| {
            // Typed with its marks it is another word where they differ.
            let typed: String = key.chars().take(marked.chars().count()).collect();
            starts_with_words(bare, t) && (typed == *marked || typed.is_ascii())
        })?;
        let tail = bare[head.len()..].trim();
        let completed = self
            .completed
            .iter()
            .filter(|c| c.contains(' ') && c.starts_with("da "))
            .any(|c| has_words(tail, c))
            || tail.contains("100%");
        // Late is said of what is completed late too.
        let late = word.claims == Some(TypedClass::OpenLate)
            && self.completed.iter().any(|c| has_words(tail, c))
            && !self.not_yet.iter().any(|w| has_words(tail, w));
        // "Handed in and approved" waits no more.
        let ended = word.status == Status::Waiting
            && self.ended.iter().any(|w| has_words(tail, w))
            && !self.awaited.iter().any(|w| has_words(tail, w));
        (!completed && !late && !ended).then_some(*word)
    }

    /// One letter wrong in a long enough wording, and only one wording that near; never across a negation.
    fn mistyped(&self, bare: &str) -> Option<StatusWord> {
        if bare.len() < 6 || bare.len() > 60 {
            return None;
        }
        let mut found: Option<StatusWord> = None;
        for (known, word) in &self.bare {
            let near = known.len() >= 6 && known.len().abs_diff(bare.len()) <= 1;
            if !near || !one_edit(known, bare) || !self.is_slip(bare, known) {
                continue;
            }
            let word = (*word)?;
            if found.is_some_and(|f| f != word) {
                return None;
            }
            found = Some(word);
        }
        found
    }
}

impl StatusWords {
    /// Whether the one word that differs is no word of its own, and long enough to be recognised.
    fn is_slip(&self, typed: &str, known: &str) -> bool {
        let (a, b): (Vec<&str>, Vec<&str>) =
            (typed.split(' ').collect(), known.split(' ').collect());
        if a.len() != b.len() {
            // A blank more or less.
            return true;
        }
        a.iter()
            .zip(&b)
            .filter(|(x, y)| x != y)
            .all(|(x, y)| y.len() >= 4 && !self.known.contains(*x))
    }
}

impl Words {
    /// Reads a status; none when it is not certain what is meant.
    #[must_use]
    pub fn status(&self, text: &str) -> Option<StatusWord> {
        self.statuses.read(text)
    }
}

const fn plain(status: Status) -> StatusWord {
    StatusWord {
        status,
        claims: None,
    }
}

fn by_percent(n: f64) -> Option<Status> {
    if n == 0.0 {
        Some(Status::NotStarted)
    } else if n == 100.0 {
        Some(Status::Completed)
    } else if n > 0.0 && n < 100.0 {
        Some(Status::InProgress)
    } else {
        None
    }
}

fn percent_of(text: &str) -> Option<f64> {
    let shape = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    shape.then(|| text.replace(',', ".").parse().ok())?
}

/// Punctuation becomes spaces, except what belongs to numbers, dates and percentages.
fn punctuation_apart(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    let mut chars = key.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        let in_number = before.is_ascii_digit() && next.is_ascii_digit();
        let kept = c.is_alphanumeric()
            || c == '%'
            || (matches!(c, '.' | ',' | '/' | '-' | ':') && in_number)
            || matches!(c, '/' | '-') && !before.is_whitespace() && !next.is_whitespace();
        let c2 = if kept { c } else { ' ' };
        before = c;
        if c2 == '%' && out.ends_with(' ') && out.trim_end().ends_with(|d: char| d.is_ascii_digit())
        {
            out.pop();
        }
        if !(c2 == ' ' && (out.is_empty() || out.ends_with(' '))) {
            out.push(c2);
        }
    }
    out.trim_end().to_owned()
}

fn starts_with_words(text: &str, words: &str) -> bool {
    text.strip_prefix(words)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn has_words(text: &str, words: &str) -> bool {
    let mut from = 0;
    while let Some(at) = text[from..].find(words) {
        let (start, end) = (from + at, from + at + words.len());
        let open = start == 0 || text.as_bytes()[start - 1] == b' ';
        let close = end == text.len() || text.as_bytes()[end] == b' ';
        if open && close {
            return true;
        }
        from = end;
        if from >= text.len() || !text.is_char_boundary(from) {
            break;
        }
    }
    false
}

/// Whether two texts differ by one letter: put in, left out, replaced, or two neighbours exchanged.
pub(crate) fn one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 || a == b {
        return false;
    }
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (ra, rb) = (&a[head..], &b[head..]);
    let tail = ra
        .iter()
        .rev()
        .zip(rb.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (ra, rb) = (&ra[..ra.len() - tail], &rb[..rb.len() - tail]);
    match (ra, rb) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([x, y], [p, q]) => x == q && y == p,
        _ => false,
    }
}
