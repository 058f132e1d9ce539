//! A caller that looks up most names at once, and keeps one.

use std::borrow::Cow;

use cow_normalize::{name, value};

fn main() {
    let kept: String = {
        let request = String::from("X-Request-Id:  17 ");
        let (sent, rest) = request.split_once(':').expect("a header has a colon");
        let looked_up: Cow<'_, str> = name(sent);
        let tidy: Cow<'_, str> = value(rest);
        println!("{looked_up}: {tidy}");
        looked_up.into_owned()
    };
    println!("{kept}");
}
