//! Weeks of a board on a real folder with a real store: edits right and wrong, rows moved, added and taken out, saves cut short or interrupted
//! as Excel's, files renamed, moved between folders and copied, twins that look alike, the share away or empty, clocks that step, restarts
//! and other settings. Whatever happens no accepted row goes, no figure stands that nobody typed, nobody is mailed twice for a day; and
//! whenever the share is calm, ledger and published workbook are what a reader with pencil and paper holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use annexd::daemon::{Done, PassError, Setup, perform};
use annexd::domain::notice::{MailState, SendReason};
use annexd::domain::now::Now;
use annexd::domain::reading::Reading;
use annexd::domain::snapshot::{FileFault, Snapshot};
use annexd::intake::{self, prescan::prescan, read_grid};
use annexd::outbox::{Outcome, Policy, settle};
use annexd::pass::{self, State};
use annexd::shell::snapshot::{Patience, Scanner};
use annexd::shell::store::Store;
use annexd::shell::vault::Vault;
use annexd::text::Text;
use jiff::civil::{Date, date};

use crate::support::case::{House, noon};
use crate::support::grid::grid;
use crate::support::stage::text_at;
use crate::support::xlsx::render;

const HEAD: &str = "| Mã nhiệm vụ | Nội dung nhiệm vụ | Đơn vị chủ trì | Thời hạn hoàn thành | Tình trạng | Tiến độ (%) | Lý do chậm |";
const UNITS: [(&str, &str, &str); 3] = [
    ("VP", "Văn phòng", "van-phong"),
    ("TT", "Trung tâm", "trung-tam"),
    ("KH", "Phòng Kế hoạch", "ke-hoach"),
];
const WORK: [&str; 5] = [
    "Rà soát thủ tục đất đai",
    "Số hóa hồ sơ lưu trữ",
    "Tập huấn viên chức",
    "Xây dựng cổng thông tin",
    "Công khai kết quả giải quyết",
];
const WHERE: [&str; 6] = [
    "tại bộ phận một cửa của Ban",
    "theo đề án được tỉnh phê duyệt",
    "trong các khu công nghiệp mới",
    "phục vụ doanh nghiệp nước ngoài",
    "bằng chữ ký số và hồ sơ điện tử",
    "gắn với kiểm tra định kỳ hằng quý",
];
/// The same name as Windows and as macOS write it.
const COMPOSED: &str = "Biểu tổng.xlsx";
const DECOMPOSED: &str = "Bie\u{302}\u{309}u to\u{302}\u{309}ng.xlsx";

/// Knuth's MMIX congruence.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn of(&mut self, len: usize) -> usize {
        usize::try_from(self.throw(len as u64)).unwrap()
    }
}

#[derive(Clone, Debug)]
struct Line {
    code: String,
    work: String,
    due: Date,
    progress: u64,
    /// Typed wrongly: nothing of the row counts.
    wrong: bool,
}

/// One department with its workbook.
struct Desk {
    unit: usize,
    /// Below the department's folder.
    name: String,
    lines: Vec<Line>,
    made: usize,
    removed: usize,
    /// What lies in the folder besides, or instead: taken away before the share is calm.
    stray: Vec<PathBuf>,
    /// Whether the workbook itself is whole and in its place.
    whole: bool,
    /// Per task every figure that was ever saved rightly.
    typed: BTreeMap<String, BTreeSet<u64>>,
}

struct Board {
    dir: tempfile::TempDir,
    desks: Vec<Desk>,
    dice: Dice,
    day: Date,
    toml: String,
    store: Option<Store>,
    scanner: Scanner,
    /// Accepted, on paper: as of the last time the share was calm.
    paper: BTreeMap<String, u64>,
    mails: BTreeMap<String, u64>,
    days: BTreeSet<(String, Date)>,
    /// What was done, to be read when a seed fails.
    deeds: Vec<String>,
}

impl Drop for Board {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.deeds.join("\n"));
        }
    }
}

impl Desk {
    fn folder(&self, root: &Path) -> PathBuf {
        root.join(UNITS[self.unit].2)
    }

    fn bytes(&self) -> Vec<u8> {
        let (_, lead, _) = UNITS[self.unit];
        let mut rows = vec![HEAD.to_owned()];
        rows.extend(self.lines.iter().map(|l| {
            let progress = if l.wrong {
                "gần xong".to_owned()
            } else {
                l.progress.to_string()
            };
            format!(
                "| {} | {} | {lead} | d:{} | Đang thực hiện | {progress} | Theo chỉ đạo |",
                l.code, l.work, l.due
            )
        }));
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        render(&grid(&rows))
    }

