//! What settings are read as. The programs in `compile/` tell how little a caller has to write; here every type is
//! written out, so that any signature will do.

use std::error::Error;
use std::num::{IntErrorKind, ParseIntError};
use std::str::ParseBoolError;

use turbofish_and_friends::{SettingError, Settings};

fn settings() -> Settings {
    Settings::parse(
        "port = 443\nname = edge\nverbose=true\nports = 80, 443,\nnone =\nbad = 80, eighty\nno line",
    )
}

fn shown<T: PartialEq>(answer: Result<T, SettingError>) -> Result<T, String> {
    answer.map_err(|error| error.to_string())
}

#[test]
fn settings_and_lists_are_read_as_what_is_wanted() {
    let port: Result<u16, SettingError> = settings().get("port");
    let text: Result<String, SettingError> = settings().get("port");
    let verbose: Result<bool, SettingError> = settings().get("verbose");
    assert_eq!(
        (shown(port), shown(text), shown(verbose)),
        (Ok(443), Ok("443".to_owned()), Ok(true))
    );
    let ports: Result<Vec<u16>, SettingError> = settings().list("ports");
    let none: Result<Vec<u16>, SettingError> = settings().list("none");
    assert_eq!(
        (shown(ports), shown(none)),
        (Ok(vec![80, 443]), Ok(vec![])),
        "an empty item is none"
    );
}

#[test]
fn a_default_is_for_what_is_not_there() {
    let there: Result<u16, SettingError> = settings().get_or("port", 1_u16);
    let absent: Result<u16, SettingError> = settings().get_or("prot", 1_u16);
    let bad: Result<u16, SettingError> = settings().get_or("name", 1_u16);
    assert_eq!((shown(there), shown(absent)), (Ok(443), Ok(1)));
    assert!(
        matches!(bad, Err(SettingError::Bad { .. })),
        "a setting that is there and bad is no reason for a default: {bad:?}"
    );
}

#[test]
fn an_error_has_the_key_and_the_cause() {
    let number: Result<u16, SettingError> = settings().get("name");
    let switch: Result<bool, SettingError> = settings().get_or("port", false);
    let list: Result<Vec<u16>, SettingError> = settings().list("bad");
    let missing: Result<u16, SettingError> = settings().get("prot");
    let told = |error: Option<SettingError>| match error {
        Some(SettingError::Bad { key, .. }) => format!("bad {key}"),
        Some(SettingError::Missing { key }) => format!("missing {key}"),
        None => "no error".to_owned(),
    };
    let kind = number
        .as_ref()
        .err()
        .and_then(|error| error.source()?.downcast_ref::<ParseIntError>())
        .map(|cause| *cause.kind());
    let of_switch = switch
        .as_ref()
        .err()
        .and_then(|error| error.source())
        .is_some_and(|cause| cause.is::<ParseBoolError>());
    assert_eq!(
        [
            told(number.err()),
            told(switch.err()),
            told(list.err()),
            told(missing.err())
        ],
        ["bad name", "bad port", "bad bad", "missing prot"],
        "whoever mends the settings needs the key, and a conversion by `From` does not know it"
    );
    assert_eq!(
        (kind, of_switch),
        (Some(IntErrorKind::InvalidDigit), true),
        "the cause is the parser's own error"
    );
}
