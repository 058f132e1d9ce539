//! The same promises at values that the visible tests do not name.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::iter;
use std::path::Path;

use context_chain::{Disk, Gateway, RealDisk, exit_code, report};

/// Serves a configuration of many listeners, all certificates but one.
struct OneMissing {
    listeners: usize,
    missing: usize,
    fail: fn() -> io::Error,
}

impl Disk for OneMissing {
    fn read(&self, path: &Path) -> io::Result<String> {
        let path = path.to_str().expect("text");
        if path == "site.cfg" {
            let line = |n| format!("\n# number {n}\n  door<{n}> = cert/{n}-x.pem  ");
            return Ok((0..self.listeners).map(line).collect());
        }
        if path == format!("cert/{}-x.pem", self.missing) {
            return Err((self.fail)());
        }
        Ok(format!("pem of {path}"))
    }
}

fn texts(error: &(dyn Error + 'static)) -> Vec<String> {
    iter::successors(Some(error), |&error| error.source())
        .map(ToString::to_string)
        .collect()
}

#[derive(Debug)]
struct Marker;

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("marked")
    }
}

impl Error for Marker {}

#[test]
fn the_listener_that_failed_is_the_one_named() {
    for missing in 0..20 {
        let disk = OneMissing {
            listeners: 20,
            missing,
            fail: || ErrorKind::NotFound.into(),
        };
        let error = Gateway::start(&disk, Path::new("site.cfg")).expect_err("one is missing");
        let report = report(&error);
        for name in [
            "site.cfg",
            &format!("door<{missing}>"),
            &format!("cert/{missing}-x.pem"),
        ] {
            assert!(report.contains(name), "{name} is missing in {report}");
        }
        for other in (0..20).filter(|&other| other != missing) {
            let other = format!("door<{other}>");
            assert!(
                !report.contains(&other),
                "{other} is not at fault: {report}"
            );
        }
        assert_eq!(exit_code(&error), 66, "{report}");
    }
}

#[test]
fn the_report_of_a_failed_start_is_its_chain() {
    let disk = OneMissing {
        listeners: 3,
        missing: 1,
        fail: || io::Error::from_raw_os_error(28),
    };
    let error = Gateway::start(&disk, Path::new("site.cfg")).expect_err("one is missing");
    let texts = texts(&error);
    let lines: Vec<String> = report(&error).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), texts.len(), "{lines:#?}");
    assert_eq!(lines[0], format!("error: {}", texts[0]));
    for (line, text) in lines.iter().zip(&texts).skip(1) {
        assert_eq!(line, &format!("caused by: {text}"));
    }
    assert_eq!(exit_code(&error), 74, "{lines:#?}");
}

#[test]
fn what_the_disk_put_into_its_error_is_still_there() {
    let disk = OneMissing {
        listeners: 2,
        missing: 0,
        fail: || io::Error::new(ErrorKind::TimedOut, Marker),
    };
    let error = Gateway::start(&disk, Path::new("site.cfg")).expect_err("one is missing");
    let root = iter::successors(Some(&error as &(dyn Error + 'static)), |&error| {
        error.source()
    })
    .filter_map(|error| error.downcast_ref::<io::Error>())
    .last()
    .expect("the disk's io::Error is in the chain");
    assert_eq!(root.kind(), ErrorKind::TimedOut);
    let inner = root.get_ref().expect("the disk's error holds a Marker");
    assert!(
        inner.is::<Marker>(),
        "{inner:?} is not what the disk put in"
    );
}

#[test]
fn a_malformed_line_after_many_good_ones_is_counted_from_one() {
    struct Text(String);
    impl Disk for Text {
        fn read(&self, _: &Path) -> io::Result<String> {
            Ok(self.0.clone())
        }
    }
    let disk = Text(format!("{}oops", "# nothing\na = b\n\n".repeat(11)));
    let error = Gateway::start(&disk, Path::new("long.cfg")).expect_err("`oops` is no entry");
    let report = report(&error);
    for name in ["long.cfg", "line 34", "oops"] {
        assert!(report.contains(name), "{name} is missing in {report}");
    }
    assert_eq!(exit_code(&error), 78, "{report}");
}

#[test]
fn the_real_disk_is_reported_like_any_other() {
    let path = Path::new("no-such-folder/edge.conf");
    let error = Gateway::start(&RealDisk, path).expect_err("the folder does not exist");
    let report = report(&error);
    assert!(report.contains("no-such-folder/edge.conf"), "{report}");
    assert_eq!(exit_code(&error), 66, "{report}");
}
