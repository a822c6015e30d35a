//! `annexd config`: the effective settings and where each comes from.

use std::path::Path;

use super::{Session, exit, output};
use crate::config::Config;

/// Prints the settings; exit 78 with everything that is wrong when they are.
pub(super) fn run(given: Option<&Path>, json: bool) -> i32 {
    let session = match Session::load(given, true) {
        Ok(session) => session,
        Err(e) => return e.tell(),
    };
    let file = session.core.config.file.as_deref();
    let text = file
        .and_then(|f| std::fs::read_to_string(f).ok())
        .unwrap_or_default();
    let rows = Config::origins(&text, file);
    if json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(key, value, origin)| serde_json::json!({"key": key, "value": value, "origin": origin}))
            .collect();
        output::json(&rows);
    } else {
        let wide = rows
            .iter()
            .map(|(k, v, _)| k.chars().count() + v.chars().count())
            .max()
            .unwrap_or(0)
            .min(72);
        let mut out = String::new();
        for (key, value, origin) in rows {
            let pad = wide.saturating_sub(key.chars().count() + value.chars().count());
            out.push_str(&format!(
                "{key} = {value}{}   # {origin}\n",
                " ".repeat(pad)
            ));
        }
        output::print(&out);
    }
    exit::OK
}
