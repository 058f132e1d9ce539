//! The type of a variable says it, behind a `?` as well.

use std::error::Error;

use turbofish_and_friends::Settings;

fn main() -> Result<(), Box<dyn Error>> {
    let settings = Settings::parse("port = 443\nname = edge");
    let port: u16 = settings.get("port")?;
    let name: String = settings.get("name")?;
    println!("{name} {port}");
    Ok(())
}
