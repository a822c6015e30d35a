//! The daemon: wake → snapshot → advance → publish → commit → deliver, and what keeps it alive.

pub mod perform;
