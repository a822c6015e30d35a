//! The parser child: hostile and broken files end as faults within seconds, and the pool goes on.

use std::path::PathBuf;

use annexd::config::Config;
use annexd::shell::parser::Parsers;

fn parsers(workers: usize) -> Parsers {
    let config = Config::defaults();
    Parsers::new(
        PathBuf::from(env!("CARGO_BIN_EXE_annexd")),
        &config.limits,
        workers,
    )
}

#[test]
fn tmp_all() {
    let Ok(dir) = std::env::var("BAD") else {
        return;
    };
    let pool = parsers(1);
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for f in files {
        let bytes = std::fs::read(&f).unwrap();
        let t = std::time::Instant::now();
        let r = pool.parse(&bytes);
        let r = r.map(|g| g.sheets.iter().map(|s| s.cells.len()).collect::<Vec<_>>());
        eprintln!("{:?} {:?} {:?}", f.file_name().unwrap(), r, t.elapsed());
    }
}
