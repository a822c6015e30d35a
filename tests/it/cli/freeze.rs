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
}
