//! Deadlines as numbers, dates and other cells.

use super::*;

#[test]
fn numbers_and_date_cells_are_read_by_their_format() {
    use annexd::domain::deadline::{Doubt, Precision};
    use annexd::domain::grid::Shown;
    let tet = tet();
    let context = context(None, &tet);
    let words = Words::embedded();
    let number = |n| words.deadline(DeadlineInput::Number(n), &context);
    assert_eq!(
        (number(2026.0).kind, number(2026.0).days[0].day),
        (DeadlineKind::Fixed, date(2026, 12, 31))
    );
    assert_eq!(number(46203.0).days[0].day, date(2026, 6, 30));
    assert_eq!(
        (number(12.2026).kind, number(12.2026).days[0].day),
        (DeadlineKind::Ambiguous, date(2026, 12, 31))
    );
    assert_eq!(number(6.203).days[0].day, date(2030, 6, 30));
    assert!(number(12.2026).doubts.contains(&Doubt::DecimalNumber));
    for n in [
        0.0,
        1.0,
        6.0,
        30.6,
        -2026.0,
        f64::NAN,
        f64::INFINITY,
        1e300,
        13.2026,
    ] {
        assert_eq!(number(n).kind, DeadlineKind::Unresolved, "{n}");
    }
    let cell = |d: Date, shown| {
        words.deadline(
            DeadlineInput::Date {
                at: d.at(0, 0, 0, 0),
                shown,
            },
            &context,
        )
    };
    assert_eq!(
        cell(date(2026, 6, 1), Shown::Month).days[0].day,
        date(2026, 6, 30)
    );
    assert_eq!(
        cell(date(2026, 6, 1), Shown::Month).precision,
        Some(Precision::Month)
    );
    assert_eq!(
        cell(date(2026, 6, 1), Shown::Year).days[0].day,
        date(2026, 12, 31)
    );
    assert_eq!(
        cell(date(2026, 6, 1), Shown::Day).days[0].day,
        date(2026, 6, 1)
    );
    assert_eq!(cell(date(2026, 2, 1), Shown::Day).kind, DeadlineKind::Fixed);
    // The number 2026 shown as a date.
    assert_eq!(
        (
            cell(date(1905, 7, 18), Shown::Day).kind,
            cell(date(1905, 7, 18), Shown::Day).days[0].day
        ),
        (DeadlineKind::Ambiguous, date(2026, 12, 31))
    );
    let later = DeadlineContext {
        date_1904: true,
        ..context
    };
    assert_eq!(
        words.deadline(DeadlineInput::Number(44741.0), &later).days[0].day,
        date(2026, 6, 30)
    );
    assert_eq!(
        words.deadline(DeadlineInput::Empty, &context).kind,
        DeadlineKind::Empty
    );
    assert_eq!(
        words.deadline(DeadlineInput::Error("#REF!"), &context).kind,
        DeadlineKind::Invalid
    );
    let inclusive = DeadlineContext {
        before_excludes: false,
        ..context
    };
    let named = words.deadline(DeadlineInput::Text("Trước ngày 30/6/2026"), &inclusive);
    assert_eq!(
        (named.days[0].day, named.days[0].limit),
        (date(2026, 6, 30), None)
    );
    let month = words.deadline(DeadlineInput::Text("Trước tháng 7/2026"), &context);
    assert_eq!(
        (month.days[0].day, month.days[0].limit),
        (date(2026, 6, 30), Some(date(2026, 7, 1)))
    );
}
