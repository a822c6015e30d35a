//! Colours and styles of the feedback workbook; each colour means one thing.

use crate::book::{Align, Style, StyleId, Styles, VAlign};
use crate::domain::finding::Severity;

/// Heading fill.
pub const INK: u32 = 0x001F_3864;
/// Lines of tables.
pub const LINE: u32 = 0x00BF_BFBF;
/// Fill of headings taken over from the annex.
pub const HEAD_FILL: u32 = 0x00E7_ECF5;
/// Fill of a row that does not count.
pub const HELD_FILL: u32 = 0x00F2_F2F2;
/// Text of a row that does not count.
pub const HELD_INK: u32 = 0x0059_5959;

/// Fill and ink of a severity.
#[must_use]
pub const fn severity_colors(severity: Severity) -> (u32, u32) {
    match severity {
        Severity::Error => (0x00FF_C7CE, 0x009C_0006),
        Severity::Explain => (0x00FC_D5B4, 0x0084_3C0C),
        Severity::Warning => (0x00FF_EB9C, 0x007F_6000),
        Severity::Info => (0x00DD_EBF7, 0x001F_4E79),
    }
}

/// Interned styles of the sheets that are ours.
#[derive(Clone, Debug)]
pub struct Look {
    /// Name of the board.
    pub board: StyleId,
    /// Title of a sheet.
    pub title: StyleId,
    /// Line below the title.
    pub subtitle: StyleId,
    /// A hint in italics.
    pub hint: StyleId,
    /// Heading of a section.
    pub section: StyleId,
    /// Label at the left of a value.
    pub label: StyleId,
    /// Wrapped text in a box; somebody's own words.
    pub text: StyleId,
    /// Wrapped text in a box, bold.
    pub strong: StyleId,
    /// Centred text in a box.
    pub center: StyleId,
    /// A link in a box.
    pub link: StyleId,
    /// A link without a box.
    pub plain_link: StyleId,
    /// A heading of a table.
    pub head: StyleId,
    /// A day in a box.
    pub day: StyleId,
    /// A moment in a box, left.
    pub moment: StyleId,
    /// Banner: all is well.
    pub green: StyleId,
    /// Banner: something to look at.
    pub amber: StyleId,
    /// Banner: something does not count.
    pub red: StyleId,
    severities: [StyleId; 4],
}

impl Look {
    /// Interns the styles.
    pub fn new(styles: &mut Styles) -> Self {
        let boxed = Style {
            border: Some(LINE),
            valign: VAlign::Top,
            wrap: true,
            ..Style::default()
        };
        let banner = |fill: u32, ink: u32| Style {
            bold: true,
            size: 130,
            fill: Some(fill),
            color: Some(ink),
            border: Some(ink),
            wrap: true,
            valign: VAlign::Center,
            indent: 1,
            ..Style::default()
        };
        let severity = |severity: Severity| {
            let (fill, ink) = severity_colors(severity);
            Style {
                bold: true,
                fill: Some(fill),
                color: Some(ink),
                align: Align::Center,
                ..boxed.clone()
            }
        };
        Self {
            severities: [
                styles.id(severity(Severity::Error)),
                styles.id(severity(Severity::Explain)),
                styles.id(severity(Severity::Warning)),
                styles.id(severity(Severity::Info)),
            ],
            green: styles.id(banner(0x00E2_F0D9, 0x0037_5623)),
            amber: styles.id(banner(0x00FF_F2CC, 0x007F_6000)),
            red: styles.id(banner(0x00FD_E4E4, 0x009C_0006)),
            ..Self::plain(styles, &boxed)
        }
    }

    fn plain(styles: &mut Styles, boxed: &Style) -> Self {
        let loose = Style {
            valign: VAlign::Center,
            ..Style::default()
        };
        let link = Style {
            color: Some(0x0005_63C1),
            underline: true,
            ..boxed.clone()
        };
        let mut id = |style: Style| styles.id(style);
        Self {
            board: id(Style {
                bold: true,
                color: Some(0x0059_5959),
                ..loose.clone()
            }),
            title: id(Style {
                bold: true,
                size: 160,
                color: Some(INK),
                ..loose.clone()
            }),
            subtitle: id(Style {
                size: 120,
                ..loose.clone()
            }),
            hint: id(Style {
                italic: true,
                color: Some(0x0059_5959),
                wrap: true,
                ..loose.clone()
            }),
            section: id(Style {
                bold: true,
                size: 120,
                color: Some(INK),
                border_bottom: Some(INK),
                ..loose
            }),
            label: id(Style {
                color: Some(0x0040_4040),
                fill: Some(0x00F7_F8FB),
                ..boxed.clone()
            }),
            text: id(Style {
                quote_prefix: true,
                ..boxed.clone()
            }),
            strong: id(Style {
                bold: true,
                ..boxed.clone()
            }),
            center: id(Style {
                align: Align::Center,
                ..boxed.clone()
            }),
            plain_link: id(Style {
                border: None,
                wrap: false,
                ..link.clone()
            }),
            link: id(link),
            head: id(Style {
                bold: true,
                fill: Some(INK),
                color: Some(0x00FF_FFFF),
                align: Align::Center,
                valign: VAlign::Center,
                ..boxed.clone()
            }),
            day: id(Style {
                format: "dd/mm/yyyy",
                align: Align::Center,
                ..boxed.clone()
            }),
            moment: id(Style {
                format: "hh:mm dd/mm/yyyy",
                align: Align::Left,
                ..boxed.clone()
            }),
            green: StyleId::default(),
            amber: StyleId::default(),
            red: StyleId::default(),
            severities: [StyleId::default(); 4],
        }
    }

    /// The style of a severity's name.
    #[must_use]
    pub const fn severity(&self, severity: Severity) -> StyleId {
        let [error, explain, warning, info] = self.severities;
        match severity {
            Severity::Error => error,
            Severity::Explain => explain,
            Severity::Warning => warning,
            Severity::Info => info,
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

/// Height in points of a row whose tallest cell takes so many lines, within what a spreadsheet allows.
#[must_use]
pub fn height(lines: u32) -> f64 {
    (f64::from(lines.max(1)) * 15.0 + 3.0).min(405.0)
}
