//! Tokens that are good, and tokens that look like it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha512};
use verify_tokens::{Algorithm, Claims, Key, Rejected, Verifier};

const NOON: u64 = 1_800_000_000;
const LEEWAY: u64 = 30;

fn key(id: &str, algorithm: Algorithm) -> Key {
    Key {
        id: id.to_owned(),
        algorithm,
        secret: format!("the secret of {id}, of at least 32 bytes").into_bytes(),
    }
}

/// The verifier of `billing`, which trusts `spring` for HS256, and its clock, which stands at noon.
fn billing() -> (Verifier, Arc<AtomicU64>) {
    let clock = Arc::new(AtomicU64::new(NOON));
    let hand = Arc::clone(&clock);
    let now = Box::new(move || hand.load(Ordering::SeqCst));
    let mut verifier = Verifier::new("https://login.example", "billing", LEEWAY, now);
    verifier.trust(key("spring", Algorithm::Hs256));
    (verifier, clock)
}

fn header() -> Value {
    json!({ "alg": "HS256", "typ": "JWT", "kid": "spring" })
}

fn claims() -> Value {
    json!({
        "iss": "https://login.example",
        "aud": "billing",
        "sub": "ada",
        "exp": NOON + 300,
    })
}

/// A value with another value in one place, or with nothing there.
fn with(mut value: Value, name: &str, other: Value) -> Value {
    let fields = value.as_object_mut().expect("this is an object");
    if other.is_null() {
        fields.remove(name);
    } else {
        fields.insert(name.to_owned(), other);
    }
    value
}

fn encode(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

fn tag<M: Mac + KeyInit>(key: &Key, signed: &str) -> String {
    let mac = <M as KeyInit>::new_from_slice(&key.secret).expect("keys may have any length");
    BASE64_URL_SAFE_NO_PAD.encode(mac.chain_update(signed).finalize().into_bytes())
}

/// A token, signed with a key in the way that the key is for.
fn token(header: &Value, claims: &Value, key: &Key) -> String {
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = match key.algorithm {
        Algorithm::Hs256 => tag::<Hmac<Sha256>>(key, &signed),
        Algorithm::Hs512 => tag::<Hmac<Sha512>>(key, &signed),
    };
    format!("{signed}.{signature}")
}

fn spring(header: &Value, claims: &Value) -> String {
    token(header, claims, &key("spring", Algorithm::Hs256))
}

fn ada() -> Claims {
    Claims {
        subject: "ada".to_owned(),
        expires: NOON + 300,
    }
}

#[test]
fn a_good_token_tells_who_sent_it() {
    let (verifier, _) = billing();
    assert_eq!(
        verifier.verify(&spring(&header(), &claims())),
        Ok(ada()),
        "a token of our login service, for us, for five minutes more"
    );
}

#[test]
fn a_token_that_nobody_signed_is_refused() {
    let (verifier, _) = billing();
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = with(header(), "alg", json!(alg));
        let unsigned = format!("{}.{}.", encode(&header), encode(&claims()));
        let signed = spring(&header, &claims());
        for token in [unsigned, signed] {
            let found = verifier.verify(&token);
            assert_eq!(
                found,
                Err(Rejected::WrongAlgorithm),
                "the header says that `{alg}` is its algorithm. Whoever writes the token writes the header; the key \
                 `spring` is for HS256"
            );
        }
    }
}

#[test]
fn the_key_says_the_algorithm() {
    let (mut verifier, _) = billing();
    let summer = key("summer", Algorithm::Hs512);
    verifier.trust(summer.clone());
    let header = json!({ "alg": "HS512", "kid": "summer" });
    assert_eq!(
        verifier.verify(&token(&header, &claims(), &summer)),
        Ok(ada()),
        "a key for HS512, and a token that is signed so"
    );

    for (alg, id, trusted_for, used_for) in [
        ("HS512", "spring", Algorithm::Hs256, Algorithm::Hs512),
        ("HS256", "summer", Algorithm::Hs512, Algorithm::Hs256),
    ] {
        let header = json!({ "alg": alg, "kid": id });
        let other = token(&header, &claims(), &key(id, used_for));
        assert_eq!(
            verifier.verify(&other),
            Err(Rejected::WrongAlgorithm),
            "`{id}` is trusted for {trusted_for:?} and this token uses it for {used_for:?}. The header may not \
             choose what a key is used for"
        );
    }
}

#[test]
fn whoever_changes_a_token_breaks_it() {
    let (verifier, _) = billing();
    let good = spring(&header(), &claims());
    let (signed, signature) = good.rsplit_once('.').expect("a token has dots");
    for at in 0..signed.len() {
        let mut bytes = signed.as_bytes().to_vec();
        if bytes[at] == b'.' {
            continue;
        }
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).expect("this is ASCII");
        let found = verifier.verify(&format!("{changed}.{signature}"));
        assert!(
            found.is_err(),
            "character {at} of {signed} was changed, and the token still opened the account: {found:?}"
        );
    }
    for end in 0..signature.len() {
        let found = verifier.verify(&format!("{signed}.{}", &signature[..end]));
        assert!(
            found.is_err(),
            "{end} of {} characters of the signature are left, and they were enough: {found:?}",
            signature.len()
        );
    }
}

