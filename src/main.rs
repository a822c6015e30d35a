//! The thin binary: arguments to `cli`.

use annexd::shell::parser;

fn main() {
    if std::env::args().nth(1).as_deref() == Some(parser::WORKER_FLAG) {
        std::process::exit(parser::worker_main());
    }
}
