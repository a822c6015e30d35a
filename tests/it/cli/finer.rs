//! Finer points that people meet: folders named after departments, late occurrences, answers to trial drops, own rules, what can be named.

use std::path::Path;

use annexd::book::{Book, CellValue, Sheet, StyleId, xlsx};
use annexd::text::Vi;

use super::share::{Home, row, write};
use super::{annexd, code, json, stderr, stdout};

/// A department without a folder in the settings is found by a folder that bears its name or another spelling of it; beside the folder
/// of the settings such a folder is a stray.
#[test]
fn a_folder_that_bears_the_name_is_the_department_s() {
    let home = Home::new();
    let settings = |folder: &str| {
        format!(
            "share = \"share\"\nstate_dir = \"state\"\n[[department]]\ncode = \"VP\"\nname = \"Văn phòng\"\n{folder}office = true\n\
             [[department]]\ncode = \"TT\"\nname = \"Trung tâm\"\naliases = [\"TT DV\"]\n"
        )
    };
    let accepted = |once: &serde_json::Value| {
        let list = once["departments"].as_array().unwrap();
        let count = |d: &serde_json::Value| d["accepted"].as_u64().unwrap();
        list.iter().map(count).collect::<Vec<u64>>()
    };
    std::fs::write(home.path("annexd.toml"), settings("")).unwrap();
    write(
        &home.path("share/VĂN PHÒNG/Bieu.xlsx"),
        &[row("1", "Văn phòng", "", "")],
    );
    write(
        &home.path("share/TT DV/Bieu.xlsx"),
        &[row("2", "Trung tâm", "", "")],
    );
    let once = home.once("2026-07-06");
    assert_eq!(accepted(&once), [1, 1], "{once:#}");
    assert_eq!(once["findings"]["error"], 0, "{once:#}");

    std::fs::write(
        home.path("annexd.toml"),
        settings("folder = \"van-phong\"\n"),
    )
    .unwrap();
    let once = home.once("2026-07-07");
    assert_eq!(
        accepted(&once),
        [1, 1],
        "nothing is in the folder: {once:#}"
    );
    write(
        &home.path("share/van-phong/Bieu.xlsx"),
        &[row("1", "Văn phòng", "", "")],
    );
    let once = home.once("2026-07-08");
    assert_eq!(accepted(&once), [1, 1], "{once:#}");
    assert_eq!(
        once["departments"][0]["file"], "van-phong/Bieu.xlsx",
        "the folder of the settings goes first"
    );
}

const QUARTERLY: &[&str] = &[
    "Mã nhiệm vụ",
    "Nội dung nhiệm vụ",
    "Đơn vị chủ trì",
    "Thời hạn",
    "Tình trạng",
    "Ngày hoàn thành",
    "Kết quả thực hiện",
    "Lý do chậm",
];

fn quarterly(path: &Path, day: &str, reason: &str) {
    let cells = [
        "NV01",
        "Báo cáo định kỳ về cải cách hành chính",
        "Văn phòng",
        "Hằng quý",
        "Hoàn thành",
        day,
        "Báo cáo quý",
        reason,
    ];
    let mut sheet = Sheet {
        name: "Biểu".to_owned(),
        ..Sheet::default()
    };
    for (r, line) in (0..).zip([QUARTERLY, &cells]) {
        for (c, text) in (0..).zip(line).filter(|(_, t)| !t.is_empty()) {
            sheet.put(r, c, CellValue::Text(Vi::quoted(text)), StyleId::default());
        }
    }
    let book = Book {
        sheets: vec![sheet],
        ..Book::default()
    };
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, xlsx::render(&book).unwrap()).unwrap();
}

