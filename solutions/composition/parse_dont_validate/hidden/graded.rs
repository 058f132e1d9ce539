//! The same promises at values that the visible tests do not name.

use parse_dont_validate::{AddressError, EmailAddress, Newsletter};

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text)
        .unwrap_or_else(|error| panic!("{text:?} keeps every rule, but parse said: {error}"))
}

#[test]
fn the_limits_are_exact() {
    let local = "l".repeat(64);
    let label = "d".repeat(63);
    // 64 + 1 + 63 + 1 + 63 + 1 + 61 bytes.
    let longest = format!("{local}@{label}.{label}.{}", "e".repeat(61));
    assert_eq!(longest.len(), 254);
    assert_eq!(address(&format!("  {longest}\n")).as_str(), longest);
    assert_eq!(
        EmailAddress::parse(&format!("{longest}f")),
        Err(AddressError::TooLong { bytes: 255 })
    );
    assert_eq!(
        EmailAddress::parse(&format!("{local}l@example.com")),
        Err(AddressError::LocalPart { bytes: 65 })
    );
    let domain = format!("{label}d.example");
    assert_eq!(
        EmailAddress::parse(&format!("ada@{domain}")),
        Err(AddressError::Domain { domain })
    );
    // Bytes, not characters: 126 of these and 2 more bytes are 254, 127 and 1 more are 255.
    assert_eq!(
        EmailAddress::parse(&format!("{}@b", "é".repeat(126))),
        Err(AddressError::BadCharacter { character: 'é' })
    );
    assert_eq!(
        EmailAddress::parse(&format!("{}@", "é".repeat(127))),
        Err(AddressError::TooLong { bytes: 255 })
    );
}

#[test]
fn each_ascii_character_is_allowed_or_named() {
    let allowed = ".!#$%&'*+-/=?^_`{|}~";
    for character in (0..128_u8).map(char::from) {
        let text = format!("a{character}b@example.com");
        let expected = if character == '@' {
            Err(AddressError::AtSigns { found: 2 })
        } else if character.is_ascii_alphanumeric() || allowed.contains(character) {
            Ok(text.clone())
        } else {
            Err(AddressError::BadCharacter { character })
        };
        let parsed = EmailAddress::parse(&text).map(|address| address.to_string());
        assert_eq!(parsed, expected, "{text:?}");
    }
}

#[test]
fn the_first_broken_rule_wins() {
    // Each text breaks the rule named and every later one that it can.
    let long = format!("{}@ @", "a".repeat(300));
    for (text, broken) in [
        (long.as_str(), AddressError::TooLong { bytes: 303 }),
        ("@ü@com", AddressError::BadCharacter { character: 'ü' }),
        ("@@com", AddressError::AtSigns { found: 2 }),
        ("@com", AddressError::LocalPart { bytes: 0 }),
        (
            "ada@c+m",
            AddressError::Domain {
                domain: "c+m".to_owned(),
            },
        ),
    ] {
        assert_eq!(EmailAddress::parse(text), Err(broken), "{text:?}");
    }
}

#[test]
fn a_tag_keeps_the_limits_too() {
    let sixty = address(&format!("{}@Example.com", "a".repeat(60)));
    let tagged = sixty.with_tag("xyz").expect("60 + 1 + 3 bytes are 64");
    assert_eq!(tagged.domain(), "example.com");
    assert_eq!(
        sixty.with_tag("wxyz"),
        Err(AddressError::LocalPart { bytes: 65 })
    );
    assert_eq!(
        sixty.with_tag(" x"),
        Err(AddressError::BadCharacter { character: ' ' })
    );
    let twice = address("bo@x.example").with_tag("a").expect("a tag");
    assert_eq!(
        twice.with_tag("b"),
        Ok(address("bo+a+b@x.example")),
        "a tagged address can be tagged again"
    );
}

#[test]
fn an_address_survives_its_own_text() {
    for typed in ["Bo@X.Example", " bo@x.example", "Bo+a.B@x-1.Example\n"] {
        let once = address(typed);
        let again: EmailAddress = once.to_string().parse().expect("its own text");
        assert_eq!(once, again, "{typed:?}");
        assert_eq!(EmailAddress::try_from(typed.to_owned()), Ok(again));
    }
}

#[test]
fn many_readers_are_counted_and_sent_to_once_each() {
    let mut newsletter = Newsletter::new();
    for number in 0..30 {
        let domain = ["7digital.example", "B.Photography", "c.d.e"][number % 3];
        for typed in [
            format!("r{number}+x@{domain}"),
            format!(" r{number}+x@{} ", domain.to_uppercase()),
        ] {
            newsletter.sign_up(address(&typed));
        }
    }
    let counts: Vec<(&str, usize)> = newsletter.readers_per_domain().into_iter().collect();
    assert_eq!(
        counts,
        [
            ("7digital.example", 10),
            ("b.photography", 10),
            ("c.d.e", 10)
        ]
    );
    let mut bytes = Vec::new();
    newsletter.send(&mut bytes).expect("a Vec takes all");
    let text = String::from_utf8(bytes).expect("text");
    assert_eq!(text.matches("RCPT TO:<r").count(), 30, "{text}");
    assert_eq!(text.matches("\r\n").count(), 30, "{text}");
    assert!(text.contains("RCPT TO:<r4+x@b.photography>\r\n"), "{text}");
}
