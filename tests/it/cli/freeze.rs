//! Frozen periods: in order, for good.

use super::{annexd, code, stderr};

#[test]
fn periods_are_frozen_in_order_and_never_change_again() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| annexd(dir.path(), args);
    let laid = run(&["demo", "d", "--once", "--as-of", "2026-05-29"]);
    assert_eq!(code(&laid), 0, "{}", stderr(&laid));
    let settings = ["--config", "d/annexd.toml"];
    let with = |args: &[&str]| run(&[&settings, args].concat());
    assert_eq!(code(&with(&["once", "--as-of", "2026-09-21"])), 0);

    let early = with(&["report", "2026-Q3", "--freeze", "--as-of", "2026-09-21"]);
    assert_eq!(code(&early), 64);
    assert!(
        stderr(&early).contains("freeze 2026-6T first"),
        "{}",
        stderr(&early)
    );

    assert_eq!(
        code(&with(&[
            "report",
            "2026-6T",
            "--freeze",
            "--as-of",
            "2026-09-21"
        ])),
        0
    );
    let file = dir.path().join("d/share/_tong-hop/ky/2026-6T.xlsx");
    let frozen = std::fs::read(&file).unwrap();
    assert_eq!(
        code(&with(&[
            "report",
            "2026-Q3",
            "--freeze",
            "--as-of",
            "2026-09-21"
        ])),
        0
    );

    assert_eq!(code(&with(&["once", "--as-of", "2026-11-20"])), 0);
    assert_eq!(
        code(&with(&["report", "2026-6T", "--as-of", "2026-11-20"])),
        0
    );
    assert_eq!(
        std::fs::read(&file).unwrap(),
        frozen,
        "a frozen workbook never changes"
    );

    std::fs::remove_file(&file).unwrap();
    assert_eq!(code(&with(&["report", "2026-6T"])), 0);
    assert_eq!(
        std::fs::read(&file).unwrap(),
        frozen,
        "it comes back from the vault"
    );

    // So does the Word report; one that is there is a draft in somebody's hands.
    let word = file.with_extension("docx");
    let written = std::fs::read(&word).unwrap();
    std::fs::remove_file(&word).unwrap();
    let told = with(&["report", "2026-6T", "--format", "json"]);
    assert_eq!(code(&told), 0, "{}", stderr(&told));
    assert_eq!(std::fs::read(&word).unwrap(), written);
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(told["files"].as_array().unwrap().len(), 2, "{told:#}");
    std::fs::write(&word, "a person's own words").unwrap();
    assert_eq!(code(&with(&["report", "2026-6T"])), 0);
    assert_eq!(std::fs::read(&word).unwrap(), b"a person's own words");

    // However old, what is frozen never leaves the vault.
    let store = annexd::shell::store::Store::again(&dir.path().join("d/state")).unwrap();
    let in_use = store.hashes_in_use().unwrap();
    for bytes in [&frozen, &written] {
        let hash = blake3::hash(bytes).to_hex().to_string();
        assert!(in_use.contains(&hash));
    }
}

/// A report made before the period is over says so, and of which day its figures are.
#[test]
fn a_period_that_goes_on_is_not_said_to_be_over() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| annexd(dir.path(), args);
    assert_eq!(
        code(&run(&["demo", "d", "--once", "--as-of", "2026-11-20"])),
        0
    );
    let words = |period: &str| {
        let args = [
            "--config",
            "d/annexd.toml",
            "report",
            period,
            "--as-of",
            "2026-11-20",
        ];
        let made = run(&args);
        assert_eq!(code(&made), 0, "{}", stderr(&made));
        let base = dir.path().join("d/share/_tong-hop/ky").join(period);
        let sheet = super::share::strings(&base.with_extension("xlsx"));
        let file = std::fs::File::open(base.with_extension("docx")).unwrap();
        let mut zip = zip::ZipArchive::new(file).unwrap();
        let mut word = String::new();
        let mut part = zip.by_name("word/document.xml").unwrap();
        std::io::Read::read_to_string(&mut part, &mut word).unwrap();
        (sheet, word)
    };
    let (sheet, word) = words("2026-Q3");
    assert!(sheet.contains("Quý III/2026: số liệu từ 15/06/2026 đến 14/09/2026"));
    assert!(word.contains("Tính đến ngày 14/09/2026"));
    let (sheet, word) = words("2026-N");
    assert!(
        sheet.contains("Năm 2026 (kỳ chưa kết thúc): số liệu từ 15/12/2025 đến 20/11/2026"),
        "{sheet}"
    );
    assert!(word.contains("chưa kết thúc") && word.contains("Tính đến ngày 20/11/2026"));
    assert!(!word.contains("đến ngày 14/12/2026"));
    let (sheet, word) = words("2027-Q1");
    assert!(
        sheet.contains("Quý I/2027 (kỳ chưa bắt đầu): số liệu tính đến 20/11/2026"),
        "{sheet}"
    );
    assert!(word.contains("chưa bắt đầu") && !word.contains("14/03/2027"));
}