#[test]
fn nothing_is_believed_before_the_signature_is_right() {
    let (verifier, _) = billing();
    let mallory = Key {
        secret: b"mallory does not know the secret".to_vec(),
        ..key("spring", Algorithm::Hs256)
    };
    let lies = [
        ("well formed", claims()),
        ("expired", with(claims(), "exp", json!(1))),
        ("not a token's", json!(["what", "ever"])),
        ("for another service", with(claims(), "aud", json!("chat"))),
    ];
    for (what, claims) in lies {
        assert_eq!(
            verifier.verify(&token(&header(), &claims, &mallory)),
            Err(Rejected::BadSignature),
            "the claims are {what}, and mallory wrote them: there is nothing to be said about them but that"
        );
    }
}

#[test]
fn keys_come_and_go() {
    let (mut verifier, _) = billing();
    let (old, new) = (
        key("spring", Algorithm::Hs256),
        key("autumn", Algorithm::Hs256),
    );
    let of_old = spring(&header(), &claims());
    let autumn = with(header(), "kid", json!("autumn"));
    let of_new = token(&autumn, &claims(), &new);

    assert_eq!(
        verifier.verify(&of_new),
        Err(Rejected::UnknownKey),
        "`autumn` is not trusted yet"
    );
    verifier.trust(new.clone());
    assert_eq!(verifier.verify(&of_new), Ok(ada()), "`autumn` is trusted");
    assert_eq!(
        verifier.verify(&of_old),
        Ok(ada()),
        "tokens of `spring` are good as long as it is trusted, or everybody is logged out by a rotation"
    );

    for (said, signed_with) in [("autumn", &old), ("spring", &new)] {
        let header = with(header(), "kid", json!(said));
        assert_eq!(
            verifier.verify(&token(&header, &claims(), signed_with)),
            Err(Rejected::BadSignature),
            "the header says `{said}` and the key was `{}`: a key that is named is the one that counts",
            signed_with.id
        );
    }
    for kid in [json!("winter"), json!("Spring"), Value::Null] {
        let header = with(header(), "kid", kid.clone());
        assert_eq!(
            verifier.verify(&spring(&header, &claims())),
            Err(Rejected::UnknownKey),
            "a token of the key {kid} (null: it names none)"
        );
    }

    verifier.retire("spring");
    assert_eq!(
        verifier.verify(&of_old),
        Err(Rejected::UnknownKey),
        "`spring` was retired because it leaked, whatever its tokens say about how long they are good"
    );
    assert_eq!(verifier.verify(&of_new), Ok(ada()), "`autumn` stays");
}

#[test]
fn a_token_is_good_for_its_time() {
    let claims = with(claims(), "nbf", json!(NOON - 600));
    let token = spring(&header(), &claims);
    for (now, expected) in [
        (NOON - 600 - LEEWAY - 1, Err(Rejected::TooEarly)),
        (NOON - 600 - LEEWAY, Ok(ada())),
        (NOON, Ok(ada())),
        (NOON + 300 + LEEWAY - 1, Ok(ada())),
        (NOON + 300 + LEEWAY, Err(Rejected::Expired)),
        (NOON + 9_999, Err(Rejected::Expired)),
    ] {
        let (verifier, clock) = billing();
        clock.store(now, Ordering::SeqCst);
        assert_eq!(
            verifier.verify(&token),
            expected,
            "it is {} s after noon by our clock, which may be {LEEWAY} s off; the token is good from 600 s before \
             noon, and from 300 s after noon on it is not",
            now.cast_signed() - NOON.cast_signed()
        );
    }
    let (verifier, _) = billing();
    for exp in [Value::Null, json!("never"), json!(-1)] {
        assert_eq!(
            verifier.verify(&spring(
                &header(),
                &with(claims.clone(), "exp", exp.clone())
            )),
            Err(Rejected::Malformed),
            "`exp` is {exp} (null: there is none), and a token without an end is good for whoever finds it"
        );
    }
}

#[test]
fn a_token_for_somebody_else_is_not_for_us() {
    let (verifier, _) = billing();
    for (aud, ours) in [
        (json!("billing"), true),
        (json!(["chat", "billing"]), true),
        (json!("chat"), false),
        (json!("billing-test"), false),
        (json!("Billing"), false),
        (json!(["chat", "not-billing"]), false),
        (json!([]), false),
        (Value::Null, false),
    ] {
        let token = spring(&header(), &with(claims(), "aud", aud.clone()));
        let expected = if ours {
            Ok(ada())
        } else {
            Err(Rejected::WrongAudience)
        };
        assert_eq!(
            verifier.verify(&token),
            expected,
            "we are `billing`, and the token is for {aud} (null: it does not say)"
        );
    }
    for iss in [
        json!("https://login.example.evil"),
        json!("https://login"),
        Value::Null,
    ] {
        assert_eq!(
            verifier.verify(&spring(&header(), &with(claims(), "iss", iss.clone()))),
            Err(Rejected::WrongIssuer),
            "our login service is `https://login.example`, and the token is of {iss}"
        );
    }
}

#[test]
fn what_must_be_understood_and_is_not_is_refused() {
    let (verifier, _) = billing();
    let header = with(header(), "crit", json!(["https://example.com/bound-to-ip"]));
    assert_eq!(
        verifier.verify(&spring(&header, &claims())),
        Err(Rejected::Unsupported),
        "`crit` lists what a verifier has to understand to accept the token, and we understand none of it"
    );
    let header = with(header, "crit", Value::Null);
    let header = with(header, "https://example.com/comment", json!(1));
    assert_eq!(
        verifier.verify(&spring(&header, &claims())),
        Ok(ada()),
        "what is not listed there may be ignored"
    );
}
