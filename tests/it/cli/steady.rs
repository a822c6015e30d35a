//! A pass over what has not changed is left out, and only then: whatever changes is taken up as by a fresh pass.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::{annexd, code, json, stderr};

const CONFIG: &str = r#"share = "share"
state_dir = "state"
[[department]]
code = "VP"
name = "Văn phòng"
folder = "van-phong"
office = true
mail = ["vanphong@example.vn"]
[[department]]
code = "TT"
name = "Trung tâm"
folder = "trung-tam"
mail = ["trungtam@example.vn"]
[mail]
transport = "file"
dir = "mail"
from = "annexd <annexd@example.vn>"
"#;

fn workbook(path: &Path, rows: &[[&str; 4]]) {
    use annexd::book::{Book, CellValue, Sheet, StyleId, xlsx};
    use annexd::text::Vi;
    let headings = [
        "Mã nhiệm vụ",
        "Nội dung nhiệm vụ",
        "Thời hạn hoàn thành",
        "Tình trạng",
    ];
    let mut sheet = Sheet {
        name: "Biểu 01".to_owned(),
        ..Sheet::default()
    };
    for (row, line) in (2..).zip([headings].iter().chain(rows)) {
        for (col, text) in (0..).zip(line) {
            sheet.put(
                row,
                col,
                CellValue::Text(Vi::quoted(text)),
                StyleId::default(),
            );
        }
    }
    let book = Book {
        sheets: vec![sheet],
        ..Book::default()
    };
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, xlsx::render(&book).unwrap()).unwrap();
}

/// A share of two departments with an approved annex; one task is late.
fn share(dir: &Path) {
    fs::write(dir.join("annexd.toml"), CONFIG).unwrap();
    fs::create_dir_all(dir.join("share")).unwrap();
    fs::write(dir.join("share/.annexd"), "").unwrap();
    let vp = [
        "VP01",
        "Rà soát thủ tục hành chính",
        "30/6/2026",
        "Đang thực hiện",
    ];
    let tt = [
        "TT01",
        "Tập huấn kỹ năng giao tiếp",
        "30/9/2027",
        "Đang thực hiện",
    ];
    workbook(&dir.join("share/van-phong/bieu.xlsx"), &[vp]);
    workbook(&dir.join("share/trung-tam/bieu.xlsx"), &[tt]);
    old(&dir.join("share/van-phong/bieu.xlsx"), 7200);
    old(&dir.join("share/trung-tam/bieu.xlsx"), 7200);
}

/// Sets a file's time back.
fn old(path: &Path, seconds: u64) {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600 - seconds);
    fs::File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(at)
        .unwrap();
}

fn once(dir: &Path, day: &str) -> serde_json::Value {
    json(dir, &["once", "--as-of", day, "--format", "json"], 0)
}

/// Everything published, by path.
fn published(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut out = BTreeMap::new();
    for folder in ["_tong-hop", "_phan-hoi"] {
        for entry in fs::read_dir(dir.join("share").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(dir).unwrap().to_owned();
            out.insert(name, fs::read(&path).unwrap());
        }
    }
    out
}

fn stamp(dir: &Path) -> Option<String> {
    let store = annexd::shell::store::Store::read_only(&dir.join("state")).unwrap();
    store.standing().unwrap()
}

/// A copy of a folder with its times.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
            let time = entry.metadata().unwrap().modified().unwrap();
            let file = fs::File::options().write(true).open(&target).unwrap();
            file.set_modified(time).unwrap();
        }
    }
}

#[test]
fn a_second_pass_over_the_same_is_left_out_and_says_the_same() {
    let dir = tempfile::tempdir().unwrap();
    share(dir.path());
    let first = once(dir.path(), "2026-11-20");
    let kept = stamp(dir.path()).expect("a settled pass is noted");
    let before = published(dir.path());
    let second = once(dir.path(), "2026-11-20");
    assert_eq!(
        stamp(dir.path()).as_ref(),
        Some(&kept),
        "no commit came between"
    );
    assert_eq!(published(dir.path()), before);
    for key in [
        "as_of",
        "published",
        "departments",
        "totals",
        "findings",
        "consolidated",
    ] {
        assert_eq!(second[key], first[key], "{key}");
    }
    assert_eq!(second["notices"]["queued"], 0);
    let text = annexd(dir.path(), &["once", "--as-of", "2026-11-20"]);
    assert_eq!(code(&text), 0, "{}", stderr(&text));
}

