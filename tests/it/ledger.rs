//! What was held back never replaces what was accepted; the same input twice gives no second event; any past day can be rebuilt.

use annexd::domain::ledger::{Event, EventKind, Ledger};
use annexd::domain::snapshot::{FileFault, Role, SeenFile};
use annexd::domain::verdict::Verdict;
use annexd::ledger::{history, replay};
use annexd::text::Text;
use jiff::civil::{Date, date};

use crate::support::case::House;

const HEAD: &str = "| Mã nhiệm vụ | Nội dung nhiệm vụ | Đơn vị chủ trì | Thời hạn hoàn thành | Tình trạng | Tiến độ (%) | Ngày hoàn thành | Lý do chậm |";
const ROSTER: &str = "[[department]]\ncode = \"VP\"\nname = \"Văn phòng\"\nfolder = \"van-phong\"\noffice = true\n[[department]]\ncode = \"TT\"\nname = \"Trung tâm dịch vụ\"\nfolder = \"trung-tam\"\n";

const TASKS: [&str; 5] = [
    "Rà soát thủ tục hành chính",
    "Số hóa hồ sơ lưu trữ của Ban",
    "Tập huấn kỹ năng giao tiếp cho viên chức",
    "Xây dựng trang thông tin điện tử tổng hợp",
    "Công khai kết quả giải quyết hồ sơ",
];

fn row(n: usize, deadline: &str, status: &str, progress: &str, done: &str, reason: &str) -> String {
    let content = TASKS[n - 1];
    format!(
        "| NV0{n} | {content} | Văn phòng | {deadline} | {status} | {progress} | {done} | {reason} |"
    )
}

fn open(n: usize, progress: u32) -> String {
    row(
        n,
        "d:2027-06-30",
        "Đang thực hiện",
        &progress.to_string(),
        "",
        "",
    )
}

fn annex(house: &House, rows: &[String], day: Date) -> SeenFile {
    let mut lines = vec![HEAD];
    lines.extend(rows.iter().map(String::as_str));
    house.file("van-phong/Bieu.xlsx", Role::Annex, &lines, day)
}

struct Board {
    house: House,
    ledger: Ledger,
    events: Vec<Event>,
}

impl Board {
    fn new(toml: &str) -> Self {
        Self {
            house: House::new(toml),
            ledger: Ledger::default(),
            events: Vec::new(),
        }
    }

    /// One pass; a second one over the same input must say nothing.
    fn pass(&mut self, files: &[SeenFile], day: Date) -> usize {
        let (ledger, events, _, _) = self.house.pass(&self.ledger, files, day);
        let (again, more, versions, _) = self.house.pass(&ledger, files, day);
        assert!(more.is_empty(), "a second pass says {more:#?}");
        assert!(versions.is_empty(), "a second pass brings versions");
        assert_eq!(again, ledger);
        let count = events.len();
        self.events.extend(events);
        self.ledger = ledger;
        count
    }

    fn annex(&mut self, rows: &[String], day: Date) -> usize {
        let file = annex(&self.house, rows, day);
        self.pass(&[file], day)
    }

    fn progress(&self, id: &str) -> Option<f64> {
        self.ledger.rows[id].values.progress
    }
}

const DAY: Date = date(2026, 11, 2);

#[test]
fn a_row_in_error_keeps_its_last_accepted_values_and_says_so() {
    let mut board = Board::new("");
    board.annex(&[open(1, 40), open(2, 10)], DAY);
    let bad = row(1, "d:2027-06-30", "Đang thực hiện", "gần xong", "", "");
    board.annex(&[bad, open(2, 20)], date(2026, 11, 3));
    assert_eq!(board.progress("NV01"), Some(40.0));
    assert!(board.ledger.rows["NV01"].stale);
    assert_eq!(board.ledger.rows["NV01"].figures_on, DAY);
    assert_eq!(board.progress("NV02"), Some(20.0));
    board.annex(&[open(1, 50), open(2, 20)], date(2026, 11, 4));
    assert_eq!(board.progress("NV01"), Some(50.0));
    assert!(!board.ledger.rows["NV01"].stale);
    let told: Vec<&Event> = history(board.events.iter(), "NV01").collect();
    assert!(
        told.iter()
            .any(|e| matches!(&e.kind, EventKind::Held { codes, .. } if codes == &["T15"]))
    );
}

