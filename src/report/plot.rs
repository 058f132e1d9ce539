//! Distributions of times: a strip in the terminal, an SVG in a page of its own.

use std::fmt::Write as _;

use crate::engine::Comparison;

/// One contender's times, sorted.
struct Series<'c> {
    name: &'c str,
    nanos: Vec<f64>,
}

fn series(comparison: &Comparison) -> Vec<Series<'_>> {
    let names = comparison.contenders.iter().enumerate();
    names
        .map(|(at, name)| {
            let mut nanos: Vec<f64> = comparison
                .rows
                .iter()
                .filter_map(|row| row.get(at).copied())
                .collect();
            nanos.sort_by(f64::total_cmp);
            Series { name, nanos }
        })
        .collect()
}

impl Series<'_> {
    fn quantile(&self, part: f64) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index into a few dozen values"
        )]
        let at = (self.nanos.len().saturating_sub(1) as f64 * part).round() as usize;
        self.nanos.get(at).copied().unwrap_or_default()
    }
}

/// Where a value lies between two bounds, on a logarithmic scale of so many cells: twice as slow is as
/// far to the right everywhere.
fn place(value: f64, (low, high): (f64, f64), cells: usize) -> usize {
    let span = (high / low).ln();
    let part = if span > 0.0 {
        (value / low).ln() / span
    } else {
        0.0
    };
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the cells"
    )]
    let at = (part.clamp(0.0, 1.0) * (cells.saturating_sub(1)) as f64).round() as usize;
    at
}

/// From the fastest to the slowest, but for what the system's other work has slowed: one such round would
/// press all others into a corner. It is shown at the edge.
fn bounds(all: &[Series<'_>]) -> (f64, f64) {
    let least = |series: &Series<'_>| series.quantile(0.0);
    let usual = |series: &Series<'_>| {
        let box_width = series.quantile(0.75) - series.quantile(0.25);
        let far = series.quantile(0.75) + 4.0 * box_width;
        let inside = series.nanos.iter().copied().filter(|nanos| *nanos <= far);
        inside.fold(0.0, f64::max)
    };
    let low = all.iter().map(least).fold(f64::INFINITY, f64::min);
    let high = all.iter().map(usual).fold(0.0, f64::max);
    // A test may report less than can be measured.
    (low.max(f64::MIN_POSITIVE), high)
}

/// A line for each contender: whiskers from the fastest to the slowest, a box between the quartiles, the
/// median in it.
pub fn strips(comparison: &Comparison, cells: usize) -> Vec<String> {
    let all = series(comparison);
    let bounds = bounds(&all);
    let widest = all
        .iter()
        .map(|series| series.name.len())
        .max()
        .unwrap_or(0);
    let strip = |series: &Series<'_>| {
        let at = |part| place(series.quantile(part), bounds, cells);
        let (first, lower, middle, upper, last) = (at(0.0), at(0.25), at(0.5), at(0.75), at(1.0));
        let cell = |column: usize| match column {
            _ if column == middle => '┃',
            _ if (lower..=upper).contains(&column) => '█',
            _ if (first..=last).contains(&column) => '─',
            _ => ' ',
        };
        let strip: String = (0..cells).map(cell).collect();
        format!(
            "{:widest$}  {strip}  {}",
            series.name,
            time(series.quantile(0.5))
        )
    };
    all.iter().map(strip).collect()
}

/// `1.2 µs`.
pub fn time(nanos: f64) -> String {
    match nanos {
        n if n < 1_000.0 => format!("{n:.0} ns"),
        n if n < 1_000_000.0 => format!("{:.1} µs", n / 1_000.0),
        n if n < 10_000_000_000.0 => format!("{:.1} ms", n / 1_000_000.0),
        n => format!("{:.1} s", n / 1_000_000_000.0),
    }
}

/// How many times as fast the first contender is as this one, in words: by the median of the pairs, with
/// half the distance of the quartiles as noise.
pub fn verdict(comparison: &Comparison, other: usize) -> Option<String> {
    let pairs = comparison.rows.iter().map(|row| (row[0], row[other]));
    let ratio = crate::checks::ratio::Ratio::of(pairs)?;
    let name = comparison.contenders.get(other)?;
    let noise = ratio.noise() * 100.0;
    if (ratio.median - 1.0).abs() <= ratio.noise() {
        return Some(format!(
            "as fast as the {name}: what differs is less than the noise, ±{noise:.0} %"
        ));
    }
    let times = if ratio.median >= 1.0 {
        format!("{} as fast as", Times(ratio.median))
    } else {
        format!("{} slower than", Times(1.0 / ratio.median))
    };
    Some(format!("{times} the {name}, noise ±{noise:.0} %"))
}

