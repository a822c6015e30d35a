//! Hands mails over: to `.eml` files or to an SMTP server, step by step, so that the phase of a failure is known.

pub mod eml;
mod probe;
mod supervise;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use lettre::{Address, Message};

pub use self::probe::probe;
use self::supervise::{Report, Step, lost, supervise};
use super::secret;
use crate::config::{MailSettings, Security, Transport};
use crate::domain::notice::Mail;
use crate::outbox::Outcome;

/// Deliveries that may hang in the background at once.
const STRAYS_MAX: usize = 4;

/// Where mails go.
#[derive(Debug)]
pub enum Mailer {
    /// `.eml` files in a folder.
    File(PathBuf, Box<MailSettings>),
    /// An SMTP server.
    Smtp(Box<Smtp>),
}

/// An SMTP server as set.
#[derive(Debug)]
pub struct Smtp {
    settings: MailSettings,
    strays: Vec<thread::JoinHandle<()>>,
}

impl Mailer {
    /// Prepares the transport of the settings; nothing is opened yet.
    #[must_use]
    pub fn new(settings: &MailSettings) -> Self {
        match settings.transport {
            Transport::File => Self::File(settings.dir.clone(), Box::new(settings.clone())),
            Transport::Smtp => Self::Smtp(Box::new(Smtp {
                settings: settings.clone(),
                strays: Vec::new(),
            })),
        }
    }

    /// Hands one mail over; `before_body` is called right before the body goes out and must then have stored that fact.
    pub fn send(
        &mut self,
        mail: &Mail,
        now: Timestamp,
        before_body: &mut dyn FnMut() -> bool,
    ) -> Outcome {
        match self {
            Self::File(dir, settings) => {
                let letter = match letter(mail, &settings.from, now) {
                    Ok(letter) => letter,
                    Err(outcome) => return outcome,
                };
                if !before_body() {
                    return not_stored();
                }
                eml::write(dir, &mail.name, &mail.message_id, &letter.formatted())
            }
            Self::Smtp(smtp) => smtp.send(mail, now, before_body),
        }
    }
}

/// The bytes of a mail as an `.eml` file.
///
/// # Errors
/// Why the mail cannot be built.
pub fn eml_bytes(mail: &Mail, from: &str, now: Timestamp) -> Result<Vec<u8>, String> {
    letter(mail, from, now)
        .map(|m| m.formatted())
        .map_err(|o| format!("{o:?}"))
}

/// Writes a mail as an `.eml` file into a folder (preview); never over a different mail.
#[must_use]
pub fn write_eml(dir: &std::path::Path, mail: &Mail, from: &str, now: Timestamp) -> Outcome {
    match letter(mail, from, now) {
        Ok(letter) => eml::write(dir, &mail.name, &mail.message_id, &letter.formatted()),
        Err(outcome) => outcome,
    }
}

fn not_stored() -> Outcome {
    Outcome::Transient {
        line: "the state could not be stored before the body".to_owned(),
        unreachable: false,
    }
}

/// Keeps a header on one line: lettre panics on line breaks in display names.
fn one_line(text: &str) -> String {
    let flat: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    flat.trim().to_owned()
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), one_line(value))
}

fn mailbox(written: &str) -> Result<Mailbox, String> {
    let clean = one_line(written);
    let (name, address) = match (clean.rfind('<'), clean.rfind('>')) {
        (Some(open), Some(close)) if open < close => (
            Some(clean[..open].trim().trim_matches('"').to_owned()).filter(|n| !n.is_empty()),
            clean[open + 1..close].trim().to_owned(),
        ),
        _ => (None, clean.clone()),
    };
    address
        .parse::<Address>()
        .map(|address| Mailbox::new(name, address))
        .map_err(|e| format!("{address}: {e}"))
}

fn letter(mail: &Mail, from: &str, now: Timestamp) -> Result<Message, Outcome> {
    let from = mailbox(from).map_err(|e| Outcome::Config(format!("[mail] from: {e}")))?;
    let to = mailbox(&mail.to).map_err(|e| Outcome::Permanent(format!("address {e}")))?;
    let domain = from.email.domain().to_owned();
    let id = format!("<{}>", one_line(&mail.message_id));
    let boundary = format!(
        "=_annexd_{}",
        &blake3::hash(mail.message_id.as_bytes()).to_hex()[..24]
    );
    let mut builder = Message::builder()
        .from(from)
        .to(to)
        .subject(one_line(&mail.subject))
        .date(std::time::SystemTime::from(now))
        .message_id(Some(id))
        .raw_header(raw("Auto-Submitted", "auto-generated"))
        .raw_header(raw("X-Auto-Response-Suppress", "All"))
        .raw_header(raw("List-Id", &format!("<annexd.{domain}>")));
    if let Some(thread) = &mail.in_reply_to {
        let thread = format!("<{}>", one_line(thread));
        builder = builder
            .raw_header(raw("In-Reply-To", &thread))
            .raw_header(raw("References", &thread));
    }
    let parts = MultiPart::alternative()
        .boundary(boundary)
        .singlepart(
            SinglePart::builder()
                .header(ContentType::TEXT_PLAIN)
                .body(mail.text.clone()),
        )
        .singlepart(
            SinglePart::builder()
                .header(ContentType::TEXT_HTML)
                .body(mail.html.clone()),
        );
    builder
        .multipart(parts)
        .map_err(|e| Outcome::Config(format!("the mail cannot be built: {e}")))
}

