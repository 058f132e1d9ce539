//! Keeps the start and the end of an output stream, and never more.

use std::collections::VecDeque;

use serde::{Serialize, Serializer};

/// The head and tail of what a process printed. Memory is bounded by the capacity, however much comes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    half: usize,
    dropped: u64,
}

impl Captured {
    /// Keeps up to `capacity` bytes, half from the start and half from the end.
    pub fn with_capacity(capacity: usize) -> Self {
        Captured {
            half: capacity / 2,
            ..Captured::default()
        }
    }

    /// A short text, kept whole.
    pub fn from_text(text: &str) -> Self {
        Captured {
            head: text.as_bytes().to_vec(),
            half: text.len(),
            ..Captured::default()
        }
    }

    /// Takes in the next bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        let room = self.half - self.head.len().min(self.half);
        let (head, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(head);
        // Of a large piece only the end can stay.
        let skipped = rest.len().saturating_sub(self.half);
        self.tail.extend(&rest[skipped..]);
        let over = self.tail.len().saturating_sub(self.half);
        self.tail.drain(..over);
        self.dropped += (skipped + over) as u64;
    }

    /// Takes out every occurrence of these bytes, but one that what was dropped goes through.
    pub fn remove_all(&mut self, needle: &[u8]) {
        self.head = without(&self.head, needle);
        self.tail = without(self.tail.make_contiguous(), needle).into();
    }

    /// The text, with a line in place of what was dropped. Bytes that are not UTF-8 come out as `�`.
    pub fn text(&self) -> String {
        let (first, second) = self.tail.as_slices();
        let tail = [first, second].concat();
        if self.dropped == 0 {
            return String::from_utf8_lossy(&[self.head.as_slice(), &tail].concat()).into_owned();
        }
        let dropped = format!("\n… {} bytes left out …\n", self.dropped);
        String::from_utf8_lossy(&self.head).into_owned()
            + &dropped
            + &String::from_utf8_lossy(&tail)
    }

    /// Whether nothing but white space was printed.
    pub fn is_blank(&self) -> bool {
        self.head
            .iter()
            .chain(&self.tail)
            .all(u8::is_ascii_whitespace)
    }
}

fn without(bytes: &[u8], needle: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, others)) = rest.split_first() {
        match rest.strip_prefix(needle) {
            Some(after) if !needle.is_empty() => rest = after,
            _ => {
                kept.push(first);
                rest = others;
            }
        }
    }
    kept
}

impl Serialize for Captured {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(capacity: usize, pieces: &[&str], expected: &str) {
        let mut captured = Captured::with_capacity(capacity);
        for piece in pieces {
            captured.push(piece.as_bytes());
        }
        assert_eq!(captured.text(), expected, "{pieces:?} in {capacity}");
    }

    #[test]
    fn what_fits_is_kept_whole() {
        check(8, &["abc", "defgh"], "abcdefgh");
        check(8, &[], "");
    }

    #[test]
    fn the_middle_is_dropped_and_counted() {
        check(8, &["abcdefghijkl"], "abcd\n… 4 bytes left out …\nijkl");
        check(
            8,
            &["abc", "def", "ghi", "jkl"],
            "abcd\n… 4 bytes left out …\nijkl",
        );
    }

    #[test]
    fn what_is_taken_out_is_taken_out_of_both_ends() {
        let mut captured = Captured::with_capacity(12);
        captured.push(b"-a-aa-bcdefghi-a-j");
        captured.remove_all(b"-a-");
        assert_eq!(
            captured.text(),
            "aa-\n\u{2026} 6 bytes left out \u{2026}\nhij"
        );
        captured.remove_all(b"");
        captured.remove_all(b"longer than what is there");
        assert_eq!(
            captured.text(),
            "aa-\n\u{2026} 6 bytes left out \u{2026}\nhij"
        );
    }

    #[test]
    fn bytes_that_are_not_text_are_shown_as_such() {
        let mut captured = Captured::with_capacity(16);
        captured.push(b"a\xffb");
        assert_eq!(captured.text(), "a\u{fffd}b");
    }

    #[test]
    fn endless_output_takes_no_more_than_the_capacity() {
        let mut captured = Captured::with_capacity(1024);
        for _ in 0..1_000 {
            captured.push(&[b'x'; 4096]);
        }
        assert!(captured.head.len() + captured.tail.len() <= 1024);
        assert!(captured.tail.capacity() <= 16 * 1024);
    }
}
