//! Whether mails would be handed over: the whole way up to the login, no mail.

use std::fs;

use super::Report;
use crate::config::{Config, Transport};
use crate::shell::mailer;

/// Tries the transport of the settings.
pub(super) fn check(config: &Config, report: &mut Report) {
    let settings = &config.mail;
    if settings.transport == Transport::File {
        let there =
            fs::create_dir_all(&settings.dir).and_then(|()| tempfile::tempfile_in(&settings.dir));
        match there {
            Ok(_) => report.note(
                "mail",
                format!("mails are written as files into {}", settings.dir.display()),
                "set transport = \"smtp\" when they are to be sent",
            ),
            Err(e) => report.wrong(
                "mail",
                format!("{}: {e}", settings.dir.display()),
                "correct [mail] dir",
            ),
        }
        return;
    }
    let server = format!("{}:{}", settings.host, settings.port);
    match mailer::probe(settings) {
        Ok(how) => report.ok("mail", format!("{server} answers, {how}; no mail was sent")),
        Err(why) => report.wrong(
            "mail",
            format!("{server} takes no mail from us: {why}"),
            remedy(&why),
        ),
    }
    if settings.operator.is_empty() {
        report.note(
            "mail",
            "nobody gets the operator's alarms",
            "name an address in [mail] operator",
        );
    }
    for department in config
        .roster
        .departments
        .iter()
        .filter(|d| d.mail.is_empty())
    {
        report.note(
            "mail",
            format!("{} has no address", department.code),
            "add `mail` to the department",
        );
    }
}

/// What mends a failed conversation with the mail server, by the step it failed in.
fn remedy(why: &str) -> &'static str {
    let has = |words: &[&str]| words.iter().any(|w| why.contains(w));
    if has(&["secret", "environment variable"]) {
        "put the password alone into [mail] password_file, chmod 0600, owned by annexd's account"
    } else if has(&["AUTH", "535", "530", "534", "538"]) {
        "correct [mail] username and the password file; mails wait meanwhile"
    } else if has(&["certificate", "handshake", "TLS", "corrupt message"]) {
        "correct [mail] security and host; a private authority goes into [mail] ca_file"
    } else {
        "correct [mail] host and port, or the firewall; mails wait meanwhile"
    }
}
