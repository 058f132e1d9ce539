//! Reads HTTP/1.1 requests from the bytes of a connection.

use std::collections::HashMap;

/// What a connection may bring.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes from the first of a request to the end of its empty line; for trailers again.
    pub head: usize,
    /// Fields of a head.
    pub fields: usize,
    /// Bytes of a body.
    pub body: u64,
}

/// A request, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// As it was sent: methods are case-sensitive.
    pub method: String,
    /// As it was sent.
    pub target: String,
    /// Names in lower case, values without white space around them, in order.
    pub fields: Vec<(String, Vec<u8>)>,
    /// Without the chunks' framing.
    pub body: Vec<u8>,
    /// Whether another request may follow on this connection.
    pub keep_alive: bool,
}

/// The connection is answered with this status and closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// 400, 413, 431, 501 or 505.
    pub status: u16,
    /// For the log.
    pub why: &'static str,
}

/// A connection's bytes on their way to become requests.
#[derive(Debug)]
pub struct Parser {
    limits: Limits,
    buffer: Vec<u8>,
}

impl Parser {
    /// For a new connection.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            buffer: Vec::new(),
        }
    }

    /// Takes what was read from the socket.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next request, if all of it is there.
    ///
    /// # Errors
    ///
    /// What came can't be a request, or is not one that we take.
    pub fn next_request(&mut self) -> Result<Option<Request>, Refused> {
        if self.buffer.is_empty() {
            return Ok(None);
        }
        if self.buffer.len() > self.limits.head {
            return Err(refused(431, "the head is too large"));
        }
        let text = String::from_utf8_lossy(&self.buffer).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let first = lines.next().unwrap_or_default();
        let mut words = first.split_whitespace();
        let (Some(method), Some(target), Some(version)) =
            (words.next(), words.next(), words.next())
        else {
            return Err(refused(400, "no request line"));
        };

        let mut fields = HashMap::new();
        for line in lines {
            let Some((name, value)) = line.split_once(':') else {
                return Err(refused(400, "a field without a colon"));
            };
            let name = name.trim().to_ascii_lowercase();
            fields.insert(name, value.trim().as_bytes().to_vec());
        }

        let length = fields
            .get("content-length")
            .and_then(|value| String::from_utf8_lossy(value).parse().ok())
            .unwrap_or(0);
        if length as u64 > self.limits.body {
            return Err(refused(413, "the body is too large"));
        }
        let body = body.as_bytes()[..length.min(body.len())].to_vec();
        let keep_alive = match fields.get("connection") {
            Some(value) => value.as_slice() != b"close",
            None => version == "HTTP/1.1",
        };
        let request = Request {
            method: method.to_owned(),
            target: target.to_owned(),
            fields: fields.into_iter().collect(),
            body,
            keep_alive,
        };
        self.buffer.clear();
        Ok(Some(request))
    }
}

fn refused(status: u16, why: &'static str) -> Refused {
    Refused { status, why }
}