/// Each change in turn: the result is byte for byte that of a pass that was never told to be left out.
#[test]
fn whatever_changes_is_taken_up_as_by_a_fresh_pass() {
    type Change = (&'static str, fn(&Path), &'static str);
    let changes: [Change; 9] = [
        ("the day", |_| {}, "2026-11-23"),
        (
            "a workbook",
            |dir| {
                let done = [
                    "VP01",
                    "Rà soát thủ tục hành chính",
                    "30/6/2026",
                    "Hoàn thành",
                ];
                workbook(&dir.join("share/van-phong/bieu.xlsx"), &[done]);
                old(&dir.join("share/van-phong/bieu.xlsx"), 3600);
            },
            "2026-11-20",
        ),
        (
            "a workbook of the same size and time",
            |dir| {
                let path = dir.join("share/trung-tam/bieu.xlsx");
                let size = fs::metadata(&path).unwrap().len();
                let same_size = (1..28).any(|day| {
                    let due = format!("{day}/12/2027");
                    let row = ["TT01", "Tập huấn kỹ năng giao tiếp", &due, "Đang thực hiện"];
                    workbook(&path, &[row]);
                    fs::metadata(&path).unwrap().len() == size
                });
                assert!(same_size);
                old(&path, 7200);
            },
            "2026-11-20",
        ),
        (
            "the time of a workbook",
            |dir| old(&dir.join("share/van-phong/bieu.xlsx"), 60),
            "2026-11-20",
        ),
        (
            "a workbook gone",
            |dir| fs::remove_file(dir.join("share/trung-tam/bieu.xlsx")).unwrap(),
            "2026-11-20",
        ),
        (
            "a further workbook",
            |dir| {
                let row = ["TT02", "Mua sắm thiết bị", "30/9/2027", "Đang thực hiện"];
                workbook(&dir.join("share/trung-tam/khac.xlsx"), &[row]);
                old(&dir.join("share/trung-tam/khac.xlsx"), 3600);
            },
            "2026-11-20",
        ),
        (
            "an approved annex",
            |dir| {
                let row = ["VP01", "Rà soát thủ tục hành chính", "30/6/2026", ""];
                workbook(&dir.join("share/_bieu-goc/goc.xlsx"), &[row]);
                old(&dir.join("share/_bieu-goc/goc.xlsx"), 3600);
            },
            "2026-11-20",
        ),
        (
            "a setting",
            |dir| {
                let text = format!("{CONFIG}[rules]\nT26 = \"off\"\nT18 = \"info\"\n");
                fs::write(dir.join("annexd.toml"), text).unwrap();
            },
            "2026-11-20",
        ),
        (
            "a conflict copy",
            |dir| {
                let from = dir.join("share/van-phong/bieu.xlsx");
                let to = dir.join("share/van-phong/bieu (conflicted copy 2026-11-20).xlsx");
                fs::copy(from, &to).unwrap();
                old(&to, 3600);
            },
            "2026-11-20",
        ),
    ];
    let start = tempfile::tempdir().unwrap();
    share(start.path());
    once(start.path(), "2026-11-20");
    assert!(stamp(start.path()).is_some());
    for (what, change, day) in changes {
        // The same state twice; one has forgotten that its pass was settled.
        let (steady, fresh) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for dir in [&steady, &fresh] {
            copy(start.path(), dir.path());
            change(dir.path());
        }
        let store = annexd::shell::store::Store::open(&fresh.path().join("state")).unwrap();
        store.clear_meta("standing").unwrap();
        drop(store);
        let args = ["once", "--as-of", day, "--format", "json"];
        let (a, b) = (annexd(steady.path(), &args), annexd(fresh.path(), &args));
        assert_eq!(code(&a), code(&b), "{what}: {}", stderr(&a));
        let told = |out: &std::process::Output, dir: &Path| {
            let text = String::from_utf8_lossy(&out.stdout).into_owned();
            text.replace(&dir.display().to_string(), "")
        };
        assert_eq!(told(&a, steady.path()), told(&b, fresh.path()), "{what}");
        assert!(
            published(steady.path()) == published(fresh.path()),
            "{what}"
        );
    }
}

#[test]
fn a_published_workbook_that_is_gone_damaged_or_edited_is_made_good() {
    let dir = tempfile::tempdir().unwrap();
    share(dir.path());
    once(dir.path(), "2026-11-20");
    let wanted = published(dir.path());
    let target = dir.path().join("share/_tong-hop/Tong-hop.xlsx");
    let feedback = dir.path().join("share/_phan-hoi/TT.xlsx");
    assert!(stamp(dir.path()).is_some());
    fs::remove_file(&target).unwrap();
    once(dir.path(), "2026-11-20");
    assert!(published(dir.path()) == wanted, "removed");
    fs::write(&feedback, b"half a workbook").unwrap();
    once(dir.path(), "2026-11-20");
    assert!(fs::read(&feedback).unwrap() == wanted[Path::new("share/_phan-hoi/TT.xlsx")]);
    let kept = |dir: &Path| {
        let names = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name());
        names
            .filter(|n| n.to_string_lossy().contains("sửa tay"))
            .count()
    };
    assert_eq!(
        kept(&dir.path().join("share/_phan-hoi")),
        1,
        "what stood there is kept"
    );
    let mut edited = fs::read(&target).unwrap();
    edited.extend_from_slice(b"edited");
    fs::write(&target, &edited).unwrap();
    once(dir.path(), "2026-11-20");
    assert!(fs::read(&target).unwrap() == wanted[Path::new("share/_tong-hop/Tong-hop.xlsx")]);
    assert_eq!(
        kept(&dir.path().join("share/_tong-hop")),
        1,
        "a person's work is kept"
    );
}

#[test]
fn a_frozen_period_and_freed_mails_are_taken_up() {
    let dir = tempfile::tempdir().unwrap();
    share(dir.path());
    once(dir.path(), "2026-11-20");
    assert!(stamp(dir.path()).is_some());
    let report = annexd(dir.path(), &["report", "2026-Q1", "--freeze"]);
    assert_eq!(code(&report), 0, "{}", stderr(&report));
    assert!(stamp(dir.path()).is_none(), "the ledger has changed");
    once(dir.path(), "2026-11-20");
    once(dir.path(), "2026-11-20");
    assert!(stamp(dir.path()).is_some());
    let free = annexd(
        dir.path(),
        &["notices", "--release", "--as-of", "2026-11-20"],
    );
    assert_eq!(code(&free), 0, "{}", stderr(&free));
    once(dir.path(), "2026-11-20");
    let store = annexd::shell::store::Store::read_only(&dir.path().join("state")).unwrap();
    assert!(
        store.meta("mails_released").unwrap().is_none(),
        "the pass took it up"
    );
}
