//! The share as people leave it: links, pipes, litter, twins, half-saved files, a share that goes away.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use annexd::config::Config;
use annexd::domain::reading::Reading;
use annexd::domain::snapshot::{FileFault, Role, Snapshot};
use annexd::shell::folder::{self, ShareError};
use annexd::shell::snapshot::{Patience, Reader, Scanner, looks_incomplete};
use tempfile::TempDir;

pub(super) fn share() -> (TempDir, Config) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(".annexd"), b"").unwrap();
    let mut config = Config::defaults();
    config.share = dir.path().to_owned();
    (dir, config)
}

pub(super) fn put(share: &Path, path: &str, bytes: &[u8]) {
    let path = share.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn age(share: &Path, path: &str, seconds: u64) {
    let file = fs::File::options()
        .write(true)
        .open(share.join(path))
        .unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(seconds))
        .unwrap();
}

pub(super) fn zip() -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let plain = zip::write::SimpleFileOptions::default();
    out.start_file("xl/workbook.xml", plain).unwrap();
    // Bytes that do not compress, so that the package has a size worth cutting.
    for n in 0..300_u32 {
        out.write_all(blake3::hash(&n.to_le_bytes()).as_bytes())
            .unwrap();
    }
    out.finish().unwrap().into_inner()
}

pub(super) fn parse(files: Vec<Arc<[u8]>>) -> Vec<Result<Reading, FileFault>> {
    let whole =
        |b: &Arc<[u8]>| b.starts_with(b"PK") && !looks_incomplete(b) || b.starts_with(b"ok");
    let broken = || Err(FileFault::Unreadable("broken".to_owned()));
    files
        .iter()
        .map(|b| {
            if whole(b) {
                Ok(Reading::default())
            } else {
                broken()
            }
        })
        .collect()
}

pub(super) fn take(config: &Config, patience: Patience, known: &[(&str, &str)]) -> Snapshot {
    let known: BTreeMap<String, String> = known
        .iter()
        .map(|(p, h)| ((*p).to_owned(), (*h).to_owned()))
        .collect();
    let reader = Reader {
        parse: &parse,
        keep: None,
    };
    Scanner::default()
        .take(config, patience, &known, reader)
        .unwrap()
}

fn paths(config: &Config) -> Vec<(String, Role)> {
    folder::scan(config)
        .unwrap()
        .files
        .into_iter()
        .map(|f| (f.shown, f.role))
        .collect()
}

pub(super) fn odd(snapshot: &Snapshot, file: &str, reason: &str) -> bool {
    snapshot
        .oddities
        .iter()
        .any(|(f, r)| f == file && r == reason)
}

