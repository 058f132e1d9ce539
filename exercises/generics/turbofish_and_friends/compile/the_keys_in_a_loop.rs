//! A loop over the keys, and a chain that ends in a number: no collection is named.

use turbofish_and_friends::Settings;

fn main() {
    let settings = Settings::parse("port = 443\nname = edge");
    for key in settings.keys() {
        println!("{key}");
    }
    println!(
        "{}",
        settings.keys().filter(|key| key.starts_with('p')).count()
    );
}
