//! The thin binary: arguments to `cli`.

fn main() {}
