//! Everything that people hand in who want points or harm, graded for real, in every kind of box that can be
//! had; and what honest people hand in, beside it. The table in docs/GRADING.md is written here.

mod attacks;
mod honest;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::copy_folder;
use attacks::{ATTACKS, Attack, Code, put, wrong};
use honest::{HONEST, Honest};

/// Where submissions, course and canaries are.
struct Ground {
    /// One at a time: side by side they take each other's processors, and honest work runs out of time.
    _turn: MutexGuard<'static, ()>,
    keep: TempDir,
    attacks: Vec<&'static Attack>,
    honest: Vec<&'static Honest>,
    port: u16,
    tcp: TcpListener,
    udp: UdpSocket,
    socket: UnixListener,
    /// The course and the submissions, by path, before anything ran.
    before: BTreeMap<PathBuf, Vec<u8>>,
}

static TURN: Mutex<()> = Mutex::new(());

/// How the grader is run.
struct Mode {
    /// Before the program: another user, or nothing.
    before: &'static [&'static str],
    arguments: &'static [&'static str],
    /// Layers that must not stand.
    without: &'static [&'static str],
    /// Layers that must.
    with: &'static [&'static str],
    /// How far tests have to reach, where that is more than nothing.
    reach: Option<&'static str>,
}

impl Ground {
    /// Everything.
    fn new() -> Self {
        Self::with(ATTACKS.iter().collect(), HONEST.iter().collect())
    }

    /// What the layers of the box are there for: the rest does not depend on them. Everything all the same, if
    /// `WORKBOOK_REDTEAM` is `all`.
    fn for_layers() -> Self {
        if std::env::var_os("WORKBOOK_REDTEAM").is_some_and(|wish| wish == "all") {
            return Self::new();
        }
        let at_layers = |attack: &&Attack| {
            const WORDS: [&str; 9] = [
                "reads", "writes", "flood", "links", "kills", "calls", "listens", "sleeping",
                "becomes",
            ];
            matches!(attack.code, Code::Body(_))
                && WORDS.iter().any(|word| attack.name.starts_with(word))
        };
        let odd = |honest: &&Honest| {
            honest.worth < 4 || ["crlf", "bom", "plain", "threads"].contains(&honest.name)
        };
        Self::with(
            ATTACKS.iter().filter(at_layers).collect(),
            HONEST.iter().filter(odd).collect(),
        )
    }

    fn with(attacks: Vec<&'static Attack>, honest: Vec<&'static Honest>) -> Self {
        // A failed one before it has left nothing half done.
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let keep = TempDir::with_prefix("workbook-redteam-").expect("a temporary folder");
        let root = keep.path();
        copy_folder(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/redteam/course"),
            &root.join("course"),
        );
        for name in ["canary", "submissions", "out"] {
            std::fs::create_dir(root.join(name)).expect("folders can be made");
        }
        // One TCP and one UDP port of the same number, that nobody else has.
        let (tcp, udp) = (0..100)
            .find_map(|_| {
                let tcp = TcpListener::bind("127.0.0.1:0").ok()?;
                let udp = UdpSocket::bind(tcp.local_addr().ok()?).ok()?;
                Some((tcp, udp))
            })
            .expect("there are ports");
        tcp.set_nonblocking(true).expect("sockets can be asked");
        udp.set_nonblocking(true).expect("sockets can be asked");
        let socket = UnixListener::bind(root.join("canary/socket")).expect("sockets can be made");
        socket.set_nonblocking(true).expect("sockets can be asked");
        let mut ground = Ground {
            port: tcp.local_addr().expect("it has an address").port(),
            tcp,
            udp,
            socket,
            before: BTreeMap::new(),
            attacks,
            honest,
            keep,
            _turn: turn,
        };
        ground.hand_in();
        // Whoever is let in by the box's mistake can write here.
        open(&ground.path("canary"), 0o777);
        open(ground.keep.path(), 0o755);
        ground.before = ground.everything();
        ground
    }

