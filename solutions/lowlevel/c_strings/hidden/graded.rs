//! The same promises, with printers beside one another.

use c_strings::{PrintError, Printer, sys};

#[allow(dead_code)]
#[path = "memory/mod.rs"]
mod memory;

#[global_allocator]
static ALLOCATOR: memory::Kept = memory::Kept;

#[test]
fn two_printers_have_a_title_each() {
    let (mut one, mut other) = (Printer::open(), Printer::open());
    one.set_title("Lima").expect("a title");
    other.set_title("Quito").expect("a title");
    // A printer that moves keeps its title.
    let mut moved = Box::new(one);
    assert_eq!(moved.render("x").expect("it fits"), "Lima: x", "moved");
    assert_eq!(other.render("x").expect("it fits"), "Quito: x", "the other");
    drop(moved);
    assert_eq!(other.render("y").expect("it fits"), "Quito: y", "alone");
    drop(other);
    assert_eq!(sys::outstanding(), 0, "both are closed");
}

#[test]
fn errors_outlive_their_printer() {
    let errors: Vec<PrintError> = {
        let mut printer = Printer::open();
        let lines = ["ü", "nothing\0here", "twenty-five bytes are here"];
        lines
            .map(|line| printer.render(line).expect_err("no label"))
            .into()
    };
    let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(texts[0], "no glyph for \u{c3}", "the first byte of `ü`");
    assert!(
        !texts[1].is_empty() && !texts[1].contains('~'),
        "a zero byte has an error of its own: {texts:?}"
    );
    assert_eq!(texts[2], "line of 26 bytes, and 24 fit", "26 bytes");
}

#[test]
fn an_empty_line_is_a_line() {
    let mut printer = Printer::open();
    assert_eq!(printer.render("").expect("it fits"), "", "no title");
    printer.set_title("").expect("an empty title");
    assert_eq!(
        printer.render("a").expect("it fits"),
        ": a",
        "an empty title"
    );
}
