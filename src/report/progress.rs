//! How far a learner is, as a page of its own: by week, objective and day.

use std::fmt::Write as _;

use super::plot::escape;

/// What the page shows.
pub struct Page<'c> {
    /// The course.
    pub title: &'c str,
    /// In a few words each: exercises, objectives, time.
    pub facts: Vec<String>,
    /// In teaching order.
    pub weeks: Vec<Week<'c>>,
    /// In teaching order: id, text, and how it stands.
    pub objectives: Vec<(&'c str, &'c str, Reach)>,
    /// Every day from the first pass to the last: its date, and how many exercises were passed.
    pub days: Vec<(String, u32)>,
}

/// A week, with its topics and projects.
pub struct Week<'c> {
    /// Its title.
    pub title: &'c str,
    /// Title, and its exercises.
    pub parts: Vec<(&'c str, Vec<Standing<'c>>)>,
}

/// How an exercise stands: its id, its title, its state in a word.
pub type Standing<'c> = (&'c str, &'c str, &'static str);

/// How an objective stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// An exercise that teaches it is passed.
    Reached,
    /// An exercise teaches it.
    Open,
    /// No exercise teaches it yet.
    Untaught,
}

impl Reach {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Reach::Reached => "reached",
            Reach::Open => "open",
            Reach::Untaught => "untaught",
        }
    }
}

/// The page. It needs nothing from anywhere else.
pub fn page(page: &Page<'_>) -> String {
    let title = escape(page.title);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<style>\n{STYLE}</style>\n\
         <title>{title}: progress</title></head><body>\n<h1>{title}</h1>\n<ul class=\"facts\">\n"
    );
    // Writing to a String can't fail, here and below.
    for fact in &page.facts {
        let _ = writeln!(html, "<li>{}</li>", escape(fact));
    }
    html.push_str(
        "</ul>\n<p class=\"key\"><i class=\"passed\"></i> passed <i class=\"broken\"></i> passed once, failing \
         now <i class=\"skipped\"></i> left for later <i class=\"open\"></i> open</p>\n<h2>By week</h2>\n",
    );
    for week in &page.weeks {
        week_of(week, &mut html);
    }
    html.push_str("<h2>By day</h2>\n");
    if page.days.is_empty() {
        html.push_str("<p>Nothing is passed yet.</p>\n");
    } else {
        html.push_str(&days(&page.days));
    }
    html.push_str("<h2>By objective</h2>\n<p class=\"key\"><i class=\"passed\"></i> reached <i class=\"open\"></i> an exercise teaches it <i class=\"untaught\"></i> no exercise yet</p>\n");
    let mut topic = None;
    for (id, text, reach) in &page.objectives {
        let (of, name) = id.split_once('.').unwrap_or(("", id));
        if topic != Some(of) {
            if topic.is_some() {
                html.push_str("</dl></details>\n");
            }
            let all = || {
                page.objectives
                    .iter()
                    .filter(|one| one.0.split('.').next() == Some(of))
            };
            let reached = all().filter(|one| one.2 == Reach::Reached).count();
            let _ = writeln!(
                html,
                "<details><summary>{} <small>{reached} of {}</small></summary><dl>",
                escape(&of.replace('_', " ")),
                all().count()
            );
            topic = Some(of);
        }
        let class = match reach {
            Reach::Reached => "passed",
            other => other.name(),
        };
        let _ = writeln!(
            html,
            "<dt><i class=\"{class}\" title=\"{}\"></i> {}</dt><dd>{}</dd>",
            reach.name(),
            escape(name),
            escape(text)
        );
    }
    if topic.is_some() {
        html.push_str("</dl></details>\n");
    }
    html.push_str("</body></html>\n");
    html
}

fn week_of(week: &Week<'_>, html: &mut String) {
    let all = || week.parts.iter().flat_map(|(_, exercises)| exercises);
    let total = all().count();
    let passed = all().filter(|(_, _, state)| *state == "passed").count();
    let share = (passed * 100).checked_div(total).unwrap_or(0);
    let _ = writeln!(
        html,
        "<section><h3>{} <small>{passed} of {total}</small></h3>\n\
         <div class=\"bar\"><b style=\"width:{share}%\"></b></div>",
        escape(week.title)
    );
    for (title, exercises) in &week.parts {
        let _ = write!(html, "<p class=\"part\"><span>{}</span> ", escape(title));
        for (id, title, state) in exercises {
            let (id, title) = (escape(id), escape(title));
            let _ = write!(
                html,
                "<i class=\"{state}\" title=\"{id}: {title}, {state}\" aria-label=\"{id}, {state}\"></i>"
            );
        }
        html.push_str("</p>\n");
    }
    html.push_str("</section>\n");
}

