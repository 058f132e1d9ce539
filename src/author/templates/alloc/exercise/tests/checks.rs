use {id}::total;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[test]
fn adds_up() {
    assert_eq!(total("1 x 2"), 3, "1 and 2, beside a word that is none");
}

#[test]
fn a_long_line_is_measured() {
    let line = ["7"; 102].join(" ");
    let (sum, tally) = probes::alloc::measure(|| total(&line));
    probes::figures::report("allocations", tally.allocations);
    assert_eq!(sum, 714, "102 times 7");
}