#[test]
fn every_place_has_its_role_and_output_is_never_read() {
    let (dir, config) = share();
    for path in [
        "van-phong/a.xlsx",
        "van-phong/quy 2/b.XLSM",
        "van-phong/_cu/c.xlsx",
        "van-phong/.x/d.xlsx",
        "chung.xlsx",
        "_bieu-goc/goc.xlsx",
        "_bieu-goc/cu/goc2.xlsx",
        "_kiem-tra/thu.xlsx",
        "_tong-hop/Tong-hop.xlsx",
        "_tong-hop/ky/2026-Q1.xlsx",
        "_phan-hoi/VP.xlsx",
        "_khac/e.xlsx",
        ".trash/f.xlsx",
        "van-phong/g.xls",
        "van-phong/h.docx",
    ] {
        put(dir.path(), path, b"x");
    }
    let expected = [
        ("_bieu-goc/cu/goc2.xlsx", Role::Baseline),
        ("_bieu-goc/goc.xlsx", Role::Baseline),
        ("_kiem-tra/thu.xlsx", Role::Trial),
        ("chung.xlsx", Role::Common),
        ("van-phong/a.xlsx", Role::Annex),
        ("van-phong/g.xls", Role::Annex),
        ("van-phong/quy 2/b.XLSM", Role::Annex),
    ];
    let seen = paths(&config);
    assert_eq!(
        seen.iter()
            .map(|(p, r)| (p.as_str(), *r))
            .collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn output_beside_the_annexes_is_known_by_its_setting() {
    let (dir, mut config) = share();
    config.publish.consolidated = "ket-qua/Tong-hop.xlsx".to_owned();
    config.publish.feedback = "phan-hoi".to_owned();
    config.folders.baseline = "goc".to_owned();
    for path in [
        "ket-qua/Tong-hop.xlsx",
        "phan-hoi/VP.xlsx",
        "goc/a.xlsx",
        "p1/b.xlsx",
    ] {
        put(dir.path(), path, b"x");
    }
    let seen = paths(&config);
    assert_eq!(
        seen,
        [
            ("goc/a.xlsx".to_owned(), Role::Baseline),
            ("p1/b.xlsx".to_owned(), Role::Annex)
        ]
    );
    config.publish.consolidated = "Tong-hop.xlsx".to_owned();
    for path in [
        "Tong-hop.xlsx",
        "Tong-hop (mới 0805).xlsx",
        "Bieu chung.xlsx",
    ] {
        put(dir.path(), path, b"x");
    }
    let seen: Vec<String> = paths(&config).into_iter().map(|(p, _)| p).collect();
    assert_eq!(
        seen,
        [
            "Bieu chung.xlsx",
            "goc/a.xlsx",
            "ket-qua/Tong-hop.xlsx",
            "p1/b.xlsx"
        ]
    );
}

#[test]
fn litter_of_other_programs_is_no_annex() {
    let (dir, config) = share();
    let litter = include_str!("../../cases/scanner/litter.txt");
    let mut count = 0;
    for name in litter
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
    {
        put(dir.path(), &format!("van-phong/{name}"), b"x");
        count += 1;
    }
    assert!(count >= 30);
    put(dir.path(), "van-phong/PhuLuc.xlsx", b"x");
    assert_eq!(
        paths(&config),
        [("van-phong/PhuLuc.xlsx".to_owned(), Role::Annex)]
    );
    let snapshot = take(&config, Patience::Once, &[]);
    assert_eq!(snapshot.oddities, [], "litter is not worth a word");
}

#[test]
fn links_and_devices_are_named_and_never_opened() {
    let (dir, config) = share();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("bimat.xlsx"), b"ok secret").unwrap();
    put(dir.path(), "vp/that.xlsx", b"ok");
    symlink(
        outside.path().join("bimat.xlsx"),
        dir.path().join("vp/lien-ket.xlsx"),
    )
    .unwrap();
    symlink(outside.path(), dir.path().join("vp/thu-muc")).unwrap();
    symlink("/nowhere", dir.path().join("vp/gay.xlsx")).unwrap();
    let fifo = dir.path().join("vp/ong.xlsx");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &fifo,
        rustix::fs::FileType::Fifo,
        0o644.into(),
        0,
    )
    .unwrap();
    put(dir.path(), "vp/thu muc.xlsx/x.xlsx", b"ok");
    let snapshot = take(&config, Patience::Once, &[]);
    let files: Vec<&str> = snapshot.files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(files, ["vp/that.xlsx", "vp/thu muc.xlsx/x.xlsx"]);
    for (file, reason) in [
        ("vp/lien-ket.xlsx", "link"),
        ("vp/thu-muc", "link"),
        ("vp/gay.xlsx", "link"),
        ("vp/ong.xlsx", "device"),
    ] {
        assert!(
            odd(&snapshot, file, reason),
            "{file} {reason}: {:?}",
            snapshot.oddities
        );
    }
}

