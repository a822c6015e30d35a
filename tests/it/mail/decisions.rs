//! Who hears what on which day: one case a rule of the ladder.

use annexd::domain::finding::Severity;
use annexd::notices::Pause;
use jiff::civil::{Date, date};

use super::fixture::{Board, finding, heard, now, recurring, set_due, task};

const OWNER: &str = "qldt@example.vn";
const HEAD: &str = "truongphong.qldt@example.vn";
const LEADER: &str = "ptb@example.vn";
const OFFICE: &str = "vanphong@example.vn";

/// Runs a pass on every calendar day of July and tells when and what an address heard.
fn july(board: &mut Board, to: &str) -> Vec<(i8, String, Option<u32>)> {
    let mut all = Vec::new();
    let mut day = date(2026, 7, 1);
    while day.month() == 7 {
        for (reason, step) in board.hears(day, to) {
            all.push((day.day(), reason, step));
        }
        day = day.tomorrow().unwrap();
    }
    all
}

fn line(day: i8, reason: &str, step: u32) -> (i8, String, Option<u32>) {
    (day, reason.to_owned(), Some(step))
}

#[test]
fn owner_climbs_both_ladders_in_working_days() {
    // Due Friday 10/7: 7 working days before is Wednesday 1/7; 3 before is Tuesday 7/7; 1 before is Thursday 9/7.
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    assert_eq!(
        july(&mut board, OWNER),
        [
            line(1, "due-soon", 7),
            line(7, "due-soon", 3),
            line(9, "due-soon", 1),
            line(13, "overdue", 1),
            line(15, "overdue", 3),
            line(21, "overdue", 7),
            line(28, "repeat", 12),
        ]
    );
}

#[test]
fn head_and_leader_hear_once_on_their_day_then_on_mondays() {
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    let weekly = |day| (day, "weekly-digest".to_owned(), None);
    assert_eq!(
        july(&mut board.clone_fresh(), HEAD),
        [line(15, "escalated-to-head", 3), weekly(20), weekly(27)]
    );
    assert_eq!(
        july(&mut board.clone_fresh(), LEADER),
        [
            weekly(6),
            weekly(13),
            weekly(20),
            line(21, "escalated-to-leader", 7),
            weekly(27)
        ]
    );
    assert_eq!(
        july(&mut board.clone_fresh(), OFFICE),
        [
            weekly(6),
            weekly(13),
            weekly(20),
            line(21, "escalated-to-office", 7),
            weekly(27)
        ]
    );
}

impl Board {
    fn clone_fresh(&self) -> Self {
        let mut fresh = Self::new();
        fresh.tasks.clone_from(&self.tasks);
        fresh.findings.clone_from(&self.findings);
        fresh
    }
}

#[test]
fn a_missed_step_is_told_once_at_the_next_pass_and_only_the_latest() {
    // No pass between step 1 (13/7) and the 5th working day late (17/7): step 3 alone is told.
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    board.pass(date(2026, 7, 13));
    assert_eq!(
        board.hears(date(2026, 7, 17), OWNER),
        [("overdue".to_owned(), Some(3))]
    );
    assert_eq!(board.hears(date(2026, 7, 20), OWNER), []);
    assert_eq!(
        board.hears(date(2026, 7, 21), OWNER),
        [("overdue".to_owned(), Some(7))]
    );
}

#[test]
fn a_second_pass_on_the_same_day_says_nothing() {
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    assert_eq!(board.pass(date(2026, 7, 20)).decisions.len(), 5);
    assert_eq!(board.pass(date(2026, 7, 20)).decisions, []);
    // Not even when something new turned up: one digest a day.
    board.findings.push(finding("T09", Severity::Error, "QLDT"));
    assert_eq!(board.pass(date(2026, 7, 20)).decisions, []);
    assert_eq!(
        board.hears(date(2026, 7, 21), OWNER),
        [
            ("overdue".to_owned(), Some(7)),
            ("held-back".to_owned(), None)
        ]
    );
}