/// `2.1×`, or `1.04×` where one digit would say that there is no difference.
struct Times(f64);

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = if self.0 < 1.1 { 2 } else { 1 };
        write!(f, "{:.digits$}×", self.0)
    }
}

/// Everything about a comparison, for programs: times in nanoseconds, ratios over 1 where mine is faster.
pub fn json(comparison: &Comparison) -> serde_json::Value {
    let contenders = series(comparison).into_iter().map(|series| {
        serde_json::json!({
            "name": series.name,
            "median_ns": series.quantile(0.5),
            "quartiles_ns": [series.quantile(0.25), series.quantile(0.75)],
        })
    });
    let beside = (1..comparison.contenders.len()).filter_map(|other| {
        let pairs = comparison.rows.iter().map(|row| (row[0], row[other]));
        let each: Vec<f64> = (pairs.clone()).map(|(mine, other)| other / mine).collect();
        let ratio = crate::checks::ratio::Ratio::of(pairs)?;
        Some(serde_json::json!({
            "name": comparison.contenders[other],
            "times_as_fast": ratio.median,
            "each_round": each,
            "noise": ratio.noise(),
            "words": format!("mine is {}", verdict(comparison, other)?),
        }))
    });
    serde_json::json!({
        "name": comparison.name,
        "rounds": comparison.rows.len(),
        "contenders": contenders.collect::<Vec<_>>(),
        "beside": beside.collect::<Vec<_>>(),
    })
}

const ROW: usize = 46;
/// Columns for names, at least and at most; a letter takes about [`LETTER`].
const LABEL: (usize, usize) = (110, 300);
const LETTER: usize = 7;
const WIDTH: usize = 760;

/// A page with a plot for each comparison: every measurement a dot, the quartiles a box. It needs nothing
/// from anywhere else.
pub fn page(title: &str, comparisons: &[Comparison]) -> String {
    let mut html = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<style>\n\
         body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }\n\
         svg { max-width: 100%; height: auto }\n\
         text { font: 13px system-ui, sans-serif; fill: currentColor }\n\
         @media (prefers-color-scheme: dark) { body { background: #16181c; color: #e6e6e6 } }\n\
         </style>\n",
    );
    // Writing to a String can't fail, here and below.
    let _ = writeln!(
        html,
        "<title>{0}</title></head><body>\n<h1>{0}</h1>",
        escape(title)
    );
    for comparison in comparisons {
        let _ = writeln!(html, "<h2>{}</h2>", escape(&comparison.name));
        for other in 1..comparison.contenders.len() {
            if let Some(words) = verdict(comparison, other) {
                let _ = writeln!(html, "<p>Mine is {}.</p>", escape(&words));
            }
        }
        html.push_str(&svg(comparison, ""));
    }
    html.push_str("</body></html>\n");
    html
}

/// A plot by itself.
pub fn picture(comparison: &Comparison) -> String {
    svg(
        comparison,
        " xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" font-size=\"13\"",
    )
}

