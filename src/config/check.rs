//! Contradictions between settings that each have the right shape.

use std::collections::BTreeMap;

use super::{Config, ConfigProblem, Transport};
use crate::domain::field::Field;
use crate::domain::indicator::Operator;

/// Line numbers of the keys that were given, and where problems go.
pub(super) struct Checker<'a> {
    pub(super) file: &'a str,
    pub(super) lines: &'a BTreeMap<String, usize>,
    /// Some entries were too wrong to keep.
    pub(super) entries_left_out: bool,
    pub(super) problems: &'a mut Vec<ConfigProblem>,
}

impl Checker<'_> {
    fn say(&mut self, key: &str, message: impl Into<String>, remedy: impl Into<String>) {
        let mut at = key;
        let line = loop {
            if let Some(line) = self.lines.get(at) {
                break *line;
            }
            match at.rsplit_once('.') {
                Some((up, _)) => at = up,
                None => break 0,
            }
        };
        self.problems.push(ConfigProblem {
            file: self.file.to_owned(),
            line,
            message: message.into(),
            remedy: remedy.into(),
        });
    }

    /// Looks for contradictions.
    pub(super) fn check(&mut self, c: &Config) {
        self.plan(c);
        self.paths(c);
        self.roster(c);
        self.mail(c);
        self.notices(c);
        self.rules(c);
        self.periods(c);
        self.figures(c);
    }

    fn plan(&mut self, c: &Config) {
        if c.plan.end < c.plan.start {
            self.say(
                "plan.end",
                "`plan.end` is before `plan.start`",
                "put the later day into `end`",
            );
        }
        if jiff::tz::TimeZone::get(&c.timezone).is_err() && c.timezone != "Asia/Ho_Chi_Minh" {
            self.say(
                "timezone",
                format!("`timezone` \"{}\" is not known on this machine", c.timezone),
                "write timezone = \"Asia/Ho_Chi_Minh\"",
            );
        }
    }

    fn paths(&mut self, c: &Config) {
        for (key, path) in [
            ("publish.consolidated", &c.publish.consolidated),
            ("publish.feedback", &c.publish.feedback),
            ("publish.periods", &c.publish.periods),
            ("folders.baseline", &c.folders.baseline),
            ("folders.trial", &c.folders.trial),
        ] {
            let outside =
                path.starts_with('/') || path.split('/').any(|p| p == ".." || p.is_empty());
            if outside {
                self.say(
                    key,
                    format!("`{key}` must stay inside the share"),
                    "write a relative path without \"..\"",
                );
            } else if !path.starts_with('_') && !path.starts_with('.') {
                self.say(
                    key,
                    format!("`{key}` would lie among the departments' folders"),
                    "let its first folder begin with \"_\", for example \"_tong-hop\"",
                );
            }
        }
        if !c.publish.consolidated.to_lowercase().ends_with(".xlsx") {
            self.say(
                "publish.consolidated",
                "`publish.consolidated` must end in .xlsx",
                "write consolidated = \"_tong-hop/Tong-hop.xlsx\"",
            );
        }
        if c.state_dir.starts_with(&c.share) {
            self.say(
                "state_dir",
                "`state_dir` lies inside the share",
                "put the state on the local disk, outside the watched folder",
            );
        }
        if !c.template.accept.contains(&c.template.version) {
            self.say(
                "template.accept",
                "`template.accept` lacks the version that is issued now",
                format!("add \"{}\" to the list", c.template.version),
            );
        }
    }

    fn roster(&mut self, c: &Config) {
        let departments = &c.roster.departments;
        let mut seen: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for (i, d) in departments.iter().enumerate() {
            let n = i + 1;
            let bad_code = d.code.is_empty()
                || d.code.len() > 40
                || !d
                    .code
                    .chars()
                    .all(|ch| ch.is_alphanumeric() || "-_.".contains(ch))
                || d.code.starts_with('.');
            if bad_code {
                self.say(
                    &format!("department.{n}.code"),
                    format!("the code \"{}\" cannot name a file", d.code),
                    "use letters, digits, \"-\" and \"_\"",
                );
            }
            let mut once = |kind: &'static str, value: String, key: &str, this: &mut Self| {
                if let Some(first) = seen.insert((kind, value.clone()), n)
                    && first != n
                {
                    this.say(
                        &format!("department.{n}.{key}"),
                        format!("departments {first} and {n} share the {kind} \"{value}\""),
                        format!("give each department its own {kind}"),
                    );
                }
            };
            once("code", d.code.to_lowercase(), "code", self);
            once("name", d.name.to_lowercase(), "name", self);
            if let Some(folder) = &d.folder {
                once("folder", folder.to_lowercase(), "folder", self);
            }
            for alias in &d.aliases {
                once("name", alias.to_lowercase(), "aliases", self);
            }
            if let Some(folder) = &d.folder
                && (folder.starts_with(['_', '.']) || folder.contains('/') || folder.is_empty())
            {
                self.say(
                    &format!("department.{n}.folder"),
                    format!("the folder \"{folder}\" can hold no annex"),
                    "name one folder directly in the share that does not begin with \"_\" or \".\"",
                );
            }
            for (key, list) in [("mail", &d.mail), ("head", &d.head)] {
                self.addresses(&format!("department.{n}.{key}"), list);
            }
        }
        let offices = departments.iter().filter(|d| d.office).count();
        if offices > 1 {
            self.say(
                "department",
                format!("{offices} departments have `office = true`; one leads"),
                "set `office = true` for the Office only",
            );
        }
        for (i, l) in c.roster.leaders.iter().enumerate() {
            self.addresses(&format!("leader.{}.mail", i + 1), &l.mail);
            for code in &l.departments {
                let unknown = code != "*" && c.roster.by_code(code).is_none();
                if unknown && !self.entries_left_out {
                    self.say(
                        &format!("leader.{}.departments", i + 1),
                        format!("no department has the code \"{code}\""),
                        "write codes of [[department]], or \"*\" for all",
                    );
                }
            }
        }
    }

    fn addresses(&mut self, key: &str, list: &[String]) {
        for a in list {
            if !is_address(a) {
                self.say(
                    key,
                    format!("\"{a}\" is not a mail address"),
                    "write an address such as vanphong@example.vn",
                );
            }
        }
    }

    fn mail(&mut self, c: &Config) {
        let from = c
            .mail
            .from
            .rsplit_once('<')
            .map_or(c.mail.from.as_str(), |(_, a)| a.trim_end_matches('>'));
        if !is_address(from) {
            self.say(
                "mail.from",
                "`mail.from` holds no mail address",
                "write from = \"annexd <annexd@example.vn>\"",
            );
        }
        self.addresses("mail.operator", &c.mail.operator);
        let file_given = self.lines.contains_key("mail.password_file");
        if file_given && !c.mail.password_env.is_empty() {
            self.say(
                "mail.password_env",
                "both `mail.password_file` and `mail.password_env` are given",
                "keep one of the two",
            );
        }
        if c.mail.transport == Transport::Smtp {
            let no_password =
                c.mail.password_file.as_os_str().is_empty() && c.mail.password_env.is_empty();
            if no_password && !c.mail.username.is_empty() {
                self.say(
                    "mail.password_file",
                    "neither `mail.password_file` nor `mail.password_env` is given",
                    "name one of the two, or write username = \"\" for a server without login",
                );
            }
            if c.mail.port == 0 || c.mail.host.trim().is_empty() {
                self.say(
                    "mail.port",
                    "`mail.host` and `mail.port` must be set for SMTP",
                    "write host = \"…\", port = 587",
                );
            }
            if c.mail.timeout_s == 0 {
                self.say(
                    "mail.timeout_s",
                    "`mail.timeout_s` must be at least 1",
                    "write timeout_s = 20",
                );
            }
        }
        if c.mail.retry_s.is_empty() || c.mail.retry_s.contains(&0) {
            self.say(
                "mail.retry_s",
                "`mail.retry_s` needs waits of at least one second",
                "write retry_s = [60, 300, 900, 3600]",
            );
        }
    }

    fn notices(&mut self, c: &Config) {
        let n = &c.notices;
        if n.due_soon_days.is_empty() || n.due_soon_days.windows(2).any(|w| w[0] <= w[1]) {
            self.say(
                "notices.due_soon_days",
                "`notices.due_soon_days` must fall from the first step to the last",
                "write due_soon_days = [7, 3, 1]",
            );
        }
        if n.overdue_days.is_empty()
            || n.overdue_days.contains(&0)
            || n.overdue_days.windows(2).any(|w| w[0] >= w[1])
        {
            self.say(
                "notices.overdue_days",
                "`notices.overdue_days` must rise from 1 on",
                "write overdue_days = [1, 3, 7]",
            );
        }
        if n.repeat_days == 0 {
            self.say(
                "notices.repeat_days",
                "`notices.repeat_days` must be at least 1",
                "write repeat_days = 5",
            );
        }
        if n.escalate_leader_days < n.escalate_head_days {
            self.say(
                "notices.escalate_leader_days",
                "the leader would hear before the head of the department",
                "let `escalate_leader_days` be at least `escalate_head_days`",
            );
        }
        if n.send_at < n.quiet_to || (n.send_at >= n.quiet_from && n.quiet_from > n.quiet_to) {
            self.say(
                "notices.send_at",
                "`notices.send_at` lies in the quiet hours",
                "choose an hour between `quiet_to` and `quiet_from`",
            );
        }
    }

    fn rules(&mut self, c: &Config) {
        let text = crate::text::Text::embedded();
        for (table, code) in c
            .rules
            .keys()
            .map(|k| ("rules", k))
            .chain(c.rules_from.keys().map(|k| ("rules_from", k)))
        {
            let own = c.own_rules.iter().any(|r| &r.code == code);
            if text.finding(code).is_none()
                && !own
                && !(self.entries_left_out && code.starts_with('U'))
            {
                self.say(
                    &format!("{table}.{code}"),
                    format!("no rule has the code {code}"),
                    "see the table of codes in the README",
                );
            }
        }
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for (i, r) in c.own_rules.iter().enumerate() {
            let n = i + 1;
            let digits = r.code.strip_prefix('U').unwrap_or("");
            if digits.len() < 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                self.say(
                    &format!("rule.{n}.code"),
                    format!("\"{}\" is no code for an own rule", r.code),
                    "write U01, U02 and so on",
                );
            }
            if let Some(first) = codes.insert(&r.code, n) {
                self.say(
                    &format!("rule.{n}.code"),
                    format!("rules {first} and {n} share the code {}", r.code),
                    "give each its own code",
                );
            }
            if Field::by_name(&r.field).is_none() {
                let names: Vec<&str> = Field::ALL.iter().map(|f| f.name()).collect();
                self.say(
                    &format!("rule.{n}.field"),
                    format!("no field is named \"{}\"", r.field),
                    format!("write one of {}", names.join(", ")),
                );
            }
        }
    }

    fn periods(&mut self, c: &Config) {
        for (i, p) in c.periods.iter().enumerate() {
            for (key, value) in [("from", &p.from), ("to", &p.to), ("send_by", &p.send_by)] {
                let day = value.strip_prefix("-1/").unwrap_or(value);
                let good =
                    format!("2028-{day}").parse::<jiff::civil::Date>().is_ok() && day.len() == 5;
                if !good {
                    self.say(
                        &format!("period.{}.{key}", i + 1),
                        format!("\"{value}\" is no day of a year"),
                        "write \"MM-DD\", or \"-1/MM-DD\" for the year before",
                    );
                }
            }
            if format!("2026-{}", p.part)
                .parse::<crate::domain::indicator::PeriodKey>()
                .is_err()
            {
                self.say(
                    &format!("period.{}.part", i + 1),
                    format!("\"{}\" is no part of a year", p.part),
                    "write Q1, Q2, Q3, Q4, 6T, 9T or N",
                );
            }
        }
    }

    fn figures(&mut self, c: &Config) {
        if c.figures.decimals > 6 {
            self.say(
                "figures.decimals",
                "`figures.decimals` is more than 6",
                "write decimals = 2",
            );
        }
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for (i, k) in c.indicators.iter().enumerate() {
            let n = i + 1;
            if let Some(first) = codes.insert(&k.code, n) {
                self.say(
                    &format!("indicator.{n}.code"),
                    format!("indicators {first} and {n} share the code {}", k.code),
                    "give each its own code",
                );
            }
            if k.from > k.to {
                self.say(
                    &format!("indicator.{n}.to"),
                    "`to` is before `from`",
                    "put the later year into `to`",
                );
            }
            if k.operator != Operator::Qualitative && k.target.is_none() {
                self.say(
                    &format!("indicator.{n}.code"),
                    format!("indicator {} has no target", k.code),
                    "add target = 80.0, or operator = \"qualitative\"",
                );
            }
        }
        let level = |part: &str| {
            let word = part.rsplit_once('=').map_or(part, |(_, word)| word);
            let words = ["trace", "debug", "info", "warn", "error", "off"];
            words.contains(&word.trim().to_lowercase().as_str())
        };
        if !c.log.level.split(',').all(level) {
            self.say(
                "log.level",
                format!("`log.level` \"{}\" names no level", c.log.level),
                "write one of \"error\", \"warn\", \"info\", \"debug\", \"trace\"",
            );
        }
        let s = &c.score;
        for (key, percent) in [
            ("quantity_weight", s.quantity_weight),
            ("quality_weight", s.quality_weight),
            ("timeliness_weight", s.timeliness_weight),
            ("lateness_percent", s.lateness_percent),
        ] {
            if !(0.0..=100.0).contains(&percent) {
                self.say(
                    &format!("score.{key}"),
                    format!("`score.{key}` is not between 0 and 100"),
                    "write a percentage from 0 to 100",
                );
            }
        }
        if s.enabled
            && (s.quantity_weight + s.quality_weight + s.timeliness_weight - 100.0).abs() > 1e-9
        {
            self.say(
                "score",
                "the weights of [score] do not add up to 100",
                "let the three weights sum to 100",
            );
        }
    }
}

/// Whether a text looks like one mail address.
fn is_address(a: &str) -> bool {
    let Some((user, host)) = a.rsplit_once('@') else {
        return false;
    };
    !user.is_empty()
        && user.is_ascii()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        && user
            .bytes()
            .all(|b| b.is_ascii_graphic() && !b",;<>()[]\\\"@ ".contains(&b))
        && !user.contains("..")
}
