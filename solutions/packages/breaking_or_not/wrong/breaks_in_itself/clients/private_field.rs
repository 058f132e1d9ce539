use std::time::Duration;

use crate::api::Settings;

pub fn run() {
    let settings = Settings {
        attempts: 5,
        timeout: Duration::from_secs(1),
    };
    println!("{:?}", settings.longest());
}
