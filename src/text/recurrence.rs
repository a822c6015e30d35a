//! A recurrence's notation in words.

use super::Text;
use crate::domain::finding::Arg;

impl Text {
    /// The notation of a recurrence (`yearly@12-31 to 2027`) in words.
    #[must_use]
    pub fn recurrence(&self, notation: &str) -> String {
        let word = |key: &str| self.word(&format!("deadline.{key}")).to_string();
        let say = |key: &str, args: &[(&str, Arg)]| {
            self.say(&format!("deadline.{key}"), args).to_string()
        };
        let mut words = notation.split(' ');
        let base = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        let plain = |t: &str| Arg::Plain(t.to_owned());
        let (name, days) = base.split_once('@').unwrap_or((base, ""));
        let spoken = match (name, days) {
            ("weekly", day) => word(&format!("rule.weekly_{day}")),
            ("monthly", "last") => word("rule.monthly_last"),
            ("monthly", "15,last") => word("rule.twice_monthly"),
            ("monthly", days) => say("rule.monthly", &[("days", plain(&days.replace(',', ", ")))]),
            ("quarterly", "end") => word("rule.quarterly_end"),
            ("quarterly", day) => say("rule.quarterly", &[("days", plain(day))]),
            ("yearly", days) => say("rule.yearly", &[("days", plain(&day_months(days)))]),
            ("half-yearly" | "report-periods", _) => word(&format!("rule.{name}")),
            (every, _) => {
                let count: String = every.chars().filter(char::is_ascii_digit).collect();
                let unit = if every.ends_with("years") {
                    "rule.every_years"
                } else {
                    "rule.every_months"
                };
                say(unit, &[("count", plain(&count))])
            }
        };
        match rest.as_slice() {
            ["from", f, "to", t] => say(
                "rule.both",
                &[
                    ("rule", plain(&spoken)),
                    ("from", plain(f)),
                    ("to", plain(t)),
                ],
            ),
            ["from", f] => say("rule.from", &[("rule", plain(&spoken)), ("from", plain(f))]),
            ["to", t] => say("rule.to", &[("rule", plain(&spoken)), ("to", plain(t))]),
            _ => spoken,
        }
    }
}

/// `06-15,12-15` as `15/06, 15/12`.
fn day_months(days: &str) -> String {
    let flip = |md: &str| {
        md.split_once('-')
            .map_or_else(|| md.to_owned(), |(m, d)| format!("{d}/{m}"))
    };
    days.split(',').map(flip).collect::<Vec<_>>().join(", ")
}
