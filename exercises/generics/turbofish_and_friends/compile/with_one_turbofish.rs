//! Where nothing else says it, one type in a turbofish does.

use std::collections::BTreeSet;

use turbofish_and_friends::{SettingError, Settings};

fn main() -> Result<(), SettingError> {
    let settings = Settings::parse("port = 443\nports = 80, 443");
    println!("{}", settings.get::<u16>("port")?);
    println!("{}", settings.get_or::<u64>("size", 7)?);
    println!("{}", settings.list::<BTreeSet<u16>>("ports")?.len());
    Ok(())
}
