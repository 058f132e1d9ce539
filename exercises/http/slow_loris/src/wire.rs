//! As much of HTTP/1.1 as an upload service needs. This file is finished.

/// What a head says about its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Bytes of the head itself, with the empty line.
    pub size: usize,
    /// Bytes of the body that were announced.
    pub length: u64,
    /// Whether another request may follow.
    pub keep_alive: bool,
}

/// The head is none. Answer with 400 and close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadHead;

/// The head at the beginning of what has come, if all of it is there.
///
/// # Errors
///
/// If it is none.
pub fn head(bytes: &[u8]) -> Result<Option<Head>, BadHead> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = str::from_utf8(&bytes[..end]).map_err(|_| BadHead)?;
    let mut lines = text.split("\r\n");
    if !lines.next().is_some_and(|line| line.ends_with(" HTTP/1.1")) {
        return Err(BadHead);
    }
    let (mut length, mut keep_alive) = (None, true);
    for line in lines {
        let (name, value) = line.split_once(':').ok_or(BadHead)?;
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" if length.is_none() => {
                length = Some(value.parse().map_err(|_| BadHead)?);
            }
            "content-length" | "transfer-encoding" => return Err(BadHead),
            "connection" => keep_alive = !value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    Ok(Some(Head {
        size: end + 4,
        length: length.unwrap_or(0),
        keep_alive,
    }))
}

/// An answer, ready to be sent.
#[must_use]
pub fn answer(status: u16, body: &[u8], keep_alive: bool) -> Vec<u8> {
    let connection = if keep_alive { "keep-alive" } else { "close" };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} .\r\nContent-Length: {length}\r\nConnection: {connection}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}
