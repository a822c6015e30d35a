//! What an hour of fuzzing came by: the smallest inputs that reach everything it reached, and everything it broke. `fuzz/` searches on.

mod bodies;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

fn replay(target: &str, least: usize, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fuzz")
        .join(target);
    let mut tried = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let sound = catch_unwind(AssertUnwindSafe(|| body(&bytes))).is_ok();
        assert!(sound, "{target}: {}", path.display());
        tried += 1;
    }
    assert!(tried >= least, "{target}: only {tried} inputs");
}

#[test]
fn settings() {
    replay("config", 10, bodies::config);
}

#[test]
fn deadlines() {
    replay("deadline", 10, bodies::deadline);
}

#[test]
fn packages() {
    replay("prescan", 10, bodies::prescan);
}

#[test]
fn rows() {
    replay("rows", 10, bodies::rows);
}
