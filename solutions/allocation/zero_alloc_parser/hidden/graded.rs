//! The same promises on lines that nobody wrote.

use std::fmt::{self, Write as _};

use probes::alloc::measure;
use zero_alloc_parser::fields;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// Numbers that look random and are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (((self.0 >> 32) * end as u64) >> 32) as usize
    }

    /// Pieces that make trouble side by side.
    fn line(&mut self, pieces: usize) -> String {
        const PIECES: [&str; 18] = [
            " ", " ", "a", "k=", "k=\"", "\"", "\" ", "=", "\\", "\\\"", "\\n", "\\u", "00e9",
            "+041", "é", "d83d", "\t", "\\u0041",
        ];
        (0..pieces)
            .map(|_| PIECES[self.below(PIECES.len())])
            .collect()
    }
}

type Read = (Vec<(String, String)>, Option<usize>);

/// A state machine over a list of characters: as plain as it gets, and it allocates for everything.
fn plain(line: &str) -> Read {
    let characters: Vec<(usize, char)> = line.char_indices().collect();
    let at = |n: usize| characters.get(n).map_or(line.len(), |&(at, _)| at);
    let get = |n: usize| characters.get(n).map(|&(_, character)| character);
    let mut found = Vec::new();
    let mut n = 0;
    loop {
        while get(n) == Some(' ') {
            n += 1;
        }
        if get(n).is_none() {
            return (found, None);
        }
        let mut key = String::new();
        while let Some(character) = get(n).filter(|c| !" =\"".contains(*c)) {
            key.push(character);
            n += 1;
        }
        if key.is_empty() || get(n) == Some('"') {
            return (found, Some(at(n)));
        }
        if get(n) != Some('=') {
            found.push((key, "true".to_owned()));
            continue;
        }
        n += 1;
        let mut value = String::new();
        if get(n) != Some('"') {
            while let Some(character) = get(n).filter(|c| *c != ' ') {
                if character == '"' {
                    return (found, Some(at(n)));
                }
                value.push(character);
                n += 1;
            }
            found.push((key, value));
            continue;
        }
        let open = n;
        n += 1;
        loop {
            match get(n) {
                None => return (found, Some(at(open))),
                Some('"') => break,
                Some('\\') => {
                    let digits: String = (n + 2..n + 6).filter_map(get).collect();
                    let code = u32::from_str_radix(&digits, 16).unwrap_or(0xd800);
                    match get(n + 1) {
                        Some('n') => value.push('\n'),
                        Some('t') => value.push('\t'),
                        Some(same @ ('"' | '\\')) => value.push(same),
                        Some('u') if digits.len() == 4 && !digits.contains('+') => {
                            let Some(character) = char::from_u32(code) else {
                                return (found, Some(at(n)));
                            };
                            value.push(character);
                            n += 4;
                        }
                        _ => return (found, Some(at(n))),
                    }
                    n += 2;
                }
                Some(other) => {
                    value.push(other);
                    n += 1;
                }
            }
        }
        n += 1;
        if get(n).is_some_and(|character| character != ' ') {
            return (found, Some(at(n)));
        }
        found.push((key, value));
    }
}

fn read(line: &str) -> Read {
    let mut found = Vec::new();
    let mut stopped = None;
    for field in fields(line) {
        assert_eq!(stopped, None, "{line:?}: nothing comes after a problem");
        match field {
            Ok(field) => {
                let text = field.value.to_string();
                assert!(
                    field.value == *text,
                    "{line:?}: a value equals what it shows"
                );
                found.push((field.key.to_owned(), text));
            }
            Err(malformed) => stopped = Some(malformed.at),
        }
    }
    (found, stopped)
}

#[test]
fn any_text_is_read_as_a_plain_parser_reads_it() {
    let mut numbers = Numbers(97);
    let (mut good, mut fields) = (0, 0);
    for n in 0..20_000 {
        let line = numbers.line(n % 14);
        let expected = plain(&line);
        good += usize::from(expected.1.is_none());
        fields += expected.0.len();
        assert_eq!(read(&line), expected, "fields and problem of {line:?}");
    }
    // The lines are of all kinds, or the comparison says little.
    assert!(
        good > 2_000 && good < 18_000 && fields > 5_000,
        "{good}, {fields}"
    );
}

struct Nowhere;

impl fmt::Write for Nowhere {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        Ok(())
    }
}

#[test]
fn no_line_allocates() {
    let mut numbers = Numbers(101);
    let mut lines: Vec<String> = (0..2_000).map(|n| numbers.line(n % 30)).collect();
    lines.push(r#"k="\u0041 \" \\ \n é" "#.repeat(2_000));
    for line in &lines {
        let (_, tally) = measure(|| {
            for field in fields(line) {
                let written = match field {
                    Ok(field) => write!(Nowhere, "{}", field.value),
                    Err(malformed) => write!(Nowhere, "{malformed}"),
                };
                written.expect("every write is taken");
            }
        });
        assert_eq!(
            tally.allocations,
            0,
            "for {} bytes: {line:.80?}",
            line.len()
        );
    }
}