impl Smtp {
    fn send(
        &mut self,
        mail: &Mail,
        now: Timestamp,
        before_body: &mut dyn FnMut() -> bool,
    ) -> Outcome {
        self.strays.retain(|t| !t.is_finished());
        if self.strays.len() >= STRAYS_MAX {
            return Outcome::Transient {
                line: "earlier deliveries still hang".to_owned(),
                unreachable: true,
            };
        }
        let job = match Job::new(&self.settings, mail, now) {
            Ok(job) => job,
            Err(outcome) => return outcome,
        };
        let timeout = Duration::from_secs(self.settings.timeout_s.max(1));
        let (report, reports) = channel();
        let (grant, grants) = channel();
        let worker = thread::Builder::new()
            .name("annexd-mail".to_owned())
            .spawn(move || {
                let outcome = job.converse(timeout, &report, &grants);
                let _ = report.send(Report::Done(outcome));
            });
        let worker = match worker {
            Ok(worker) => worker,
            Err(e) => {
                return Outcome::Transient {
                    line: format!("no thread for the delivery: {e}"),
                    unreachable: true,
                };
            }
        };
        let outcome = supervise(timeout, &reports, &grant, before_body);
        drop(grant);
        self.strays.push(worker);
        outcome
    }
}

/// What is needed to be let in by the server.
struct Access {
    host: String,
    port: u16,
    security: Security,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
}

impl Access {
    /// Reads password and certificates.
    fn new(settings: &MailSettings) -> Result<Self, Outcome> {
        let tls = match settings.security {
            Security::None => None,
            Security::Starttls | Security::Tls => Some(tls(settings).map_err(Outcome::Config)?),
        };
        let credentials = if settings.username.is_empty() {
            None
        } else {
            let place = secret::Place {
                file: &settings.password_file,
                variable: &settings.password_env,
            };
            let password = secret::read(place, &|name| std::env::var(name).ok())
                .map_err(|e| Outcome::Config(e.to_string()))?;
            Some(Credentials::new(
                settings.username.clone(),
                password.expose().to_owned(),
            ))
        };
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            security: settings.security,
            tls,
            credentials,
        })
    }

    /// Connects, encrypts and logs in as the settings say; `enter` hears of each step before it is taken.
    fn open(
        &self,
        timeout: Duration,
        enter: &mut dyn FnMut(Step),
    ) -> Result<Result<SmtpConnection, Outcome>, lettre::transport::smtp::Error> {
        let hello = ClientId::default();
        enter(Step::Connect);
        let wrapper = self.tls.as_ref().filter(|_| self.security == Security::Tls);
        let address = (self.host.as_str(), self.port);
        let mut server = SmtpConnection::connect(address, Some(timeout), &hello, wrapper, None)?;
        let refused = |mut server: SmtpConnection, why: &str| {
            server.abort();
            Ok(Err(Outcome::Config(why.to_owned())))
        };
        if let (Security::Starttls, Some(tls)) = (self.security, &self.tls) {
            enter(Step::Starttls);
            if !server.can_starttls() {
                return refused(server, "the server does not offer STARTTLS");
            }
            server.starttls(tls, &hello)?;
        }
        if let Some(credentials) = &self.credentials {
            enter(Step::Auth);
            let ways = [Mechanism::Plain, Mechanism::Login];
            if server.server_info().get_auth_mechanism(&ways).is_none() {
                return refused(
                    server,
                    "the server offers neither AUTH PLAIN nor AUTH LOGIN",
                );
            }
            server.auth(&ways, credentials)?;
        }
        Ok(Ok(server))
    }

    /// Logs in and takes leave; no mail.
    fn try_login(&self, timeout: Duration) -> Result<(), Outcome> {
        let mut step = Step::Connect;
        match self.open(timeout, &mut |next| step = next) {
            Ok(Ok(mut server)) => {
                let _ = server.quit();
                Ok(())
            }
            Ok(Err(refused)) => Err(refused),
            Err(e) => Err(classify(step, &e, None)),
        }
    }
}

