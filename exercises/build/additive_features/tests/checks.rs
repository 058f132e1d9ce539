//! The crate as a service meets it that asked for nothing, in a build where others asked for `ascii` and `sms`.

#![allow(dead_code)]

include!(concat!(env!("OUT_DIR"), "/with_ascii_sms.rs"));

#[test]
fn a_neighbours_feature_changes_nothing() {
    for text in ["Grüße aus Köln", "10 € off", "plain"] {
        let checked = check(&Message {
            to: "ada@example.org",
            text,
        });
        assert_eq!(
            checked,
            Ok(()),
            "without features `check` takes {text:?}; this service never asked for `ascii`, another one in the \
             same build did, and the first loses its messages"
        );
    }
}

#[test]
fn what_was_refused_is_refused() {
    for (to, text, why) in [
        ("", "hello", Refused::NoRecipient),
        ("ada@example.org", " \n", Refused::Empty),
        ("", "", Refused::NoRecipient),
    ] {
        assert_eq!(
            check(&Message { to, text }),
            Err(why),
            "a message to {to:?} that says {text:?} can't be sent"
        );
    }
}
