//! Notices and mail: decisions, a year of days, the outbox, letters as printed, real conversations.

mod crossing;
mod decisions;
mod fixture;
mod holds;
mod letters;
mod outbox;
mod phases;
mod smtp;
mod year;
