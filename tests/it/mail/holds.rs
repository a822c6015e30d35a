//! What is held, told to the operator, and forgotten.

use annexd::domain::finding::Severity;
use annexd::domain::notice::SaidLedger;
use jiff::civil::date;

use super::fixture::{Board, finding, heard, task};

const OWNER: &str = "qldt@example.vn";
const OFFICE: &str = "vanphong@example.vn";

#[test]
fn the_fuse_holds_a_wave_but_not_the_first_pass() {
    let mut config = String::from(
        "[notices]\nfuse_mails = 5\n[mail]\noperator = [\"quantri@example.vn\"]\n[[department]]\ncode = \"VP\"\nname = \"Văn phòng\"\noffice = true\n",
    );
    for n in 0..20 {
        config.push_str(&format!(
            "[[department]]\ncode = \"D{n}\"\nname = \"Phòng {n}\"\nmail = [\"d{n}@example.vn\"]\n"
        ));
    }
    let wave = |board: &mut Board| {
        for n in 0..20 {
            board
                .tasks
                .push(task(&format!("A{n}"), &format!("D{n}"), date(2026, 7, 10)));
        }
    };
    // A first pass over a new ledger is no wave.
    let mut board = Board::with(&config);
    wave(&mut board);
    assert_eq!(board.pass(date(2026, 7, 13)).decisions.len(), 20);
    // Later the same twenty at once are held; the operator alone is told, once.
    let mut board = Board::with(&config);
    board.pass(date(2026, 7, 10));
    wave(&mut board);
    let plan = board.pass(date(2026, 7, 13));
    assert!(plan.held);
    assert_eq!(plan.waiting.len(), 20);
    assert_eq!(
        plan.decisions
            .iter()
            .map(|d| d.to.as_str())
            .collect::<Vec<_>>(),
        ["quantri@example.vn"]
    );
    let plan = board.pass(date(2026, 7, 14));
    assert!(plan.held);
    assert_eq!(plan.decisions, []);
    // The count falls: what is left goes.
    let kept = board.tasks.split_off(16);
    let all = std::mem::replace(&mut board.tasks, kept);
    assert_eq!(board.look(date(2026, 7, 15)).decisions.len(), 4);
    // Or the operator releases them.
    board.tasks = all;
    board.released = true;
    let plan = board.pass(date(2026, 7, 15));
    assert!(!plan.held);
    assert_eq!(plan.decisions.len(), 16);
    // Sixteen are usual now: the next sixteen are no wave.
    board.released = false;
    assert!(!board.pass(date(2026, 7, 21)).held);
}

#[test]
fn an_alarm_that_could_not_be_told_is_left_for_the_next_pass() {
    let mut board = Board::new();
    board.alarms.push("the clock went back".to_owned());
    let sunday = board.pass(date(2026, 7, 12));
    assert_eq!(sunday.decisions, []);
    let left = annexd::notices::untold_alarms(&sunday.said, &board.config, &board.alarms);
    assert_eq!(left, board.alarms);
    let monday = board.pass(date(2026, 7, 13));
    assert_eq!(
        heard(&monday, "quantri@example.vn"),
        [("operator-alarm".to_owned(), None)]
    );
    let left = annexd::notices::untold_alarms(&monday.said, &board.config, &board.alarms);
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn alarms_and_refused_addresses_are_told_once() {
    let mut board = Board::new();
    board.alarms.push("the share is away".to_owned());
    board
        .refused
        .push(("qldt@example.vn".to_owned(), "550 no such user".to_owned()));
    let plan = board.pass(date(2026, 7, 7));
    assert_eq!(
        heard(&plan, "quantri@example.vn"),
        [("operator-alarm".to_owned(), None)]
    );
    assert_eq!(heard(&plan, OFFICE), [("address-refused".to_owned(), None)]);
    assert_eq!(board.pass(date(2026, 7, 8)).decisions, []);
    // Gone, and back again: told again.
    let alarms = std::mem::take(&mut board.alarms);
    board.pass(date(2026, 7, 9));
    board.alarms = alarms;
    assert_eq!(board.pass(date(2026, 7, 10)).decisions.len(), 1);
}

#[test]
fn a_clock_that_goes_back_sends_nothing_twice() {
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    board.pass(date(2026, 7, 15));
    assert_eq!(heard(&board.look(date(2026, 7, 13)), OWNER), []);
}

#[test]
fn the_ledger_forgets_a_year_after_a_matter_was_closed() {
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    board.pass(date(2026, 7, 13));
    board.tasks[0].row.values.completed = Some(date(2026, 7, 14));
    board.pass(date(2026, 7, 14));
    let late = |said: &SaidLedger| {
        said.said
            .values()
            .filter(|s| s.subject.starts_with("late"))
            .count()
    };
    assert!(late(&board.said) > 0);
    board.pass(date(2027, 7, 12));
    assert!(late(&board.said) > 0);
    board.pass(date(2027, 8, 2));
    assert_eq!(late(&board.said), 0);
}

#[test]
fn what_could_not_be_judged_is_not_called_settled_and_not_told_anew() {
    let remarks = ("remarks".to_owned(), None);
    let held = ("held-back".to_owned(), None);
    let resolved = ("resolved".to_owned(), None);
    for (code, severity, department) in [
        ("F01", Severity::Error, Some("QLDT")),
        ("T13", Severity::Error, Some("QLDT")),
        ("F05", Severity::Warning, Some("QLDT")),
        ("F01", Severity::Error, None),
    ] {
        let mut board = Board::new();
        board
            .findings
            .push(finding("T25", Severity::Explain, "QLDT"));
        assert_eq!(
            board.hears(date(2026, 7, 7), OWNER),
            std::slice::from_ref(&remarks)
        );
        // The annex cannot be read, or an error hides the remark: nobody has explained anything.
        let mut hiding = finding(code, severity, "QLDT");
        hiding.department = department.map(str::to_owned);
        board.findings = vec![hiding];
        let said = board.hears(date(2026, 7, 8), OWNER);
        assert!(!said.contains(&resolved), "{code}: {said:?}");
        assert_eq!(
            said.contains(&held),
            severity == Severity::Error && department.is_some()
        );
        // It is read again and says what it said: no second word about it.
        board.findings = vec![finding("T25", Severity::Explain, "QLDT")];
        let said = board.hears(date(2026, 7, 9), OWNER);
        assert!(!said.contains(&remarks), "{code}: {said:?}");
        // Explained: settled, beside other news.
        board.findings.clear();
        board.tasks.push(task("A", "QLDT", date(2026, 7, 9)));
        let said = board.hears(date(2026, 7, 10), OWNER);
        assert!(said.contains(&resolved), "{code}: {said:?}");
    }
}
