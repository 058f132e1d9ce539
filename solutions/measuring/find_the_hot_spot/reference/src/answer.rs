//! What a client gets.

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The body; empty for a refusal.
    pub body: String,
    /// Identifies the body for caches: 16 hexadecimal digits of its FNV-1a hash; empty for a refusal.
    pub etag: String,
}

impl Response {
    pub(crate) fn of(tenant: &str, route: &str, path: &str) -> Self {
        let body = format!("tenant={tenant}\nroute={route}\npath={path}\n");
        let etag = etag(&body);
        Response {
            status: 200,
            body,
            etag,
        }
    }

    pub(crate) fn refusal(status: u16) -> Self {
        Response {
            status,
            body: String::new(),
            etag: String::new(),
        }
    }
}

#[inline(never)]
fn etag(body: &str) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in body.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    let mut text = String::new();
    for byte in hash.to_be_bytes() {
        text += &format!("{byte:02x}");
    }
    text
}
