//! What other crates do with orders.

use invariants_inside::{Line, Order, Status, checkout};

fn main() {
    let mut order = Order::new();
    let added = checkout::add(&mut order, "mug", 2, 300);
    let summary = order.summary();
    let open: bool = summary.status == Status::Open;
    let lines: &[Line] = &summary.lines;
    println!("{added:?} {open} {lines:?} {}", summary.total_cents);
}
