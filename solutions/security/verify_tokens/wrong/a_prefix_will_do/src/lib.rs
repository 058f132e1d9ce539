//! Tells who sent a request, from the token that came with it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde::de::DeserializeOwned;
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
    issuer: String,
    audience: String,
    leeway: u64,
    keys: Vec<Key>,
    clock: Clock,
}

impl Verifier {
    /// Accepts tokens of that issuer for that audience. Clocks of two machines may be apart by `leeway` seconds.
    /// No key is trusted yet.
    pub fn new(issuer: &str, audience: &str, leeway: u64, clock: Clock) -> Self {
        Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            leeway,
            keys: Vec::new(),
            clock,
        }
    }

    /// Accepts tokens that are signed with this key, beside those of others. A key of the same id is replaced.
    pub fn trust(&mut self, key: Key) {
        self.retire(&key.id);
        self.keys.push(key);
    }

    /// Accepts no token of this key any more.
    pub fn retire(&mut self, id: &str) {
        self.keys.retain(|key| key.id != id);
    }

    /// Who sent a token.
    ///
    /// The header is written by whoever sends the token, so it chooses among keys that are trusted anyway, and
    /// nothing else. Claims are not even parsed before the signature was found to be right.
    ///
    /// # Errors
    ///
    /// Says why the token is no good.
    pub fn verify(&self, token: &str) -> Result<Claims, Rejected> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Rejected::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Rejected::Malformed)?;
        if claims.contains('.') {
            return Err(Rejected::Malformed);
        }
        let signature = decode(signature)?;
        self.key_for(&json(header)?)?
            .check(signed.as_bytes(), &signature)?;
        self.judge(json(claims)?)
    }

    fn key_for(&self, header: &Header) -> Result<&Key, Rejected> {
        if header.crit.is_some() {
            return Err(Rejected::Unsupported);
        }
        let key = self
            .keys
            .iter()
            .find(|key| header.kid.as_ref() == Some(&key.id))
            .ok_or(Rejected::UnknownKey)?;
        if header.alg != key.algorithm.name() {
            return Err(Rejected::WrongAlgorithm);
        }
        Ok(key)
    }

    fn judge(&self, claims: SignedClaims) -> Result<Claims, Rejected> {
        if claims.iss.as_ref() != Some(&self.issuer) {
            return Err(Rejected::WrongIssuer);
        }
        let is_for_us = match &claims.aud {
            None => false,
            Some(Audience::One(name)) => *name == self.audience,
            Some(Audience::Many(names)) => names.contains(&self.audience),
        };
        if !is_for_us {
            return Err(Rejected::WrongAudience);
        }
        let now = (self.clock)();
        // Saturating: the numbers are the issuer's, and an overflow must not make an early token a late one.
        if now >= claims.exp.saturating_add(self.leeway) {
            return Err(Rejected::Expired);
        }
        if claims
            .nbf
            .is_some_and(|nbf| now.saturating_add(self.leeway) < nbf)
        {
            return Err(Rejected::TooEarly);
        }
        Ok(Claims {
            subject: claims.sub,
            expires: claims.exp,
        })
    }
}

impl Algorithm {
    fn name(self) -> &'static str {
        match self {
            Algorithm::Hs256 => "HS256",
            Algorithm::Hs512 => "HS512",
        }
    }
}

impl Key {
    /// Compares in constant time.
    fn check(&self, signed: &[u8], signature: &[u8]) -> Result<(), Rejected> {
        match self.algorithm {
            Algorithm::Hs256 => verify::<Hmac<Sha256>>(&self.secret, signed, signature),
            Algorithm::Hs512 => verify::<Hmac<Sha512>>(&self.secret, signed, signature),
        }
    }
}

fn verify<M: Mac + KeyInit>(secret: &[u8], signed: &[u8], tag: &[u8]) -> Result<(), Rejected> {
    <M as KeyInit>::new_from_slice(secret)
        .ok()
        .and_then(|mac| mac.chain_update(signed).verify_truncated_left(tag).ok())
        .ok_or(Rejected::BadSignature)
}

/// The part of a header that we look at.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Names of extensions that must be understood. We understand none.
    crit: Option<serde_json::Value>,
}

/// What the login service says. What is an `Option` here is missed with a reason of its own, or may be missing.
#[derive(Deserialize)]
struct SignedClaims {
    sub: String,
    iss: Option<String>,
    aud: Option<Audience>,
    exp: u64,
    nbf: Option<u64>,
}

/// One recipient is often written without the list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, Rejected> {
    serde_json::from_slice(&decode(part)?).map_err(|_| Rejected::Malformed)
}

fn decode(part: &str) -> Result<Vec<u8>, Rejected> {
    BASE64_URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| Rejected::Malformed)
}
