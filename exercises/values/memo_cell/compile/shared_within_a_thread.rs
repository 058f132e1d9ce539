//! Two parts of a program that have the same prices, and no `mut` anywhere.

use memo_cell::Prices;

fn main() {
    let prices = Prices::new(Box::new(|_, article| article.len() as u64));
    let (shop, back_office) = (&prices, &prices);
    println!("{}", shop.quote("pen"));
    back_office.forget("pen");
    shop.each(|article, price| println!("{article}: {price} {}", shop.hits()));
}
