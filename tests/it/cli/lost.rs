//! A database that is gone or damaged: the share tells what stands, our own workbooks are known again, nobody is told twice.

use super::share::{Home, row, write};
use super::{annexd, code, stderr};

fn names(home: &Home, folder: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(home.path(folder))
        .into_iter()
        .flatten()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_lost_or_damaged_database_is_begun_anew_without_false_copies_or_second_mails() {
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
        std::fs::remove_file(&database).unwrap();
        if damaged {
            std::fs::write(&database, [0x55; 9000]).unwrap();
        }
        // Another day: what is published now differs from what stands there.
        let day = if damaged { "2026-09-10" } else { "2026-09-09" };
        let once = annexd(home.dir.path(), &["once", "--as-of", day]);
        assert_eq!(code(&once), 75, "held mails wait for a person");
        assert!(
            stderr(&once).contains("mails are held"),
            "{}",
            stderr(&once)
        );
        assert_eq!(names(&home, "share/_tong-hop"), board);
        assert_eq!(names(&home, "share/_phan-hoi"), feedback);
        assert_eq!(names(&home, "mail"), mails, "nothing goes out by itself");
        let status = home.run(&["explain", "NV02"]);
        assert!(status.contains("Đang lấy ý kiến"), "{status}");
    }
    // What a person saved into the published workbook is still kept.
    let board = home.path("share/_tong-hop/Tong-hop.xlsx");
    write(&board, &rows);
    std::fs::remove_file(home.path("state/annexd.db")).unwrap();
    annexd(home.dir.path(), &["once", "--as-of", "2026-09-11"]);
    let kept = names(&home, "share/_tong-hop");
    assert!(kept.iter().any(|n| n.contains("sửa tay")), "{kept:?}");
}
