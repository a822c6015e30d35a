//! What stands above a table: its title, the one year, the unit, the period, a stamp of secrecy.

use super::ReadContext;
use super::view::SheetView;
use super::words::AnnexWords;
use crate::domain::cell::CellRef;
use crate::vn::fold::bare;

/// What stands above a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Above {
    pub title: String,
    pub year: Option<i16>,
    pub unit: Option<(CellRef, String)>,
    pub period: Option<String>,
    /// A stamp of secrecy above the table.
    pub secret: Option<CellRef>,
}

/// Reads what stands above a heading: title, its one year, the unit, the period.
pub(super) fn read_above(
    view: &SheetView<'_>,
    from: u32,
    heading: u32,
    cx: &ReadContext<'_>,
    words: &AnnexWords,
) -> Above {
    let mut above = Above::default();
    let mut lines: Vec<String> = Vec::new();
    let start = view.position(from);
    let end = view.position(heading);
    for n in start..end {
        let row = view.row(view.row_at(n));
        for (index, cell) in row.iter().enumerate() {
            let text = view.text(cell).text.clone();
            if text.is_empty() {
                continue;
            }
            if cx.words.secret(&text) {
                above.secret.get_or_insert(cell.at);
            }
            for line in text.split('\n') {
                if let Some((label, value)) = line.split_once(':') {
                    let label = bare(label);
                    let value = value.trim();
                    let next = || {
                        row[index + 1..]
                            .iter()
                            .map(|c| (c.at, view.text(c).text.clone()))
                            .find(|(_, t)| !t.is_empty())
                    };
                    if words.unit_labels.contains(&label) && above.unit.is_none() {
                        above.unit = if value.is_empty() {
                            next()
                        } else {
                            Some((cell.at, value.to_owned()))
                        };
                    }
                    if words.period_labels.contains(&label) && above.period.is_none() {
                        above.period = if value.is_empty() {
                            next().map(|(_, t)| t)
                        } else {
                            Some(value.to_owned())
                        };
                    }
                }
            }
            lines.push(text);
        }
    }
    above.year = one_year(lines.iter().map(String::as_str), cx, words);
    if above.period.is_none() {
        above.period = lines.iter().find(|l| cx.words.period(l).is_some()).cloned();
    }
    above.title = if above.secret.is_some() {
        String::new()
    } else {
        lines.join("\n")
    };
    above
}

/// The one year that lines of a title name; years of other documents, of signing days and of enclosures do not count.
pub(super) fn one_year<'l>(
    lines: impl Iterator<Item = &'l str>,
    cx: &ReadContext<'_>,
    words: &AnnexWords,
) -> Option<i16> {
    let mut years = Vec::new();
    for text in lines {
        for line in text.split('\n') {
            let plain = bare(line);
            let digitless: String = plain.chars().filter(|c| !c.is_ascii_digit()).collect();
            let digitless = digitless
                .split(' ')
                .filter(|w| !w.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
            let of_another = words
                .enclosure
                .iter()
                .any(|w| plain.contains(w.as_str()) || digitless.contains(w.as_str()));
            if of_another {
                continue;
            }
            let kept: Vec<&str> = line
                .split(' ')
                .filter(|w| {
                    let strokes = w.matches(['/', '.']).count();
                    let letters = w.chars().any(char::is_alphabetic);
                    !(strokes >= 2 || strokes >= 1 && letters)
                })
                .collect();
            years.extend(cx.words.years(&kept.join(" ")));
        }
    }
    years.sort_unstable();
    years.dedup();
    match years[..] {
        [year] => Some(year),
        _ => None,
    }
}
