//! (being built)

pub mod mailer;
pub mod secret;
