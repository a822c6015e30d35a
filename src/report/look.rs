//! Styles of issued workbooks and period workbooks.

use crate::book::{Align, Style, StyleId, Styles, VAlign};

const INK: u32 = 0x001F_3864;
const LINE: u32 = 0x0080_8080;
const LOCKED: u32 = 0x00F2_F2F2;
const OPEN: u32 = 0x00FF_FBE6;

/// Interned styles.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Centred line of the national heading.
    pub line: StyleId,
    /// The same, bold.
    pub line_bold: StyleId,
    /// The same, bold and underlined by a rule.
    pub line_rule: StyleId,
    /// Title.
    pub title: StyleId,
    /// Line below the title.
    pub subtitle: StyleId,
    /// Left line, bold.
    pub unit: StyleId,
    /// Hint in italics.
    pub hint: StyleId,
    /// Heading of a table.
    pub head: StyleId,
    /// Group row.
    pub group: StyleId,
    /// Group row, centred numeral.
    pub group_number: StyleId,
    /// Text.
    pub text: StyleId,
    /// Text, bold.
    pub strong: StyleId,
    /// Centred.
    pub center: StyleId,
    /// A count.
    pub count: StyleId,
    /// A count, bold.
    pub count_strong: StyleId,
    /// A rate.
    pub rate: StyleId,
    /// A rate, bold.
    pub rate_strong: StyleId,
    /// A number with up to two decimals.
    pub number: StyleId,
    /// A day.
    pub day: StyleId,
    /// Overdue text.
    pub alarm: StyleId,
    /// Locked text.
    pub locked: StyleId,
    /// Locked, centred.
    pub locked_center: StyleId,
    /// Locked day.
    pub locked_day: StyleId,
    /// May be edited: text.
    pub open: StyleId,
    /// May be edited: centred text.
    pub open_center: StyleId,
    /// May be edited: number.
    pub open_number: StyleId,
    /// May be edited: count.
    pub open_count: StyleId,
    /// May be edited: day.
    pub open_day: StyleId,
    /// Free text without a box.
    pub prose: StyleId,
    /// Section of prose.
    pub section: StyleId,
    /// A remark below a table, on one line.
    pub remark: StyleId,
}

impl Look {
    /// Interns the styles; rates are shown with so many decimals.
    pub fn new(styles: &mut Styles, decimals: u8) -> Self {
        let percent = match decimals {
            0 => "0%",
            1 => "0.0%",
            2 => "0.00%",
            _ => "0.000%",
        };
        let loose = Style {
            valign: VAlign::Center,
            ..Style::default()
        };
        let centred = Style {
            align: Align::Center,
            ..loose.clone()
        };
        let boxed = Style {
            border: Some(LINE),
            valign: VAlign::Top,
            wrap: true,
            ..Style::default()
        };
        let middle = Style {
            align: Align::Center,
            ..boxed.clone()
        };
        let locked = Style {
            fill: Some(LOCKED),
            quote_prefix: true,
            ..boxed.clone()
        };
        let open = Style {
            fill: Some(OPEN),
            unlocked: true,
            ..boxed.clone()
        };
        let open_middle = Style {
            align: Align::Center,
            ..open.clone()
        };
        let group = Style {
            bold: true,
            fill: Some(0x00DD_E4F0),
            quote_prefix: true,
            ..boxed.clone()
        };
        let mut id = |style: Style| styles.id(style);
        Self {
            line: id(centred.clone()),
            line_bold: id(Style {
                bold: true,
                ..centred.clone()
            }),
            line_rule: id(Style {
                bold: true,
                underline: true,
                ..centred.clone()
            }),
            title: id(Style {
                bold: true,
                size: 150,
                color: Some(INK),
                ..centred.clone()
            }),
            subtitle: id(Style {
                italic: true,
                ..centred
            }),
            unit: id(Style {
                bold: true,
                size: 120,
                ..loose.clone()
            }),
            hint: id(Style {
                italic: true,
                color: Some(0x0059_5959),
                wrap: true,
                ..loose.clone()
            }),
            head: id(Style {
                bold: true,
                fill: Some(INK),
                color: Some(0x00FF_FFFF),
                valign: VAlign::Center,
                ..middle.clone()
            }),
            group_number: id(Style {
                align: Align::Center,
                ..group.clone()
            }),
            group: id(group),
            text: id(Style {
                quote_prefix: true,
                ..boxed.clone()
            }),
            strong: id(Style {
                bold: true,
                quote_prefix: true,
                ..boxed.clone()
            }),
            center: id(middle.clone()),
            count: id(Style {
                format: "#,##0",
                ..middle.clone()
            }),
            count_strong: id(Style {
                bold: true,
                format: "#,##0",
                ..middle.clone()
            }),
            rate: id(Style {
                format: percent,
                ..middle.clone()
            }),
            rate_strong: id(Style {
                bold: true,
                format: percent,
                ..middle.clone()
            }),
            number: id(Style {
                format: "#,##0.##",
                ..middle.clone()
            }),
            day: id(Style {
                format: "dd/mm/yyyy",
                ..middle
            }),
            alarm: id(Style {
                bold: true,
                color: Some(0x009C_0006),
                quote_prefix: true,
                ..boxed
            }),
            locked_center: id(Style {
                align: Align::Center,
                ..locked.clone()
            }),
            locked_day: id(Style {
                format: "dd/mm/yyyy",
                quote_prefix: false,
                align: Align::Center,
                ..locked.clone()
            }),
            locked: id(locked),
            open: id(Style {
                quote_prefix: true,
                ..open.clone()
            }),
            open_center: id(open_middle.clone()),
            open_number: id(open_middle.clone()),
            open_count: id(Style {
                format: "#,##0",
                ..open_middle.clone()
            }),
            open_day: id(Style {
                format: "dd/mm/yyyy",
                ..open_middle
            }),
            remark: id(Style {
                italic: true,
                color: Some(0x0059_5959),
                ..loose.clone()
            }),
            prose: id(Style {
                wrap: true,
                valign: VAlign::Top,
                ..Style::default()
            }),
            section: id(Style {
                bold: true,
                size: 140,
                color: Some(INK),
                ..loose
            }),
        }
    }
}

/// Lines that a text takes in a column of so many characters.
#[must_use]
pub fn lines(text: &str, width: f64) -> u32 {
    text.split('\n').fold(0, |sum, line| {
        let room = (width.max(4.0) * 1.05).floor();
        let chars = f64::from(u32::try_from(line.chars().count()).unwrap_or(u32::MAX));
        let mut count = 1;
        while f64::from(count) * room < chars && count < 60 {
            count += 1;
        }
        sum + count
    })
}

/// Height in points of a row of so many lines, within what a spreadsheet allows.
#[must_use]
pub fn height(lines: u32) -> f64 {
    (f64::from(lines.max(1)) * 15.0 + 3.0).min(405.0)
}
