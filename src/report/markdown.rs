//! Statements and notes, written in Markdown, for the terminal.

use termimad::MadSkin;
use termimad::crossterm::style::Color;

use super::text;

/// Renders a text for so many columns, with ANSI colours.
pub fn render(markdown: &str, width: usize) -> String {
    let mut skin = MadSkin::default_dark();
    skin.set_headers_fg(Color::Cyan);
    skin.headers[0].align = termimad::Alignment::Left;
    skin.headers[0]
        .compound_style
        .add_attr(termimad::crossterm::style::Attribute::Bold);
    // A background of its own looks right on dark terminals only.
    skin.inline_code.object_style.background_color = None;
    skin.inline_code.set_fg(Color::Yellow);
    skin.code_block.compound_style.object_style.background_color = None;
    skin.code_block.set_fg(Color::Green);
    skin.code_block.left_margin = 2;
    let text = join_wrapped_lines(&strip_fence_languages(markdown));
    // Wrapped here and not by the renderer, which breaks lines between a span of code and the comma after it.
    // But a table has to know how wide it may be.
    let has_table = text.lines().any(|line| line.starts_with('|'));
    let rendered = termimad::FmtText::from(&skin, &text, has_table.then_some(width)).to_string();
    let lines = rendered.trim_end().lines().map(trim_styled);
    let lines = lines.flat_map(|line| wrapped(&line, width));
    lines.collect::<Vec<_>>().join("\n")
}

/// A line in pieces; those after the first begin below the text, also below that of a list's item.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let plain = text::plain(line);
    let inside = plain.trim_start();
    let marker = match inside.split_once(' ') {
        Some((marker, _)) if marker == "•" || is_numbered(inside) => text::width(marker) + 1,
        _ => 0,
    };
    let indent = plain.len() - inside.len() + marker;
    if text::width(line) <= width || indent == 0 || indent * 2 > width {
        return text::wrap(line, width);
    }
    let (head, rest) = text::split(line, indent);
    let pieces = text::wrap(&rest, width - indent).into_iter().enumerate();
    let space = " ".repeat(indent);
    pieces
        .map(|(at, piece)| {
            if at == 0 {
                head.clone() + &piece
            } else {
                space.clone() + &piece
            }
        })
        .collect()
}

/// A line without the padding at its end, which would wrap in a narrower terminal; colours are still
/// switched off.
fn trim_styled(line: &str) -> String {
    let mut kept = line;
    let mut styles = Vec::new();
    loop {
        kept = kept.trim_end();
        // A style sequence is `ESC [ numbers m`.
        let style = kept.rfind("\x1b[").filter(|&at| {
            let inside = kept[at + 2..].strip_suffix('m');
            inside.is_some_and(|inside| inside.bytes().all(|b| b.is_ascii_digit() || b == b';'))
        });
        let Some(at) = style else { break };
        styles.push(&kept[at..]);
        kept = &kept[..at];
    }
    styles.reverse();
    kept.to_owned() + &styles.concat()
}

/// The text before the first section: what is going on, without the rest.
pub fn scenario(text: &str) -> String {
    let lines = text
        .lines()
        .skip_while(|line| line.starts_with("# ") || line.trim().is_empty());
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
    lines.join("\n").trim().to_owned()
}

/// The renderer shows a fence's language as if it were code.
fn strip_fence_languages(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| if line.starts_with("```") { "```" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

/// Sources are wrapped at some column; the terminal has its own. Lines of one paragraph or list item
/// become one line, and the renderer wraps that.
fn join_wrapped_lines(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut fenced = false;
    let mut open = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let is_fence = trimmed.starts_with("```");
        let starts_block = is_fence
            || trimmed.is_empty()
            || trimmed.starts_with(['#', '|', '>'])
            || trimmed.starts_with("- ")
            || trimmed.starts_with("* ")
            || is_numbered(trimmed);
        if fenced || starts_block || !open {
            if !joined.is_empty() {
                joined.push('\n');
            }
            joined.push_str(if fenced { line } else { line.trim_end() });
        } else {
            joined.push(' ');
            joined.push_str(trimmed.trim_end());
        }
        if is_fence {
            fenced = !fenced;
        }
        let closed_itself = trimmed.starts_with(['#', '|']);
        open = !fenced && !is_fence && !trimmed.is_empty() && !closed_itself;
    }
    joined
}

fn is_numbered(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && line[digits..].starts_with(". ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_items_become_one_line_each() {
        let check = |text: &str, expected: &str| assert_eq!(join_wrapped_lines(text), expected);
        check("a\nb\n\nc\nd", "a b\n\nc d");
        check("1. a\n   b\n2. c", "1. a b\n2. c");
        check("# t\na\nb", "# t\na b");
        check("```\na\nb\n```\nc\nd", "```\na\nb\n```\nc d");
        check("| a |\n| b |\n\n- x\n  y", "| a |\n| b |\n\n- x y");
    }

    #[test]
    fn padding_goes_and_colours_stay() {
        let check =
            |line: &str, expected: &str| assert_eq!(trim_styled(line), expected, "{line:?}");
        check("a  ", "a");
        check("\x1b[31ma  \x1b[39m  ", "\x1b[31ma\x1b[39m");
        check(
            "\x1b[32ma\x1b[39m\x1b[32m   \x1b[39m",
            "\x1b[32ma\x1b[39m\x1b[32m\x1b[39m",
        );
        check("", "");
        check("a[1m", "a[1m");
    }

    #[test]
    fn the_scenario_is_what_comes_before_the_sections() {
        assert_eq!(
            scenario("# Title\n\nOne.\n\nTwo.\n\n## By the end\n\nThree."),
            "One.\n\nTwo."
        );
    }

    #[test]
    fn no_line_begins_with_the_comma_after_a_span_of_code() {
        let text = "The request `r-17`, the trace `t-1234`, and so on: `Index<'t>`.\n\n- An item, `as long as that`, and more.\n1. Numbered `one`, and more of it.\n";
        for width in 20..60 {
            let rendered = anstream::adapter::strip_str(&render(text, width)).to_string();
            for line in rendered.lines() {
                assert!(
                    !line.trim_start().starts_with([',', '.', ':']),
                    "{width}:\n{rendered}"
                );
                assert!(line.chars().count() <= width, "{width}:\n{rendered}");
            }
        }
        let narrow = anstream::adapter::strip_str(&render(text, 24)).to_string();
        assert!(
            narrow.contains("• An item, as long as\n  that, and more."),
            "{narrow}"
        );
        assert!(
            narrow.contains("1. Numbered one, and\n   more of it."),
            "{narrow}"
        );
    }

    #[test]
    fn no_line_is_wider_than_asked_for() {
        let text =
            "# T\n\nA sentence with `code` and more words than fit into a narrow terminal.\n";
        let rendered = anstream::adapter::strip_str(&render(text, 30)).to_string();
        let widest = rendered.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(30), "{rendered}");
    }
}
