//! Values made to fit the file format: serial numbers of days, texts a cell can hold.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime};

/// Characters (UTF-16 units) a cell can hold (Excel specifications and limits).
const TEXT_MAX: usize = 32_767;
/// Shown where a text was cut.
const CUT_MARK: &str = " […]";

/// Days since 30 December 1899, the serial number of a day (ECMA-376 part 1, §18.17.4.1).
pub(in crate::book) fn day_number(day: Date) -> f64 {
    let origin = jiff::civil::date(1899, 12, 30);
    f64::from(
        day.since((jiff::Unit::Day, origin))
            .map_or(0, |span| span.get_days()),
    )
}

/// The serial number of a moment.
pub(in crate::book) fn moment_number(at: DateTime) -> f64 {
    let seconds =
        i32::from(at.hour()) * 3600 + i32::from(at.minute()) * 60 + i32::from(at.second());
    day_number(at.date()) + f64::from(seconds) / 86_400.0
}

/// A text as a cell can hold it: line breaks as Excel writes them, no code points that XML lacks, cut with a mark.
pub(super) fn fit(text: &str) -> Cow<'_, str> {
    let foreign = |c: char| matches!(c, '\r' | '\u{FFFE}' | '\u{FFFF}');
    // Nearly every text fits as it is.
    if text.len() <= TEXT_MAX && !text.contains(foreign) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => {
                if rest.peek() == Some(&'\n') {
                    rest.next();
                }
                clean.push('\n');
            }
            '\u{FFFE}' | '\u{FFFF}' => clean.push('\u{FFFD}'),
            c => clean.push(c),
        }
    }
    Cow::Owned(cut(&clean, TEXT_MAX))
}

/// A text of at most so many UTF-16 units, with a mark where it was cut.
pub(super) fn cut(text: &str, max: usize) -> String {
    if text.len() <= max || text.encode_utf16().count() <= max {
        return text.to_owned();
    }
    let room = max - CUT_MARK.encode_utf16().count();
    let mut used = 0;
    let mut kept: String = text
        .chars()
        .take_while(|c| {
            used += c.len_utf16();
            used <= room
        })
        .collect();
    kept.push_str(CUT_MARK);
    kept
}
