//! The same promises at other values, tokens that another program has made, and numbers at their ends.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use verify_tokens::{Algorithm, Key, Rejected, Verifier};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

fn chat(now: u64, leeway: u64) -> Verifier {
    let mut verifier = Verifier::new("login", "chat", leeway, Box::new(move || now));
    verifier.trust(Key {
        id: "k1".to_owned(),
        algorithm: Algorithm::Hs256,
        secret: SECRET.to_vec(),
    });
    verifier
}

fn token(header: &str, claims: &str) -> String {
    let signed = format!(
        "{}.{}",
        BASE64_URL_SAFE_NO_PAD.encode(header),
        BASE64_URL_SAFE_NO_PAD.encode(claims)
    );
    let mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("keys may have any length");
    let tag = mac.chain_update(&signed).finalize().into_bytes();
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
}

fn subject(verifier: &Verifier, token: &str) -> Result<String, Rejected> {
    verifier.verify(token).map(|claims| claims.subject)
}

/// Made with Python's `hmac`, with spaces and an order of its own: whoever encodes the JSON again finds another
/// signature.
#[test]
fn the_signature_is_over_what_was_sent() {
    let made_elsewhere = "eyAia2lkIiA6ICJrMSIsCiAgImFsZyIgOiAiSFMyNTYiIH0.eyAic3ViIjoiem_DqyIsICJleHAiIDogMTAxLCAieCIgOiB7InkiOlsxLCAyXX0sICJhdWQiIDogWyAiYSIsICJjaGF0IiBdLCAiaXNzIjoibG9naW4iIH0.9Cv66S0ZMyKnw2qJSCPRPVvZD6XigdD6-HWxw4a6nYs";
    assert_eq!(
        subject(&chat(100, 0), made_elsewhere),
        Ok("zoë".to_owned()),
        "a token that another program has made: {made_elsewhere}"
    );
}

#[test]
fn numbers_at_their_ends_do_not_overflow() {
    let last = u64::MAX;
    let header = r#"{"alg":"HS256","kid":"k1"}"#;
    let claims = |exp: u64, nbf: u64| {
        format!(r#"{{"iss":"login","aud":["chat"],"sub":"eve","exp":{exp},"nbf":{nbf}}}"#)
    };
    let good_for_ever = token(header, &claims(last, 0));
    assert_eq!(
        subject(&chat(1, 60), &good_for_ever),
        Ok("eve".to_owned()),
        "`exp` is the last second that there is, and 60 s of leeway come on top"
    );
    let never_good = token(header, &claims(last, last));
    assert_eq!(
        subject(&chat(1, 60), &never_good),
        Err(Rejected::TooEarly),
        "`nbf` is the last second that there is"
    );
    let at_once = token(header, &claims(60, 0));
    assert_eq!(
        subject(&chat(0, u64::MAX), &at_once),
        Ok("eve".to_owned()),
        "whoever has a leeway of all time accepts every time"
    );
}

#[test]
fn what_is_no_token_is_malformed() {
    let verifier = chat(100, 0);
    let header = r#"{"alg":"HS256","kid":"k1"}"#;
    let good = token(
        header,
        r#"{"iss":"login","aud":"chat","sub":"eve","exp":200}"#,
    );
    assert_eq!(
        subject(&verifier, &good),
        Ok("eve".to_owned()),
        "the token that the others are made from"
    );
    let padded = format!("{good}=");
    let longer = format!("{good}.{good}");
    let (signed, _) = good.rsplit_once('.').expect("a token has dots");
    for text in [
        "",
        ".",
        "..",
        "...",
        "eve",
        signed,
        &padded,
        &longer,
        "a.b.c",
        "e30.e30.e30",
    ] {
        assert_eq!(
            subject(&verifier, text),
            Err(Rejected::Malformed),
            "`{text}` is no token"
        );
    }
    for claims in [
        "[]",
        r#"{"iss":"login","aud":"chat","exp":200}"#,
        r#"{"iss":"login","aud":"chat","sub":7,"exp":200}"#,
        r#"{"iss":"login","aud":"chat","sub":"eve","exp":200"#,
    ] {
        assert_eq!(
            subject(&verifier, &token(header, claims)),
            Err(Rejected::Malformed),
            "signed, and yet no claims of a token: {claims}"
        );
    }
}

#[test]
fn a_key_of_the_same_name_takes_its_place() {
    let mut verifier = chat(100, 0);
    let old = token(
        r#"{"alg":"HS256","kid":"k1"}"#,
        r#"{"iss":"login","aud":"chat","sub":"eve","exp":200}"#,
    );
    verifier.trust(Key {
        id: "k1".to_owned(),
        algorithm: Algorithm::Hs256,
        secret: b"fedcba9876543210fedcba9876543210".to_vec(),
    });
    assert_eq!(
        subject(&verifier, &old),
        Err(Rejected::BadSignature),
        "`k1` is another key now, and the old one must not go on beside it"
    );
}