/// After an occurrence that was closed late the day of the next one lies in the same quarter: it is a completion, not a moved day. A day
/// that is only a little later is asked about, and with a reason puts the same completion right.
#[test]
fn the_occurrence_after_a_late_one_is_closed_by_its_day() {
    let home = Home::new();
    let file = home.path("share/van-phong/Bieu.xlsx");
    let kept = |day: &str| {
        let told = home.run(&["explain", "NV01", "--as-of", day]);
        let line = told.lines().find(|l| l.contains("Số kỳ đã hoàn thành"));
        let line = line.unwrap_or_else(|| panic!("{told}")).to_owned();
        line.rsplit_once(": ").unwrap().1.to_owned()
    };
    let codes = || {
        let args = ["check", "share/van-phong/Bieu.xlsx", "--format", "json"];
        let told: serde_json::Value =
            serde_json::from_slice(&annexd(home.dir.path(), &args).stdout).unwrap();
        let list = told["files"][0]["findings"].as_array().unwrap().clone();
        list.into_iter()
            .map(|f| f["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    quarterly(&file, "26/06/2026", "");
    home.once("2026-06-26");
    assert_eq!(kept("2026-07-01"), "1/1");
    quarterly(&file, "07/10/2026", "Chờ số liệu của Sở Nội vụ");
    home.once("2026-10-07");
    assert_eq!(kept("2026-10-07"), "2/2");
    // Two days later: the same completion put right, asked about first.
    quarterly(&file, "09/10/2026", "");
    assert!(codes().contains(&"E06".to_owned()), "{:?}", codes());
    quarterly(&file, "09/10/2026", "Ghi nhầm ngày ký");
    home.once("2026-10-09");
    assert_eq!(kept("2026-10-09"), "2/2", "it closes nothing more");
    // At the end of the quarter: the next occurrence, in time.
    quarterly(&file, "28/12/2026", "");
    assert!(!codes().contains(&"E06".to_owned()), "{:?}", codes());
    home.once("2026-12-28");
    assert_eq!(kept("2027-01-04"), "3/3");
}

/// An answer goes when its drop is gone, unless somebody has written into it; drops of one name are answered apart.
#[test]
fn the_answer_to_a_trial_drop_goes_with_the_drop() {
    let home = Home::new();
    let names = || {
        let mut found: Vec<String> = std::fs::read_dir(home.path("share/_phan-hoi/kiem-tra"))
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        found.sort();
        found
    };
    write(
        &home.path("share/van-phong/Bieu.xlsx"),
        &[row("1", "Văn phòng", "", "")],
    );
    for (drop, n) in [
        ("thu.xlsx", "1"),
        ("lan 2/Thu.xlsx", "2"),
        ("khac.xlsx", "3"),
    ] {
        write(
            &home.path("share/_kiem-tra").join(drop),
            &[row(n, "Văn phòng", "", "")],
        );
    }
    home.once("2026-07-06");
    assert_eq!(names(), ["khac.xlsx", "lan 2 - Thu.xlsx", "thu.xlsx"]);
    std::fs::remove_file(home.path("share/_kiem-tra/khac.xlsx")).unwrap();
    std::fs::remove_file(home.path("share/_kiem-tra/thu.xlsx")).unwrap();
    std::fs::write(home.path("share/_phan-hoi/kiem-tra/khac.xlsx"), "notes").unwrap();
    home.once("2026-07-06");
    assert_eq!(names(), ["Thu.xlsx", "khac.xlsx"]);
    std::fs::remove_dir_all(home.path("share/_kiem-tra")).unwrap();
    home.once("2026-07-07");
    assert_eq!(names(), ["khac.xlsx"], "what a person wrote stays");
}

/// A unit's own rule says itself what to do; where it does not, we do, and offer no example that may be wrong.
#[test]
fn an_own_rule_brings_its_remedy() {
    let home = Home::new();
    let rule = |code: &str, field: &str, more: &str| {
        format!(
            "[[rule]]\ncode = \"{code}\"\nseverity = \"warning\"\nfield = \"{field}\"\nrequire = \"row.status == 'completed'\"\n\
             message = \"Cần xong.\"\n{more}"
        )
    };
    let settings = [
        super::share::SETTINGS.to_owned(),
        rule(
            "U01",
            "result",
            "remedy = \"Đề nghị ghi vào ô {cell} (cột {field}), ví dụ: Công văn số 12/BQL-VP.\"\n",
        ),
        rule("U02", "result", ""),
        rule("U03", "evidence", ""),
    ];
    std::fs::write(home.path("annexd.toml"), settings.concat()).unwrap();
    write(
        &home.path("share/van-phong/Bieu.xlsx"),
        &[row("1", "Văn phòng", "", "")],
    );
    let args = ["check", "share/van-phong/Bieu.xlsx", "--format", "json"];
    let told = json(home.dir.path(), &args, 0);
    let remedy = |code: &str| {
        let list = told["files"][0]["findings"].as_array().unwrap();
        let one = list.iter().find(|f| f["code"] == code);
        one.unwrap_or_else(|| panic!("{told:#}"))["remedy"].clone()
    };
    assert_eq!(
        remedy("U01"),
        "Đề nghị ghi vào ô H2 (cột Kết quả thực hiện), ví dụ: Công văn số 12/BQL-VP."
    );
    assert_eq!(
        remedy("U02"),
        "Đề nghị ghi lại ô H2 (cột Kết quả thực hiện) theo yêu cầu vừa nêu; nếu chưa rõ, xin trao đổi với Văn phòng."
    );
    assert_eq!(
        remedy("U03"),
        "Biểu chưa có cột Minh chứng: đề nghị thêm cột này vào bảng rồi ghi theo yêu cầu vừa nêu; nếu chưa rõ, xin trao đổi với Văn phòng."
    );
}

/// What is named is looked for as people name it, and what is not there is not called a broken workbook.
#[test]
fn what_is_named_is_found_or_said_to_be_missing() {
    let home = Home::new();
    let settings = super::share::SETTINGS.replace(
        "name = \"Trung tâm\"\n",
        "name = \"Trung tâm\"\naliases = [\"Đơn vị\"]\n",
    );
    std::fs::write(home.path("annexd.toml"), settings).unwrap();
    // The content of the only task holds the alias of the other department.
    write(
        &home.path("share/van-phong/Bieu.xlsx"),
        &[row("1", "Văn phòng", "", "")],
    );
    home.once("2026-07-06");
    let told = home.run(&["explain", "đơn vị"]);
    assert!(told.starts_with("Đơn vị TT: Trung tâm"), "{told}");
    for (args, words) in [
        (vec!["check", "khong-co.xlsx"], "there is no file"),
        (vec!["check", "share/van-phong"], "is a folder"),
        (vec!["once", "--as-of", "31/12/2026"], "YYYY-MM-DD"),
        (vec!["once", "--as-of", "20261231"], "YYYY-MM-DD"),
    ] {
        let output = annexd(home.dir.path(), &args);
        assert_eq!(code(&output), 64, "{args:?}");
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
        assert_eq!(stdout(&output), "");
    }
}

/// A rhythm that is stated to begin in a later year has not begun before it.
#[test]
fn a_rhythm_from_a_later_year_on_has_not_begun() {
    let home = Home::new();
    let mut rows = Vec::new();
    for (n, deadline) in [
        ("1", "Hằng quý từ năm 2028"),
        ("2", "Hằng năm, giai đoạn 2028 - 2030"),
        ("3", "Hằng tháng, từ tháng 7/2027"),
        ("4", "Hằng quý"),
    ] {
        let mut cells = row(n, "Văn phòng", "", "");
        cells[5] = deadline.to_owned();
        cells[6] = "Chưa thực hiện".to_owned();
        rows.push(cells);
    }
    write(&home.path("share/van-phong/Bieu.xlsx"), &rows);
    let once = home.once("2026-06-01");
    assert_eq!(once["totals"]["not_started_period"], 3, "{once:#}");
    assert_eq!(once["totals"]["open_in_time"], 1, "{once:#}");
    let once = home.once("2027-07-01");
    assert_eq!(once["totals"]["not_started_period"], 2, "{once:#}");
}

/// What the fuse holds stands in no outbox; `status` counts it all the same.
#[test]
fn status_counts_the_mails_that_the_fuse_holds() {
    let home = Home::new();
    let mut settings =
        "share = \"share\"\nstate_dir = \"state\"\n[notices]\nfuse_mails = 2\n".to_owned();
    for n in 1..=6 {
        settings += &format!(
            "[[department]]\ncode = \"P{n}\"\nname = \"Phòng số {n}\"\nfolder = \"p{n}\"\nmail = [\"p{n}@example.vn\"]\noffice = {}\n",
            n == 1
        );
    }
    std::fs::write(home.path("annexd.toml"), settings).unwrap();
    let lay = |deadline: &str| {
        for n in 1..=6 {
            let mut cells = row(&n.to_string(), &format!("Phòng số {n}"), "", "");
            cells[5] = deadline.to_owned();
            cells[8] = "Đang chờ ý kiến".to_owned();
            write(&home.path(&format!("share/p{n}/Bieu.xlsx")), &[cells]);
        }
    };
    lay("31/12/2028");
    home.once("2026-05-04");
    home.once("2026-05-11");
    lay("30/04/2026");
    let once = home.once("2026-05-13");
    let held = once["notices"]["held"].as_u64().unwrap();
    assert!(held > 2, "{once:#}");
    let output = annexd(home.dir.path(), &["status", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["mails"]["held"], held, "{told:#}");
    let line = format!("mails: 0 waiting, {held} held");
    assert!(home.run(&["status"]).contains(&line));
    home.run(&["notices", "--release"]);
    home.once("2026-05-14");
    assert!(home.run(&["status"]).contains("0 waiting, 0 held"));
}

/// A short name with Vietnamese letters is a code like any other: it names the feedback, the issued workbook and the mails.
#[test]
fn a_code_may_hold_vietnamese_letters() {
    let home = Home::new();
    std::fs::write(
        home.path("annexd.toml"),
        "share = \"share\"\nstate_dir = \"state\"\n[[department]]\ncode = \"QLĐT\"\nname = \"Phòng Đầu tư\"\nfolder = \"dau-tu\"\n\
         mail = [\"dt@example.vn\"]\noffice = true\n",
    )
    .unwrap();
    let cells = row("1", "Phòng Đầu tư", "", "");
    for folder in ["dau-tu", "_bieu-goc"] {
        write(
            &home.path(&format!("share/{folder}/Bieu.xlsx")),
            std::slice::from_ref(&cells),
        );
    }
    let once = home.once("2026-09-07");
    assert_eq!(once["departments"][0]["code"], "QLĐT");
    assert_eq!(once["departments"][0]["accepted"], 1, "{once:#}");
    assert_eq!(once["notices"]["sent"], 1, "{once:#}");
    assert!(home.path("share/_phan-hoi/QLĐT.xlsx").is_file());
    assert!(home.run(&["explain", "qlđt"]).starts_with("Đơn vị QLĐT"));
    home.run(&["issue", "QLĐT", "--out", "giao"]);
    assert!(home.path("giao/QLĐT.xlsx").is_file());
}

#[test]
fn a_trial_drop_is_answered_and_has_no_effect() {
    let dir = tempfile::tempdir().unwrap();
    let day = ["--once", "--as-of", "2026-11-20", "--format", "json"];
    let mut args = vec!["demo", "demo"];
    args.extend(day);
    let before = json(dir.path(), &args, 0);
    let share = dir.path().join("demo/share");
    let own = share.join("quy-hoach-xay-dung/BIỂU NHIỆM VỤ - P. QHXD.xlsx");
    std::fs::copy(own, share.join("_kiem-tra/thu.xlsx")).unwrap();
    let after = json(dir.path(), &args, 0);
    assert_eq!(before["totals"], after["totals"]);
    assert_eq!(
        before["findings"], after["findings"],
        "a trial's findings are nobody else's"
    );
    assert_eq!(before["departments"], after["departments"]);
    assert_eq!(after["notices"]["queued"], 0);
    assert!(share.join("_phan-hoi/kiem-tra/thu.xlsx").is_file());
}