#[test]
fn names_are_shown_composed_and_twins_count_once() {
    let (dir, config) = share();
    // The same name composed and decomposed: two files to the system, one to the eye.
    put(dir.path(), "vp/Phụ lục.xlsx", b"ok older");
    let decomposed = "vp/Phu\u{323} lu\u{323}c.xlsx";
    put(dir.path(), decomposed, b"ok newer");
    age(dir.path(), "vp/Phụ lục.xlsx", 1000);
    put(dir.path(), "vp/phỤ lục.XLSX", b"ok case");
    put(dir.path(), "vp/a\nb.xlsx", b"ok");
    let snapshot = take(&config, Patience::Once, &[]);
    let files: Vec<(&str, &str)> = snapshot
        .files
        .iter()
        .map(|f| (f.path.as_str(), f.hash.as_str()))
        .collect();
    let newer = blake3::hash(b"ok newer").to_hex().to_string();
    assert!(
        files.contains(&("vp/Phụ lục.xlsx", newer.as_str())),
        "{files:?}"
    );
    assert_eq!(files.len(), 3);
    assert!(odd(&snapshot, "vp/Phụ lục.xlsx", "twin"));
    assert!(
        snapshot
            .oddities
            .iter()
            .any(|(_, reason)| reason == "case-twin")
    );
    assert!(files.iter().all(|(path, _)| !path.contains('\n')));
}

#[test]
fn a_file_still_being_saved_is_told_from_a_damaged_one() {
    let (dir, config) = share();
    let whole = zip();
    let mut holes = whole.clone();
    let middle = holes.len() / 3..holes.len() / 3 + 1024;
    holes[middle].fill(0);
    put(dir.path(), "vp/rong.xlsx", b"");
    put(dir.path(), "vp/nua.xlsx", &whole[..whole.len() / 2]);
    put(dir.path(), "vp/lo.xlsx", &holes);
    put(dir.path(), "vp/chu.xlsx", b"just text");
    put(dir.path(), "vp/xong.xlsx", &whole);
    put(dir.path(), "vp/nua-cu.xlsx", &whole[..whole.len() / 2]);
    age(dir.path(), "vp/nua-cu.xlsx", 3600);
    let snapshot = take(&config, Patience::Once, &[]);
    let of = |name: &str| {
        &snapshot
            .files
            .iter()
            .find(|f| f.path == format!("vp/{name}"))
            .unwrap()
            .content
    };
    for name in ["rong.xlsx", "nua.xlsx", "lo.xlsx"] {
        assert_eq!(of(name), &Err(FileFault::Unsettled), "{name}");
    }
    for name in ["chu.xlsx", "nua-cu.xlsx"] {
        assert!(matches!(of(name), Err(FileFault::Unreadable(_))), "{name}");
    }
    assert!(of("xong.xlsx").is_ok());
}

#[test]
fn other_formats_and_too_large_files_are_told_by_name_and_limit() {
    let (dir, mut config) = share();
    config.limits.file_bytes_max = 100;
    put(dir.path(), "vp/cu.xls", b"\xd0\xcf\x11\xe0");
    put(dir.path(), "vp/bang.ODS", b"PK");
    put(dir.path(), "vp/to.xlsx", &[b'x'; 101]);
    put(dir.path(), "vp/vua.xlsx", &[b'o', b'k'].repeat(50));
    let contents: Vec<_> = take(&config, Patience::Once, &[])
        .files
        .into_iter()
        .map(|f| f.content)
        .collect();
    assert_eq!(contents[0], Err(FileFault::OtherFormat("ods".to_owned())));
    assert_eq!(contents[1], Err(FileFault::OtherFormat("xls".to_owned())));
    let limit = "file_bytes_max".to_owned();
    assert_eq!(contents[2], Err(FileFault::TooLarge { limit, max: 100 }));
    assert!(contents[3].is_ok());
}

#[test]
fn without_the_marker_nothing_is_concluded() {
    let (dir, mut config) = share();
    put(dir.path(), "vp/a.xlsx", b"ok");
    fs::remove_file(dir.path().join(".annexd")).unwrap();
    assert!(matches!(folder::scan(&config), Err(ShareError::Away(..))));
    config.share = dir.path().join("nowhere");
    assert!(matches!(folder::scan(&config), Err(ShareError::Away(..))));
}

#[test]
fn a_folder_that_cannot_be_read_fails_the_whole_scan() {
    let (dir, mut config) = share();
    put(dir.path(), "vp/a.xlsx", b"ok");
    config.limits.files_max = 0;
    assert!(
        matches!(folder::scan(&config), Err(ShareError::Failed(..))),
        "an endless folder"
    );
}

