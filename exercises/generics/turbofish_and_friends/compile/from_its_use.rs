//! A parameter and a field say it, and nobody else has to.

use std::error::Error;
use std::net::IpAddr;

use turbofish_and_friends::{SettingError, Settings};

struct Limits {
    connections: u32,
    verbose: bool,
}

fn listen(address: IpAddr, port: u16) {
    println!("{address} {port}");
}

fn limits(settings: &Settings) -> Result<Limits, SettingError> {
    Ok(Limits {
        connections: settings.get("connections")?,
        verbose: settings.get("verbose")?,
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let settings = Settings::parse("port = 443");
    listen(settings.get("address")?, settings.get("port")?);
    let limits = limits(&settings)?;
    println!("{} {}", limits.connections, limits.verbose);
    Ok(())
}
