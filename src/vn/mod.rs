//! What people write in Vietnamese cells, understood: text, old encodings, numbers, days, statuses, deadlines.
//!
//! Pure. The vocabulary stands in `config/language.toml`; nothing of it stands here.

pub mod clean;
pub mod confusable;
pub mod day;
pub mod deadline;
pub mod fold;
pub mod legacy;
pub mod number;
pub mod period;
pub mod status;
mod syllable;
mod vocabulary;

pub use clean::{Cleaned, clean};
pub use day::DayText;
pub use deadline::{DeadlineContext, DeadlineInput};
pub use number::Percent;
pub use vocabulary::Words;
