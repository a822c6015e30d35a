//! What several tests need: text tables as workbooks, case files, real shares.

pub mod case;
pub mod dice;
pub mod grid;
pub mod office;
pub mod stage;
pub mod xlsx;
