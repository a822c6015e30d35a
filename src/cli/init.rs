//! `annexd init`: a commented config and an empty share with its marker.

use std::fmt::Write as _;
use std::path::Path;

use super::{exit, output};
use crate::config::DEFAULT_TOML;

const EXAMPLE_TOML: &str = include_str!("../../config/example.toml");

const HEADER: &str = "\
# Settings of annexd. To change one, take out the \"# \" before it; what stays commented out keeps its default.
# `annexd config` shows what is in force and tells everything that is wrong.

";

/// Makes the folder; what is there already stays as it is.
pub(super) fn run(dir: &Path) -> i32 {
    match make(dir) {
        Ok(made) => {
            let mut out = String::new();
            for line in made {
                let _ = writeln!(out, "{line}");
            }
            let _ = writeln!(
                out,
                "next: put the approved annex into {}, the departments into {config}; then\n  \
                 annexd --config {config} doctor\n  annexd --config {config} once",
                dir.join("share/_bieu-goc").display(),
                config = dir.join("annexd.toml").display()
            );
            output::print(&out);
            exit::OK
        }
        Err(e) => {
            output::error(&format!("cannot make {}: {e}", dir.display()));
            exit::TRY_AGAIN
        }
    }
}

fn make(dir: &Path) -> std::io::Result<Vec<String>> {
    let mut made = Vec::new();
    for folder in [
        "",
        "share",
        "share/_bieu-goc",
        "share/_tong-hop",
        "share/_phan-hoi",
        "share/_kiem-tra",
        "state",
    ] {
        let path = if folder.is_empty() {
            dir.to_path_buf()
        } else {
            dir.join(folder)
        };
        if !path.is_dir() {
            std::fs::create_dir_all(&path)?;
            let shown = path.display().to_string();
            made.push(format!("made  {}/", shown.trim_end_matches('/')));
        }
    }
    for (name, text) in [("annexd.toml", commented()), ("share/.annexd", marker(dir))] {
        let path = dir.join(name);
        if path.exists() {
            made.push(format!("kept  {}", path.display()));
        } else {
            std::fs::write(&path, text)?;
            made.push(format!("made  {}", path.display()));
        }
    }
    Ok(made)
}

/// A marker that tells this share from any other.
fn marker(dir: &Path) -> String {
    let moment = jiff::Timestamp::now().as_nanosecond();
    let seed = format!("{moment} {} {}", std::process::id(), dir.display());
    format!("share {}\n", &blake3::hash(seed.as_bytes()).to_hex()[..16])
}

/// Every setting with its comment, all commented out but the places, and an example roster.
fn commented() -> String {
    let mut out = String::from(HEADER);
    let mut table = String::new();
    for line in DEFAULT_TOML.lines() {
        if line.starts_with('#') || line.is_empty() {
            out.push_str(line);
        } else if line.starts_with('[') {
            line.clone_into(&mut table);
            if line.starts_with("[[") {
                out.push_str("# ")
            }
            out.push_str(line);
        } else if table.is_empty() {
            out.push_str(line);
        } else {
            let _ = write!(out, "# {line}");
        }
        out.push('\n');
    }
    out.push_str("\n# ---- Departments, leaders, own rules, indicators ----\n");
    for line in EXAMPLE_TOML.lines() {
        if line.is_empty() {
            out.push('\n');
        } else {
            let _ = writeln!(out, "# {line}");
        }
    }
    out
}
