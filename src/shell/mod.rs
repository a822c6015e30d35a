//! The ports and what stands behind them: clock, folder, watcher, publisher, store, parser, mailer.

pub mod answer;
pub mod clock;
pub mod folder;
pub mod lock;
pub mod log;
pub mod mailer;
pub mod mount;
pub mod parser;
pub mod publish;
pub mod readings;
pub mod secret;
pub mod snapshot;
pub mod store;
pub mod vault;
pub mod watch;
