//! The accounts of a shop: names, and what is kept of passwords.

use std::collections::BTreeMap;
use std::fmt::Write;

use argon2::Params;
use sha2::{Digest, Sha256};

/// Where salts come from: the system's generator of random bytes in the service, a row of known ones in tests.
pub type Salts = Box<dyn FnMut() -> [u8; 16]>;

/// Nobody is let in. There is one reason, because whoever tries passwords should learn nothing from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused;

/// There is an account of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken;

/// All accounts.
pub struct Accounts {
    /// By name.
    rows: BTreeMap<String, String>,
}

impl Accounts {
    /// The accounts of a table that was saved: names, and what is kept of each one's password.
    ///
    /// `policy` is what a password costs that is stored from now on. Rows of the table may be of the time
    /// before that.
    pub fn open(rows: BTreeMap<String, String>, _policy: Params, _salts: Salts) -> Self {
        Self { rows }
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
        self.rows.insert(name.to_owned(), fast(password));
        Ok(())
    }

    /// Lets somebody in who knows the password of that name.
    ///
    /// # Errors
    ///
    /// Everybody else is refused.
    pub fn login(&mut self, name: &str, password: &str) -> Result<(), Refused> {
        let row = self.rows.get(name).ok_or(Refused)?;
        if *row == fast(password) {
            Ok(())
        } else {
            Err(Refused)
        }
    }

    /// The table, to be saved.
    pub fn rows(&self) -> &BTreeMap<String, String> {
        &self.rows
    }
}

/// `sha256:` and the digest of the password in lower-case hexadecimal digits.
fn fast(password: &str) -> String {
    let mut row = String::from("sha256:");
    for byte in Sha256::digest(password) {
        let _ = write!(row, "{byte:02x}");
    }
    row
}
