//! Periods of indicators and reports, in words and in the short notation; years of a title.

use super::deadline::{self, token::Token, token::TokenKind, token::Word};
use super::fold;
use super::vocabulary::Words;
use crate::domain::indicator::{PeriodKey, PeriodPart};

impl Words {
    /// Reads a period: `2026-Q1` and its like, and in words quarters, six or nine months, months, years; none without its year.
    #[must_use]
    pub fn period(&self, text: &str) -> Option<PeriodKey> {
        if text.len() > 120 {
            return None;
        }
        let key = fold::key(text);
        short(&key).or_else(|| deadline::named_period(&key, self))
    }

    /// The years that a title names, in order; not those of document numbers and of the days documents were signed.
    #[must_use]
    pub fn years(&self, text: &str) -> Vec<i16> {
        let tokens = deadline::tokens(&fold::key(text), self);
        let mut years: Vec<i16> = (0..tokens.len())
            .filter_map(|at| match tokens[at].kind {
                TokenKind::Num(y, 4) if (1990..=2100).contains(&y) && !of_document(&tokens, at) => {
                    i16::try_from(y).ok()
                }
                _ => None,
            })
            .collect();
        years.sort_unstable();
        years.dedup();
        years
    }
}

/// `2026-q1`, `q1/2026`, `6t-2026`, `2026n`: a year and a short part, in either order.
fn short(key: &str) -> Option<PeriodKey> {
    let packed: String = key
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '/' | '.' | '_'))
        .collect();
    if !packed.is_ascii() || packed.len() < 5 || packed.len() > 8 {
        return None;
    }
    let is_year = |y: &str| y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit());
    let (head, tail) = packed.split_at(4);
    let (last, end) = packed.split_at(packed.len() - 4);
    let (year, part) = if is_year(head) && part(tail).is_some() {
        (head, part(tail)?)
    } else if is_year(end) {
        (end, part(last)?)
    } else {
        return None;
    };
    let year = year.parse().ok().filter(|y| (1990..=2100).contains(y))?;
    Some(PeriodKey { year, part })
}

fn part(word: &str) -> Option<PeriodPart> {
    Some(match word {
        "q1" | "qi" => PeriodPart::Quarter(1),
        "q2" | "qii" => PeriodPart::Quarter(2),
        "q3" | "qiii" => PeriodPart::Quarter(3),
        "q4" | "qiv" => PeriodPart::Quarter(4),
        "6t" | "6t1" => PeriodPart::HalfOne,
        "6t2" => PeriodPart::HalfTwo,
        "9t" => PeriodPart::NineMonths,
        "n" | "cn" => PeriodPart::Year,
        _ => return None,
    })
}

/// Whether a year belongs to a document: behind a number word, before its letters, or in the day it was signed.
fn of_document(tokens: &[Token], at: usize) -> bool {
    let kind = |back: usize| at.checked_sub(back).map(|i| tokens[i].kind);
    let separator = |k: Option<TokenKind>| {
        matches!(k, Some(TokenKind::Slash | TokenKind::Dash | TokenKind::Dot))
    };
    let number = |k: Option<TokenKind>| matches!(k, Some(TokenKind::Num(_, 1 | 2)));
    if kind(1) == Some(TokenKind::Word(Word::Refer)) {
        return true;
    }
    let ahead = |n: usize| tokens.get(at + n).map(|t| t.kind);
    if ahead(1) == Some(TokenKind::Slash) && ahead(2) == Some(TokenKind::Junk) {
        return true;
    }
    if separator(kind(1)) && number(kind(2)) && separator(kind(3)) && number(kind(4)) {
        return true;
    }
    let mut back = 1;
    if kind(back) == Some(TokenKind::Word(Word::Year)) || separator(kind(back)) {
        back += 1;
    }
    if number(kind(back)) {
        back += 1;
    }
    if kind(back) != Some(TokenKind::Word(Word::Month)) {
        return false;
    }
    back += 1;
    if number(kind(back)) {
        back += 1;
    }
    kind(back) == Some(TokenKind::Word(Word::Day))
}
