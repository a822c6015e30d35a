//! Real conversations on loopback with a server that lies in every way of a mail server's life.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use annexd::config::{Config, MailSettings};
use annexd::domain::notice::Mail;
use annexd::outbox::Outcome;
use annexd::shell::mailer::Mailer;
use annexd::shell::secret::{self, Place};
use jiff::Timestamp;

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Good,
    DropConnect,
    Slow,
    BigBanner,
    Closing421,
    NoService554,
    Rcpt451,
    Rcpt550,
    From550,
    From530,
    AuthFail,
    Data554,
    Dot451,
    Dot554,
    HangAfterDot,
    CloseAfterDot,
    GarbageAfterDot,
    HangAtRcpt,
}

#[derive(Debug, Default)]
struct Seen {
    /// Messages taken.
    messages: Vec<String>,
    /// AUTH lines.
    auth: Vec<String>,
    /// Recipients named.
    recipients: Vec<String>,
}

struct Server {
    port: u16,
    seen: Arc<Mutex<Seen>>,
}

fn server(mode: Mode) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(Seen::default()));
    let kept = Arc::clone(&seen);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let seen = Arc::clone(&seen);
            std::thread::spawn(move || {
                let _ = session(&stream, mode, &seen);
            });
        }
    });
    Server { port, seen: kept }
}

fn banner(out: &mut TcpStream, mode: Mode) -> std::io::Result<bool> {
    match mode {
        Mode::DropConnect => return Ok(false),
        Mode::Closing421 => {
            out.write_all(b"421 4.3.2 shutting down\r\n")?;
            return Ok(false);
        }
        Mode::NoService554 => {
            out.write_all(b"554 5.7.1 not you\r\n")?;
            return Ok(false);
        }
        Mode::BigBanner => {
            for _ in 0..2000 {
                out.write_all(format!("220-{}\r\n", "x".repeat(900)).as_bytes())?;
            }
        }
        Mode::Slow => {
            for byte in b"220 a very slow server speaks here ESMTP\r\n" {
                out.write_all(&[*byte])?;
                std::thread::sleep(Duration::from_millis(700));
            }
        }
        _ => out.write_all(b"220 test ESMTP\r\n")?,
    }
    Ok(true)
}

fn session(stream: &TcpStream, mode: Mode, seen: &Mutex<Seen>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    if !banner(&mut out, mode)? {
        return Ok(());
    }
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let verb = line.get(..4).unwrap_or("").to_uppercase();
        let answer: &str = match (verb.as_str(), mode) {
            ("EHLO", _) => "250-test\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 20000000",
            ("AUTH", _) => {
                seen.lock().unwrap().auth.push(line.trim().to_owned());
                if mode == Mode::AuthFail {
                    "535 5.7.8 bad credentials"
                } else {
                    "235 ok"
                }
            }
            ("MAIL", Mode::From550) => "550 5.7.1 sender not allowed",
            ("MAIL", Mode::From530) => "530 5.7.0 authentication required",
            ("RCPT", Mode::Rcpt451) => "451 4.7.1 greylisted",
            ("RCPT", Mode::Rcpt550) => "550 5.1.1 no such user",
            ("RCPT", Mode::HangAtRcpt) => {
                std::thread::sleep(Duration::from_secs(4));
                "250 ok"
            }
            ("RCPT", _) => {
                seen.lock().unwrap().recipients.push(line.trim().to_owned());
                "250 ok"
            }
            ("DATA", Mode::Data554) => "554 5.5.1 no",
            ("DATA", _) => {
                out.write_all(b"354 go\r\n")?;
                let mut body = String::new();
                loop {
                    line.clear();
                    if lines.read_line(&mut line)? == 0 {
                        return Ok(());
                    }
                    if line == ".\r\n" {
                        break;
                    }
                    body.push_str(&line);
                }
                match mode {
                    Mode::Dot451 => "451 4.3.0 later",
                    Mode::Dot554 => "554 5.7.1 spam",
                    _ => {
                        seen.lock().unwrap().messages.push(body);
                        match mode {
                            Mode::HangAfterDot => {
                                std::thread::sleep(Duration::from_secs(4));
                                return Ok(());
                            }
                            Mode::CloseAfterDot => return Ok(()),
                            Mode::GarbageAfterDot => "what?",
                            _ => "250 2.0.0 queued as 4711",
                        }
                    }
                }
            }
            ("QUIT", _) => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "250 ok",
        };
        out.write_all(format!("{answer}\r\n").as_bytes())?;
    }
}

