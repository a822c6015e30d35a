//! What was read of unchanged workbooks is kept between runs: only ever a shorter way to the very same.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use annexd::daemon::{Setup, perform};
use annexd::domain::reading::Reading;
use annexd::domain::secrets::Secrets;
use annexd::domain::snapshot::{FileFault, Role, SeenFile};
use annexd::intake;
use annexd::pass::{self, Core, State};
use annexd::shell::readings::Readings;
use annexd::shell::snapshot::{Patience, Scanner};
use annexd::shell::store::Store;
use annexd::shell::vault::Vault;
use annexd::text::Text;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::share::{Home, SETTINGS, row, write};
use crate::support::case::{House, noon};

const BASIS: &str = "this program and these settings";
const DAY: Date = date(2026, 7, 6);

fn read(bytes: &[u8], core: &Core) -> Result<Reading, FileFault> {
    let grid = intake::read_grid(bytes, &core.config.limits)?;
    Ok(intake::read(Arc::new(grid), &core.read_context()))
}

/// A share with a state directory, and how many workbooks were parsed for it.
struct World {
    dir: tempfile::TempDir,
    setup: Setup,
    store: Store,
    vault: Vault,
    parsed: Arc<AtomicUsize>,
}

impl World {
    /// `warm` keeps readings between passes.
    fn new(warm: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("share")).unwrap();
        fs::write(dir.path().join("share/.annexd"), "").unwrap();
        let place = |name: &str| dir.path().join(name).display().to_string();
        let toml = SETTINGS
            .replace("\"share\"", &format!("{:?}", place("share")))
            .replace("\"state\"", &format!("{:?}", place("state")));
        let core = Arc::new(House::new(&toml).core());
        let parsed = Arc::new(AtomicUsize::new(0));
        let readings = Readings::of(&core.config.state_dir, BASIS);
        let (parse, decide, render) = (Arc::clone(&core), Arc::clone(&core), Arc::clone(&core));
        let count = Arc::clone(&parsed);
        let setup = Setup {
            config: core.config.clone(),
            text: Text::embedded(),
            parse: Box::new(move |files: Vec<Arc<[u8]>>| {
                let all = |files: Vec<Arc<[u8]>>| {
                    count.fetch_add(files.len(), Ordering::Relaxed);
                    files.iter().map(|bytes| read(bytes, &parse)).collect()
                };
                if warm {
                    readings.read(files, all)
                } else {
                    all(files)
                }
            }),
            advance: Box::new(move |state: &State, snapshot, now, alarms, released| {
                let cx = decide.context(alarms, released, true);
                pass::decide(state, snapshot, now, &cx)
            }),
            render: Box::new(move |effects, snapshot, stands| {
                pass::render(effects, snapshot, &render.context(&[], false, true), stands);
            }),
            basis: BASIS.to_owned(),
            as_of: Some(DAY),
            steady: None,
        };
        Self {
            store: Store::open(&core.config.state_dir).unwrap(),
            vault: Vault::open(&core.config.state_dir).unwrap(),
            dir,
            setup,
            parsed,
        }
    }

    fn path(&self, rest: &str) -> PathBuf {
        self.dir.path().join(rest)
    }

    fn put(&self, name: &str, rows: &[Vec<String>], minute: u64) {
        let path = self.path(&format!("share/{name}"));
        write(&path, rows);
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_782_000_000 + minute * 60);
        File::options()
            .append(true)
            .open(path)
            .unwrap()
            .set_modified(at)
            .unwrap();
    }

    /// One pass of a run of its own; how many workbooks were parsed in it.
    fn pass(&mut self, day: Date) -> usize {
        self.parsed.store(0, Ordering::Relaxed);
        perform(
            &self.setup,
            &mut self.store,
            &self.vault,
            &mut Scanner::default(),
            Patience::Once,
            &noon(day),
            &[],
        )
        .unwrap();
        self.parsed.load(Ordering::Relaxed)
    }

    /// Everything a pass leaves behind but the readings themselves.
    fn left(&self) -> (BTreeMap<String, Vec<u8>>, String) {
        let mut files = BTreeMap::new();
        gather(&self.path("share"), "", &mut files);
        let state = self.store.load(10_000).unwrap();
        let events = self.store.events(None, None).unwrap();
        let told = (state, events, self.store.alarms(100).unwrap());
        let here = self.dir.path().display().to_string();
        (files, format!("{told:?}").replace(&here, ""))
    }

    fn kept(&self) -> usize {
        fs::read_dir(self.path("state/readings")).map_or(0, Iterator::count)
    }
}

fn gather(folder: &Path, name: &str, out: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            gather(&path, &name, out);
        } else {
            out.insert(name, fs::read(&path).unwrap());
        }
    }
}

