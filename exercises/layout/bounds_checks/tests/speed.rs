//! How long it takes to unmask what one read of 16 KiB brings.

use std::hint::black_box;

use bounds_checks::unmask;

#[test]
fn one_read() {
    let mut piece: Vec<u8> = (0..16_384).map(|n| (n * 167) as u8).collect();
    let mut at = 0;
    probes::speed::report("one_read", || {
        // Reads begin anywhere in a frame, so each begins at another byte of the key.
        at += 1;
        unmask(&mut piece, black_box(&[0x37, 0xfa, 0x21, 0x3d]), at);
        black_box(&mut piece);
    });
}