fn settings(port: u16) -> MailSettings {
    let mut mail = Config::parse(
        "[mail]\ntransport = \"smtp\"\nsecurity = \"none\"\nusername = \"\"\ntimeout_s = 1\n",
        None,
    )
    .unwrap()
    .mail;
    mail.port = port;
    mail
}

fn mail() -> Mail {
    Mail {
        message_id: "digest.2026-07-06.1@example.vn".to_owned(),
        to: "qldt@example.vn".to_owned(),
        subject: "Nhắc tiến độ nhiệm vụ".to_owned(),
        text: "Kính gửi\n.\ndòng sau dấu chấm\n".to_owned(),
        html: "<p>Kính gửi</p>".to_owned(),
        in_reply_to: Some("digest.2026-07-01.1@example.vn".to_owned()),
        queued: Timestamp::UNIX_EPOCH,
        name: "2026-07-06_QLDT_1".to_owned(),
    }
}

/// Sends one mail and tells the outcome, whether the body was announced, and how long it took.
fn send(settings: &MailSettings) -> (Outcome, bool, Duration) {
    let mut announced = false;
    let start = Instant::now();
    let outcome = Mailer::new(settings).send(&mail(), Timestamp::UNIX_EPOCH, &mut || {
        announced = true;
        true
    });
    (outcome, announced, start.elapsed())
}

fn kind(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Sent(_) => "sent",
        Outcome::Transient {
            unreachable: true, ..
        } => "transient, unreachable",
        Outcome::Transient { .. } => "transient",
        Outcome::Permanent(_) => "permanent",
        Outcome::Config(_) => "config",
        Outcome::Uncertain(_) => "uncertain",
    }
}

#[test]
fn every_fault_of_a_server_ends_in_its_outcome_and_in_time() {
    let cases = [
        (Mode::Good, "sent", true),
        (Mode::DropConnect, "transient, unreachable", false),
        (Mode::Slow, "transient, unreachable", false),
        (Mode::BigBanner, "transient, unreachable", false),
        (Mode::Closing421, "transient, unreachable", false),
        (Mode::NoService554, "config", false),
        (Mode::Rcpt451, "transient", false),
        (Mode::Rcpt550, "permanent", false),
        (Mode::From550, "config", false),
        (Mode::From530, "config", false),
        (Mode::Data554, "permanent", false),
        (Mode::Dot451, "transient", true),
        (Mode::Dot554, "permanent", true),
        (Mode::HangAfterDot, "uncertain", true),
        (Mode::CloseAfterDot, "uncertain", true),
        (Mode::GarbageAfterDot, "uncertain", true),
        (Mode::HangAtRcpt, "transient", false),
    ];
    let tries: Vec<_> = cases
        .into_iter()
        .map(|(mode, wanted, body)| {
            std::thread::spawn(move || {
                let server = server(mode);
                let (outcome, announced, took) = send(&settings(server.port));
                assert_eq!(kind(&outcome), wanted, "{mode:?}: {outcome:?}");
                assert_eq!(announced, body, "{mode:?}");
                assert!(took < Duration::from_secs(6), "{mode:?} took {took:?}");
                let taken = server.seen.lock().unwrap().messages.len();
                let accepted = matches!(wanted, "sent" | "uncertain");
                assert_eq!(taken, usize::from(accepted), "{mode:?}");
            })
        })
        .collect();
    for each in tries {
        each.join().unwrap();
    }
}

#[test]
fn a_server_that_is_not_there_is_unreachable() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let (outcome, announced, _) = send(&settings(port));
    assert_eq!(kind(&outcome), "transient, unreachable");
    assert!(!announced);
}

#[test]
fn the_body_stays_here_when_its_state_could_not_be_stored() {
    let server = server(Mode::Good);
    let outcome =
        Mailer::new(&settings(server.port)).send(&mail(), Timestamp::UNIX_EPOCH, &mut || false);
    assert_eq!(kind(&outcome), "transient");
    std::thread::sleep(Duration::from_millis(50));
    assert!(server.seen.lock().unwrap().messages.is_empty());
}

#[test]
fn encryption_that_is_not_offered_is_the_operators_matter() {
    for (security, timeout_s) in [("starttls", 1), ("tls", 1)] {
        let server = server(Mode::Good);
        let mut mail = settings(server.port);
        mail.timeout_s = timeout_s;
        mail.security = match security {
            "tls" => annexd::config::Security::Tls,
            _ => annexd::config::Security::Starttls,
        };
        let (outcome, announced, _) = send(&mail);
        assert_eq!(kind(&outcome), "config", "{security}: {outcome:?}");
        assert!(!announced);
        assert!(server.seen.lock().unwrap().messages.is_empty());
    }
}

