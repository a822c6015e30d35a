//! A month of three departments and the Office: right and wrong edits, undone ones, saves nobody can read, copies left in a folder, renamed
//! files, annexes away for a day, deadlines that the Office moves and that departments would like to move. The ledger of every day, in the end
//! and rebuilt from the history, is what a reader of the rules keeps with pencil and paper: [`Paper`] shares no code with the program.

use crate::support::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};

use annexd::domain::ledger::{Event, Ledger};
use annexd::domain::snapshot::{FileFault, Role, SeenFile};
use annexd::ledger::replay;
use jiff::civil::{Date, date};

use crate::support::case::House;

const HEAD: &str = "| Mã nhiệm vụ | Nội dung nhiệm vụ | Đơn vị chủ trì | Thời hạn hoàn thành | Tình trạng | Tiến độ (%) | Ngày hoàn thành | Lý do chậm |";
const ROSTER: &str = "[[department]]\ncode = \"VP\"\nname = \"Văn phòng\"\nfolder = \"van-phong\"\noffice = true\n\
[[department]]\ncode = \"TT\"\nname = \"Trung tâm\"\nfolder = \"trung-tam\"\n\
[[department]]\ncode = \"KH\"\nname = \"Phòng Kế hoạch\"\nfolder = \"ke-hoach\"\n";
const UNITS: [(&str, &str, &str); 3] = [
    ("VP", "Văn phòng", "van-phong"),
    ("TT", "Trung tâm", "trung-tam"),
    ("KH", "Phòng Kế hoạch", "ke-hoach"),
];
const TITLES: [&str; 8] = [
    "Rà soát thủ tục hành chính về đất đai",
    "Số hóa hồ sơ lưu trữ",
    "Tập huấn kỹ năng giao tiếp cho viên chức",
    "Xây dựng cổng thông tin điện tử",
    "Công khai kết quả giải quyết hồ sơ",
    "Khảo sát mức độ hài lòng của doanh nghiệp",
    "Nâng cấp hạ tầng mạng nội bộ",
    "Kiểm tra việc thực hiện quy chế một cửa",
];

/// A line of a department's workbook as typed.
#[derive(Clone, Debug)]
struct Line {
    code: String,
    title: &'static str,
    lead: &'static str,
    deadline: Date,
    status: &'static str,
    progress: String,
    done: Option<Date>,
    reason: &'static str,
    gone: bool,
}

impl Line {
    fn print(&self) -> String {
        let done = self.done.map(|d| format!("d:{d}")).unwrap_or_default();
        format!(
            "| {} | {} | {} | d:{} | {} | {} | {done} | {} |",
            self.code,
            self.title,
            self.lead,
            self.deadline,
            self.status,
            self.progress,
            self.reason
        )
    }

    fn edit(&mut self, day: Date, dice: &mut Dice) {
        self.gone = false;
        self.done = None;
        self.status = "Đang thực hiện";
        self.reason = ["", "Theo chỉ đạo"][usize::try_from(dice.throw(2)).unwrap()];
        self.progress = (dice.throw(98) + 1).to_string();
        match dice.throw(10) {
            0 => self.progress = "gần xong".to_owned(),
            1 => self.progress = "150".to_owned(),
            2 => self.status = "Ngon lành",
            3 | 4 => {
                self.status = "Hoàn thành";
                self.progress = "100".to_owned();
                self.done = Some(day);
            }
            5 => {
                self.status = "Hoàn thành";
                self.progress = "100".to_owned();
                self.done = Some(day.checked_add(jiff::Span::new().days(3)).unwrap());
            }
            6 => self.deadline = date(2027, 9, i8::try_from(dice.throw(28) + 1).unwrap()),
            7 => self.gone = true,
            _ => {}
        }
    }
}

/// What stands on paper of a task.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    unit: &'static str,
    progress: f64,
    done: Option<Date>,
    finished: bool,
    deadline: Date,
    figures_on: Date,
    stale: bool,
}

/// The reader's own book-keeping.
#[derive(Clone, Default)]
struct Paper {
    plan: BTreeMap<String, Date>,
    /// What was planned before and a workbook may still show.
    before: BTreeMap<String, BTreeSet<Date>>,
    tasks: BTreeMap<String, Entry>,
    wishes: BTreeSet<(String, Date)>,
}

impl Paper {
    fn move_deadline(&mut self, code: &str, to: Date) {
        let old = self.plan.insert(code.to_owned(), to).unwrap();
        if old != to {
            self.before.entry(code.to_owned()).or_default().insert(old);
        }
        if let Some(entry) = self.tasks.get_mut(code) {
            entry.deadline = to;
        }
    }

