//! What the gateway relies on, however the mask is taken off.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bounds_checks::unmask;

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame's content, in which no two neighbours are alike.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n * 167 + n / 251) as u8).collect()
}

/// What the browser sends: the definition of the mask, byte by byte.
fn masked(content: &[u8], key: [u8; 4]) -> Vec<u8> {
    let with_key = content.iter().zip(key.into_iter().cycle());
    with_key.map(|(byte, mask)| byte ^ mask).collect()
}

#[test]
fn a_frame_in_one_piece_is_unmasked() {
    // From section 5.7 of RFC 6455.
    let mut hello = [0x7f, 0x9f, 0x4d, 0x51, 0x58];
    unmask(&mut hello, &KEY, 0);
    assert_eq!(
        String::from_utf8_lossy(&hello),
        "Hello",
        "the masked text message of RFC 6455"
    );
    for length in (0..=200).chain([1_023, 1_024, 1_025]) {
        let mut frame = masked(&content(length), KEY);
        unmask(&mut frame, &KEY, 0);
        assert!(
            frame == content(length),
            "a frame of {length} bytes in one piece has other content than was sent: look at its \
             last bytes first"
        );
    }
}

#[test]
fn a_frame_in_pieces_is_unmasked() {
    for cut in 0..=70 {
        let mut frame = masked(&content(70), KEY);
        let (begin, end) = frame.split_at_mut(cut);
        unmask(begin, &KEY, 0);
        unmask(end, &KEY, cut);
        assert!(
            frame == content(70),
            "a frame of 70 bytes came in two reads, the second from byte {cut}: the key goes on \
             with its byte {}, where the first read has left off",
            cut % 4
        );
    }
}

#[test]
fn another_key_is_refused_before_a_byte_changes() {
    let keys: [&[u8]; 5] = [&[], &KEY[..1], &KEY[..3], &[1, 2, 3, 4, 5], &[7; 16]];
    for key in keys {
        for length in [0, 3, 100] {
            let mut piece = content(length);
            let refused = catch_unwind(AssertUnwindSafe(|| unmask(&mut piece, key, 0))).is_err();
            assert!(
                refused,
                "a key of {} bytes is not the key of any frame, and a piece of {length} bytes was \
                 unmasked with it",
                key.len()
            );
            assert!(
                piece == content(length),
                "a key of {} bytes is refused, and by then a piece of {length} bytes was changed: \
                 whoever catches the panic has half a message",
                key.len()
            );
        }
    }
}
