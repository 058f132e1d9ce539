//! A profile as tables in the terminal and as a page of its own.

use std::fmt::Write as _;

use colored::Colorize as _;

use super::flame::Flame;
use super::plot::escape;
use super::tables::{columns, shown};
use crate::engine::{Function, Origin, Place, Profile, Site};

/// What a profile is of, in words that the page and the terminal share.
pub struct Heading {
    /// The exercise.
    pub exercise: String,
    /// `mine`, `starter` or `reference`.
    pub whose: &'static str,
    /// As the package is built.
    pub opt_level: String,
}

impl Heading {
    fn title(&self) -> String {
        format!(
            "{}: where {} spends time and memory",
            self.exercise, self.whose
        )
    }

    fn build(&self) -> String {
        match self.opt_level.as_str() {
            "0" => "built without optimisation, so times mislead".to_owned(),
            level => format!("opt-level {level}"),
        }
    }
}

/// How many functions and lines are named.
const ROWS: usize = 8;

/// The functions to name: those that take a hundredth at least. The test that calls the rest is no news.
pub(super) fn named(profile: &Profile) -> Vec<Function> {
    let least = profile.samples().div_ceil(100);
    let counts = |function: &Function| match function.origin {
        Origin::Workload => function.own >= least,
        _ => function.total >= least,
    };
    let functions = profile.functions().into_iter().filter(counts);
    functions.take(ROWS).collect()
}

/// The tables, in so many columns.
pub fn lines(heading: &Heading, profile: &Profile, width: usize) -> Vec<String> {
    let of = format!(
        "{}, workload {}, {}",
        heading.whose,
        profile.workload,
        heading.build()
    );
    let sites = profile.sites();
    let mut lines = vec![format!("{} {}", heading.exercise.bold(), of.dimmed())];
    lines.push(format!("CPU: {}", cpu_words(profile)));
    lines.extend(fitted(cpu_rows(profile), 3, width));
    lines.push(format!("Heap: {}", heap_words(profile)));
    lines.extend(fitted(heap_rows(profile, &sites, By::Bytes), 4, width));
    if let Some(sites) = by_count(&sites) {
        lines.push("Heap by count".to_owned());
        lines.extend(fitted(heap_rows(profile, &sites, By::Count), 4, width));
    }
    lines
}

/// Rows in columns. Beyond the first few, columns go where there is no room: the last says least.
fn fitted(mut rows: Vec<Vec<String>>, first_few: usize, width: usize) -> Vec<String> {
    loop {
        let lines: Vec<String> = columns(&rows)
            .iter()
            .map(|row| format!("  {}", row.trim_end()))
            .collect();
        let widest = lines.iter().map(|line| shown(line)).max().unwrap_or(0);
        let count = rows.first().map_or(0, Vec::len);
        if widest <= width || count <= first_few {
            return lines;
        }
        for row in &mut rows {
            row.truncate(count - 1);
        }
    }
}

fn cpu_words(profile: &Profile) -> String {
    match profile.samples() {
        0 => "never seen computing; the workload waits for something else".to_owned(),
        samples => format!(
            "seen {} times in {} calls; self is a function with the library code that it calls",
            thousands(samples),
            thousands(profile.calls)
        ),
    }
}

fn cpu_rows(profile: &Profile) -> Vec<Vec<String>> {
    let samples = profile.samples();
    let functions = named(profile);
    if functions.is_empty() {
        return Vec::new();
    }
    let head = ["self", "total", "function", "mostly at", "mostly in"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for function in functions {
        let library = function
            .library
            .filter(|(_, count)| count * 4 >= function.own);
        rows.push(vec![
            share(function.own, samples),
            share(function.total, samples),
            function.name,
            function.hottest.as_ref().map_or_else(String::new, place),
            library.map_or_else(String::new, |(name, _)| name),
        ]);
    }
    rows
}

fn sums(sites: &[Site]) -> (u64, u64) {
    let bytes = sites.iter().map(|site| site.bytes).sum();
    (bytes, sites.iter().map(|site| site.count).sum())
}

fn heap_words(profile: &Profile) -> String {
    match sums(&profile.sites()) {
        (_, 0) => "one call allocates nothing".to_owned(),
        (bytes, 1) => format!("one call allocates once, {} bytes in all", thousands(bytes)),
        (bytes, count) => format!(
            "one call allocates {} times, {} bytes in all",
            thousands(count),
            thousands(bytes)
        ),
    }
}

/// What a table of allocations is ordered by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Bytes,
    Count,
}

