//! L03: no accepted change for longer than the set number of days.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::figures::days_between;
use crate::rules::scene::{Hit, Scene};
use crate::rules::{Check, Rule};

/// L03.
pub static RULE: Rule = Rule {
    code: "L03",
    name: "annex-stale",
    severity: Severity::Warning,
    check: Check::Share(check),
};

fn check(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.only_trials() {
        return;
    }
    let limit = i64::from(scene.input.config.notices.stale_days);
    for (code, name) in &scene.departments {
        let Some(last) = scene
            .input
            .ledger
            .departments
            .get(code)
            .and_then(|d| d.last_change)
        else {
            continue;
        };
        let days = days_between(last, scene.input.as_of);
        if days > limit && !scene.changes_now(code) {
            let mut hit = Hit::new("L03")
                .with("name", Arg::Plain(name.clone()))
                .with("last", Arg::Date(last))
                .with("days", Arg::Days(days));
            hit.department = Some(code.clone());
            hits.push(hit);
        }
    }
}
