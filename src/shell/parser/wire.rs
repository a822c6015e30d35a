//! What a parser child answers, in few letters.

use serde::{Deserialize, Serialize};

use crate::domain::cell::CellRef;
use crate::domain::grid::{Grid, GridCell, GridSheet, Legacy, Shown, Value};
use crate::domain::snapshot::FileFault;

#[derive(Serialize, Deserialize)]
pub(super) enum Answer {
    #[serde(rename = "g")]
    Grid(WireGrid),
    #[serde(rename = "f")]
    Fault(WireFault),
}

#[derive(Serialize, Deserialize)]
pub(super) enum WireFault {
    Unreadable(String),
    Encrypted,
    OtherFormat(String),
    TooLarge(String, u64),
    Unsettled,
}

impl From<FileFault> for WireFault {
    fn from(fault: FileFault) -> Self {
        match fault {
            FileFault::Unreadable(why) => Self::Unreadable(why),
            FileFault::Encrypted => Self::Encrypted,
            FileFault::OtherFormat(name) => Self::OtherFormat(name),
            FileFault::TooLarge { limit, max } => Self::TooLarge(limit, max),
            FileFault::Unsettled => Self::Unsettled,
        }
    }
}

impl From<WireFault> for FileFault {
    fn from(fault: WireFault) -> Self {
        match fault {
            WireFault::Unreadable(why) => Self::Unreadable(why),
            WireFault::Encrypted => Self::Encrypted,
            WireFault::OtherFormat(name) => Self::OtherFormat(name),
            WireFault::TooLarge(limit, max) => Self::TooLarge { limit, max },
            WireFault::Unsettled => Self::Unsettled,
        }
    }
}

/// A grid in few letters: the common cell is `[row,col,flags,value]`.
#[derive(Serialize, Deserialize)]
pub(super) struct WireGrid {
    sheets: Vec<WireSheet>,
    d: bool,
    by: Option<String>,
    t: Option<String>,
    p: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct WireSheet {
    n: String,
    h: bool,
    c: Vec<WireCell>,
    m: Vec<(u32, u16, u32, u16)>,
    r: Vec<u32>,
    k: Vec<u16>,
}

#[derive(Serialize, Deserialize)]
struct WireCell(u32, u16, u16, WireValue);

#[derive(Serialize)]
#[serde(untagged)]
enum WireValue {
    Text(String),
    Bool(bool),
    Number(f64),
    Date(jiff::civil::DateTime, f64),
    Error { e: String },
    Uncalculated,
}

impl<'de> Deserialize<'de> for WireValue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WireValueVisitor)
    }
}

struct WireValueVisitor;

