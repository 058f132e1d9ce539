//! Takes the mask off what a browser sends over a `WebSocket`.

/// Takes the mask off a piece of a frame, in place: byte number `n` of the frame was XORed with byte `n % 4` of the
/// key. The piece begins at byte `at` of its frame.
///
/// # Panics
///
/// If the key has not four bytes. No byte of the piece has changed then.
pub fn unmask(piece: &mut [u8], key: &[u8], at: usize) {
    let mut key = *key.first_chunk::<4>().expect("a mask has four bytes");
    key.rotate_left(at % 4);
    let (blocks, rest) = piece.as_chunks_mut::<4>();
    for block in blocks {
        for (byte, mask) in block.iter_mut().zip(key) {
            *byte ^= mask;
        }
    }
    for (byte, mask) in rest.iter_mut().zip(key) {
        *byte ^= mask;
    }
}
