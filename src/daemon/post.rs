//! The post: hands over what the outbox holds, each step recorded before the next.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::config::{Config, Transport};
use crate::domain::calendar::Calendar;
use crate::domain::notice::{MailState, OutboxEntry};
use crate::domain::now::Now;
use crate::notices::{self, Pause};
use crate::outbox::{self, Drive, Policy};
use crate::shell::clock;
use crate::shell::mailer::Mailer;
use crate::shell::store::{Store, StoreError};
use crate::text::Text;

use super::Delivery;

/// Hands mails over by the transport of the settings.
#[derive(Debug)]
pub struct Post {
    config: Config,
    calendar: Calendar,
    mailer: Mailer,
    hint: String,
    /// The first round of this process tries also what has to wait (`once`).
    all: bool,
    /// What a crash left behind was settled.
    recovered: bool,
    /// The day the numbers are for, instead of today (a demonstration).
    as_of: Option<Date>,
}

impl Post {
    /// Prepares the post; nothing is opened before the first mail.
    #[must_use]
    pub fn new(
        config: Config,
        calendar: Calendar,
        text: &Text,
        all: bool,
        as_of: Option<Date>,
    ) -> Self {
        let mailer = Mailer::new(&config.mail);
        Self {
            mailer,
            config,
            hint: text.word("notice.uncertain").to_string(),
            all,
            recovered: false,
            calendar,
            as_of,
        }
    }
}

/// Where the store keeps by which way mails went last.
const WAY: &str = "mail_way";

impl Post {
    /// Other settings of the mail server: what was given up under the old ones is tried again.
    fn reopen(&self, store: &mut Store) -> Result<(), StoreError> {
        let m = &self.config.mail;
        let way = format!(
            "{:?} {} {} {:?} {} {}",
            m.transport, m.host, m.port, m.security, m.username, m.from
        );
        let known = store.meta(WAY)?;
        if known.as_ref() == Some(&way) {
            return Ok(());
        }
        if known.is_some() {
            let now = clock::now(&self.config, None).instant;
            let count = store.retry_mails(now)?;
            tracing::info!(
                mails = count,
                "the mail settings changed: mails that were given up are tried again"
            );
        }
        store.set_meta(WAY, &way)
    }
}

impl Delivery for Post {
    fn is_open(&self) -> bool {
        let now = clock::now(&self.config, self.as_of);
        // The hour of digests is the pass's matter: what is queued and waits for another try goes from the end of quiet hours on.
        !matches!(
            notices::closed(&self.config, &self.calendar, &now, self.all),
            Some(Pause::RestDay | Pause::QuietHours)
        )
    }

    fn deliver(&mut self, store: &mut Store, _now: &Now) -> Result<Option<String>, StoreError> {
        if !self.recovered {
            self.reopen(store)?;
        }
        let mut entries = store.outbox()?;
        if !self.recovered {
            let before = entries.clone();
            let files = self.config.mail.transport == Transport::File;
            outbox::recover(&mut entries, clock::now(&self.config, None).instant, files);
            for (old, new) in before.iter().zip(&entries) {
                if old != new {
                    store.record_mail(new)?;
                }
            }
            self.recovered = true;
        }
        let options = Drive {
            all: self.all,
            policy: Policy {
                retry_s: &self.config.mail.retry_s,
                give_up_days: self.config.mail.give_up_days,
            },
            hint: &self.hint,
        };
        let config = &self.config;
        let mut time = || clock::now(config, None).instant;
        let mailer = &mut self.mailer;
        let mut send = |mail: &crate::domain::notice::Mail,
                        before_body: &mut dyn FnMut() -> bool| {
            mailer.send(mail, clock::now(config, None).instant, before_body)
        };
        let mut persist = |e: &OutboxEntry| {
            if e.state == MailState::Sending {
                return store.claim_mail(e);
            }
            store.record_mail(e).map(|()| true)
        };
        let round = outbox::drive(&mut entries, &options, &mut time, &mut send, &mut persist)?;
        entries.retain(|e| !round.gone.contains(&e.mail.message_id));
        self.all = false;
        for alarm in &round.alarms {
            tracing::error!("{alarm}");
            store.alarm(clock::now(&self.config, None).instant, alarm)?;
        }
        let named = addresses(&self.config);
        let named = |to: &str| named.contains(&notices::bare_address(to));
        for entry in outbox::outlived(&entries, &named) {
            tracing::info!(to = ?entry.mail.to, "a mail that was given up is no matter any more");
            store.drop_failed(&entry.mail.message_id)?;
        }
        let waiting = entries.iter().find(|e| outbox::is_waiting(e));
        Ok(waiting.map(|e| {
            let why = e.last_error.as_deref().unwrap_or("not tried yet");
            format!("{} mails wait; the first: {why}", round.waiting)
        }))
    }
}

/// Everybody the settings have mails for.
fn addresses(config: &Config) -> BTreeSet<String> {
    let departments = config.roster.departments.iter();
    let units = departments.flat_map(|d| d.mail.iter().chain(&d.head));
    let leaders = config.roster.leaders.iter().flat_map(|l| &l.mail);
    units
        .chain(leaders)
        .chain(&config.mail.operator)
        .map(|written| notices::bare_address(written))
        .collect()
}
