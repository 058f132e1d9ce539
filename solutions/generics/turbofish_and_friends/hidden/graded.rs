//! The same promises, with nothing written out.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use turbofish_and_friends::{SettingError, Settings};

#[test]
fn types_follow_from_use() -> Result<(), SettingError> {
    let settings = Settings::parse("a = 10.0.0.1\nb = 3.5\nc = x, y, x");
    let address: Ipv4Addr = settings.get("a")?;
    assert_eq!(address.octets(), [10, 0, 0, 1]);
    assert_eq!(
        settings.get_or("b", 1.0)? + settings.get_or("d", 0.25)?,
        3.75
    );
    let words: BTreeSet<char> = settings.list("c")?;
    assert_eq!(words, BTreeSet::from(['x', 'y']));
    assert_eq!(settings.keys().collect::<String>(), "abc");
    Ok(())
}