#[test]
fn a_file_in_error_keeps_every_row_with_its_day() {
    let mut board = Board::new(ROSTER);
    board.annex(&[open(1, 40), open(2, 10)], DAY);
    let mut broken = annex(&board.house, &[open(1, 90)], date(2026, 11, 5));
    broken.content = Err(FileFault::Unreadable("no zip archive".to_owned()));
    board.pass(&[broken], date(2026, 11, 5));
    assert_eq!(board.ledger.rows.len(), 2);
    assert!(
        board
            .ledger
            .rows
            .values()
            .all(|r| r.stale && r.figures_on == DAY)
    );
    assert_eq!(
        board.ledger.departments["VP"].held_since,
        Some(date(2026, 11, 5))
    );
    // The annex is gone altogether: the same rows stand.
    board.pass(&[], date(2026, 11, 6));
    assert_eq!(board.ledger.rows.len(), 2);
    board.annex(&[open(1, 90), open(2, 10)], date(2026, 11, 9));
    assert!(board.ledger.rows.values().all(|r| !r.stale));
    assert_eq!(board.ledger.departments["VP"].held_since, None);
}

#[test]
fn a_vanished_row_stays_and_an_unchanged_save_moves_the_day_of_the_figures() {
    let mut board = Board::new("");
    board.annex(&[open(1, 40), open(2, 10), open(3, 0)], DAY);
    board.annex(&[open(1, 40), open(2, 10)], date(2026, 11, 3));
    assert!(board.ledger.rows["NV03"].stale);
    assert_eq!(board.ledger.rows["NV01"].figures_on, date(2026, 11, 3));
    assert_eq!(board.ledger.rows["NV01"].changed_on, DAY);
    assert_eq!(board.ledger.departments["van-phong"].last_change, Some(DAY));
}

#[test]
fn every_day_can_be_rebuilt() {
    let mut board = Board::new("");
    let mut days = Vec::new();
    for n in 0..6_i8 {
        let day = date(2026, 11, 2 + n);
        let p = u32::try_from(n).unwrap() * 10;
        let rows = if n == 3 {
            vec![open(1, p), row(2, "d:2027-06-30", "Ngon lành", "5", "", "")]
        } else {
            vec![open(1, p), open(2, 100 - p), open(3, 5)]
        };
        board.annex(&rows, day);
        days.push((day, board.ledger.clone()));
    }
    for (day, ledger) in days {
        let rebuilt = replay(board.events.iter(), day);
        assert_eq!(rebuilt.rows, ledger.rows, "{day}");
        assert_eq!(rebuilt.departments, ledger.departments, "{day}");
    }
}

