//! What an error of the start tells the operator, and what it tells the supervisor.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::iter;
use std::path::Path;

use context_chain::{Disk, Gateway, StartError, exit_code, report};

const CONFIG: &str = "etc/edge.conf";

/// How a read fails.
type Fail = fn() -> io::Error;

/// A disk with two listeners configured, on which any file may be made unreadable.
struct FakeDisk {
    files: HashMap<&'static str, Result<&'static str, Fail>>,
}

impl FakeDisk {
    fn healthy() -> Self {
        let files = HashMap::from([
            (
                CONFIG,
                Ok("# two doors\npublic = tls/front.pem\n\n admin=tls/back.pem\n"),
            ),
            ("tls/front.pem", Ok("FRONT")),
            ("tls/back.pem", Ok("BACK")),
        ]);
        Self { files }
    }

    fn with(mut self, path: &'static str, text: &'static str) -> Self {
        self.files.insert(path, Ok(text));
        self
    }

    fn failing(mut self, path: &'static str, fail: Fail) -> Self {
        self.files.insert(path, Err(fail));
        self
    }

    fn start_error(&self) -> StartError {
        match Gateway::start(self, Path::new(CONFIG)) {
            Ok(gateway) => panic!("this disk lets no gateway start, but this one did: {gateway:?}"),
            Err(error) => error,
        }
    }
}

impl Disk for FakeDisk {
    fn read(&self, path: &Path) -> io::Result<String> {
        let path = path.to_str().expect("paths of these tests are text");
        match self.files.get(path) {
            Some(Ok(text)) => Ok((*text).to_owned()),
            Some(Err(fail)) => Err(fail()),
            None => Err(no_such_file()),
        }
    }
}

/// What a Unix system answers: "No such file or directory (os error 2)".
fn no_such_file() -> io::Error {
    io::Error::from_raw_os_error(2)
}

fn permission_denied() -> io::Error {
    io::Error::from_raw_os_error(13)
}

/// Same kind as `no_such_file`, and another text: not every io::Error comes from the system.
fn not_found_in_a_bucket() -> io::Error {
    io::Error::new(ErrorKind::NotFound, "the bucket holds no such object")
}

/// The error itself and all its causes, outermost first.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> Vec<&'e (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| error.source()).collect()
}

