//! State secrets (T35): a row that was accepted openly and is marked later leaves no word in any byte that annexd keeps.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use annexd::domain::secrets::squeeze;
use annexd::shell::mailer::eml;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::{Decompress, FlushDecompress};

use super::share::{Home, row, write};
use super::{annexd, code, stderr, stdout};

/// Words that only the secret row says, each from another cell and another day.
const WORDS: [&str; 5] = [
    "Hoàng Liên Sơn",
    "cọc tiêu bí danh",
    "Ô Quy Hồ",
    "thác Tình Yêu",
    "Xà Beng",
];

fn secret(result: &str, trouble: &str, mark: &str) -> Vec<String> {
    let cells = [
        "5",
        "NV05",
        "Xây dựng phương án bảo vệ mục tiêu Hoàng Liên Sơn trong mùa lễ hội",
        "Bản đồ cọc tiêu bí danh",
        "Văn phòng",
        "Tháng 8/2026",
        "Đang thực hiện",
        result,
        trouble,
        mark,
    ];
    cells.map(str::to_owned).to_vec()
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// Whatever can be unpacked anywhere in a file and looks like JSON, free pages included.
fn packed(bytes: &[u8]) -> String {
    let mut all = String::new();
    let mut inflate = Decompress::new(false);
    let mut out = vec![0; 256 << 10];
    for from in 0..bytes.len() {
        inflate.reset(false);
        let first = inflate.decompress(&bytes[from..], &mut out[..16], FlushDecompress::None);
        if first.is_err() || inflate.total_out() < 16 || !out.starts_with(b"{\"") {
            continue;
        }
        let at = usize::try_from(inflate.total_in()).unwrap();
        // A stream that goes on in another page of the database is read as far as it goes.
        let _ = inflate.decompress(&bytes[from + at..], &mut out[16..], FlushDecompress::None);
        let end = usize::try_from(inflate.total_out()).unwrap();
        all.push_str(&String::from_utf8_lossy(&out[..end]));
    }
    all
}

/// The packed records in the lines of the vault's journal.
fn journalled(lines: &str) -> String {
    let mut all = String::new();
    for packed in lines.split("{\"base64\":\"").skip(1) {
        let packed = packed.split('"').next().unwrap();
        let bytes = BASE64.decode(packed).unwrap();
        flate2::read::DeflateDecoder::new(&bytes[..])
            .read_to_string(&mut all)
            .unwrap();
    }
    all
}

/// Everything a file says: its raw bytes, the parts of a package, the parts of a mail.
fn said(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    let mut all = String::from_utf8_lossy(&bytes).into_owned();
    if let Ok(mut zip) = zip::ZipArchive::new(std::io::Cursor::new(&bytes)) {
        for index in 0..zip.len() {
            let mut part = Vec::new();
            zip.by_index(index).unwrap().read_to_end(&mut part).unwrap();
            all.push_str(&String::from_utf8_lossy(&part));
        }
    }
    if path.to_string_lossy().contains(".db") {
        all.push_str(&packed(&bytes));
    }
    if path.parent().is_some_and(|p| p.ends_with("readings")) {
        let mut unpacked = Vec::new();
        let packed = flate2::read::DeflateDecoder::new(&bytes[32..]);
        std::io::BufReader::new(packed)
            .read_to_end(&mut unpacked)
            .unwrap();
        all.push_str(&String::from_utf8_lossy(&unpacked));
    }
    if path.extension().is_some_and(|e| e == "jsonl") {
        all.push_str(&journalled(&all));
    }
    if path.extension().is_some_and(|e| e == "eml") {
        all.push_str(&eml::text_of(&bytes));
    }
    squeeze(&all)
}

fn holding(home: &Path) -> Vec<String> {
    let mut all = Vec::new();
    files(home, &mut all);
    all.sort();
    let words: Vec<String> = WORDS.iter().map(|w| squeeze(w)).collect();
    all.into_iter()
        .filter(|path| {
            let text = said(path);
            words.iter().any(|w| text.contains(w.as_str()))
        })
        .map(|p| p.strip_prefix(home).unwrap().display().to_string())
        .collect()
}

fn office(home: &Home, secret: Option<Vec<String>>) {
    let mut rows = vec![row("1", "Văn phòng", "Đã xong bước một", "")];
    rows.extend(secret);
    rows.push(row("2", "Văn phòng", "Đang lấy ý kiến", ""));
    write(&home.path("share/van-phong/Bieu.xlsx"), &rows);
}

fn says_any(text: &str) -> Option<&'static str> {
    let text = squeeze(text);
    WORDS
        .into_iter()
        .find(|w| text.contains(squeeze(w).as_str()))
}

