//! A figure per call, reported once.

use std::process::Command;

#[test]
fn twice_the_work_takes_longer_in_the_same_run() {
    // Runs itself as an engine would, to read what is reported.
    let figures = std::env::temp_dir().join(format!("probes-speed-{}", std::process::id()));
    let status = Command::new(std::env::current_exe().expect("a program has a path"))
        .args(["--exact", "measured", "--nocapture"])
        .env("WORKBOOK_FIGURES", &figures)
        .env("PROBES_SPEED_INNER", "1")
        .status()
        .expect("it can be started");
    assert!(status.success());
    let text = std::fs::read_to_string(&figures).expect("figures were reported");
    std::fs::remove_file(&figures).expect("the file is ours");
    let figure = |name: &str| -> f64 {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
        line.unwrap_or_else(|| panic!("no {name} in {text}"))
            .parse()
            .expect("a number")
    };
    let (short, long) = (figure("short"), figure("long"));
    assert!(
        short > 0.0 && long > short,
        "eight times the work: {short} ns and {long} ns"
    );
}

#[test]
fn measured() {
    if std::env::var_os("PROBES_SPEED_INNER").is_none() {
        return;
    }
    let sum = |n: u64| move || (0..std::hint::black_box(n)).fold(0_u64, |sum, i| sum ^ (i * i));
    probes::speed::report("short", sum(1_000));
    probes::speed::report("long", sum(8_000));
}
