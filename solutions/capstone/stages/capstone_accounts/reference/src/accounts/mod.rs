//! Who the callers are: accounts, sessions, and the tokens of both kinds.
//!
//! A session begins with name and password. It gives an access token, which says who calls, can be verified without
//! the store, and is good for minutes; and a refresh token, which is good for one exchange against a new pair.
//!
//! Architecture invariant: every secret that arrives or leaves is a [`Secret`], and none is stored.

mod error;
mod hashing;
mod tokens;

use std::future;
use std::sync::Arc;
use std::time::Duration;

use tracing::warn;

pub use self::error::AccountError;
use self::hashing::Hashing;
use self::tokens::{AccessTokens, RefreshToken};
use crate::Secret;
use crate::config::TokenKey;
use crate::domain::{Name, Timestamp, UserId};
use crate::ports::{
    AccountRepository, Callers, Clock, PasswordHasher, Pending, Random, Rotated, Session,
};

/// How many characters a password may have. The upper end keeps nobody from a sentence.
const PASSWORD: std::ops::RangeInclusive<usize> = 12..=256;

/// What accounts need from the world.
#[derive(Clone)]
pub struct Means {
    /// Where accounts and sessions are kept.
    pub repository: Arc<dyn AccountRepository>,
    /// What makes hashes.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Says what time it is.
    pub clock: Arc<dyn Clock>,
    /// For salts and tokens.
    pub random: Arc<dyn Random>,
}

/// How long things are good, and how many may happen at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Who signs the access tokens. Default: `capstone`.
    pub issuer: String,
    /// Whom they are for. Default: `capstone-tasks`.
    pub audience: String,
    /// What signs them.
    pub signing: TokenKey,
    /// What else is believed: keys that will sign, and keys that have.
    pub trusted: Vec<TokenKey>,
    /// How long an access token is good, and with it whoever was signed out. Default: 5 minutes.
    pub access_for: Duration,
    /// How long a session lasts from its first token on. Default: 30 days.
    pub session_for: Duration,
    /// How many passwords are hashed at the same time. Each takes a core and its memory. Default: 2.
    pub hashes_at_once: usize,
    /// How many more may wait for that. Default: 32.
    pub hashes_waiting: usize,
}

impl Policy {
    /// The defaults, with this key.
    pub fn signed_with(signing: TokenKey) -> Self {
        Self {
            issuer: "capstone".to_owned(),
            audience: "capstone-tasks".to_owned(),
            signing,
            trusted: Vec::new(),
            access_for: Duration::from_secs(5 * 60),
            session_for: Duration::from_secs(30 * 24 * 3600),
            hashes_at_once: 2,
            hashes_waiting: 32,
        }
    }
}

/// What a client gets when it signs in, and when it refreshes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// Says who calls.
    pub access: Secret,
    /// How long it does.
    pub access_for: Duration,
    /// Is good for the next pass, once.
    pub refresh: Secret,
}

/// Accounts and sessions. Clones share them, and the limit on hashes.
#[derive(Clone)]
pub struct Accounts {
    means: Means,
    hashing: Hashing,
    access: Arc<AccessTokens>,
    session_for: Duration,
}

impl Accounts {
    /// Accounts that are kept in `means.repository`, by the rules of `policy`.
    pub fn new(means: Means, policy: Policy) -> Self {
        Self {
            hashing: Hashing::new(Arc::clone(&means.hasher), &policy),
            session_for: policy.session_for,
            access: Arc::new(AccessTokens::new(policy)),
            means,
        }
    }

    /// Makes an account.
    ///
    /// # Errors
    ///
    /// If the name or the password can't be one, or the name is taken; [`AccountError::Busy`] and
    /// [`AccountError::Store`].
    pub async fn register(
        &self,
        name: &str,
        password: Secret,
    ) -> Result<(UserId, Name), AccountError> {
        let name = Name::parse(name)?;
        if !PASSWORD.contains(&password.expose().chars().count()) {
            return Err(AccountError::Password);
        }
        let salt = self.random()?;
        let kept = self
            .hashing
            .run(move |hasher| hasher.hash(&password, salt))
            .await?;
        let now = self.means.clock.now();
        let registered = self.means.repository.register(name.clone(), kept, now);
        let id = registered.await?.ok_or(AccountError::Taken)?;
        Ok((id, name))
    }

