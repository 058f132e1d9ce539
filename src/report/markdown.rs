//! Statements and notes, written in Markdown, for the terminal.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::text;

const BOLD: (&str, &str) = ("\x1b[1m", "\x1b[22m");
const ITALIC: (&str, &str) = ("\x1b[3m", "\x1b[23m");
const HEADING: (&str, &str) = ("\x1b[1;36m", "\x1b[0m");
const CODE: (&str, &str) = ("\x1b[33m", "\x1b[39m");
const BLOCK_OF_CODE: (&str, &str) = ("\x1b[32m", "\x1b[39m");

/// What separates the columns of a table.
const BETWEEN: &str = " │ ";

/// A column of a table gets no narrower.
const NARROWEST: usize = 4;

/// Renders a text for so many columns, with ANSI colours. Lines of a source are wrapped at some column; here
/// each paragraph is wrapped anew.
pub fn render(markdown: &str, width: usize) -> String {
    let mut page = Page {
        width: width.max(2),
        ..Page::default()
    };
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        page.take(event);
    }
    page.flush();
    page.lines.join("\n")
}

/// A page that is being written.
#[derive(Default)]
struct Page {
    width: usize,
    lines: Vec<String>,
    /// The paragraph, heading, item, cell or block of code that is open.
    text: String,
    /// What stands before the lines: list items and quotations, the innermost last.
    margins: Vec<Margin>,
    /// The numbers of the next items, for the lists that are open; none for lists with bullets.
    lists: Vec<Option<u64>>,
    /// Addresses of the links that are open, if they are to be shown, and where their texts begin.
    links: Vec<(Option<String>, usize)>,
    is_code: bool,
    table: Option<Table>,
}

/// What stands before the lines of an item or a quotation.
struct Margin {
    /// Before the next line.
    next: String,
    /// Before those after it.
    rest: String,
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<String>>,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Code(code) => self.push(&format!("{}{code}{}", CODE.0, CODE.1)),
            Event::SoftBreak => self.push(" "),
            Event::HardBreak => self.flush(),
            Event::Rule => {
                self.begin_block();
                self.put(&"─".repeat(self.width));
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.push(&text),
            // None of the extensions that make these is on.
            Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.begin_block(),
            Tag::Heading { .. } => {
                self.begin_block();
                self.push(HEADING.0);
            }
            Tag::BlockQuote(_) => {
                self.begin_block();
                let (next, rest) = ("│ ".to_owned(), "│ ".to_owned());
                self.margins.push(Margin { next, rest });
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.begin_block();
                self.is_code = true;
            }
            Tag::List(first) => {
                self.flush();
                if self.lists.is_empty() {
                    self.gap();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                let next = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "• ".to_owned(),
                };
                let rest = " ".repeat(text::width(&next));
                self.margins.push(Margin { next, rest });
            }
            Tag::Table(_) => {
                self.begin_block();
                self.table = Some(Table::default());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Strong => self.push(BOLD.0),
            Tag::Emphasis => self.push(ITALIC.0),
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => {
                let is_shown = !matches!(link_type, LinkType::Autolink | LinkType::Email);
                let address = is_shown.then(|| dest_url.to_string());
                self.links.push((address, self.text.len()));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush(),
            TagEnd::Heading(_) => {
                self.push(HEADING.1);
                self.flush();
            }
            TagEnd::BlockQuote(_) | TagEnd::Item => {
                self.flush();
                self.margins.pop();
            }
            TagEnd::CodeBlock => {
                self.is_code = false;
                for line in std::mem::take(&mut self.text).lines() {
                    self.put(&format!("  {}{line}{}", BLOCK_OF_CODE.0, BLOCK_OF_CODE.1));
                }
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.text);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    for line in table.lines(self.room()) {
                        self.put(&line);
                    }
                }
            }
            TagEnd::Strong => self.push(BOLD.1),
            TagEnd::Emphasis => self.push(ITALIC.1),
            TagEnd::Link => {
                if let Some((Some(address), start)) = self.links.pop()
                    && self.text.get(start..) != Some(&address)
                {
                    self.push(&format!(" ({address})"));
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends what is open, and leaves a line before what comes.
    fn begin_block(&mut self) {
        self.flush();
        self.gap();
    }

    /// An empty line, but not at the top, not twice, and not between an item's mark and its text.
    fn gap(&mut self) {
        let is_fresh = |margin: &Margin| margin.next != margin.rest;
        let is_open = self.lines.last().is_some_and(|line| !line.is_empty());
        if is_open && !self.margins.iter().any(is_fresh) {
            self.lines.push(String::new());
        }
    }

    /// Puts down the text that is open.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.put(text.trim_end());
        }
    }

    /// The columns between the margins and the edge.
    fn room(&self) -> usize {
        let margins: usize = self.margins.iter().map(|one| text::width(&one.rest)).sum();
        self.width.saturating_sub(margins).max(self.width / 2)
    }

    /// Puts a line down, in as many pieces as it needs.
    fn put(&mut self, line: &str) {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let (indent, inside) = line.split_at(indent);
        let pieces = text::wrap(inside, self.room().saturating_sub(indent.len()));
        for piece in pieces {
            let mut whole = String::new();
            for margin in &mut self.margins {
                whole.push_str(&margin.next);
                margin.next.clone_from(&margin.rest);
            }
            whole.push_str(indent);
            whole.push_str(&piece);
            self.lines.push(whole);
        }
    }
}

impl Table {
    /// The rows, the first as a head, in at most so many columns as far as that is possible.
    fn lines(&self, room: usize) -> Vec<String> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let mut widths: Vec<usize> = (0..count)
            .map(|at| {
                let cells = self.rows.iter().filter_map(|row| row.get(at));
                cells
                    .map(|cell| text::width(cell))
                    .max()
                    .unwrap_or_default()
            })
            .collect();
        let room = room.saturating_sub(count.saturating_sub(1) * text::width(BETWEEN));
        while widths.iter().sum::<usize>() > room {
            // Of several the first: sentences stand in the last column.
            let widest = widths.iter_mut().rev().max();
            let Some(widest) = widest.filter(|widest| **widest > NARROWEST) else {
                break;
            };
            *widest -= 1;
        }
        let mut lines = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            let cells: Vec<Vec<String>> = (row.iter().zip(&widths))
                .map(|(cell, &width)| match at {
                    0 => text::wrap(&format!("{}{cell}{}", BOLD.0, BOLD.1), width),
                    _ => text::wrap(cell, width),
                })
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or_default();
            for line in 0..height {
                let parts = cells.iter().zip(&widths).map(|(cell, &width)| {
                    let part = cell.get(line).map_or("", String::as_str);
                    let padding = width.saturating_sub(text::width(part));
                    format!("{part}{}", " ".repeat(padding))
                });
                let parts: Vec<String> = parts.collect();
                lines.push(parts.join(BETWEEN).trim_end().to_owned());
            }
            if at == 0 {
                let rules: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
                lines.push(rules.join("─┼─"));
            }
        }
        lines
    }
}