/// A bar for each day, with the first, the last and the best of them named.
fn days(days: &[(String, u32)]) -> String {
    const HEIGHT: u32 = 90;
    const STEP: usize = 14;
    let most = days
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(1)
        .max(1);
    let width = (days.len() * STEP).max(220);
    let mut svg = format!(
        "<div class=\"wide\"><svg viewBox=\"0 0 {width} {}\" width=\"{width}\" role=\"img\" \
         aria-label=\"Exercises passed by day\">\n",
        HEIGHT + 40
    );
    for (at, (day, count)) in days.iter().enumerate() {
        let height = count * HEIGHT / most;
        let _ = writeln!(
            svg,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{height}\"><title>{day}: {count}</title></rect>",
            at * STEP,
            20 + HEIGHT - height,
            STEP - 3
        );
    }
    let best = days
        .iter()
        .position(|(_, count)| *count == most)
        .unwrap_or(0);
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"14\">{most}</text>\n<text x=\"0\" y=\"{2}\">{1}</text>",
        best * STEP,
        days[0].0,
        HEIGHT + 36
    );
    if days.len() * STEP > 180 {
        let _ = writeln!(
            svg,
            "<text x=\"{width}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            HEIGHT + 36,
            days[days.len() - 1].0
        );
    }
    svg.push_str("</svg></div>\n");
    svg
}

const STYLE: &str = "\
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem; padding: 0 1rem }
small { font-weight: normal; opacity: .7 }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; list-style: none; padding: 0; font-size: 1.1rem }
.bar { background: #8883; border-radius: 4px; height: 8px } .bar b { display: block; height: 8px; border-radius: 4px; background: #3a9d5d }
h3 { margin: 1.5rem 0 .3rem }
.part { margin: .3rem 0 } .part span { display: inline-block; min-width: 15rem }
i { display: inline-block; width: .8em; height: .8em; border-radius: 3px; margin-right: 3px; box-sizing: border-box }
i.passed { background: #3a9d5d } i.broken { background: #d1495b } i.skipped { background: #e0a83a }
i.open { border: 1.5px solid #888a } i.untaught { border: 1.5px dotted #888a }
.key i { margin-left: 1em } .key i:first-child { margin-left: 0 } .key { opacity: .8 }
details { margin: .2rem 0 } dl { margin: .3rem 0 .8rem 1rem } dt { font-weight: 600 } dd { margin: 0 0 .3rem 1.3em }
.wide { overflow-x: auto } svg rect { fill: #3a9d5d } text { font: 12px system-ui, sans-serif; fill: currentColor }
@media (prefers-color-scheme: dark) { body { background: #16181c; color: #e6e6e6 } }
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_escapes_what_it_shows_and_needs_nothing_from_elsewhere() {
        let shown = page(&Page {
            title: "Rust & <more>",
            facts: vec!["1 of 2 exercises".to_owned()],
            weeks: vec![Week {
                title: "First",
                parts: vec![(
                    "Basics",
                    vec![("a", "A \"b\"", "passed"), ("c", "C", "open")],
                )],
            }],
            objectives: vec![
                ("values.one", "Say <what>", Reach::Reached),
                ("values.two", "x", Reach::Open),
                ("other.one", "y", Reach::Untaught),
            ],
            days: vec![("2026-11-27".to_owned(), 1), ("2026-11-28".to_owned(), 3)],
        });
        for text in [
            "Rust &amp; &lt;more&gt;",
            "First <small>1 of 2</small>",
            "width:50%",
            "title=\"a: A &quot;b&quot;, passed\"",
            "values <small>1 of 2</small>",
            "Say &lt;what&gt;",
            "<title>2026-11-28: 3</title>",
        ] {
            assert!(shown.contains(text), "no `{text}` in:\n{shown}");
        }
        assert!(
            !shown.contains("http") && !shown.contains("<script"),
            "{shown}"
        );
        assert_eq!(
            shown.matches("<details>").count(),
            shown.matches("</details>").count()
        );
    }

    #[test]
    fn a_course_without_anything_passed_has_a_page_too() {
        let shown = page(&Page {
            title: "T",
            facts: Vec::new(),
            weeks: vec![Week {
                title: "Empty",
                parts: Vec::new(),
            }],
            objectives: Vec::new(),
            days: Vec::new(),
        });
        assert!(shown.contains("Nothing is passed yet"), "{shown}");
    }
}
