//! From the first byte to the login: what every delivery begins with, and what `doctor` tries without sending anything.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use super::classify;
use super::supervise::Step;
use crate::config::{MailSettings, Security};
use crate::outbox::Outcome;
use crate::shell::secret;

/// Longest a probe lasts, in steps of `timeout_s`.
const PROBE_STEPS: u32 = 4;

/// What is needed to be let in by the server.
pub(super) struct Access {
    host: String,
    port: u16,
    security: Security,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
}

impl Access {
    /// Reads password and certificates.
    pub(super) fn new(settings: &MailSettings) -> Result<Self, Outcome> {
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
    pub(super) fn open(
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

/// Connects, encrypts, logs in and takes leave, as every delivery would; no mail is sent. The text tells how far it came.
///
/// # Errors
/// Why no mail would be handed over, in the words of the step that failed.
pub fn probe(settings: &MailSettings) -> Result<String, String> {
    let access = Access::new(settings).map_err(line)?;
    let timeout = Duration::from_secs(settings.timeout_s.clamp(1, 30));
    let (report, reports) = channel();
    let started = thread::Builder::new()
        .name("annexd-probe".to_owned())
        .spawn(move || {
            let mut step = Step::Connect;
            let opened = access.open(timeout, &mut |next| step = next);
            let told = match opened {
                Ok(Ok(mut server)) => {
                    let _ = server.quit();
                    Ok(())
                }
                Ok(Err(refused)) => Err(refused),
                Err(e) => Err(classify(step, &e, None)),
            };
            let _ = report.send(told);
        });
    if let Err(e) = started {
        return Err(format!("no thread for the connection: {e}"));
    }
    let told = match reports.recv_timeout(timeout * PROBE_STEPS) {
        Ok(told) => told,
        Err(RecvTimeoutError::Timeout) => return Err("no answer in time".to_owned()),
        Err(RecvTimeoutError::Disconnected) => return Err("the conversation broke off".to_owned()),
    };
    told.map_err(line)?;
    let security = match settings.security {
        Security::None => "without encryption",
        Security::Starttls => "with STARTTLS",
        Security::Tls => "with TLS",
    };
    let login = if settings.username.is_empty() {
        "no login is set".to_owned()
    } else {
        format!("the login of {} is accepted", settings.username)
    };
    Ok(format!("{security}, {login}"))
}

fn line(outcome: Outcome) -> String {
    match outcome {
        Outcome::Transient { line, .. }
        | Outcome::Permanent(line)
        | Outcome::Config(line)
        | Outcome::Uncertain(line)
        | Outcome::Sent(line) => line,
    }
}