#[test]
fn rest_days_quiet_hours_and_the_hour_of_digests_pause_everything() {
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    let pause = |day: Date, hour, at_once| {
        let plan = board.look_at(&now(day, hour, 0), at_once);
        (plan.pause, plan.decisions.len(), plan.waiting.is_empty())
    };
    // Saturday, also for `once`.
    assert_eq!(
        pause(date(2026, 7, 18), 8, true),
        (Some(Pause::RestDay), 0, false)
    );
    // A holiday.
    assert_eq!(
        pause(date(2026, 9, 2), 8, true),
        (Some(Pause::RestDay), 0, false)
    );
    // Before 07:30, after 18:00; `once` does not mind.
    assert_eq!(
        pause(date(2026, 7, 17), 7, false),
        (Some(Pause::BeforeHour), 0, false)
    );
    assert_eq!(
        pause(date(2026, 7, 17), 18, false),
        (Some(Pause::QuietHours), 0, false)
    );
    assert_eq!(pause(date(2026, 7, 17), 6, true).0, None);
    assert_eq!(pause(date(2026, 7, 17), 8, false).0, None);
}

#[test]
fn what_waited_over_a_holiday_is_told_when_offices_open() {
    // Due Friday 28/8, step 1 is Monday 31/8; 1/9 and 2/9 are holidays, so step 2 working days is Thursday 3/9.
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 8, 28)));
    board.pass(date(2026, 8, 28));
    board.pass(date(2026, 9, 1));
    assert_eq!(
        board.hears(date(2026, 9, 3), OWNER),
        [("overdue".to_owned(), Some(1))]
    );
}

#[test]
fn monday_digest_moves_to_the_next_working_day() {
    // 31/8 is Monday and worked; Monday 7/9 as well. Make 7/9 a rest day: the digest comes on Tuesday, once.
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 12, 10)));
    board.calendar.rest.insert(date(2026, 9, 7));
    board.pass(date(2026, 9, 4));
    assert_eq!(board.hears(date(2026, 9, 7), LEADER), []);
    assert_eq!(
        board.hears(date(2026, 9, 8), LEADER),
        [("weekly-digest".to_owned(), None)]
    );
    assert_eq!(board.hears(date(2026, 9, 9), LEADER), []);
}

#[test]
fn monday_digest_stays_away_when_nothing_is_open_or_nothing_is_theirs() {
    let mut board = Board::new();
    let mut done = task("A", "QLDT", date(2026, 7, 10));
    done.row.values.completed = Some(date(2026, 7, 1));
    board.tasks.push(done);
    board.tasks.push(task("B", "QLDN", date(2026, 12, 10)));
    let plan = board.pass(date(2026, 7, 6));
    assert_eq!(heard(&plan, LEADER), []);
    assert_eq!(
        heard(&plan, "truongban@example.vn"),
        [("weekly-digest".to_owned(), None)]
    );
}

#[test]
fn acknowledging_rests_the_owner_but_never_the_leader() {
    // Told on 13/7 (step 1); commits on 14/7 to 24/7: no step 3, no step 7 for the owner; the leader hears on 21/7.
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    board.pass(date(2026, 7, 13));
    let values = &mut board.tasks[0].row.values;
    values.commit_date = Some(date(2026, 7, 24));
    values.explanation = "Chờ thẩm định".to_owned();
    let mut heads = Vec::new();
    for d in 14..=24 {
        let day = date(2026, 7, d);
        let plan = board.pass(day);
        assert_eq!(heard(&plan, OWNER), [], "{day}");
        heads.extend(heard(&plan, HEAD));
        if d == 21 {
            assert_eq!(
                heard(&plan, LEADER),
                [("escalated-to-leader".to_owned(), Some(7))]
            );
        }
    }
    // The head is told once on its day; the Monday repeat rests.
    assert_eq!(heads, [("escalated-to-head".to_owned(), Some(3))]);
    // The commitment passed: the latest step, once.
    assert_eq!(
        board.hears(date(2026, 7, 27), OWNER),
        [("overdue".to_owned(), Some(7))]
    );
}

#[test]
fn acknowledging_needs_both_columns_and_is_bounded() {
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    board.pass(date(2026, 7, 13));
    // A day without an explanation rests nothing.
    board.tasks[0].row.values.commit_date = Some(date(2026, 7, 24));
    assert_eq!(
        board.hears(date(2026, 7, 15), OWNER),
        [("overdue".to_owned(), Some(3))]
    );
    // A commitment far away rests 15 working days: 16/7 + 15 = 6/8.
    board.tasks[0].row.values.commit_date = Some(date(2026, 12, 31));
    board.tasks[0].row.values.explanation = "Chờ".to_owned();
    let mut first = None;
    let mut day = date(2026, 7, 16);
    while first.is_none() {
        if !board.hears(day, OWNER).is_empty() {
            first = Some(day);
        }
        day = day.tomorrow().unwrap();
    }
    assert_eq!(first, Some(date(2026, 8, 7)));
    // Nothing is left of the 15 days: another commitment rests nothing.
    board.tasks[0].row.values.commit_date = Some(date(2027, 1, 31));
    assert_eq!(
        board.hears(date(2026, 8, 11), OWNER),
        [("repeat".to_owned(), Some(22))]
    );
}

