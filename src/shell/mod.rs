//! Ports and what stands behind them.

pub mod parser;
