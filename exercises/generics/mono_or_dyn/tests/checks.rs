//! What the console does, and how much code it is for twenty commands.

use std::fs;

use mono_or_dyn::{Command, Console, Role, Store};

struct Get(String);

impl Command for Get {
    const NAME: &'static str = "get";
    const WRITES: bool = false;
    type Reply = String;

    fn parse(arguments: &str) -> Result<Self, String> {
        Ok(Self(arguments.to_owned()))
    }

    fn run(self, store: &mut Store) -> Result<String, String> {
        store
            .get(&self.0)
            .cloned()
            .ok_or(format!("no `{}`", self.0))
    }
}

struct Set(String, String);

impl Command for Set {
    const NAME: &'static str = "set";
    const WRITES: bool = true;
    type Reply = usize;

    fn parse(arguments: &str) -> Result<Self, String> {
        let (key, value) = arguments.split_once(' ').ok_or("set what to what?")?;
        Ok(Self(key.to_owned(), value.to_owned()))
    }

    fn run(self, store: &mut Store) -> Result<usize, String> {
        store.insert(self.0, self.1);
        Ok(store.len())
    }
}

/// Counts the entries whose keys begin with this letter: eighteen commands, eighteen types.
struct Count<const LETTER: char>;

impl<const LETTER: char> Command for Count<LETTER> {
    const NAME: &'static str = "count";
    const WRITES: bool = false;
    type Reply = usize;

    fn parse(arguments: &str) -> Result<Self, String> {
        if arguments.is_empty() {
            Ok(Self)
        } else {
            Err("count takes nothing".to_owned())
        }
    }

    fn run(self, store: &mut Store) -> Result<usize, String> {
        Ok(store.keys().filter(|key| key.starts_with(LETTER)).count())
    }
}

macro_rules! serve_each {
    ($console:expr, $line:expr, $($letter:literal)*) => {
        [$($console.serve::<Count<$letter>>($line)),*]
    };
}

#[test]
fn twenty_commands_are_a_little_code() {
    let mut console = Console::new(Role::Writer, 20);
    console.serve::<Set>("apple 1");
    console.serve::<Get>("apple");
    let replies = serve_each!(
        console, "", 'a' 'b' 'c' 'd' 'e' 'f' 'g' 'h' 'i' 'j' 'k' 'l' 'm' 'n' 'o' 'p' 'q' 'r'
    );
    assert_eq!(
        replies.concat(),
        format!("1{}", "0".repeat(17)),
        "one key, and it begins with an a"
    );

    let functions = elf::functions_of("mono_or_dyn");
    let bytes: u64 = functions.iter().map(|(_, size)| size).sum();
    let mut largest: Vec<_> = functions
        .iter()
        .map(|(name, size)| format!("{size:>8} {name}"))
        .collect();
    largest.sort_by(|one, other| other.cmp(one));
    largest.truncate(4);
    let largest = largest.join("\n");
    assert!(
        bytes <= BUDGET,
        "with twenty commands, {} functions of your crate are in this program, {bytes} bytes of machine code, and at \
         most {BUDGET} are asked for. The largest:\n{largest}\nWhat does not depend on the command need not be \
         compiled for each of them",
        functions.len()
    );
}

/// In bytes. Not optimised and on x86-64, the starter has 109,000 and the reference 25,000.
const BUDGET: u64 = 50_000;

