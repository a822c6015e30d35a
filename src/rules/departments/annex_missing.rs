//! L02: a department has no annex.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, Scene};
use crate::rules::{Check, Rule};

/// L02.
pub static RULE: Rule = Rule {
    code: "L02",
    name: "annex-missing",
    severity: Severity::Warning,
    check: Check::Share(check),
};

fn check(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.only_trials() || scene.counting().any(|f| f.common) {
        return;
    }
    for (code, name) in &scene.departments {
        if !scene
            .counting()
            .any(|f| f.department.as_ref() == Some(code))
        {
            let mut hit = Hit::new("L02").with("name", Arg::Plain(name.clone()));
            hit.department = Some(code.clone());
            hits.push(hit);
        }
    }
}
