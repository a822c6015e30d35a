//! A server that fails once, in every phase and every way, between a store on disk and the people who wait: afterwards each mail was taken
//! once, or, where nobody can know, at most once more and marked so; none is lost.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use annexd::domain::notice::MailState;
use annexd::pass::State;
use annexd::shell::store::{Added, Store};
use annexd::text::Text;

use crate::faults::storing::{at, mail};
use crate::support::office::{Office, waiting};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Banner,
    Ehlo,
    Starttls,
    Auth,
    From,
    Recipient,
    Data,
    Body,
    Dot,
    Quit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Later,
    Never,
    Close,
    Hang,
}

const PHASES: [Phase; 10] = [
    Phase::Banner,
    Phase::Ehlo,
    Phase::Starttls,
    Phase::Auth,
    Phase::From,
    Phase::Recipient,
    Phase::Data,
    Phase::Body,
    Phase::Dot,
    Phase::Quit,
];
const WAYS: [Way; 4] = [Way::Later, Way::Never, Way::Close, Way::Hang];

/// What was taken: the bodies.
type Taken = Arc<Mutex<Vec<String>>>;

fn server(phase: Phase, way: Way) -> (u16, Taken) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = Taken::default();
    let kept = Arc::clone(&taken);
    let fails = Arc::new(AtomicBool::new(true));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (kept, fails) = (Arc::clone(&kept), Arc::clone(&fails));
            std::thread::spawn(move || {
                let _ = session(&stream, phase, way, &fails, &kept);
            });
        }
    });
    (port, taken)
}

/// Answers a step, or fails in its way the first time it comes to its phase; false ends the conversation.
fn answer(
    out: &mut TcpStream,
    here: Phase,
    good: &str,
    (phase, way): (Phase, Way),
    fails: &AtomicBool,
) -> std::io::Result<bool> {
    if here != phase || !fails.swap(false, Ordering::SeqCst) {
        out.write_all(good.as_bytes())?;
        return Ok(true);
    }
    match way {
        Way::Later => out.write_all(b"451 4.3.0 later\r\n")?,
        Way::Never => out.write_all(b"554 5.7.1 no\r\n")?,
        Way::Close => return Ok(false),
        Way::Hang => {
            std::thread::sleep(std::time::Duration::from_millis(1600));
            return Ok(false);
        }
    }
    Ok(true)
}

fn session(
    stream: &TcpStream,
    phase: Phase,
    way: Way,
    fails: &AtomicBool,
    taken: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream.try_clone()?);
    let fault = (phase, way);
    if !answer(&mut out, Phase::Banner, "220 test ESMTP\r\n", fault, fails)? {
        return Ok(());
    }
    let mut line = String::new();
    while {
        line.clear();
        lines.read_line(&mut line)? > 0
    } {
        let (here, good) = match line.get(..4).unwrap_or("") {
            "EHLO" => (
                Phase::Ehlo,
                "250-test\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 20000000\r\n",
            ),
            "STAR" => (Phase::Starttls, "220 go\r\n"),
            "AUTH" => (Phase::Auth, "235 ok\r\n"),
            "MAIL" => (Phase::From, "250 ok\r\n"),
            "RCPT" => (Phase::Recipient, "250 ok\r\n"),
            "DATA" => (Phase::Data, "354 go\r\n"),
            "QUIT" => (Phase::Quit, "221 bye\r\n"),
            _ => (Phase::From, "250 ok\r\n"),
        };
        let data = here == Phase::Data;
        let before = fails.load(Ordering::SeqCst);
        if !answer(&mut out, here, good, fault, fails)? {
            return Ok(());
        }
        if !data || (before && phase == Phase::Data) {
            continue;
        }
        let mut body = String::new();
        loop {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if phase == Phase::Body && way != Way::Later && fails.swap(false, Ordering::SeqCst) {
                // In the middle of the body a server can only break off.
                return Ok(());
            }
            if line == ".\r\n" {
                break;
            }
            body.push_str(&line);
        }
        // Where the connection ends after the dot, nobody knows: here the server has the mail.
        let refuses = phase == Phase::Dot
            && fails.load(Ordering::SeqCst)
            && matches!(way, Way::Later | Way::Never);
        if !refuses {
            taken.lock().unwrap().push(body);
        }
        if !answer(&mut out, Phase::Dot, "250 2.0.0 queued\r\n", fault, fails)? {
            return Ok(());
        }
    }
    Ok(())
}