fn write(path: &Path, text: &str, mode: u32) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_login_uses_the_password_without_its_line_break_and_a_refused_one_is_the_operators_matter() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("smtp-password");
    write(&file, "bí mật\n", 0o600);
    for (mode, wanted) in [(Mode::Good, "sent"), (Mode::AuthFail, "config")] {
        let server = server(mode);
        let mut mail = settings(server.port);
        mail.username = "annexd".to_owned();
        mail.password_file = file.clone();
        let (outcome, _, _) = send(&mail);
        assert_eq!(kind(&outcome), wanted, "{outcome:?}");
        assert!(!format!("{outcome:?}").contains("bí mật"));
        // base64 of "\0annexd\0bí mật"
        assert_eq!(
            server.seen.lock().unwrap().auth,
            ["AUTH PLAIN AGFubmV4ZABiw60gbeG6rXQ="]
        );
    }
}

#[test]
fn a_secret_that_others_may_read_is_refused_before_any_word_to_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("smtp-password");
    write(&file, "x", 0o640);
    let server = server(Mode::Good);
    let mut mail = settings(server.port);
    mail.username = "annexd".to_owned();
    mail.password_file = file;
    let (outcome, _, _) = send(&mail);
    assert_eq!(kind(&outcome), "config");
    assert!(format!("{outcome:?}").contains("chmod 600"));
    assert!(server.seen.lock().unwrap().auth.is_empty());
}

#[test]
fn secrets_come_from_a_variable_a_file_or_a_credential() {
    let dir = tempfile::tempdir().unwrap();
    let credentials = dir.path().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    write(&credentials.join("smtp-password"), "from systemd\n", 0o440);
    let env = |name: &str| match name {
        "MAIL_PASSWORD" => Some("from a variable".to_owned()),
        "CREDENTIALS_DIRECTORY" => Some(credentials.display().to_string()),
        _ => None,
    };
    let file = dir.path().join("smtp-password");
    let read = |variable: &str| {
        let place = Place {
            file: &file,
            variable,
        };
        secret::read(place, &env).map(|s| s.expose().to_owned())
    };
    assert_eq!(read("MAIL_PASSWORD").unwrap(), "from a variable");
    assert_eq!(read("").unwrap(), "from systemd");
    write(&file, "from a file\r\n", 0o400);
    assert_eq!(read("").unwrap(), "from a file");
    write(&file, "\n", 0o400);
    assert!(read("").is_err());
    assert!(read("NOT_SET").is_err());
    let place = Place {
        file: &file,
        variable: "MAIL_PASSWORD",
    };
    let shown = format!("{:?}", secret::read(place, &env).unwrap());
    assert!(!shown.contains("variable"), "{shown}");
}

#[test]
fn the_conversation_carries_one_recipient_and_the_whole_message() {
    let server = server(Mode::Good);
    let (outcome, _, _) = send(&settings(server.port));
    assert_eq!(
        outcome,
        Outcome::Sent("250 2.0.0 queued as 4711".to_owned())
    );
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen.recipients, ["RCPT TO:<qldt@example.vn>"]);
    let message = &seen.messages[0];
    for part in [
        "Message-ID: <digest.2026-07-06.1@example.vn>",
        "In-Reply-To: <digest.2026-07-01.1@example.vn>",
        "References: <digest.2026-07-01.1@example.vn>",
        "Auto-Submitted: auto-generated",
        "List-Id: <annexd.example.vn>",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
    ] {
        assert!(message.contains(part), "{part} in\n{message}");
    }
}

#[test]
fn files_are_put_in_place_at_once_under_readable_names() {
    let dir = tempfile::tempdir().unwrap();
    let mut settings = settings(1);
    settings.transport = annexd::config::Transport::File;
    settings.dir = dir.path().join("mail");
    for _ in 0..2 {
        assert_eq!(kind(&send(&settings).0), "sent");
    }
    let names: Vec<String> = std::fs::read_dir(&settings.dir)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    // The same mail twice is one file.
    assert_eq!(names, ["2026-07-06_QLDT_1.eml"]);
    // A folder that cannot be made is tried again later.
    write(&dir.path().join("file"), "", 0o600);
    settings.dir = dir.path().join("file/mail");
    assert_eq!(kind(&send(&settings).0), "transient, unreachable");
}
