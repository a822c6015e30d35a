//! When two texts are the same to a reader: composition, case, spaces and tone placement aside.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::vn::fold;

/// The form in which texts are compared: the key of their words, punctuation aside.
#[must_use]
pub fn key(text: &str) -> String {
    let folded = fold::key(text);
    let mut out = String::with_capacity(folded.len());
    for word in folded.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
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
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let longest = a.len().max(b.len());
    let max = longest * 15 / 100;
    if a.len().abs_diff(b.len()) > max || max == 0 {
        return None;
    }
    let mut before: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut now = vec![i + 1; b.len() + 1];
        let mut least = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = before[j] + usize::from(x != y);
            now[j + 1] = change.min(before[j + 1] + 1).min(now[j] + 1);
            least = least.min(now[j + 1]);
        }
        if least > max {
            return None;
        }
        before = now;
    }
    before.last().copied().filter(|d| *d <= max)
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
