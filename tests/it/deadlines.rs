//! The deadline language: known texts and many more, by kind and day.

mod cells;
mod examined;

use std::collections::BTreeMap;

use annexd::domain::deadline::{Deadline, DeadlineKind};
use annexd::vn::{DeadlineContext, DeadlineInput, Words};
use jiff::civil::{Date, date};

use crate::vn::csv;

fn tet() -> BTreeMap<i16, Date> {
    [
        (2026, date(2026, 2, 17)),
        (2027, date(2027, 2, 6)),
        (2028, date(2028, 1, 26)),
        (2029, date(2029, 2, 13)),
        (2030, date(2030, 2, 2)),
    ]
    .into()
}

fn context(year: Option<i16>, tet: &BTreeMap<i16, Date>) -> DeadlineContext<'_> {
    DeadlineContext {
        plan_start: date(2026, 4, 24),
        plan_end: date(2030, 12, 31),
        year,
        before_excludes: true,
        tet,
        date_1904: false,
    }
}

fn read(text: &str, year: Option<i16>) -> Deadline {
    let tet = tet();
    Words::embedded().deadline(DeadlineInput::Text(text), &context(year, &tet))
}

/// `2026-06-30`, `a|b` for several, `a..b` for a range with its first day, a rule for recurring ones, empty for none.
fn shape(d: &Deadline) -> String {
    if let Some(rule) = &d.rule {
        return rule.text.clone();
    }
    let days: Vec<String> = d.days.iter().map(|x| x.day.to_string()).collect();
    let range = d.kind == DeadlineKind::Range
        || d.readings
            .first()
            .is_some_and(|r| r.kind == DeadlineKind::Range);
    match (range, d.opens) {
        (true, Some(opens)) => format!("{opens}..{}", days.join("|")),
        _ => days.join("|"),
    }
}

fn wanted(due: &str) -> String {
    let due = due
        .replace("<context year>", "2026")
        .replace("plan start", "2026-04-24")
        .replace("plan end", "2030-12-31");
    let (head, _) = due.split_once(" (").unwrap_or((&due, ""));
    match head {
        "quarterly@period end" => "quarterly@end".to_owned(),
        "monthly@last day" => "monthly@last".to_owned(),
        "weekly@Friday" => "weekly@fri".to_owned(),
        "every 2 years@12-31 from first plan year" => "every-2-years@12-31".to_owned(),
        "yearly@12-31 from 2026 to 2030" => "yearly@12-31 from 2026".to_owned(),
        "yearly@01-14 of next year" => "yearly@01-14".to_owned(),
        "2026-01-01..12-31" => "2026-01-01..2026-12-31".to_owned(),
        h if h.starts_with("report periods") => "report-periods".to_owned(),
        h => h.to_owned(),
    }
}

