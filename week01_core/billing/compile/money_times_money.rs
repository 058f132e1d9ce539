//! Multiplies two amounts, which gives no amount.

use billing::Money;

fn main() {
    let square = Money::from_cents(200) * Money::from_cents(300);
    println!("{}", square.cents());
}
