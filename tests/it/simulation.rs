//! A month of seeded edits by two departments: good ones, bad ones, undone ones, saves that never finish, two passes for one save and one pass
//! for two. What the ledger holds in the end is what a reader of the rules alone would hold: per task the last edit that was right.

use crate::support::dice::Dice;
use std::collections::BTreeMap;

use annexd::domain::assessment::Outcome;
use annexd::domain::ledger::{Event, Ledger};
use annexd::domain::snapshot::{FileFault, Role, SeenFile};
use annexd::ledger::replay;
use jiff::civil::{Date, date};

use crate::support::case::House;

const HEAD: &str = "| STT | Mã nhiệm vụ | Nội dung nhiệm vụ | Thời hạn hoàn thành | Tình trạng | Tiến độ (%) | Lý do chậm |";
const VERBS: [&str; 6] = [
    "Rà soát",
    "Số hóa",
    "Công khai",
    "Tập huấn",
    "Kiểm tra",
    "Nâng cấp",
];
const OBJECTS: [&str; 4] = [
    "thủ tục hành chính lĩnh vực đất đai",
    "hồ sơ lưu trữ của Ban quản lý",
    "cổng thông tin điện tử khu kinh tế",
    "quy trình tiếp nhận một cửa liên thông",
];

#[derive(Clone)]
struct Line {
    n: usize,
    status: String,
    progress: String,
    right: bool,
    value: f64,
}

impl Line {
    fn new(n: usize) -> Self {
        Self {
            n,
            status: "Đang thực hiện".to_owned(),
            progress: "10".to_owned(),
            right: true,
            value: 10.0,
        }
    }

    fn print(&self, department: &str) -> String {
        let n = self.n;
        let content = format!("{} {}", VERBS[self.n % 6], OBJECTS[self.n / 6]);
        format!(
            "| {n} | {department}{n:02} | {content} | d:2027-06-30 | {} | {} | Theo chỉ đạo |",
            self.status, self.progress
        )
    }

    fn edit(&mut self, seed: &mut Dice) {
        self.status = "Đang thực hiện".to_owned();
        self.value = f64::from(u32::try_from(seed.throw(90)).unwrap() + 2);
        self.progress = format!("{}", self.value);
        self.right = true;
        match seed.throw(6) {
            0 => self.progress = "gần xong".to_owned(),
            1 => self.progress = "150".to_owned(),
            2 => self.status = "Ngon lành".to_owned(),
            _ => return,
        }
        self.right = false;
    }
}

struct Desk {
    code: &'static str,
    path: &'static str,
    lines: Vec<Line>,
}

fn month(seed: u64) {
    let house = House::new("");
    let mut seed = Dice(seed);
    let mut desks = [
        Desk {
            code: "A",
            path: "phong-a/Bieu.xlsx",
            lines: (0..12).map(Line::new).collect(),
        },
        Desk {
            code: "B",
            path: "phong-b/Bieu.xlsx",
            lines: (12..24).map(Line::new).collect(),
        },
    ];
    let mut expected: BTreeMap<String, f64> = BTreeMap::new();
    let mut ledger = Ledger::default();
    let mut history: Vec<Event> = Vec::new();
    let mut day: Date = date(2026, 11, 1);
    for step in 0..30_u64 {
        let mut files: Vec<SeenFile> = Vec::new();
        for desk in &mut desks {
            let before = desk.lines.clone();
            for _ in 0..seed.throw(4) {
                let at = usize::try_from(seed.throw(desk.lines.len() as u64)).unwrap();
                desk.lines[at].edit(&mut seed);
            }
            // Undone before anybody looked, or saved while nobody could read it.
            if seed.throw(8) == 0 {
                desk.lines = before;
            }
            let mut rows: Vec<String> = vec![HEAD.to_owned()];
            let skipped = (seed.throw(5) == 0).then(|| seed.throw(desk.lines.len() as u64));
            for (n, line) in desk.lines.iter().enumerate() {
                if skipped != Some(n as u64) {
                    rows.push(line.print(desk.code));
                }
            }
            let lines: Vec<&str> = rows.iter().map(String::as_str).collect();
            let mut file = house.file(desk.path, Role::Annex, &lines, day);
            let broken = step > 0 && seed.throw(7) == 0;
            if broken {
                file.content = Err(FileFault::Unreadable("cut short".to_owned()));
            }
            files.push(file);
            if broken {
                continue;
            }
            for (n, line) in desk.lines.iter().enumerate() {
                if skipped != Some(n as u64) && line.right {
                    expected.insert(format!("{}{:02}", desk.code, line.n), line.value);
                }
            }
        }
        for _ in 0..=seed.throw(2) {
            let (next, events, _, assessment) = house.pass(&ledger, &files, day);
            for file in assessment.files.iter().filter(|f| !f.file_held) {
                assert_eq!(file.read, file.accepted + file.held);
            }
            ledger = next;
            history.extend(events);
        }
        day = day.tomorrow().unwrap();
    }
    let held: BTreeMap<String, f64> = ledger
        .rows
        .iter()
        .map(|(id, row)| (id.clone(), row.values.progress.unwrap()))
        .collect();
    assert_eq!(held, expected);
    assert_eq!(replay(history.iter(), day).rows, ledger.rows);
}

#[test]
fn a_month_of_edits_ends_with_the_last_right_one_of_each_task() {
    for seed in 1..=6 {
        month(seed);
    }
}

#[test]
fn rows_read_are_accepted_or_held_on_random_shares() {
    let house = House::new("");
    let mut seed = Dice(77);
    for _ in 0..25 {
        let mut lines: Vec<Line> = (0..1 + usize::try_from(seed.throw(20)).unwrap())
            .map(Line::new)
            .collect();
        for line in &mut lines {
            line.edit(&mut seed);
        }
        let mut rows = vec![HEAD.to_owned()];
        for line in &lines {
            rows.push(line.print("A"));
            if seed.throw(6) == 0 {
                rows.push("| II | | Nhóm nhiệm vụ về cải cách thể chế | | | | |".to_owned());
            }
        }
        rows.push("| Tổng cộng | | | | | |".to_owned());
        let text: Vec<&str> = rows.iter().map(String::as_str).collect();
        let file = house.file("phong-a/Bieu.xlsx", Role::Annex, &text, date(2026, 11, 2));
        let (_, assessment) = house.judge(&Ledger::default(), &[file], date(2026, 11, 2));
        let verdict = &assessment.files[0];
        assert_eq!(verdict.read as usize, lines.len());
        assert_eq!(verdict.accepted + verdict.held, verdict.read);
        let below = rows.len() as u64 - 1;
        assert_eq!(verdict.read + verdict.skipped.len() as u64, below);
        let right = lines.iter().filter(|l| l.right).count() as u64;
        assert_eq!(verdict.accepted, right);
        let sum = |counts: bool| -> f64 {
            assessment
                .rows
                .iter()
                .filter(|r| matches!(r.outcome, Outcome::Accepted(_)) == counts)
                .filter_map(|r| r.progress)
                .sum()
        };
        let accepted: f64 = lines.iter().filter(|l| l.right).map(|l| l.value).sum();
        assert!((sum(true) - accepted).abs() < 1e-6);
    }
}