    /// Whether a line counts, by the rules alone.
    fn right(&self, line: &Line, day: Date) -> Option<f64> {
        let progress: f64 = line.progress.parse().ok()?;
        let finished = line.status == "Hoàn thành";
        if progress > 100.0 || line.status == "Ngon lành" || line.done.is_some_and(|d| d > day) {
            return None;
        }
        if let (Some(known), "") = (self.tasks.get(&line.code), line.reason) {
            let moved = known.done.is_some() && line.done != known.done;
            if progress < known.progress || (known.finished && !finished) || moved {
                return None;
            }
        }
        Some(progress)
    }

    fn silence(&mut self, unit: &str) {
        for entry in self.tasks.values_mut().filter(|e| e.unit == unit) {
            entry.stale = true;
        }
    }

    fn read(&mut self, unit: &'static str, lines: &[Line], saved: Date, day: Date) {
        self.silence(unit);
        let mine: BTreeSet<&str> = lines.iter().map(|l| l.code.as_str()).collect();
        self.wishes
            .retain(|(code, _)| !mine.contains(code.as_str()));
        for line in lines.iter().filter(|l| !l.gone) {
            let planned = self.plan[&line.code];
            let old = self.before.entry(line.code.clone()).or_default();
            if line.deadline == planned {
                old.clear();
            } else if old.contains(&line.deadline) {
                old.retain(|d| *d == line.deadline);
            } else {
                old.clear();
                self.wishes.insert((line.code.clone(), line.deadline));
            }
            let Some(progress) = self.right(line, day) else {
                continue;
            };
            let entry = Entry {
                unit,
                progress,
                done: line.done,
                finished: line.status == "Hoàn thành",
                deadline: planned,
                figures_on: saved,
                stale: false,
            };
            self.tasks.insert(line.code.clone(), entry);
        }
    }
}

/// The ledger in the same words.
fn copied(ledger: &Ledger) -> BTreeMap<String, Entry> {
    let unit = |code: &str| UNITS.iter().find(|(c, ..)| *c == code).unwrap().0;
    ledger
        .rows
        .iter()
        .map(|(id, row)| {
            let entry = Entry {
                unit: unit(&row.department),
                progress: row.values.progress.unwrap(),
                done: row.values.completed,
                finished: row.values.status_text == "Hoàn thành",
                deadline: row.values.deadline.days[0].day,
                figures_on: row.figures_on,
                stale: row.stale,
            };
            (id.clone(), entry)
        })
        .collect()
}

fn wishes(ledger: &Ledger) -> BTreeSet<(String, Date)> {
    let day = |text: &str| -> Date {
        let parts: Vec<&str> = text.split('/').collect();
        format!("{}-{:0>2}-{:0>2}", parts[2], parts[1], parts[0])
            .parse()
            .unwrap()
    };
    ledger
        .proposals
        .iter()
        .map(|p| (p.task.clone(), day(&p.new)))
        .collect()
}

struct Desk {
    unit: &'static str,
    path: String,
    lines: Vec<Line>,
    /// Last evening's folder, the day of its save, and whether it could be read.
    folder: Vec<SeenFile>,
    saved: Date,
    readable: bool,
}

struct Month {
    house: House,
    paper: Paper,
    ledger: Ledger,
    events: Vec<Event>,
    plan: Vec<Line>,
}

impl Month {
    fn pass(&mut self, files: &[SeenFile], day: Date) {
        let mut lines = vec![HEAD.to_owned()];
        for line in &self.plan {
            let mut line = line.clone();
            line.deadline = self.paper.plan[&line.code];
            lines.push(line.print());
        }
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let first = date(2026, 11, 1);
        let base = self
            .house
            .file("_bieu-goc/Bieu-goc.xlsx", Role::Baseline, &lines, first);
        let files: Vec<SeenFile> = files.iter().cloned().chain([base]).collect();
        let (ledger, events, ..) = self.house.pass(&self.ledger, &files, day);
        self.ledger = ledger;
        self.events.extend(events);
    }

    fn compare(&self, ledger: &Ledger, paper: &Paper, when: &str) {
        assert_eq!(copied(ledger), paper.tasks, "{when}");
        assert_eq!(wishes(ledger), paper.wishes, "{when}");
    }
}

