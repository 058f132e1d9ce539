//! The crate with all its features: what each adds, and what none changes.

#![allow(dead_code)]

include!(concat!(env!("OUT_DIR"), "/with_ascii_email_sms.rs"));

fn message<'m>(to: &'m str, text: &'m str) -> Message<'m> {
    Message { to, text }
}

#[test]
fn each_rendering_is_what_it_was() {
    assert_eq!(
        email::render(&message("bob@example.org", "It is due.")),
        "To: bob@example.org\r\n\r\nIt is due.\r\n",
        "an e-mail, as before"
    );
    let long = "ä".repeat(200);
    assert_eq!(
        sms::render(&message("+4912345", &long)),
        format!("+4912345;{}", "ä".repeat(160)),
        "a short message has 160 characters at most, as before"
    );
}

#[test]
fn the_stricter_check_is_asked_for_by_name() {
    assert_eq!(
        ascii::check(&message("+4912345", "naïve")),
        Err(ascii::Refused::NotAscii),
        "the text is not ASCII"
    );
    assert_eq!(
        ascii::check(&message("", "naïve")),
        Err(ascii::Refused::Message(Refused::NoRecipient)),
        "what `check` refuses is refused first"
    );
    assert_eq!(
        ascii::check(&message("+4912345", "\t")),
        Err(ascii::Refused::Message(Refused::Empty)),
        "what `check` refuses is refused first"
    );
    assert_eq!(ascii::check(&message("+4912345", "yes")), Ok(()), "ASCII");
}

#[test]
fn with_all_features_check_is_as_without() {
    assert_eq!(check(&message("x", "日本語")), Ok(()), "a text in Japanese");
    assert_eq!(
        check(&message("", "日本語")),
        Err(Refused::NoRecipient),
        "nobody to send it to"
    );
}
