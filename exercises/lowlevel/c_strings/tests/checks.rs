//! What comes back from a library of C, and what is left over.

use c_strings::{Printer, sys};

mod memory;

#[global_allocator]
static ALLOCATOR: memory::Kept = memory::Kept;

#[test]
fn a_line_arrives_as_it_was_sent() {
    let mut printer = Printer::open();
    let label = printer.render("3 bolts").expect("a line that fits");
    assert_eq!(
        label, "3 bolts",
        "the label is the line; `~` is memory that was freed before the library read it"
    );
}

#[test]
fn a_title_stays_until_another_is_set() {
    let mut printer = Printer::open();
    printer.set_title("Berlin").expect("a title");
    for n in 0..3 {
        let label = printer.render(&format!("box {n}")).expect("it fits");
        assert_eq!(
            label,
            format!("Berlin: box {n}"),
            "the library keeps the pointer to the title and reads it at each label; `~` is what lies there once the \
             title is freed"
        );
    }
    printer.set_title("Oslo").expect("a title");
    assert_eq!(
        printer.render("box 3").expect("it fits"),
        "Oslo: box 3",
        "another title"
    );
}

#[test]
fn an_error_stays_what_it_said() {
    let mut printer = Printer::open();
    let long = printer.render(&"x".repeat(25)).expect_err("25 bytes");
    let longer = printer.render(&"x".repeat(31)).expect_err("31 bytes");
    assert_eq!(
        (long.to_string(), longer.to_string()),
        (
            "line of 25 bytes, and 24 fit".to_owned(),
            "line of 31 bytes, and 24 fit".to_owned()
        ),
        "the library's text is valid until the next call; an error is logged later, so it has to be a copy"
    );
}

#[test]
fn an_error_in_latin_1_is_text() {
    let mut printer = Printer::open();
    // U+00C9 is C3 89 in UTF-8. The library complains of the first byte and writes it as it is.
    let error = printer.render("CAFÉ").expect_err("not ASCII").to_string();
    assert_eq!(
        error, "no glyph for \u{c3}",
        "the text of the library is Latin-1: byte C3 is the character U+00C3, and no `str` by itself"
    );
}

#[test]
fn a_zero_inside_is_refused() {
    let mut printer = Printer::open();
    for line in ["10\0 bolts", "\0", "10 bolts\0"] {
        let printed = printer.render(line);
        assert!(
            printed.is_err(),
            "C takes the zero byte in {line:?} for the end, so what is printed is not what was asked for: {printed:?}"
        );
    }
    printer.set_title("Kiel").expect("a title");
    assert!(
        printer.set_title("Ki\0el").is_err(),
        "a title with a zero byte can't be shown as it is"
    );
    assert_eq!(
        printer.render("a").expect("it fits"),
        "Kiel: a",
        "a title that was refused changes nothing"
    );
}

#[test]
fn everything_goes_back_to_the_library() {
    let before = sys::outstanding();
    let mut printer = Printer::open();
    for n in 0..10 {
        printer.render(&format!("box {n}")).expect("it fits");
    }
    assert_eq!(
        sys::outstanding() - before,
        1,
        "ten labels were made and copied, and all that is still out is the printer; the library's memory goes back by \
         `tag_free`"
    );
    drop(printer);
    assert_eq!(
        sys::outstanding() - before,
        0,
        "a printer that nobody has any more is closed"
    );
}

#[test]
fn nothing_is_left_over() {
    let run = || {
        let mut printer = Printer::open();
        for n in 0..10 {
            printer.set_title(&format!("shelf {n}")).expect("a title");
            printer.render("a").expect("it fits");
            printer.render(&"x".repeat(30)).expect_err("30 bytes");
        }
    };
    run();
    let before = memory::alive();
    run();
    assert_eq!(
        memory::alive() - before,
        0,
        "ten titles, labels and errors later, allocations are left that nobody can free any more"
    );
}
