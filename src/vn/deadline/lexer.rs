//! Folded text → tokens.

use super::token::{Lexicon, TextWord, Token, TokenKind, Word};
use crate::vn::syllable::Syllables;

/// The tokens of a text, and whether a letter had to be mended.
pub(super) struct Lexed {
    pub tokens: Vec<Token>,
    pub typo: bool,
}

/// Splits a key and its bare twin into tokens.
pub(super) fn lex(key: &str, bare: &str, lexicon: &Lexicon, syllables: &Syllables) -> Lexed {
    if let Some(word) = lexicon.signed(key) {
        let token = Token {
            kind: named(word),
            spaced: false,
        };
        return Lexed {
            tokens: vec![token],
            typo: false,
        };
    }
    let pieces = pieces(key, bare);
    let mut out = Lexed {
        tokens: Vec::with_capacity(pieces.len()),
        typo: false,
    };
    let words: Vec<TextWord<'_>> = pieces.iter().map(|p| p.word).collect();
    let mut at = 0;
    while at < pieces.len() {
        let piece = &pieces[at];
        let kind = match piece.class {
            Class::Mark(kind) => {
                at += 1;
                if let Some(kind) = kind {
                    out.tokens.push(Token {
                        kind,
                        spaced: piece.spaced,
                    });
                }
                continue;
            }
            Class::Digits => {
                at += 1;
                number(piece.word.bare)
            }
            Class::Letters => {
                let run = phrase_end(&pieces, at);
                let behind = at > 0 && !piece.spaced && pieces[at - 1].class == Class::Digits;
                let (kind, len) = letters(
                    &words[at..run],
                    (behind, pieces.get(at + 1)),
                    (lexicon, syllables),
                    &mut out.typo,
                );
                at += len;
                if let (TokenKind::Junk, Some(numeral)) = (kind, glued_quarter(piece.word.bare)) {
                    let quarter = TokenKind::Word(Word::Quarter);
                    out.tokens.push(Token {
                        kind: quarter,
                        spaced: piece.spaced,
                    });
                    TokenKind::Roman(numeral)
                } else {
                    kind
                }
            }
        };
        out.tokens.push(Token {
            kind,
            spaced: piece.spaced,
        });
    }
    out
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Letters,
    Digits,
    /// Punctuation; none for signs that say nothing.
    Mark(Option<TokenKind>),
}

struct Piece<'a> {
    word: TextWord<'a>,
    class: Class,
    spaced: bool,
}

/// Runs of letters, runs of digits, single signs; the two strings have the same characters in the same places.
fn pieces<'a>(key: &'a str, bare: &'a str) -> Vec<Piece<'a>> {
    let mut out = Vec::with_capacity(12);
    let mut keys = key.char_indices().peekable();
    let mut bares = bare.char_indices().peekable();
    let mut spaced = false;
    while let (Some((k0, c)), Some((b0, _))) = (keys.next(), bares.next()) {
        if c == ' ' {
            spaced = true;
            continue;
        }
        let arrow = c == '>' && (key[..k0].ends_with(['-', '=']));
        let class = match c {
            '>' if arrow => Class::Mark(None),
            // "2026+": what is behind the plus is not said
            '+' if k0 > 0 && keys.peek().is_none() => Class::Mark(Some(TokenKind::Junk)),
            _ => class(c),
        };
        if !matches!(class, Class::Mark(_)) {
            while keys.peek().is_some_and(|&(_, n)| self::class(n) == class) {
                keys.next();
                bares.next();
            }
        }
        let k1 = keys.peek().map_or(key.len(), |&(at, _)| at);
        let b1 = bares.peek().map_or(bare.len(), |&(at, _)| at);
        out.push(Piece {
            word: TextWord {
                key: &key[k0..k1],
                bare: &bare[b0..b1],
            },
            class,
            spaced,
        });
        spaced = false;
    }
    out
}

fn class(c: char) -> Class {
    match c {
        '0'..='9' => Class::Digits,
        '/' | '\\' => Class::Mark(Some(TokenKind::Slash)),
        '-' | '\u{f7}' | '~' | '\u{2192}' => Class::Mark(Some(TokenKind::Dash)),
        '.' => Class::Mark(Some(TokenKind::Dot)),
        ',' | ';' | '+' | '&' => Class::Mark(Some(TokenKind::Comma)),
        ':' => Class::Mark(Some(TokenKind::Colon)),
        '(' | '[' => Class::Mark(Some(TokenKind::Open)),
        ')' | ']' => Class::Mark(Some(TokenKind::Close)),
        '"' | '\'' | '*' | '\u{2022}' | '_' | '!' | '\u{2026}' => Class::Mark(None),
        _ if c.is_alphanumeric() => Class::Letters,
        _ => Class::Mark(Some(TokenKind::Junk)),
    }
}

fn number(digits: &str) -> TokenKind {
    let len = u8::try_from(digits.len()).unwrap_or(u8::MAX);
    digits
        .parse()
        .map_or(TokenKind::Junk, |n| TokenKind::Num(n, len))
}

/// One past the last piece that a wording starting here may reach: words and numbers with blanks between them only.
fn phrase_end(pieces: &[Piece<'_>], at: usize) -> usize {
    let mut end = at + 1;
    while end < pieces.len()
        && end < at + 6
        && pieces[end].spaced
        && !matches!(pieces[end].class, Class::Mark(_))
    {
        end += 1;
    }
    end
}

fn letters(
    words: &[TextWord<'_>],
    (behind_number, next): (bool, Option<&Piece<'_>>),
    (lexicon, syllables): (&Lexicon, &Syllables),
    typo: &mut bool,
) -> (TokenKind, usize) {
    let first = words[0];
    let before_number = next.is_some_and(|n| match n.class {
        Class::Digits => true,
        Class::Mark(Some(TokenKind::Dot)) => !n.spaced,
        Class::Letters => roman(n.word.bare).is_some(),
        Class::Mark(_) => false,
    });
    if let Some(found) = lexicon.find(words, syllables) {
        let short = matches!(
            found.word,
            Word::ShortMonth | Word::ShortQuarter | Word::ShortYear
        );
        // T12 is December, 6T the first six months.
        if !short || before_number || (behind_number && found.word == Word::ShortMonth) {
            // A mended word that is a Roman numeral as it stands is the numeral.
            if !(found.typo && roman(first.bare).is_some()) {
                *typo |= found.typo;
                return (named(found.word), found.len);
            }
        }
    }
    match roman(first.bare) {
        Some(n) => (TokenKind::Roman(n), 1),
        None => (TokenKind::Junk, 1),
    }
}

fn named(word: Word) -> TokenKind {
    match word {
        Word::ShortMonth => TokenKind::Word(Word::Month),
        Word::ShortQuarter => TokenKind::Word(Word::Quarter),
        Word::ShortYear => TokenKind::Word(Word::Year),
        Word::Number(n) => TokenKind::Num(u32::from(n), 1),
        other => TokenKind::Word(other),
    }
}

/// `qii`: the short word for quarter with its numeral in one run of letters.
fn glued_quarter(bare: &str) -> Option<u8> {
    let short = bare.strip_prefix('q').and_then(roman);
    short.or_else(|| bare.strip_prefix("quy").and_then(roman))
}

/// A Roman numeral of one to twelve, also `iiii`.
pub(super) fn roman(word: &str) -> Option<u8> {
    const NUMERALS: [&str; 12] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
    ];
    let at = NUMERALS.iter().position(|n| *n == word)?;
    u8::try_from(at + 1).ok()
}
