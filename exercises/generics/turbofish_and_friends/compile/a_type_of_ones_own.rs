//! A type with an error of its own, of which the settings have never heard.

use std::fmt;
use std::str::FromStr;

use turbofish_and_friends::{SettingError, Settings};

#[derive(Debug)]
struct NoSuchLevel;

impl fmt::Display for NoSuchLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no such level")
    }
}

impl std::error::Error for NoSuchLevel {}

#[derive(Debug)]
struct Level(u8);

impl FromStr for Level {
    type Err = NoSuchLevel;

    fn from_str(text: &str) -> Result<Self, NoSuchLevel> {
        match text {
            "info" => Ok(Self(0)),
            "debug" => Ok(Self(1)),
            _ => Err(NoSuchLevel),
        }
    }
}

fn main() -> Result<(), SettingError> {
    let settings = Settings::parse("level = info");
    let level: Level = settings.get("level")?;
    println!("{} {:?}", level.0, settings.get_or("other", Level(1))?);
    Ok(())
}
