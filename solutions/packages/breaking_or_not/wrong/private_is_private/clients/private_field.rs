use std::time::Duration;

use crate::api::Settings;

pub fn run() {
    let mut settings = Settings::default();
    settings.attempts = 5;
    settings.timeout = Duration::from_secs(1);
    println!("{:?}", settings.longest());
}