#[test]
fn every_oddity_has_words_for_the_office() {
    let text = annexd::text::Text::embedded();
    let sources = [
        include_str!("../../../src/shell/folder/mod.rs"),
        include_str!("../../../src/shell/snapshot.rs"),
        include_str!("../../../src/shell/snapshot/absence.rs"),
    ];
    let code = sources
        .concat()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let known = [
        "link",
        "device",
        "closed",
        "too-deep",
        "other-filesystem",
        "twin",
        "case-twin",
        "files-max",
        "interrupted-save",
        "mass-disappearance",
    ];
    for reason in known {
        assert!(
            text.has(&format!("oddity.{reason}")),
            "templates/workbook.toml lacks oddity.{reason}"
        );
        assert!(
            code.contains(&format!("\"{reason}\"")),
            "no scanner says {reason}"
        );
    }
}

#[test]
fn more_files_than_allowed_are_named() {
    let (dir, mut config) = share();
    config.limits.files_max = 2;
    for n in 0..4 {
        put(dir.path(), &format!("vp/{n}.xlsx"), b"ok");
    }
    let snapshot = take(&config, Patience::Once, &[]);
    assert_eq!(snapshot.files.len(), 2);
    assert!(odd(&snapshot, "vp/2.xlsx", "files-max") && odd(&snapshot, "vp/3.xlsx", "files-max"));
}

#[test]
fn unchanged_files_are_not_read_again_and_restored_older_ones_are() {
    let (dir, config) = share();
    let parsed = AtomicUsize::new(0);
    let counting = |files: Vec<Arc<[u8]>>| {
        parsed.fetch_add(files.len(), Ordering::SeqCst);
        parse(files)
    };
    let reader = Reader {
        parse: &counting,
        keep: None,
    };
    let (known, mut scanner) = (BTreeMap::new(), Scanner::default());
    put(dir.path(), "vp/a.xlsx", b"ok 1");
    put(dir.path(), "vp/b.xlsx", b"ok 2");
    let mut take = || {
        scanner
            .take(&config, Patience::Daemon, &known, reader)
            .unwrap()
    };
    take();
    take();
    assert_eq!(
        parsed.load(Ordering::SeqCst),
        2,
        "each content is parsed once"
    );
    put(dir.path(), "vp/a.xlsx", b"ok 3");
    age(dir.path(), "vp/a.xlsx", 90_000);
    let hash = blake3::hash(b"ok 3").to_hex().to_string();
    assert_eq!(
        take().files[0].hash,
        hash,
        "an older time stamp is a change too"
    );
    assert_eq!(parsed.load(Ordering::SeqCst), 3);
    fs::rename(dir.path().join("vp/a.xlsx"), dir.path().join("vp/c.xlsx")).unwrap();
    assert_eq!(take().files.len(), 2);
    assert_eq!(
        parsed.load(Ordering::SeqCst),
        3,
        "a renamed file is known by its content"
    );
}

#[test]
fn same_size_and_time_is_found_by_the_full_hash() {
    let (dir, mut config) = share();
    config.watch.full_hash_s = 0;
    put(dir.path(), "vp/a.xlsx", b"ok 1");
    let reader = Reader {
        parse: &parse,
        keep: None,
    };
    let (known, mut scanner) = (BTreeMap::new(), Scanner::default());
    let first = scanner
        .take(&config, Patience::Daemon, &known, reader)
        .unwrap();
    let time = fs::metadata(dir.path().join("vp/a.xlsx"))
        .unwrap()
        .modified()
        .unwrap();
    let mut file = fs::File::options()
        .write(true)
        .open(dir.path().join("vp/a.xlsx"))
        .unwrap();
    file.write_all(b"ok 2").unwrap();
    file.set_modified(time).unwrap();
    let second = scanner
        .take(&config, Patience::Daemon, &known, reader)
        .unwrap();
    assert_eq!(first.files[0].modified, second.files[0].modified);
    assert_ne!(first.files[0].hash, second.files[0].hash);
}