#[test]
fn a_third_acknowledgement_rests_nothing() {
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    board.pass(date(2026, 7, 13));
    board.tasks[0].row.values.explanation = "Chờ".to_owned();
    for commit in [date(2026, 7, 14), date(2026, 7, 16)] {
        board.tasks[0].row.values.commit_date = Some(commit);
        assert_eq!(board.hears(commit, OWNER), [], "{commit}");
    }
    board.tasks[0].row.values.commit_date = Some(date(2026, 7, 31));
    assert_eq!(
        board.hears(date(2026, 7, 17), OWNER),
        [("overdue".to_owned(), Some(3))]
    );
}

#[test]
fn a_missing_or_stale_annex_silences_its_tasks_and_speaks_itself() {
    for (code, reason) in [("L02", "annex-missing"), ("L03", "annex-stale")] {
        let mut board = Board::new();
        board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
        board
            .findings
            .push(finding(code, Severity::Warning, "QLDT"));
        let told = |reason: &str| vec![(reason.to_owned(), None)];
        assert_eq!(board.hears(date(2026, 7, 21), OWNER), told(reason));
        assert_eq!(board.hears(date(2026, 7, 22), OWNER), []);
        // It lasts: the head hears once, the owner again after repeat_days.
        assert_eq!(board.hears(date(2026, 7, 24), HEAD), told(reason));
        assert_eq!(board.hears(date(2026, 7, 28), OWNER), told(reason));
        // The file is back: resolved, and the task speaks again.
        board.findings.clear();
        let plan = board.pass(date(2026, 7, 30));
        assert_eq!(
            heard(&plan, OWNER),
            [
                ("overdue".to_owned(), Some(12)),
                ("resolved".to_owned(), None)
            ]
        );
        assert!(heard(&plan, HEAD).contains(&("resolved".to_owned(), None)));
    }
}

#[test]
fn resolved_goes_to_whoever_was_told_in_the_next_digest() {
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    board.pass(date(2026, 7, 15));
    board.tasks[0].row.values.completed = Some(date(2026, 7, 16));
    let plan = board.pass(date(2026, 7, 16));
    let resolved = vec![("resolved".to_owned(), None)];
    assert_eq!(heard(&plan, OWNER), resolved);
    assert_eq!(heard(&plan, HEAD), resolved);
    // The leader had not been told.
    assert_eq!(heard(&plan, LEADER), []);
    assert_eq!(board.pass(date(2026, 7, 17)).decisions, []);
}

#[test]
fn a_task_done_in_time_after_a_reminder_makes_no_mail_of_its_own() {
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    board.pass(date(2026, 7, 7));
    board.tasks[0].row.values.completed = Some(date(2026, 7, 8));
    assert_eq!(board.pass(date(2026, 7, 8)).decisions, []);
    // It rides along with the next news.
    board.findings.push(finding("T09", Severity::Error, "QLDT"));
    assert_eq!(
        board.hears(date(2026, 7, 9), OWNER),
        [
            ("held-back".to_owned(), None),
            ("resolved".to_owned(), None)
        ]
    );
}

#[test]
fn a_moved_deadline_is_told_once_and_ends_the_old_ladder() {
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDT", date(2026, 7, 10)));
    board.pass(date(2026, 7, 15));
    set_due(&mut board.tasks[0].row.values, date(2026, 12, 31));
    let plan = board.pass(date(2026, 7, 16));
    assert_eq!(heard(&plan, OWNER), [("deadline-moved".to_owned(), None)]);
    let item = &plan.decisions.iter().find(|d| d.to == OWNER).unwrap().items[0];
    assert_eq!(item.facts["from"], "10/07/2026");
    assert_eq!(item.facts["to"], "31/12/2026");
    // The head had been told of the lateness: hears that it is settled.
    assert_eq!(heard(&plan, HEAD), [("resolved".to_owned(), None)]);
    assert_eq!(board.pass(date(2026, 7, 17)).decisions, []);
}

