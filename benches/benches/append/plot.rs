//! The plot of docs/performance.md: throughput above, p99 below, against the number of writers.

use std::{error::Error, path::Path};

use plotters::{coord::Shift, prelude::*};

use super::{Point, Side};

const SIZE: (u32, u32) = (760, 640);
const OURS: RGBColor = RGBColor(0x1f, 0x6f, 0xb2);
const THEIRS: RGBColor = RGBColor(0xc7, 0x5b, 0x12);

pub fn draw(file: &Path, points: &[Point]) {
    let drawn = std::fs::create_dir_all(file.parent().expect("a directory"))
        .map_err(Into::into)
        .and_then(|()| both_panels(file, points));
    drawn.expect("a plot");
}

fn both_panels(file: &Path, points: &[Point]) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (above, below) = root.split_vertically(SIZE.1 / 2);
    panel(&above, "events per second", points, |side| side.rate)?;
    panel(&below, "p99, ms", points, |side| side.quantiles.p99.as_secs_f64() * 1e3)?;
    root.present()?;
    Ok(())
}

fn panel(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    what: &str,
    points: &[Point],
    value: impl Fn(&Side) -> f64,
) -> Result<(), Box<dyn Error>> {
    let most = points.iter().flat_map(|point| [value(&point.ours), value(&point.theirs)]).fold(0.0, f64::max);
    let writers = |point: &Point| f64::from(u32::try_from(point.writers).unwrap_or(u32::MAX));
    let (first, last) = (points.first().map_or(1.0, writers), points.last().map_or(64.0, writers));
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .x_label_area_size(36)
        .y_label_area_size(64)
        .build_cartesian_2d((first..last).log_scale().base(2.0), 0.0..most * 1.1)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("writers")
        .y_desc(what)
        .x_label_formatter(&|writers| format!("{writers:.0}"))
        .y_label_formatter(&|value| if most < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") })
        .draw()?;
    for (name, color, side) in [
        ("Ledgerdesk", OURS, (|point| &point.ours) as fn(&Point) -> &Side),
        ("postgres-es 0.5", THEIRS, |point| &point.theirs),
    ] {
        let line: Vec<_> = points.iter().map(|point| (writers(point), value(side(point)))).collect();
        chart
            .draw_series(LineSeries::new(line.clone(), color.stroke_width(2)).point_size(3))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2)));
        chart.draw_series(line.into_iter().map(|at| Circle::new(at, 3, color.filled())))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    Ok(())
}
