//! Passwords as Argon2 keeps them.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier, Version};

use crate::Secret;
use crate::ports::{PasswordHasher, StoreError};

/// What a password costs that is hashed from now on, and whoever tries passwords on a stolen table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// How often it is gone through.
    pub passes: u32,
}

impl Default for Cost {
    /// What OWASP's "Password Storage Cheat Sheet" begins with.
    fn default() -> Self {
        Self {
            memory_kib: 19 * 1024,
            passes: 2,
        }
    }
}

/// Passwords as PHC strings of Argon2id. With a pepper, such a string is no use to who does not have the pepper, too.
#[derive(Debug, Clone)]
pub struct Argon2Passwords {
    params: Params,
    pepper: Option<Secret>,
}

impl Argon2Passwords {
    /// Hashes that cost this much, with this pepper.
    ///
    /// # Errors
    ///
    /// If Argon2 does not go that low or that high.
    pub fn new(cost: Cost, pepper: Option<Secret>) -> Result<Self, StoreError> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None);
        let params = params.map_err(|error| refused("use that cost for passwords", error))?;
        Ok(Self { params, pepper })
    }

    fn argon2(&self) -> Result<Argon2<'_>, StoreError> {
        let (algorithm, version) = (Algorithm::Argon2id, Version::V0x13);
        let Some(pepper) = &self.pepper else {
            return Ok(Argon2::new(algorithm, version, self.params.clone()));
        };
        let pepper = pepper.expose().as_bytes();
        Argon2::new_with_secret(pepper, algorithm, version, self.params.clone())
            .map_err(|error| refused("use the pepper", error))
    }
}

impl PasswordHasher for Argon2Passwords {
    fn hash(&self, password: &Secret, salt: [u8; 16]) -> Result<Secret, StoreError> {
        let hashed = self
            .argon2()?
            .hash_password_with_salt(password.expose().as_bytes(), &salt);
        let hashed = hashed.map_err(|error| refused("hash a password", error))?;
        Ok(Secret::new(hashed.to_string()))
    }

    fn verify(&self, password: &Secret, kept: &Secret) -> Result<bool, StoreError> {
        let kept = PasswordHash::new(kept.expose());
        let kept = kept.map_err(|error| refused("read what is kept of a password", error))?;
        // With the parameters of `kept`, which may be of before the cost was raised.
        let verified = self
            .argon2()?
            .verify_password(password.expose().as_bytes(), &kept);
        match verified {
            Ok(()) => Ok(true),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(refused("verify a password", error)),
        }
    }
}

/// As a text: whether the crate's errors are `std`'s is up to its features.
fn refused(action: &'static str, error: impl std::fmt::Display) -> StoreError {
    StoreError::new(action, error.to_string())
}
