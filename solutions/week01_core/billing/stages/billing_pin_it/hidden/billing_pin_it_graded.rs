//! One more mistake: whoever wrote the pins has not seen it.

mod support;

/// Ends at the first line that makes no sense.
fn gives_up(script: &str) -> String {
    let printed = billing::run(script);
    let until = printed.find("! line");
    let end = until.and_then(|at| Some(at + printed[at..].find('\n')? + 1));
    printed[..end.unwrap_or(printed.len())].to_owned()
}

#[test]
fn a_program_that_gives_up_is_found() {
    support::assert_holds(billing::run, "the program as it is");
    assert!(
        !support::broken(gives_up).is_empty(),
        "all pins hold of a program that does nothing any more after a line that makes no sense"
    );
}
