//! The same promises at other values.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bounds_checks::unmask;

#[test]
fn many_reads_of_any_length_make_one_frame() {
    let key = [0x80, 0x01, 0xfe, 0x13];
    for step in 1..=67 {
        let mut frame: Vec<u8> = (0..1_000_usize)
            .map(|n| key[n % 4] ^ (n / 3) as u8)
            .collect();
        for (read, piece) in frame.chunks_mut(step).enumerate() {
            unmask(piece, &key, read * step);
        }
        assert!(
            frame
                .iter()
                .enumerate()
                .all(|(n, byte)| *byte == (n / 3) as u8),
            "1,000 bytes in reads of {step}"
        );
    }
}

#[test]
fn a_piece_deep_in_a_frame_is_unmasked() {
    let key = [9, 8, 7, 6];
    for at in [1 << 20, (1 << 31) + 1, (1 << 31) + 2, (1 << 20) + 3] {
        let mut piece = [0_u8; 37];
        unmask(&mut piece, &key, at);
        let masks: Vec<u8> = (0..37).map(|n| key[(at + n) % 4]).collect();
        assert_eq!(
            piece.as_slice(),
            masks,
            "37 noughts from byte {at} on are the key, from its byte {} on",
            at % 4
        );
    }
}

#[test]
fn two_and_eight_bytes_are_no_key() {
    for key in [&[1_u8, 2][..], &[1, 2, 1, 2, 1, 2, 1, 2]] {
        let mut piece = [5_u8; 64];
        assert!(
            catch_unwind(AssertUnwindSafe(|| unmask(&mut piece, key, 3))).is_err(),
            "a key of {} bytes was taken",
            key.len()
        );
        assert_eq!(piece, [5_u8; 64], "a refused key changes nothing");
    }
}
