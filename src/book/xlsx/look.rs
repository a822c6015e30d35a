//! How cells look and what they allow, as the writer takes it.

use super::fit::{cut, day_number};
use super::{FONT, x};
use crate::book::{Align, Style, VAlign, Validation, ValidationRule};

/// A style as the writer's format.
pub(super) fn format(style: &Style) -> x::Format {
    let mut f = x::Format::new().set_font_name(FONT);
    f = f.set_font_size(if style.size == 0 {
        11.0
    } else {
        f64::from(style.size) / 10.0
    });
    if style.bold {
        f = f.set_bold();
    }
    if style.italic {
        f = f.set_italic();
    }
    if style.underline {
        f = f.set_underline(x::FormatUnderline::Single);
    }
    if style.strikeout {
        f = f.set_font_strikethrough();
    }
    if let Some(color) = style.color {
        f = f.set_font_color(x::Color::RGB(color));
    }
    if let Some(fill) = style.fill {
        f = f
            .set_pattern(x::FormatPattern::Solid)
            .set_background_color(x::Color::RGB(fill));
    }
    if let Some(border) = style.border {
        f = f
            .set_border(x::FormatBorder::Thin)
            .set_border_color(x::Color::RGB(border));
    }
    if let Some(border) = style.border_bottom {
        f = f
            .set_border_bottom(x::FormatBorder::Thin)
            .set_border_bottom_color(x::Color::RGB(border));
    }
    f = match style.align {
        Align::General => f,
        Align::Left => f.set_align(x::FormatAlign::Left),
        Align::Center => f.set_align(x::FormatAlign::Center),
        Align::Right => f.set_align(x::FormatAlign::Right),
    };
    f = match style.valign {
        VAlign::Bottom => f,
        VAlign::Center => f.set_align(x::FormatAlign::VerticalCenter),
        VAlign::Top => f.set_align(x::FormatAlign::Top),
    };
    if style.wrap {
        f = f.set_text_wrap();
    }
    if style.indent > 0 {
        f = f.set_indent(style.indent);
    }
    if !style.format.is_empty() {
        f = f.set_num_format(style.format);
    }
    if style.quote_prefix {
        f = f.set_quote_prefix();
    }
    if style.unlocked {
        f = f.set_unlocked();
    }
    if style.rotation != 0 {
        f = f.set_rotation(style.rotation);
    }
    f
}

/// A validation as the writer takes it.
pub(super) fn validation(v: &Validation) -> Result<x::DataValidation, x::XlsxError> {
    let mut out = x::DataValidation::new();
    out = match &v.rule {
        ValidationRule::ListName(name) => {
            let formula = if name.starts_with('=') {
                name.clone()
            } else {
                format!("={name}")
            };
            out.allow_list_formula(x::Formula::new(formula))
        }
        ValidationRule::Date(from, to) => out.allow_date(x::DataValidationRule::Between(
            x::ExcelDateTime::from_serial_datetime(day_number(*from))?,
            x::ExcelDateTime::from_serial_datetime(day_number(*to))?,
        )),
        ValidationRule::Number(from, to) => {
            out.allow_decimal_number(x::DataValidationRule::Between(*from, *to))
        }
    };
    if let Some((title, message)) = &v.input {
        out = out
            .set_input_title(cut(title.as_str(), 32))?
            .set_input_message(cut(message.as_str(), 255))?;
    }
    if let Some((title, message)) = &v.error {
        out = out
            .set_error_title(cut(title.as_str(), 32))?
            .set_error_message(cut(message.as_str(), 255))?;
    }
    if v.soft {
        out = out.set_error_style(x::DataValidationErrorStyle::Warning);
    }
    Ok(out)
}
