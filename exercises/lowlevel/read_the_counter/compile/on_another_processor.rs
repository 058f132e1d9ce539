//! The crate as it is on a processor that is no x86-64.

#![allow(dead_code, unused_imports)]

include!(concat!(env!("OUT_DIR"), "/elsewhere.rs"));

fn main() {
    let nothing: Option<Answer> = cpuid(0, 0);
    let nobody: Option<String> = vendor();
    let (value, took): (u8, u64) = ticks_of(|| 7);
    println!("{nothing:?} {nobody:?} {value} {took} {}", ticks());
}
