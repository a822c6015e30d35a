//! Charts of a book, as the writer draws them.

use super::{FONT, x};
use crate::book::{Chart, ChartKind, Hatch, Series};

/// A chart of the book as the writer draws it.
pub(super) fn chart(chart: &Chart) -> x::Chart {
    let mut c = x::Chart::new(match chart.kind {
        ChartKind::BarStacked => x::ChartType::BarStacked,
        ChartKind::Bar => x::ChartType::Bar,
        ChartKind::ColumnStacked => x::ChartType::ColumnStacked,
        ChartKind::Column => x::ChartType::Column,
        ChartKind::Line => x::ChartType::Line,
        ChartKind::AreaStacked => x::ChartType::AreaStacked,
        ChartKind::Doughnut => x::ChartType::Doughnut,
    });
    for series in &chart.series {
        add_series(&mut c, chart, series);
    }
    match &chart.title {
        Some(title) => {
            let mut f = chart_font(11.0);
            f.set_bold();
            c.title().set_name(title.as_str()).set_font(&f);
        }
        None => {
            c.title().set_hidden();
        }
    }
    if chart.legend {
        c.legend()
            .set_position(x::ChartLegendPosition::Bottom)
            .set_font(&chart_font(9.0));
    } else {
        c.legend().set_hidden();
    }
    if chart.kind != ChartKind::Doughnut {
        axes(&mut c, chart);
    } else {
        c.set_hole_size(58);
    }
    c.set_width(chart.size.0).set_height(chart.size.1);
    c.set_alt_text(chart.alt.as_str());
    c.chart_area()
        .set_format(x::ChartFormat::new().set_no_border());
    c
}

fn chart_font(size: f64) -> x::ChartFont {
    let mut font = x::ChartFont::new();
    font.set_name(FONT).set_size(size);
    font
}

/// Rows of names beyond which they are written smaller.
const NAMES_LARGE: u32 = 8;

fn axes(c: &mut x::Chart, chart: &Chart) {
    let mut grid = x::ChartLine::new();
    grid.set_color(x::Color::RGB(0xD9_D9D9)).set_width(0.5);
    let bars = matches!(chart.kind, ChartKind::BarStacked | ChartKind::Bar);
    let names = if bars { c.y_axis() } else { c.x_axis() };
    // Every name is shown: a bar without one says nothing.
    let many = chart
        .series
        .first()
        .is_some_and(|s| s.categories.3 - s.categories.1 >= NAMES_LARGE);
    let size = if bars && many { 7.5 } else { 9.0 };
    names.set_font(&chart_font(size)).set_major_gridlines(false);
    if bars {
        names.set_label_interval(1);
        // The first name on top, as in the tables.
        names.set_reverse();
    }
    if chart.kind == ChartKind::Line {
        names.set_num_format("dd/mm").set_text_axis(true);
    }
    let numbers = if bars { c.x_axis() } else { c.y_axis() };
    numbers
        .set_font(&chart_font(9.0))
        .set_min(0)
        .set_num_format("0")
        .set_major_gridlines(true)
        .set_major_gridlines_line(&grid);
    if (1..=10).contains(&chart.most) {
        numbers.set_major_unit(1.0);
    }
    if let Some(title) = &chart.y_title {
        numbers
            .set_name(title.as_str())
            .set_name_font(&chart_font(9.0));
    }
    if bars {
        numbers.set_label_position(x::ChartAxisLabelPosition::High);
    }
}

fn add_series(c: &mut x::Chart, chart: &Chart, series: &Series) {
    let range =
        |r: &(String, u32, u16, u32, u16)| x::ChartRange::new_from_range(&r.0, r.1, r.2, r.3, r.4);
    let (values, categories) = (range(&series.values), range(&series.categories));
    let s = c.add_series();
    s.set_values(&values)
        .set_categories(&categories)
        .set_name(series.name.as_str());
    let color = x::Color::RGB(series.color);
    let mut format = x::ChartFormat::new();
    if chart.kind == ChartKind::Line {
        format.set_line(x::ChartLine::new().set_color(color).set_width(2.0));
    } else if let Some(hatch) = series.pattern {
        format.set_pattern_fill(
            x::ChartPatternFill::new()
                .set_pattern(match hatch {
                    Hatch::Diagonal => x::ChartPatternFillType::DiagonalStripesWideUpwards,
                    Hatch::Horizontal => x::ChartPatternFillType::DiagonalStripesWideDownwards,
                    Hatch::Dots => x::ChartPatternFillType::DiagonalStripesLightUpwards,
                    Hatch::Grid => x::ChartPatternFillType::LargeGrid,
                })
                .set_foreground_color(x::Color::White)
                .set_background_color(color),
        );
    } else {
        format.set_solid_fill(x::ChartSolidFill::new().set_color(color));
    }
    if matches!(
        chart.kind,
        ChartKind::BarStacked | ChartKind::ColumnStacked | ChartKind::Bar | ChartKind::Column
    ) {
        format.set_border(
            x::ChartLine::new()
                .set_color(x::Color::White)
                .set_width(0.5),
        );
        s.set_gap(45);
    }
    s.set_format(&mut format);
    if matches!(chart.kind, ChartKind::BarStacked | ChartKind::ColumnStacked) {
        s.set_overlap(100);
    }
    if !series.point_colors.is_empty() {
        let colors: Vec<x::Color> = series
            .point_colors
            .iter()
            .map(|c| x::Color::RGB(*c))
            .collect();
        s.set_point_colors(&colors);
    }
    if chart.labels {
        // On paper a number is read on white, not on a hatch. Zeroes would only litter the bars.
        let mut label = x::ChartFormat::new();
        label.set_solid_fill(x::ChartSolidFill::new().set_color(x::Color::White));
        s.set_data_label(
            x::ChartDataLabel::new()
                .show_value()
                .set_num_format("0;;;")
                .set_format(&mut label)
                .set_font(&chart_font(9.0)),
        );
    }
}
