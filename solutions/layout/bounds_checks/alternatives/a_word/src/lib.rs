//! Takes the mask off what a browser sends over a `WebSocket`.

/// Takes the mask off a piece of a frame, in place: byte number `n` of the frame was XORed with byte `n % 4` of the
/// key. The piece begins at byte `at` of its frame.
///
/// # Panics
///
/// If the key has not four bytes. No byte of the piece has changed then.
pub fn unmask(piece: &mut [u8], key: &[u8], at: usize) {
    let mut key: [u8; 4] = key.try_into().expect("a mask has four bytes");
    key.rotate_left(at % 4);
    // Bytes in, bytes out, so the order of bytes in a word makes no difference.
    let mask = u32::from_ne_bytes(key);
    let (words, rest) = piece.as_chunks_mut();
    for word in words {
        *word = (u32::from_ne_bytes(*word) ^ mask).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(key) {
        *byte ^= mask;
    }
}
