//! When two texts are the same to a reader: composition, case, spaces and tone placement aside.

use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::vn::fold;

/// The form in which texts are compared: the key of their words, punctuation aside.
#[must_use]
pub fn key(text: &str) -> String {
    let folded = fold::key(text);
    let mut out = String::with_capacity(folded.len());
    let mut apart = false;
    for c in folded.chars() {
        if !is_of_a_word(c) {
            apart = true;
            continue;
        }
        if std::mem::take(&mut apart) && !out.is_empty() {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// Whether a character belongs to a word; told at once for what Vietnamese is written with.
#[must_use]
pub fn is_of_a_word(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        '\u{c0}'..='\u{24f}' => !matches!(c, '\u{d7}' | '\u{f7}'),
        '\u{1e00}'..='\u{1eff}' => true,
        _ => c.is_alphanumeric() || is_combining_mark(c),
    }
}

/// Small ASCII letters, digits and hyphens: the code of a department that no roster names.
#[must_use]
pub fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.nfkd().flat_map(char::to_lowercase) {
        match c {
            '\u{111}' => out.push('d'),
            c if c.is_ascii_alphanumeric() => out.push(c),
            c if is_combining_mark(c) => {}
            _ if out.ends_with('-') || out.is_empty() => {}
            _ => out.push('-'),
        }
    }
    while out.ends_with('-') {
        out.pop();
    }
    out
}

/// A key with what tells quickly that another one is not like it.
#[derive(Clone, Debug)]
pub struct Likeness {
    letters: Vec<char>,
    /// How often each kind of letter stands in it.
    counts: [u8; KINDS],
}

/// Kinds of letters that are counted.
const KINDS: usize = 32;

impl Likeness {
    /// Of a key.
    #[must_use]
    pub fn new(key: &str) -> Self {
        let letters: Vec<char> = key.chars().collect();
        let mut counts = [0_u8; KINDS];
        for c in &letters {
            // Spread over the kinds, ASCII letters apart.
            let kind = (*c as usize) % KINDS;
            counts[kind] = counts[kind].saturating_add(1);
        }
        Self { letters, counts }
    }

    /// How many edits are at most a likeness: 15 % of the longer key.
    fn most(&self, other: &Self) -> usize {
        self.letters.len().max(other.letters.len()) * 15 / 100
    }

    /// Whether the letters alone do not rule out a likeness. Each edit changes at most two counts by one.
    #[must_use]
    pub fn may_be_like(&self, other: &Self) -> bool {
        let most = self.most(other);
        if self.letters.len().abs_diff(other.letters.len()) > most {
            return false;
        }
        let (mut more, mut less) = (0_usize, 0_usize);
        for (a, b) in self.counts.iter().zip(&other.counts) {
            more += usize::from(a.saturating_sub(*b));
            less += usize::from(b.saturating_sub(*a));
        }
        more.max(less) <= most
    }

    /// The edit distance of two keys, when it is at most 15 % of the longer one.
    #[must_use]
    pub fn distance_within(&self, other: &Self) -> Option<usize> {
        if self.letters == other.letters {
            return Some(0);
        }
        let max = self.most(other);
        if max == 0 || !self.may_be_like(other) {
            return None;
        }
        banded(&self.letters, &other.letters, max)
    }
}

/// The matched content of a known task; its letters are counted only when another text is compared with it.
pub struct Content {
    /// The key that is compared.
    pub key: String,
    likeness: OnceLock<Likeness>,
}

impl Content {
    /// Of a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            key: key(text),
            likeness: OnceLock::new(),
        }
    }

    /// What tells quickly that another one is not like it.
    pub fn likeness(&self) -> &Likeness {
        self.likeness.get_or_init(|| Likeness::new(&self.key))
    }

    /// Whether a matched content is the same within the tolerance.
    #[must_use]
    pub fn is_like(&self, content: &str) -> bool {
        self.key == content
            || self
                .likeness()
                .distance_within(&Likeness::new(content))
                .is_some()
    }
}

/// The edit distance, when it is at most `max`; only cells within `max` of the diagonal can matter.
fn banded(a: &[char], b: &[char], max: usize) -> Option<usize> {
    let far = max + 1;
    let mut before: Vec<usize> = (0..=b.len()).map(|j| j.min(far)).collect();
    let mut now = vec![far; b.len() + 1];
    for (i, x) in a.iter().enumerate() {
        let (from, to) = ((i + 1).saturating_sub(max), (i + 1 + max).min(b.len()));
        now.fill(far);
        let mut least = far;
        if from == 0 {
            now[0] = (i + 1).min(far);
            least = now[0];
        }
        for j in from.max(1)..=to {
            let change = before[j - 1] + usize::from(*x != b[j - 1]);
            now[j] = change.min(before[j] + 1).min(now[j - 1] + 1).min(far);
            least = least.min(now[j]);
        }
        if least > max {
            return None;
        }
        std::mem::swap(&mut before, &mut now);
    }
    before.last().copied().filter(|d| *d <= max)
}

/// Whether two keys differ in at most 15 % of the longer one.
#[must_use]
pub fn alike(a: &str, b: &str) -> bool {
    distance_within(a, b).is_some()
}

/// The edit distance of two keys, when it is at most 15 % of the longer one.
#[must_use]
pub fn distance_within(a: &str, b: &str) -> Option<usize> {
    if a == b {
        return Some(0);
    }
    Likeness::new(a).distance_within(&Likeness::new(b))
}

/// The number of an official document in a text (`15/QD-UBND`): digits, a slash, capital letters with a hyphen or further slashes.
#[must_use]
pub fn document_number(text: &str) -> Option<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"'))
        .map(|word| word.trim_end_matches(['.', ':']))
        .find(|word| {
            let Some((number, rest)) = word.split_once('/') else {
                return false;
            };
            !number.is_empty()
                && number.chars().all(|c| c.is_ascii_digit())
                && rest.contains('-')
                && rest.chars().any(char::is_uppercase)
        })
        .map(str::to_owned)
}