fn svg(comparison: &Comparison, more: &str) -> String {
    let all = series(comparison);
    let bounds = bounds(&all);
    let height = ROW * all.len() + 30;
    let longest = all.iter().map(|series| series.name.chars().count()).max();
    let label = (longest.unwrap_or(0) * LETTER + 12).clamp(LABEL.0, LABEL.1);
    let x = |nanos: f64| label + place(nanos, bounds, WIDTH - label - 90);
    let mut svg =
        format!("<svg{more} viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" role=\"img\">\n");
    for (at, series) in all.iter().enumerate() {
        let y = at * ROW + ROW / 2;
        let (lower, middle, upper) = (
            x(series.quantile(0.25)),
            x(series.quantile(0.5)),
            x(series.quantile(0.75)),
        );
        let _ = writeln!(
            svg,
            "<text x=\"0\" y=\"{}\">{}</text>",
            y + 4,
            escape(series.name)
        );
        let _ = writeln!(
            svg,
            "<rect x=\"{lower}\" y=\"{}\" width=\"{}\" height=\"20\" fill=\"#5b8def\" opacity=\"0.35\"/>",
            y - 10,
            (upper - lower).max(1)
        );
        for nanos in &series.nanos {
            let _ = writeln!(
                svg,
                "<circle cx=\"{}\" cy=\"{y}\" r=\"3\" fill=\"#5b8def\" opacity=\"0.6\"/>",
                x(*nanos)
            );
        }
        let _ = writeln!(
            svg,
            "<line x1=\"{middle}\" x2=\"{middle}\" y1=\"{}\" y2=\"{}\" stroke=\"#d1495b\" stroke-width=\"2\"/>",
            y - 13,
            y + 13
        );
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\">{}</text>",
            WIDTH - 80,
            y + 4,
            time(series.quantile(0.5))
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{label}\" y=\"{0}\">{1}</text>\n\
         <text x=\"{2}\" y=\"{0}\" text-anchor=\"end\">{3}</text>\n\
         <text x=\"{4}\" y=\"{0}\" text-anchor=\"middle\">time per call, logarithmic; {5} rounds in turn</text>",
        height - 6,
        time(bounds.0),
        WIDTH - 90,
        time(bounds.1),
        usize::midpoint(label, WIDTH - 90),
        comparison.rows.len()
    );
    svg.push_str("</svg>\n");
    svg
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison() -> Comparison {
        Comparison {
            name: "scan <all>".to_owned(),
            contenders: ["mine", "starter"].map(str::to_owned).to_vec(),
            rows: (0..9)
                .map(|i| vec![100.0 + f64::from(i), 400.0 + f64::from(i)])
                .collect(),
        }
    }

    #[test]
    fn a_strip_has_the_asked_width_and_the_faster_is_to_the_left() {
        let strips = strips(&comparison(), 40);
        let column = |line: &str| line.chars().position(|c| c == '┃');
        assert_eq!(strips.len(), 2);
        assert!(column(&strips[0]) < column(&strips[1]), "{strips:?}");
        assert!(
            strips[0].ends_with("104 ns") && strips[1].ends_with("404 ns"),
            "{strips:?}"
        );
    }

    #[test]
    fn words_say_how_many_times() {
        assert_eq!(
            verdict(&comparison(), 1).as_deref(),
            Some("3.9× as fast as the starter, noise ±1 %")
        );
    }

    #[test]
    fn what_differs_less_than_the_noise_is_no_difference() {
        let beside = |other: &[f64]| {
            let rows = other.iter().map(|nanos| vec![100.0, *nanos]).collect();
            let comparison = Comparison {
                rows,
                ..comparison()
            };
            verdict(&comparison, 1).expect("there are pairs")
        };
        assert_eq!(
            beside(&[90.0, 95.0, 101.0, 108.0, 112.0]),
            "as fast as the starter: what differs is less than the noise, ±6 %"
        );
        assert_eq!(
            beside(&[104.0, 104.0, 104.0]),
            "1.04× as fast as the starter, noise ±0 %"
        );
        assert_eq!(
            beside(&[50.0, 50.0, 50.0]),
            "2.0× slower than the starter, noise ±0 %"
        );
    }

    #[test]
    fn one_slow_round_does_not_press_the_others_into_a_corner() {
        let mut slow = comparison();
        slow.rows[3][1] = 9_000_000.0;
        assert_eq!(
            place(404.0, bounds(&series(&slow)), 40),
            place(404.0, bounds(&series(&comparison())), 40)
        );
        assert!(strips(&slow, 40)[1].contains('─'));
    }

    #[test]
    fn a_picture_is_whole_by_itself() {
        let picture = picture(&comparison());
        assert!(
            picture.starts_with("<svg xmlns=") && picture.ends_with("</svg>\n"),
            "{picture}"
        );
    }

    #[test]
    fn a_page_needs_nothing_from_elsewhere_and_escapes_names() {
        let page = page("bench", &[comparison()]);
        assert!(
            page.contains("scan &lt;all&gt;") && !page.contains("http"),
            "{page}"
        );
        assert_eq!(page.matches("<circle").count(), 18);
    }

    #[test]
    fn times_read_as_people_say_them() {
        for (nanos, expected) in [
            (12.0, "12 ns"),
            (1_500.0, "1.5 µs"),
            (2_000_000.0, "2.0 ms"),
            (86_900_000_000.0, "86.9 s"),
        ] {
            assert_eq!(time(nanos), expected);
        }
    }
}
