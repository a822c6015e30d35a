//! Text as people mean it: what prints, in one normal form.

use super::fold;
use super::legacy;
use crate::domain::grid::Legacy;

/// Characters a cell can hold (ECMA-376 part 1, §18.3.1.96; Excel's specifications and limits).
pub const CELL_CHARS_MAX: usize = 32_767;

/// A text cleaned, and whether anything but spaces at its ends had to be cleaned (T34).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// NFC, kinds of blanks as plain spaces, line breaks kept, cut to what a cell can hold.
    pub text: String,
    /// Control characters, no-break or zero-width spaces, or more characters than a cell holds.
    pub unclean: bool,
}

/// Cleans a text; a soft hyphen is kept where it is a letter of TCVN3.
#[must_use]
pub fn clean(s: &str) -> Cleaned {
    if s.is_ascii() && s.len() <= CELL_CHARS_MAX && s.bytes().all(|b| b >= b' ' && b != 0x7f) {
        return Cleaned {
            text: collapse(s),
            unclean: false,
        };
    }
    let keep_soft = s.contains('\u{ad}') && legacy::detect(s, Legacy::No) != Legacy::No;
    let mut unclean = false;
    let mut kept = String::with_capacity(s.len());
    for (n, c) in fold::nfc_cow(s).chars().enumerate() {
        if n >= CELL_CHARS_MAX {
            unclean = true;
            break;
        }
        match c {
            '\n' => kept.push('\n'),
            '\r' => {}
            '\t' => kept.push(' '),
            '\u{ad}' if keep_soft => kept.push(c),
            _ if fold::is_zero_width(c) => unclean = true,
            _ if c.is_control() => {
                unclean = true;
                kept.push(' ');
            }
            '\u{2028}' | '\u{2029}' => {
                unclean = true;
                kept.push('\n');
            }
            ' ' => kept.push(' '),
            _ if c.is_whitespace() => {
                unclean = true;
                kept.push(' ');
            }
            _ => kept.push(c),
        }
    }
    Cleaned {
        text: collapse(&kept),
        unclean,
    }
}

/// Runs of spaces become one, lines are trimmed, blank lines at the ends go.
fn collapse(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    for line in s.split('\n') {
        let start = out.len();
        for word in line.split(' ').filter(|w| !w.is_empty()) {
            if out.len() > start {
                out.push(' ');
            }
            out.push_str(word);
        }
        out.push('\n');
    }
    out.trim_matches('\n').to_owned()
}
