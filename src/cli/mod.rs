//! (being built)

pub mod notices;
