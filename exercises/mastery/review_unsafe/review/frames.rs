//! Reads frames where they lie. A buffer has several frames, one behind the other, of any length.

/// The first eight bytes of a frame, in the byte order of this machine: both ends are on it.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub stamp: u32,
    pub length: u16,
    pub kind: u8,
    pub flags: u8,
}

#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Ping,
    Sample,
    Event,
}

/// The header of the frame that begins here.
pub fn header(frame: &[u8]) -> Option<&Header> {
    if frame.len() < size_of::<Header>() {
        return None;
    }
    // SAFETY: the length was checked, and any bytes are a header: it has no padding and only integers.
    Some(unsafe { &*frame.as_ptr().cast::<Header>() })
}

/// What sort of frame a header announces. Senders are of any version.
pub fn kind(header: &Header) -> Option<Kind> {
    if header.kind > 3 {
        return None;
    }
    // SAFETY: `Kind` is a `u8`, and larger ones were refused.
    Some(unsafe { std::mem::transmute::<u8, Kind>(header.kind) })
}

/// The text of an event. Texts with other than ASCII characters are not for us.
pub fn text(payload: &[u8]) -> Option<&str> {
    if !payload.is_ascii() {
        return None;
    }
    // SAFETY: ASCII is UTF-8.
    Some(unsafe { std::str::from_utf8_unchecked(payload) })
}

/// The samples of a frame. What is left over at the end is padding.
pub fn samples(payload: &[u8]) -> Vec<u32> {
    let mut samples = Vec::with_capacity(payload.len() / 4);
    for at in 0..payload.len() / 4 {
        // SAFETY: four bytes from `4 * at` on are within the payload, and any four are a `u32`.
        samples.push(unsafe { payload.as_ptr().add(4 * at).cast::<u32>().read_unaligned() });
    }
    samples
}
