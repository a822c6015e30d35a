//! Indicator rows as figures, and the days of their periods.

use jiff::civil::Date;

use crate::domain::field::Field;
use crate::domain::indicator::{Indicator, IndicatorFigure, Operator, PeriodKey, PeriodPart};
use crate::domain::reading::{FieldValue, IndicatorTable, TaskRow};
use crate::domain::task::Source;

use super::matching::key;
use super::scene::{FigureView, FileView, Input, Scene};

/// Calendar days from one day to another; negative when the second lies before the first.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// The last day of a period.
#[must_use]
pub fn last_day(period: PeriodKey) -> Date {
    let month = match period.part {
        PeriodPart::Month(m) => m,
        PeriodPart::Quarter(q) => q.saturating_mul(3),
        PeriodPart::HalfOne => 6,
        PeriodPart::NineMonths => 9,
        PeriodPart::HalfTwo | PeriodPart::Year => 12,
    };
    let month = i8::try_from(month.clamp(1, 12)).unwrap_or(12);
    Date::new(period.year, month, 1).map_or(Date::MAX, Date::last_of_month)
}

/// Finds an indicator: by code, else by name.
fn indicator<'a>(row: &TaskRow, catalogue: &'a [Indicator]) -> Option<&'a Indicator> {
    named(
        row.text(Field::KpiCode),
        row.text(Field::KpiName),
        catalogue,
    )
}

/// Finds an indicator by what a row calls it.
#[must_use]
pub fn named<'a>(code: &str, name: &str, catalogue: &'a [Indicator]) -> Option<&'a Indicator> {
    let (code, name) = (key(code), key(name));
    let by_code = catalogue.iter().find(|i| key(&i.code) == code);
    if !code.is_empty() {
        return by_code;
    }
    let named = |i: &&Indicator| {
        key(&i.name) == name || key(&i.code) == name || i.aliases.iter().any(|a| key(a) == name)
    };
    catalogue
        .iter()
        .find(|i| !name.is_empty() && named(i))
        .or_else(|| {
            let mut close = catalogue
                .iter()
                .filter_map(|i| {
                    super::matching::distance_within(&key(&i.name), &name).map(|d| (d, i))
                })
                .collect::<Vec<_>>();
            close.sort_by_key(|(d, _)| *d);
            close.first().map(|(_, i)| *i)
        })
}

/// Builds the figures of a file.
pub fn collect<'a>(input: Input<'a>, file: &FileView<'a>, out: &mut Vec<FigureView<'a>>) {
    let Some(reading) = file.reading else { return };
    for table in &reading.indicators {
        for row in &table.rows {
            let view = figure(input, file, table, row, out.len());
            out.push(view);
        }
    }
}

fn figure<'a>(
    input: Input<'a>,
    file: &FileView<'a>,
    table: &'a IndicatorTable,
    row: &'a TaskRow,
    index: usize,
) -> FigureView<'a> {
    let typed = match row.text(Field::Period) {
        "" => table.period.as_deref().unwrap_or_default(),
        typed => typed,
    };
    let lead = row.units(Field::Lead).and_then(|units| {
        super::values::lead_codes(&units.bodies)
            .next()
            .map(str::to_owned)
    });
    let department = file.department.clone().or(lead).unwrap_or_default();
    let mut view = FigureView {
        index,
        file: file.index,
        table,
        row,
        department,
        indicator: indicator(row, input.indicators),
        period: input.words.period(typed),
        figure: None,
        accepted: None,
        input,
    };
    let (Some(known), Some(period)) = (view.indicator, view.period) else {
        return view;
    };
    view.accepted = input.ledger.figures.iter().find(|f| {
        f.indicator == known.code && f.period == period && f.department == view.department
    });
    let qualitative = known.operator == Operator::Qualitative;
    let told = view.filled(Field::Numerator)
        || view.filled(Field::Denominator)
        || (qualitative && view.tells_reached().is_some());
    if told {
        view.figure = Some(IndicatorFigure {
            indicator: known.code.clone(),
            period,
            department: view.department.clone(),
            numerator: view.count(Field::Numerator),
            denominator: view.count(Field::Denominator),
            explanation: view.explanation(),
            reached: view.tells_reached(),
            source: Source {
                file: file.seen.path.clone(),
                sheet: row.sheet.to_string(),
                cell: view.cell(view.naming_field()).map(|c| c.at),
            },
            accepted_on: view.accepted.map_or(input.as_of, |a| a.accepted_on),
        });
    }
    view
}

