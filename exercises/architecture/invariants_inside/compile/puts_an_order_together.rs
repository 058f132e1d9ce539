//! Makes an order without asking one of its rules.

use invariants_inside::Order;

fn main() {
    let order = Order { ..Order::new() };
    println!("{:?}", order.summary());
}
