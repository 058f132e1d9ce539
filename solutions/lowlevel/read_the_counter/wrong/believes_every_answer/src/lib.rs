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
    machine::cpuid(leaf, subleaf)
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
    use std::arch::asm;

    use super::Answer;

    pub fn cpuid(leaf: u32, subleaf: u32) -> Option<Answer> {
        let (eax, ebx, ecx, edx): (u32, u64, u32, u32);
        // SAFETY: every x86-64 has the instruction. It writes these four registers and nothing else; rbx, which the
        // compiler keeps for itself, has its own value again at the end.
        unsafe {
            asm!(
                "mov {saved}, rbx",
                "cpuid",
                "xchg {saved}, rbx",
                saved = out(reg) ebx,
                inout("eax") leaf => eax,
                inout("ecx") subleaf => ecx,
                out("edx") edx,
                options(nomem, nostack, preserves_flags),
            );
        }
        Some(Answer {
            eax,
            // The upper half is zero: `cpuid` clears it.
            ebx: ebx as u32,
            ecx,
            edx,
        })
    }

    #[inline]
    pub fn ticks() -> u64 {
        let (low, high): (u32, u32);
        // SAFETY: every x86-64 has both instructions, and they write these two registers. Not `pure`: two readings
        // are two. Not `nomem` either, or the compiler might move what is measured across them; the fences keep the
        // processor from doing the same.
        unsafe {
            asm!(
                "lfence",
                "rdtsc",
                "lfence",
                out("eax") low,
                out("edx") high,
                options(nostack, preserves_flags),
            );
        }
        u64::from(high) << 32 | u64::from(low)
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
