//! How a sheet is printed.

use super::{FONT, Written, cut, x};
use crate::book::Print;

/// Paper, scale, what comes again on each page, breaks, margins and footer.
pub(super) fn print(ws: &mut x::Worksheet, print: &Print) -> Written {
    ws.set_paper_size(9);
    if print.landscape {
        ws.set_landscape();
    }
    if print.fit != (0, 0) {
        ws.set_print_fit_to_pages(print.fit.0, print.fit.1);
    }
    if let Some((first, last)) = print.repeat_rows {
        ws.set_repeat_rows(first, last)?;
    }
    if !print.breaks.is_empty() {
        ws.set_page_breaks(&print.breaks)?;
    }
    if let Some((r1, c1, r2, c2)) = print.area {
        ws.set_print_area(r1, c1, r2, c2)?;
    }
    ws.set_margins(0.5, 0.4, 0.5, 0.6, 0.3, 0.3);
    ws.set_print_center_horizontally(print.center);
    let words = print
        .footer
        .as_ref()
        .map_or_else(String::new, |f| cut(&f.as_str().replace('&', "&&"), 180));
    ws.set_footer(format!(
        "&L&\"{FONT},Italic\"&9 {words}&R&\"{FONT},Regular\"&9 &P/&N"
    ));
    Ok(())
}