#[test]
fn every_known_text_gives_its_kind_and_day() {
    let mut wrong = Vec::new();
    for row in csv(include_str!("../cases/deadlines/known.csv")) {
        let (text, kind, due) = (row[0].as_str(), row[1].as_str(), row[2].as_str());
        let year = due.contains("<context year>").then_some(2026);
        let got = read(text, year);
        let days = match kind {
            "conditional" | "ditto" | "unresolved" => String::new(),
            _ => wanted(due),
        };
        if got.kind.name() != kind || shape(&got) != days {
            wrong.push(format!(
                "{text:?}: wanted {kind} {days}, read as {} {} {:?}",
                got.kind.name(),
                shape(&got),
                got.doubts
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

#[test]
fn many_more_texts_give_their_kind_and_day() {
    let mut wrong = Vec::new();
    let rows = csv(include_str!("../cases/deadlines/more.csv"));
    let known = csv(include_str!("../cases/deadlines/known.csv"));
    assert!(
        rows.len() >= 150 && rows.len() + known.len() >= 300,
        "{} and {}",
        rows.len(),
        known.len()
    );
    for row in rows {
        let (text, year, kind, due) = (
            row[0].as_str(),
            row[1].parse().ok(),
            row[2].as_str(),
            row[3].as_str(),
        );
        let got = read(text, year);
        if got.kind.name() != kind || shape(&got) != due {
            wrong.push(format!(
                "{text:?}: wanted {kind} {due}, read as {} {} {:?}",
                got.kind.name(),
                shape(&got),
                got.doubts
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

fn explained(texts: &[&str], year: Option<i16>, json: bool) -> (String, i32) {
    let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
    let calendar = annexd::domain::calendar::Calendar {
        tet: tet(),
        roll_forward: true,
        ..Default::default()
    };
    let config = annexd::config::Config::defaults();
    let words = annexd::text::Text::embedded();
    annexd::cli::deadline::explain(
        &texts,
        year,
        date(2026, 11, 22),
        &config,
        &calendar,
        &words,
        json,
    )
}

#[test]
fn the_json_of_a_deadline_is_the_interface() {
    let (out, code) = explained(
        &[
            "Quý II/2026",
            "31/6/2026",
            "Hằng quý",
            "Trước ngày 02/11/2026",
            "12/31/2026",
        ],
        None,
        true,
    );
    assert_eq!(code, 1);
    let read: serde_json::Value = serde_json::from_str(&out).unwrap();
    let first = read[0].as_object().unwrap();
    let keys: Vec<&str> = first.keys().map(String::as_str).collect();
    for key in [
        "text",
        "kind",
        "due",
        "dates",
        "effective_due",
        "rule",
        "readings",
        "note",
    ] {
        assert!(keys.contains(&key), "{key} is missing");
    }
    assert_eq!(read[0]["due"], "2026-06-30");
    assert_eq!(read[0]["dates"], serde_json::json!(["2026-06-30"]));
    assert_eq!(read[0]["rule"], serde_json::Value::Null);
    assert_eq!(read[1]["kind"], "invalid");
    assert_eq!(read[1]["due"], serde_json::Value::Null);
    assert_eq!(read[2]["rule"], "quarterly@end");
    assert_eq!(read[2]["due"], "2026-12-31");
    // 1/11/2026 is a Sunday: a "before" deadline does not roll to the day it names.
    assert_eq!(read[3]["due"], "2026-11-01");
    assert_eq!(read[3]["effective_due"], "2026-11-01");
    assert_eq!(read[4]["kind"], "ambiguous");
    assert_eq!(read[4]["readings"][0]["due"], "2026-12-31");
    assert_eq!(explained(&["Quý II/2026"], None, true).1, 0);
}

#[test]
fn every_reading_is_explained() {
    for file in [
        include_str!("../cases/deadlines/known.csv"),
        include_str!("../cases/deadlines/more.csv"),
    ] {
        for row in csv(file) {
            let (out, _) = explained(&[&row[0]], None, false);
            assert!(
                out.lines().count() >= 3 && !out.contains(['{', '}']),
                "{:?}: {out}",
                row[0]
            );
        }
    }
}

/// What holds for every reading of whatever text.
fn sound(text: &str, d: &Deadline) {
    let day_less = matches!(
        d.kind,
        DeadlineKind::OpenEnded
            | DeadlineKind::Conditional
            | DeadlineKind::Unresolved
            | DeadlineKind::Invalid
            | DeadlineKind::Empty
            | DeadlineKind::Ditto
    );
    assert!(
        !day_less || (d.days.is_empty() && d.rule.is_none()),
        "{text:?}: {d:?}"
    );
    assert!(d.days.windows(2).all(|w| w[0] < w[1]), "{text:?}: {d:?}");
    assert!(
        d.days.iter().all(|x| x.limit.is_none_or(|l| x.day < l)),
        "{text:?}: {d:?}"
    );
    if let Some(opens) = d.opens {
        assert!(
            d.days.iter().all(|x| x.day >= opens),
            "due before the stated period: {text:?}: {d:?}"
        );
    }
    match d.kind {
        DeadlineKind::Fixed | DeadlineKind::Range => assert_eq!(d.days.len(), 1, "{text:?}: {d:?}"),
        DeadlineKind::FixedMulti => assert!(d.days.len() > 1, "{text:?}: {d:?}"),
        DeadlineKind::Recurring => {
            assert!(d.rule.is_some() && d.readings.is_empty(), "{text:?}: {d:?}")
        }
        DeadlineKind::Ambiguous => {
            assert!(
                !d.readings.is_empty() && !d.doubts.is_empty(),
                "{text:?}: {d:?}"
            );
            let stated = &d.readings[0];
            let due = if d.recurs() {
                None
            } else {
                d.days.last().map(|x| x.day)
            };
            assert_eq!(stated.due, due, "{text:?}: {d:?}");
        }
        _ => {}
    }
    if d.recurs() {
        assert!(
            d.days
                .iter()
                .all(|x| x.day > date(2026, 4, 24) && x.day <= date(2030, 12, 31)),
            "{text:?}: {d:?}"
        );
    }
    assert!(
        day_less || d.precision.is_some() || d.days.is_empty(),
        "{text:?}: {d:?}"
    );
}

const WORDS: &[&str] = &[
    "ngày",
    "tháng",
    "quý",
    "năm",
    "tuần",
    "giai đoạn",
    "hằng",
    "hàng",
    "mỗi",
    "lần",
    "trước",
    "sau",
    "đến",
    "hết",
    "từ",
    "trong",
    "cuối",
    "đầu",
    "giữa",
    "và",
    "hoặc",
    "thường xuyên",
    "khi",
    "theo",
    "kế hoạch",
    "tết",
    "các năm tiếp theo",
    "năm sau",
    "6 tháng",
    "9 tháng",
    "I",
    "II",
    "IV",
    "V",
    "1",
    "2",
    "6",
    "12",
    "13",
    "15",
    "30",
    "31",
    "2026",
    "2027",
    "2030",
    "26",
    "/",
    "-",
    ".",
    ",",
    ";",
    ":",
    "(",
    ")",
    " ",
    " ",
    " ",
    "30/6",
    "31/6",
    "30/6/2026",
    "12/2026",
    "nt",
    "%",
    "h",
    "cn",
    "q",
    "t",
    "n",
    "kể từ",
    "0",
    "99999999999",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 250, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_is_read_soundly(text in ".{0,60}", year in proptest::option::of(2026_i16..2031)) {
        sound(&text, &read(&text, year));
        let _ = Words::embedded().status(&text);
        let _ = Words::embedded().day(&text);
        let _ = Words::embedded().period(&text);
        let _ = Words::embedded().number(&text);
        let _ = annexd::vn::clean(&text);
        let _ = annexd::vn::confusable::mend(&text);
    }

    #[test]
    fn any_sentence_of_known_words_is_read_soundly(at in proptest::collection::vec(0..WORDS.len(), 1..12), spaced in proptest::bool::ANY, year in proptest::option::of(2026_i16..2031)) {
        let words: Vec<&str> = at.iter().map(|i| WORDS[*i]).collect();
        let text = words.join(if spaced { " " } else { "" });
        sound(&text, &read(&text, year));
    }

    #[test]
    fn a_day_written_in_any_way_is_that_day(y in 2001_i16..2080, m in 1_i8..=12, d in 1_i8..=31) {
        let Ok(day) = Date::new(y, m, d) else {
            for text in [format!("{d}/{m}/{y}"), format!("ngày {d} tháng {m} năm {y}"), format!("Trước {d}-{m}-{y}")] {
                proptest::prop_assert_eq!(read(&text, None).kind, DeadlineKind::Invalid, "{}", text);
            }
            return Ok(());
        };
        let short = y % 100;
        for text in [
            format!("{d}/{m}/{y}"), format!("{d:02}/{m:02}/{y}"), format!("{d}-{m}-{y}"), format!("{d}.{m}.{y}"), format!("{d} / {m} / {y}"), format!("{d:02}/{m:02}/{short:02}"),
            format!("ngày {d}/{m}/{y}"), format!("ngày {d} tháng {m} năm {y}"), format!("NGÀY {d:02} THÁNG {m:02} NĂM {y}"), format!("{y}-{m:02}-{d:02}"), format!("{y}-{m:02}-{d:02}T00:00:00"),
            format!("chậm nhất ngày {d}/{m}/{y}"), format!("đến {d}/{m}/{y}"), format!("17h00 ngày {d}/{m}/{y}"), format!("{d:02}/{m:02}/{y} 17:00"), format!("Hoàn thành ngày {d}/{m}/{y}."),
        ] {
            let got = read(&text, None);
            proptest::prop_assert_eq!(got.kind, DeadlineKind::Fixed, "{}", text);
            proptest::prop_assert_eq!(got.days[0].day, day, "{}", text);
        }
        let before = read(&format!("trước ngày {d}/{m}/{y}"), None);
        proptest::prop_assert_eq!(before.days[0].day, day.yesterday().unwrap());
        proptest::prop_assert_eq!(before.days[0].limit, Some(day));
        for text in [format!("{d}/{m}/{y}"), format!("ngày {d} tháng {m} năm {y}"), format!("{y}-{m:02}-{d:02}")] {
            proptest::prop_assert_eq!(Words::embedded().day(&text), annexd::vn::DayText::Day(day), "{}", text);
        }
    }

    #[test]
    fn a_period_written_in_any_way_ends_on_its_last_day(y in 2001_i16..2080, m in 1_i8..=12, q in 1_i8..=4) {
        let roman = ["I", "II", "III", "IV"][usize::try_from(q - 1).unwrap()];
        let month_end = date(y, m, 1).last_of_month();
        let quarter_end = date(y, q * 3, 1).last_of_month();
        let year_end = date(y, 12, 31);
        let check = |text: String, end: Date, opens: Option<Date>| {
            let got = read(&text, None);
            proptest::prop_assert_eq!(got.kind, DeadlineKind::Fixed, "{}", text);
            proptest::prop_assert_eq!(got.days[0].day, end, "{}", text);
            proptest::prop_assert_eq!(got.opens, opens, "{}", text);
            Ok(())
        };
        let first = Some(date(y, m, 1));
        for text in [format!("{m}/{y}"), format!("{m:02}/{y}"), format!("tháng {m}/{y}"), format!("Tháng {m} năm {y}"), format!("T{m}/{y}"), format!("trong tháng {m}/{y}"), format!("thang {m:02} nam {y}"), format!("cuối tháng {m}/{y}")] {
            check(text, month_end, first)?;
        }
        let first = Some(date(y, q * 3 - 2, 1));
        for text in [format!("Quý {roman}/{y}"), format!("Quý {q}/{y}"), format!("quý {roman} năm {y}"), format!("Q{q}/{y}"), format!("Q.{roman}/{y}"), format!("Quý {roman} - {y}"), format!("QUY {roman} NAM {y}"), format!("trong quý {roman}/{y}")] {
            check(text, quarter_end, first)?;
        }
        for text in [format!("{y}"), format!("năm {y}"), format!("Trong năm {y}"), format!("cuối năm {y}")] {
            check(text, year_end, Some(date(y, 1, 1)))?;
        }
        for text in [format!("đến hết quý {roman}/{y}"), format!("chậm nhất quý {roman} năm {y}")] {
            check(text, quarter_end, None)?;
        }
    }
}