const FILES: [(&str, &str); 3] = [
    ("van-phong/Bieu.xlsx", "Văn phòng"),
    ("trung-tam/Bieu.xlsx", "Trung tâm"),
    ("_bieu-goc/Bieu-goc.xlsx", "Văn phòng"),
];

/// What people do between two passes.
#[derive(Clone, Debug)]
enum Edit {
    /// A result is typed into a row.
    Type(usize, usize, String),
    /// A row goes.
    Drop(usize, usize),
    /// A row is added.
    Add(usize, u8),
    /// A row is marked as a state secret.
    Mark(usize, usize),
    /// A workbook is saved without a change.
    Save(usize),
    /// A workbook takes another one's content.
    Copy(usize, usize),
    /// A workbook is damaged.
    Break(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let file = 0..FILES.len();
    prop_oneof![
        4 => (file.clone(), 0..6_usize, "(Đã|Chưa) [a-zđêô ]{3,12}")
            .prop_map(|(f, r, text)| Edit::Type(f, r, text)),
        1 => (file.clone(), 0..6_usize).prop_map(|(f, r)| Edit::Drop(f, r)),
        1 => (file.clone(), 1..9_u8).prop_map(|(f, n)| Edit::Add(f, n)),
        1 => (0..2_usize, 0..6_usize).prop_map(|(f, r)| Edit::Mark(f, r)),
        1 => file.clone().prop_map(Edit::Save),
        1 => (file.clone(), file.clone()).prop_map(|(a, b)| Edit::Copy(a, b)),
        1 => file.prop_map(Edit::Break),
    ]
}

type Books = Vec<Option<Vec<Vec<String>>>>;

fn apply(books: &mut Books, edit: &Edit) -> usize {
    let (file, broken) = match edit {
        Edit::Type(f, ..) | Edit::Drop(f, _) | Edit::Add(f, _) | Edit::Mark(f, _) => (*f, false),
        Edit::Save(f) | Edit::Copy(f, _) => (*f, false),
        Edit::Break(f) => (*f, true),
    };
    if let Edit::Copy(to, from) = edit {
        books[*to] = books[*from].clone();
    }
    let rows = books[file].get_or_insert_with(|| vec![row("1", FILES[file].1, "", "")]);
    let count = rows.len().max(1);
    match edit {
        Edit::Type(_, r, text) if !rows.is_empty() => rows[r % count][7].clone_from(text),
        Edit::Mark(_, r) if !rows.is_empty() => "Mật".clone_into(&mut rows[r % count][9]),
        Edit::Drop(_, r) if rows.len() > 1 => {
            rows.remove(r % count);
        }
        Edit::Add(_, n) => rows.push(row(&n.to_string(), FILES[file].1, "", "")),
        _ => {}
    }
    if broken {
        books[file] = None;
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// A run that finds readings comes to the very bytes and the very state of one that finds none.
    #[test]
    fn a_warm_pass_is_a_cold_one(edits in prop::collection::vec(edit(), 3..5)) {
        let mut worlds = [World::new(true), World::new(false)];
        let mut books: Books = FILES
            .iter()
            .map(|(_, unit)| Some((1..4).map(|n| row(&n.to_string(), unit, "", "")).collect()))
            .collect();
        let put = |worlds: &[World; 2], books: &Books, file: usize, minute: u64| {
            for world in worlds {
                match &books[file] {
                    Some(rows) => world.put(FILES[file].0, rows, minute),
                    None => {
                        world.put(FILES[file].0, &[], minute);
                        let path = world.path(&format!("share/{}", FILES[file].0));
                        let bytes = fs::read(&path).unwrap();
                        let at = fs::metadata(&path).unwrap().modified().unwrap();
                        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
                        let file = File::options().append(true).open(path).unwrap();
                        file.set_modified(at).unwrap();
                    }
                }
            }
        };
        for file in 0..FILES.len() {
            put(&worlds, &books, file, 0);
        }
        let mut day = DAY;
        for (minute, edit) in (0..).zip(std::iter::once(&Edit::Save(0)).chain(&edits)) {
            let file = apply(&mut books, edit);
            put(&worlds, &books, file, minute);
            for world in &mut worlds {
                world.pass(day);
            }
            let (warm, cold) = (worlds[0].left(), worlds[1].left());
            for (name, bytes) in &cold.0 {
                prop_assert!(warm.0.get(name) == Some(bytes), "{name} after {edit:?}");
            }
            prop_assert_eq!(warm.0.len(), cold.0.len());
            prop_assert_eq!(warm.1, cold.1);
            day = day.tomorrow().unwrap();
        }
    }
}

#[test]
fn the_parser_is_asked_for_what_changed_only() {
    let mut world = World::new(true);
    let rows = |unit: &str, result: &str| vec![row("1", unit, result, ""), row("2", unit, "", "")];
    for (name, unit) in &FILES[..2] {
        world.put(name, &rows(unit, ""), 0);
    }
    assert_eq!(world.pass(DAY), 2);
    assert_eq!(world.pass(DAY), 0, "nothing changed");
    world.put(FILES[1].0, &rows(FILES[1].1, "Đã trình"), 1);
    assert_eq!(world.pass(DAY), 1);
    assert_eq!(
        world.kept(),
        2,
        "what no workbook says any more is not kept"
    );
    world.put(FILES[1].0, &rows(FILES[1].1, "Đã trình"), 9);
    assert_eq!(world.pass(DAY), 0, "the bytes decide, not the time");
    let before = world.left();
    // An entry that is damaged, cut short, empty or another workbook's is no entry.
    let entries: Vec<PathBuf> = fs::read_dir(world.path("state/readings"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    let [one, other] = [&entries[0], &entries[1]].map(|p| fs::read(p).unwrap());
    let last = one.len() - 1;
    let flipped = |at: usize| {
        let mut bytes = one.clone();
        bytes[at] ^= 0x20;
        bytes
    };
    for wrong in [
        flipped(0),
        flipped(40),
        flipped(last),
        one[..last].to_vec(),
        Vec::new(),
        other,
    ] {
        fs::write(&entries[0], &wrong).unwrap();
        assert_eq!(world.pass(DAY), 1);
        assert_eq!(world.left(), before);
        assert_eq!(fs::read(&entries[0]).unwrap(), one, "it is written anew");
    }
    assert_eq!(world.pass(DAY), 0);
}

fn seen(path: &str, role: Role, rows: &[Vec<String>], core: &Core) -> SeenFile {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("Bieu.xlsx");
    write(&file, rows);
    let bytes = fs::read(file).unwrap();
    SeenFile {
        path: path.to_owned(),
        folder: path.split_once('/').map(|(folder, _)| folder.to_owned()),
        role,
        hash: blake3::hash(&bytes).to_hex().to_string(),
        size: bytes.len() as u64,
        modified: jiff::Timestamp::UNIX_EPOCH,
        content: read(&bytes, core).map(Arc::new),
    }
}

#[test]
fn readings_are_of_one_program_and_hold_no_secret() {
    let dir = tempfile::tempdir().unwrap();
    let core = House::new(SETTINGS).core();
    let of = |basis: &str| Readings::of(dir.path(), basis);
    let open = |n: &str| vec![row(n, "Văn phòng", "Đã trình", "")];
    let files = [
        seen("van-phong/a.xlsx", Role::Annex, &open("1"), &core),
        seen("van-phong/b.xlsx", Role::Annex, &open("2"), &core),
        seen("_kiem-tra/c.xlsx", Role::Trial, &open("3"), &core),
        seen(
            "van-phong/d.xlsx",
            Role::Annex,
            &[row("4", "Văn phòng", "", "Mật")],
            &core,
        ),
    ];
    let [a, b, trial, secret] = &files;
    let knows = |basis: &str, file: &SeenFile| of(basis).recall(&file.hash);
    of("one").keep(&files, &Secrets::default()).unwrap();
    assert_eq!(
        knows("one", a).as_ref(),
        Some(&**a.content.as_ref().unwrap())
    );
    assert!(knows("one", b).is_some());
    assert!(knows("one", trial).is_none(), "a trial drop is not kept");
    assert!(knows("one", secret).is_none(), "a marked row is not kept");
    assert!(knows("two", a).is_none(), "of another program");
    // The row of another annex turns out to be a secret that was marked elsewhere.
    let secrets = Secrets {
        files: BTreeMap::from([(a.path.clone(), a.hash.clone())]),
        ..Secrets::default()
    };
    of("one").keep(&files, &secrets).unwrap();
    assert!(knows("one", a).is_none() && knows("one", b).is_some());
    of("two").keep(&files, &Secrets::default()).unwrap();
    assert!(knows("two", a).is_some() && knows("one", b).is_none());
    of("two").forget().unwrap();
    assert!(knows("two", a).is_none() && !dir.path().join("readings").exists());
}

#[test]
fn the_program_reads_by_what_it_kept() {
    let home = Home::new();
    write(
        &home.path("share/van-phong/Bieu.xlsx"),
        &[row("1", "Văn phòng", "", "")],
    );
    write(
        &home.path("share/trung-tam/Bieu.xlsx"),
        &[row("2", "Trung tâm", "", "")],
    );
    home.once("2026-07-06");
    let kept = || fs::read_dir(home.path("state/readings")).unwrap().count();
    assert_eq!(kept(), 2);
    write(
        &home.path("share/trung-tam/Bieu.xlsx"),
        &[row("2", "Trung tâm", "Đã trình", "")],
    );
    let told = home.once("2026-07-07");
    assert_eq!(told["departments"].as_array().unwrap().len(), 2);
    assert_eq!(kept(), 2);
    let explained = home.run(&["explain", "NV02", "--as-of", "2026-07-07"]);
    assert!(explained.contains("NV02"), "{explained}");
}
