//! The same promises, seen from inside a command.

use std::cell::Cell;

use mono_or_dyn::{Command, Console, Role, Store};

thread_local! {
    static PARSED: Cell<u32> = const { Cell::new(0) };
    static RUN: Cell<u32> = const { Cell::new(0) };
}

fn calls() -> (u32, u32) {
    (PARSED.take(), RUN.take())
}

/// Counts how often it is parsed and run. It is neither `Clone` nor `Sync`, and its reply borrows nothing.
struct Counted<const WRITES: bool>(#[expect(dead_code)] Cell<u8>);

impl<const WRITES: bool> Command for Counted<WRITES> {
    const NAME: &'static str = "counted";
    const WRITES: bool = WRITES;
    type Reply = &'static str;

    fn parse(arguments: &str) -> Result<Self, String> {
        PARSED.set(PARSED.get() + 1);
        if arguments == "bad" {
            Err(arguments.to_owned())
        } else {
            Ok(Self(Cell::new(1)))
        }
    }

    fn run(self, _: &mut Store) -> Result<&'static str, String> {
        RUN.set(RUN.get() + 1);
        Ok("tab\t, line\n, back\\slash")
    }
}

#[test]
fn a_command_is_parsed_and_run_once_at_most() {
    let mut console = Console::new(Role::Writer, 4);
    for (line, parsed_and_run, why) in [
        ("", (1, 1), "it is allowed"),
        (
            "--dry-run",
            (1, 0),
            "a dry run of a command that writes parses it, and does no more",
        ),
        ("bad", (1, 0), "its arguments are wrong"),
        ("--nope", (0, 0), "there is no such flag"),
        ("--limit=-1", (0, 0), "the limit is no number"),
        (
            "--limit=1",
            (1, 1),
            "it is the fourth that the quota pays for: wrong flags are free",
        ),
        ("", (0, 0), "the quota is used up"),
    ] {
        console.serve::<Counted<true>>(line);
        assert_eq!(calls(), parsed_and_run, "`{line}`, as (parsed, run): {why}");
    }
    let mut reader = Console::new(Role::Reader, 1);
    reader.serve::<Counted<true>>("");
    assert_eq!(calls(), (0, 0), "a reader may not write");
    reader.serve::<Counted<false>>("--dry-run");
    assert_eq!(
        calls(),
        (1, 1),
        "what does not write is run in a dry run, too"
    );
    assert_eq!(
        reader.log(),
        ["counted: refused", "counted: ok"],
        "the log of the reader"
    );
}

#[test]
fn json_is_escaped_after_it_is_cut() {
    let mut console = Console::new(Role::Writer, 2);
    assert_eq!(
        console.serve::<Counted<true>>("--json"),
        "{\"command\":\"counted\",\"reply\":\"tab\\u0009, line\\n, back\\\\slash\"}",
        "a tab, a line break and a backslash"
    );
    assert_eq!(
        console.serve::<Counted<true>>("--limit=4  --json   x"),
        "{\"command\":\"counted\",\"reply\":\"tab\\u0009… (19 more)\"}",
        "four letters, of which the fourth is a tab"
    );
}
