//! A database that is gone or damaged: with the vault's journal all of it comes back; without, the share tells what stands. Our own
//! workbooks are known again, nobody is told twice.

use crate::support::dice::Dice;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::share::{Home, row, strings, write};
use super::{annexd, code, stderr, stdout};

fn names(home: &Home, folder: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(home.path(folder))
        .into_iter()
        .flatten()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn without_a_journal_all_is_begun_anew_without_false_copies_or_second_mails() {
    let home = Home::new();
    let rows = [
        row("1", "Văn phòng", "Đã xong bước một", ""),
        row("2", "Văn phòng", "Đang lấy ý kiến", ""),
    ];
    write(&home.path("share/van-phong/Bieu.xlsx"), &rows);
    write(
        &home.path("share/trung-tam/Bieu.xlsx"),
        &[row("3", "Trung tâm", "Đã họp", "")],
    );
    home.once("2026-09-08");
    let board = names(&home, "share/_tong-hop");
    let feedback = names(&home, "share/_phan-hoi");
    let mails = names(&home, "mail");
    assert!(!mails.is_empty());
    for damaged in [false, true] {
        let database = home.path("state/annexd.db");
        fs::remove_file(&database).unwrap();
        for journal in ["journal.jsonl", "journal.db"] {
            let _ = fs::remove_file(home.path("state/vault").join(journal));
        }
        if damaged {
            fs::write(&database, [0x55; 9000]).unwrap();
        }
        // Another day: what is published now differs from what stands there.
        let day = if damaged { "2026-09-10" } else { "2026-09-09" };
        let once = annexd(home.dir.path(), &["once", "--as-of", day]);
        assert_eq!(code(&once), 75, "held mails wait for a person");
        let told = stderr(&once);
        assert!(told.contains("mails are held"), "{told}");
        assert!(told.contains("earlier history is lost"), "{told}");
        assert_eq!(names(&home, "share/_tong-hop"), board);
        assert_eq!(names(&home, "share/_phan-hoi"), feedback);
        assert_eq!(names(&home, "mail"), mails, "nothing goes out by itself");
        let status = home.run(&["explain", "NV02"]);
        assert!(status.contains("Đang lấy ý kiến"), "{status}");
    }
    // What a person saved into the published workbook is still kept.
    let board = home.path("share/_tong-hop/Tong-hop.xlsx");
    write(&board, &rows);
    fs::remove_file(home.path("state/annexd.db")).unwrap();
    annexd(home.dir.path(), &["once", "--as-of", "2026-09-11"]);
    let kept = names(&home, "share/_tong-hop");
    assert!(kept.iter().any(|n| n.contains("sửa tay")), "{kept:?}");
}

/// A day's edits on the share: right and wrong rows, a proposal, an annex away, an approved annex, a trial drop.
fn edit(home: &Home, day: u64, dice: &mut Dice) {
    let results = ["Đã xong bước một", "Đang lấy ý kiến", "Đã họp lần hai", ""];
    for (folder, unit, from) in [("van-phong", "Văn phòng", 1), ("trung-tam", "Trung tâm", 5)] {
        let path = home.path(&format!("share/{folder}/Bieu.xlsx"));
        if day > 1 && dice.throw(6) == 0 {
            let _ = fs::remove_file(&path);
            continue;
        }
        let rows: Vec<Vec<String>> = (from..from + 4)
            .map(|n| {
                let result = results[usize::try_from(dice.throw(4)).unwrap()];
                let mut row = row(&n.to_string(), unit, result, "");
                match dice.throw(9) {
                    0 => row[6] = "Ngon lành".to_owned(),
                    1 => row[5] = "Tháng 12/2026".to_owned(),
                    2 => row[6] = "Hoàn thành".to_owned(),
                    _ => {}
                }
                row
            })
            .collect();
        write(&path, &rows);
    }
    if day.is_multiple_of(3) {
        let plan: Vec<Vec<String>> = (1..9)
            .map(|n| {
                let unit = if n < 5 { "Văn phòng" } else { "Trung tâm" };
                let mut row = row(&n.to_string(), unit, "", "");
                if n == dice.throw(9) {
                    row[5] = "Tháng 10/2026".to_owned();
                }
                row
            })
            .collect();
        write(&home.path("share/_bieu-goc/Bieu-goc.xlsx"), &plan);
    }
    let trial = home.path("share/_kiem-tra/thu.xlsx");
    if day == 4 {
        write(&trial, &[row("1", "Văn phòng", "Thử", "")]);
    } else {
        let _ = fs::remove_file(&trial);
    }
}

/// The same share, to the minute of every file.
fn copy_share(from: &Path, to: &Path) {
    for folder in ["van-phong", "trung-tam", "_bieu-goc", "_kiem-tra"] {
        let (from, to) = (from.join(folder), to.join(folder));
        let _ = fs::remove_dir_all(&to);
        for entry in fs::read_dir(&from).into_iter().flatten() {
            let entry = entry.unwrap();
            fs::create_dir_all(&to).unwrap();
            let copy = to.join(entry.file_name());
            fs::copy(entry.path(), &copy).unwrap();
            let modified = entry.metadata().unwrap().modified().unwrap();
            let file = fs::File::options().write(true).open(copy).unwrap();
            file.set_modified(modified).unwrap();
        }
    }
}

/// A text with every time of the clock left out (`04:50`, `04:50:12.123Z`): the time of the run, not of the day asked for.
fn timeless(text: &str) -> String {
    let mut out = String::new();
    let bytes: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < bytes.len() {
        let digits = |from: usize, n: usize| {
            bytes
                .get(from..from + n)
                .is_some_and(|d| d.iter().all(char::is_ascii_digit))
        };
        if digits(at, 2) && bytes.get(at + 2) == Some(&':') && digits(at + 3, 2) {
            out.push_str("<clock>");
            at += 5;
            while at < bytes.len() && (bytes[at].is_ascii_digit() || ":.Z".contains(bytes[at])) {
                at += 1;
            }
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

/// What people and scripts can ask.
fn asked(home: &Home) -> BTreeMap<String, String> {
    let mut answers = BTreeMap::new();
    for args in [
        &["explain", "NV01", "--format", "json"][..],
        &["explain", "NV06", "--format", "json"],
        &["explain", "NV03", "--as-of", "2026-09-10"],
        &["explain", "VP", "--as-of", "2026-09-09"],
        &["history", "NV01"],
        &["history", "NV02"],
        &["history", "NV07"],
        &["history", ""],
        &["explain", "TT", "--format", "json"],
        &["report", "2026-Q3", "--as-of", "2026-09-16"],
        &["notices", "--as-of", "2026-09-16", "--format", "json"],
    ] {
        answers.insert(args.join(" "), home.run(args));
    }
    for answer in answers.values_mut() {
        *answer = timeless(&answer.replace(&home.dir.path().display().to_string(), "HOME"));
    }
    answers
}

/// Two weeks on two shares that are the same; one loses its database now and then, in every way.
fn twins(seed: u64) {
    let (sound, unlucky) = (Home::new(), Home::new());
    let mut dice = Dice(seed);
    for n in 1..9 {
        // From a Monday; one weekend between.
        let day = format!("2026-09-{:02}", 6 + n + u64::from(n > 5) * 2);
        edit(&sound, n, &mut dice);
        copy_share(&sound.path("share"), &unlucky.path("share"));
        for home in [&sound, &unlucky] {
            let lost = home.dir.path() == unlucky.dir.path() && n > 1 && dice.throw(2) == 0;
            if lost {
                let database = home.path("state/annexd.db");
                match dice.throw(3) {
                    0 => fs::write(&database, [0x55; 9000]).unwrap(),
                    1 => fs::write(&database, b"").unwrap(),
                    _ => fs::remove_file(&database).unwrap(),
                }
            }
            let once = annexd(home.dir.path(), &["once", "--as-of", &day]);
            let told = stderr(&once);
            assert_eq!(told.contains("mails are held"), lost, "{told}");
            assert!(!told.contains("history is lost"), "{told}");
            if lost {
                home.run(&["notices", "--release"]);
                let again = annexd(home.dir.path(), &["once", "--as-of", &day]);
                assert_eq!(code(&again), 0, "{}", stdout(&again));
            }
        }
        if n == 4 {
            for home in [&sound, &unlucky] {
                home.run(&["report", "2026-08", "--freeze", "--as-of", &day]);
            }
        }
        assert_eq!(
            names(&sound, "mail"),
            names(&unlucky, "mail"),
            "{seed}: {day}"
        );
    }
    let (wanted, found) = (asked(&sound), asked(&unlucky));
    for (what, wanted) in &wanted {
        assert_eq!(&found[what], wanted, "seed {seed}: {what}");
    }
    assert!(wanted["history NV01"].lines().count() > 3);
    for folder in ["share/_tong-hop", "share/_phan-hoi", "share/_tong-hop/ky"] {
        let files = names(&sound, folder);
        assert_eq!(names(&unlucky, folder), files, "seed {seed}");
        for file in files.iter().filter(|f| f.ends_with(".xlsx")) {
            let path = format!("{folder}/{file}");
            let said = |home: &Home| timeless(&strings(&home.path(&path)));
            assert_eq!(said(&unlucky), said(&sound), "seed {seed}: {path}");
        }
    }
}

#[test]
fn with_the_journal_a_lost_database_leaves_no_trace() {
    let seeds: Vec<_> = (1..3)
        .map(|seed| std::thread::spawn(move || twins(seed)))
        .collect();
    for seed in seeds {
        seed.join().unwrap();
    }
}