    /// Begins a session for whoever knows the password.
    ///
    /// # Errors
    ///
    /// [`AccountError::Refused`] after the same work, whether there is an account of that name or not;
    /// [`AccountError::Busy`] and [`AccountError::Store`].
    pub async fn sign_in(&self, name: &str, password: Secret) -> Result<Pass, AccountError> {
        let account = match Name::parse(name) {
            Ok(name) => self.means.repository.account(name).await?,
            // No account can have that name, and that is no reason to be quicker about it.
            Err(_) => None,
        };
        let (owner, kept) = account.map(|it| (it.id, it.password)).unzip();
        let verify = move |hasher: &dyn PasswordHasher| match kept {
            Some(kept) => hasher.verify(&password, &kept),
            // The answer is known, and costs what any other does: its time would tell which names there are.
            None => hasher.hash(&password, [0; 16]).map(|_| false),
        };
        let right = self.hashing.run(verify).await?;
        let owner = owner.filter(|_| right).ok_or(AccountError::Refused)?;

        let token = RefreshToken::new(self.random()?, self.random()?);
        let now = self.means.clock.now();
        let session = Session {
            id: token.session(),
            owner,
            token: token.secret(),
            began: now,
            expires: later(now, self.session_for),
        };
        self.means.repository.begin(session).await?;
        Ok(self.pass(owner, &token, now))
    }

    /// Exchanges a refresh token. It is good once: when it comes a second time, somebody has a copy, nobody knows who,
    /// and the session ends for both.
    ///
    /// # Errors
    ///
    /// [`AccountError::Over`] and [`AccountError::Store`].
    pub async fn refresh(&self, token: &Secret) -> Result<Pass, AccountError> {
        let used = RefreshToken::parse(token).ok_or(AccountError::Over)?;
        let next = used.next(self.random()?);
        let now = self.means.clock.now();
        let (session, used) = (used.session(), used.secret());
        let rotated = self
            .means
            .repository
            .rotate(session, used, next.secret(), now);
        match rotated.await? {
            Rotated::Done(owner) => Ok(self.pass(owner, &next, now)),
            Rotated::Reused(owner) => {
                warn!(
                    user = owner.get(),
                    "a refresh token has come twice, and its session has ended"
                );
                Err(AccountError::Over)
            }
            Rotated::Over => Err(AccountError::Over),
        }
    }

    /// Ends the session of a refresh token, of whatever age. What is no token ends nothing.
    ///
    /// # Errors
    ///
    /// [`AccountError::Store`].
    pub async fn sign_out(&self, token: &Secret) -> Result<(), AccountError> {
        if let Some(token) = RefreshToken::parse(token) {
            self.means.repository.end(token.session()).await?;
        }
        Ok(())
    }

    /// Ends all sessions of a user.
    ///
    /// # Errors
    ///
    /// [`AccountError::Store`].
    pub async fn sign_out_everywhere(&self, user: UserId) -> Result<(), AccountError> {
        Ok(self.means.repository.end_all(user).await?)
    }

    fn pass(&self, owner: UserId, refresh: &RefreshToken, now: Timestamp) -> Pass {
        Pass {
            access: self.access.issue(owner, now),
            access_for: self.access.good_for(),
            refresh: refresh.text(),
        }
    }

    fn random<const N: usize>(&self) -> Result<[u8; N], AccountError> {
        let mut bytes = [0; N];
        self.means.random.fill(&mut bytes)?;
        Ok(bytes)
    }
}

impl Callers for Accounts {
    fn identify<'a>(&'a self, authorization: Option<&'a str>) -> Pending<'a, Option<UserId>> {
        let now = self.means.clock.now();
        let token = authorization.and_then(bearer);
        let caller = token.and_then(|token| self.access.verify(token, now));
        Box::pin(future::ready(Ok(caller)))
    }
}

/// The token in the value of `authorization`. The scheme's name has no case (RFC 9110, 11.1).
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_start_matches(' '))
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
    Timestamp::from_millis(now.millis().saturating_add(by))
}
