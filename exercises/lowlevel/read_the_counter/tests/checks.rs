//! What the processor says, compared with what the compiler's own intrinsics say.

#![allow(dead_code, unused_unsafe, unused_imports)]

use std::hint::black_box;

use read_the_counter::{Answer, cpuid, ticks, ticks_of, vendor};

#[cfg(target_arch = "x86_64")]
mod expected {
    use std::arch::x86_64::{__cpuid_count, _rdtsc};

    pub fn cpuid(leaf: u32, subleaf: u32) -> [u32; 4] {
        // SAFETY: every x86-64 has the instruction.
        let found = unsafe { __cpuid_count(leaf, subleaf) };
        [found.eax, found.ebx, found.ecx, found.edx]
    }

    pub fn ticks() -> u64 {
        // SAFETY: every x86-64 has the instruction.
        unsafe { _rdtsc() }
    }

    /// Calls a function with something of its own in rbx, which a function has to give back; tells what is there then.
    pub fn rbx_after(function: extern "C" fn(), before: u64) -> u64 {
        let after;
        // SAFETY: what the function may overwrite is said, and rbx has its value again at the end.
        unsafe {
            std::arch::asm!(
                "mov r12, rbx",
                "mov rbx, r13",
                "call r14",
                "mov r13, rbx",
                "mov rbx, r12",
                out("r12") _,
                inout("r13") before => after,
                inout("r14") function => _,
                clobber_abi("C"),
            );
        }
        after
    }
}

fn registers(answer: Option<Answer>) -> Option<[u32; 4]> {
    answer.map(|answer| [answer.eax, answer.ebx, answer.ecx, answer.edx])
}

#[test]
fn the_vendor_is_read_in_its_order() {
    #[cfg(target_arch = "x86_64")]
    {
        let [_, ebx, ecx, edx] = expected::cpuid(0, 0);
        let name = [ebx, edx, ecx].map(u32::to_le_bytes).concat();
        let name = String::from_utf8_lossy(&name).into_owned();
        assert_eq!(
            vendor(),
            Some(name),
            "the name is in ebx, edx and ecx, in this order"
        );
    }
    #[cfg(not(target_arch = "x86_64"))]
    assert_eq!(vendor(), None, "this processor has no `cpuid`");
}

#[test]
fn a_leaf_has_its_subleaves() {
    #[cfg(target_arch = "x86_64")]
    {
        let last = expected::cpuid(0, 0)[0];
        for leaf in [0, 4, 7, 0xd].into_iter().filter(|leaf| *leaf <= last) {
            for subleaf in 0..4 {
                let ask = || {
                    let found = registers(cpuid(leaf, subleaf));
                    (found, Some(expected::cpuid(leaf, subleaf)))
                };
                let (mut found, mut expected) = ask();
                if found != expected {
                    // The processors of a machine may differ (leaf 4 is about caches), and the thread may have moved.
                    (found, expected) = ask();
                }
                assert_eq!(
                    found, expected,
                    "leaf {leaf:#x}, subleaf {subleaf}: `cpuid` takes the leaf in eax and the subleaf in ecx"
                );
            }
        }
    }
}

#[test]
fn a_leaf_that_is_not_there_is_none() {
    for leaf in [0x7fff_ffff, 0x4fff_0000, 0xffff_fff0] {
        assert_eq!(
            cpuid(leaf, 0),
            None,
            "no processor has leaf {leaf:#x}; some answer with the last leaf they have, so `Some` is the answer to \
             another question"
        );
    }
}

#[test]
fn the_callers_register_survives() {
    #[cfg(target_arch = "x86_64")]
    {
        extern "C" fn ask() {
            black_box(cpuid(black_box(0), 0));
        }
        extern "C" fn count() {
            black_box(ticks());
        }
        for (name, function) in [("cpuid", ask as extern "C" fn()), ("ticks", count)] {
            let before = 0x5eed_5eed_5eed_5eed;
            let after = expected::rbx_after(function, before);
            assert_eq!(
                after, before,
                "`{name}` returns with {after:#x} in rbx, where its caller had {before:#x}: `cpuid` writes rbx, and the \
                 compiler, which was not told, did not save it"
            );
        }
    }
}

#[test]
fn the_counter_has_64_bits() {
    #[cfg(target_arch = "x86_64")]
    for _ in 0..100 {
        let before = expected::ticks();
        let now = ticks();
        let after = expected::ticks();
        // Another processor's counter may differ by some microseconds, where the thread moved.
        let slack = 1 << 20;
        assert!(
            before.saturating_sub(slack) <= now && now <= after.saturating_add(slack),
            "{now} is not between {before} and {after}: `rdtsc` has the lower half in eax and the upper half in edx; the \
             lower alone starts again every second or two"
        );
    }
}

#[test]
fn the_assembly_is_yours() {
    let source = include_str!("../src/lib.rs");
    let code = source.lines().map(|line| line.split("//").next());
    let code: Vec<&str> = code.flatten().collect();
    for intrinsic in ["__cpuid", "_rdtsc"] {
        assert!(
            !code.iter().any(|line| line.contains(intrinsic)),
            "`{intrinsic}` of `std::arch` is right, and whoever wrote it has told the compiler all that is true of the \
             instruction: which is what you are here to do, for the day when there is no intrinsic"
        );
    }
    assert!(
        code.iter().any(|line| line.contains("asm!(")),
        "the instructions are in `asm!(` in src/lib.rs, with operands and options that are true"
    );
}

#[test]
fn two_readings_are_two() {
    for n in 0..20_u64 {
        let (sum, took) =
            ticks_of(|| (0..1000 + black_box(n)).fold(0_u64, |sum, next| black_box(sum + next)));
        assert!(sum > 0, "the work is done");
        assert!(
            took > 0,
            "a thousand additions took no time: the compiler read the counter once, because it was told that two readings \
             give the same"
        );
    }
}
