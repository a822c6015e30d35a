//! No settings file makes the reading of settings panic, and every problem names a line of the file or the file as a whole.
#![no_main]

use annexd::config::Config;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let lines = text.lines().count();
    match Config::parse(text, Some(std::path::Path::new("/etc/annexd/annexd.toml"))) {
        Ok(config) => {
            let _ = annexd::rules::own::compile(&config.own_rules);
            let _ = annexd::config::holidays::calendar(&config);
            let _ = annexd::config::catalogue::indicators(&config);
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            assert!(problems.iter().all(|p| p.line <= lines + 1 && !p.message.is_empty()));
        }
    }
    let _ = Config::origins(text, None);
});