    /// Saved whole: what is right in it may count from now on.
    fn note(&mut self) {
        for line in self.lines.iter().filter(|l| !l.wrong) {
            let known = self.typed.entry(line.code.clone()).or_default();
            known.insert(line.progress);
        }
    }

    fn edit(&mut self, dice: &mut Dice) {
        for _ in 0..dice.throw(3) {
            let at = dice.of(self.lines.len());
            let line = &mut self.lines[at];
            line.wrong = dice.throw(4) == 0;
            line.progress = dice.throw(98) + 1;
        }
        match dice.throw(6) {
            0 => {
                let (a, b) = (dice.of(self.lines.len()), dice.of(self.lines.len()));
                self.lines.swap(a, b);
            }
            1 if self.lines.len() < 12 => self.insert(dice),
            // One of many: when most of a workbook's tasks go, the file is held (E09).
            2 if self.lines.len() > 5 && self.typed.len() > 5 * (self.removed + 1) => {
                let at = dice.of(self.lines.len());
                self.lines.remove(at);
                self.removed += 1;
            }
            _ => {}
        }
    }

    fn insert(&mut self, dice: &mut Dice) {
        let (work, place) = (
            WORK[self.made % WORK.len()],
            WHERE[self.made / WORK.len() % WHERE.len()],
        );
        let work = format!("{work} {place}");
        self.made += 1;
        let line = Line {
            code: format!("{}{:02}", UNITS[self.unit].0, self.made),
            work,
            due: date(2026, 12, i8::try_from(dice.throw(28) + 1).unwrap()),
            progress: dice.throw(90) + 1,
            wrong: dice.throw(5) == 0,
        };
        let at = dice.of(self.lines.len() + 1);
        self.lines.insert(at, line);
    }
}

fn put(path: &Path, bytes: &[u8], day: Date) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
    let at = noon(day).instant.as_second() - 3600;
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at).unwrap());
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(at).unwrap();
}

fn house(toml: &str) -> House {
    House::new(toml)
}

/// The program on this share; `shows` whether workbooks are rendered (most of a pass's time).
fn setup(toml: &str, day: Date, shows: bool) -> Setup {
    let core = Arc::new(house(toml).core());
    let (reads, decides, renders) = (Arc::clone(&core), Arc::clone(&core), Arc::clone(&core));
    Setup {
        config: core.config.clone(),
        text: Text::embedded(),
        parse: Box::new(move |files| {
            let read = |bytes: Arc<[u8]>| -> Result<Reading, FileFault> {
                let limits = &reads.config.limits;
                prescan(&bytes, limits)?;
                let grid = read_grid(&bytes, limits)?;
                Ok(intake::read(Arc::new(grid), &reads.read_context()))
            };
            files.into_iter().map(read).collect()
        }),
        advance: Box::new(
            move |state: &State, snapshot: &Snapshot, now, alarms, released| {
                pass::decide(
                    state,
                    snapshot,
                    now,
                    &decides.context(alarms, released, true),
                )
            },
        ),
        render: Box::new(move |effects, snapshot, stands| {
            if shows {
                pass::render(
                    effects,
                    snapshot,
                    &renders.context(&[], false, true),
                    stands,
                );
            }
        }),
        basis: toml.to_owned(),
        as_of: Some(day),
        steady: None,
    }
}

