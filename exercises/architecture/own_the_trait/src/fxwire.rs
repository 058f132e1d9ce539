//! Stands for the client of a vendor, as its crate has it. Not yours to change. The real one asks a server; this
//! one asks a closure, and answers what that says.
//!
//! What the vendor's documentation says: a currency that it does not know is left out of `rates`, and the answer is
//! a success. `429` is the limit of calls, for a minute. On some Sundays rates are `0.0`.

use std::collections::HashMap;

/// What to ask for.
#[derive(Debug, Clone)]
pub struct LatestParams {
    pub base: String,
    pub symbols: Vec<String>,
    pub amount: Option<f64>,
}

/// What comes back.
#[derive(Debug, Clone)]
pub struct LatestResponse {
    pub base: String,
    pub timestamp: u64,
    pub rates: HashMap<String, f64>,
}

/// Why nothing comes back.
#[derive(Debug, Clone)]
pub enum FxError {
    Transport(String),
    Http(u16),
    Decode(String),
}

/// A function in place of a server.
type Answer = dyn Fn(&LatestParams) -> Result<LatestResponse, FxError>;

pub struct Client {
    answer: Box<Answer>,
}

impl Client {
    pub fn new(
        answer: impl Fn(&LatestParams) -> Result<LatestResponse, FxError> + 'static,
    ) -> Self {
        Client {
            answer: Box::new(answer),
        }
    }

    pub fn latest(&self, params: &LatestParams) -> Result<LatestResponse, FxError> {
        (self.answer)(params)
    }
}
