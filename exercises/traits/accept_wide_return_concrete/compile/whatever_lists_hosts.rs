//! Other callers, each with the collection that it happens to have, and none with a reason to copy it.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use accept_wide_return_concrete::{in_zone, longest_name};

fn main() {
    // What is known when the program is written.
    println!(
        "{} {}",
        in_zone(["web-1.eu", "db-1.us"], "eu").count(),
        longest_name(["web-1.eu"])
    );

    // Parts of a text that is in memory.
    let inventory = String::from("web-1.eu db-1.us");
    let first: Option<&str> = in_zone(inventory.split_whitespace(), "eu").next();
    println!("{first:?} {}", longest_name(inventory.split_whitespace()));

    // A set, and the keys of a map.
    let set: BTreeSet<String> = inventory.split(' ').map(str::to_owned).collect();
    println!("{} {}", in_zone(&set, "eu").count(), longest_name(&set));
    let load: HashMap<&str, f64> = HashMap::from([("web-1.eu", 0.7)]);
    println!(
        "{} {}",
        in_zone(load.keys(), "eu").count(),
        longest_name(load.keys())
    );

    // A slice of a part, and names of which some are borrowed.
    let many = vec![String::from("web-1.eu"); 9];
    println!(
        "{} {}",
        in_zone(&many[2..5], "eu").count(),
        longest_name(&many[2..5])
    );
    let mixed: [Cow<'_, str>; 2] = ["web-1.eu".into(), String::from("web-2.eu").into()];
    println!("{} {}", in_zone(&mixed, "eu").count(), longest_name(&mixed));

    // Whoever gives owned names gets owned names, and whoever makes them gets them one at a time.
    let owned: Vec<String> = in_zone(many, "eu").collect();
    let mut number = 0;
    let made = std::iter::repeat_with(|| {
        number += 1;
        format!("web-{number}.eu")
    });
    println!("{owned:?} {:?}", in_zone(made, "eu").nth(3));
}
