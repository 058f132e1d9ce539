//! Takes the mask off what a browser sends over a `WebSocket`.

/// How many bytes are done at once: a multiple of four, and as wide as the smallest vector unit.
const WIDTH: usize = 16;

/// Takes the mask off a piece of a frame, in place: byte number `n` of the frame was XORed with byte `n % 4` of the
/// key. The piece begins at byte `at` of its frame.
///
/// # Panics
///
/// If the key has not four bytes. No byte of the piece has changed then.
pub fn unmask(piece: &mut [u8], key: &[u8], at: usize) {
    // The one check. What comes after it is an array, whose type says that it has four bytes.
    let key: [u8; 4] = key.try_into().expect("a mask has four bytes");
    // Turned so that it begins where the piece does, and repeated to a vector's width: in the loop there is no
    // index left that would have to be reduced, let alone checked.
    let mask: [u8; WIDTH] = std::array::from_fn(|n| key[(at % 4 + n) % 4]);
    // Not `chunks_mut`, whose last chunk may be shorter, so that each one has a length to look at.
    let (blocks, rest) = piece.as_chunks_mut::<WIDTH>();
    for block in blocks {
        for (byte, mask) in block.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
    for (byte, mask) in rest.iter_mut().zip(mask) {
        *byte ^= mask;
    }
}
