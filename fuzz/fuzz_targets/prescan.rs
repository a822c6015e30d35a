//! No bytes make the pre-scan panic or read beyond its limits.
#![no_main]

use annexd::config::Config;
use annexd::intake::prescan::prescan;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = Config::defaults().limits;
    let _ = prescan(bytes, &limits);
});
