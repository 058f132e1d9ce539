//! What the tools would have found, and whether they are asked.

use std::io::{self, BufRead, Read, Write};

use tool_belt::Spool;

mod make;

const MAKEFILE: &str = include_str!("../Makefile");

fn spool(letters: &[&str]) -> Spool {
    Spool {
        letters: letters.iter().map(|&letter| letter.to_owned()).collect(),
    }
}

/// Takes three bytes at a time, as a socket may.
struct Narrow(Vec<u8>);

impl Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(3);
        self.0.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A disk that has read a line and then reads no more.
struct Broken {
    asked: u32,
}

impl Read for Broken {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // `lines` asks `fill_buf`, and `read_to_string` asks this: either is an attempt.
        let mut found = self.fill_buf()?;
        found.read(into)
    }
}

impl BufRead for Broken {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.asked += 1;
        assert!(
            self.asked < 5,
            "the disk has failed three times, and is asked again: an iterator of lines goes on after an error, and who throws \
             errors away goes on for ever"
        );
        if self.asked == 1 {
            Ok(b"one\n")
        } else {
            Err(io::Error::other("the disk is gone"))
        }
    }

    fn consume(&mut self, _: usize) {}
}

#[test]
fn all_of_it_is_written() {
    let mut narrow = Narrow(Vec::new());
    spool(&["ada", "bob", "eve"])
        .write(&mut narrow)
        .expect("it takes everything, in parts");
    assert_eq!(
        String::from_utf8_lossy(&narrow.0),
        "ada\nbob\neve\n",
        "`write` may take a part and say how much; the rest of the letters is lost without an error"
    );
}

#[test]
fn what_was_there_is_replaced() {
    let path = std::env::temp_dir().join(format!("spool-{}-replaced", std::process::id()));
    std::fs::write(&path, "a longer spool\nof three\nletters\n").expect("a file");
    let saved = spool(&["ada"]).save(&path);
    let found = std::fs::read_to_string(&path);
    std::fs::remove_file(&path).expect("it is there");
    saved.expect("it can be written");
    assert_eq!(
        found.expect("it can be read"),
        "ada\n",
        "the file was longer, and what is behind the new letters are old ones, to be sent once more"
    );
}

#[test]
fn a_spool_that_breaks_off_is_an_error() {
    let read = Spool::read(Broken { asked: 0 });
    assert!(
        read.is_err(),
        "after one letter the disk failed; half a spool that passes for a whole one loses the rest: {read:?}"
    );
}

#[test]
fn a_link_leads_somewhere() {
    let source = include_str!("../src/lib.rs");
    for link in source
        .split("[`")
        .skip(1)
        .filter_map(|rest| rest.split_once("`]"))
        .map(|(link, _)| link)
    {
        let last = link
            .rsplit("::")
            .next()
            .unwrap_or(link)
            .trim_end_matches("()");
        let kinds = ["fn", "struct", "enum", "trait", "const", "type", "mod"];
        assert!(
            link.contains("std::")
                || kinds
                    .iter()
                    .any(|kind| source.contains(&format!("{kind} {last}"))),
            "the documentation links to `{link}`, which is not there; `cargo doc` says so, as a warning that nobody reads"
        );
    }
}

/// What comes of `make check` where commands that contain a word fail.
fn check(broken: &str) -> make::Made {
    make::make(
        MAKEFILE,
        "check",
        &["Cargo.toml", "src", "test", "doc"],
        &|command| command.contains(broken),
    )
}

#[test]
fn every_tool_is_asked() {
    let made = check("nothing fails");
    for (command, words) in [
        ("cargo fmt", "--check"),
        ("cargo clippy", "--all-targets"),
        ("cargo clippy", "-D warnings"),
        ("cargo test", ""),
        ("cargo doc", "RUSTDOCFLAGS=\"-D warnings\""),
    ] {
        assert!(
            made.commands
                .iter()
                .any(|one| one.contains(command) && one.contains(words)),
            "`make check` runs `{command}` with `{words}`, in a folder that has folders `test` and `doc` as well; a target \
             whose name is a file counts as made, unless it is `.PHONY`. What ran: {:#?}",
            made.commands
        );
    }
    assert!(made.passed, "and passes if they do");
}

#[test]
fn what_a_tool_finds_stops_it() {
    for tool in ["cargo fmt", "cargo clippy", "cargo test", "cargo doc"] {
        let made = check(tool);
        assert!(
            !made.passed,
            "`{tool}` failed, and `make check` passed: `-` in front ignores a failure, and a pipe ends as its last command \
             does. What ran: {:#?}",
            made.commands
        );
    }
}
