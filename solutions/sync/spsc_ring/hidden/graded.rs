//! The same promises with threads of the system, and for many items.

use std::num::NonZeroUsize;
use std::thread;

use spsc_ring::ring;

#[test]
fn two_thousand_items_pass_in_order() {
    let (mut put, mut take) = ring(NonZeroUsize::new(7).expect("not 0"));
    thread::scope(|scope| {
        scope.spawn(move || {
            for item in 0..2000_u32 {
                let mut text = item.to_string();
                while let Err(back) = put.push(text) {
                    text = back;
                    thread::yield_now();
                }
            }
        });
        let mut expected = 0_u32;
        while expected < 2000 {
            match take.pop() {
                Some(item) => {
                    assert_eq!(item, expected.to_string(), "in order");
                    expected += 1;
                }
                None => thread::yield_now(),
            }
        }
        assert_eq!(take.pop(), None, "nothing else");
    });
}
