//! A pass over a synthetic share: read → judge → compute, and the whole of it beside the plainest program that reads the same workbooks
//! and writes their rows into one. Read the ratios between sizes, stages and programs, not the times of one machine.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;
use std::time::Instant;

use annexd::book::{Book, CellValue, Sheet, StyleId, xlsx};
use annexd::config::{Config, catalogue, holidays};
use annexd::domain::now::Now;
use annexd::domain::snapshot::{Role, SeenFile, Snapshot};
use annexd::notices::Templates;
use annexd::pass::{self, Core, State};
use annexd::rules::own;
use annexd::text::{Text, Vi};
use annexd::vn::Words;
use annexd::{intake, kpi};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use jiff::civil::date;

const DEPARTMENTS: usize = 8;
const HEADINGS: [&str; 9] = [
    "STT",
    "Mã nhiệm vụ",
    "Nội dung nhiệm vụ",
    "Thời hạn hoàn thành",
    "Tình trạng",
    "Tiến độ (%)",
    "Ngày hoàn thành",
    "Minh chứng",
    "Khó khăn, vướng mắc",
];
const DEADLINES: [&str; 5] = [
    "Quý II/2026",
    "30/9/2026",
    "2026-2027",
    "Hằng quý",
    "Thường xuyên",
];

fn core() -> Core {
    let mut toml = String::new();
    for d in 0..DEPARTMENTS {
        toml += &format!(
            "[[department]]\ncode = \"D{d}\"\nname = \"Phòng số {d}\"\nfolder = \"phong-{d}\"\noffice = {}\n",
            d == 0
        );
    }
    let config = Config::parse(&toml, None).expect("the settings parse");
    Core {
        calendar: holidays::calendar(&config).expect("a calendar"),
        text: Text::embedded(),
        words: Words::embedded(),
        own: own::compile(&[]).expect("no own rules"),
        indicators: catalogue::indicators(&config),
        templates: Templates::new(BTreeMap::new()).expect("built-in templates"),
        config,
    }
}

/// A department's workbook with so many tasks, some done, some late.
fn workbook(department: usize, rows: u32) -> Vec<u8> {
    let mut sheet = Sheet {
        name: "Biểu 01".to_owned(),
        ..Sheet::default()
    };
    let mut put = |row: u32, col: usize, text: &str| {
        let col = u16::try_from(col).expect("few columns");
        let value = CellValue::Text(Vi::quoted(text));
        sheet.put(row, col, value, StyleId::default());
    };
    for (col, heading) in HEADINGS.iter().enumerate() {
        put(2, col, heading);
    }
    for n in 0..rows {
        let row = n + 3;
        let done = n % 3 == 0;
        put(row, 0, &format!("{}", n + 1));
        put(row, 1, &format!("D{department}.{n}"));
        put(
            row,
            2,
            &format!("Thực hiện nội dung cải cách hành chính số {n} của phòng {department}"),
        );
        put(row, 3, DEADLINES[n as usize % DEADLINES.len()]);
        put(
            row,
            4,
            if done {
                "Hoàn thành"
            } else {
                "Đang thực hiện"
            },
        );
        put(row, 5, if done { "100%" } else { "40%" });
        put(row, 6, if done { "20/6/2026" } else { "" });
        put(row, 7, if done { "Báo cáo số 10/BC-BQL" } else { "" });
        put(row, 8, "Chờ ý kiến của cơ quan chuyên môn");
    }
    let book = Book {
        sheets: vec![sheet],
        ..Book::default()
    };
    xlsx::render(&book).expect("a workbook")
}

fn share(core: &Core, rows: u32) -> (Vec<Vec<u8>>, Snapshot) {
    let books: Vec<Vec<u8>> = (0..DEPARTMENTS).map(|d| workbook(d, rows)).collect();
    let files = books
        .iter()
        .enumerate()
        .map(|(d, bytes)| SeenFile {
            path: format!("phong-{d}/bieu.xlsx"),
            folder: Some(format!("phong-{d}")),
            role: Role::Annex,
            hash: format!("{d}-{rows}"),
            size: bytes.len() as u64,
            modified: Timestamp::UNIX_EPOCH,
            content: read(core, bytes),
        })
        .collect();
    let snapshot = Snapshot {
        files,
        ..Snapshot::default()
    };
    (books, snapshot)
}

fn read(
    core: &Core,
    bytes: &[u8],
) -> Result<Arc<annexd::domain::reading::Reading>, annexd::domain::snapshot::FileFault> {
    let grid = intake::read_grid(bytes, &core.config.limits)?;
    Ok(Arc::new(intake::read(Arc::new(grid), &core.read_context())))
}

