//! Whatever stands in a cell, reading it as a deadline, status, day, number or period neither panics nor breaks what holds for every reading.

#![no_main]

use std::collections::BTreeMap;

use annexd::domain::deadline::DeadlineKind;
use annexd::vn::{DeadlineContext, DeadlineInput, Words};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(rest) else {
        return;
    };
    let tet = BTreeMap::from([(2027, date(2027, 2, 6))]);
    let context = DeadlineContext {
        plan_start: date(2026, 4, 24),
        plan_end: date(2030, 12, 31),
        year: (first & 1 == 1).then_some(2026),
        before_excludes: first & 2 == 0,
        tet: &tet,
        date_1904: first & 4 != 0,
    };
    let words = Words::embedded();
    let read = words.deadline(DeadlineInput::Text(text), &context);
    assert!(read.days.windows(2).all(|w| w[0] < w[1]));
    if let Some(opens) = read.opens {
        assert!(read.days.iter().all(|d| d.day >= opens));
    }
    if matches!(
        read.kind,
        DeadlineKind::Invalid | DeadlineKind::Unresolved | DeadlineKind::Conditional
    ) {
        assert!(read.days.is_empty());
    }
    assert!(read.kind != DeadlineKind::Ambiguous || !read.readings.is_empty());
    let _ = words.status(text);
    let _ = words.day(text);
    let _ = words.number(text);
    let _ = words.period(text);
    let _ = words.years(text);
    let _ = annexd::vn::clean(text);
    let _ = annexd::vn::confusable::mend(text);
});