#[test]
fn held_rows_are_told_at_the_next_digest_and_again_only_on_a_change() {
    let mut board = Board::new();
    board.findings.push(finding("T09", Severity::Error, "QLDT"));
    let held = vec![("held-back".to_owned(), None)];
    assert_eq!(board.hears(date(2026, 7, 7), OWNER), held);
    assert_eq!(board.hears(date(2026, 7, 8), OWNER), []);
    // Another error: told. The first one mended: no word. All mended: resolved.
    board.findings.push(finding("T13", Severity::Error, "QLDT"));
    assert_eq!(board.hears(date(2026, 7, 9), OWNER), held);
    board.findings.remove(0);
    assert_eq!(board.hears(date(2026, 7, 10), OWNER), []);
    board.findings.clear();
    assert_eq!(
        board.hears(date(2026, 7, 13), OWNER),
        [("resolved".to_owned(), None)]
    );
}

#[test]
fn warnings_come_only_with_other_news() {
    let mut board = Board::new();
    board
        .findings
        .push(finding("T26", Severity::Warning, "QLDT"));
    assert_eq!(board.hears(date(2026, 7, 7), OWNER), []);
    board.findings.push(finding("T09", Severity::Error, "QLDT"));
    assert_eq!(
        board.hears(date(2026, 7, 8), OWNER),
        [("held-back".to_owned(), None), ("remarks".to_owned(), None)]
    );
}

#[test]
fn an_unreported_task_is_never_called_late() {
    let mut board = Board::new();
    let mut unreported = task("A", "QLDT", date(2026, 7, 10));
    unreported.unreported = true;
    board.tasks.push(unreported);
    let all = july(&mut board, OWNER);
    // Once when its day comes near, once when it has passed.
    assert_eq!(
        all,
        [
            (1, "unreported".to_owned(), None),
            (13, "unreported".to_owned(), None)
        ]
    );
    let plan = board.look(date(2026, 8, 20));
    assert_eq!(heard(&plan, HEAD), []);
}

#[test]
fn a_task_whose_only_report_is_held_is_never_called_late() {
    let mut board = Board::new();
    let mut held = task("A", "QLDT", date(2026, 7, 10));
    held.row.version.clear();
    board.tasks.push(held);
    for to in [OWNER, HEAD] {
        assert_eq!(july(&mut board, to), [], "{to}");
    }
    for to in [LEADER, OFFICE] {
        let heard = july(&mut board, to);
        assert!(heard.iter().all(|(_, r, _)| r == "weekly-digest"), "{to}");
    }
    // Once it is accepted the ladder applies, its latest step only.
    board.tasks[0].row.version = "v".to_owned();
    let plan = board.pass(date(2026, 8, 4));
    assert_eq!(heard(&plan, OWNER), [("overdue".to_owned(), Some(17))]);
}

#[test]
fn owner_and_head_in_one_person_get_one_mail() {
    let mut board = Board::new();
    board.tasks.push(task("A", "QLDN", date(2026, 7, 10)));
    board.tasks.push(task("B", "QLDN", date(2026, 7, 15)));
    let plan = board.pass(date(2026, 7, 16));
    let mails: Vec<_> = plan
        .decisions
        .iter()
        .filter(|d| d.to == "qldn@example.vn")
        .collect();
    assert_eq!(mails.len(), 1);
    // Of the items about one task the weightiest stays.
    assert_eq!(
        heard(&plan, "qldn@example.vn"),
        [
            ("escalated-to-head".to_owned(), Some(3)),
            ("overdue".to_owned(), Some(1))
        ]
    );
}

#[test]
fn recurring_tasks_climb_a_ladder_for_each_occurrence() {
    let mut board = Board::new();
    let days = [date(2026, 7, 10), date(2026, 7, 31)];
    board
        .tasks
        .push(recurring(task("A", "QLDT", days[0]), &days));
    board.pass(date(2026, 7, 13));
    // The first occurrence is closed: settled, then the next one's ladder.
    board.tasks[0].row.values.completed = Some(date(2026, 7, 14));
    assert_eq!(
        board.hears(date(2026, 7, 14), OWNER),
        [("resolved".to_owned(), None)]
    );
    assert_eq!(
        board.hears(date(2026, 7, 22), OWNER),
        [("due-soon".to_owned(), Some(7))]
    );
}
