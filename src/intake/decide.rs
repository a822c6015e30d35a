//! What an ambiguous heading means, by its neighbours and values; which heading gets a field.

use super::headings::{Decided, HeadingBlock, Meaning};
use super::samples::Sample;
use super::shape::aside;
use super::view::SheetView;
use super::words::Ambiguous;
use crate::domain::field::Field;
use crate::domain::status::StatusWord;
use crate::vn::fold::bare;

/// Two columns named like an indicator: the one with numbers holds the target.
pub(super) fn two_targets(meanings: &mut [Meaning], sample: &Sample<'_>) {
    let names: Vec<usize> = (0..meanings.len())
        .filter(|n| {
            matches!(
                meanings[*n],
                Meaning::Is(Field::KpiName) | Meaning::Like(Field::KpiName)
            )
        })
        .collect();
    if let [a, b] = names[..] {
        let target = if sample.numbers(a) > sample.numbers(b) {
            a
        } else {
            b
        };
        meanings[target] = Meaning::Is(Field::KpiTarget);
    }
}

/// What stands below "completed" where it is no day: ticks or words are the status, percentages the progress.
fn completed_as(n: usize, meanings: &[Meaning], sample: &Sample<'_>) -> Option<Meaning> {
    let filled = sample.filled(n);
    let (statuses, percents, deadlines) = sample.votes(n);
    if filled == 0 || deadlines * 2 >= filled {
        return None;
    }
    let field = if sample.only_marks(n) || statuses > percents {
        Field::Status
    } else if percents * 2 > filled {
        Field::Progress
    } else {
        return None;
    };
    (!meanings.contains(&Meaning::Is(field))).then_some(Meaning::Is(field))
}

/// What an ambiguous heading means; `done`: its words are a status.
pub(super) fn decide_one(
    (kind, done): (Ambiguous, bool),
    n: usize,
    meanings: &[Meaning],
    sample: &Sample<'_>,
    indicators: bool,
) -> Meaning {
    let has = |f: Field| meanings.contains(&Meaning::Is(f));
    let is = |free: Field, otherwise: Meaning| {
        if has(free) {
            otherwise
        } else {
            Meaning::Is(free)
        }
    };
    match kind {
        Ambiguous::Code => {
            if has(Field::Stt) {
                is(Field::Code, Meaning::Unknown)
            } else {
                Meaning::Is(Field::Stt)
            }
        }
        Ambiguous::Unit => {
            if indicators || has(Field::KpiName) && !has(Field::Content) {
                Meaning::Is(Field::UnitOfMeasure)
            } else {
                is(Field::Lead, Meaning::Unknown)
            }
        }
        Ambiguous::Doer => is(Field::Lead, Meaning::Passed),
        Ambiguous::Stretch => {
            let finished = meanings
                .iter()
                .position(|m| *m == Meaning::Either(Ambiguous::Finished));
            // Days of completion are filled in as the work goes on, a plan has one in every row.
            let actual = |f: usize| {
                sample.filled(f) < sample.filled(n) && sample.votes(n).2 * 2 > sample.filled(n)
            };
            if has(Field::Deadline) || finished.is_some_and(|f| !actual(f)) {
                Meaning::Unknown
            } else {
                Meaning::Is(Field::Deadline)
            }
        }
        Ambiguous::Finished => {
            if done && let Some(meaning) = completed_as(n, meanings, sample) {
                return meaning;
            }
            if has(Field::Deadline) {
                // Both places taken: two headings name the deadline, which is a fault (S03).
                is(Field::CompletedDate, Meaning::Is(Field::Deadline))
            } else {
                Meaning::Is(Field::Deadline)
            }
        }
        Ambiguous::Progress => progress_like(n, meanings, sample),
        Ambiguous::Account => {
            let filled = sample.filled(n);
            let status = sample.votes(n).0 * 2 >= filled.max(1);
            // Where another column tells the result, short words that are no status are a status mistyped.
            let told = |m: &Meaning| {
                matches!(m, Meaning::Is(Field::Result) | Meaning::Like(Field::Result))
            };
            let mistyped = meanings.iter().any(told) && !sample.mostly_sentences(n);
            if sample.mostly_long(n) || filled > 0 && !status && !mistyped {
                is(Field::Result, Meaning::Unknown)
            } else {
                is(Field::Status, is(Field::Result, Meaning::Unknown))
            }
        }
        Ambiguous::Result => {
            if indicators || has(Field::KpiName) && !has(Field::Content) {
                return Meaning::Is(Field::KpiTarget);
            }
            // One word in every row is no product.
            if !has(Field::Status) && sample.votes(n).0 * 2 > sample.filled(n) {
                return Meaning::Is(Field::Status);
            }
            let tracked = meanings[..n].iter().any(|m| {
                matches!(
                    m,
                    Meaning::Is(Field::Status | Field::Progress | Field::CompletedDate)
                )
            });
            if has(Field::Product) || tracked && !has(Field::Result) {
                is(Field::Result, Meaning::Unknown)
            } else {
                Meaning::Is(Field::Product)
            }
        }
    }
}

