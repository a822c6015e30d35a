//! A mail that is on its way while a pass, a person or other settings deal with it: told once, lost never.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use annexd::domain::notice::MailState;
use annexd::shell::store::Store;
use jiff::civil::{Date, date};

use crate::support::office::{Office, waiting};

const FRIDAY: Date = date(2026, 11, 20);
const MONDAY: Date = date(2026, 11, 23);

/// Where a conversation can be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Recipient,
    AfterDot,
}

/// A server that takes every mail, but waits at one step until it is let go.
struct Server {
    port: u16,
    /// Recipient and Message-ID of each mail taken.
    taken: Arc<Mutex<Vec<(String, String)>>>,
    /// A conversation has come to the step.
    reached: Receiver<()>,
    go: SyncSender<()>,
}

fn server(hold_at: Step, refuse: &'static str) -> (Server, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = Arc::new(Mutex::new(Vec::new()));
    let (tell, reached) = sync_channel(100);
    let (go, may_go) = sync_channel(100);
    let may_go = Arc::new(Mutex::new(may_go));
    let holding = Arc::new(AtomicBool::new(false));
    let (kept, hold) = (Arc::clone(&taken), Arc::clone(&holding));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (kept, tell) = (Arc::clone(&kept), tell.clone());
            let (may_go, hold) = (Arc::clone(&may_go), Arc::clone(&hold));
            let wait = move |step: Step| {
                if step == hold_at && hold.swap(false, Ordering::SeqCst) {
                    tell.send(()).unwrap();
                    may_go.lock().unwrap().recv().unwrap();
                }
            };
            std::thread::spawn(move || {
                let _ = session(&stream, refuse, &wait, &kept);
            });
        }
    });
    let server = Server {
        port,
        taken,
        reached,
        go,
    };
    (server, holding)
}

