//! The collection says what it wants, and thereby what its items are.

use std::collections::{BTreeSet, VecDeque};
use std::error::Error;

use turbofish_and_friends::Settings;

fn open(ports: Vec<u16>, hosts: BTreeSet<String>) {
    println!("{} {}", ports.len(), hosts.len());
}

fn main() -> Result<(), Box<dyn Error>> {
    let settings = Settings::parse("ports = 80, 443\nhosts = a, b");
    open(settings.list("ports")?, settings.list("hosts")?);
    let switches: VecDeque<bool> = settings.list("switches")?;
    println!("{}", switches.len());
    Ok(())
}
