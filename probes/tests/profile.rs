//! What is recorded of a workload, read as the engine would.
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]

use std::hint::black_box;
use std::process::Command;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

const INNER: &str = "PROBES_PROFILE_INNER";

#[test]
fn a_workload_is_recorded_with_its_stacks_and_allocations() {
    let file = std::env::temp_dir().join(format!("probes-profile-{}", std::process::id()));
    let status = Command::new(std::env::current_exe().expect("a program has a path"))
        .args(["--exact", "recorded", "--nocapture"])
        .env(probes::profile::PROFILE_FILE, &file)
        .env(INNER, "1")
        .status()
        .expect("it can be started");
    assert!(status.success());
    let text = std::fs::read_to_string(&file).expect("a profile was written");
    std::fs::remove_file(&file).expect("the file is ours");
    let lines = |kind: &str| -> Vec<Vec<&str>> {
        let lines = text
            .lines()
            .map(|line| line.split('\t').collect::<Vec<_>>());
        lines.filter(|fields| fields[0] == kind).collect()
    };
    let cpu = lines("cpu");
    assert!(cpu.len() >= 20, "{} samples in 5 s of computing", cpu.len());
    let is_short = |fields: &&Vec<&str>| fields[1].split(' ').count() <= 3;
    let short = cpu.iter().filter(is_short).count();
    // One that is taken while a function begins or ends has no more to go by.
    assert!(
        short * 10 < cpu.len(),
        "{short} of {} stacks are cut short",
        cpu.len()
    );
    // One call is recorded, whatever the clock needs.
    let heap = lines("heap");
    let of = |bytes: &str| heap.iter().find(|fields| fields[2] == bytes);
    assert_eq!(of("300").expect("the boxes")[1], "3", "{heap:?}");
    assert_eq!(of("70000").expect("the buffer")[1], "1", "{heap:?}");
    assert_eq!(heap.len(), 2, "nothing else allocates: {heap:?}");
    let modules = lines("module");
    assert!(
        modules.iter().any(|fields| fields[4].contains("profile-")),
        "{modules:?}"
    );
    assert!(!lines("calls").is_empty());
}

#[test]
fn recorded() {
    if std::env::var_os(INNER).is_none() {
        return;
    }
    probes::profile::run(|| {
        for _ in 0..3 {
            drop(black_box(Box::new([0_u8; 100])));
        }
        drop(black_box(vec![0_u8; 70_000]));
        (0..black_box(20_000_u64)).fold(0, |sum, i| sum ^ (i << 3))
    });
}

#[test]
fn a_workload_without_an_engine_is_called_once() {
    if std::env::var_os(INNER).is_some() {
        return;
    }
    let mut calls = 0;
    probes::profile::run(|| calls += 1);
    assert_eq!(calls, 1);
}