fn heap_rows(profile: &Profile, sites: &[Site], by: By) -> Vec<Vec<String>> {
    let (bytes, count) = sums(&profile.sites());
    if count == 0 {
        return Vec::new();
    }
    let head = match by {
        By::Bytes => ["bytes", "", "count"],
        By::Count => ["count", "", "bytes"],
    };
    let head = head.into_iter().chain(["line", "function", "by"]);
    let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).collect()];
    for site in sites.iter().take(ROWS) {
        let (first, whole, second) = match by {
            By::Bytes => (site.bytes, bytes, site.count),
            By::Count => (site.count, count, site.bytes),
        };
        rows.push(vec![
            thousands(first),
            share(first, whole),
            thousands(second),
            site.place.as_ref().map_or_else(String::new, place),
            site.function.clone(),
            site.library.clone().unwrap_or_default(),
        ]);
    }
    rows
}

/// The lines in the order of how often they allocate, where that names others first.
fn by_count(sites: &[Site]) -> Option<Vec<Site>> {
    let mut order: Vec<&Site> = sites.iter().collect();
    order.sort_by_key(|site| std::cmp::Reverse((site.count, site.bytes)));
    let differs = order
        .iter()
        .zip(sites)
        .take(3)
        .any(|(one, other)| *one != other);
    differs.then(|| order.into_iter().cloned().collect())
}

fn place((file, line): &Place) -> String {
    format!("{file}:{line}")
}

fn share(part: u64, whole: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a percentage")]
    let percent = part as f64 / whole.max(1) as f64 * 100.0;
    format!("{percent:3.0} %")
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The three pictures of a profile: their file names, and what they show.
pub fn flames(profile: &Profile) -> [(&'static str, &'static str, Flame); 3] {
    let mut flames = [
        ("cpu", "CPU time"),
        ("heap-bytes", "Heap, by bytes of one call"),
        ("heap-count", "Heap, by allocations of one call"),
    ]
    .map(|(name, title)| (name, title, Flame::default()));
    let [(.., cpu), (.., bytes), (.., count)] = &mut flames;
    for sample in &profile.cpu {
        cpu.add(&sample.stack, sample.count);
    }
    for allocation in &profile.heap {
        bytes.add(&allocation.stack, allocation.bytes);
        count.add(&allocation.stack, allocation.count);
    }
    flames
}

/// A picture by itself.
pub fn svg(name: &str, title: &str, flame: &Flame) -> String {
    let unit = match name {
        "cpu" => "samples",
        "heap-bytes" => "bytes",
        _ => "allocations",
    };
    flame.svg(title, &|weight| format!("{} {unit}", thousands(weight)))
}

/// A page with all pictures and tables. It needs nothing from anywhere else.
pub fn page(heading: &Heading, profile: &Profile) -> String {
    let title = escape(&heading.title());
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<style>\n{STYLE}</style>\n\
         <title>{title}</title></head><body>\n<h1>{title}</h1>\n"
    );
    // Writing to a String can't fail, here and below.
    let _ = writeln!(
        html,
        "<p>Workload <code>{}</code>, {}. A bar is a function, and stands on the one that called it; its \
         width is its share. <span class=\"own\">yours</span> <span class=\"work\">the workload's test</span> \
         <span class=\"lib\">library code</span>. Click a bar to have it fill the width, and the lowest to \
         go back.</p>",
        escape(&profile.workload),
        escape(&heading.build()),
    );
    let sites = profile.sites();
    let [cpu, bytes, count] = flames(profile);
    let _ = writeln!(
        html,
        "<h2>{}</h2>\n<p>{}.</p>",
        cpu.1,
        capital(&cpu_words(profile))
    );
    if profile.samples() > 0 {
        html.push_str(&svg(cpu.0, cpu.1, &cpu.2));
        html.push_str(&table(&cpu_rows(profile), 2));
    }
    let _ = writeln!(
        html,
        "<h2>{}</h2>\n<p>{}.</p>",
        bytes.1,
        capital(&heap_words(profile))
    );
    if !sites.is_empty() {
        html.push_str(&svg(bytes.0, bytes.1, &bytes.2));
        html.push_str(&table(&heap_rows(profile, &sites, By::Bytes), 3));
        let _ = writeln!(html, "<h2>{}</h2>", count.1);
        html.push_str(&svg(count.0, count.1, &count.2));
        if let Some(sites) = by_count(&sites) {
            html.push_str(&table(&heap_rows(profile, &sites, By::Count), 3));
        }
    }
    let _ = writeln!(html, "<script>\n{SCRIPT}</script>\n</body></html>");
    html
}