fn office(port: u16, security: &str) -> Office {
    let settings = format!(
        "transport = \"smtp\"\nsecurity = \"{security}\"\nport = {port}\ntimeout_s = 1\nusername = \"annexd\"\npassword_env = \"PATH\"\n"
    );
    Office::new(&settings)
}

/// Copies of each mail by its identifier, and how many of them say that they may be second ones.
fn copies(taken: &Taken, hint: &str) -> BTreeMap<String, (usize, usize)> {
    let mut copies: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for body in taken.lock().unwrap().iter() {
        let id = body.split("Message-ID: <").nth(1).unwrap();
        let id = id.split('@').next().unwrap().to_owned();
        let entry = copies.entry(id).or_default();
        entry.0 += 1;
        let text = annexd::shell::mailer::eml::text_of(body.replace("\r\n", "\n").as_bytes());
        entry.1 += usize::from(text.contains(hint));
    }
    copies
}

fn try_one(phase: Phase, way: Way) {
    let case = format!("{phase:?} {way:?}");
    let (port, taken) = server(phase, way);
    let security = if phase == Phase::Starttls {
        "starttls"
    } else {
        "none"
    };
    let office = office(port, security);
    let mut store = office.store();
    let queued = State {
        outbox: ["a@annexd", "b@annexd", "c@annexd"]
            .map(|id| {
                let mut entry = mail(id);
                entry.mail.to = "vp@example.vn".to_owned();
                entry.mail.text = "Kính gửi\n".to_owned();
                entry.mail.html = "<html><body><p>Kính gửi</p></body></html>".to_owned();
                entry
            })
            .to_vec(),
        ..State::default()
    };
    store
        .commit(&State::default(), &queued, Added::default(), at(1))
        .unwrap();
    office.deliver(&mut store).unwrap();
    let hint = Text::embedded().word("notice.uncertain").to_string();
    let first: usize = copies(&taken, &hint).values().map(|c| c.0).sum();
    if phase == Phase::Starttls {
        assert_eq!(first, 0, "{case}: a mail went out in the clear");
    }
    // The operator mends what is his: settings, and what was refused.
    let mended = Office {
        dir: office.dir,
        ..self::office(port, "none")
    };
    store.retry_mails(jiff::Timestamp::now()).unwrap();
    for _ in 0..3 {
        // Each time as after a restart.
        drop(store);
        store = Store::open(&mended.path("state")).unwrap();
        mended.deliver(&mut store).unwrap();
    }
    assert_eq!(waiting(&store), [], "{case}");
    assert!(
        store
            .sent(10)
            .unwrap()
            .iter()
            .all(|e| e.state == MailState::Sent)
    );
    let copies = copies(&taken, &hint);
    assert_eq!(copies.len(), 3, "{case}: a mail was lost");
    let unknown = phase == Phase::Dot && matches!(way, Way::Close | Way::Hang);
    for (id, (times, marked)) in &copies {
        let may = usize::from(unknown && id == "a");
        assert_eq!(*times, 1 + may, "{case}: {id}");
        // Broken off in the body: never taken, and still marked, as only the server knows.
        let marks =
            usize::from((unknown || phase == Phase::Body && way != Way::Later) && id == "a");
        assert_eq!(*marked, marks, "{case}: {id}");
    }
}

#[test]
fn a_server_that_fails_in_any_phase_and_way_costs_no_mail_and_doubles_none_unmarked() {
    let tries: Vec<_> = PHASES
        .into_iter()
        .flat_map(|phase| WAYS.map(|way| (phase, way)))
        .map(|(phase, way)| std::thread::spawn(move || try_one(phase, way)))
        .collect();
    for each in tries {
        each.join().unwrap();
    }
}