#[test]
fn a_line_has_flags_and_arguments() {
    let mut console = Console::new(Role::Writer, 100);
    for (line, answer, why) in [
        ("host web-1", "1", "the number of entries"),
        (
            "--dry-run port 80",
            "would run `set`",
            "a dry run of what changes something",
        ),
        (
            "--dry-run port",
            "error: set what to what?",
            "arguments are read in a dry run, too",
        ),
        (
            "--json port",
            "{\"command\":\"set\",\"error\":\"set what to what?\"}",
            "an error as JSON",
        ),
        (
            "--fast host x",
            "error: unknown flag `--fast`",
            "there is no such flag",
        ),
        (
            "--limit=x host x",
            "error: limit `x`: invalid digit found in string",
            "x is no number",
        ),
    ] {
        assert_eq!(console.serve::<Set>(line), answer, "`set {line}`: {why}");
    }
    for (line, answer, why) in [
        (
            "host",
            "web-1",
            "what was set, and not changed by the lines that failed",
        ),
        ("--limit=3 host", "web… (2 more)", "three letters of five"),
        ("--limit=4 host", "web-… (1 more)", "four letters of five"),
        (
            "--json --limit=3 host",
            "{\"command\":\"get\",\"reply\":\"web… (2 more)\"}",
            "both flags",
        ),
        (
            "--dry-run host",
            "web-1",
            "a command that changes nothing is run",
        ),
        (
            "--json a\"b",
            "{\"command\":\"get\",\"error\":\"no `a\\\"b`\"}",
            "a quote in JSON",
        ),
    ] {
        assert_eq!(console.serve::<Get>(line), answer, "`get {line}`: {why}");
    }
}

#[test]
fn what_is_refused_is_not_run() {
    let mut reader = Console::new(Role::Reader, 1);
    assert_eq!(
        reader.serve::<Set>("host web-1"),
        "error: `set` changes the store, and you may not",
        "a reader may not write"
    );
    assert_eq!(
        reader.serve::<Get>("host"),
        "error: no `host`",
        "a command that was refused must not have changed the store, and takes nothing from the quota"
    );
    assert_eq!(
        reader.serve::<Get>("host"),
        "error: the quota is used up",
        "one command was allowed"
    );
    assert_eq!(
        reader.log(),
        ["set: refused", "get: failed", "get: refused"],
        "the log tells what was refused from what was run and failed"
    );

    let mut writer = Console::new(Role::Writer, 2);
    writer.serve::<Set>("--dry-run host web-1");
    writer.serve::<Set>("port 80");
    writer.serve::<Set>("late 1");
    assert_eq!(
        writer.store().keys().collect::<Vec<_>>(),
        ["port"],
        "of three, one was a dry run and one came after the quota was used up"
    );
}

/// As much of the ELF format as it takes to list the functions of this program.
mod elf {
    use super::fs;

    /// Names and sizes in bytes of the functions of a crate, generic ones of which this program has made copies included.
    pub fn functions_of(krate: &str) -> Vec<(String, u64)> {
        let program = fs::read("/proc/self/exe")
            .expect("this is measured on Linux: the program reads itself");
        assert!(
            program.starts_with(b"\x7fELF\x02\x01"),
            "this is measured in 64-bit little-endian ELF programs only"
        );
        // In both schemes of mangling, a crate's name follows its length.
        let mangled = format!("{}{krate}", krate.len());
        let sections: Vec<&[u8]> = program[number(&program, 40, 8)..]
            .chunks(64)
            .take(number(&program, 60, 2))
            .collect();
        let content = |section: &[u8]| &program[number(section, 24, 8)..][..number(section, 32, 8)];
        let symbols = sections
            .iter()
            .find(|section| number(section, 4, 4) == 2)
            .expect("the program is not stripped");
        let names = content(sections[number(symbols, 40, 4)]);
        content(symbols)
            .chunks(24)
            .filter(|symbol| symbol[4] & 15 == 2)
            .map(|symbol| {
                let name = &names[number(symbol, 0, 4)..];
                let end = name.iter().position(|byte| *byte == 0).expect("names end");
                let name = String::from_utf8_lossy(&name[..end]).into_owned();
                (name, number(symbol, 16, 8) as u64)
            })
            .filter(|(name, size)| *size > 0 && name.contains(&mangled))
            .collect()
    }

    fn number(bytes: &[u8], at: usize, size: usize) -> usize {
        let digits = bytes[at..at + size].iter().rev();
        digits.fold(0, |number, digit| (number << 8) | usize::from(*digit))
    }
}