/// The words as a sentence begins.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    escape(&first.into_iter().chain(letters).collect::<String>())
}

/// The first columns are numbers.
fn table(rows: &[Vec<String>], numbers: usize) -> String {
    let mut html = String::from("<div class=\"wide\"><table>\n");
    for (at, row) in rows.iter().enumerate() {
        let tag = if at == 0 { "th" } else { "td" };
        html.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let class = if column < numbers {
                " class=\"number\""
            } else {
                ""
            };
            let _ = write!(html, "<{tag}{class}>{}</{tag}>", escape(cell.trim()));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</table></div>\n");
    html
}

const STYLE: &str = "\
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem }
svg { max-width: 100%; height: auto; border-radius: 3px }
svg g { cursor: pointer }
span.own, span.work, span.lib { color: #111; border-radius: 2px; padding: 0 .4em; white-space: nowrap }
span.own { background: #f2a33c } span.work { background: #8fb8e8 } span.lib { background: #d4d6da }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin: 1rem 0 }
th { font-weight: 600; text-align: left } th, td { padding: .1rem .8rem .1rem 0; white-space: nowrap }
td { font: 13px/1.6 ui-monospace, monospace } .number { text-align: right }
@media (prefers-color-scheme: dark) { body { background: #16181c; color: #e6e6e6 } }
";

/// Widens the bar that is clicked to the whole width, with what stands on it; what it stands on fills the
/// width too. Labels are cut anew.
const SCRIPT: &str = "\
for (const svg of document.querySelectorAll('svg.flame')) {
  const whole = svg.viewBox.baseVal.width;
  const bars = [...svg.querySelectorAll('g')].map(g => {
    const r = g.querySelector('rect'), t = g.querySelector('text');
    return { g, r, t, name: g.dataset.name, x: +r.getAttribute('x'), w: +r.getAttribute('width'), y: +r.getAttribute('y') };
  });
  const cut = (name, n) => {
    const last = name.split('::').pop();
    return name.length <= n ? name : n < 3 ? '' : last.length <= n ? last : last.slice(0, n - 1) + '…';
  };
  const zoom = to => {
    for (const b of bars) {
      const above = b.y <= to.y && b.x >= to.x - 0.01 && b.x + b.w <= to.x + to.w + 0.02;
      const below = b.y > to.y && b.x <= to.x + 0.01 && b.x + b.w >= to.x + to.w - 0.02;
      b.g.style.display = above || below ? '' : 'none';
      const x = below ? 0 : (b.x - to.x) / to.w * whole, w = below ? whole : b.w / to.w * whole;
      b.r.setAttribute('x', x); b.r.setAttribute('width', w);
      b.t.setAttribute('x', x + 3); b.t.textContent = cut(b.name, Math.floor((w - 6) / 6.7));
    }
  };
  const low = Math.max(...bars.map(b => b.y));
  for (const b of bars) b.g.addEventListener('click', () => zoom(b.y === low ? { x: 0, w: whole, y: low } : b));
}
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Allocation, Frame, Sample};

    fn frame(name: &str, origin: Origin, line: Option<u32>) -> Frame {
        Frame {
            name: name.to_owned(),
            origin,
            place: line.map(|line| ("src/lib.rs".to_owned(), line)),
        }
    }

    /// `search` takes most of the time, half of it in library code; `load` allocates most often.
    fn profile() -> Profile {
        let test = || frame("speed::work", Origin::Workload, None);
        let search = |line| frame("search", Origin::Own, Some(line));
        let load = || frame("load", Origin::Own, Some(30));
        let library = || {
            frame(
                "<core::slice::Iter as a::Iterator>::next",
                Origin::Library,
                None,
            )
        };
        let sample = |stack, count| Sample { stack, count };
        let allocation = |stack, count, bytes| Allocation {
            stack,
            count,
            bytes,
        };
        Profile {
            workload: "work".to_owned(),
            calls: 1_234,
            cpu: vec![
                sample(vec![test(), search(10)], 40),
                sample(vec![test(), search(11), library()], 50),
                // A function that calls itself is on the stack once.
                sample(vec![test(), load(), search(12), load()], 9),
                sample(vec![test()], 1),
            ],
            heap: vec![
                allocation(vec![test(), load(), library()], 99, 1_000),
                allocation(vec![test(), search(10)], 1, 9_000),
            ],
        }
    }

    fn heading() -> Heading {
        Heading {
            exercise: "find_it".to_owned(),
            whose: "mine",
            opt_level: "3".to_owned(),
        }
    }

    #[test]
    fn the_tables_name_functions_by_their_time_and_lines_by_what_they_allocate() {
        let lines = lines(&heading(), &profile(), 100).join("\n");
        let expected = "\
find_it mine, workload work, opt-level 3
CPU: seen 100 times in 1,234 calls; self is a function with the library code that it calls
  self   total  function     mostly at      mostly in
   90 %   99 %  search       src/lib.rs:11  Iter::next
    9 %    9 %  load         src/lib.rs:30
    1 %  100 %  speed::work
Heap: one call allocates 100 times, 10,000 bytes in all
  bytes         count  line           function  by
  9,000   90 %  1      src/lib.rs:10  search
  1,000   10 %  99     src/lib.rs:30  load      Iter::next
Heap by count
  count         bytes  line           function  by
  99      99 %  1,000  src/lib.rs:30  load      Iter::next
  1        1 %  9,000  src/lib.rs:10  search";
        assert_eq!(anstream::adapter::strip_str(&lines).to_string(), expected);
    }

    #[test]
    fn in_a_narrow_terminal_the_columns_that_say_least_go() {
        let lines = lines(&heading(), &profile(), 40);
        let is_row = |line: &&String| line.starts_with(' ');
        for line in lines.iter().filter(is_row) {
            assert!(shown(line) <= 40, "{line}");
        }
        assert!(
            lines.iter().any(|line| line.ends_with("src/lib.rs:30")),
            "{lines:?}"
        );
    }

    #[test]
    fn nothing_to_see_is_said() {
        let nothing = Profile {
            workload: "work".to_owned(),
            calls: 3,
            cpu: Vec::new(),
            heap: Vec::new(),
        };
        let lines = lines(&heading(), &nothing, 100).join("\n");
        assert!(lines.contains("never seen computing"), "{lines}");
        assert!(lines.ends_with("one call allocates nothing"), "{lines}");
        let page = page(&heading(), &nothing);
        assert!(!page.contains("<svg"), "{page}");
    }
}
