//! Names of bodies: their matching form, the short forms people make of them, and how texts of several names are split.

use super::words::UnitWords;
use crate::vn::fold::{bare, is_blank_char};

/// The matching form of a name without diacritics: prefixes and short forms written out, posts at the head of a unit left out.
pub(super) fn canon(plain: &str, words: &UnitWords) -> String {
    let mut spaced = String::with_capacity(plain.len() + 8);
    for c in plain.chars() {
        match c {
            '.' | ',' | '&' | '(' | ')' | '/' | ':' => spaced.push(' '),
            '-' => spaced.push('-'),
            c => spaced.push(c),
        }
    }
    let mut out: Vec<String> = Vec::new();
    for (n, word) in spaced
        .split(' ')
        .filter(|w| !w.is_empty() && *w != "-")
        .enumerate()
    {
        let long =
            if n == 0 { words.prefix.get(word) } else { None }.or_else(|| words.short.get(word));
        match long {
            Some(long) => out.push(long.clone()),
            None => out.push(word.to_owned()),
        }
    }
    out.join(" ")
}

/// A matching form without blanks, hyphens and the word "and".
pub(super) fn squeeze(canonical: &str) -> String {
    canonical
        .split([' ', '-', '.', '&', ',', '/'])
        .filter(|w| !w.is_empty() && *w != "va")
        .collect()
}

/// Short forms people make of a name: initials behind the kind of body, with and without the kind.
pub(super) fn short_forms(name: &str, words: &UnitWords) -> Vec<String> {
    let canonical = canon(&bare(name), words).replace('-', " ");
    let list: Vec<&str> = canonical
        .split(' ')
        .filter(|w| !w.is_empty() && *w != "va")
        .collect();
    let kinds: Vec<Vec<&str>> = words
        .prefix
        .values()
        .map(|v| v.split(' ').collect())
        .collect();
    let Some(kind) = kinds
        .iter()
        .filter(|k| list.starts_with(k))
        .max_by_key(|k| k.len())
    else {
        return Vec::new();
    };
    let tail = &list[kind.len()..];
    if tail.len() < 2 {
        return Vec::new();
    }
    let initials =
        |list: &[&str]| -> String { list.iter().filter_map(|w| w.chars().next()).collect() };
    let kind_name: String = kind.concat();
    let kind_initials = initials(kind);
    let mut forms = Vec::new();
    let mut tails = vec![tail];
    // The word for managing is left out of short forms as often as not.
    let managing: Vec<&str> = words
        .short
        .get("ql")
        .map(|w| w.split(' ').collect())
        .unwrap_or_default();
    if !managing.is_empty() && tail.starts_with(&managing) && tail.len() > managing.len() + 1 {
        tails.push(&tail[managing.len()..]);
    }
    for tail in tails {
        let short = initials(tail);
        // The word for managing in full before initials.
        if tail.starts_with(&managing) && tail.len() > managing.len() {
            let rest = initials(&tail[managing.len()..]);
            forms.push(format!("{kind_name}{}{rest}", managing.concat()));
        }
        forms.push(format!("{kind_name}{short}"));
        forms.push(format!("{kind_initials}{short}"));
        if short.len() >= 3 {
            forms.push(short);
        }
        forms.push(format!("{kind_name}{}", tail.concat()));
    }
    forms
}

pub(super) fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| !c.is_alphanumeric()))
}

pub(super) fn holds_word(text: &str, word: &str) -> bool {
    let mut from = 0;
    while let Some(at) = text[from..].find(word) {
        let start = from + at;
        let end = start + word.len();
        let before = text[..start]
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_alphanumeric());
        let after = text[end..]
            .chars()
            .next()
            .is_none_or(|c| !c.is_alphanumeric());
        if before && after {
            return true;
        }
        from = end;
    }
    false
}

/// Sides of a text around the word "and".
pub(super) fn split_and(piece: &str) -> Vec<String> {
    let mut sides = vec![String::new()];
    for word in piece.split(is_blank_char).filter(|w| !w.is_empty()) {
        if bare(word) == "va" && word.chars().count() == 2 {
            sides.push(String::new());
        } else if let Some(side) = sides.last_mut() {
            if !side.is_empty() {
                side.push(' ');
            }
            side.push_str(word);
        }
    }
    sides.retain(|s| !s.is_empty());
    sides
}

pub(super) fn split_at(piece: &str, mark: char) -> Vec<String> {
    piece
        .split(mark)
        .map(|s| s.trim().to_owned())
        .filter(|s| !s.is_empty())
        .collect()
}

/// What is left of a name without the role, the post or the board's own name around it, shorter and shorter.
pub(super) fn shorter_forms(canonical: &str, words: &UnitWords) -> Vec<String> {
    let mut forms = Vec::new();
    let mut rest = canonical;
    for _ in 0..4 {
        let before = words.role_before.iter().chain(&words.post).find_map(|w| {
            let rest = rest.strip_prefix(w.as_str())?.strip_prefix(' ')?;
            (!rest.is_empty()).then_some(rest)
        });
        let behind = || {
            words.role_behind.iter().chain(&words.own).find_map(|w| {
                let rest = rest.strip_suffix(w.as_str())?.strip_suffix(' ')?;
                (!rest.is_empty()).then_some(rest)
            })
        };
        let Some(shorter) = before.or_else(behind) else {
            break;
        };
        rest = shorter.trim_matches([' ', '-']);
        forms.push(rest.to_owned());
    }
    forms
}

/// Whether a text only says that all of the board's bodies are meant.
pub(super) fn means_everyone(canonical: &str, words: &UnitWords) -> bool {
    words.everyone_any.iter().any(|w| holds_word(canonical, w))
        && canonical
            .split([' ', '-'])
            .filter(|w| !w.is_empty())
            .all(|w| words.everyone_words.contains(w))
}
