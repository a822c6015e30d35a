//! Texts written by an examiner without a look at the code, with the meanings a careful official would accept.

use super::{read, shape};
use crate::vn::csv;

/// The short sign of a kind in the case file.
fn sign(kind: &str) -> &str {
    match kind {
        "fixed" => "f",
        "fixed-multi" => "m",
        "range" => "r",
        "recurring" => "rec",
        "open-ended" => "o",
        "conditional" => "c",
        "unresolved" => "u",
        "invalid" => "i",
        "empty" => "e",
        "ditto" => "d",
        _ => "?",
    }
}

/// The end of a stretch; what its first day is, other cases tell.
fn end(days: &str) -> &str {
    days.rsplit_once("..").map_or(days, |(_, end)| end)
}

#[test]
fn an_examiners_texts_mean_what_an_official_means() {
    let mut rows = csv(include_str!("../../cases/deadlines/examined.csv"));
    rows.extend(csv(include_str!(
        "../../cases/deadlines/examined_again.csv"
    )));
    assert!(rows.len() >= 1500, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let got = read(&row[0], row[1].parse().ok());
        let (kind, days) = (sign(got.kind.name()), shape(&got));
        let accepted = row[2].split(" || ").any(|reading| {
            let (want, day) = reading.split_once(' ').unwrap_or((reading, ""));
            let any = day.is_empty() && want == "?";
            want == kind && (any || end(day) == end(&days) || day == "quarterly")
        });
        if !accepted {
            wrong.push(format!(
                "{:?}: wanted {}, read as {kind} {days}",
                row[0], row[2]
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
