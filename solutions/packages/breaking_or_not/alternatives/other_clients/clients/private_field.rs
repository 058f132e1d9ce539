//! A service that derives one set of settings from another.

use std::time::Duration;

use crate::api::Settings;

fn patient(usual: &Settings) -> Settings {
    Settings {
        timeout: Duration::from_secs(30),
        ..usual.clone()
    }
}

pub fn run() {
    println!("{:?}", patient(&Settings::default()).longest());
}
