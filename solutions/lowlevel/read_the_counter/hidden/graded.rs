//! The crate as another processor has it, and more leaves.

#![allow(dead_code, unused_imports, unused_unsafe)]

mod elsewhere {
    include!(concat!(env!("OUT_DIR"), "/elsewhere.rs"));
}

#[test]
fn elsewhere_there_is_a_clock_and_no_cpuid() {
    assert_eq!(elsewhere::cpuid(0, 0), None, "no such instruction");
    assert_eq!(elsewhere::vendor(), None, "nobody to ask");
    let mut before = elsewhere::ticks();
    for _ in 0..1000 {
        let now = elsewhere::ticks();
        assert!(now >= before, "{now} after {before}: it goes up");
        before = now;
    }
    let start = std::time::Instant::now();
    let (value, took) = elsewhere::ticks_of(|| {
        while start.elapsed().as_micros() < 200 {
            std::hint::spin_loop();
        }
        7
    });
    assert_eq!(value, 7, "what the work returns");
    assert!(took > 0, "0.2 ms are some ticks of any clock");
}

#[test]
fn extended_leaves_are_leaves() {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::__cpuid_count;
        // SAFETY: every x86-64 has the instruction.
        let ask = |leaf| unsafe { __cpuid_count(leaf, 0) };
        let last = ask(0x8000_0000).eax;
        for leaf in (0x8000_0002..=0x8000_0004).filter(|leaf| *leaf <= last) {
            let (found, expected) = (read_the_counter::cpuid(leaf, 0), ask(leaf));
            let found = found.map(|found| [found.eax, found.ebx, found.ecx, found.edx]);
            assert_eq!(
                found,
                Some([expected.eax, expected.ebx, expected.ecx, expected.edx]),
                "leaf {leaf:#x}: a part of the processor's name"
            );
        }
        assert_eq!(
            read_the_counter::cpuid(last + 1, 0),
            None,
            "after the last one"
        );
    }
}
