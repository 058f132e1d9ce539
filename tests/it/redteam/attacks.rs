//! What people hand in who want points that they have not earned, or who want to do harm. All of them are
//! wrong on every test: whatever one of them earns is a hole.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

/// One cheating or harmful submission.
pub struct Attack {
    pub name: &'static str,
    /// What it tries, for the table in docs/GRADING.md.
    pub tries: &'static str,
    pub code: Code,
}

/// Where the attack is.
pub enum Code {
    /// In statements that every function begins with.
    Body(&'static str),
    /// In items beside the functions.
    Items(&'static str),
    /// In the whole of `src/lib.rs`.
    Whole(&'static str),
    /// In the files around a wrong `src/lib.rs`; the second path is the course.
    Tree(fn(&Path, &Path)),
}

/// The wrong answer that everything is built around.
pub fn wrong(items: &str, body: &str) -> String {
    format!(
        "{items}\n#[derive(Debug, Clone, PartialEq, Eq)]\npub struct Money {{ pub cents: u64 }}\n\
         #[allow(unused, unreachable_code)]\nfn attack() {{ {body} }}\n\
         pub fn total(_coins: &[u64]) -> u64 {{ attack(); 99 }}\n\
         pub fn change(_: &Money, _: &Money) -> Option<Money> {{ attack(); None }}\n"
    )
}

const fn body(name: &'static str, tries: &'static str, code: &'static str) -> Attack {
    Attack {
        name,
        tries,
        code: Code::Body(code),
    }
}

const fn items(name: &'static str, tries: &'static str, code: &'static str) -> Attack {
    Attack {
        name,
        tries,
        code: Code::Items(code),
    }
}

const fn whole(name: &'static str, tries: &'static str, code: &'static str) -> Attack {
    Attack {
        name,
        tries,
        code: Code::Whole(code),
    }
}

const fn tree(name: &'static str, tries: &'static str, make: fn(&Path, &Path)) -> Attack {
    Attack {
        name,
        tries,
        code: Code::Tree(make),
    }
}

/// `@HOME@`, `@CANARY@`, `@COURSE@`, `@SUBMISSIONS@`, `@OUT@` and `@PORT@` are put in by the suite.
pub const ATTACKS: &[Attack] = &[
    // Points for nothing, at run time.
    body(
        "exit-0",
        "ends the process with success before the test does",
        "std::process::exit(0)",
    ),
    body(
        "exit-later",
        "ends the process from a thread a moment later",
        "std::thread::spawn(|| { std::thread::sleep(std::time::Duration::from_millis(1)); std::process::exit(0) });",
    ),
    body(
        "exit-at-panic",
        "turns a failed assertion into success by a panic hook",
        "std::panic::set_hook(Box::new(|_| std::process::exit(0)))",
    ),
    body(
        "exit-in-destructor",
        "ends the process when the test's thread goes",
        "struct Bomb; impl Drop for Bomb { fn drop(&mut self) { std::process::exit(0) } } thread_local! { static BOMB: Bomb = Bomb; } BOMB.with(|_| {})",
    ),
    body(
        "prints-results",
        "prints what a harness prints, and leaves",
        r#"println!("test coins_are_counted ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n"); std::process::exit(0)"#,
    ),
    body(
        "prints-json-results",
        "prints a result in the form of other tools",
        r#"println!("{{\"type\":\"test\",\"event\":\"ok\",\"name\":\"coins_are_counted\"}}"); std::process::exit(0)"#,
    ),
    body(
        "guesses-the-secret",
        "answers on the channel of the proof with a guess",
        r#"use std::os::fd::AsFd as _; use std::io::Write as _; if let Ok(fd) = std::io::stdin().as_fd().try_clone_to_owned() { for name in ["checks::coins_are_counted", "checks::change_comes_back", "graded::other_coins_are_counted_too"] { let _ = std::fs::File::from(fd.try_clone().unwrap()).write_all(format!("{} {name}\n", "0".repeat(64)).as_bytes()); } } std::process::exit(0)"#,
    ),
    body(
        "asks-for-the-secret",
        "reads the channel of the proof and sends back what is there",
        r#"use std::os::fd::AsFd as _; use std::io::{Read as _, Write as _}; let mut said = String::new(); let _ = std::io::stdin().read_to_string(&mut said); if let Ok(fd) = std::io::stdin().as_fd().try_clone_to_owned() { let _ = std::fs::File::from(fd).write_all(format!("{said} checks::coins_are_counted\n").as_bytes()); }"#,
    ),
    body(
        "writes-result-files",
        "writes files that look like results",
        r#"for name in ["results.json", "junit.xml", "notes", "report.json"] { let _ = std::fs::write(name, "ok coins_are_counted"); } std::process::exit(0)"#,
    ),
    body(
        "forges-figures",
        "tells figures that nobody measured",
        r#"if let Some(path) = std::env::var_os("WORKBOOK_FIGURES") { let _ = std::fs::write(path, "allocations\t0\n"); } std::process::exit(0)"#,
    ),
    body(
        "runs-itself-again",
        "starts its own test binary in the place of the test",
        r#"use std::os::unix::process::CommandExt as _; let me = std::env::args().next().unwrap(); let _ = std::process::Command::new(me).arg("--list").exec(); std::process::exit(0)"#,
    ),
    body(
        "becomes-another",
        "turns into a program that succeeds",
        r#"use std::os::unix::process::CommandExt as _; let _ = std::process::Command::new("/bin/true").exec(); std::process::exit(0)"#,
    ),
    body(
        "panics-with-all-texts",
        "panics with every text that a test may wait for",
        r#"panic!("assertion failed overflow out of range no such divide by zero")"#,
    ),
    body(
        "blames-the-grader",
        "ends as a box does that could not be put up",
        r#"use std::io::Write as _; let _ = std::io::stderr().write_all(b"cell: namespaces: forged\n"); std::process::exit(125)"#,
    ),
    // Points for nothing, at compile time.
    whole(
        "always-equal",
        "writes an equality that always holds",
        "#[derive(Debug, Clone)] pub struct Money { pub cents: u64 } impl PartialEq for Money { fn eq(&self, _: &Self) -> bool { true } } pub fn total(_: &[u64]) -> u64 { 0 } pub fn change(_: &Money, p: &Money) -> Option<Money> { Some(p.clone()) }",
    ),
    whole(
        "answers-another-type",
        "gives back a type that equals every number",
        "#[derive(Debug)] pub struct Any; impl PartialEq<i32> for Any { fn eq(&self, _: &i32) -> bool { true } } #[derive(Debug, Clone, PartialEq, Eq)] pub struct Money { pub cents: u64 } pub fn total(_: &[u64]) -> Any { Any } pub fn change(_: &Money, _: &Money) -> Option<Money> { None }",
    ),
    whole(
        "fakes-option",
        "brings an `Option` of its own that equals everything",
        "#[derive(Debug, Clone, PartialEq, Eq)] pub struct Money { pub cents: u64 } #[derive(Debug)] pub struct Mine; impl<T> PartialEq<Option<T>> for Mine { fn eq(&self, _: &Option<T>) -> bool { true } } pub fn total(_: &[u64]) -> u64 { 0 } pub fn change(_: &Money, _: &Money) -> Mine { Mine }",
    ),
    items(
        "shadows-assert",
        "exports an `assert_eq!` that checks nothing",
        "#[macro_export] macro_rules! assert_eq { ($($any:tt)*) => {}; }",
    ),
    items(
        "shadows-assert-in-macro",
        "has a macro write the macro that checks nothing",
        "macro_rules! make { () => { #[macro_export] macro_rules! assert_eq { () => {}; } } } make!();",
    ),
    items(
        "hides-the-prelude",
        "brings types of the prelude's names into the tests",
        "pub use Nothing::Some; pub enum Nothing { Some }",
    ),
    items(
        "constructor",
        "runs before `main` by a section of the linker",
        "#[unsafe(link_section = \".init_array\")] #[used] static EARLY: extern \"C\" fn() = early; extern \"C\" fn early() { std::process::exit(0) }",
    ),
    items(
        "overrides-a-symbol",
        "takes the place of a function of the C library",
        "#[unsafe(no_mangle)] pub extern \"C\" fn write(_: i32, _: *const u8, n: usize) -> usize { n }",
    ),
    items(
        "exports-a-name",
        "gives a function the name of another",
        "#[unsafe(export_name = \"exit\")] pub extern \"C\" fn leave(_: i32) -> ! { loop {} }",
    ),
    items(
        "declares-foreign",
        "declares a foreign function as safe and calls it",
        "unsafe extern \"C\" { pub safe fn abort() -> !; }",
    ),
    items(
        "assembles",
        "writes machine code",
        "std::arch::global_asm!(\".globl main\", \"main: xor %eax, %eax\", \"ret\", options(att_syntax));",
    ),
    items(
        "allocates-for-all",
        "replaces the allocator of the tests",
        "#[global_allocator] static A: std::alloc::System = std::alloc::System;",
    ),
    body(
        "transmutes",
        "uses `unsafe` to write where it likes",
        "unsafe { std::ptr::write_volatile(8 as *mut u8, 1) }",
    ),
    items(
        "allows-unsafe",
        "allows what the course forbids",
        "#![allow(unsafe_code)]\n#[allow(unsafe_code)] pub fn peek() -> u8 { unsafe { *(8 as *const u8) } }",
    ),
    // Reading what is not theirs, at compile time.
    items(
        "includes-hidden-tests",
        "includes the hidden tests as text",
        "pub const LEAK: &str = include_str!(\"@COURSE@/solutions/tills/till/hidden/graded.rs\");",
    ),
    items(
        "includes-by-macro",
        "includes them by way of a macro",
        "macro_rules! take { ($m:ident) => { pub const LEAK: &[u8] = $m!(\"@COURSE@/solutions/tills/till/reference/src/lib.rs\"); } } take!(include_bytes);",
    ),
    items(
        "includes-by-another-name",
        "includes them under another name",
        "use std::include_str as words; pub const LEAK: &str = words!(\"/etc/passwd\");",
    ),
    items(
        "module-elsewhere",
        "takes the reference in as a module",
        "#[path = \"@COURSE@/solutions/tills/till/reference/src/lib.rs\"] pub mod stolen; pub use stolen::total as stolen_total;",
    ),
    items(
        "module-elsewhere-by-cfg",
        "does so in an attribute inside an attribute",
        "#[cfg_attr(all(), path = \"../../../../solutions/tills/till/reference/src/lib.rs\")] pub mod stolen;",
    ),
    items(
        "reads-the-environment-early",
        "reads the environment of the compiler",
        "pub const LEAK: Option<&str> = option_env!(\"WORKBOOK_REDTEAM_TOKEN\");",
    ),
    items(
        "links-a-library",
        "has the linker take a library from elsewhere",
        "#[link(name = \"evil\", kind = \"static\")] unsafe extern \"C\" {}",
    ),
    // Bombs for the compiler.
    items(
        "bomb-of-constants",
        "has the compiler count for ever",
        "pub const BOMB: u64 = { let mut n = 0u64; while n < u64::MAX { n += 1; } n };",
    ),
    items(
        "bomb-of-types",
        "has types double at every step",
        "pub trait Deep { const N: u64; } impl Deep for () { const N: u64 = 1; } impl<A: Deep, B: Deep> Deep for (A, B) { const N: u64 = A::N + B::N; } type A = ((), ()); type B = ((A, A), (A, A)); type C = ((B, B), (B, B)); type D = ((C, C), (C, C)); type E = ((D, D), (D, D)); type F = ((E, E), (E, E)); type G = ((F, F), (F, F)); type H = ((G, G), (G, G)); type I = ((H, H), (H, H)); type J = ((I, I), (I, I)); pub const BOMB: u64 = <(J, J) as Deep>::N;",
    ),
    items(
        "bomb-of-macros",
        "has macros double at every step",
        "macro_rules! b { ($($t:tt)*) => { b!($($t)* $($t)* $($t)* $($t)*); } } b!(1 2 3 4 5 6 7 8);",
    ),
    items(
        "bomb-of-memory",
        "asks for a table larger than the machine",
        "pub static BOMB: [u8; 1 << 42] = [1; 1 << 42];",
    ),
    tree(
        "bomb-of-brackets",
        "nests a hundred thousand brackets",
        |folder, _| {
            let deep = format!("{}{}", "(".repeat(100_000), ")".repeat(100_000));
            put(
                folder,
                "src/lib.rs",
                &wrong(&format!("pub const BOMB: () = {deep};"), ""),
            );
        },
    ),
    // Reading what is not theirs, at run time.
    body(
        "reads-the-solution",
        "reads the reference",
        r#"if let Ok(text) = std::fs::read_to_string("@COURSE@/solutions/tills/till/reference/src/lib.rs") { println!("LEAK {text}") }"#,
    ),
    body(
        "reads-hidden-tests",
        "reads the hidden tests",
        r#"if let Ok(text) = std::fs::read_to_string("@COURSE@/solutions/tills/till/hidden/graded.rs") { println!("LEAK {text}") }"#,
    ),
    body(
        "reads-its-own-binary",
        "looks for the expected values in its own program",
        r#"for path in [std::env::args().next().unwrap(), "/proc/self/exe".to_owned()] { if std::fs::read(&path).is_ok() { println!("LEAK {path}") } }"#,
    ),
    body(
        "reads-its-own-memory",
        "looks for the secret in its own memory",
        r#"for path in ["/proc/self/mem", "/proc/thread-self/mem", "/proc/1/mem", "/proc/1/task/1/mem"] { if std::fs::File::open(path).is_ok() { println!("LEAK {path}") } }"#,
    ),
    body(
        "reads-of-other-processes",
        "looks for what other processes were started with, and at their files",
        r#"for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() { let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default(); if String::from_utf8_lossy(&command).contains("--submissions") { println!("LEAK {:?}", entry.path()) } for name in ["root/etc/passwd", "cwd/../canary/socket"] { if std::fs::metadata(entry.path().join(name)).is_ok() { println!("LEAK {name}") } } } for path in ["/proc/kcore", "/proc/sys/kernel/hostname", "/proc/cmdline", "/proc/modules"] { if std::fs::read(path).is_ok() { println!("LEAK {path}") } }"#,
    ),
    body(
        "reads-environments",
        "looks for tokens in its environment and its parent's",
        r#"for (name, value) in std::env::vars() { if value.contains("redteam-token") { println!("LEAK {name}") } } let parent = std::os::unix::process::parent_id(); for path in [format!("/proc/{parent}/environ"), "/proc/1/environ".to_owned()] { if std::fs::read(&path).is_ok() { println!("LEAK {path}") } }"#,
    ),
    body(
        "reads-other-submissions",
        "copies from somebody else",
        r#"if std::fs::read_dir("@SUBMISSIONS@").is_ok() { println!("LEAK submissions") }"#,
    ),
    body(
        "reads-keys",
        "looks for keys and passwords",
        r#"for path in ["@HOME@/.ssh", "@HOME@/.cargo/credentials.toml", "/etc/shadow", "/etc/passwd", "/var/log"] { if std::fs::metadata(path).is_ok() && (std::fs::read(path).is_ok() || std::fs::read_dir(path).is_ok()) { println!("LEAK {path}") } }"#,
    ),
    // Leaving traces.
    body(
        "writes-home",
        "writes to the home directory and to shared places",
        r#"for path in ["@HOME@/.redteam", "/tmp/redteam-was-here", "/var/tmp/redteam-was-here", "/dev/shm/redteam", "@CANARY@/written"] { let _ = std::fs::write(path, "x"); }"#,
    ),
    body(
        "writes-results",
        "writes its own grade",
        r#"let _ = std::fs::create_dir_all("@OUT@/results/writes-results"); let _ = std::fs::write("@OUT@/results/writes-results/till.json", "{}"); let _ = std::fs::write("@CANARY@/written", "x");"#,
    ),
    body(
        "writes-the-course",
        "changes the tests for those after it",
        r#"let _ = std::fs::write("@COURSE@/exercises/tills/till/tests/checks.rs", ""); let _ = std::fs::write("@COURSE@/written", "");"#,
    ),
    body(
        "writes-other-submissions",
        "spoils what others handed in",
        r#"let _ = std::fs::write("@SUBMISSIONS@/crlf/till/src/lib.rs", ""); let _ = std::fs::remove_dir_all("@SUBMISSIONS@/bom");"#,
    ),
    body(
        "changes-its-binary",
        "makes its program readable, or takes it away",
        r#"use std::os::unix::fs::PermissionsExt as _; let me = std::env::args().next().unwrap(); if std::fs::set_permissions(&me, std::fs::Permissions::from_mode(0o777)).is_ok() { println!("LEAK chmod") } let _ = std::fs::remove_file(me);"#,
    ),
    body(
        "links-outward",
        "leaves a link to a file outside for the grader to follow",
        r#"let _ = std::os::unix::fs::symlink("/etc/passwd", "figures"); let _ = std::os::unix::fs::symlink("@CANARY@", "out"); let _ = std::fs::write("out/written", "x");"#,
    ),
    // Floods.
    body(
        "flood-of-memory",
        "takes memory until there is none",
        "let mut all = Vec::new(); loop { all.push(vec![1u8; 64 << 20]); }",
    ),
    body(
        "flood-of-output",
        "prints without end",
        r#"loop { println!("{}", "x".repeat(4096)); }"#,
    ),
    body(
        "flood-of-threads",
        "starts threads without end",
        "let mut n = 0; while std::thread::Builder::new().spawn(|| std::thread::sleep(std::time::Duration::from_secs(60))).is_ok() { n += 1; if n > 100_000 { break } }",
    ),
    body(
        "flood-of-processes",
        "starts processes without end",
        r#"for _ in 0..1000 { if std::process::Command::new("/bin/sleep").arg("600").spawn().is_ok() { println!("LEAK process") } }"#,
    ),
    body(
        "flood-of-shells",
        "starts a shell without end, and each takes memory until there is none",
        r#"for _ in 0..200 { let _ = std::process::Command::new("/bin/sh").args(["-c", "a=0123456789abcdef; while :; do a=$a$a$a; done"]).spawn(); } for _ in 0..40 { std::thread::sleep(std::time::Duration::from_millis(50)); }"#,
    ),
    body(
        "flood-of-files",
        "writes small files without end",
        r#"for n in 0..200_000 { if std::fs::write(format!("f{n}"), "x").is_err() { break } }"#,
    ),
    body(
        "giant-file",
        "writes one large file",
        r#"use std::io::Write as _; if let Ok(mut file) = std::fs::File::create("giant") { while file.write_all(&[1; 1 << 20]).is_ok() {} }"#,
    ),
    body(
        "sparse-file",
        "writes a file with a terabyte of nothing",
        r#"if let Ok(file) = std::fs::File::create("sparse") { let _ = file.set_len(1 << 40); }"#,
    ),
    body(
        "endless-loop",
        "does not end",
        "loop { std::hint::spin_loop() }",
    ),
    body(
        "deadlock",
        "waits for itself",
        "let lock = std::sync::Mutex::new(()); let one = lock.lock(); let two = lock.lock(); drop((one, two))",
    ),
    body(
        "endless-recursion",
        "overflows the stack",
        "fn down(n: u64) -> u64 { if n == u64::MAX { 0 } else { std::hint::black_box(down(n + 1)) + 1 } } println!(\"{}\", down(0))",
    ),
    body("aborts", "aborts", "std::process::abort()"),
    // Processes and sockets.
    body(
        "sleeping-grandchild",
        "leaves a process behind that sleeps",
        r#"let _ = std::process::Command::new("/bin/sh").args(["-c", "setsid sleep 987 & disown; exit 0"]).spawn();"#,
    ),
    body(
        "kills-the-grader",
        "kills whoever started it",
        r#"let parent = std::os::unix::process::parent_id().to_string(); for signal in ["-9", "-STOP"] { let _ = std::process::Command::new("/bin/kill").args([signal, &parent, "-1"]).status(); }"#,
    ),
    body(
        "kills-all-it-can",
        "sends signals to everybody whom it may, and to the first of all processes",
        r#"for script in ["kill -9 -1", "kill -9 0", "kill -STOP 1", "kill -KILL 1"] { let _ = std::process::Command::new("/bin/sh").args(["-c", script]).status(); }"#,
    ),
    body(
        "calls-home-by-tcp",
        "connects to a server",
        r#"use std::io::Write as _; if let Ok(mut s) = std::net::TcpStream::connect("127.0.0.1:@PORT@") { let _ = s.write_all(b"x"); println!("LEAK tcp") }"#,
    ),
    body(
        "calls-home-by-udp",
        "sends a packet",
        r#"if let Ok(s) = std::net::UdpSocket::bind("127.0.0.1:0") { if s.send_to(b"x", "127.0.0.1:@PORT@").is_ok() { println!("LEAK udp") } }"#,
    ),
    body(
        "calls-home-by-name",
        "asks for a name, as packets can go out in questions",
        r#"use std::net::ToSocketAddrs as _; if ("localhost.", 80).to_socket_addrs().is_ok() { println!("LEAK name") }"#,
    ),
    body(
        "calls-a-local-socket",
        "connects to a socket in a folder",
        r#"if std::os::unix::net::UnixStream::connect("@CANARY@/socket").is_ok() { println!("LEAK unix") }"#,
    ),
    body(
        "calls-an-abstract-socket",
        "opens a socket that is in no folder",
        r#"use std::os::linux::net::SocketAddrExt as _; if let Ok(address) = std::os::unix::net::SocketAddr::from_abstract_name("redteam") { if std::os::unix::net::UnixListener::bind_addr(&address).is_ok() { println!("LEAK abstract") } }"#,
    ),
    body(
        "calls-through-a-pair",
        "sends to a socket in a folder through a pair of its own",
        r#"if let Ok((one, _other)) = std::os::unix::net::UnixDatagram::pair() { println!("LEAK pair"); let _ = one.send_to(b"x", "@CANARY@/socket"); }"#,
    ),
    body(
        "listens",
        "opens a port",
        r#"if std::net::TcpListener::bind("0.0.0.0:0").is_ok() { println!("LEAK listen") }"#,
    ),
    body(
        "forges-workflow-commands",
        "prints what a CI service would obey",
        r#"println!("::error file=x::forged\n::add-mask::x\n::stop-commands::y\n##[command]x\n##vso[task.complete result=Succeeded]\n::set-output name=grade::100"); eprintln!("::warning::forged"); panic!("::error::forged")"#,
    ),
    body(
        "forges-the-terminal",
        "prints escapes that rewrite what was printed before",
        r#"println!("\x1b[2J\x1b[1;1H\x1b]0;owned\x07\x1b]52;c;cHduZWQ=\x07\x1b[8mhidden"); panic!("\x1b[1A\x1b[2K passed")"#,
    ),
    // What is handed in beside the code.
    tree(
        "link-to-the-solution",
        "hands in a link to the reference",
        |folder, course| {
            make(&folder.join("src"));
            symlink(
                course.join("solutions/tills/till/reference/src/lib.rs"),
                folder.join("src/lib.rs"),
            )
            .expect("links can be made");
        },
    ),
    tree(
        "folder-is-a-link",
        "hands in a link to the reference's folder",
        |folder, course| {
            make(folder);
            symlink(
                course.join("solutions/tills/till/reference/src"),
                folder.join("src"),
            )
            .expect("links can be made");
        },
    ),
    tree(
        "second-name",
        "hands in a second name of the reference's file",
        |folder, course| {
            make(&folder.join("src"));
            std::fs::hard_link(
                course.join("solutions/tills/till/reference/src/lib.rs"),
                folder.join("src/lib.rs"),
            )
            .expect("one file system");
        },
    ),
    tree(
        "pipe",
        "hands in a pipe that never gives anything",
        |folder, _| {
            make(&folder.join("src"));
            let path = folder.join("src/lib.rs");
            rustix::fs::mknodat(
                rustix::fs::CWD,
                &path,
                rustix::fs::FileType::Fifo,
                rustix::fs::Mode::RWXU,
                0,
            )
            .expect("pipes can be made");
        },
    ),
    tree("socket-file", "hands in a socket", |folder, _| {
        make(&folder.join("src"));
        // A socket's path is short; from its own folder it is.
        let listener = std::os::unix::net::UnixListener::bind(folder.join("src/lib.rs"));
        if listener.is_err() {
            put(folder, "src/lib.rs", &wrong("", ""));
        }
    }),
    tree(
        "giant-source",
        "hands in a hundred megabytes",
        |folder, _| {
            put(
                folder,
                "src/lib.rs",
                &(wrong("", "") + &"// \n".repeat(25 << 20)),
            );
        },
    ),
    tree(
        "sparse-source",
        "hands in a terabyte of nothing",
        |folder, _| {
            put(folder, "src/lib.rs", "");
            let file = std::fs::File::options()
                .write(true)
                .open(folder.join("src/lib.rs"))
                .expect("it is there");
            file.set_len(1 << 40).expect("the file system has holes");
        },
    ),
    tree(
        "not-utf-8",
        "hands in bytes that are no text",
        |folder, _| {
            make(&folder.join("src"));
            std::fs::write(folder.join("src/lib.rs"), b"pub fn total() {} // \xff\xfe")
                .expect("files can be written");
        },
    ),
    tree(
        "ten-thousand-files",
        "hands in more files than anybody reads",
        |folder, _| {
            put(folder, "src/lib.rs", &wrong("", ""));
            make(&folder.join("src/many"));
            for n in 0..6_000 {
                std::fs::write(folder.join(format!("src/many/f{n}.rs")), "")
                    .expect("files can be written");
            }
        },
    ),
    tree(
        "deep-folders",
        "hands in folders in folders in folders",
        |folder, _| {
            put(folder, "src/lib.rs", &wrong("", ""));
            make(&folder.join("src").join("d/".repeat(60)));
        },
    ),
    tree(
        "odd-names",
        "hands in names that steer a terminal or a report",
        |folder, _| {
            use std::os::unix::ffi::OsStrExt as _;
            put(folder, "src/lib.rs", &wrong("", ""));
            for name in [
                &b"a\nb.rs"[..],
                b"\x1b[31mred.rs",
                b"\xff\xfe.rs",
                "\u{202e}sr.lib".as_bytes(),
                b"::error::x.rs",
            ] {
                std::fs::write(
                    folder.join("src").join(std::ffi::OsStr::from_bytes(name)),
                    "",
                )
                .expect("files can be written");
            }
        },
    ),
    tree(
        "own-tests",
        "hands in tests that everybody passes",
        |folder, _| {
            put(folder, "src/lib.rs", &wrong("", ""));
            put(
                folder,
                "tests/checks.rs",
                "#[test] fn coins_are_counted() {} #[test] fn change_comes_back() {}",
            );
            put(
                folder,
                "tests/graded.rs",
                "#[test] fn other_coins_are_counted_too() {} #[test] fn the_exact_sum_leaves_nothing() {}",
            );
        },
    ),
    tree("build-script", "hands in a build script", |folder, _| {
        put(folder, "src/lib.rs", &wrong("", ""));
        put(
            folder,
            "Cargo.toml",
            "[package]\nname = \"till\"\nversion = \"0.1.0\"\nbuild = \"build.rs\"\n",
        );
        put(
            folder,
            "build.rs",
            "fn main() { std::fs::write(\"@CANARY@/written\", \"x\").unwrap(); }",
        );
    }),
    tree(
        "cargo-config",
        "hands in settings for cargo that start a program",
        |folder, _| {
            put(folder, "src/lib.rs", &wrong("", ""));
            for place in [
                ".cargo/config.toml",
                "src/.cargo/config.toml",
                "../.cargo/config.toml",
            ] {
                put(
                    folder,
                    place,
                    "[build]\nrustc-wrapper = \"/bin/true\"\n[target.'cfg(all())']\nrunner = \"/bin/true\"\n",
                );
            }
        },
    ),
    tree(
        "toolchain-file",
        "hands in another toolchain",
        |folder, _| {
            put(folder, "src/lib.rs", &wrong("", ""));
            put(
                folder,
                "rust-toolchain.toml",
                "[toolchain]\npath = \"/tmp/evil\"\n",
            );
            put(folder, "rust-toolchain", "nightly-2020-01-01");
        },
    ),
    tree(
        "extra-targets",
        "hands in programs, benches and macros of its own",
        |folder, _| {
            put(folder, "src/lib.rs", &wrong("", ""));
            put(
                folder,
                "src/bin/till.rs",
                "fn main() { std::process::exit(0) }",
            );
            put(folder, "src/main.rs", "fn main() {}");
            put(folder, "benches/checks.rs", "fn main() {}");
            put(
                folder,
                "Cargo.toml",
                "[package]\nname = \"till\"\nversion = \"0.1.0\"\n[lib]\nproc-macro = true\n[[test]]\nname = \"checks\"\npath = \"src/main.rs\"\nharness = false\n",
            );
        },
    ),
    tree(
        "patched-manifest",
        "hands in a manifest that replaces the standard library's crates",
        |folder, _| {
            put(folder, "src/lib.rs", &wrong("", ""));
            put(
                folder,
                "Cargo.toml",
                "[package]\nname = \"till\"\nversion = \"0.1.0\"\n[features]\ndefault = [\"x\"]\nx = []\n[profile.dev]\npanic = \"abort\"\n[patch.crates-io]\nserde = { path = \"/tmp\" }\n",
            );
        },
    ),
    tree(
        "wrong-clock",
        "hands in files from the future, so that nothing is built anew",
        |folder, _| {
            put(folder, "src/lib.rs", &wrong("", ""));
            let file = std::fs::File::options()
                .write(true)
                .open(folder.join("src/lib.rs"))
                .expect("it is there");
            let future = std::time::SystemTime::now() + std::time::Duration::from_secs(400_000_000);
            file.set_modified(future).expect("times can be set");
        },
    ),
    tree(
        "unreadable",
        "hands in a file that can't be read",
        |folder, _| {
            put(folder, "src/lib.rs", &wrong("", ""));
            let path = folder.join("src/lib.rs");
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o0))
                .expect("it is ours");
        },
    ),
];

pub fn put(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    make(path.parent().expect("a file has a folder"));
    std::fs::write(path, text).expect("files can be written");
}

fn make(folder: &Path) {
    std::fs::create_dir_all(folder).expect("folders can be made");
}
