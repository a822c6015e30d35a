//! See `bodies::prescan`.
#![no_main]

#[path = "../../tests/it/fuzz/bodies.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::prescan(bytes));
