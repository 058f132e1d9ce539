//! What the processor says of itself, and its own clock.

use std::arch::asm;

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
    let _ = subleaf;
    let (eax, ebx, ecx, edx): (u32, u64, u32, u32);
    unsafe {
        // The compiler keeps rbx for itself and won't have it named as an operand.
        asm!(
            "cpuid",
            "mov {found}, rbx",
            found = out(reg) ebx,
            inout("eax") leaf => eax,
            inout("ecx") 0 => ecx,
            out("edx") edx,
        );
    }
    Some(Answer {
        eax,
        ebx: ebx as u32,
        ecx,
        edx,
    })
}

/// Who made the processor, as `GenuineIntel`.
pub fn vendor() -> Option<String> {
    let Answer { ebx, ecx, edx, .. } = cpuid(0, 0)?;
    let bytes: Vec<u8> = [ebx, ecx, edx]
        .iter()
        .flat_map(|part| part.to_le_bytes())
        .collect();
    String::from_utf8(bytes).ok()
}

/// A counter that goes up all the time.
#[inline]
pub fn ticks() -> u64 {
    let low: u32;
    unsafe {
        asm!("rdtsc", out("eax") low, out("edx") _);
    }
    u64::from(low)
}

/// What the work returns, and how many ticks it took.
#[inline]
pub fn ticks_of<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let start = ticks();
    let value = work();
    (value, ticks() - start)
}