fn texts(error: &(dyn Error + 'static)) -> Vec<String> {
    chain(error).iter().map(ToString::to_string).collect()
}

/// Checks that the chain names each of these, and not in a deeper error than the next one.
fn assert_names_in_order(error: &StartError, names: &[&str]) {
    let texts = texts(error);
    let mut from = 0;
    for name in names {
        match texts[from..].iter().position(|text| text.contains(name)) {
            Some(found) => from += found,
            None => panic!(
                "from the outside in, the chain has to name {names:?}; \
                 {name:?} is missing, or comes too late, in {texts:#?}"
            ),
        }
    }
}

/// An error of somebody else's, with or without a cause.
#[derive(Debug)]
struct Foreign {
    text: &'static str,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Foreign {
    fn alone(text: &'static str) -> Self {
        Self { text, cause: None }
    }

    fn from(text: &'static str, cause: impl Error + Send + Sync + 'static) -> Self {
        Self {
            text,
            cause: Some(Box::new(cause)),
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl Error for Foreign {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause
            .as_deref()
            .map(|cause| cause as &(dyn Error + 'static))
    }
}

#[test]
fn a_missing_certificate_tells_what_was_being_done() {
    let error = FakeDisk::healthy()
        .failing("tls/back.pem", no_such_file)
        .start_error();
    assert_names_in_order(
        &error,
        &["start the gateway", CONFIG, "admin", "tls/back.pem"],
    );

    let error = FakeDisk::healthy()
        .failing("tls/front.pem", permission_denied)
        .start_error();
    assert_names_in_order(
        &error,
        &["start the gateway", CONFIG, "public", "tls/front.pem"],
    );
}

#[test]
fn a_missing_configuration_tells_what_was_being_done() {
    let error = FakeDisk::healthy()
        .failing(CONFIG, no_such_file)
        .start_error();
    assert_names_in_order(&error, &["start the gateway", CONFIG]);
}

#[test]
fn the_root_is_the_disks_own_error() {
    for path in [CONFIG, "tls/front.pem", "tls/back.pem"] {
        for (fail, code) in [
            (no_such_file as Fail, Some(2)),
            (permission_denied, Some(13)),
            (not_found_in_a_bucket, None),
        ] {
            let error = FakeDisk::healthy().failing(path, fail).start_error();
            let errors = chain(&error);
            let root = errors.last().expect("a chain holds at least its own error");
            let Some(root) = root.downcast_ref::<io::Error>() else {
                panic!(
                    "the disk failed to read {path:?} with the io::Error {:?}; the last error of the \
                     chain has to be that one, but it is another type: {root:?}",
                    fail()
                );
            };
            assert_eq!(
                (root.kind(), root.raw_os_error(), root.to_string()),
                (fail().kind(), code, fail().to_string()),
                "the disk's own io::Error has to be at the root, not one made after it \
                 (kind, code of the system, text)"
            );
        }
    }
}

#[test]
fn no_error_repeats_its_cause() {
    let disks = [
        FakeDisk::healthy().failing(CONFIG, no_such_file),
        FakeDisk::healthy().failing("tls/front.pem", permission_denied),
        FakeDisk::healthy().failing("tls/back.pem", not_found_in_a_bucket),
    ];
    for disk in disks {
        let texts = texts(&disk.start_error());
        assert!(
            texts.len() > 1,
            "the error of a failed read has a cause, and `source` has to answer it: {texts:#?}"
        );
        for (outer, text) in texts.iter().enumerate() {
            for cause in &texts[outer + 1..] {
                assert!(
                    !text.contains(cause.as_str()),
                    "{text:?} repeats its cause {cause:?}; each error says its own part only, \
                     the causes follow by `source`"
                );
            }
        }
    }
}

#[test]
fn a_malformed_line_is_named_by_file_and_number() {
    for (config, line, text) in [
        (
            "public = tls/front.pem\n\n# here:\nadmin tls/back.pem\n",
            "line 4",
            "admin tls/back.pem",
        ),
        ("= tls/front.pem", "line 1", "= tls/front.pem"),
        ("\n  public =  \n", "line 2", "public ="),
    ] {
        let error = FakeDisk::healthy().with(CONFIG, config).start_error();
        assert_names_in_order(&error, &["start the gateway", CONFIG]);
        assert_names_in_order(&error, &["start the gateway", line]);
        assert_names_in_order(&error, &["start the gateway", text]);
        let errors = chain(&error);
        assert!(
            !errors.iter().any(|error| error.is::<io::Error>()),
            "the disk read {CONFIG:?} without fault, so no io::Error belongs into {errors:#?}"
        );
    }
}

#[test]
fn the_report_prints_one_cause_per_line() {
    let short = Foreign::alone("the queue is full");
    assert_eq!(
        report(&short).lines().collect::<Vec<_>>(),
        ["error: the queue is full"],
        "an error without a cause is reported in one line"
    );

    let long = Foreign::from(
        "could not take the order",
        Foreign::from(
            "could not reserve the stock",
            Foreign::from("could not reach the warehouse", permission_denied()),
        ),
    );
    let root = permission_denied().to_string();
    assert_eq!(
        report(&long).lines().collect::<Vec<_>>(),
        [
            "error: could not take the order",
            "caused by: could not reserve the stock",
            "caused by: could not reach the warehouse",
            &format!("caused by: {root}"),
        ],
        "the report has the error's own line and one line for each cause, outermost first"
    );
}

#[test]
fn the_exit_code_comes_from_the_innermost_io_error() {
    let deep = |cause: io::Error| {
        Foreign::from("one", Foreign::from("two", Foreign::from("three", cause)))
    };
    // An io::Error may have causes too, and one of them may be an io::Error again.
    let nested = io::Error::other(Foreign::from("mounting", not_found_in_a_bucket()));
    let table: [(Box<dyn Error>, u8); 9] = [
        (Box::new(no_such_file()), 66),
        (Box::new(deep(no_such_file())), 66),
        (Box::new(deep(not_found_in_a_bucket())), 66),
        (Box::new(deep(ErrorKind::PermissionDenied.into())), 77),
        (Box::new(deep(ErrorKind::TimedOut.into())), 74),
        (Box::new(deep(nested)), 66),
        (
            Box::new(Foreign::alone("No such file or directory (os error 2)")),
            78,
        ),
        (
            Box::new(
                FakeDisk::healthy()
                    .failing("tls/back.pem", permission_denied)
                    .start_error(),
            ),
            77,
        ),
        (
            Box::new(FakeDisk::healthy().with(CONFIG, "public").start_error()),
            78,
        ),
    ];
    for (error, code) in table {
        assert_eq!(
            exit_code(&*error),
            code,
            "NotFound is 66, PermissionDenied 77, another kind 74, no io::Error at all 78; \
             the innermost io::Error decides, and texts never do: {error:?}"
        );
    }
}

#[test]
fn a_healthy_disk_starts_the_gateway() {
    let disk = FakeDisk::healthy();
    let gateway = Gateway::start(&disk, Path::new(CONFIG))
        .unwrap_or_else(|error| panic!("every file is there, but start said: {}", report(&error)));
    assert_eq!(
        gateway.listeners().collect::<Vec<_>>(),
        [("public", "FRONT"), ("admin", "BACK")],
        "the listeners of the configuration, each with its certificate"
    );
}
