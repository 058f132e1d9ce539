//! What `workbook profile halve_it` looks into: a day's log of two dozen tenants.

use std::fmt::Write as _;

use halve_it::summarise;

#[test]
fn a_day_of_logs() {
    let mut log = String::new();
    for n in 0..2_000_u64 {
        writeln!(
            log,
            r#"{{"at":"2026-03-01T{:02}:{:02}:{:02}Z","tenant":"tenant-{:02}","route":"/v1/orders","status":200,"bytes":{}}}"#,
            n / 3600 % 24,
            n / 60 % 60,
            n % 60,
            n * 7 % 24,
            200 + n * 37 % 9_000,
        )
        .expect("a String takes every write");
    }
    probes::profile::run(|| summarise(log.as_bytes()));
}