    /// The same, with a test that needs an address and a process of its own: then all may have them.
    fn reaching(mut self) -> Self {
        let file = self.path("course/exercises/tills/till/tests/checks.rs");
        let text = std::fs::read_to_string(&file).expect("the course has tests");
        let head = "fn coins_are_counted() {\n";
        assert!(text.contains(head), "{text}");
        let needs = "    std::net::TcpListener::bind(\"127.0.0.1:0\").expect(\"an address\");\n    \
                     let shell = std::process::Command::new(\"/bin/sh\").args([\"-c\", \"exit 0\"]).status();\n    \
                     assert!(shell.expect(\"a process\").success());\n";
        std::fs::write(&file, text.replace(head, &format!("{head}{needs}")))
            .expect("the course can be written");
        self.before = self.everything();
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.keep.path().join(name)
    }

    fn hand_in(&self) {
        let course = self.path("course");
        let filled = |text: &str| {
            text.replace("@HOME@", &home().display().to_string())
                .replace("@CANARY@", &self.path("canary").display().to_string())
                .replace("@COURSE@", &course.display().to_string())
                .replace(
                    "@SUBMISSIONS@",
                    &self.path("submissions").display().to_string(),
                )
                .replace("@OUT@", &self.path("out").display().to_string())
                .replace("@PORT@", &self.port.to_string())
        };
        for attack in &self.attacks {
            let folder = self.path("submissions").join(attack.name).join("till");
            match attack.code {
                Code::Body(body) => put(&folder, "src/lib.rs", &filled(&wrong("", body))),
                Code::Items(items) => put(&folder, "src/lib.rs", &filled(&wrong(items, ""))),
                Code::Whole(text) => put(&folder, "src/lib.rs", &filled(text)),
                Code::Tree(make) => make(&folder, &course),
            }
        }
        for honest in &self.honest {
            (honest.make)(&self.path("submissions").join(honest.name).join("till"));
        }
        // A learner whose whole folder is a link to another's.
        std::os::unix::fs::symlink("plain", self.path("submissions/somebody-else"))
            .expect("links can be made");
        put(&self.path("submissions"), "archive.zip", "PK");
    }

    /// What could be spoilt: every small regular file, with its bytes.
    fn everything(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        for part in ["course", "submissions", "canary"] {
            let entries = walkdir::WalkDir::new(self.path(part)).into_iter().flatten();
            for entry in entries {
                let path = entry.path();
                // What the grader itself builds and keeps.
                if path.starts_with(self.path("course/target"))
                    || path.starts_with(self.path("course/.workbook"))
                {
                    continue;
                }
                let is_small = entry.metadata().is_ok_and(|data| data.len() < 1 << 20);
                let bytes = if entry.file_type().is_file() && is_small {
                    std::fs::read(path).unwrap_or_default()
                } else {
                    Vec::new()
                };
                all.insert(path.to_owned(), bytes);
            }
        }
        all
    }

