//! What several areas share: text tables as workbooks, cases as files.

pub mod case;
pub mod grid;
