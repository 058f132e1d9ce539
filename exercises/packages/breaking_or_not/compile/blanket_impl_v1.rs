//! A service of ours with an id that it displays and logs, against what is published: it builds.

use breaking_or_not::blanket_impl::v1 as api;

use std::fmt;

struct OrderId(u64);

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "order {}", self.0)
    }
}

impl api::Field for OrderId {
    fn field(&self) -> String {
        format!("order_id={}", self.0)
    }
}

fn main() {
    println!("{}", api::Field::field(&OrderId(7)));
}
