//! Letters that look alike: other scripts, l for I in Roman numerals, O for 0 in numbers.

use std::borrow::Cow;

use super::fold;
use super::vocabulary::Words;

/// Replaces look-alikes by what is meant; the flag tells whether anything was replaced.
#[must_use]
pub fn mend(s: &str) -> (String, bool) {
    match mend_cow(s).0 {
        Cow::Borrowed(_) => (s.to_owned(), false),
        Cow::Owned(mended) => (mended, true),
    }
}

/// Like [`mend`]; the flag tells whether a number or numeral was touched, so that its value rests on the mending.
pub(crate) fn mend_cow(s: &str) -> (Cow<'_, str>, bool) {
    let letters = |b: u8| matches!(b, b'I' | b'V' | b'X');
    let glued = |w: &[u8]| w[0] == b'1' && letters(w[1]) || w[1] == b'1' && letters(w[0]);
    let suspicious = !s.is_ascii()
        || s.bytes().any(|b| matches!(b, b'l' | b'O' | b'o'))
        || s.as_bytes().windows(2).any(glued);
    if !suspicious {
        return (Cow::Borrowed(s), false);
    }
    let words = Words::embedded();
    let mut out = String::new();
    let mut changed = false;
    let mut numeral = false;
    let mut before = "";
    let mut copied = 0;
    for (start, word) in runs(s) {
        out.push_str(&s[copied..start]);
        copied = start + word.len();
        let near = [s[..start].bytes().last(), s[copied..].bytes().next()];
        let in_date = near
            .iter()
            .flatten()
            .any(|b| matches!(b, b'/' | b'-' | b'.'));
        match mend_run(word, before, in_date, words) {
            Some((mended, in_number)) => {
                changed = true;
                numeral |= in_number;
                out.push_str(&mended);
            }
            None => out.push_str(word),
        }
        before = word;
    }
    if !changed {
        return (Cow::Borrowed(s), false);
    }
    out.push_str(&s[copied..]);
    (Cow::Owned(out), numeral)
}

/// Runs of letters and digits with the separators of dates and numbers between them.
fn runs(s: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + s[rest..].find(char::is_alphanumeric)?;
        let len = s[start..]
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(s.len() - start);
        rest = start + len;
        Some((start, &s[start..rest]))
    })
}

fn mend_run(word: &str, before: &str, in_date: bool, words: &Words) -> Option<(String, bool)> {
    // Nearly every word has no letter with a twin at all.
    let latin = if !word.chars().any(|c| words.has_twin(c)) {
        None
    } else {
        other_script(word, words)
    };
    let base = latin.as_deref().unwrap_or(word);
    let mended = numeral(base, before, words).or_else(|| digits(base, in_date));
    let is_number = |w: &str| {
        w.bytes()
            .all(|b| matches!(b, b'I' | b'V' | b'X' | b'i' | b'v' | b'x' | b'0'..=b'9'))
    };
    match (mended, latin) {
        (Some(m), _) => Some((m, true)),
        (None, Some(l)) => {
            let in_number = is_number(&l);
            Some((l, in_number))
        }
        (None, None) => None,
    }
}

/// A word whose foreign letters all have a Latin twin.
fn other_script(word: &str, words: &Words) -> Option<String> {
    let mut any = false;
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if let Some(&twin) = words.look_alikes.get(&c) {
            any = true;
            out.push(twin);
        } else if matches!(u32::from(c), 0x370..=0x52f) {
            return None;
        } else {
            out.push(c);
        }
    }
    any.then_some(out)
}

/// `lI`, `IlI`, `Vl`; `ll` and `1I` only behind a word that numerals follow.
fn numeral(word: &str, before: &str, words: &Words) -> Option<String> {
    let strange = word.contains(['l', '1']) && !word.bytes().all(|b| b == b'1');
    let shape = word.len() <= 5
        && strange
        && word
            .bytes()
            .all(|b| matches!(b, b'l' | b'1' | b'I' | b'V' | b'X'));
    if !shape {
        return None;
    }
    let sure = !word.contains('1') && word.bytes().any(|b| b != b'l');
    let behind = || words.before_numeral.contains(&fold::bare(before));
    (sure || behind()).then(|| word.replace(['l', '1'], "I"))
}

/// `2O26`, `3O/6`, `O6/2026`, `20l6`: digits with O for 0 and l for 1; never a quantity such as `100l` or `O2`.
fn digits(word: &str, in_date: bool) -> Option<String> {
    let bytes = word.as_bytes();
    let is_stray = |b: &u8| matches!(b, b'O' | b'o' | b'l');
    let shape = bytes.len() <= 8
        && bytes.iter().any(is_stray)
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes.iter().all(|b| b.is_ascii_digit() || is_stray(b));
    let inside = bytes.len() >= 4
        && bytes.first().is_some_and(u8::is_ascii_digit)
        && bytes.last().is_some_and(u8::is_ascii_digit);
    (shape && (in_date || inside)).then(|| word.replace(['O', 'o'], "0").replace('l', "1"))
}