fn session(
    stream: &TcpStream,
    refuse: &str,
    wait: &dyn Fn(Step),
    taken: &Mutex<Vec<(String, String)>>,
) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream.try_clone()?);
    out.write_all(b"220 test ESMTP\r\n")?;
    let (mut line, mut to) = (String::new(), String::new());
    while {
        line.clear();
        lines.read_line(&mut line)? > 0
    } {
        let mut answer = "250 ok";
        match line.get(..4).unwrap_or("") {
            "RCPT" => {
                wait(Step::Recipient);
                to = line.trim().to_owned();
                if !refuse.is_empty() && to.contains(refuse) {
                    answer = "550 5.1.1 no such user";
                }
            }
            "DATA" => {
                out.write_all(b"354 go\r\n")?;
                let mut id = String::new();
                while {
                    line.clear();
                    lines.read_line(&mut line)? > 0
                } {
                    if line == ".\r\n" {
                        wait(Step::AfterDot);
                        taken.lock().unwrap().push((to.clone(), id.clone()));
                        break;
                    }
                    if let Some(found) = line.strip_prefix("Message-ID: ") {
                        found.trim().clone_into(&mut id);
                    }
                }
            }
            "QUIT" => answer = "221 bye",
            _ => {}
        }
        out.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

fn smtp(port: u16) -> String {
    format!(
        "transport = \"smtp\"\nsecurity = \"none\"\nport = {port}\ntimeout_s = 5\nusername = \"\"\n"
    )
}

/// An office in which two departments are late since long, with the mails of a Friday in the queue.
fn late(server: &Server) -> (Office, Store) {
    let office = Office::new(&smtp(server.port));
    office.save("VP", &[("VP1", "2026-11-02", "40")]);
    office.save("TT", &[("TT1", "2026-11-02", "40")]);
    let mut store = office.store();
    office
        .pass(&office.setup(|| {}), &mut store, FRIDAY)
        .unwrap();
    assert!(waiting(&store).len() >= 2, "{:?}", waiting(&store));
    (office, store)
}

fn told(server: &Server, who: &str) -> usize {
    let taken = server.taken.lock().unwrap();
    taken.iter().filter(|(to, _)| to.contains(who)).count()
}

#[test]
fn a_mail_that_a_pass_takes_back_before_its_body_does_not_go_out() {
    let (server, holding) = server(Step::Recipient, "");
    let (office, mut store) = late(&server);
    let before = waiting(&store);
    holding.store(true, Ordering::SeqCst);
    std::thread::scope(|threads| {
        let delivery = threads.spawn(|| {
            let mut own = Store::again(&office.path("state")).unwrap();
            office.deliver(&mut own).unwrap()
        });
        server.reached.recv().unwrap();
        // The first mail's recipient was named. On Monday the queue of Friday is taken back and told anew.
        office
            .pass(&office.setup(|| {}), &mut store, MONDAY)
            .unwrap();
        server.go.send(()).unwrap();
        delivery.join().unwrap();
    });
    let names: Vec<String> = waiting(&store).into_iter().map(|(name, _)| name).collect();
    assert!(
        names.iter().all(|n| n.starts_with("2026-11-23")),
        "{names:?}"
    );
    assert!(
        before
            .iter()
            .all(|(name, _)| name.starts_with("2026-11-20"))
    );
    assert_eq!(
        server.taken.lock().unwrap().len(),
        0,
        "nothing of Friday went"
    );
    office.deliver(&mut store).unwrap();
    for who in ["vp@", "tt@"] {
        assert_eq!(told(&server, who), 1, "{who}");
    }
    assert_eq!(waiting(&store), []);
}

#[test]
fn a_mail_that_leaves_while_a_pass_decides_is_not_told_a_second_time() {
    let (server, holding) = server(Step::AfterDot, "");
    let (office, mut store) = late(&server);
    // What Monday tells where Friday's mails went out in time.
    let twin = office.copied();
    let mut sent = twin.store();
    twin.deliver(&mut sent).unwrap();
    let before = server.taken.lock().unwrap().len();
    twin.pass(&twin.setup(|| {}), &mut sent, MONDAY).unwrap();
    twin.deliver(&mut sent).unwrap();
    let wanted: Vec<(String, String)> = server.taken.lock().unwrap().drain(..).collect();
    assert!(before >= 2);

    holding.store(true, Ordering::SeqCst);
    let reached = Mutex::new(server.reached);
    let rounds = Arc::new(Mutex::new(0));
    let (begin, begun) = sync_channel::<()>(1);
    let begun = Mutex::new(begun);
    let setup = {
        let rounds = Arc::clone(&rounds);
        office.setup(move || {
            let mut rounds = rounds.lock().unwrap();
            *rounds += 1;
            if *rounds == 1 {
                // The pass has looked at the queue already: now the first mail leaves.
                begin.send(()).unwrap();
                reached.lock().unwrap().recv().unwrap();
            }
        })
    };
    std::thread::scope(|threads| {
        let delivery = threads.spawn(|| {
            begun.lock().unwrap().recv().unwrap();
            let mut own = Store::again(&office.path("state")).unwrap();
            office.deliver(&mut own).unwrap()
        });
        office.pass(&setup, &mut store, MONDAY).unwrap();
        assert_eq!(*rounds.lock().unwrap(), 2, "decided anew");
        server.go.send(()).unwrap();
        delivery.join().unwrap();
    });
    office.deliver(&mut store).unwrap();
    assert_eq!(waiting(&store), []);
    let taken = server.taken.lock().unwrap().clone();
    // The mail that left is Friday's; whoever got it gets no more on Monday than in the other office.
    let first = &taken[0];
    let of = |list: &[(String, String)]| -> Vec<String> {
        let ids = list.iter().filter(|(to, _)| to == &first.0);
        ids.map(|(_, id)| id.split('@').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(of(&taken), of(&wanted));
    let mut ids: Vec<&String> = taken.iter().map(|(_, id)| id).collect();
    ids.sort();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "a mail went out twice");
}

#[test]
fn a_refused_mail_goes_again_when_a_person_or_other_settings_say_so() {
    let (server, _) = server(Step::AfterDot, "tt@");
    let (office, mut store) = late(&server);
    let refused = |store: &Store| -> usize {
        let failed = waiting(store).into_iter();
        failed
            .filter(|(_, state)| *state == MailState::Failed)
            .count()
    };
    office.deliver(&mut store).unwrap();
    assert_eq!((refused(&store), told(&server, "vp@")), (1, 1));
    // Nothing is tried again by itself.
    office.deliver(&mut store).unwrap();
    assert_eq!(refused(&store), 1);
    // `annexd notices --retry`: the same answer, the same state.
    let now = jiff::Timestamp::now();
    assert_eq!(store.retry_mails(now).unwrap(), 1);
    let entry = store.outbox().unwrap().remove(0);
    assert_eq!((entry.state, entry.attempts), (MailState::Pending, 0));
    office.deliver(&mut store).unwrap();
    assert_eq!(refused(&store), 1);
    // Another server is set: what was given up goes there, once.
    let (other, _) = self::server(Step::AfterDot, "");
    let moved = Office {
        dir: office.dir,
        ..Office::new(&smtp(other.port))
    };
    moved.deliver(&mut store).unwrap();
    assert_eq!((told(&other, "tt@"), told(&other, "vp@")), (1, 0));
    assert_eq!(waiting(&store), []);
    moved.deliver(&mut store).unwrap();
    assert_eq!(told(&other, "tt@"), 1);
}

#[test]
fn a_refusal_that_is_outlived_leaves_the_list_and_is_not_told_any_more() {
    let (server, _) = server(Step::AfterDot, "tt@");
    let (office, mut store) = late(&server);
    office.deliver(&mut store).unwrap();
    let failed: Vec<_> = waiting(&store);
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].1, MailState::Failed);
    // The address takes mail again (the same server, no other settings): Monday's digest goes there.
    let (mended, _) = self::server(Step::AfterDot, "");
    let moved = Office {
        dir: office.dir,
        ..Office::new(&smtp(mended.port))
    };
    // The way is known already, as if the server itself had been mended.
    let m = moved.config().mail;
    let way = format!(
        "{:?} {} {} {:?} {} {}",
        m.transport, m.host, m.port, m.security, m.username, m.from
    );
    store.set_meta("mail_way", &way).unwrap();
    moved.save(
        "TT",
        &[("TT1", "2026-11-02", "40"), ("TT2", "2026-11-23", "10")],
    );
    moved.pass(&moved.setup(|| {}), &mut store, MONDAY).unwrap();
    moved.deliver(&mut store).unwrap();
    assert_eq!(told(&mended, "tt@"), 1);
    assert_eq!(waiting(&store), [], "the old refusal is no matter any more");
}