fn desks() -> [Desk; 3] {
    UNITS.map(|(unit, lead, folder)| Desk {
        unit,
        path: format!("{folder}/Bieu.xlsx"),
        lines: (0..)
            .zip(TITLES)
            .map(|(n, title)| Line {
                code: format!("{unit}{n:02}"),
                title,
                lead,
                deadline: date(2027, 6, 30),
                status: "Đang thực hiện",
                progress: "10".to_owned(),
                done: None,
                reason: "",
                gone: false,
            })
            .collect(),
        folder: Vec::new(),
        saved: date(2026, 11, 1),
        readable: false,
    })
}

/// One department's day: what it saves, and how the folder stands in the evening.
fn evening(month: &Month, desk: &mut Desk, day: Date, dice: &mut Dice) {
    let before = desk.lines.clone();
    for _ in 0..dice.throw(3) {
        let at = usize::try_from(dice.throw(desk.lines.len() as u64)).unwrap();
        desk.lines[at].edit(day, dice);
    }
    // Undone before anybody looked.
    if dice.throw(9) == 0 {
        desk.lines = before;
    }
    if dice.throw(10) == 0 {
        desk.path = format!(
            "{}/Bieu ban {day}.xlsx",
            desk.path.split('/').next().unwrap()
        );
    }
    let mut rows = vec![HEAD.to_owned()];
    rows.extend(desk.lines.iter().filter(|l| !l.gone).map(Line::print));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let file = month.house.file(&desk.path, Role::Annex, &rows, day);
    let mut folder = vec![file.clone()];
    desk.readable = false;
    match dice.throw(14) {
        0 => folder[0].content = Err(FileFault::Unreadable("cut short".to_owned())),
        1 => {
            let mut copy = file;
            copy.path = format!("{}.ban sao.xlsx", desk.path);
            copy.hash = "another".to_owned();
            folder.push(copy);
        }
        2 => folder.clear(),
        _ => desk.readable = true,
    }
    (desk.folder, desk.saved) = (folder, day);
}

/// What the pass of a day makes of a folder, on paper.
fn note(month: &mut Month, desk: &Desk, day: Date) {
    if desk.readable {
        month.paper.read(desk.unit, &desk.lines, desk.saved, day);
    } else {
        month.paper.silence(desk.unit);
    }
}

fn run(seed: u64) {
    let mut dice = Dice(seed);
    let mut desks = desks();
    let mut month = Month {
        house: House::new(ROSTER),
        paper: Paper::default(),
        ledger: Ledger::default(),
        events: Vec::new(),
        plan: desks.iter().flat_map(|d| d.lines.clone()).collect(),
    };
    for line in &month.plan {
        month.paper.plan.insert(line.code.clone(), line.deadline);
    }
    let mut day = date(2026, 11, 1);
    let mut papers: Vec<(Date, Paper)> = Vec::new();
    for step in 0..30 {
        if step > 0 && dice.throw(4) == 0 {
            let at = usize::try_from(dice.throw(month.plan.len() as u64)).unwrap();
            let to = date(2028, 3, i8::try_from(dice.throw(28) + 1).unwrap());
            let code = month.plan[at].code.clone();
            month.paper.move_deadline(&code, to);
        }
        // A pass at any moment: before anybody saved, and after each of those who save one after the other.
        let mut moments = vec![step > 0 && dice.throw(2) == 0];
        for at in 0..desks.len() {
            moments.push(at + 1 == desks.len() || dice.throw(3) == 0);
        }
        for (at, looks) in moments.into_iter().enumerate() {
            if at > 0 {
                evening(&month, &mut desks[at - 1], day, &mut dice);
            }
            if looks {
                let all: Vec<SeenFile> = desks.iter().flat_map(|d| d.folder.clone()).collect();
                month.pass(&all, day);
                for desk in desks.iter().filter(|d| step > 0 || !d.folder.is_empty()) {
                    note(&mut month, desk, day);
                }
            }
        }
        let all: Vec<SeenFile> = desks.iter().flat_map(|d| d.folder.clone()).collect();
        // Twice over the same share, and as if nothing had been seen between.
        if dice.throw(3) == 0 {
            let count = month.events.len();
            month.pass(&all, day);
            assert_eq!(month.events.len(), count, "seed {seed}, {day}");
        }
        month.compare(&month.ledger, &month.paper, &format!("seed {seed}, {day}"));
        papers.push((day, month.paper.clone()));
        day = day.tomorrow().unwrap();
    }
    for (day, paper) in &papers {
        let past = replay(month.events.iter(), *day);
        month.compare(&past, paper, &format!("seed {seed}, rebuilt {day}"));
    }
}

#[test]
fn the_ledger_of_every_day_is_what_stands_on_paper() {
    for seed in 1..=3 {
        run(seed);
    }
}