/// A heading that may be a status, a percentage or a deadline: the values decide, then what is missing.
pub(super) fn progress_like(n: usize, meanings: &[Meaning], sample: &Sample<'_>) -> Meaning {
    let has = |f: Field| meanings.contains(&Meaning::Is(f));
    let (statuses, percents, deadlines) = sample.votes(n);
    let best = statuses.max(percents).max(deadlines);
    if best > 0 {
        let order = [
            (deadlines, Field::Deadline),
            (statuses, Field::Status),
            (percents, Field::Progress),
        ];
        for (votes, field) in order {
            if votes == best && !has(field) {
                return Meaning::Is(field);
            }
        }
    }
    if (sample.mostly_long(n) || sample.mostly_sentences(n)) && !has(Field::Result) {
        return Meaning::Is(Field::Result);
    }
    for field in [Field::Deadline, Field::Status, Field::Progress] {
        if !has(field) {
            return Meaning::Is(field);
        }
    }
    Meaning::Unknown
}

/// Where no column is named for the content, a description stands for it, else what a heading calls group and more.
pub(super) fn description_for_content(meanings: &mut [Meaning]) {
    let wanted = [
        Meaning::Is(Field::Description),
        Meaning::Like(Field::Description),
        Meaning::Is(Field::KpiName),
        Meaning::Like(Field::KpiName),
        Meaning::Like(Field::Group),
    ];
    let found = wanted
        .iter()
        .find_map(|w| meanings.iter().position(|m| m == w));
    if let Some(n) = found {
        meanings[n] = Meaning::Like(Field::Content);
    }
}

/// Headings known by their words alone: taken where the field has no column yet and what stands below fits.
pub(super) fn settle_seeming(
    meanings: &mut [Meaning],
    sample: &Sample<'_>,
    further: &dyn Fn(usize) -> Vec<Field>,
) {
    for n in 0..meanings.len() {
        let Meaning::Seems(first) = meanings[n] else {
            continue;
        };
        meanings[n] = seeming(n, first, meanings, sample).unwrap_or_else(|| {
            // The words say more than one thing: what stands below fits another of them.
            let others = further(n);
            let behind = others.iter().skip_while(|f| **f != first).skip(1);
            behind
                .filter(|f| **f != Field::Content)
                .find_map(|f| seeming(n, *f, meanings, sample))
                .unwrap_or(Meaning::Unknown)
        });
    }
}

/// A field its words point to: taken, unknown where it has a column already; none where what stands below does not fit.
fn seeming(
    n: usize,
    mut field: Field,
    meanings: &[Meaning],
    sample: &Sample<'_>,
) -> Option<Meaning> {
    let filled = sample.filled(n);
    let most = |votes: usize| filled == 0 || votes * 2 >= filled;
    let votes = || sample.votes(n);
    // A result told in one word is a status.
    if field == Field::Result && filled > 0 && most(votes().0) {
        field = Field::Status;
    }
    let fits = match field {
        Field::Deadline | Field::CompletedDate => most(votes().2),
        Field::Status => most(votes().0),
        Field::Progress => most(votes().1),
        _ => sample.numbers(n) * 2 <= filled,
    };
    let taken = meanings
        .iter()
        .any(|m| *m == Meaning::Is(field) || *m == Meaning::Like(field));
    fits.then_some(if taken {
        Meaning::Unknown
    } else {
        Meaning::Like(field)
    })
}

