//! Samples that stay where they are: `iter()` yields references.

use std::collections::BTreeMap;

use extension_blanket::Median as _;

fn main() {
    let samples = vec![12.5, 3.0];
    let by_host = BTreeMap::from([("web-1", 2.0), ("web-2", 4.0)]);
    println!("{:?}", samples.iter().median());
    println!(
        "{:?}",
        by_host.values().filter(|millis| **millis > 1.0).median()
    );
    println!("{samples:?} {by_host:?}");
}
