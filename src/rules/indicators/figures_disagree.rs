//! K08: two departments report one indicator and period with different figures.

use crate::domain::finding::Arg;
use crate::domain::finding::Severity;
use crate::rules::scene::{Hit, Scene};
use crate::rules::{Check, Rule};

/// K08.
pub static RULE: Rule = Rule {
    code: "K08",
    name: "figures-disagree",
    severity: Severity::Error,
    check: Check::Share(check),
};

fn check(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    for figure in &scene.figures {
        let Some(mine) = &figure.figure else { continue };
        let others: Vec<&str> = scene
            .reported_elsewhere(figure)
            .filter(|o| (o.numerator, o.denominator) != (mine.numerator, mine.denominator))
            .map(|o| scene.department_name(&o.department))
            .collect();
        if !others.is_empty() {
            hits.push(
                figure
                    .hit("K08", figure.naming_field())
                    .with("other", Arg::Plain(others.join(", "))),
            );
        }
    }
}
