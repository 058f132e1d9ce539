//! The sinks that we have.

use std::fmt::Display;

use crate::Sink;

/// Keeps all lines.
#[derive(Debug)]
pub struct Memory {
    name: String,
    lines: Vec<String>,
}

impl Memory {
    /// The lines so far.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

impl Sink for Memory {
    fn named(name: &str) -> Memory {
        Memory {
            name: name.to_owned(),
            lines: Vec::new(),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn write_line(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }
}

/// Counts lines and bytes.
#[derive(Debug)]
pub struct Counter {
    name: String,
    lines: usize,
    bytes: usize,
}

impl Counter {
    /// Lines and bytes so far, line breaks included.
    pub fn counts(&self) -> (usize, usize) {
        (self.lines, self.bytes)
    }
}

impl Sink for Counter {
    fn named(name: &str) -> Counter {
        Counter {
            name: name.to_owned(),
            lines: 0,
            bytes: 0,
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn write_line(&mut self, line: &str) {
        self.lines += 1;
        self.bytes += line.len() + 1;
    }
}

/// Collects text in a block, and flushes it to slow storage.
#[derive(Debug)]
pub struct Blocks {
    name: String,
    block: String,
    flushed: Vec<String>,
}

impl Blocks {
    /// The blocks that are in storage.
    pub fn flushed(&self) -> &[String] {
        &self.flushed
    }

    fn add(&mut self, line: &str) {
        self.block.push_str(line);
        self.block.push('\n');
    }

    fn flush(&mut self) {
        if !self.block.is_empty() {
            self.flushed.push(std::mem::take(&mut self.block));
        }
    }
}

impl Sink for Blocks {
    fn named(name: &str) -> Blocks {
        Blocks {
            name: name.to_owned(),
            block: String::new(),
            flushed: Vec::new(),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn write_line(&mut self, line: &str) {
        self.add(line);
        self.flush();
    }

    /// Flushes once, at the end.
    fn write_all<I>(&mut self, items: I)
    where
        I: IntoIterator,
        I::Item: Display,
    {
        for item in items {
            self.add(&item.to_string());
        }
        self.flush();
    }
}
