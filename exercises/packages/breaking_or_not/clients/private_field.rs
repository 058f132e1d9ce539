//! A service that uses `Settings`. It builds against both releases; write one that does not build against
//! v2.

use crate::api::Settings;

pub fn run() {
    let settings = Settings::default();
    println!("{:?}", settings.longest());
}
