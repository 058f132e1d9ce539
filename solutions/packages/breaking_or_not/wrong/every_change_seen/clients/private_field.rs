//! A service that sets one field and takes the rest as it comes.
//!
//! Struct update copies every field that is not named, so it has to see every field, the private one too.

use crate::api::Settings;

pub fn run() {
    let settings = Settings {
        attempts: 5,
        ..Settings::default()
    };
    println!("{:?}", settings.longest());
}
