//! Lines with colours and links, cut and wrapped to a width.
//!
//! What reaches the screen comes from compilers, tests and statements too. Of escape sequences only
//! colours and links are let through; everything else that could move the cursor is dropped.

use unicode_width::UnicodeWidthChar as _;

const RESET: &str = "\x1b[0m";
const END_LINK: &str = "\x1b]8;;\x1b\\";
const TAB: usize = 4;

/// How many columns a line takes.
pub fn width(line: &str) -> usize {
    let widths = Pieces::of(line).map(|piece| match piece {
        Piece::Char(_, columns) => columns,
        Piece::Style(_) | Piece::Link(_) => 0,
    });
    widths.sum()
}

/// The line in pieces of at most so many columns, at least one. It is broken between words where a word
/// ends in the second half of the piece, else anywhere. Each piece is complete in itself.
pub fn wrap(line: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut pieces = vec![Builder::default()];
    // Where the last word ended: the bytes and columns of the piece, and what stood after it.
    let mut word_end: Option<(Builder, Vec<Piece<'_>>)> = None;
    for piece in Pieces::of(line) {
        let last = pieces.len() - 1;
        let current = &mut pieces[last];
        let Piece::Char(character, wide) = piece else {
            current.push(&piece);
            if let Some((_, after)) = &mut word_end {
                after.push(piece);
            }
            continue;
        };
        if current.columns + wide > columns {
            let next = match word_end.take() {
                Some((head, after)) if head.columns * 2 >= columns && character != ' ' => {
                    let mut next = head.continued();
                    *current = head;
                    for piece in &after {
                        next.push(piece);
                    }
                    next
                }
                _ => current.continued(),
            };
            pieces.push(next);
            word_end = None;
            let last = pieces.len() - 1;
            // A space at the break is the break.
            if character != ' ' {
                pieces[last].push(&piece);
            }
            continue;
        }
        if character == ' ' && current.columns > 0 {
            word_end = Some((current.clone(), Vec::new()));
            current.push(&piece);
        } else {
            current.push(&piece);
            if let Some((_, after)) = &mut word_end {
                after.push(piece);
            }
        }
    }
    pieces.into_iter().map(Builder::finish).collect()
}

/// At most so many columns of a line, with an ellipsis where something is left out.
pub fn cut(line: &str, columns: usize) -> String {
    if width(line) <= columns {
        return clean(line);
    }
    let mut kept = Builder::default();
    for piece in Pieces::of(line) {
        if let Piece::Char(_, wide) = piece
            && kept.columns + wide > columns.saturating_sub(1)
        {
            break;
        }
        kept.push(&piece);
    }
    if columns > 0 {
        kept.push(&Piece::Char('…', 1));
    }
    kept.finish()
}

/// The first so many columns of a line, and the rest in the same colours.
pub fn split(line: &str, columns: usize) -> (String, String) {
    let (mut head, mut rest) = (Builder::default(), None::<Builder>);
    for piece in Pieces::of(line) {
        if let Piece::Char(_, wide) = piece
            && rest.is_none()
            && head.columns + wide > columns
        {
            rest = Some(head.continued());
        }
        rest.as_mut().unwrap_or(&mut head).push(&piece);
    }
    (head.finish(), rest.map(Builder::finish).unwrap_or_default())
}

/// The line with nothing in it but text, colours and links, and both ended.
pub fn clean(line: &str) -> String {
    let mut kept = Builder::default();
    for piece in Pieces::of(line) {
        kept.push(&piece);
    }
    kept.finish()
}

/// The line without colours and links.
pub fn plain(line: &str) -> String {
    let characters = Pieces::of(line).filter_map(|piece| match piece {
        Piece::Char(character, _) => Some(character),
        Piece::Style(_) | Piece::Link(_) => None,
    });
    characters.collect()
}

/// A line that is being put together.
#[derive(Debug, Clone, Default)]
struct Builder {
    text: String,
    columns: usize,
    /// The colour sequences in force.
    styles: Vec<String>,
    /// The link in force.
    link: Option<String>,
}

impl Builder {
    fn push(&mut self, piece: &Piece<'_>) {
        match *piece {
            Piece::Char(character, columns) => {
                self.text.push(character);
                self.columns += columns;
            }
            Piece::Style(sequence) => {
                self.text.push_str(sequence);
                match sequence {
                    "\x1b[0m" | "\x1b[m" => self.styles.clear(),
                    "\x1b[22m" => self
                        .styles
                        .retain(|one| one != "\x1b[1m" && one != "\x1b[2m"),
                    "\x1b[23m" => self.styles.retain(|one| one != "\x1b[3m"),
                    "\x1b[39m" => self.styles.retain(|one| !is_foreground(one)),
                    _ => self.styles.push(sequence.to_owned()),
                }
            }
            Piece::Link(sequence) => {
                self.text.push_str(sequence);
                let opens = !sequence
                    .trim_end_matches(['\x1b', '\\', '\x07'])
                    .ends_with(";;");
                self.link = opens.then(|| sequence.to_owned());
            }
        }
    }

    /// An empty line in which the same colours and the same link are in force.
    fn continued(&self) -> Builder {
        Builder {
            text: self.styles.concat() + self.link.as_deref().unwrap_or_default(),
            columns: 0,
            styles: self.styles.clone(),
            link: self.link.clone(),
        }
    }

    fn finish(mut self) -> String {
        if self.link.is_some() {
            self.text.push_str(END_LINK);
        }
        if !self.styles.is_empty() {
            self.text.push_str(RESET);
        }
        self.text
    }
}

/// Whether a sequence sets the colour of the text, and nothing else.
fn is_foreground(sequence: &str) -> bool {
    let numbers = sequence
        .strip_prefix("\x1b[")
        .and_then(|rest| rest.strip_suffix('m'));
    numbers.is_some_and(|numbers| {
        let is_plain = numbers.len() == 2 && numbers.starts_with(['3', '9']);
        is_plain || numbers.starts_with("38;")
    })
}

/// A part of a line.
#[derive(Debug, Clone, Copy)]
enum Piece<'l> {
    /// A character and its columns.
    Char(char, usize),
    /// A sequence that sets colours.
    Style(&'l str),
    /// A sequence that begins or ends a link.
    Link(&'l str),
}

/// The parts of a line, without what could do harm.
struct Pieces<'l> {
    rest: &'l str,
    /// Columns of a tab that are still to come.
    spaces: usize,
}

impl<'l> Pieces<'l> {
    fn of(line: &'l str) -> Self {
        Pieces {
            rest: line,
            spaces: 0,
        }
    }

    /// Takes an escape sequence off the rest. `None` if it is dropped.
    fn escape(&mut self) -> Option<Piece<'l>> {
        let line = self.rest;
        let length = match line.as_bytes().get(1) {
            Some(b'[') => {
                let end = line[2..].find(|c: char| ('\x40'..='\x7e').contains(&c));
                end.map_or(line.len(), |end| 2 + end + 1)
            }
            Some(b']') => {
                let by_bell = line.find('\x07').map(|at| at + 1);
                let by_st = line.find("\x1b\\").map(|at| at + 2);
                by_bell.into_iter().chain(by_st).min().unwrap_or(line.len())
            }
            Some(_) => 1 + line[1..].chars().next().map_or(0, char::len_utf8),
            None => 1,
        };
        let (sequence, rest) = line.split_at(length);
        self.rest = rest;
        let inside = sequence
            .strip_prefix("\x1b[")
            .and_then(|s| s.strip_suffix('m'));
        if inside.is_some_and(|s| s.bytes().all(|b| b.is_ascii_digit() || b";:".contains(&b))) {
            Some(Piece::Style(sequence))
        } else if sequence.starts_with("\x1b]8;") {
            Some(Piece::Link(sequence))
        } else {
            None
        }
    }
}

