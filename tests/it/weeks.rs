//! Weeks of a board on a real folder with a real store: edits right and wrong, rows moved, added and taken out, saves cut short or interrupted
//! as Excel's, files renamed, moved between folders and copied, twins that look alike, the share away or empty, clocks that step, restarts
//! and other settings. Whatever happens no accepted row goes, no figure stands that nobody typed, nobody is mailed twice for a day; and
//! whenever the share is calm, ledger and published workbook are what a reader with pencil and paper holds.

mod desk;
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use annexd::daemon::{Done, PassError, perform};
use annexd::domain::notice::{MailState, SendReason};
use annexd::domain::now::Now;
use annexd::intake::{prescan::prescan, read_grid};
use annexd::outbox::{Outcome, Policy, settle};
use annexd::shell::snapshot::{Patience, Scanner};
use annexd::shell::store::Store;
use annexd::shell::vault::Vault;
use jiff::civil::{Date, date};

use self::desk::{COMPOSED, DECOMPOSED, Desk, UNITS, figure_of, put};
use self::program::setup;
use crate::support::case::{House, noon};
use crate::support::dice::Dice;
use crate::support::stage::text_at;

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
                return;
            }
            // Excel died between its two renamings.
            1 => {
                let hex = folder.join("7BD1C000");
                put(&hex, &bytes, day);
                let _ = fs::remove_file(&path);
                desk.stray.push(hex);
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
            let any = typed
                .flatten()
                .any(|t| (figure_of(*t) - shown).abs() < 1e-9);
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
            desk.note();
        }
        self.look(when);
        self.look(when);
        let done = self.pass(shows).unwrap();
        self.deliver(when);
        // Several old names within a day are doubted; no workbook that is there is.
        let doubted = done.troubles.iter().filter(|t| t.kind == "doubted");
        for trouble in doubted {
            assert!(!root.join(&trouble.file).exists(), "{when}: {trouble:?}");
        }
        // Where so many old names went within a day that the fuse holds, a department may wait until it is believed.
        let waits: BTreeSet<&str> = done
            .troubles
            .iter()
            .filter(|t| t.reason == "mass-disappearance")
            .filter_map(|t| t.file.split('/').next())
            .collect();
        let is_calm = |desk: &&Desk| !waits.contains(UNITS[desk.unit].2);
        for line in self
            .desks
            .iter()
            .filter(is_calm)
            .flat_map(|d| &d.lines)
            .filter(|l| !l.wrong)
        {
            self.paper.insert(line.code.clone(), line.progress);
        }
        let ledger = self.store.as_ref().unwrap().load(0).unwrap().ledger;
        let figure = |progress: Option<f64>| (0..=100).find(|n| figure_of(*n) == progress.unwrap());
        let held: BTreeMap<String, u64> = ledger
            .rows
            .iter()
            .map(|(id, row)| (id.clone(), figure(row.values.progress).unwrap()))
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
            .filter(is_calm)
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
        let limits = &House::new(&self.toml).config.limits;
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
            let figure = figure_of(*figure);
            let same = [figure, figure / 100.0]
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
    let asked = std::env::var("ANNEXD_WEEKS").unwrap_or_else(|_| "1-5".to_owned());
    let (first, last) = asked.split_once('-').unwrap();
    for seed in first.parse::<u64>().unwrap()..=last.parse().unwrap() {
        weeks(seed);
    }
}
