//! What an address promises, and what the newsletter may therefore leave undone.

use std::borrow::BorrowMut;
use std::fmt;
use std::marker::PhantomData;
use std::ops::DerefMut;

use parse_dont_validate::{AddressError, EmailAddress, Newsletter};

/// An address that keeps every rule.
fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text)
        .unwrap_or_else(|error| panic!("{text:?} keeps every rule, but parse said: {error}"))
}

/// What `send` puts on the wire for this newsletter.
fn wire(newsletter: &Newsletter) -> String {
    let mut bytes = Vec::new();
    newsletter
        .send(&mut bytes)
        .expect("writing to a Vec cannot fail");
    String::from_utf8(bytes).expect("commands are text")
}

#[test]
fn parse_names_the_first_rule_that_a_text_breaks() {
    let domain = |text: &str| AddressError::Domain {
        domain: text.to_owned(),
    };
    let long = format!("{}@example.com", "a".repeat(243));
    let table = [
        ("", AddressError::Empty),
        (" \t\r\n", AddressError::Empty),
        (long.as_str(), AddressError::TooLong { bytes: 255 }),
        (
            "ada lovelace@example.com",
            AddressError::BadCharacter { character: ' ' },
        ),
        (
            "ada@example.com\r\nbcc:all@example.com",
            AddressError::BadCharacter { character: '\r' },
        ),
        (
            "<ada@example.com>",
            AddressError::BadCharacter { character: '<' },
        ),
        (
            "jürgen@example.com",
            AddressError::BadCharacter { character: 'ü' },
        ),
        ("ada.example.com", AddressError::AtSigns { found: 0 }),
        ("ada@home@example.com", AddressError::AtSigns { found: 2 }),
        ("@example.com", AddressError::LocalPart { bytes: 0 }),
        ("ada@", domain("")),
        ("ada@LocalHost", domain("LocalHost")),
        ("ada@example..com", domain("example..com")),
        ("ada@-example.com", domain("-example.com")),
        ("ada@example-.com", domain("example-.com")),
        ("ada@exam_ple.com", domain("exam_ple.com")),
    ];
    for (text, broken) in table {
        match EmailAddress::parse(text) {
            Err(error) => assert_eq!(
                error, broken,
                "{text:?} first breaks the rule {broken:?}, and parse has to name that one"
            ),
            Ok(address) => panic!(
                "{text:?} breaks the rule {broken:?}, but parse made the address {:?} of it",
                address.as_str()
            ),
        }
    }
}

#[test]
fn an_address_has_one_spelling() {
    for typed in [
        "Ada.King@example.com",
        "  Ada.King@Example.COM",
        "Ada.King@EXAMPLE.com\r\n",
    ] {
        let parsed = address(typed);
        assert_eq!(
            parsed.as_str(),
            "Ada.King@example.com",
            "parse keeps no white space around {typed:?}, makes the domain lower case, \
             and leaves the local part as it is"
        );
        assert_eq!(
            parsed.domain(),
            "example.com",
            "the domain of {typed:?} is what stands after the `@` of its one spelling"
        );
    }
}