impl<'l> Iterator for Pieces<'l> {
    type Item = Piece<'l>;

    fn next(&mut self) -> Option<Piece<'l>> {
        if self.spaces > 0 {
            self.spaces -= 1;
            return Some(Piece::Char(' ', 1));
        }
        loop {
            let character = self.rest.chars().next()?;
            if character == '\x1b' {
                match self.escape() {
                    Some(piece) => return Some(piece),
                    None => continue,
                }
            }
            self.rest = &self.rest[character.len_utf8()..];
            if character == '\t' {
                self.spaces = TAB - 1;
                return Some(Piece::Char(' ', 1));
            }
            // Control characters have no width.
            if let Some(columns) = character.width() {
                return Some(Piece::Char(character, columns));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_links_take_no_room_and_other_sequences_are_dropped() {
        let check = |line: &str, columns: usize, cleaned: &str| {
            assert_eq!((width(line), clean(line).as_str()), (columns, cleaned));
        };
        check("plain", 5, "plain");
        check("\x1b[31mred\x1b[0m", 3, "\x1b[31mred\x1b[0m");
        check("\x1b[31mred", 3, "\x1b[31mred\x1b[0m");
        check(
            "\x1b]8;;file:///a\x1b\\a\x1b]8;;\x1b\\",
            1,
            "\x1b]8;;file:///a\x1b\\a\x1b]8;;\x1b\\",
        );
        check("a\x1b[2Jb\x1b[1;1Hc\x07\r\x08", 3, "abc");
        check("\x1b]0;owned\x07x", 1, "x");
        check("\x1bcx\x1b", 1, "x");
        check("\u{9b}31mx", 4, "31mx");
        check("日本", 4, "日本");
        check("a\tb", 6, "a    b");
    }

    #[test]
    fn lines_are_wrapped_between_words_and_colours_go_on() {
        let check = |line: &str, columns: usize, expected: &[&str]| {
            assert_eq!(wrap(line, columns), expected, "{line:?} at {columns}");
        };
        check("", 10, &[""]);
        check("one two three", 8, &["one two", "three"]);
        check("abcdefghij", 4, &["abcd", "efgh", "ij"]);
        // A word that would leave most of a line empty is broken.
        check("a bcdefghijklm", 8, &["a bcdefg", "hijklm"]);
        check("日本語", 5, &["日本", "語"]);
        check(
            "\x1b[31mone two\x1b[0m x",
            4,
            &["\x1b[31mone\x1b[0m", "\x1b[31mtwo\x1b[0m", "x"],
        );
    }

    #[test]
    fn a_line_is_cut_with_a_sign_and_its_colours_end() {
        let check = |line: &str, columns: usize, expected: &str| {
            assert_eq!(cut(line, columns), expected);
        };
        check("abc", 3, "abc");
        check("abcd", 3, "ab…");
        check("\x1b[1mabcd", 3, "\x1b[1mab…\x1b[0m");
        check("日本語", 4, "日…");
        check("abc", 0, "");
        check(
            "\x1b]8;;x\x1b\\abcd\x1b]8;;\x1b\\",
            3,
            "\x1b]8;;x\x1b\\ab…\x1b]8;;\x1b\\",
        );
    }
}
