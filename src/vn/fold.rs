//! Keys under which texts that people take for the same are equal.

use std::borrow::Cow;
use std::sync::OnceLock;

use unicode_normalization::{IsNormalized, UnicodeNormalization, char as unicode, is_nfc_quick};

/// The five tone marks as combining characters: grave, acute, tilde, hook above, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// A text in Unicode normalisation form C.
#[must_use]
pub fn nfc(s: &str) -> String {
    nfc_cow(s).into_owned()
}

/// Whether a character stands in normalisation form C whatever is beside it: Latin with Vietnamese letters, and common signs.
const fn is_settled(c: char) -> bool {
    matches!(c, '\0'..='\u{2ff}' | '\u{1e00}'..='\u{1eff}' | '\u{2010}'..='\u{2070}')
}

pub(crate) fn nfc_cow(s: &str) -> Cow<'_, str> {
    if s.is_ascii() || s.chars().all(is_settled) || is_nfc_quick(s.chars()) == IsNormalized::Yes {
        Cow::Borrowed(s)
    } else {
        Cow::Owned(s.nfc().collect())
    }
}

/// The matching key: NFC, lower case, kinds of blanks folded and collapsed, dashes and quotes unified, one tone placement, one of i and y.
#[must_use]
pub fn key(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    if s.is_ascii() {
        fold_ascii(s, &mut out);
        fold_i_y_ascii(&mut out);
        return out;
    }
    let composed = nfc_cow(s);
    let mut chars: Vec<char> = Vec::with_capacity(s.len());
    for c in composed.chars() {
        match c {
            '!'..='~' => chars.push(c.to_ascii_lowercase()),
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => match lower(c) {
                Some(small) => chars.push(small),
                None => push_folded(c, &mut chars),
            },
            _ => push_folded(c, &mut chars),
        }
    }
    while chars.last() == Some(&' ') {
        chars.pop();
    }
    move_tones(&mut chars);
    fold_i_y(&mut chars);
    out.extend(chars);
    out
}

/// Whether a text has more letters and digits than `max`: its key has as many then, and is no word of so few.
#[must_use]
pub fn has_more_letters(s: &str, max: usize) -> bool {
    s.len() > max && s.chars().filter(|c| c.is_alphanumeric()).nth(max).is_some()
}

/// How many letters and digits a text has.
#[must_use]
pub fn letters(s: &str) -> usize {
    s.chars().filter(|c| c.is_alphanumeric()).count()
}

/// The small letter of a Latin one, where it is one character.
fn lower(c: char) -> Option<char> {
    static TABLE: OnceLock<Vec<Option<char>>> = OnceLock::new();
    const SECOND: usize = 0x250 - 0xc0;
    let table = TABLE.get_or_init(|| {
        let small = |n: u32| {
            let c = char::from_u32(n)?;
            let mut small = c.to_lowercase();
            small.next().filter(|_| small.next().is_none())
        };
        (0xc0..0x250).chain(0x1e00..0x1f00).map(small).collect()
    });
    let code = u32::from(c) as usize;
    let at = if code < 0x250 {
        code - 0xc0
    } else {
        code - 0x1e00 + SECOND
    };
    table.get(at).copied().flatten()
}

/// The key without any diacritics.
#[must_use]
pub fn bare(s: &str) -> String {
    strip(&key(s))
}

/// A key without its diacritics (the argument is a key already).
#[must_use]
pub fn strip(key: &str) -> String {
    if key.is_ascii() {
        return key.to_owned();
    }
    key.chars().map(|c| letter(c).bare).collect()
}

fn fold_ascii(s: &str, out: &mut String) {
    let mut blank = true;
    for b in s.bytes() {
        if b <= b' ' || b == 0x7f {
            if !blank {
                out.push(' ');
                blank = true;
            }
        } else {
            out.push(char::from(b.to_ascii_lowercase()));
            blank = false;
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
}

/// Whether a character is a blank or prints as one.
#[must_use]
pub fn is_blank_char(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether a character takes no room: zero-width blanks, joiners, direction marks, soft hyphen, byte-order mark.
#[must_use]
pub fn is_zero_width(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}

fn push_folded(c: char, out: &mut Vec<char>) {
    if is_blank_char(c) {
        if !out.is_empty() && out.last() != Some(&' ') {
            out.push(' ');
        }
        return;
    }
    if is_zero_width(c) {
        return;
    }
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{2500}' => {
            out.push('-')
        }
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{ab}' | '\u{bb}' => out.push('"'),
        '\u{2018}'..='\u{201b}' | '\u{2032}' => out.push('\''),
        '\u{2044}' | '\u{2215}' => out.push('/'),
        '\u{ff01}'..='\u{ff5e}' => {
            let narrow = char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c);
            out.push(narrow.to_ascii_lowercase());
        }
        '\u{2160}'..='\u{216b}' => out.extend(ROMAN[(u32::from(c) - 0x2160) as usize].chars()),
        '\u{2170}'..='\u{217b}' => out.extend(ROMAN[(u32::from(c) - 0x2170) as usize].chars()),
        _ if c.is_ascii() => out.push(c.to_ascii_lowercase()),
        _ => out.extend(c.to_lowercase()),
    }
}