#[test]
fn every_door_keeps_the_rules() {
    type Door = (&'static str, fn(&str) -> Result<EmailAddress, AddressError>);
    let doors: [Door; 4] = [
        ("EmailAddress::parse", EmailAddress::parse),
        ("FromStr", |text| text.parse()),
        ("TryFrom<String>", |text| text.to_owned().try_into()),
        // The hostile text is the tag, so it ends up inside an address.
        ("with_tag", |text| address("ada@example.com").with_tag(text)),
    ];
    let hostile = [
        "eve@example.com>\r\nRCPT TO:<all@example.com",
        "eve@example.com, mallory@example.com",
        "x@evil.example@example.com",
        "two words",
    ];
    for (door, open) in doors {
        for text in hostile {
            let Ok(address) = open(text) else { continue };
            let mut newsletter = Newsletter::new();
            newsletter.sign_up(address.clone());
            panic!(
                "{text:?} came in through {door} as the address {:?}; `send` then wrote {:?}",
                address.as_str(),
                wire(&newsletter),
            );
        }
    }
    for (door, open) in doors.into_iter().take(3) {
        assert_eq!(
            open(" ada@EXAMPLE.com "),
            Ok(address("ada@example.com")),
            "{door} has to give the same address as EmailAddress::parse"
        );
    }
    assert_eq!(
        address("ada@example.com").with_tag("weekly"),
        Ok(address("ada+weekly@example.com")),
        "with_tag puts `+` and the tag before the `@`"
    );
}

#[test]
fn what_parses_is_taken_by_all_five_functions() {
    let mut refusals = String::new();
    for text in [
        "ada@example.com",
        "ada+news@example.com",
        "Ada@example.com",
        "lena@163.com",
        "lena@deichtor.museum",
        "o'neill_2@xn--bcher-kva.example",
        "a@b.c",
    ] {
        let reader = address(text);
        let mut newsletter = Newsletter::new();
        if !newsletter.sign_up(reader.clone()) {
            refusals += &format!("\n  sign_up does not take {text:?}");
            continue;
        }
        let has = newsletter.has(&reader);
        let reported = newsletter.readers_per_domain().get(reader.domain()) == Some(&1);
        let sent = wire(&newsletter) == format!("RCPT TO:<{text}>\r\n");
        let unsubscribed = newsletter.unsubscribe(&reader) && !newsletter.has(&reader);
        for (function, took) in [
            ("has", has),
            ("readers_per_domain", reported),
            ("send", sent),
            ("unsubscribe", unsubscribed),
        ] {
            if !took {
                refusals += &format!("\n  {function} does not take {text:?}");
            }
        }
    }
    assert!(
        refusals.is_empty(),
        "each of these is an address, so every function has to take it:{refusals}"
    );
}

#[test]
fn a_reader_is_one_reader_however_the_address_was_typed() {
    let mut newsletter = Newsletter::new();
    assert!(
        newsletter.sign_up(address("Mara@Example.org ")),
        "the first reader is new"
    );
    assert!(
        !newsletter.sign_up(address("Mara@example.ORG")),
        "\"Mara@Example.org \" is on the list, so \"Mara@example.ORG\" is not new"
    );
    assert!(
        newsletter.has(&address(" Mara@example.org")),
        "\"Mara@Example.org \" signed up, so \" Mara@example.org\" is a reader"
    );
    assert!(
        !newsletter.has(&address("mara@example.org")),
        "the case of the local part counts: \"Mara@…\" signed up, \"mara@…\" did not"
    );
    assert!(
        newsletter.unsubscribe(&address("Mara@EXAMPLE.org")),
        "\"Mara@Example.org \" signed up, so \"Mara@EXAMPLE.org\" takes her off the list"
    );
    assert_eq!(
        wire(&newsletter),
        "",
        "after Mara has unsubscribed nobody is sent anything"
    );
}

/// Whether EmailAddress implements a trait, answered at run time: where the bound holds, the inherent
/// constant is found first; elsewhere the constant of `Otherwise` is. `String` implements every trait
/// asked for and `Nothing` none, which shows that the question is put rightly.
macro_rules! address_implements {
    ($($bound:tt)+) => {{
        struct Nothing;
        struct Probe<T>(PhantomData<T>);
        trait Otherwise {
            const ANSWER: bool = false;
        }
        impl<T> Otherwise for Probe<T> {}
        impl<T: $($bound)+> Probe<T> {
            const ANSWER: bool = true;
        }
        const { assert!(<Probe<String>>::ANSWER && !<Probe<Nothing>>::ANSWER) };
        (stringify!($($bound)+), <Probe<EmailAddress>>::ANSWER)
    }};
}

#[test]
fn there_is_no_door_beside_the_parser() {
    let doors = [
        address_implements!(Default),
        address_implements!(From<&'static str>),
        address_implements!(DerefMut),
        address_implements!(AsMut<str>),
        address_implements!(BorrowMut<str>),
        address_implements!(fmt::Write),
    ];
    for (door, open) in doors {
        assert!(
            !open,
            "EmailAddress implements {door}, which makes or changes an address without parsing it"
        );
    }
}
