//! The Office looks at a new approved annex before it counts: in place with `check`, or as a trial drop.

use serde_json::Value;

use super::share::{Home, row, write};
use super::{annexd, code, json, stdout};

fn with_deadline(mut row: Vec<String>, deadline: &str) -> Vec<String> {
    deadline.clone_into(&mut row[5]);
    row
}

#[test]
fn a_new_approved_annex_is_judged_as_one_and_shows_what_it_does() {
    let home = Home::new();
    let mine = [
        row("1", "Văn phòng", "Đã xong bước một", ""),
        row("2", "Văn phòng", "Đang lấy ý kiến", ""),
    ];
    let plan = |deadline: &str, three: bool| {
        let mut rows = vec![
            with_deadline(row("1", "Văn phòng", "", ""), deadline),
            row("2", "Văn phòng", "", ""),
        ];
        rows.extend(three.then(|| row("3", "Trung tâm", "", "")));
        rows
    };
    let goc = home.path("share/_bieu-goc/Bieu-goc.xlsx");
    write(&goc, &plan("Tháng 7/2026", true));
    write(&home.path("share/van-phong/Bieu.xlsx"), &mine);
    write(
        &home.path("share/trung-tam/Bieu.xlsx"),
        &[row("3", "Trung tâm", "Đã họp", "")],
    );
    home.once("2026-09-08");
    let check = |args: &[&str]| -> Value {
        let all = [
            &["check", "share/_bieu-goc/Bieu-goc.xlsx", "--format", "json"],
            args,
        ]
        .concat();
        json(home.dir.path(), &all, 0)["files"][0].clone()
    };
    let same = check(&[]);
    assert_eq!(
        (&same["department"], &same["tasks"]),
        (&Value::Null, &3.into())
    );
    assert_eq!(same["verdict"], "accepted", "{same:#}");
    for what in ["changes", "appear", "settled"] {
        assert_eq!(same["baseline"][what], Value::Array(Vec::new()), "{what}");
    }

    // The Office puts a new one in place and looks before the daemon does.
    write(&goc, &plan("Tháng 12/2026", false));
    let new = check(&[]);
    let changes = new["baseline"]["changes"].as_array().unwrap();
    let told: Vec<String> = changes
        .iter()
        .map(|c| format!("{} {} {}", c["kind"], c["task"], c["field"]))
        .collect();
    let expected = [
        "\"changed\" \"NV01\" \"deadline\"",
        "\"removed\" \"NV03\" null",
    ];
    assert_eq!(told, expected, "{new:#}");
    let output = annexd(home.dir.path(), &["check", "share/_bieu-goc/Bieu-goc.xlsx"]);
    let text = stdout(&output);
    assert!(
        text.contains("2 điểm thay đổi") && text.contains("Tháng 12/2026"),
        "{text}"
    );
    let history = home.run(&["explain", "NV01"]);
    assert_eq!(code(&output), 0);
    assert!(
        history.contains("Tháng 7/2026") || !history.contains("Tháng 12/2026"),
        "{history}"
    );

    // Where the approved annex has a second workbook, a tried one takes the place of its namesake only.
    write(&goc, &plan("Tháng 7/2026", false));
    write(
        &home.path("share/_bieu-goc/Bieu-goc-2.xlsx"),
        &[row("3", "Trung tâm", "", "")],
    );
    home.once("2026-09-09");
    write(
        &home.path("share/_kiem-tra/Bieu-goc.xlsx"),
        &plan("Tháng 12/2026", false),
    );
    home.once("2026-09-10");
    let answer = home.path("share/_phan-hoi/kiem-tra/Bieu-goc.xlsx");
    let said = super::share::strings(&answer);
    assert!(said.contains("Tháng 12/2026"), "{said}");
    assert!(!said.contains("Bỏ nhiệm vụ"), "{said}");
}

/// What the Office approves today was not planned yesterday: past days and periods count what was approved then.
#[test]
fn a_past_day_knows_the_plan_of_that_day() {
    let home = Home::new();
    let goc = home.path("share/_bieu-goc/Bieu-goc.xlsx");
    let plan = |three: bool| {
        let mut rows = vec![row("1", "Văn phòng", "", ""), row("2", "Văn phòng", "", "")];
        rows.extend(three.then(|| row("4", "Văn phòng", "", "")));
        rows
    };
    write(&goc, &plan(false));
    let mine = [
        row("1", "Văn phòng", "Đã xong bước một", ""),
        row("2", "Văn phòng", "Đang lấy ý kiến", ""),
    ];
    write(&home.path("share/van-phong/Bieu.xlsx"), &mine);
    home.once("2026-09-08");
    write(&goc, &plan(true));
    home.once("2026-09-10");
    let assigned = |day: &str| -> String {
        let text = home.run(&["explain", "VP", "--as-of", day]);
        let line = text.lines().find(|l| l.contains("Tổng số"));
        line.unwrap_or(&text).trim().to_owned()
    };
    assert!(
        assigned("2026-09-10").ends_with('3'),
        "{}",
        assigned("2026-09-10")
    );
    assert!(
        assigned("2026-09-09").ends_with('2'),
        "{}",
        assigned("2026-09-09")
    );
    assert!(home.run(&["history", ""]).contains("áp dụng biểu gốc"));
}
