//! Sends messages.

use std::cell::Cell;
use std::error::Error;
use std::time::Duration;

use crate::model::{Batch, Delivery, Options, SendError, Signer};

/// The way to the other side. Users have their own in tests.
pub trait Transport: Send + Sync {
    /// Makes one attempt. Returns the status.
    fn post(
        &self,
        url: &str,
        signature: &str,
        body: &str,
        timeout: Duration,
    ) -> Result<u16, Box<dyn Error + Send + Sync>>;
}

/// Sends messages to one address.
pub struct Client {
    url: String,
    options: Options,
    transport: Box<dyn Transport>,
    last: Cell<Option<u16>>,
}

impl Client {
    /// A client for an address.
    ///
    /// # Errors
    ///
    /// The address does not begin with `https://`.
    pub fn new(
        url: &str,
        options: Options,
        transport: impl Transport + 'static,
    ) -> Result<Self, SendError> {
        match url.strip_prefix("https://") {
            Some(host) if !host.is_empty() => Ok(Client {
                url: url.to_owned(),
                options,
                transport: Box::new(transport),
                last: Cell::default(),
            }),
            _ => Err(SendError::new("no address that begins with https://", None)),
        }
    }

    /// Sends a message, again after a failure or a status from 500.
    ///
    /// # Errors
    ///
    /// No attempt came to an end.
    pub fn send(&self, body: &str) -> Result<Delivery, SendError> {
        let (_, timeout, attempts) = self.options.parts();
        let signature = self.options.sign(body);
        let mut cause = None;
        for _ in 0..attempts {
            match self.transport.post(&self.url, &signature, body, timeout) {
                Ok(status @ ..500) => {
                    self.last.set(Some(status));
                    return Ok(if status < 400 {
                        Delivery::Accepted
                    } else {
                        Delivery::Refused
                    });
                }
                Ok(status) => self.last.set(Some(status)),
                Err(error) => cause = Some(error),
            }
        }
        Err(SendError::new("all attempts failed", cause))
    }

    /// The last status, for a log.
    pub fn last_status(&self) -> Option<u16> {
        self.last.get()
    }

    /// The host of the address, for a log.
    pub fn host(&self) -> &str {
        let host = &self.url["https://".len()..];
        host.split('/').next().unwrap_or(host)
    }

    /// The first characters of a message, for a log.
    pub fn preview(body: &str) -> &str {
        &body[..body.len().min(20)]
    }

    /// Sends several messages as one. The other side says 409 to a batch that it has had.
    ///
    /// # Errors
    ///
    /// No attempt came to an end.
    pub fn send_batch(&self, batch: &Batch) -> Result<Delivery, SendError> {
        let delivery = self
            .send(&batch.body())
            .map_err(|_| SendError::new("the batch was not sent", None))?;
        Ok(match delivery {
            Delivery::Refused if self.last.get() == Some(409) => Delivery::Duplicate,
            other => other,
        })
    }
}
