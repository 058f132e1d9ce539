//! Runs the pins of `src/pins.rs` on a program.

#[allow(dead_code, reason = "the first stage has nothing to compare")]
pub mod parallel;
#[path = "../../src/pins.rs"]
pub mod pins;

use pins::{PINS, Pin};

/// A script goes in, and what is to be printed comes out.
pub type Program = fn(&str) -> String;

/// What a program prints that has done nothing before. It keeps what it knows by thread, so it gets a new one.
pub fn prints(program: Program, script: &str) -> String {
    let script = script.to_owned();
    let thread = std::thread::Builder::new().spawn(move || program(&script));
    let thread = thread.expect("one more thread");
    thread.join().unwrap_or_else(|_| "(a panic)".to_owned())
}

/// Without white space around lines, and without empty lines.
fn lines(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty()).collect()
}

/// The pins that a program breaks, with the first line that differs.
pub fn broken(program: Program) -> Vec<String> {
    PINS.iter().filter_map(|pin| breaks(program, pin)).collect()
}

fn breaks(program: Program, pin: &Pin) -> Option<String> {
    // Line 1 of a script is the one below the quotation mark.
    let script = pin.script.strip_prefix('\n').unwrap_or(pin.script);
    let printed = prints(program, script);
    let (printed, pinned) = (lines(&printed), lines(pin.prints));
    let until = printed.len().max(pinned.len());
    let at = (0..until).find(|at| printed.get(*at) != pinned.get(*at))?;
    let shown = |lines: &[&str]| {
        lines
            .get(at)
            .map_or("nothing".to_owned(), |it| format!("{it:?}"))
    };
    Some(format!(
        "pin {:?}: line {} of what is printed is {}, and the pin says {}",
        pin.name,
        at + 1,
        shown(&printed),
        shown(&pinned)
    ))
}

/// Panics if the program breaks a pin.
pub fn assert_holds(program: Program, whose: &str) {
    let broken = broken(program);
    assert!(
        broken.is_empty(),
        "{whose}: {} of {} pins are broken\n{}",
        broken.len(),
        PINS.len(),
        broken.join("\n")
    );
}