    /// Grades everything, and returns the results by submission.
    fn grade(&self, mode: &Mode) -> BTreeMap<String, Value> {
        let program = assert_cmd::cargo::cargo_bin!("workbook");
        // Where any user gets to it.
        let copy = self.path("workbook");
        std::fs::copy(program, &copy).expect("the program can be copied");
        let mut words: Vec<String> = mode.before.iter().map(|word| (*word).to_owned()).collect();
        words.push(copy.display().to_string());
        words.extend(
            [
                "grade",
                "run",
                "--submissions",
                "../submissions",
                "--out",
                "../out",
                "--jobs",
                "6",
                "--compile-seconds",
                "6",
                "--json",
            ]
            .map(str::to_owned),
        );
        words.extend(mode.arguments.iter().map(|word| (*word).to_owned()));
        let output = Command::new(&words[0])
            .args(&words[1..])
            .current_dir(self.path("course"))
            .env("WORKBOOK_REDTEAM_TOKEN", "redteam-token")
            .env("WORKBOOK_REDTEAM_ROOM", self.keep.path())
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_TARGET_DIR")
            .output()
            .expect("the program can be started");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let text = String::from_utf8(output.stdout).expect("it is UTF-8");
        let document: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {said}\n{text}"));
        let state = |grade: &&Value| grade["outcome"]["state"] == "could_not_judge";
        let unjudged: Vec<&Value> = document["grades"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(state)
            .collect();
        let code = output.status.code();
        assert_eq!(
            code,
            Some(1),
            "the grader ends as it should: {said}\n{unjudged:#?}"
        );
        assert!(said.contains("`archive.zip` is no folder"), "{said}");
        assert!(said.contains("`somebody-else` is no folder"), "{said}");
        let grades = document["grades"].as_array().expect("there are grades");
        let named = grades.iter().map(|grade| {
            let name = grade["submission"].as_str().expect("it has a name");
            (name.to_owned(), grade.clone())
        });
        named.collect()
    }

    /// Grades everything and expects that nobody gets what is not theirs.
    fn holds(&self, mode: &Mode) -> BTreeMap<String, Value> {
        let grades = self.grade(mode);
        let mut wrong = Vec::new();
        for attack in &self.attacks {
            let Some(grade) = grades.get(attack.name) else {
                wrong.push(format!("{}: no result", attack.name));
                continue;
            };
            if passed(grade) > 0 {
                wrong.push(format!(
                    "{} earns {} of 4: {grade:#}",
                    attack.name,
                    passed(grade)
                ));
            }
            if grade["outcome"]["state"] == "could_not_judge" {
                wrong.push(format!("{} breaks the grader: {grade:#}", attack.name));
            }
            // What it printed is kept, as data; what it found would be in it.
            let mut text = grade.to_string();
            if mode.reach.is_some() {
                // It may listen, and its own network takes a packet for an address where nobody is. Whether one came
                // out is seen below.
                text = text.replace("LEAK listen", "").replace("LEAK udp", "");
            }
            if text.contains("LEAK ")
                || text.contains("hidden-marker") && !text.contains("graded::")
            {
                wrong.push(format!(
                    "{} finds what is not its own: {grade:#}",
                    attack.name
                ));
            }
        }
        for honest in &self.honest {
            let grade = grades.get(honest.name);
            let earned = grade.map(passed);
            if earned != Some(honest.worth) {
                wrong.push(format!(
                    "{} is worth {} and earns {earned:?}: {grade:#?}",
                    honest.name, honest.worth
                ));
            }
        }
        if grades.len() != self.attacks.len() + self.honest.len() {
            wrong.push(format!("{} results", grades.len()));
        }
        for grade in grades.values() {
            let is_run = grade["outcome"]["state"] != "not_run";
            if is_run && grade["reach"].as_str() != mode.reach {
                wrong.push(format!("its tests reach {}", grade["reach"]));
            }
            for layer in mode.with {
                if grade["walls"][layer] != true {
                    wrong.push(format!("{layer} does not stand: {}", grade["walls"]));
                }
            }
            for layer in mode.without {
                if grade["walls"][layer] != false {
                    wrong.push(format!("{layer} stands: {}", grade["walls"]));
                }
            }
        }
        wrong.extend(self.traces());
        wrong.dedup();
        assert!(
            wrong.is_empty(),
            "{} holes:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        grades
    }

    /// What was left behind, outside of the grader's own folders.
    fn traces(&self) -> Vec<String> {
        let mut traces = Vec::new();
        let now = self.everything();
        for (path, bytes) in &now {
            match self.before.get(path) {
                None => traces.push(format!("made: {}", path.display())),
                Some(before) if before != bytes => {
                    traces.push(format!("changed: {}", path.display()));
                }
                Some(_) => {}
            }
        }
        traces.extend(
            (self.before.keys().filter(|path| !now.contains_key(*path)))
                .map(|path| format!("gone: {}", path.display())),
        );
        let shared = [
            "/tmp/redteam-was-here",
            "/var/tmp/redteam-was-here",
            "/dev/shm/redteam",
        ];
        let shared = shared.into_iter().map(PathBuf::from);
        for path in shared.chain([home().join(".redteam")]) {
            if path.exists() {
                traces.push(format!("made: {}", path.display()));
            }
        }
        if self.tcp.accept().is_ok()
            || self.socket.accept().is_ok()
            || self.udp.recv(&mut [0; 8]).is_ok()
        {
            traces.push("somebody connected".to_owned());
        }
        // No process that was started from here, nor the grandchild that was to outlive everything.
        for entry in Path::new("/proc")
            .read_dir()
            .expect("there are processes")
            .flatten()
        {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            if line.contains("sleep 987") || line.contains(&*self.keep.path().to_string_lossy()) {
                traces.push(format!("still running: {line}"));
            }
        }
        traces
    }
}

fn passed(grade: &Value) -> usize {
    let checks = grade["checks"].as_array().expect("checks are a list");
    checks
        .iter()
        .filter(|check| check["outcome"]["state"] == "passed")
        .count()
}

fn open(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("it is ours");
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

/// Which step ended an attack, as the result tells.
fn step(grade: &Value) -> &'static str {
    let how = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if grade["outcome"]["state"] == "not_run" {
        return "taken in by handle";
    }
    let first = how(&grade["checks"][0]["outcome"]["how"]);
    match first.as_str() {
        how if how.starts_with("refused: ") => "looked through",
        how if how.contains("does not build within") => "limits of the compiler",
        how if how.contains("tests do not build") => "signatures pinned",
        how if how.contains("does not build") => "the compiler says no",
        _ => "box, limits and proof",
    }
}

#[test]
fn nobody_earns_what_is_not_theirs_with_every_layer() {
    let ground = Ground::new();
    let with: &[&str] = if is_root() {
        &["namespaces", "landlock", "syscalls", "user"]
    } else {
        &["landlock", "syscalls"]
    };
    let mode = Mode {
        before: &[],
        arguments: &["--in-process"],
        with,
        without: &[],
        reach: None,
    };
    let grades = ground.holds(&mode);
    let mut table =
        String::from("| what is handed in | what it tries | what ends it |\n|---|---|---|\n");
    for attack in ATTACKS {
        let step = step(&grades[attack.name]);
        let _ = writeln!(table, "| `{}` | {} | {step} |", attack.name, attack.tries);
    }
    let _ = write!(
        table,
        "\n{} of {} earn nothing and leave no trace. Beside them, {} honest submissions that look odd earn exactly \
         what they are worth.\n",
        ATTACKS.len(),
        ATTACKS.len(),
        HONEST.len()
    );
    in_document(&table);
}

/// The table in docs/GRADING.md is what this suite found. With `WORKBOOK_BLESS` set, it becomes that.
fn in_document(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/GRADING.md");
    let text = std::fs::read_to_string(&path).expect("the document is there");
    let (start, end) = ("<!-- redteam -->\n", "<!-- /redteam -->");
    let from = text.find(start).expect("the table has a place") + start.len();
    let to = text.find(end).expect("the table has an end");
    if std::env::var_os("WORKBOOK_BLESS").is_some() {
        let text = format!("{}{table}{}", &text[..from], &text[to..]);
        return std::fs::write(path, text).expect("the document can be written");
    }
    assert_eq!(
        &text[from..to],
        table,
        "write it anew with WORKBOOK_BLESS=1"
    );
}

#[test]
fn nobody_earns_what_is_not_theirs_sealed() {
    let mode = Mode {
        before: &[],
        arguments: &["--require", "sealed"],
        with: &["landlock", "syscalls"],
        without: &[],
        reach: None,
    };
    for (name, grade) in Ground::new().holds(&mode) {
        let is_run = grade["outcome"]["state"] != "not_run";
        assert!(!is_run || grade["trust"] == "sealed", "{name}: {grade:#}");
    }
}

#[test]
fn nobody_earns_what_is_not_theirs_without_namespaces() {
    let mode = Mode {
        before: &[],
        arguments: &["--in-process", "--without", "namespaces"],
        with: &["landlock", "syscalls"],
        without: &["namespaces"],
        reach: None,
    };
    Ground::for_layers().holds(&mode);
}

#[test]
fn nobody_earns_what_is_not_theirs_without_landlock() {
    let mode = Mode {
        before: &[],
        arguments: &["--in-process", "--without", "landlock"],
        with: &["namespaces", "syscalls"],
        without: &["landlock"],
        reach: None,
    };
    Ground::for_layers().holds(&mode);
}

#[test]
fn nobody_earns_what_is_not_theirs_where_tests_have_addresses_and_processes() {
    if !is_root() {
        // Then it is the next test that can be run.
        return;
    }
    let mode = Mode {
        before: &[],
        arguments: &["--in-process"],
        with: &["namespaces", "landlock", "syscalls"],
        without: &[],
        reach: Some("processes"),
    };
    Ground::for_layers().reaching().holds(&mode);
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "whoever runs it is told what was not run"
)]
fn nor_where_an_ordinary_user_grades_such_tests() {
    let alone = ["unshare", "--user", "--map-root-user", "true"];
    let as_user = [
        "setpriv",
        "--reuid=12345",
        "--regid=12345",
        "--clear-groups",
    ];
    let words = as_user.into_iter().filter(|_| is_root()).chain(alone);
    let words: Vec<&str> = words.collect();
    let has_namespaces = Command::new(words[0]).args(&words[1..]).status();
    if !has_namespaces.is_ok_and(|status| status.success()) {
        eprintln!(
            "not run: ordinary users have no namespaces here, and without them no such test is graded"
        );
        return;
    }
    let mode = Mode {
        before: if is_root() {
            &["unshare", "--mount", "sh", "-ec", AS_USER, "sh"]
        } else {
            &[]
        },
        arguments: &["--in-process"],
        with: &["namespaces", "landlock", "syscalls"],
        without: &["user"],
        reach: Some("processes"),
    };
    Ground::for_layers().reaching().holds(&mode);
}

#[test]
fn tests_that_need_addresses_are_not_graded_where_a_layer_lacks() {
    for layer in ["namespaces", "landlock"] {
        let course = Ground::with(Vec::new(), HONEST.iter().take(1).collect()).reaching();
        let output = Command::new(assert_cmd::cargo::cargo_bin!("workbook"))
            .args(["grade", "run", "--submissions", "../submissions", "--json"])
            .args(["--out", "../out", "--in-process", "--without", layer])
            .current_dir(course.path("course"))
            .output()
            .expect("the program can be started");
        let said = String::from_utf8_lossy(&output.stdout);
        let why = "it may reach no further here: that needs namespaces, Landlock and the list of system calls";
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains(why), "{said}");
    }
}

/// Root becomes an ordinary user for this, who gets to the toolchain by another path.
const AS_USER: &str = "
toolchain=$(rustc --print sysroot)
room=$WORKBOOK_REDTEAM_ROOM
mkdir -p $room/rust
mount --bind $toolchain $room/rust
chown -R 12345:12345 $room/course $room/out $room/submissions
exec setpriv --reuid=12345 --regid=12345 --clear-groups \
  env HOME=$room PATH=$room/rust/bin:/usr/bin:/bin \"$@\"
";

#[test]
fn nobody_earns_what_is_not_theirs_where_an_ordinary_user_grades() {
    let mode = Mode {
        before: if is_root() {
            &["unshare", "--mount", "sh", "-ec", AS_USER, "sh"]
        } else {
            &[]
        },
        arguments: &["--in-process"],
        with: &["landlock", "syscalls"],
        without: &["user"],
        reach: None,
    };
    Ground::for_layers().holds(&mode);
}

/// The home of whoever runs the suite, which is what an attack would like to reach.
fn home() -> PathBuf {
    std::env::var_os("HOME").map_or_else(|| PathBuf::from("/"), PathBuf::from)
}
