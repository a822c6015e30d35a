//! The house keeps its floors: imports go down only, each outside crate is named in one file, files stay small.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let Ok(entries) = fs::read_dir(dir) else {
        return out;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(files(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending) {
            out.push(path);
        }
    }
    out.sort();
    out
}

fn short(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap()
        .to_string_lossy()
        .into_owned()
}

/// Code without comment lines.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|l| !l.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn floors() -> BTreeMap<String, u8> {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    text.lines()
        .filter_map(|l| l.strip_prefix("//! "))
        .filter_map(|l| {
            let mut parts = l.split_whitespace();
            let (name, floor) = (parts.next()?, parts.next()?.parse().ok()?);
            parts.next().is_none().then(|| (name.to_owned(), floor))
        })
        .collect()
}

fn module(path: &Path) -> String {
    let rel = short(path);
    let first = rel
        .strip_prefix("src/")
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn imports_go_down_only() {
    let floors = floors();
    assert!(
        floors.len() >= 15,
        "the table of floors in src/lib.rs was not found"
    );
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs") {
        let here = module(&path);
        if here == "lib" || here == "main" {
            continue;
        }
        let Some(floor) = floors.get(&here) else {
            wrong.push(format!("{} is on no floor", short(&path)));
            continue;
        };
        for (name, other) in &floors {
            let named = code(&path).contains(&format!("crate::{name}"));
            let allowed = other < floor || name == &here || (other == floor && *floor != 2);
            if named && !allowed {
                wrong.push(format!(
                    "{} (floor {floor}) names crate::{name} (floor {other})",
                    short(&path)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether code names a crate: `krate::…` or `use krate …`; `sd_notify::` is not `notify::`.
fn names_crate(code: &str, krate: &str) -> bool {
    let path = format!("{krate}::");
    let whole = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    code.match_indices(&path).any(|(at, _)| whole(at)) || code.contains(&format!("use {krate} as "))
}

#[test]
fn outside_crates_are_named_in_one_file_each() {
    for (krate, home) in [
        ("calamine", "src/intake"),
        ("rust_xlsxwriter", "src/book/xlsx"),
        ("notify", "src/shell/watch"),
        ("lettre", "src/shell/mailer"),
        ("rusqlite", "src/shell/store"),
    ] {
        let named: Vec<String> = files(&root().join("src"), "rs")
            .iter()
            .filter(|p| names_crate(&code(p), krate))
            .map(|p| short(p))
            .collect();
        assert!(named.len() == 1, "{krate} is named in {named:?}");
        assert!(
            named[0].starts_with(home),
            "{krate} is named in {named:?}, not below {home}"
        );
    }
}

#[test]
fn nothing_below_floor_four_does_io_or_reads_a_clock() {
    let floors = floors();
    let banned = [
        "std::fs",
        "std::net",
        "std::process",
        "std::thread::sleep",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "println!",
        "eprintln!",
        "std::env::var",
        "std::io::stdin",
    ];
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs") {
        if floors.get(&module(&path)).is_some_and(|f| *f < 4) {
            let text = code(&path);
            for word in banned {
                if text.contains(word) {
                    wrong.push(format!("{} uses {word}", short(&path)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn vietnamese_stands_in_templates_and_config_only() {
    let letters = "ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ";
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs") {
        for (i, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            if !line.trim_start().starts_with("//") && line.chars().any(|c| letters.contains(c)) {
                wrong.push(format!("{}:{}", short(&path), i + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_small() {
    let mut wrong = Vec::new();
    for dir in ["src", "tests/it", "benches"] {
        for path in files(&root().join(dir), "rs") {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            if lines > 500 {
                wrong.push(format!("{} has {lines} lines", short(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_test_is_skipped_and_no_file_forgotten() {
    let mut wrong = Vec::new();
    for path in files(&root().join("tests/it"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        if text.contains(concat!("#[", "ignore")) {
            wrong.push(format!("{} skips a test", short(&path)));
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name == "main" || name == "mod" {
            continue;
        }
        let dir = path.parent().unwrap();
        let parents = [
            dir.join("mod.rs"),
            dir.with_extension("rs"),
            root().join("tests/it/main.rs"),
        ];
        let declared = parents
            .iter()
            .filter_map(|p| fs::read_to_string(p).ok())
            .any(|t| t.contains(&format!("mod {name};")));
        if !declared {
            wrong.push(format!("{} is declared nowhere", short(&path)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn templates_and_config_are_composed_unicode() {
    use unicode_normalization::is_nfc;
    for dir in ["templates", "config"] {
        for ending in ["toml", "txt", "html"] {
            for path in files(&root().join(dir), ending) {
                assert!(
                    is_nfc(&fs::read_to_string(&path).unwrap()),
                    "{} is not NFC",
                    short(&path)
                );
            }
        }
    }
}

#[test]
fn the_tree_names_no_place_of_a_machine() {
    let mut wrong = Vec::new();
    for dir in [
        "src",
        "tests",
        "config",
        "templates",
        "docs",
        "benches",
        ".ci",
        "deploy",
    ] {
        for ending in [
            "rs", "toml", "md", "py", "sh", "txt", "html", "csv", "service",
        ] {
            for path in files(&root().join(dir), ending) {
                let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
                for word in [
                    concat!("/wo", "rk/"),
                    concat!("/ro", "ot/"),
                    concat!("bash", "_jobs"),
                ] {
                    if text.contains(word) {
                        wrong.push(format!("{} names {word}", short(&path)));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