/// Fields of which a second heading is a fault (S03); of the others the first counts.
pub(super) const CORE: &[Field] = &[
    Field::Code,
    Field::Content,
    Field::Product,
    Field::Lead,
    Field::Coop,
    Field::Deadline,
    Field::Status,
    Field::Progress,
    Field::CompletedDate,
    Field::Result,
    Field::Evidence,
    Field::LateReason,
    Field::Difficulty,
    Field::KpiCode,
    Field::Period,
    Field::Numerator,
    Field::Denominator,
    Field::CommitDate,
];

pub(super) fn assign(
    block: &HeadingBlock,
    meanings: &[Meaning],
    ticks: &[Option<StatusWord>],
) -> Vec<Decided> {
    let mut decided: Vec<Decided> = block
        .headings
        .iter()
        .zip(ticks)
        .map(|(h, tick)| Decided {
            heading: h.clone(),
            field: None,
            passed: tick.is_some(),
            twin_of: None,
            ticks: *tick,
        })
        .collect();
    if let Some(first) = ticks.iter().position(Option::is_some) {
        decided[first].field = Some(Field::Status);
    }
    // Sure headings first: a loose one never takes the place of a sure one.
    for sure in [true, false] {
        for (n, meaning) in meanings.iter().enumerate() {
            let field = match meaning {
                Meaning::Is(field) if sure => *field,
                Meaning::Like(field) if !sure => *field,
                Meaning::Passed => {
                    decided[n].passed = true;
                    continue;
                }
                _ => continue,
            };
            if decided[n].ticks.is_some() {
                continue;
            }
            match decided.iter().position(|d| d.field == Some(field)) {
                None => decided[n].field = Some(field),
                Some(first) => {
                    let same =
                        bare(&decided[first].heading.text()) == bare(&decided[n].heading.text());
                    if same && field != Field::Stt || sure && CORE.contains(&field) {
                        decided[n].twin_of = Some(first);
                    } else if field == Field::Stt {
                        decided[n].passed = true;
                    }
                }
            }
        }
    }
    // An ambiguous heading that stands twice in the same words found no second place: it is a twin.
    for n in 1..decided.len() {
        let text = bare(&decided[n].heading.text());
        let open = |d: &Decided| d.field.is_none() && d.twin_of.is_none() && !d.passed;
        if !open(&decided[n]) || !matches!(meanings[n], Meaning::Unknown) || text.is_empty() {
            continue;
        }
        decided[n].twin_of = decided[..n].iter().position(|d| {
            d.field.is_some_and(|f| f != Field::Stt) && bare(&d.heading.text()) == text
        });
    }
    decided
}

/// A list of codes behind two blank columns explains the table: it gives no task its code.
pub(super) fn pass_lists_aside(
    view: &SheetView<'_>,
    block: &HeadingBlock,
    meanings: &mut [Meaning],
) {
    let Some(first) = aside(view, &block.headings) else {
        return;
    };
    let explains = |m: &Meaning| {
        let field = match m {
            Meaning::Is(f) | Meaning::Like(f) => *f,
            other => {
                return matches!(
                    other,
                    Meaning::Unknown | Meaning::Passed | Meaning::Either(Ambiguous::Code)
                );
            }
        };
        matches!(
            field,
            Field::Stt | Field::Code | Field::Description | Field::Note
        ) || matches!(
            field,
            Field::KpiName | Field::KpiCode | Field::KpiActual | Field::KpiTarget
        )
    };
    if meanings[first..].iter().all(explains) {
        meanings[first..].fill(Meaning::Passed);
    }
}

/// Whether indicators are kept like tasks: with a deadline and who does it or how far it is, and without figures.
pub(super) fn tracked(has: &dyn Fn(&[Meaning], Field) -> bool, meanings: &[Meaning]) -> bool {
    let any = |fields: &[Field]| fields.iter().any(|f| has(meanings, *f));
    has(meanings, Field::Deadline)
        && any(&[Field::Lead, Field::Status, Field::Progress])
        && !any(&[Field::Numerator, Field::Denominator, Field::Period])
}
