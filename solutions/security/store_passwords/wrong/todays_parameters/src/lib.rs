//! The accounts of a shop: names, and what is kept of passwords.

use std::collections::BTreeMap;
use std::fmt::Write;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use sha2::{Digest, Sha256};

/// Where salts come from: the system's generator of random bytes in the service, a row of known ones in tests.
pub type Salts = Box<dyn FnMut() -> [u8; 16]>;

/// Nobody is let in. There is one reason, because whoever tries passwords should learn nothing from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

/// There is an account of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken;

/// What a row of the old table begins with.
const FAST: &str = "sha256:";
/// What a row begins with that hides an old row's digest. Without a mark of its own it would look like that of a
/// password, and the digest, which others may have, would be one.
const WRAPPED: &str = "sha256+";

/// All accounts. None of them has a fast hash, whatever the table had.
pub struct Accounts {
    /// By name.
    rows: BTreeMap<String, String>,
    policy: Params,
    salts: Salts,
    /// A row of nobody, for the work that a name costs which there is not.
    decoy: String,
}

impl Accounts {
    /// The accounts of a table that was saved: names, and what is kept of each one's password.
    ///
    /// `policy` is what a password costs that is stored from now on. Rows of the table may be of the time
    /// before that. Fast hashes are wrapped here and now: owners who never come back need it most.
    pub fn open(mut rows: BTreeMap<String, String>, policy: Params, mut salts: Salts) -> Self {
        for row in rows.values_mut() {
            if let Some(digest) = row.strip_prefix(FAST) {
                *row = format!("{WRAPPED}{}", slow(digest, &policy, salts()));
            }
        }
        let decoy = slow("", &policy, salts());
        Self {
            rows,
            policy,
            salts,
            decoy,
        }
    }

    /// Makes an account.
    ///
    /// # Errors
    ///
    /// Changes nothing if the name is taken.
    pub fn register(&mut self, name: &str, password: &str) -> Result<(), Taken> {
        if self.rows.contains_key(name) {
            return Err(Taken);
        }
        self.store(name, password);
        Ok(())
    }

    /// Lets somebody in who knows the password of that name. This is the one moment at which the password is
    /// here, so a row that is weaker than the policy is replaced now.
    ///
    /// # Errors
    ///
    /// Everybody else is refused.
    pub fn login(&mut self, name: &str, password: &str) -> Result<(), Refused> {
        let Some(row) = self.rows.get(name) else {
            // The answer is known, and takes as long as any other: its time would tell which names there are.
            let _ = verify(&self.decoy, password, &self.policy);
            return Err(Refused);
        };
        let (phc, wrapped) = match row.strip_prefix(WRAPPED) {
            Some(phc) => (phc, true),
            None => (row.as_str(), false),
        };
        let right = if wrapped {
            verify(phc, &digest(password), &self.policy)
        } else {
            verify(phc, password, &self.policy)
        };
        if !right {
            return Err(Refused);
        }
        if wrapped || is_weaker(phc, &self.policy) {
            self.store(name, password);
        }
        Ok(())
    }

    /// The table, to be saved.
    pub fn rows(&self) -> &BTreeMap<String, String> {
        &self.rows
    }

    fn store(&mut self, name: &str, password: &str) {
        let row = slow(password, &self.policy, (self.salts)());
        self.rows.insert(name.to_owned(), row);
    }
}

/// A PHC string: algorithm, version, parameters, salt and hash. All that it takes to verify it but the password.
fn slow(secret: &str, policy: &Params, salt: [u8; 16]) -> String {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, policy.clone());
    argon2
        .hash_password_with_salt(secret.as_bytes(), &salt)
        .expect("16 bytes are a salt, no secret is of 4 GiB, and parameters were checked when they were made")
        .to_string()
}

/// The same password, salt and policy give the same row.
fn verify(phc: &str, secret: &str, policy: &Params) -> bool {
    PasswordHash::new(phc).is_ok_and(|row| {
        row.salt
            .and_then(|salt| salt.as_ref().try_into().ok())
            .is_some_and(|salt| slow(secret, policy, salt) == phc)
    })
}

/// Less in any respect. That it is other is no reason: a row may be stronger, from before a policy was lowered.
fn is_weaker(phc: &str, policy: &Params) -> bool {
    let Ok(row) = PasswordHash::new(phc) else {
        return true;
    };
    let current = row.algorithm.as_str() == Algorithm::Argon2id.as_str()
        && row.version == Some(Version::V0x13.into());
    !current
        || Params::try_from(&row)
            .is_ok_and(|row| row.m_cost() < policy.m_cost() || row.t_cost() < policy.t_cost())
}

/// The digest of a password in lower-case hexadecimal digits, as the old table had it.
fn digest(password: &str) -> String {
    Sha256::digest(password)
        .iter()
        .fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        })
}
