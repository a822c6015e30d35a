//! A small office around the real parts: a share of text tables, state on disk, passes at noon of a day, mails to files or a server.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use annexd::config::Config;
use annexd::daemon::{Delivery as _, Post};
use annexd::daemon::{Done, PassError, Setup, perform};
use annexd::domain::notice::{MailState, OutboxEntry};
use annexd::pass::{self, Core};
use annexd::shell::snapshot::{Patience, Scanner};
use annexd::shell::store::{Store, StoreError};
use annexd::shell::vault::Vault;
use annexd::text::Text;
use jiff::Timestamp;
use jiff::civil::Date;

use super::case::{House, noon};

pub const HEAD: &str = "| Mã nhiệm vụ | Nội dung nhiệm vụ | Đơn vị chủ trì | Thời hạn hoàn thành | Tình trạng | Tiến độ (%) | Lý do chậm |";
const ROSTER: &str = "[[department]]\ncode = \"VP\"\nname = \"Văn phòng\"\nfolder = \"van-phong\"\nmail = [\"vp@example.vn\"]\noffice = true\n\
[[department]]\ncode = \"TT\"\nname = \"Trung tâm\"\nfolder = \"trung-tam\"\nmail = [\"tt@example.vn\"]\n";

pub struct Office {
    pub dir: tempfile::TempDir,
    pub mail: String,
}

impl Office {
    /// An office whose `[mail]` says this besides the operator.
    pub fn new(mail: &str) -> Self {
        let office = Self {
            dir: tempfile::tempdir().unwrap(),
            mail: mail.to_owned(),
        };
        for folder in ["van-phong", "trung-tam"] {
            fs::create_dir_all(office.path("share").join(folder)).unwrap();
        }
        fs::write(office.path("share/.annexd"), "").unwrap();
        office
    }

    /// The same office as it is now, with nothing in common.
    pub fn copied(&self) -> Self {
        let copy = Self::new(&self.mail);
        copy_folder(&self.dir, &copy.dir);
        copy
    }

    pub fn path(&self, rest: &str) -> PathBuf {
        self.dir.path().join(rest)
    }

    fn house(&self) -> House {
        let toml = format!(
            "share = {:?}\nstate_dir = {:?}\n[mail]\noperator = [\"quantri@example.vn\"]\ndir = {:?}\n{}\n{ROSTER}",
            self.path("share"),
            self.path("state"),
            self.path("mail"),
            self.mail
        );
        House::new(&toml)
    }

    pub fn config(&self) -> Config {
        self.house().config
    }

    /// Saves a unit's annex: one task a line, `code`, deadline and progress.
    pub fn save(&self, unit: &str, tasks: &[(&str, &str, &str)]) {
        let (folder, lead) = match unit {
            "VP" => ("van-phong", "Văn phòng"),
            _ => ("trung-tam", "Trung tâm"),
        };
        let mut lines = vec![HEAD.to_owned()];
        lines.extend(tasks.iter().map(|(code, due, progress)| {
            format!("| {code} | Rà soát quy trình mang mã {code} | {lead} | d:{due} | Đang thực hiện | {progress} | |")
        }));
        let path = self.path(&format!("share/{folder}/Bieu.xlsx"));
        fs::write(path, lines.join("\n")).unwrap();
    }

    /// What passes work with; `before_decision` is called each time one is about to decide.
    pub fn setup(&self, before_decision: impl Fn() + Send + Sync + 'static) -> Setup {
        let reader = self.house();
        let core: Arc<Core> = Arc::new(self.house().core());
        let render = Arc::clone(&core);
        Setup {
            config: core.config.clone(),
            text: Text::embedded(),
            parse: Box::new(move |files| {
                let read = |bytes: &Arc<[u8]>| {
                    let text = String::from_utf8(bytes.to_vec()).unwrap();
                    Ok(reader.read(&text.lines().collect::<Vec<_>>()))
                };
                files.iter().map(read).collect()
            }),
            advance: Box::new(move |state, snapshot, now, alarms, released| {
                before_decision();
                pass::decide(state, snapshot, now, &core.context(alarms, released, true))
            }),
            render: Box::new(move |effects, snapshot, stands| {
                pass::render(effects, snapshot, &render.context(&[], false, true), stands);
            }),
            basis: "the settings of the test".to_owned(),
            as_of: None,
            steady: None,
        }
    }

    pub fn store(&self) -> Store {
        Store::open(&self.path("state")).unwrap()
    }

    /// One pass at noon of a day.
    pub fn pass(&self, setup: &Setup, store: &mut Store, day: Date) -> Result<Done, PassError> {
        let vault = Vault::open(&self.path("state")).unwrap();
        let mut scanner = Scanner::default();
        let now = noon(day);
        perform(
            setup,
            store,
            &vault,
            &mut scanner,
            Patience::Once,
            &now,
            &[],
        )
    }

    pub fn post(&self) -> Post {
        let core = self.house().core();
        Post::new(core.config, core.calendar, &core.text, true, None)
    }

    /// One round of deliveries by a process that has just begun; mails of unknown outcome need not wait.
    pub fn deliver(&self, store: &mut Store) -> Result<Option<String>, StoreError> {
        for mut entry in store.outbox()? {
            if entry.state == MailState::Uncertain {
                entry.next_try = Timestamp::UNIX_EPOCH;
                store.record_mail(&entry)?;
            }
        }
        self.post()
            .deliver(store, &noon(jiff::civil::date(2026, 11, 20)))
    }
}

/// Who is told what waits, in order.
pub fn waiting(store: &Store) -> Vec<(String, MailState)> {
    let name = |e: OutboxEntry| (e.mail.name, e.state);
    store.outbox().unwrap().into_iter().map(name).collect()
}

fn copy_folder(from: impl AsRef<std::path::Path>, to: impl AsRef<std::path::Path>) {
    fs::create_dir_all(&to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.as_ref().join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(entry.path(), target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
            let modified = entry.metadata().unwrap().modified().unwrap();
            let file = fs::File::options().write(true).open(target).unwrap();
            file.set_modified(modified).unwrap();
        }
    }
}
