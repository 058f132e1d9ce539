//! The two kinds of tokens: one that is signed and says something, and one that is random and says nothing.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Policy;
use crate::Secret;
use crate::config::TokenKey;
use crate::domain::{Timestamp, UserId};
use crate::ports::Digest;

const ALGORITHM: &str = "HS256";
/// Ours have some 250 characters. What is longer is not worth decoding.
const LONGEST: usize = 1024;

// ── access ─────────────────────────────────────────────────────────────────────────────────────────

/// Issues and verifies access tokens: JWTs (RFC 7519), signed by one of our own keys.
pub(super) struct AccessTokens {
    policy: Policy,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    kid: &'a str,
}

/// The part of a header that we look at.
#[derive(Deserialize)]
struct SentHeader {
    alg: String,
    kid: String,
    /// Names of extensions that must be understood. We understand none.
    crit: Option<serde::de::IgnoredAny>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: u64,
    exp: u64,
}

impl AccessTokens {
    pub(super) fn new(policy: Policy) -> Self {
        Self { policy }
    }

    pub(super) fn good_for(&self) -> Duration {
        self.policy.access_for
    }

    pub(super) fn issue(&self, user: UserId, now: Timestamp) -> Secret {
        let seconds = now.millis() / 1000;
        let header = Header {
            alg: ALGORITHM,
            kid: &self.policy.signing.id,
        };
        let claims = Claims {
            iss: self.policy.issuer.clone(),
            aud: self.policy.audience.clone(),
            sub: user.get().to_string(),
            iat: seconds,
            exp: seconds.saturating_add(self.policy.access_for.as_secs()),
        };
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = mac(&self.policy.signing, &signed).finalize().into_bytes();
        Secret::new(format!(
            "{signed}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(signature)
        ))
    }

    /// Whose token it is, if it is a good one.
    ///
    /// Until the signature is right, all of it was written by a stranger. So its header chooses among keys that are
    /// trusted anyway, and its claims are not even parsed.
    pub(super) fn verify(&self, token: &str, now: Timestamp) -> Option<UserId> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        let key = self.key_for(&parsed(header)?)?;
        // Compares all of it, in constant time.
        mac(key, signed).verify_slice(&signature).ok()?;

        let claims: Claims = parsed(claims)?;
        let good = claims.iss == self.policy.issuer
            && claims.aud == self.policy.audience
            && now.millis() / 1000 < claims.exp;
        let user = claims.sub.parse().ok().map(UserId::new);
        user.filter(|_| good)
    }

    fn key_for(&self, header: &SentHeader) -> Option<&TokenKey> {
        // Each of our keys is for one algorithm, so there is nothing to choose.
        if header.crit.is_some() || header.alg != ALGORITHM {
            return None;
        }
        let mut keys = std::iter::once(&self.policy.signing).chain(&self.policy.trusted);
        keys.find(|key| key.id == header.kid)
    }
}

fn mac(key: &TokenKey, signed: &str) -> Hmac<Sha256> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(key.secret.expose().as_bytes())
        .expect("HMAC takes keys of every length")
        .chain_update(signed.as_bytes())
}

fn part(value: &impl Serialize) -> String {
    let json = serde_json::to_vec(value).expect("texts and numbers are JSON");
    BASE64_URL_SAFE_NO_PAD.encode(json)
}

fn parsed<T: DeserializeOwned>(part: &str) -> Option<T> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&json).ok()
}

// ── refresh ────────────────────────────────────────────────────────────────────────────────────────

/// Names a session, and proves that its bearer had its last token. The name is as hard to guess as the proof, so
/// who has the one and not the other has an old token, and nobody can end a session of which they had none.
///
/// Kept are digests: who reads the store can't sign in with it. A fast one will do, for there is nothing to guess.
pub(super) struct RefreshToken {
    session: [u8; 16],
    secret: [u8; 32],
}

impl RefreshToken {
    pub(super) fn new(session: [u8; 16], secret: [u8; 32]) -> Self {
        Self { session, secret }
    }

    /// The one that takes its place.
    pub(super) fn next(&self, secret: [u8; 32]) -> Self {
        Self::new(self.session, secret)
    }

    pub(super) fn parse(text: &Secret) -> Option<Self> {
        let text = text.expose();
        if text.len() > LONGEST {
            return None;
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let (session, secret) = bytes.split_first_chunk()?;
        let secret = secret.try_into().ok()?;
        Some(Self::new(*session, secret))
    }

    pub(super) fn text(&self) -> Secret {
        let bytes = [&self.session[..], &self.secret[..]].concat();
        Secret::new(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(super) fn session(&self) -> Digest {
        Digest(Sha256::digest(self.session).into())
    }

    pub(super) fn secret(&self) -> Digest {
        Digest(Sha256::digest(self.secret).into())
    }
}
