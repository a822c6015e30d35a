//! See `bodies::deadline`.
#![no_main]

#[path = "../../tests/it/fuzz/bodies.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::deadline(bytes));
