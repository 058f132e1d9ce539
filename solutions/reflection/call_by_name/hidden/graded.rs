//! The same promises with three arguments, and types without a default.

use std::net::IpAddr;
use std::num::NonZeroU8;

use call_by_name::{AnyError, CallError, Registry};

#[test]
fn three_arguments_are_checked_in_turn() {
    let mut registry = Registry::new();
    registry.register("ban", |address: IpAddr, days: NonZeroU8, why: String| {
        Ok::<_, AnyError>(format!("{address} for {days} because {why}"))
    });
    let call = |args: &[&str]| registry.call("ban", args);
    assert_eq!(
        call(&["::1", "3", "noise"]).ok().as_deref(),
        Some("::1 for 3 because noise")
    );
    for (args, expected) in [(["1", "0", ""], 1), (["::1", "0", ""], 2)] {
        assert!(
            matches!(call(&args), Err(CallError::BadArgument { position, .. }) if position == expected),
            "{args:?}"
        );
    }
    assert!(matches!(
        call(&["::1", "3"]),
        Err(CallError::WrongCount { wanted: 3, got: 2 })
    ));
}

#[test]
fn the_later_of_two_with_one_name_is_called() {
    let mut registry = Registry::new();
    registry.register("v", || Ok::<_, AnyError>(1));
    registry.register("v", |plus: u8| Ok::<_, AnyError>(2 + plus));
    assert_eq!(registry.call("v", &["3"]).ok().as_deref(), Some("5"));
}
