//! What the program says, and where its parts are.

use std::io;

// The program's file, as a module: its `main` is of no use here.
#[allow(dead_code)]
#[path = "../src/main.rs"]
mod program;

/// The exit code, and what is written to standard output and standard error.
fn run(arguments: &[&str], input: &str) -> (u8, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let code = program::run(&arguments, &mut input.as_bytes(), &mut output, &mut errors);
    let text = |bytes| String::from_utf8(bytes).expect("the program writes text");
    (code, text(output), text(errors))
}

fn said(code: u8, output: &str, errors: &str) -> (u8, String, String) {
    (code, output.to_owned(), errors.to_owned())
}

const DAY: &str = "# monday\nbolt,+40\n\nnut , 7\nbolt,-3\n";

#[test]
fn the_program_prints_what_it_printed() {
    assert_eq!(
        run(&[], DAY),
        said(0, "bolt             37\nnut               7\n", ""),
        "a table of two lines"
    );
    assert_eq!(
        run(&["--below", "10"], DAY),
        said(0, "bolt             37\nnut               7  reorder\n", ""),
        "seven are below ten"
    );
    assert_eq!(
        run(&["--csv", "--below", "38"], DAY),
        said(0, "sku,amount,reorder\nbolt,37,yes\nnut,7,yes\n", ""),
        "as CSV"
    );
    assert_eq!(
        run(&[], "# nothing\n"),
        said(0, "", ""),
        "no movements, no lines"
    );
}

#[test]
fn the_program_fails_as_it_failed() {
    for (arguments, input, code, errors) in [
        (
            &["--below"][..],
            DAY,
            2,
            "stock: `--below` needs a number\n",
        ),
        (
            &["--below", "x"][..],
            DAY,
            2,
            "stock: `--below` needs a number\n",
        ),
        (&["--all"][..], DAY, 2, "stock: unknown option `--all`\n"),
        (
            &[][..],
            "\nbolt\n",
            1,
            "stock: line 2: `bolt` is no movement\n",
        ),
        (
            &[][..],
            "bolt,3\n#\nbolt,-5\n",
            1,
            "stock: line 3: 5 of bolt went, and 3 were there\n",
        ),
    ] {
        assert_eq!(
            run(arguments, input),
            said(code, "", errors),
            "with {arguments:?} and the input {input:?}: nothing on standard output, so that nobody takes half a report \
             for a report"
        );
    }
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let code = program::run(&[], &mut &b"bolt,3\n\xff\n"[..], &mut output, &mut errors);
    let errors = String::from_utf8_lossy(&errors);
    assert!(
        code == 1 && output.is_empty() && errors.starts_with("stock: read the movements: "),
        "the input is no text, so it can't be read: the program exits with 1 and says so, and not with {code} and {errors:?}"
    );
}

#[test]
fn a_disk_that_is_full_is_told() {
    struct Full;

    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    for (arguments, input) in [(&[][..], DAY), (&["--csv".to_owned()][..], "")] {
        let mut errors = Vec::new();
        let code = program::run(arguments, &mut input.as_bytes(), &mut Full, &mut errors);
        let errors = String::from_utf8(errors).expect("the program writes text");
        assert!(
            code == 1 && errors.starts_with("stock: write the report: "),
            "with {arguments:?} and the input {input:?} there is something to write, and the disk is full: the program exits \
             with 1 and says why, and not with {code} and {errors:?}"
        );
    }
}

#[test]
fn the_program_is_thin() {
    let source = include_str!("../src/main.rs");
    let lines = source
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"));
    let lines = lines.count();
    assert!(
        lines <= 60,
        "src/main.rs has {lines} lines of code and at most 60 are asked for: what only a program can do stays, and what a \
         service or a test could use as well goes into the library"
    );
}

#[test]
fn the_stock_knows_nothing_of_the_world() {
    let source = include_str!("../src/stock.rs");
    let code: Vec<&str> = source
        .lines()
        .filter(|line| !line.trim().starts_with("//"))
        .collect();
    for world in [
        "io::",
        "std::fs",
        "std::env",
        "std::process",
        "print",
        "exit(",
        "BufRead",
        "Write",
        "{sku:<",
    ] {
        let found = code.iter().find(|line| line.contains(world));
        assert_eq!(
            found, None,
            "src/stock.rs has `{world}` in it: with what reads, writes or arranges columns inside, nobody can use the \
             stock without a terminal"
        );
    }
    assert!(
        code.iter().any(|line| line.contains("pub struct Stock")),
        "`Stock` is in src/stock.rs"
    );
}