impl Board {
    fn new(seed: u64) -> Self {
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let dir = dir.unwrap();
        let mut toml = format!(
            "share = {:?}\nstate_dir = {:?}\n[watch]\nsettle_ms = 0\ndeletion_s = 0\n",
            dir.path().join("share").display().to_string(),
            dir.path().join("state").display().to_string(),
        );
        for (code, name, folder) in UNITS {
            toml += &format!(
                "[[department]]\ncode = \"{code}\"\nname = \"{name}\"\nfolder = \"{folder}\"\nmail = [\"{folder}@example.vn\"]\noffice = {}\n",
                code == "VP"
            );
        }
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9));
        let desks = (0..UNITS.len()).map(|unit| {
            let mut desk = Desk {
                unit,
                name: COMPOSED.to_owned(),
                lines: Vec::new(),
                made: 0,
                removed: 0,
                stray: Vec::new(),
                whole: true,
                typed: BTreeMap::new(),
            };
            for _ in 0..6 {
                desk.insert(&mut dice);
            }
            desk
        });
        let desks = desks.collect();
        let board = Self {
            desks,
            dice,
            day: date(2026, 11, 24),
            toml,
            store: None,
            scanner: Scanner::default(),
            paper: BTreeMap::new(),
            mails: BTreeMap::new(),
            days: BTreeSet::new(),
            deeds: Vec::new(),
            dir,
        };
        fs::create_dir_all(board.root()).unwrap();
        fs::write(board.root().join(".annexd"), "").unwrap();
        board
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("share")
    }

    /// One department's doing between two passes.
    fn act(&mut self, at: usize) {
        let root = self.root();
        let (day, dice, desk) = (self.day, &mut self.dice, &mut self.desks[at]);
        let (before, lines) = (desk.bytes(), desk.lines.clone());
        desk.edit(dice);
        let (folder, bytes) = (desk.folder(&root), desk.bytes());
        let path = folder.join(&desk.name);
        let old = dice.throw(2) == 0;
        let copied = if old { &before } else { &bytes };
        let what = dice.throw(12);
        if old && matches!(what, 2 | 3) {
            // An older state of the workbook, saved whole after all.
            let new = std::mem::replace(&mut desk.lines, lines);
            desk.note();
            desk.lines = new;
        }
        let rows: Vec<String> = desk
            .lines
            .iter()
            .map(|l| {
                format!(
                    "{} {}{}",
                    l.code,
                    l.progress,
                    if l.wrong { "?" } else { "" }
                )
            })
            .collect();
        self.deeds.push(format!(
            "{day} {} deed {what} old {old}: {}, {rows:?}",
            UNITS[at].2, desk.name
        ));
        match what {
            // Cut short: nothing in it counts yet.
            0 => {
                put(&path, &bytes[..bytes.len() * 2 / 3], day);
                desk.whole = false;
                return;
            }
            // Excel died between its two renamings.
            1 => {
                let hex = folder.join("7BD1C000");
                put(&hex, &bytes, day);
                let _ = fs::remove_file(&path);
                desk.stray.push(hex);
                desk.whole = false;
                return;
            }
            2 => {
                let copy = folder.join("Biểu tổng - Copy.xlsx");
                put(&copy, copied, day);
                desk.stray.push(copy);
            }
            3 => {
                let twin = folder.join(DECOMPOSED);
                if twin != path {
                    put(&twin, copied, day);
                    desk.stray.push(twin);
                }
            }
            // Under another name, or in another folder.
            4 => {
                let _ = fs::remove_file(&path);
                let names = [
                    COMPOSED,
                    "Biểu mới.xlsx",
                    "nam 2026/Biểu tổng.xlsx",
                    "nam 2026/quy 4/Biểu.xlsx",
                ];
                names[dice.of(names.len())].clone_into(&mut desk.name);
            }
            5 => {
                let litter = folder.join("~$Biểu tổng.xlsx");
                put(&litter, b"who has it open", day);
                desk.stray.push(litter);
            }
            _ => {}
        }
        put(&folder.join(&desk.name), &bytes, day);
        desk.whole = true;
        desk.note();
    }

    fn pass(&mut self, shows: bool) -> Result<Done, PassError> {
        let setup = setup(&self.toml, self.day, shows);
        let state_dir = setup.config.state_dir.clone();
        let store = self
            .store
            .get_or_insert_with(|| Store::open(&state_dir).unwrap());
        let vault = Vault::open(&state_dir).unwrap();
        let now = Now {
            as_of_given: true,
            ..noon(self.day)
        };
        let patience = Patience::Daemon;
        perform(
            &setup,
            store,
            &vault,
            &mut self.scanner,
            patience,
            &now,
            &[],
        )
    }

    /// A pass whatever the share looks like: what must hold at any time.
    fn look(&mut self, when: &str) {
        self.deeds.push(format!("{} look", self.day));
        let done = self.pass(false);
        if let Err(e) = &done {
            assert!(matches!(e, PassError::Share(_)), "{when}: {e}");
        } else if let Ok(done) = &done {
            assert_eq!(done.refused, None, "{when}");
        }
        let state = self.store.as_ref().unwrap().load(0).unwrap();
        for (code, figure) in &self.paper {
            let row = state.ledger.rows.get(code);
            let row = row.unwrap_or_else(|| panic!("{when}: {code} ({figure}) is gone"));
            let shown = row.values.progress.unwrap();
            let typed = self.desks.iter().filter_map(|d| d.typed.get(code));
            let any = typed.flatten().any(|t| (*t as f64 - shown).abs() < 1e-9);
            let from = &row.source;
            assert!(
                any,
                "{when}: nobody typed {shown} for {code} {from:?}, {figure} stood before"
            );
        }
        self.deliver(when);
    }

    /// Hands over what is queued, and remembers who was mailed.
    fn deliver(&mut self, when: &str) {
        let policy = Policy {
            retry_s: &[60],
            give_up_days: 3,
        };
        let store = self.store.as_mut().unwrap();
        let now = noon(self.day).instant;
        for mut entry in store.outbox().unwrap() {
            assert_eq!(entry.state, MailState::Pending, "{when}");
            settle(&mut entry, &Outcome::Sent("250 ok".to_owned()), now, policy);
            store.record_mail(&entry).unwrap();
            let times = self.mails.entry(entry.mail.message_id.clone()).or_default();
            *times += 1;
            assert_eq!(*times, 1, "{when}: {} twice", entry.mail.message_id);
            let fresh = self.days.insert((entry.mail.to.clone(), self.day));
            assert!(fresh, "{when}: a second mail to {} that day", entry.mail.to);
        }
        let said = store.load(0).unwrap().said;
        for s in said
            .said
            .values()
            .filter(|s| s.reason == SendReason::HeldBack)
        {
            let days = self.days.iter().filter(|(to, _)| *to == s.to).count();
            assert!(s.times as usize <= days, "{when}: {s:?}");
        }
    }

    /// Everybody has ended what they were at, and two passes have seen it.
    fn calm(&mut self, when: &str, shows: bool) {
        self.deeds.push(format!("{} calm", self.day));
        let root = self.root();
        for desk in &mut self.desks {
            for stray in std::mem::take(&mut desk.stray) {
                let _ = fs::remove_file(stray);
            }
            put(
                &desk.folder(&root).join(&desk.name),
                &desk.bytes(),
                self.day,
            );
            desk.whole = true;
            desk.note();
        }
        self.look(when);
        self.look(when);
        let done = self.pass(shows).unwrap();
        self.deliver(when);
        assert_eq!(done.doubted, 0, "{when}");
        for line in self
            .desks
            .iter()
            .flat_map(|d| &d.lines)
            .filter(|l| !l.wrong)
        {
            self.paper.insert(line.code.clone(), line.progress);
        }
        let events = self.store.as_ref().unwrap().load(0).unwrap().ledger;
        let held: BTreeMap<String, u64> = events
            .rows
            .iter()
            .map(|(id, row)| (id.clone(), row.values.progress.unwrap() as u64))
            .collect();
        let strange: BTreeMap<&String, &u64> = held
            .iter()
            .filter(|(id, _)| !self.paper.contains_key(*id))
            .collect();
        // Accepted from a save that was undone before all was calm.
        for (id, figure) in strange {
            let typed = self
                .desks
                .iter()
                .any(|d| d.typed.get(id).is_some_and(|t| t.contains(figure)));
            assert!(typed, "{when}: {id} = {figure}");
            self.paper.insert(id.clone(), *figure);
        }
        for line in self
            .desks
            .iter()
            .flat_map(|d| &d.lines)
            .filter(|l| !l.wrong)
        {
            let told = (&done.told.asking, &done.troubles);
            assert_eq!(
                held.get(&line.code),
                Some(&line.progress),
                "{when}: {}, {told:?}",
                line.code
            );
        }
        for code in self.paper.keys() {
            assert!(held.contains_key(code), "{when}: {code} is gone");
        }
        if shows {
            self.published(&held, when);
        }
    }

    /// The workbook that people open: whole, every task of the ledger once, with its figure.
    fn published(&self, held: &BTreeMap<String, u64>, when: &str) {
        let bytes = fs::read(self.root().join("_tong-hop/Tong-hop.xlsx")).unwrap();
        let limits = &house(&self.toml).config.limits;
        prescan(&bytes, limits).unwrap();
        let book = read_grid(&bytes, limits).unwrap();
        let sheet = book.sheets.iter().find(|s| s.name == "Nhiệm vụ").unwrap();
        let place = |heading: &str| {
            let found = sheet
                .cells
                .iter()
                .find(|c| text_at(sheet, c.at.row, c.at.col) == heading);
            found.unwrap_or_else(|| panic!("{when}: no {heading}")).at
        };
        let (code, progress) = (place("Mã nhiệm vụ"), place("Tiến độ (%)"));
        let mut shown: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let rows: BTreeSet<u32> = sheet
            .cells
            .iter()
            .map(|c| c.at.row)
            .filter(|r| *r > code.row)
            .collect();
        for row in rows {
            let task = text_at(sheet, row, code.col);
            if !task.is_empty() {
                shown
                    .entry(task)
                    .or_default()
                    .push(text_at(sheet, row, progress.col));
            }
        }
        for (task, figure) in held {
            let cells = shown
                .get(task)
                .unwrap_or_else(|| panic!("{when}: {task} is not published"));
            assert_eq!(cells.len(), 1, "{when}: {task} is published twice");
            let cell: f64 = cells[0].parse().unwrap();
            let same = [*figure as f64, *figure as f64 / 100.0]
                .iter()
                .any(|f| (f - cell).abs() < 1e-6);
            assert!(same, "{when}: {task} shows {cell}, not {figure}");
        }
    }

    fn restart(&mut self) {
        let absences = self.store.take().and_then(|s| s.meta("absences").unwrap());
        self.scanner = Scanner::remembering(absences.as_deref());
    }

    /// What befalls the whole share or the machine.
    fn befall(&mut self, when: &str) {
        let root = self.root();
        let aside = self.dir.path().join("aside");
        let what = self.dice.throw(10);
        self.deeds.push(format!("{} befalls {what}", self.day));
        match what {
            // Not mounted: an empty folder, or none.
            0 => {
                fs::rename(&root, &aside).unwrap();
                fs::create_dir(&root).unwrap();
                assert!(self.pass(false).is_err(), "{when}: an empty root");
                fs::remove_dir(&root).unwrap();
                assert!(self.pass(false).is_err(), "{when}: no root");
                fs::rename(&aside, &root).unwrap();
            }
            // All departments' folders gone for some looks.
            1 => {
                fs::create_dir(&aside).unwrap();
                for (.., folder) in UNITS {
                    let _ = fs::rename(root.join(folder), aside.join(folder));
                }
                for _ in 0..3 {
                    self.look(when);
                }
                for (.., folder) in UNITS {
                    let _ = fs::rename(aside.join(folder), root.join(folder));
                }
                fs::remove_dir_all(&aside).unwrap();
            }
            2 | 3 => self.restart(),
            // The clock steps back a day for a pass.
            4 => {
                let day = self.day;
                self.day = day.yesterday().unwrap();
                self.look(when);
                self.day = day;
            }
            // Off over some days.
            5 => {
                self.restart();
                let days = i64::try_from(self.dice.throw(6)).unwrap();
                self.day = self.day.checked_add(jiff::Span::new().days(days)).unwrap();
            }
            // Other settings.
            6 => {
                let days = self.dice.throw(5) + 2;
                let base = self.toml.split("[notices]").next().unwrap().to_owned();
                self.toml = format!("{base}[notices]\ndue_soon_days = [{days}, 1]\n");
            }
            _ => {}
        }
    }
}

fn weeks(seed: u64) {
    let mut board = Board::new(seed);
    board.calm(&format!("seed {seed}, the first day"), false);
    for step in 0..12_u64 {
        let when = format!("seed {seed}, step {step}, {}", board.day);
        for at in 0..board.desks.len() {
            if board.dice.throw(3) > 0 {
                board.act(at);
            }
            if board.dice.throw(4) == 0 {
                board.look(&when);
            }
        }
        board.befall(&when);
        board.look(&when);
        if board.dice.throw(3) == 0 {
            board.calm(&format!("{when}, calm"), false);
        }
        if board.dice.throw(3) > 0 {
            board.day = board.day.tomorrow().unwrap();
        }
    }
    board.calm(&format!("seed {seed}, the end"), true);
}

/// `ANNEXD_WEEKS=1-500` tries those seeds.
#[test]
fn weeks_of_a_real_folder_lose_nothing_and_nag_nobody() {
    let asked = std::env::var("ANNEXD_WEEKS").unwrap_or_else(|_| "1-16".to_owned());
    let (first, last) = asked.split_once('-').unwrap();
    for seed in first.parse::<u64>().unwrap()..=last.parse().unwrap() {
        weeks(seed);
    }
}
