//! Numerals of groups and titles without them.

use super::words::AnnexWords;
use crate::vn::fold::{key, strip};

/// Whether a lower-case word is a Roman numeral.
pub(super) fn is_roman(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    !word.is_empty()
        && word.len() <= 7
        && word
            .bytes()
            .all(|b| matches!(b, b'i' | b'v' | b'x' | b'l' | b'c'))
}

/// A lower-case Roman numeral of one to twelve.
pub(super) fn roman(word: &str) -> Option<u32> {
    const NUMERALS: [&str; 12] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
    ];
    let at = NUMERALS.iter().position(|n| *n == word)?;
    u32::try_from(at + 1).ok()
}

/// Whether a title begins with a Roman numeral or a capital letter and a mark (`II.`, `A)`, `III -`), or with a word for group and one.
pub(super) fn begins_with_group_numeral(text: &str, words: &AnnexWords) -> bool {
    split_numeral(text, words).is_some()
}

/// Splits the numeral of a group off its title.
pub(super) fn split_numeral<'t>(text: &'t str, words: &AnnexWords) -> Option<&'t str> {
    let trimmed = text.trim_start_matches('*').trim_start();
    let end = trimmed.find(|c: char| !c.is_alphanumeric())?;
    let token = &trimmed[..end];
    let rest = trimmed[end..].trim_start();
    let mark = rest.starts_with(['.', ')', ':', '-', '–', '/']);
    let letter = token.chars().count() == 1 && token.chars().all(char::is_uppercase);
    let roman = is_roman(&token.to_lowercase()) && token.chars().all(char::is_uppercase);
    if (letter || roman) && mark {
        let rest = rest.trim_start_matches(|c: char| {
            matches!(c, '.' | ')' | ':' | '-' | '–' | '/' | '*' | ' ')
        });
        return (!rest.is_empty()).then_some(rest);
    }
    let plain = strip(&key(trimmed));
    for word in &words.group_word {
        if let Some(behind) = plain.strip_prefix(word.as_str())
            && let Some(behind) = behind.strip_prefix(' ')
        {
            let numeral = behind
                .split([' ', '.', ':', ')', '-'])
                .next()
                .unwrap_or_default();
            if !numeral.is_empty()
                && (is_roman(numeral) || numeral.bytes().all(|b| b.is_ascii_digit()))
            {
                let at = trimmed.find([':', '.', '-', '–'])?;
                let rest = trimmed[at..].trim_start_matches(['.', ')', ':', '-', '–', ' ']);
                return (!rest.is_empty()).then_some(rest);
            }
        }
    }
    None
}

/// A group's title without its numeral.
pub(super) fn title_of(text: &str, words: &AnnexWords) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let bare = one_line.trim_matches('*').trim();
    split_numeral(bare, words)
        .unwrap_or(bare)
        .trim_end_matches(':')
        .trim()
        .to_owned()
}
