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
    for four in piece.chunks_mut(4) {
        for (byte, mask) in four.iter_mut().zip(key) {
            *byte ^= mask;
        }
    }
}