fn passes(c: &mut Criterion) {
    let core = core();
    let cx = core.context(&[], false, true);
    let day = date(2026, 11, 22);
    let now = Now {
        instant: Timestamp::UNIX_EPOCH,
        local: day.at(8, 0, 0, 0),
        as_of: day,
        as_of_given: true,
        doubted: false,
    };
    let mut group = c.benchmark_group("share");
    group.sample_size(10);
    for rows in [50_u32, 200] {
        let (books, snapshot) = share(&core, rows);
        let tasks = u64::from(rows) * DEPARTMENTS as u64;
        group.throughput(Throughput::Elements(tasks));
        group.bench_with_input(BenchmarkId::new("read", tasks), &books, |b, books| {
            b.iter(|| {
                books
                    .iter()
                    .map(|bytes| read(&core, bytes))
                    .collect::<Vec<_>>()
            });
        });
        let state = State::default();
        group.bench_with_input(
            BenchmarkId::new("judge", tasks),
            &snapshot,
            |b, snapshot| {
                b.iter(|| pass::assess(&state.ledger, snapshot, &now, &cx));
            },
        );
        let (next, _) = pass::advance(&state, &snapshot, &now, &cx);
        let (baseline, assessment) = pass::assess(&next.ledger, &snapshot, &now, &cx);
        let input = kpi::Input {
            ledger: &next.ledger,
            assessment: &assessment,
            baseline: baseline.as_ref(),
            files: &snapshot.files,
            as_of: day,
            config: &core.config,
            calendar: &core.calendar,
            indicators: &core.indicators,
            log: &[],
            trend: &[],
            oddities: &[],
        };
        group.bench_with_input(BenchmarkId::new("compute", tasks), &input, |b, input| {
            b.iter(|| kpi::consolidate(black_box(input)));
        });
        group.bench_with_input(BenchmarkId::new("pass", tasks), &snapshot, |b, snapshot| {
            b.iter(|| pass::advance(&next, snapshot, &now, &cx));
        });
    }
    group.finish();
}

/// The plainest way: every cell of every workbook into one list, nothing understood, nothing judged.
fn naive(books: &[Vec<u8>]) -> Vec<u8> {
    use calamine::{Data, Reader as _, Xlsx};
    use rust_xlsxwriter::{Format, FormatBorder, Workbook};
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let format = Format::new().set_border(FormatBorder::Thin).set_text_wrap();
    let mut at = 0;
    for bytes in books {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        let range = book.worksheet_range_at(0).expect("a sheet").expect("cells");
        for row in range.rows() {
            for (col, cell) in (0..).zip(row) {
                let written = match cell {
                    Data::Float(n) => sheet.write_number_with_format(at, col, *n, &format),
                    Data::Empty => sheet.write_blank(at, col, &format),
                    other => sheet.write_string_with_format(at, col, other.to_string(), &format),
                };
                written.expect("written");
            }
            at += 1;
        }
    }
    workbook.save_to_buffer().expect("saved")
}

/// Median seconds of so many runs of each of two works, by turns.
fn by_turns(rounds: usize, mut a: impl FnMut(), mut b: impl FnMut()) -> (f64, f64) {
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    let (mut first, mut second): (Vec<f64>, Vec<f64>) =
        (0..rounds).map(|_| (time(&mut a), time(&mut b))).unzip();
    first.sort_by(f64::total_cmp);
    second.sort_by(f64::total_cmp);
    (first[rounds / 2], second[rounds / 2])
}

/// A part of a pass, by name.
type Part<'a> = (&'static str, Box<dyn FnMut() + 'a>);

/// Prints how many times the time of the plainest program a whole pass takes, and each part of it.
#[expect(clippy::print_stdout, reason = "a bench tells its ratios")]
fn beside_naive(_: &mut Criterion) {
    let core = core();
    let cx = core.context(&[], false, true);
    let day = date(2026, 11, 22);
    let now = Now {
        instant: Timestamp::UNIX_EPOCH,
        local: day.at(8, 0, 0, 0),
        as_of: day,
        as_of_given: true,
        doubted: false,
    };
    let (books, snapshot) = share(&core, 500);
    let (state, effects) = pass::decide(&State::default(), &snapshot, &now, &cx);
    let read = || books.iter().map(|b| read(&core, b)).collect::<Vec<_>>();
    let works: [Part<'_>; 4] = [
        ("read", Box::new(|| drop(black_box(read())))),
        (
            "judge and compute",
            Box::new(|| drop(black_box(pass::decide(&state, &snapshot, &now, &cx)))),
        ),
        (
            "render all workbooks",
            Box::new(|| {
                let mut effects = effects.clone();
                pass::render(&mut effects, snapshot.clone(), &cx, &|_, _| false);
                drop(black_box(effects));
            }),
        ),
        (
            "see that nothing changed",
            Box::new(|| {
                let settled =
                    pass::is_settled(&state, &effects.consolidation, &snapshot, &now, &cx);
                black_box(settled);
            }),
        ),
    ];
    println!(
        "{} workbooks of 500 tasks, times of the plainest read and write:",
        books.len()
    );
    for (name, work) in works {
        let (ours, plain) = by_turns(5, work, || drop(black_box(naive(&books))));
        println!("  {name:<28} {:.2}", ours / plain);
    }
}

criterion_group!(benches, passes, beside_naive);
criterion_main!(benches);
