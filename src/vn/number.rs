//! Numbers and percentages as Vietnamese offices type them: decimal comma, thousands by dots.

use super::fold;
use super::vocabulary::Words;
use crate::domain::grid::{Shown, Value};

/// A progress cell as read.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Percent {
    /// Percent (80 % is 80.0); none when the cell is blank or holds no number.
    pub value: Option<f64>,
    /// The number was typed as text (T32).
    pub text_number: bool,
    /// A plain number of 0 < x <= 1: a fraction or a small percentage, for the column to decide (T17).
    pub scale_unclear: bool,
    /// Nothing is said.
    pub blank: bool,
}

impl Words {
    /// Reads a number by Vietnamese rules, with a known unit behind it or none.
    #[must_use]
    pub fn number(&self, text: &str) -> Option<f64> {
        let key = fold::key(text);
        plain_number(&key).or_else(|| {
            let (head, tail) = key.split_at(key.find(|c: char| c.is_alphabetic())?);
            let tail = fold::strip(tail);
            self.units
                .contains(tail.trim_matches(|c: char| c == '.' || c == ' '))
                .then(|| plain_number(head.trim()))?
        })
    }

    /// Reads a percentage: by number format, by its sign, or plain.
    #[must_use]
    pub fn percent(&self, value: &Value, shown: Shown) -> Percent {
        match value {
            Value::Number(n) => number_percent(*n, shown),
            Value::Text(text) => self.text_percent(text),
            Value::Bool(_) | Value::Date { .. } | Value::Error(_) | Value::Uncalculated => {
                Percent::default()
            }
        }
    }

    fn text_percent(&self, text: &str) -> Percent {
        if self.is_blank(text) {
            return Percent {
                blank: true,
                ..Percent::default()
            };
        }
        let key = fold::key(text);
        let (body, sign) = match key.strip_suffix('%') {
            Some(body) => (body.trim_end(), true),
            None => (key.as_str(), false),
        };
        let value = plain_number(body);
        Percent {
            value,
            text_number: value.is_some(),
            scale_unclear: !sign && value.is_some_and(|v| v > 0.0 && v <= 1.0),
            blank: false,
        }
    }
}

fn number_percent(n: f64, shown: Shown) -> Percent {
    if !n.is_finite() || matches!(shown, Shown::Day | Shown::Month | Shown::Year | Shown::Time) {
        return Percent::default();
    }
    if shown == Shown::Percent {
        // 0.285 × 100 must print as 28.5: the product is rounded to nine decimals.
        let value = (n * 100.0 * 1e9).round() / 1e9;
        return Percent {
            value: Some(if value.is_finite() { value } else { n }),
            ..Percent::default()
        };
    }
    Percent {
        value: Some(n),
        scale_unclear: n > 0.0 && n <= 1.0,
        ..Percent::default()
    }
}

/// Reads digits with Vietnamese separators; `key` is folded already.
fn plain_number(key: &str) -> Option<f64> {
    let (sign, digits) = match key.as_bytes().first()? {
        b'-' => (-1.0, &key[1..]),
        b'+' => (1.0, &key[1..]),
        _ => (1.0, key),
    };
    let digits = digits.trim();
    let valid = digits.len() <= 40
        && digits
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b' '))
        && digits.as_bytes().first()?.is_ascii_digit()
        && digits.as_bytes().last()?.is_ascii_digit();
    if !valid {
        return None;
    }
    let (whole, part) = split_decimals(digits)?;
    let whole = join_groups(whole)?;
    let text = if part.is_empty() {
        whole
    } else {
        format!("{whole}.{part}")
    };
    let n: f64 = text.parse().ok()?;
    n.is_finite().then_some(sign * n)
}

/// Splits at the decimal separator: the last one of two kinds; a comma; a dot that does not group thousands.
fn split_decimals(digits: &str) -> Option<(&str, &str)> {
    let comma = digits.rfind(',');
    let dot = digits.rfind('.');
    let at = match (comma, dot) {
        (None, None) => None,
        (Some(c), Some(d)) => {
            let later = c.max(d);
            let separator = digits.as_bytes()[later];
            // The decimal separator stands once, after all of the other kind.
            if digits.bytes().filter(|&b| b == separator).count() > 1 {
                return None;
            }
            Some(later)
        }
        (Some(c), None) if digits.matches(',').count() == 1 => Some(c),
        (Some(_), None) => None,
        (None, Some(d)) => {
            let single = digits.matches('.').count() == 1;
            let groups = digits.len() - d - 1 == 3 && !digits.starts_with('0') && d <= 3;
            (single && !groups).then_some(d)
        }
    };
    match at {
        None => Some((digits, "")),
        Some(at) => {
            let part = &digits[at + 1..];
            part.bytes()
                .all(|b| b.is_ascii_digit())
                .then_some((&digits[..at], part))
        }
    }
}

/// Joins `1.250.000` or `1 250 000`; every group after the first has three digits.
fn join_groups(whole: &str) -> Option<String> {
    let groups: Vec<&str> = whole.split(['.', ',', ' ']).collect();
    if groups.len() == 1 {
        return Some(whole.to_owned());
    }
    let first = groups[0].len();
    let fits = (1..=3).contains(&first) && groups[1..].iter().all(|g| g.len() == 3);
    fits.then(|| groups.concat())
}