#[test]
fn the_office_changes_a_deadline_and_withdraws_a_task() {
    let mut board = Board::new(ROSTER);
    let base = |board: &Board, rows: &[String]| {
        let mut lines = vec![HEAD];
        lines.extend(rows.iter().map(String::as_str));
        board
            .house
            .file("_bieu-goc/Bieu-goc.xlsx", Role::Baseline, &lines, DAY)
    };
    let plan = |n: usize, deadline: &str| row(n, deadline, "", "", "", "");
    let first = base(&board, &[plan(1, "d:2027-06-30"), plan(2, "d:2027-06-30")]);
    let file = annex(&board.house, &[open(1, 40), open(2, 10)], DAY);
    board.pass(&[file.clone(), first], DAY);
    // The unit may not move its deadline; the Office may, and it counts at once.
    let moved = row(
        1,
        "d:2027-12-31",
        "Đang thực hiện",
        "45",
        "",
        "Theo văn bản số 12/CV-BQL",
    );
    let proposing = annex(&board.house, &[moved, open(2, 10)], date(2026, 11, 3));
    let first = base(&board, &[plan(1, "d:2027-06-30"), plan(2, "d:2027-06-30")]);
    board.pass(&[proposing.clone(), first], date(2026, 11, 3));
    assert_eq!(
        board.ledger.rows["NV01"].values.deadline.days[0].day,
        date(2027, 6, 30)
    );
    assert_eq!(board.progress("NV01"), Some(45.0));
    assert_eq!(board.ledger.proposals.len(), 1);
    assert_eq!(
        board.ledger.proposals[0].document.as_deref(),
        Some("12/CV-BQL")
    );
    let second = base(&board, &[plan(1, "d:2027-12-31")]);
    let only = annex(
        &board.house,
        &[row(
            1,
            "d:2027-12-31",
            "Đang thực hiện",
            "45",
            "",
            "Theo văn bản số 12/CV-BQL",
        )],
        date(2026, 11, 4),
    );
    board.pass(&[only, second], date(2026, 11, 4));
    assert_eq!(
        board.ledger.rows["NV01"].values.deadline.days[0].day,
        date(2027, 12, 31)
    );
    assert!(board.ledger.proposals.is_empty());
    assert!(
        !board.ledger.rows.contains_key("NV02"),
        "withdrawn by the Office"
    );
}

/// What a pass says of a unit's annex beside the Office's plan, `(code, severity, message)`.
fn told(board: &mut Board, plan: &[String], rows: &[String], day: Date) -> Vec<(String, String)> {
    let mut lines = vec![HEAD];
    lines.extend(plan.iter().map(String::as_str));
    let base = board
        .house
        .file("_bieu-goc/Bieu-goc.xlsx", Role::Baseline, &lines, DAY);
    let file = annex(&board.house, rows, day);
    let (_, assessment) = board
        .house
        .judge(&board.ledger, &[file.clone(), base.clone()], day);
    board.pass(&[file, base], day);
    let text = Text::embedded();
    assessment
        .findings
        .iter()
        .filter(|f| f.code != "L02")
        .map(|f| {
            let what = format!("{} {}", f.code, f.severity.name());
            (what, text.message(f).to_string())
        })
        .collect()
}

#[test]
fn a_unit_that_still_shows_what_was_approved_before_proposes_nothing() {
    let mut board = Board::new(ROSTER);
    let plan = |deadlines: [&str; 4]| -> Vec<String> {
        (1..)
            .zip(deadlines)
            .map(|(n, d)| row(n, d, "", "", "", ""))
            .collect()
    };
    let mine = |deadlines: [&str; 4]| -> Vec<String> {
        (1..)
            .zip(deadlines)
            .map(|(n, d)| row(n, d, "Đang thực hiện", "40", "", ""))
            .collect()
    };
    let old = ["d:2027-06-30"; 4];
    let new = [
        "d:2027-12-31",
        "d:2027-12-31",
        "d:2027-12-31",
        "d:2027-06-30",
    ];
    assert_eq!(told(&mut board, &plan(old), &mine(old), DAY), []);
    // The Office moves most deadlines: that is no mass change of the unit's, and nobody proposed it.
    for day in [date(2026, 11, 3), date(2026, 11, 4)] {
        let said = told(&mut board, &plan(new), &mine(old), day);
        assert_eq!(said.len(), 1, "{said:#?}");
        assert_eq!(said[0].0, "E02 info");
        let words = "đã được duyệt lại ngày 03/11/2026, nay là “31/12/2027”";
        assert!(said[0].1.contains(words), "{}", said[0].1);
        assert!(!said[0].1.contains("đề nghị thay đổi"));
        assert!(board.ledger.proposals.is_empty());
        let due = board.ledger.rows["NV01"].values.deadline.days[0].day;
        assert_eq!(due, date(2027, 12, 31));
    }
    // One task is taken over; the others are still told.
    let mut some = old;
    some[0] = new[0];
    let said = told(&mut board, &plan(new), &mine(some), date(2026, 11, 5));
    assert!(
        said[0].0 == "E02 info" && said[0].1.contains("D3, D4"),
        "{said:?}"
    );
    // Who has taken it over and goes back proposes a change.
    let said = told(&mut board, &plan(new), &mine(old), date(2026, 11, 6));
    let codes: Vec<&str> = said.iter().map(|(what, _)| what.as_str()).collect();
    assert_eq!(codes, ["E02 error", "E02 info"]);
    assert_eq!(board.ledger.proposals.len(), 1);
    assert_eq!(board.ledger.proposals[0].task, "NV01");
    assert_eq!(
        told(&mut board, &plan(new), &mine(new), date(2026, 11, 9)),
        []
    );
    assert!(board.ledger.superseded.is_empty());
}