/// Roman numerals as letters, for the one-character forms.
const ROMAN: [&str; 12] = [
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
];

/// Two open vowels carry the tone on the first: both habits, and the frequent misplacement after q, become one.
fn move_tones(chars: &mut [char]) {
    for i in 1..chars.len() {
        let second = letter(chars[i]);
        if second.tone == 0 {
            tone_on_second(chars, i);
            continue;
        }
        let pair = matches!(
            (chars[i - 1], second.plain),
            ('o', 'a' | 'e') | ('u', 'y' | 'a' | 'i') | ('i', 'a')
        );
        if !pair {
            continue;
        }
        let mark = TONES[usize::from(second.tone) - 1];
        if let Some(first) = unicode::compose(chars[i - 1], mark) {
            chars[i - 1] = first;
            chars[i] = second.plain;
        }
    }
}

/// Of a pair with a marked second vowel the tone stands on that one; typed on the first it is moved there.
fn tone_on_second(chars: &mut [char], i: usize) {
    let marked = matches!(chars[i], '\u{1a1}' | '\u{f4}' | '\u{ea}');
    if !marked {
        return;
    }
    let first = letter(chars[i - 1]);
    let glide = matches!(first.plain, '\u{1b0}' | 'u' | 'i' | 'y');
    if first.tone == 0 || !glide {
        return;
    }
    let mark = TONES[usize::from(first.tone) - 1];
    if let Some(second) = unicode::compose(chars[i], mark) {
        chars[i - 1] = first.plain;
        chars[i] = second;
    }
}

/// A closing y after one consonant, or after q and u, becomes i: the two spellings are one word.
fn fold_i_y(chars: &mut [char]) {
    for i in 1..chars.len() {
        let here = letter(chars[i]);
        if here.plain != 'y' || chars.get(i + 1).is_some_and(|c| c.is_alphabetic()) {
            continue;
        }
        let before = letter(chars[i - 1]).plain;
        let start = |at: usize| at == 0 || !chars[at - 1].is_alphabetic();
        let safe = (matches!(before, 'h' | 'k' | 'l' | 'm' | 's' | 't') && start(i - 1))
            || (before == 'u' && i >= 2 && chars[i - 2] == 'q' && start(i - 2));
        if !safe {
            continue;
        }
        chars[i] = match here.tone {
            0 => 'i',
            t => unicode::compose('i', TONES[usize::from(t) - 1]).unwrap_or('i'),
        };
    }
}

fn fold_i_y_ascii(key: &mut String) {
    if !key.contains('y') {
        return;
    }
    let mut chars: Vec<char> = key.chars().collect();
    fold_i_y(&mut chars);
    key.clear();
    key.extend(chars);
}

/// What a letter is made of.
#[derive(Clone, Copy)]
pub(crate) struct Letter {
    /// Without its tone.
    pub plain: char,
    /// 0 for none, else one more than the index into the five tones.
    pub tone: u8,
    /// Without any diacritic.
    pub bare: char,
}

pub(crate) fn letter(c: char) -> Letter {
    static TABLE: OnceLock<Vec<Letter>> = OnceLock::new();
    let code = u32::from(c) as usize;
    if !(0x80..0x1f00).contains(&code) {
        return Letter {
            plain: c,
            tone: 0,
            bare: c,
        };
    }
    TABLE.get_or_init(|| {
        (0..0x1f00_u32)
            .map(|n| {
                char::from_u32(n).map_or(
                    Letter {
                        plain: ' ',
                        tone: 0,
                        bare: ' ',
                    },
                    take_apart,
                )
            })
            .collect()
    })[code]
}

fn take_apart(c: char) -> Letter {
    let mut parts = Vec::new();
    unicode::decompose_canonical(c, |p| parts.push(p));
    let base = parts.first().copied().unwrap_or(c);
    let bare = match base {
        '\u{111}' => 'd',
        '\u{110}' => 'D',
        b => b,
    };
    let mut plain = base;
    let mut tone = 0;
    for &mark in parts.iter().skip(1) {
        if let Some(at) = TONES.iter().position(|&t| t == mark) {
            tone = u8::try_from(at + 1).unwrap_or(0);
        } else if let Some(joined) = unicode::compose(plain, mark) {
            plain = joined;
        }
    }
    Letter { plain, tone, bare }
}