/// Certificate verification is always on; the system's authorities, and one more where set.
fn tls(settings: &MailSettings) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if !settings.ca_file.as_os_str().is_empty() {
        let path = settings.ca_file.display();
        let pem = std::fs::read(&settings.ca_file)
            .map_err(|e| format!("[mail] ca_file {path} cannot be read: {e}"))?;
        let certificate = Certificate::from_pem(&pem)
            .map_err(|e| format!("[mail] ca_file {path} is no PEM certificate: {e}"))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build_rustls()
        .map_err(|e| format!("TLS cannot be set up: {e}"))
}

/// One delivery, with everything it needs.
struct Job {
    access: Access,
    envelope: Envelope,
    bytes: Vec<u8>,
}

impl Job {
    fn new(settings: &MailSettings, mail: &Mail, now: Timestamp) -> Result<Self, Outcome> {
        let letter = letter(mail, &settings.from, now)?;
        Ok(Self {
            access: Access::new(settings)?,
            envelope: letter.envelope().clone(),
            bytes: letter.formatted(),
        })
    }

    /// Talks to the server, reporting each step before it is taken.
    fn converse(
        &self,
        timeout: Duration,
        report: &Sender<Report>,
        grants: &Receiver<bool>,
    ) -> Outcome {
        let mut step = Step::Connect;
        match self.steps(timeout, &mut step, report, grants) {
            Ok(answer) => answer,
            Err(e) => classify(step, &e, Some(&self.envelope)),
        }
    }

    fn steps(
        &self,
        timeout: Duration,
        step: &mut Step,
        report: &Sender<Report>,
        grants: &Receiver<bool>,
    ) -> Result<Outcome, lettre::transport::smtp::Error> {
        let mut enter = |next: Step| {
            *step = next;
            let _ = report.send(Report::Step(next));
        };
        let mut server = match self.access.open(timeout, &mut enter)? {
            Ok(server) => server,
            Err(refused) => return Ok(refused),
        };
        enter(Step::From);
        let mut options = Vec::new();
        let plain = self.envelope.to().iter().all(|a| a.to_string().is_ascii());
        if !plain {
            if !server
                .server_info()
                .supports_feature(Extension::SmtpUtfEight)
            {
                server.abort();
                return Ok(Outcome::Permanent(
                    "the server takes no address beyond ASCII (SMTPUTF8)".to_owned(),
                ));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        server.command(MailFrom::new(self.envelope.from().cloned(), options))?;
        enter(Step::Recipient);
        for to in self.envelope.to() {
            server.command(Rcpt::new(to.clone(), Vec::new()))?;
        }
        enter(Step::Data);
        server.command(Data)?;
        // The supervisor stores that the body is on its way; when it has given up, nothing goes out.
        let granted = report.send(Report::MayBodyGo).is_ok() && grants.recv().unwrap_or(false);
        if !granted {
            return Ok(not_stored());
        }
        *step = Step::Body;
        let answer = server.message(&self.bytes)?;
        let _ = report.send(Report::Done(Outcome::Sent(first_line(&answer))));
        let _ = server.quit();
        Ok(Outcome::Sent(String::new()))
    }
}

fn first_line(answer: &Response) -> String {
    let code = answer.code();
    one_line(&format!("{code} {}", answer.first_line().unwrap_or("")))
}

/// An error's own words and those of its causes.
fn words(error: &lettre::transport::smtp::Error) -> String {
    let mut all = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !all.contains(&text) {
            all.push_str(": ");
            all.push_str(&text);
        }
        cause = inner.source();
    }
    one_line(&all)
}

fn classify(
    step: Step,
    error: &lettre::transport::smtp::Error,
    envelope: Option<&Envelope>,
) -> Outcome {
    // A wait that ran out reads like a riddle in the system's own words.
    let said = words(error).replace(
        "Resource temporarily unavailable (os error 11)",
        "no answer in time",
    );
    let line = format!("{}: {said}", step.name());
    if let Some(code) = error.status() {
        let code = u16::from(code);
        return match (step, code) {
            // 530, 534, 535, 538: the login, wherever the server says so (RFC 4954, section 6).
            (_, 530 | 534 | 535 | 538) => Outcome::Config(line),
            (_, 400..=499) => Outcome::Transient {
                line,
                unreachable: code == 421 || matches!(step, Step::Connect | Step::Starttls),
            },
            // Before the recipient is named, a refusal concerns us and every mail.
            (Step::Connect | Step::Starttls | Step::Auth | Step::From, _) => Outcome::Config(line),
            _ => {
                let to = envelope
                    .and_then(|e| e.to().first())
                    .map(ToString::to_string)
                    .unwrap_or_default();
                Outcome::Permanent(format!("{to}: {line}"))
            }
        };
    }
    let handshake = ["certificate", "corrupt message", "handshake"]
        .iter()
        .any(|word| said.contains(word));
    let early = matches!(step, Step::Connect | Step::Starttls);
    if early && (handshake || error.is_tls()) {
        return Outcome::Config(line);
    }
    if error.is_client() && step != Step::Body {
        return Outcome::Config(line);
    }
    lost(step, line)
}