#[test]
fn a_task_that_the_office_took_out_of_the_plan_is_no_proposal() {
    let mut board = Board::new(ROSTER);
    let plan: Vec<String> = (1..=4)
        .map(|n| row(n, "d:2027-06-30", "", "", "", ""))
        .collect();
    let mine: Vec<String> = (1..=4).map(|n| open(n, 40)).collect();
    assert_eq!(told(&mut board, &plan, &mine, DAY), []);
    for day in [date(2026, 11, 3), date(2026, 11, 4)] {
        let said = told(&mut board, &plan[..3], &mine, day);
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].0, "T04 info");
        assert!(said[0].1.contains("Từ 03/11/2026"), "{}", said[0].1);
        assert!(board.ledger.proposals.is_empty());
    }
    let own = row(5, "d:2027-06-30", "Đang thực hiện", "1", "", "");
    let mine = [&mine[..3], &[own]].concat();
    let said = told(&mut board, &plan[..3], &mine, date(2026, 11, 5));
    assert_eq!(said[0].0, "T04 warning");
    assert_eq!(board.ledger.proposals.len(), 1);
}

#[test]
fn a_recurring_task_gathers_its_completions() {
    let mut board = Board::new("");
    let task =
        |status: &str, done: &str| vec![row(1, "Hằng quý", status, "100", done, ""), open(2, 10)];
    board.annex(&task("Hoàn thành", "d:2026-06-25"), date(2026, 6, 29));
    assert_eq!(board.ledger.rows["NV01"].completions.len(), 1);
    // The same completion again closes nothing more.
    board.annex(&task("Hoàn thành", "d:2026-06-25"), date(2026, 8, 3));
    assert_eq!(board.ledger.rows["NV01"].completions.len(), 1);
    board.annex(&task("Hoàn thành", "d:2026-09-28"), date(2026, 9, 28));
    assert_eq!(board.ledger.rows["NV01"].completions.len(), 2);
    assert_eq!(
        board.ledger.rows["NV01"].values.completed,
        Some(date(2026, 9, 28))
    );
    assert!(!board.ledger.rows["NV01"].stale);
}

#[test]
fn nothing_of_a_secret_row_is_kept() {
    let house = House::new("");
    let head = format!("{HEAD} Độ mật |");
    let secret = "| NV05 | Phương án bảo vệ mục tiêu Hoàng Liên | Văn phòng | d:2027-06-30 | Đang thực hiện | 33 | | Chờ duyệt kín | Tối mật |";
    let plain = open(1, 40) + " |";
    let lines = [head.as_str(), plain.as_str(), secret];
    let file = house.file("van-phong/Bieu.xlsx", Role::Annex, &lines, DAY);
    let (ledger, events, versions, assessment) = house.pass(&Ledger::default(), &[file], DAY);
    assert_eq!(assessment.files[0].held, 1);
    assert_eq!(assessment.files[0].verdict, Verdict::AcceptedWithRemarks);
    let written = format!(
        "{} {} {:?} {:?}",
        serde_json::to_string(&ledger).unwrap(),
        serde_json::to_string(&events).unwrap(),
        versions,
        assessment
    );
    for word in ["Phương án", "bảo vệ", "Hoàng Liên", "NV05", "Chờ duyệt kín"] {
        assert!(!written.contains(word), "{word} was kept");
    }
}
