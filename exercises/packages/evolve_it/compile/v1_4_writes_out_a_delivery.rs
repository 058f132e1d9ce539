//! Written against 1.4: makes a delivery field by field, and takes one apart.

use evolve_it::Delivery;

fn size(delivery: &Delivery) -> usize {
    let Delivery { topic, body } = delivery;
    topic.len() + body.len()
}

fn main() {
    let delivery = Delivery {
        topic: "orders".to_owned(),
        body: Vec::new(),
    };
    println!("{}", size(&delivery));
}