impl FigureView<'_> {
    /// A count of an indicator: a whole number that is not negative.
    #[must_use]
    pub fn count(&self, field: Field) -> Option<i64> {
        let n = self.row.number(field)?;
        let whole = n.is_finite() && n >= 0.0 && n.fract() == 0.0 && n < 9e15;
        whole.then_some(n as i64)
    }

    /// Whether a cell cannot be read at all (T28, T29, T36 tell it).
    #[must_use]
    pub fn broken(&self, field: Field) -> bool {
        matches!(
            self.row.value(field),
            FieldValue::Error | FieldValue::Uncalculated | FieldValue::DittoWithoutSource
        )
    }

    /// Whether the unit says why.
    #[must_use]
    pub fn explained(&self) -> bool {
        !self.explanation().is_empty()
    }

    fn explanation(&self) -> String {
        [Field::Explanation, Field::LateReason, Field::Difficulty]
            .into_iter()
            .map(|f| self.row.text(f))
            .find(|t| !t.is_empty())
            .unwrap_or_default()
            .to_owned()
    }

    /// Whether a qualitative indicator is said to be reached: in words or by a mark, else by the document that is named.
    fn tells_reached(&self) -> Option<bool> {
        let told = [
            Field::KpiActual,
            Field::Result,
            Field::Status,
            Field::Class,
            Field::Rate,
        ];
        let said = told.into_iter().find_map(|f| match self.row.value(f) {
            FieldValue::Mark(mark) => Some(*mark),
            _ => self.input.words.says_reached(self.row.text(f)),
        });
        said.or_else(|| super::matching::document_number(&self.explanation()).map(|_| true))
    }

    /// Whether a typed percentage is the rate, rounded or cut to any number of decimals up to the typed ones.
    #[must_use]
    pub fn rounds_to(&self, typed: f64, numerator: i64, denominator: i64) -> bool {
        let rate = numerator as f64 / denominator as f64 * 100.0;
        let mut step = 1.0;
        for _ in 0..9 {
            let scaled = typed / step;
            if (scaled - scaled.round()).abs() < 1e-6 {
                return (typed - rate).abs() < step * (1.0 - 1e-9);
            }
            step /= 10.0;
        }
        (typed - rate).abs() < 1e-6
    }
}

impl<'a> Scene<'a> {
    /// What other departments say of the same indicator and period, now or accepted before.
    pub fn reported_elsewhere(
        &self,
        figure: &FigureView<'a>,
    ) -> impl Iterator<Item = &IndicatorFigure> {
        let mine = figure.figure.clone();
        let same = move |o: &IndicatorFigure| {
            mine.as_ref().is_some_and(|m| {
                o.indicator == m.indicator && o.period == m.period && o.department != m.department
            })
        };
        let accepted_same = same.clone();
        let now = self
            .figures
            .iter()
            .filter(|f| !self.files[f.file].is_trial())
            .filter_map(|f| f.figure.as_ref());
        let said_now = |department: &str| {
            self.figures
                .iter()
                .any(|f| f.department == department && f.figure.is_some())
        };
        let before = self
            .input
            .ledger
            .figures
            .iter()
            .filter(move |o| !said_now(&o.department));
        now.filter(move |o| same(o))
            .chain(before.filter(move |o| accepted_same(o)))
    }
}