/// The text before the first section: what is going on, without the rest.
pub fn scenario(text: &str) -> String {
    let lines = text
        .lines()
        .skip_while(|line| line.starts_with("# ") || line.trim().is_empty());
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with("## ")).collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str, width: usize) -> String {
        let rendered = render(markdown, width);
        let lines = rendered
            .lines()
            .map(|line| text::plain(line).trim_end().to_owned());
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn each_block_is_laid_out() {
        let check = |markdown: &str, expected: &str| assert_eq!(shown(markdown, 20), expected);
        check("a\nb\n\nc\nd", "a b\n\nc d");
        check("# t\na\nb", "t\n\na b");
        check("1. a\n   b\n2. c", "1. a b\n2. c");
        check("9. a\n10. b\n    c", "9. a\n10. b c");
        check("x\n- a\n- b\n  - c\n\ny", "x\n\n• a\n• b\n  • c\n\ny");
        check("- a\n\n  b\n- c", "• a\n\n  b\n• c");
        check("```rust\nlet a;\n\n  b\n```\nc", "  let a;\n\n    b\n\nc");
        check("> a\n> b", "│ a b");
        check("a **b** *c* `d`", "a b c d");
        check("a <T> & b", "a <T> & b");
        check("[t](http://a.b)", "t (http://a.b)");
        check("<http://a.b>", "http://a.b");
        check("a  \nb", "a\nb");
        check("---", "────────────────────");
        check("", "");
    }

    #[test]
    fn a_table_fits_its_room() {
        let markdown = "| a | b |\n|---|---|\n| `one` | two words |\n| three and more | x |\n";
        assert_eq!(
            shown(markdown, 40),
            "a              │ b\n───────────────┼──────────\none            │ two words\n\
             three and more │ x"
        );
        assert_eq!(
            shown(markdown, 20),
            "a        │ b\n─────────┼──────────\none      │ two words\nthree    │ x\nand more │"
        );
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
