//! Tells who sent a request, from the token that came with it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Sha256, Sha512};

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256, `HS256`.
    Hs256,
    /// HMAC with SHA-512, `HS512`.
    Hs512,
}

/// A key that the login service signs with. It has no `Debug`, so that no log ever has it.
#[derive(Clone)]
pub struct Key {
    /// What the header of a token calls it.
    pub id: String,
    /// What it is for.
    pub algorithm: Algorithm,
    pub secret: Vec<u8>,
}

/// What a token says that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who sent the request.
    pub subject: String,
    /// From then on the token is no good, in seconds since 1970.
    pub expires: u64,
}

/// Why a token is no good. For logs: the caller gets a 401 for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejected {
    /// It is no token, or lacks something.
    Malformed,
    /// The header asks for something that must be understood and is not.
    Unsupported,
    /// It names no key, or one that is not trusted.
    UnknownKey,
    /// Its algorithm is not that of the key.
    WrongAlgorithm,
    /// Somebody else has made or changed it.
    BadSignature,
    /// It was good once.
    Expired,
    /// It will be good.
    TooEarly,
    /// It is from somebody else than our login service.
    WrongIssuer,
    /// It is for somebody else than us.
    WrongAudience,
}

/// The seconds since 1970: the system's clock in the service, a number in tests.
pub type Clock = Box<dyn Fn() -> u64 + Send + Sync>;

/// Knows which tokens are good.
pub struct Verifier {
    keys: Vec<Key>,
    clock: Clock,
}

impl Verifier {
    /// Accepts tokens of that issuer for that audience. Clocks of two machines may be apart by `leeway` seconds.
    /// No key is trusted yet.
    pub fn new(_issuer: &str, _audience: &str, _leeway: u64, clock: Clock) -> Self {
        Self {
            keys: Vec::new(),
            clock,
        }
    }

    /// Accepts tokens that are signed with this key, beside those of others. A key of the same id is replaced.
    pub fn trust(&mut self, key: Key) {
        self.keys.push(key);
    }

    /// Accepts no token of this key any more.
    pub fn retire(&mut self, id: &str) {
        self.keys.retain(|key| key.id != id);
    }

    /// Who sent a token.
    ///
    /// # Errors
    ///
    /// Says why the token is no good.
    pub fn verify(&self, token: &str) -> Result<Claims, Rejected> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            return Err(Rejected::Malformed);
        };
        let signed = format!("{header}.{claims}");
        let header = json(header)?;
        let claims = json(claims)?;

        let expires = claims["exp"].as_u64().ok_or(Rejected::Malformed)?;
        if expires < (self.clock)() {
            return Err(Rejected::Expired);
        }

        let mut keys = self.keys.iter();
        let right = match header["alg"].as_str() {
            Some("HS256") => keys.any(|key| sign::<Hmac<Sha256>>(key, &signed) == signature),
            Some("HS512") => keys.any(|key| sign::<Hmac<Sha512>>(key, &signed) == signature),
            Some("none") => true,
            _ => return Err(Rejected::WrongAlgorithm),
        };
        if !right {
            return Err(Rejected::BadSignature);
        }

        let subject = claims["sub"].as_str().ok_or(Rejected::Malformed)?;
        Ok(Claims {
            subject: subject.to_owned(),
            expires,
        })
    }
}

/// The signature as a token has it.
fn sign<M: Mac + KeyInit>(key: &Key, signed: &str) -> String {
    let mac = <M as KeyInit>::new_from_slice(&key.secret).expect("keys may have any length");
    let tag = mac.chain_update(signed).finalize().into_bytes();
    BASE64_URL_SAFE_NO_PAD.encode(tag)
}

fn json(part: &str) -> Result<Value, Rejected> {
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Rejected::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Rejected::Malformed)
}
