//! A flame graph: each function a bar over its caller, as wide as its share.

use std::fmt::Write as _;

use super::plot::escape;
use crate::engine::{Frame, Origin};

/// Functions by who called them.
#[derive(Debug, Default)]
pub struct Flame {
    weight: u64,
    callees: Vec<(Frame, Flame)>,
}

const WIDTH: f64 = 1_000.0;
const ROW: f64 = 19.0;
/// Letters of the labels are about as wide.
const LETTER: f64 = 6.7;
/// Narrower bars can't be seen.
const NARROWEST: f64 = 0.4;

impl Flame {
    /// Adds a stack, outermost first.
    pub fn add(&mut self, stack: &[Frame], weight: u64) {
        self.weight += weight;
        let Some((outermost, inner)) = stack.split_first() else {
            return;
        };
        let is_it = |(frame, _): &&mut (Frame, Flame)| {
            frame.name == outermost.name && frame.origin == outermost.origin
        };
        if let Some((_, callee)) = self.callees.iter_mut().find(is_it) {
            return callee.add(inner, weight);
        }
        let mut callee = Flame::default();
        callee.add(inner, weight);
        self.callees.push((outermost.clone(), callee));
        self.callees
            .sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    }

    /// Stacks a line each, functions separated by semicolons, as other programs read them.
    pub fn folded(&self) -> String {
        let mut lines = String::new();
        self.fold(&mut Vec::new(), &mut lines);
        lines
    }

    fn fold<'f>(&'f self, names: &mut Vec<&'f str>, lines: &mut String) {
        let of_callees: u64 = self.callees.iter().map(|(_, callee)| callee.weight).sum();
        if self.weight > of_callees && !names.is_empty() {
            // Writing to a String can't fail, here and below.
            let _ = writeln!(lines, "{} {}", names.join(";"), self.weight - of_callees);
        }
        for (frame, callee) in &self.callees {
            names.push(&frame.name);
            callee.fold(names, lines);
            names.pop();
        }
    }

    fn depth(&self) -> usize {
        let deepest = self.callees.iter().map(|(_, callee)| 1 + callee.depth());
        deepest.max().unwrap_or(0)
    }

    /// The picture, which needs nothing from anywhere else. `amount` says a weight in words.
    #[expect(clippy::cast_precision_loss, reason = "a few dozen rows")]
    pub fn svg(&self, label: &str, amount: &dyn Fn(u64) -> String) -> String {
        let height = self.depth() as f64 * ROW;
        let mut svg = format!(
            "<svg class=\"flame\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             width=\"{WIDTH}\" role=\"img\" aria-label=\"{}\">\n<style>\n{STYLE}</style>\n",
            escape(label)
        );
        let mut painter = Painter {
            svg: &mut svg,
            amount,
            all: self.weight.max(1) as f64,
            height,
        };
        painter.callees(self, 0.0, 0);
        svg.push_str("</svg>\n");
        svg
    }
}

/// Light enough for black letters on a dark page too.
const STYLE: &str = "\
.flame { background: #fff }
.flame text { font: 12px ui-monospace, monospace; fill: #111; pointer-events: none }
.flame rect { stroke: #fff; stroke-width: 0.6 }
.flame .own rect { fill: #f2a33c } .flame .work rect { fill: #8fb8e8 } .flame .lib rect { fill: #d4d6da }
.flame g:hover rect { stroke: #111 }
";

struct Painter<'p> {
    svg: &'p mut String,
    amount: &'p dyn Fn(u64) -> String,
    all: f64,
    height: f64,
}

impl Painter<'_> {
    #[expect(clippy::cast_precision_loss, reason = "shares of a picture")]
    fn callees(&mut self, flame: &Flame, left: f64, row: usize) {
        let mut x = left;
        for (frame, callee) in &flame.callees {
            let width = callee.weight as f64 / self.all * WIDTH;
            if width >= NARROWEST {
                let y = self.height - (row + 1) as f64 * ROW;
                self.bar(frame, callee.weight, (x, y, width));
                self.callees(callee, x, row + 1);
            }
            x += width;
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a number of letters"
    )]
    fn bar(&mut self, frame: &Frame, weight: u64, (x, y, width): (f64, f64, f64)) {
        let class = match frame.origin {
            Origin::Own => "own",
            Origin::Workload => "work",
            Origin::Library | Origin::Probe => "lib",
        };
        let share = weight as f64 / self.all * 100.0;
        let letters = ((width - 6.0) / LETTER).max(0.0) as usize;
        let short = frame.short();
        let _ = writeln!(
            self.svg,
            "<g class=\"{class}\" data-name=\"{0}\"><title>{1}: {share:.1} %, {2}</title>\
             <rect x=\"{x:.2}\" y=\"{y}\" width=\"{width:.2}\" height=\"{ROW}\" rx=\"2\"/>\
             <text x=\"{3:.2}\" y=\"{4}\">{5}</text></g>",
            escape(&short),
            escape(&frame.name),
            (self.amount)(weight),
            x + 3.0,
            y + 13.5,
            escape(&shortened(&short, letters)),
        );
    }
}

/// As much of a name as fits: its last parts, which tell more than the first. Nothing is better than a
/// letter or two.
fn shortened(name: &str, letters: usize) -> String {
    if name.chars().count() <= letters {
        return name.to_owned();
    }
    let last = name.rsplit("::").next().unwrap_or(name);
    match letters {
        0..3 => String::new(),
        _ if last.chars().count() <= letters => last.to_owned(),
        _ => last.chars().take(letters - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(names: &[&str]) -> Vec<Frame> {
        let frame = |name: &&str| Frame {
            name: (*name).to_owned(),
            origin: Origin::Own,
            place: None,
        };
        names.iter().map(frame).collect()
    }

    fn flame() -> Flame {
        let mut flame = Flame::default();
        flame.add(&stack(&["work", "parse"]), 30);
        flame.add(&stack(&["work", "find<T>"]), 60);
        flame.add(&stack(&["work"]), 10);
        flame
    }

    #[test]
    fn stacks_fold_into_lines_of_equal_weight() {
        assert_eq!(
            flame().folded(),
            "work 10\nwork;find<T> 60\nwork;parse 30\n"
        );
    }

    #[test]
    fn a_bar_is_as_wide_as_its_share_and_stands_on_its_caller() {
        let svg = flame().svg("CPU", &|weight| format!("{weight} samples"));
        assert!(svg.contains("<title>find&lt;T&gt;: 60.0 %, 60 samples</title><rect x=\"0.00\" y=\"0\" width=\"600.00\""), "{svg}");
        assert!(
            svg.contains("<rect x=\"600.00\" y=\"0\" width=\"300.00\""),
            "{svg}"
        );
        assert!(
            svg.contains("<rect x=\"0.00\" y=\"19\" width=\"1000.00\""),
            "{svg}"
        );
    }

    #[test]
    fn what_does_not_fit_is_shortened_from_the_front() {
        assert_eq!(shortened("a::bc::def", 10), "a::bc::def");
        assert_eq!(shortened("a::bc::def", 9), "def");
        assert_eq!(shortened("a::bc::definition", 5), "defi…");
        assert_eq!(shortened("a::bc::def", 2), "");
    }
}
