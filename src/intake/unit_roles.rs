//! A lead cell that names its helpers too: who leads is told from who helps.

use super::units::Matcher;
use crate::domain::roster::{UnitRef, Units};
use crate::vn::fold::bare;

/// A word of a cell, or a sign between words.
#[derive(Clone, Copy, PartialEq)]
enum Piece<'t> {
    Word(&'t str),
    /// A sign that ends what is said of one body.
    Stop,
    /// Any other sign.
    Sign,
}

impl Matcher<'_> {
    /// Reads a lead cell: bodies that only help (`X leads, together with Y`) lead nothing.
    ///
    /// Where the roles are not certain the cell is read as it stands, so that its lead is asked for.
    #[must_use]
    pub fn read_leads(&self, text: &str) -> Units {
        let read = self.read(text);
        let known = |units: &Units| {
            !units.bodies.is_empty() && units.bodies.iter().all(|u| !matches!(u, UnitRef::Other(_)))
        };
        if read.bodies.len() == 1 && known(&read) {
            return read;
        }
        let Some(lead) = self.without_helpers(text) else {
            return read;
        };
        let leads = self.read(&lead);
        if known(&leads) { leads } else { read }
    }

    /// A cell without the bodies that help; none where nobody is said to help, or nobody else is left.
    fn without_helpers(&self, text: &str) -> Option<String> {
        let pieces = pieces(text);
        let (at, len) = self.help_at(&pieces, 0)?;
        let behind = pieces.get(at + len).map(|p| p.1);
        let introduces = matches!(behind, Some(Piece::Word(_)))
            || behind == Some(Piece::Sign) && !text[pieces[at + len].0..].starts_with(')');
        let start = |n: usize| pieces.get(n).map_or(text.len(), |p| p.0);
        let mut lead = String::new();
        if introduces {
            // "X leads, together with Y": what stands before it leads.
            lead.push_str(&text[..start(at)]);
            if self.lead_at(&pieces, at + len).is_some()
                || self.help_at(&pieces, at + len).is_some()
            {
                return None;
            }
        } else {
            // "X leads, Y together with it": from the stop before it on.
            let last = self.help_at(&pieces, at + len);
            if last.is_some_and(|(n, len)| matches!(pieces.get(n + len), Some((_, Piece::Word(_)))))
            {
                return None;
            }
            let said = self.lead_at(&pieces[..at], 0);
            let first = !pieces[..at].iter().any(|(_, p)| *p == Piece::Stop);
            if first && said.is_none() && last.is_none() && self.lead_at(&pieces, at).is_some() {
                // "Y together with it, X leads"
                let stop = pieces[at..].iter().position(|(_, p)| *p == Piece::Stop)? + at;
                return Some(text[start(stop + 1)..].to_owned());
            }
            let stop = match said {
                Some(said) => {
                    pieces[said..at]
                        .iter()
                        .position(|(_, p)| *p == Piece::Stop)?
                        + said
                }
                None => pieces[..at].iter().rposition(|(_, p)| *p == Piece::Stop)?,
            };
            lead.push_str(&text[..start(stop)]);
        }
        let lead = lead
            .trim_end()
            .trim_end_matches([',', ';', '-', ':', '(', '+', '&', ' ', '\n'])
            .to_owned();
        (!lead.is_empty()).then_some(lead)
    }

    /// Where a helping word stands from a piece on, and its length.
    fn help_at(&self, pieces: &[(usize, Piece<'_>)], from: usize) -> Option<(usize, usize)> {
        phrase_at(&self.words().helps, pieces, from)
    }

    /// Where the word for leading stands from a piece on.
    fn lead_at(&self, pieces: &[(usize, Piece<'_>)], from: usize) -> Option<usize> {
        phrase_at(&self.words().leads, pieces, from).map(|(at, _)| at)
    }
}

/// Where one of some wordings stands from a piece on, and its length.
fn phrase_at(
    wordings: &[Vec<String>],
    pieces: &[(usize, Piece<'_>)],
    from: usize,
) -> Option<(usize, usize)> {
    let says = |at: usize, wanted: &String| matches!(pieces.get(at), Some((_, Piece::Word(w))) if bare(w) == *wanted);
    (from..pieces.len()).find_map(|at| {
        let fits = |words: &&Vec<String>| words.iter().enumerate().all(|(n, w)| says(at + n, w));
        wordings.iter().find(fits).map(|words| (at, words.len()))
    })
}

/// Words and signs of a cell with their places.
fn pieces(text: &str) -> Vec<(usize, Piece<'_>)> {
    let mut out = Vec::new();
    let mut from = None;
    for (at, c) in text.char_indices() {
        let letter = c.is_alphanumeric() || matches!(c, '.' | '\u{300}'..='\u{36f}');
        if letter {
            from.get_or_insert(at);
            continue;
        }
        if let Some(from) = from.take() {
            out.push((from, Piece::Word(&text[from..at])));
        }
        match c {
            ',' | ';' | '\n' => out.push((at, Piece::Stop)),
            c if c.is_whitespace() => {}
            _ => out.push((at, Piece::Sign)),
        }
    }
    if let Some(from) = from {
        out.push((from, Piece::Word(&text[from..])));
    }
    out
}
