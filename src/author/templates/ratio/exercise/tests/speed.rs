#[test]
fn contains() {
    let even: Vec<u64> = (0..10_000).map(|n| n * 2).collect();
    let mut value = 0;
    probes::speed::report("contains", || {
        value = (value + 7_919) % 20_000;
        {id}::contains(&even, value)
    });
}