impl<'de> serde::de::Visitor<'de> for WireValueVisitor {
    type Value = WireValue;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a cell value")
    }

    fn visit_str<E>(self, v: &str) -> Result<WireValue, E> {
        Ok(WireValue::Text(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<WireValue, E> {
        Ok(WireValue::Text(v))
    }

    fn visit_bool<E>(self, v: bool) -> Result<WireValue, E> {
        Ok(WireValue::Bool(v))
    }

    fn visit_f64<E>(self, v: f64) -> Result<WireValue, E> {
        Ok(WireValue::Number(v))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a workbook's numbers are doubles"
    )]
    fn visit_u64<E>(self, v: u64) -> Result<WireValue, E> {
        Ok(WireValue::Number(v as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a workbook's numbers are doubles"
    )]
    fn visit_i64<E>(self, v: i64) -> Result<WireValue, E> {
        Ok(WireValue::Number(v as f64))
    }

    fn visit_unit<E>(self) -> Result<WireValue, E> {
        Ok(WireValue::Uncalculated)
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<WireValue, A::Error> {
        use serde::de::Error as _;
        let at = seq
            .next_element()?
            .ok_or_else(|| A::Error::custom("no day"))?;
        let serial = seq
            .next_element()?
            .ok_or_else(|| A::Error::custom("no serial"))?;
        Ok(WireValue::Date(at, serial))
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<WireValue, A::Error> {
        use serde::de::Error as _;
        let (_, e): (String, String) = map
            .next_entry()?
            .ok_or_else(|| A::Error::custom("no error text"))?;
        Ok(WireValue::Error { e })
    }
}

/// Formula, bold, look and font of a cell as one number.
fn flags(cell: &GridCell) -> u16 {
    let shown = match cell.shown {
        Shown::Plain => 0,
        Shown::Percent => 1,
        Shown::Day => 2,
        Shown::Month => 3,
        Shown::Year => 4,
        Shown::Time => 5,
        Shown::Text => 6,
    };
    let font = match cell.font {
        Legacy::No => 0,
        Legacy::Tcvn3 => 1,
        Legacy::Tcvn3Upper => 2,
        Legacy::Vni => 3,
    };
    u16::from(cell.formula) | (u16::from(cell.bold) << 1) | (font << 2) | (shown << 4)
}

fn unflag(flags: u16) -> (bool, bool, Legacy, Shown) {
    let font = match (flags >> 2) & 3 {
        1 => Legacy::Tcvn3,
        2 => Legacy::Tcvn3Upper,
        3 => Legacy::Vni,
        _ => Legacy::No,
    };
    let shown = match flags >> 4 {
        1 => Shown::Percent,
        2 => Shown::Day,
        3 => Shown::Month,
        4 => Shown::Year,
        5 => Shown::Time,
        6 => Shown::Text,
        _ => Shown::Plain,
    };
    (flags & 1 == 1, flags & 2 == 2, font, shown)
}

impl From<Grid> for WireGrid {
    fn from(grid: Grid) -> Self {
        let sheet = |s: GridSheet| WireSheet {
            n: s.name,
            h: s.hidden,
            c: s.cells
                .into_iter()
                .map(|cell| {
                    let flags = flags(&cell);
                    let value = match cell.value {
                        Value::Text(t) => WireValue::Text(t),
                        Value::Number(n) => WireValue::Number(n),
                        Value::Bool(b) => WireValue::Bool(b),
                        Value::Date { at, serial } => WireValue::Date(at, serial),
                        Value::Error(e) => WireValue::Error { e },
                        Value::Uncalculated => WireValue::Uncalculated,
                    };
                    WireCell(cell.at.row, cell.at.col, flags, value)
                })
                .collect(),
            m: s.merges
                .iter()
                .map(|(a, b)| (a.row, a.col, b.row, b.col))
                .collect(),
            r: s.hidden_rows,
            k: s.hidden_cols,
        };
        Self {
            sheets: grid.sheets.into_iter().map(sheet).collect(),
            d: grid.date_1904,
            by: grid.modified_by,
            t: grid.template,
            p: grid.properties,
        }
    }
}

impl From<WireGrid> for Grid {
    fn from(wire: WireGrid) -> Self {
        let cell = |WireCell(row, col, bits, value): WireCell| {
            let (formula, bold, font, shown) = unflag(bits);
            let value = match value {
                WireValue::Text(t) => Value::Text(t),
                WireValue::Number(n) => Value::Number(n),
                WireValue::Bool(b) => Value::Bool(b),
                WireValue::Date(at, serial) => Value::Date { at, serial },
                WireValue::Error { e } => Value::Error(e),
                WireValue::Uncalculated => Value::Uncalculated,
            };
            GridCell {
                at: CellRef::new(row, col),
                value,
                shown,
                font,
                formula,
                bold,
            }
        };
        let sheet = |s: WireSheet| GridSheet {
            name: s.n,
            hidden: s.h,
            cells: s.c.into_iter().map(cell).collect(),
            merges: s
                .m
                .iter()
                .map(|(a, b, c, d)| (CellRef::new(*a, *b), CellRef::new(*c, *d)))
                .collect(),
            hidden_rows: s.r,
            hidden_cols: s.k,
        };
        Self {
            sheets: wire.sheets.into_iter().map(sheet).collect(),
            date_1904: wire.d,
            modified_by: wire.by,
            template: wire.t,
            properties: wire.p,
        }
    }
}
