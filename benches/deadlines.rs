//! Deadlines read per second on one core, over the mix of a real annex (140 deadlines: 69 years, 46 months, 13 continuous …)
//! and over every known text.

use std::collections::BTreeMap;
use std::hint::black_box;

use annexd::vn::{DeadlineContext, DeadlineInput, Words};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::civil::date;

/// Text and how often it stands in the real annex.
const ANNEX: &[(&str, usize)] = &[
    ("2025", 40),
    ("2030", 29),
    ("12/2025", 20),
    ("6/2025", 16),
    ("03/2025", 10),
    ("Th\u{1b0}\u{1edd}ng xuy\u{ea}n", 9),
    ("Nhi\u{1ec7}m v\u{1ee5} th\u{1b0}\u{1edd}ng xuy\u{ea}n", 4),
    ("H\u{1eb1}ng n\u{103}m", 3),
    ("2025 v\u{e0} nh\u{1eef}ng n\u{103}m ti\u{1ebf}p theo", 3),
    ("Th\u{e1}ng 6/2025", 2),
    ("2025-2026", 1),
    ("2025 - 2026", 1),
    ("Qu\u{fd} II/2025", 1),
    ("", 1),
];

fn deadlines(c: &mut Criterion) {
    let tet = BTreeMap::new();
    let context = DeadlineContext {
        plan_start: date(2026, 4, 24),
        plan_end: date(2030, 12, 31),
        year: None,
        before_excludes: true,
        tet: &tet,
        date_1904: false,
    };
    let words = Words::embedded();
    let annex: Vec<&str> = ANNEX
        .iter()
        .flat_map(|(t, n)| std::iter::repeat_n(*t, *n))
        .collect();
    let known: Vec<&str> = include_str!("../tests/cases/deadlines/known.csv")
        .lines()
        .skip(1)
        .filter_map(|l| l.split(',').next())
        .filter(|t| !t.starts_with('"'))
        .collect();
    let mut group = c.benchmark_group("deadlines");
    for (name, texts) in [("real annex", &annex), ("every known text", &known)] {
        group.throughput(Throughput::Elements(texts.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                for text in texts {
                    black_box(words.deadline(DeadlineInput::Text(black_box(text)), &context));
                }
            });
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(std::time::Duration::from_millis(300)).measurement_time(std::time::Duration::from_secs(1)).sample_size(20).without_plots();
    targets = deadlines
}
criterion_main!(benches);
