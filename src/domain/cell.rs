//! Addresses of cells.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Rows a worksheet can hold (ECMA-376 part 1, §18.3.1.73).
pub const ROWS_MAX: u32 = 1_048_576;
/// Columns a worksheet can hold.
pub const COLUMNS_MAX: u16 = 16_384;

/// Addresses one cell of a sheet, zero-based; prints and parses as `G14`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellRef {
    /// Zero-based row.
    pub row: u32,
    /// Zero-based column.
    pub col: u16,
}

impl CellRef {
    /// Makes an address from zero-based numbers.
    #[must_use]
    pub const fn new(row: u32, col: u16) -> Self {
        Self { row, col }
    }
}

/// Names a zero-based column (`0` → `A`, `27` → `AB`).
#[must_use]
pub fn column_name(col: u16) -> String {
    let mut rest = u32::from(col) + 1;
    let mut name = Vec::new();
    while rest > 0 {
        let digit = (rest - 1) % 26;
        name.push(b'A' + u8::try_from(digit).unwrap_or(0));
        rest = (rest - 1) / 26;
    }
    name.reverse();
    name.into_iter().map(char::from).collect()
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", column_name(self.col), self.row + 1)
    }
}

/// Says that a text is no cell address.
#[derive(Debug, thiserror::Error)]
#[error("not a cell address: {0:?}")]
pub struct BadCellRef(String);

impl FromStr for CellRef {
    type Err = BadCellRef;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || BadCellRef(s.to_owned());
        let letters = s.bytes().take_while(u8::is_ascii_uppercase).count();
        if letters == 0 || letters > 3 {
            return Err(bad());
        }
        let col = s[..letters]
            .bytes()
            .fold(0_u32, |n, b| n * 26 + u32::from(b - b'A') + 1);
        let row: u32 = s[letters..].parse().map_err(|_| bad())?;
        if row == 0 || row > ROWS_MAX || col > u32::from(COLUMNS_MAX) {
            return Err(bad());
        }
        Ok(Self::new(
            row - 1,
            u16::try_from(col - 1).map_err(|_| bad())?,
        ))
    }
}

/// `G14` where people may read it, else two numbers.
impl Serialize for CellRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.row, self.col).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for CellRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return text.parse().map_err(D::Error::custom);
        }
        let (row, col) = Deserialize::deserialize(deserializer)?;
        Ok(Self { row, col })
    }
}
