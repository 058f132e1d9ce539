//! What the processor says of itself, and its own clock. Where it has neither, the system's clock.
//!
//! All that knows the processor is in `machine`, of which there is one for x86-64 and one for the rest, with the same
//! functions: so `cfg` is in two places, and not in every function.

/// The registers that `cpuid` answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The register of this name.
    pub eax: u32,
    /// The register of this name.
    pub ebx: u32,
    /// The register of this name.
    pub ecx: u32,
    /// The register of this name.
    pub edx: u32,
}

/// What the processor answers to a leaf; `None` if it does not have it.
pub fn cpuid(leaf: u32, subleaf: u32) -> Option<Answer> {
    // Intel's answer to a leaf that is not there is that to the last one there is, so it has to be asked first.
    let range = leaf & 0x8000_0000;
    let last = machine::cpuid(range, 0)?.eax;
    if leaf <= last {
        machine::cpuid(leaf, subleaf)
    } else {
        None
    }
}

/// Who made the processor, as `GenuineIntel`.
pub fn vendor() -> Option<String> {
    let Answer { ebx, ecx, edx, .. } = cpuid(0, 0)?;
    // In this order.
    let bytes = [ebx, edx, ecx].map(u32::to_le_bytes).concat();
    String::from_utf8(bytes).ok()
}

/// A counter that goes up all the time.
#[inline]
pub fn ticks() -> u64 {
    machine::ticks()
}

/// What the work returns, and how many ticks it took.
#[inline]
pub fn ticks_of<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let start = ticks();
    let value = work();
    // A thread that moved to another processor may find its counter behind.
    (value, ticks().saturating_sub(start))
}

#[cfg(target_arch = "x86_64")]
mod machine {
    use std::arch::x86_64::{__cpuid_count, _mm_lfence, _rdtsc};

    use super::Answer;

    #[allow(unused_unsafe, reason = "safe to call in newer compilers")]
    pub fn cpuid(leaf: u32, subleaf: u32) -> Option<Answer> {
        // SAFETY: every x86-64 has the instruction.
        let found = unsafe { __cpuid_count(leaf, subleaf) };
        Some(Answer {
            eax: found.eax,
            ebx: found.ebx,
            ecx: found.ecx,
            edx: found.edx,
        })
    }

    #[inline]
    pub fn ticks() -> u64 {
        // SAFETY: every x86-64 has both instructions.
        unsafe {
            _mm_lfence();
            let now = _rdtsc();
            _mm_lfence();
            now
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod machine {
    use std::sync::OnceLock;
    use std::time::Instant;

    use super::Answer;

    pub fn cpuid(_leaf: u32, _subleaf: u32) -> Option<Answer> {
        None
    }

    pub fn ticks() -> u64 {
        static START: OnceLock<Instant> = OnceLock::new();
        let start = START.get_or_init(Instant::now);
        // 584 years of nanoseconds fit.
        start.elapsed().as_nanos() as u64
    }
}
