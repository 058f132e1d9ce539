//! What the jobs rely on.

// Whichever traits there are.
use dyn_or_not::*;

#[test]
fn memory_keeps_every_line() {
    let mut memory = Memory::named("kept");
    memory.write_line("first");
    memory.write_all([2, 3]);
    memory.write_all(["four".to_owned()]);
    memory.write_all(Vec::<char>::new());
    memory.write_all([5.5].iter());
    assert_eq!(
        memory.lines(),
        ["first", "2", "3", "four", "5.5"],
        "one line, two numbers, one text, nothing, and one more number"
    );
    assert_eq!(memory.name(), "kept", "the name that it was made with");
}

#[test]
fn a_counter_counts() {
    let mut counter = Counter::named("count");
    counter.write_line("");
    counter.write_line("größe");
    counter.write_all([10, 200]);
    assert_eq!(
        counter.counts(),
        (4, 1 + 8 + 3 + 4),
        "lines and bytes of \"\", \"größe\", 10 and 200, each with its line break"
    );
    assert_eq!(counter.name(), "count", "the name that it was made with");
}

#[test]
fn blocks_are_flushed_once_for_many_items() {
    let mut blocks = Blocks::named("disk");
    blocks.write_line("a");
    blocks.write_all(["b", "c", "d"]);
    blocks.write_all(Vec::<u8>::new());
    blocks.write_line("e");
    assert_eq!(
        blocks.flushed(),
        ["a\n", "b\nc\nd\n", "e\n"],
        "a line is flushed at once, and three items together: storage is slow, which is why Blocks has \
         a way of its own to write many items"
    );
    assert_eq!(blocks.name(), "disk", "the name that it was made with");
}

#[test]
fn the_report_is_written_to_any_sink() {
    let steps = [("load", 12), ("index", 340)];
    let mut memory = Memory::named("m");
    report(&mut memory, &steps);
    assert_eq!(
        memory.lines(),
        ["report for m", "load: 12 ms", "index: 340 ms"],
        "the report of two steps"
    );
    let mut blocks = Blocks::named("b");
    report(&mut blocks, &steps);
    assert_eq!(
        blocks.flushed(),
        ["report for b\n", "load: 12 ms\nindex: 340 ms\n"],
        "a report is two blocks: its title, and its steps together"
    );
}
