use flag_it::{Flag, Flags, bucket};

/// FNV-1a of 64 bits, written down a second time.
fn expected(flag: &str, user: &str) -> u16 {
    let bytes = [flag.as_bytes(), &[0_u8], user.as_bytes()].concat();
    let hash = bytes
        .iter()
        .fold(14_695_981_039_346_656_037_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211)
        });
    u16::try_from(hash % 10_000).expect("it is less than 10,000")
}

#[test]
fn buckets_of_other_flags_are_right() {
    for flag in ["a", "pay_later", "größe"] {
        for user in (0..500).map(|user| format!("{user}@example.org")) {
            assert_eq!(
                bucket(flag, &user),
                expected(flag, &user),
                "flag {flag:?}, user {user:?}"
            );
        }
    }
}

#[test]
fn a_flag_can_be_forced_again() {
    let flag = Flag {
        name: "pay_later",
        percent: 30,
        owner: "payments",
        expires: 9,
    };
    let flags = Flags::new(&[flag])
        .with("pay_later", true)
        .with("pay_later", false);
    assert!(!flags.is_on("pay_later", "ada"), "off was said last");
    assert_eq!(flags.expired(10), [flag], "forced or not, its day is over");
    assert_eq!(flags.expired(9), [], "its last day");
}
