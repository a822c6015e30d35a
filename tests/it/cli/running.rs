//! The running daemon as systemd, monitoring and an operator meet it: the real binary, real signals, a real notification socket.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{annexd, code, json, stderr, stdout};

const ROSTER: &str = "[[department]]\ncode = \"VP\"\nname = \"Văn phòng\"\nfolder = \"van-phong\"\nmail = [\"vp@example.vn\"]\noffice = true\n";

/// A share with one department, and its settings.
fn place(more: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("share/van-phong")).unwrap();
    fs::write(home.path().join("share/.annexd"), "").unwrap();
    settings(home.path(), more);
    home
}

fn settings(home: &Path, more: &str) {
    let text = format!(
        "share = \"share\"\nstate_dir = \"state\"\n[watch]\nsettle_ms = 100\npoll_s = 1\n[status]\nmetrics_file = \"metrics\"\n{more}\n{ROSTER}"
    );
    fs::write(home.join("annexd.toml"), text).unwrap();
}

/// A daemon that ends with its test.
struct Daemon(Child);

impl Daemon {
    fn start(home: &Path, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_annexd"));
        command
            .arg("run")
            .current_dir(home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        change(&mut command);
        Self(command.spawn().unwrap())
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.0.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Ends it as systemd does; gives exit code and time taken.
    fn stop(&mut self) -> (Option<i32>, Duration) {
        let begun = Instant::now();
        self.signal(Signal::TERM);
        (self.0.wait().unwrap().code(), begun.elapsed())
    }

    fn worker(&self) -> Option<i32> {
        let id = self.0.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).ok()?;
        children.split_whitespace().next()?.parse().ok()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn until<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = probe() {
            return found;
        }
        assert!(Instant::now() < end, "waited for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn heartbeat(home: &Path) -> Option<Value> {
    serde_json::from_slice(&fs::read(home.join("state/heartbeat")).ok()?).ok()
}

fn first_pass(home: &Path) {
    until("the first pass", || {
        heartbeat(home).filter(|h| h["state"] == "idle" && !h["pass"].is_null())
    });
}

#[test]
fn systemd_hears_of_readiness_reload_life_and_end() {
    let home = place("");
    let socket = home.path().join("notify");
    let ear = UnixDatagram::bind(&socket).unwrap();
    ear.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let hear = |wanted: &str| {
        let mut bytes = [0_u8; 512];
        loop {
            let n = ear.recv(&mut bytes).unwrap();
            let text = String::from_utf8_lossy(&bytes[..n]).into_owned();
            if text.lines().any(|l| l == wanted) {
                return text;
            }
        }
    };
    let mut daemon = Daemon::start(home.path(), |c| {
        c.env("NOTIFY_SOCKET", &socket)
            .env("WATCHDOG_USEC", "600000");
    });
    hear("READY=1");
    hear("WATCHDOG=1");
    hear("WATCHDOG=1");
    first_pass(home.path());
    daemon.signal(Signal::HUP);
    let reload = hear("RELOADING=1");
    assert!(
        reload.contains("MONOTONIC_USEC="),
        "in one message: {reload}"
    );
    hear("READY=1");
    let (code, took) = daemon.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(5));
    hear("STOPPING=1");
    assert_eq!(heartbeat(home.path()).unwrap()["state"], "stopped");
}

#[test]
fn wrong_settings_keep_the_old_ones_and_status_says_so() {
    let home = place("");
    let metric = |line: &str| {
        let text = fs::read_to_string(home.path().join("metrics")).unwrap_or_default();
        text.lines().any(|l| l == line)
    };
    let mut daemon = Daemon::start(home.path(), |_| {});
    first_pass(home.path());
    let status = json(home.path(), &["status", "--format", "json"], 0);
    assert_eq!(
        (&status["running"], &status["well"]),
        (&true.into(), &true.into())
    );
    assert_eq!(status["daemon"]["pid"], daemon.0.id());

    settings(
        home.path(),
        "[notices]\nsend_at = \"25:99\"\nnonsense = 1\n[mail",
    );
    // Not told yet: what is in the file is wrong, what the daemon does is not.
    let status = json(home.path(), &["status", "--format", "json"], 1);
    assert_eq!(
        (&status["running"], &status["well"]),
        (&true.into(), &false.into())
    );
    assert!(status["settings_wrong"].as_array().unwrap().len() >= 2);
    daemon.signal(Signal::HUP);
    until("the refusal", || {
        metric("annexd_config_refused 1").then_some(())
    });
    let text = annexd(home.path(), &["status"]);
    assert_eq!(code(&text), 1);
    assert!(stdout(&text).contains("is running"), "{}", stdout(&text));
    assert!(stdout(&text).contains("the old ones are used"));
    assert!(stderr(&text).contains("nonsense"));
    // Whatever else is asked still says what is wrong.
    assert_eq!(code(&annexd(home.path(), &["doctor"])), 78);

    settings(home.path(), "");
    daemon.signal(Signal::HUP);
    until("the settings", || {
        metric("annexd_config_refused 0").then_some(())
    });
    assert_eq!(code(&annexd(home.path(), &["status"])), 0);
    assert!(metric("annexd_share_available 1") && metric("annexd_failing 0"));
    assert_eq!(daemon.stop().0, Some(0));
    let status = json(home.path(), &["status", "--format", "json"], 1);
    assert_eq!(status["running"], false);
}

#[test]
fn what_is_killed_leaves_nothing_that_runs_on() {
    let home = place("");
    let mut daemon = Daemon::start(home.path(), |_| {});
    first_pass(home.path());
    assert_eq!(
        code(&annexd(home.path(), &["once"])),
        75,
        "one instance only"
    );
    let worker = daemon.worker().unwrap();
    daemon.0.kill().unwrap();
    daemon.0.wait().unwrap();
    let gone = || {
        let stat = fs::read_to_string(format!("/proc/{worker}/stat")).unwrap_or_default();
        // Without a reaper for orphans its entry stays as a zombie.
        (stat.is_empty() || stat.contains(") Z ")).then_some(())
    };
    until("the end of the daemon behind its guard", gone);
    assert_eq!(code(&annexd(home.path(), &["once"])), 0);
    // Killed behind its guard, the daemon ends as a whole, so that systemd starts it again.
    fs::remove_file(home.path().join("state/heartbeat")).unwrap();
    let mut daemon = Daemon::start(home.path(), |_| {});
    first_pass(home.path());
    let worker = until("the worker", || daemon.worker());
    kill_process(Pid::from_raw(worker).unwrap(), Signal::KILL).unwrap();
    assert_eq!(daemon.0.wait().unwrap().code(), Some(70));
}

#[test]
fn a_log_is_one_line_an_event_whatever_files_are_called() {
    for format in ["json", "text"] {
        let home = place(&format!("[log]\nformat = \"{format}\"\nlevel = \"debug\""));
        let folder = home.path().join("share/van-phong");
        for name in [
            "a\nERROR giả mạo\u{1b}[31m.xlsx",
            "b\"}{\"level\":\"ERROR\r.xlsx",
            "c\u{2028}d\u{202e}xslx.xlsx",
        ] {
            fs::write(folder.join(name), "no workbook").unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", folder.join("e\n\u{7}.xlsx")).unwrap();
        let run = annexd(home.path(), &["once"]);
        let log = stderr(&run);
        assert!(log.lines().count() >= 4, "{log}");
        for line in log.lines() {
            if format == "json" {
                let event: Value =
                    serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
                assert!(event["level"].is_string());
            } else {
                assert!(
                    line.starts_with("20"),
                    "an event begins with its time: {line}"
                );
            }
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }
}

#[test]
fn a_log_that_cannot_be_written_stops_nothing() {
    let home = place("");
    fs::write(home.path().join("share/van-phong/a.xlsx"), "no workbook").unwrap();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_annexd"))
        .arg("once")
        .current_dir(home.path())
        .stdout(Stdio::null())
        .stderr(full)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
}

/// A mail server that answers one conversation; gives what it was told.
fn server(login: &'static str) -> (u16, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let talk = move || {
        let (stream, _) = listener.accept().unwrap();
        let mut out = stream.try_clone().unwrap();
        let mut heard = Vec::new();
        out.write_all(b"220 test ESMTP\r\n").unwrap();
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { break };
            let answer = match line.get(..4).unwrap_or_default() {
                "EHLO" => "250-test\r\n250 AUTH PLAIN LOGIN\r\n",
                "AUTH" => login,
                "QUIT" => "221 bye\r\n",
                _ => "502 no\r\n",
            };
            heard.push(line);
            if out.write_all(answer.as_bytes()).is_err() {
                break;
            }
        }
        heard
    };
    (port, std::thread::spawn(talk))
}

#[test]
fn doctor_logs_in_to_the_mail_server_and_sends_nothing() {
    use std::os::unix::fs::PermissionsExt;
    for (login, wanted) in [
        (
            "235 ok\r\n",
            "the login of annexd is accepted; no mail was sent",
        ),
        ("535 5.7.8 bad credentials\r\n", "535"),
    ] {
        let (port, heard) = server(login);
        let home = place(&format!(
            "[mail]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nusername = \"annexd\"\npassword_file = \"secret\"\noperator = [\"q@example.vn\"]"
        ));
        let secret = home.path().join("secret");
        fs::write(&secret, "mật khẩu\n").unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
        let run = annexd(home.path(), &["doctor", "--format", "json"]);
        let report: Value = serde_json::from_slice(&run.stdout).unwrap();
        let checks = report["checks"].as_array().unwrap();
        let mail = checks.iter().find(|c| c["name"] == "mail").unwrap();
        let message = mail["message"].as_str().unwrap();
        assert!(message.contains(wanted), "{message}");
        let refused = login.starts_with('5');
        assert_eq!(mail["verdict"], if refused { "wrong" } else { "ok" });
        assert!(!refused || mail["remedy"].as_str().unwrap().contains("username"));
        assert_eq!(code(&run), i32::from(refused));
        let heard = heard.join().unwrap();
        assert!(heard.iter().any(|l| l.starts_with("AUTH ")), "{heard:?}");
        assert!(
            !heard
                .iter()
                .any(|l| l.starts_with("MAIL") || l.starts_with("DATA")),
            "{heard:?}"
        );
        assert!(!message.contains("mật khẩu"));
    }
}

#[test]
fn a_marker_of_another_share_is_no_share() {
    let home = place("");
    let marker = home.path().join("share/.annexd");
    fs::write(&marker, "share 1\n").unwrap();
    assert_eq!(code(&annexd(home.path(), &["once"])), 0);
    fs::write(&marker, "share 2\n").unwrap();
    let run = annexd(home.path(), &["once"]);
    assert_eq!(code(&run), 75);
    assert!(stderr(&run).contains("another share"), "{}", stderr(&run));
    // One that says nothing, or the old one, is taken as it is.
    for text in ["", "share 1\n"] {
        fs::write(&marker, text).unwrap();
        assert_eq!(code(&annexd(home.path(), &["once"])), 0, "{text:?}");
    }
    let fresh = tempfile::tempdir().unwrap();
    let made = |name: &str| {
        assert_eq!(code(&annexd(fresh.path(), &["init", name])), 0);
        fs::read_to_string(fresh.path().join(name).join("share/.annexd")).unwrap()
    };
    assert_ne!(made("one"), made("two"));
}
