//! The default says it.

use turbofish_and_friends::{SettingError, Settings};

fn main() -> Result<(), SettingError> {
    let settings = Settings::parse("");
    let workers = settings.get_or("workers", 4_usize)?;
    let verbose = settings.get_or("verbose", false)?;
    println!("{workers} {verbose}");
    Ok(())
}