#[test]
fn a_row_marked_later_leaves_no_word_behind() {
    let home = Home::new();
    let open = |result: &str, trouble: &str| Some(secret(result, trouble, ""));
    let plan = [
        row("1", "Văn phòng", "", ""),
        secret("", "", ""),
        row("2", "Văn phòng", "", ""),
        row("3", "Trung tâm", "", ""),
    ];
    write(&home.path("share/_bieu-goc/Bieu-goc.xlsx"), &plan);
    write(
        &home.path("share/trung-tam/Bieu.xlsx"),
        &[row("3", "Trung tâm", "Đã họp", "")],
    );
    // Three days in the open: ledger, history, vault, mails, a trial's answer, a frozen period, a backup, an edited copy.
    office(&home, open("Đã khảo sát đèo Ô Quy Hồ ba lần", ""));
    home.once("2026-09-08");
    office(&home, open("", "Đường lên thác Tình Yêu bị sạt lở"));
    write(
        &home.path("share/_kiem-tra/thu.xlsx"),
        &[secret("Thử", "", "")],
    );
    home.once("2026-09-10");
    let frozen = home.run(&["report", "2026-Q3", "--freeze", "--as-of", "2026-09-15"]);
    let board = home.path("share/_tong-hop/Tong-hop.xlsx");
    write(&board, &[secret("Ghi tay", "", "")]);
    home.once("2026-09-15");
    std::fs::copy(home.path("state/annexd.db"), home.path("state/backup.db")).unwrap();
    let before = holding(home.dir.path());
    for place in [
        "state/annexd.db",
        "state/vault",
        "state/vault/journal.jsonl",
        "share/_tong-hop/ky",
        ".eml",
        "kiem-tra/thu.xlsx",
    ] {
        assert!(
            before.iter().any(|p| p.contains(place)),
            "{place} should hold it: {before:#?}\n{frozen}"
        );
    }

    // The unit marks the row, in other words than before; the drop is gone by then.
    std::fs::remove_file(home.path("share/_kiem-tra/thu.xlsx")).unwrap();
    office(&home, Some(secret("Theo kế hoạch Xà Beng", "", "Tối mật")));
    let once = home.once("2026-09-16");
    let kept = |p: &&String| {
        !(p.starts_with("share/van-phong/")
            || p.starts_with("share/_bieu-goc/")
            || p.starts_with("share/_tong-hop/ky/2026-Q3")
            || p.contains("sửa tay"))
    };
    let after = holding(home.dir.path());
    let left: Vec<&String> = after.iter().filter(kept).collect();
    assert!(left.is_empty(), "words are left in {left:#?}");
    assert!(home.path("share/_tong-hop/ky/2026-Q3.xlsx").exists());
    assert_eq!(once["departments"][0]["held"], 1, "{once:#}");
    assert_eq!(once["departments"][0]["accepted"], 2);

    // The operator is told which files stay, the Office's own annex too is judged so, and nothing is asked about the row.
    let mut mails = Vec::new();
    files(&home.path("mail"), &mut mails);
    let told = mails.iter().any(|p| {
        let text = eml::text_of(&std::fs::read(p).unwrap());
        text.contains("2026-Q3.xlsx") && text.contains("sửa tay")
    });
    assert!(told, "no mail to the operator names the files that stay");
    let history = home.run(&["history", "NV05"]);
    assert!(says_any(&history).is_none(), "{history}");
    for args in [
        &["explain", "NV05"][..],
        &["explain", "NV05", "--as-of", "2026-09-10"],
        &["explain", "VP", "--as-of", "2026-09-10"],
        &["check", "share/van-phong/Bieu.xlsx"],
        &["check", "share/_bieu-goc/Bieu-goc.xlsx"],
        &["notices"],
        &["status"],
        &["issue", "--out", "giao"],
        &["report", "2026-N"],
    ] {
        let text = home.run(args);
        assert_eq!(says_any(&text), None, "{args:?}: {text}");
    }

    // Nothing is found a second time, and nothing came back through the commands.
    home.once("2026-09-17");
    let again = holding(home.dir.path());
    assert_eq!(again, after);
    let purged = home.run(&["history", ""]);
    assert_eq!(purged.matches("độ mật").count(), 1, "{purged}");
}

#[test]
fn who_takes_a_secret_row_out_of_its_annex_does_not_bring_the_approved_text_back() {
    let home = Home::new();
    let plan = [row("1", "Văn phòng", "", ""), secret("", "", "")];
    write(&home.path("share/_bieu-goc/Bieu-goc.xlsx"), &plan);
    office(&home, Some(secret("", "", "Mật")));
    home.once("2026-09-08");
    let open = [
        "share/_bieu-goc/Bieu-goc.xlsx".to_owned(),
        "share/van-phong/Bieu.xlsx".to_owned(),
    ];
    assert_eq!(holding(home.dir.path()), open);
    // As the remedy asks.
    office(&home, None);
    home.once("2026-09-09");
    home.once("2026-09-10");
    assert_eq!(holding(home.dir.path()), open[..1]);
    // The department itself shows the row again without a mark: it is no secret any more.
    office(&home, Some(secret("", "", "")));
    home.once("2026-09-11");
    let held = home.run(&["explain", "NV05"]);
    assert!(says_any(&held).is_some(), "{held}");
}

#[test]
fn a_row_marked_from_the_start_is_written_nowhere() {
    let home = Home::new();
    office(
        &home,
        Some(secret(
            "Đã khảo sát đèo Ô Quy Hồ",
            "Thác Tình Yêu bị sạt lở",
            "Mật",
        )),
    );
    let once = annexd(home.dir.path(), &["once", "--as-of", "2026-09-16"]);
    assert_eq!(code(&once), 0);
    assert_eq!(says_any(&(stdout(&once) + &stderr(&once))), None);
    write(
        &home.path("share/_kiem-tra/thu.xlsx"),
        &[secret("Xà Beng", "", "Tuyệt mật")],
    );
    home.once("2026-09-17");
    let check = home.run(&["check", "share/van-phong/Bieu.xlsx"]);
    assert!(
        check.contains("T35") && says_any(&check).is_none(),
        "{check}"
    );
    let open = ["share/van-phong/Bieu.xlsx", "share/_kiem-tra/thu.xlsx"];
    let left = holding(home.dir.path());
    assert!(left.iter().all(|p| open.contains(&p.as_str())), "{left:?}");
}
