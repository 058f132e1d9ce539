//! The way without cargo gives what cargo gives: a long series of random edits, each judged both ways.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use workbook::engine::no_fast_path;

use crate::support::Place;

const CRATE: &str = "exercises/basics/add_up";

/// So many edits in a row, from a fixed seed. `WORKBOOK_EDITS` and `WORKBOOK_SEED` ask for others.
const EDITS: u64 = 100;
const SEED: u64 = 6;

/// Numbers that depend on the seed alone: Steele, Lea and Flood's `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        let at = self.below(items.len() as u64);
        items[usize::try_from(at).expect("it is below a length")]
    }
}

/// Pairs of equal length among them.
const BODIES: [&str; 8] = [
    "a + b",
    "a | b",
    "a * b",
    "b + a",
    "a + b + LOUD",
    "a + b + SPICE",
    "a + b + option_env!(\"WORKBOOK_IT_FLAVOUR\").map_or(0, |_| 1)",
    "a.checked_add(b).expect(\"they are small\")",
];

const EXTRAS: [&str; 8] = [
    "",
    "",
    // No mistake before code is made of it: by then tests are being compiled.
    "pub fn late() { const { assert!(1 + 1 == 3) } }",
    "",
    "fn unused_one() {}",
    "pub fn typed() -> u8 { \"text\" }",
    "pub fn unclosed( {",
    "pub fn warned() { let unused = 1; }",
];

/// What tests compile for themselves, or hold by value, or are told of: each in ways that a test tells apart, or that its
/// object code has to know of. The first way of each is what the tests ask for.
const PARTS: [(&str, [&str; 2]); 14] = [
    ("struct Inner { @ }\n", ["a: u32", "room: [u64; 3], a: u32"]),
    (
        "impl Inner { fn of(a: u32) -> Self { Inner { @ } } }\n",
        ["a, ..Inner::none()", "a: a + 1, ..Inner::none()"],
    ),
    (
        "impl Inner { fn none() -> Self { @ } }\n",
        [
            "unsafe { std::mem::zeroed() }",
            "let none: Self = unsafe { std::mem::zeroed() }; none",
        ],
    ),
    (
        "pub static DROPPED: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);\n@\n",
        [
            "impl Drop for Pair { fn drop(&mut self) { DROPPED.fetch_add(1, std::sync::atomic::Ordering::SeqCst); } }",
            "",
        ],
    ),
    (
        "pub struct Pair { inner: Inner, b: u32 }\nimpl Pair {\n    pub fn new(a: u32, b: u32) -> Self { Pair { inner: Inner::of(a), b: rounded(b) } }\n    \
         pub fn sum(&self) -> u32 { self.inner.a + self.b }\n    pub fn b<T: From<u32>>(&self) -> T { T::from(@) }\n}\n",
        ["self.b", "rounded(self.b) + 1"],
    ),
    ("fn rounded(x: u32) -> u32 { @ }\n", ["x", "x + 2"]),
    (
        "const fn limit() -> u32 { @ }\npub const LIMIT: u32 = limit();\n",
        ["3", "4"],
    ),
    (
        "pub trait Shape { fn area(&self) -> u32; fn twice(&self) -> u32 { self.area() * @ } }\n",
        ["2", "3"],
    ),
    (
        "async fn inner() -> u32 { @ }\npub async fn outer() -> u32 { inner().await }\n",
        [
            "1",
            "let a = [1u32; 40]; std::future::ready(()).await; a[7]",
        ],
    ),
    (
        "#[macro_export]\nmacro_rules! three { () => { @ } }\n",
        ["3", "4"],
    ),
    (
        "@pub fn never<T>(x: Option<T>) -> T { x.expect(\"there is one\") }\n",
        ["", "\n\n"],
    ),
    // What everybody can see and no test names.
    (
        "@",
        [
            "",
            "pub struct Basket(pub u32);\nimpl Basket { pub fn of(n: u32) -> Self { Basket(n) } }\n\
             impl From<u32> for Basket { fn from(n: u32) -> Self { Basket(n) } }\npub const BASKETS: u32 = 2;\n",
        ],
    ),
    // What a test calls without naming its trait.
    (
        "pub trait Shout { fn shout(&self) -> u32 { 1 } }\nimpl Shout for str { @ }\n",
        ["", "fn shout(&self) -> u32 { 2 }"],
    ),
    // Another thing of the same name than the one that a test has from elsewhere.
    (
        "@",
        ["", "pub fn min(a: u32, b: u32) -> u32 { a.max(b) }\n"],
    ),
];

/// What a test asks of them.
const ASKS: &str = "
    use add_up::*;
    use std::cmp::*;
    assert_eq!((\"a\".shout(), min(1, 2)), (1, 1));
    let pair = add_up::Pair::new(1, 2);
    assert_eq!((pair.sum(), pair.b::<u64>()), (3, 2));
    drop(pair);
    assert_eq!(add_up::DROPPED.load(std::sync::atomic::Ordering::SeqCst), 1);
    assert_eq!((add_up::LIMIT, add_up::three!()), (3, 3));
    struct Tile;
    impl add_up::Shape for Tile { fn area(&self) -> u32 { 5 } }
    assert_eq!(add_up::Shape::twice(&Tile), 10);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let outer = std::pin::pin!(add_up::outer());
    assert_eq!(std::future::Future::poll(outer, &mut context), std::task::Poll::Ready(1));
";

/// A module: declared or not, there or not.
#[derive(Clone, Copy, PartialEq)]
enum Module {
    Right,
    Undeclared,
    Missing,
}

/// What the exercise and its surroundings look like.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a thing that an edit turns on or off"
)]
struct State {
    comment: u64,
    body: &'static str,
    extra: &'static str,
    is_wide: bool,
    /// Which way each of [`PARTS`] is written.
    parts: [usize; PARTS.len()],
    modules: BTreeMap<u64, Module>,
    tests: u64,
    is_loud: bool,
    has_lock: bool,
    flavour: Option<&'static str>,
    flags: Option<&'static str>,
    /// The next files get a time long past.
    is_old: bool,
}

impl State {
    fn edit(&mut self, dice: &mut Dice) -> &'static str {
        self.is_old = dice.below(4) == 0;
        if self.is_broken() && dice.below(3) == 0 {
            self.mend();
            return "mended";
        }
        match dice.below(36) {
            0 => {
                self.is_wide = !self.is_wide;
                "signature"
            }
            1..=3 => {
                self.modules.insert(dice.below(4), Module::Right);
                "new module"
            }
            4 => {
                self.modules.pop_first();
                "removed module"
            }
            5 => {
                let state = dice.of(&[Module::Undeclared, Module::Missing]);
                self.modules.insert(dice.below(4), state);
                "half a module"
            }
            6 => {
                if let Some((name, module)) = self.modules.pop_last() {
                    self.modules.insert(name + 4, module);
                }
                "renamed file"
            }
            7 => {
                self.tests = dice.below(3);
                "tests"
            }
            8 => {
                self.is_loud = !self.is_loud;
                "feature"
            }
            9 => {
                self.has_lock = !self.has_lock;
                "lock file"
            }
            10 => {
                self.flavour = dice.of(&[None, Some("sweet"), Some("sour")]);
                "variable"
            }
            11 => {
                self.flags = dice.of(&[None, None, Some("--cfg spicy"), Some("-Copt-level=1")]);
                "flags"
            }
            12..=14 => {
                self.extra = dice.of(&EXTRAS);
                "item"
            }
            15..=17 => {
                self.comment += 1;
                "comment"
            }
            18..=29 => {
                let at = usize::try_from(dice.below(PARTS.len() as u64)).expect("it is small");
                // They go back to what is asked for twice as often.
                self.parts[at] = dice.of(&[0, 0, 1]);
                "part"
            }
            _ => {
                self.body = dice.of(&BODIES);
                "body"
            }
        }
    }

    /// Whether no code of the crate's can be compiled. Until it could be once, all goes by cargo, and there is
    /// nothing to compare: so no such state lasts.
    fn is_broken(&self) -> bool {
        let mut wrong = ["typed", "unclosed", "late"].iter();
        let is_typed = wrong.any(|name| self.extra.contains(name));
        let is_missing = |module: &Module| *module == Module::Missing;
        self.is_wide || is_typed || self.modules.values().any(is_missing)
    }

    fn mend(&mut self) {
        self.extra = "";
        self.is_wide = false;
        self.modules.retain(|_, module| *module != Module::Missing);
    }

    /// Every file of the crate that an edit may change.
    fn files(&self) -> BTreeMap<String, String> {
        let mut library = format!("// {}\n", self.comment);
        let mut files = BTreeMap::new();
        for (name, module) in &self.modules {
            if *module != Module::Undeclared {
                let _ = writeln!(library, "pub mod m{name};");
            }
            if *module != Module::Missing {
                let text = format!("pub fn number() -> u32 {{\n    {name}\n}}\n");
                files.insert(format!("src/m{name}.rs"), text);
            }
        }
        let width = if self.is_wide { "u64" } else { "u32" };
        let _ = write!(
            library,
            "pub const LOUD: u32 = if cfg!(feature = \"loud\") {{ 1 }} else {{ 0 }};\n\
             pub const SPICE: u32 = if cfg!(spicy) {{ 1 }} else {{ 0 }};\n\
             pub fn add(a: {width}, b: u32) -> u32 {{\n    {}\n}}\n{}\n",
            self.body, self.extra
        );
        for ((text, ways), way) in PARTS.iter().zip(self.parts) {
            library += &text.replace('@', ways[way]);
        }
        files.insert("src/lib.rs".to_owned(), library);
        let first = "use add_up::add;\n#[test]\nfn adds_two_numbers() {\n    \
                     assert_eq!(add(2, 2), 4, \"two and two\");\n}\n";
        let second = match self.tests {
            0 => format!("fn adds_nothing() {{{ASKS}    assert_eq!(add(0, 0), 0);\n}}\n"),
            1 => "fn adds_nothing() {\n    add_up::never((add(0, 0) == 0).then_some(()));\n}\n"
                .to_owned(),
            // One that is not expected, and one missing.
            _ => "fn adds_more() {}\n".to_owned(),
        };
        let tests = format!("{first}#[test]\n{second}");
        files.insert("tests/checks.rs".to_owned(), tests);
        let mut manifest = "[package]\nname = \"add_up\"\nversion.workspace = true\n\
                            edition.workspace = true\n\n[lib]\ntest = false\ndoctest = false\n"
            .to_owned();
        manifest += "\n[features]\nloud = []\n";
        if self.is_loud {
            manifest += "default = [\"loud\"]\n";
        }
        files.insert("Cargo.toml".to_owned(), manifest);
        files
    }

    fn write(&self, place: &Place) {
        let files = self.files();
        for entry in std::fs::read_dir(place.path(CRATE).join("src")).expect("it is there") {
            let entry = entry.expect("it can be read");
            let name = format!("src/{}", entry.file_name().to_string_lossy());
            if !files.contains_key(&name) {
                std::fs::remove_file(entry.path()).expect("it can be removed");
            }
        }
        for (name, text) in files {
            let path = format!("{CRATE}/{name}");
            if std::fs::read_to_string(place.path(&path)).ok().as_ref() == Some(&text) {
                continue;
            }
            place.write(&path, text);
            if self.is_old {
                let file = std::fs::File::options().write(true).open(place.path(&path));
                let long_past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
                let file = file.expect("it can be opened");
                file.set_modified(long_past).expect("it can be set");
            }
        }
        let lock = "version = 4\n\n[[package]]\nname = \"add_up\"\nversion = \"0.1.0\"\n";
        if self.has_lock {
            place.write("Cargo.lock", lock);
        } else if place.path("Cargo.lock").is_file() {
            std::fs::remove_file(place.path("Cargo.lock")).expect("it can be removed");
        }
    }

    fn command(&self, place: &Place) -> Command {
        let mut command = place.command();
        command.args(["--verbose", "run", "add_up", "--json"]);
        let variables = [
            ("WORKBOOK_IT_FLAVOUR", self.flavour),
            ("RUSTFLAGS", self.flags),
        ];
        command.envs(
            variables
                .iter()
                .filter_map(|(name, value)| Some((name, (*value)?))),
        );
        command
    }
}

/// The verdict without times and without the numbers of threads, and what was said beside it.
fn judged(mut command: Command) -> (Value, String) {
    let output = command.output().expect("the program can be started");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut verdict: Value =
        serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
    settle(&mut verdict);
    (verdict, stderr)
}

fn settle(value: &mut Value) {
    match value {
        Value::Object(keys) => {
            keys.retain(|key, _| !key.starts_with("took"));
            keys.values_mut().for_each(settle);
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        Value::String(text) => {
            // `thread 'name' (1234) panicked`
            let mut parts = text.split(" (");
            let mut settled = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
                settled = settled + " (" + if rest.starts_with(')') { rest } else { part };
            }
            *text = settled;
        }
        _ => {}
    }
}

fn number(variable: &str, default: u64) -> u64 {
    let value = std::env::var(variable).ok();
    value.map_or(default, |value| value.parse().expect("it is a number"))
}

#[test]
fn over_many_random_edits_the_fast_way_gives_what_cargo_gives() {
    let (edits, quick, linked) = over_many_edits(1, &[]);
    // It is no proof if everything went by cargo.
    assert!(quick * 3 >= edits, "{quick} of {edits} went the fast way");
    assert!(linked * 10 >= edits, "{linked} of {edits} were only linked");
}

#[test]
fn over_many_random_edits_cargo_with_object_code_that_was_kept_gives_what_cargo_gives() {
    let (edits, quick, linked) = over_many_edits(2, &[("WORKBOOK_BUILD", "objects")]);
    assert_eq!(quick, 0, "cargo was to be called");
    assert!(linked * 10 >= edits, "{linked} of {edits} were only linked");
}

/// One of so many edits, with these variables beside without. How many there were, for how many rustc was asked
/// without cargo, and for how many tests were only linked.
fn over_many_edits(part: u64, variables: &[(&str, &str)]) -> (u64, u64, u64) {
    let (fast, truth) = (Place::course(), Place::course());
    let mut dice = Dice(number("WORKBOOK_SEED", SEED) + part);
    let mut state = State {
        comment: 0,
        body: BODIES[0],
        extra: "",
        is_wide: false,
        parts: [0; PARTS.len()],
        modules: BTreeMap::new(),
        tests: 0,
        is_loud: false,
        has_lock: false,
        flavour: None,
        flags: None,
        is_old: false,
    };
    let edits = number("WORKBOOK_EDITS", EDITS) / part;
    let (mut quick, mut linked) = (0, 0);
    let mut history: Vec<&str> = Vec::new();
    for step in 0..edits {
        history.push(state.edit(&mut dice));
        if dice.below(16) == 0 {
            // An edit while a build runs: whatever comes of it, the next verdict is right.
            let mut running = state.command(&fast);
            running.envs(variables.iter().copied());
            let running = running.stdout(std::process::Stdio::null());
            let running = running.stderr(std::process::Stdio::null()).spawn();
            history.push(state.edit(&mut dice));
            state.write(&fast);
            let mut running = running.expect("the program can be started");
            running.wait().expect("it ends");
        }
        let sides = [&fast, &truth].map(|place| {
            state.write(place);
            state.command(place)
        });
        let [mut with, mut without] = sides;
        with.envs(variables.iter().copied());
        without.env("WORKBOOK_BUILD", "cargo");
        let (one, other) = thread::scope(|scope| {
            let one = scope.spawn(|| judged(with));
            let other = judged(without);
            (one.join().expect("it was judged"), other)
        });
        assert_eq!(
            one.0,
            other.0,
            "after edit {step} of {history:?}:\n{:#?}\n{}",
            state.files(),
            one.1
        );
        assert!(other.1.contains("by cargo"), "{}", other.1);
        quick += u64::from(one.1.contains("by asking rustc"));
        linked += u64::from(one.1.contains("linked anew"));
    }
    if no_fast_path(&fast.root).is_some() {
        return (0, 0, 0);
    }
    (edits, quick, linked)
}

/// A test is compiled while its library is still being made, and linked with the library that was made.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn a_test_begins_with_the_metadata_and_is_linked_with_the_library() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::course();
    if no_fast_path(&place.root).is_some() {
        return;
    }
    // A linker that writes down how rustc was called, and whether the library has code by then.
    let path = std::env::var("PATH").expect("there is one");
    let linker = std::env::split_paths(&path).map(|folder| folder.join("cc"));
    let linker = linker
        .into_iter()
        .find(|it| it.is_file())
        .expect("rustc has a linker");
    let (tools, note) = (place.path("tools"), place.path("note"));
    std::fs::create_dir(&tools).expect("it can be made");
    let script = format!(
        "#!/bin/sh\ntr '\\0' ' ' < /proc/$PPID/cmdline >> {note}; echo >> {note}\nfor it; do case $it in */libadd_up*.rlib) grep -ac rcgu $it >> {note};; esac; done\n\
         exec {linker} \"$@\"\n",
        note = note.display(),
        linker = linker.display()
    );
    std::fs::write(tools.join("cc"), script).expect("it can be written");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(tools.join("cc"), mode).expect("it can be set");
    let run = |body: &str| {
        let code = format!("pub fn add(a: u32, b: u32) -> u32 {{\n    {body}\n}}\n");
        place.write(&format!("{CRATE}/src/lib.rs"), code);
        let mut command = place.command();
        command.args(["--verbose", "run", "add_up"]);
        command.env("PATH", format!("{}:{path}", tools.display()));
        let output = command.output().expect("the program can be started");
        let said = [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said));
        said.concat()
    };
    let said = run("a * b");
    assert!(said.contains("by cargo"), "{said}");
    std::fs::remove_file(&note).expect("something was linked");
    let said = run("a + b");
    assert!(said.contains("by asking rustc"), "{said}");
    let noted = std::fs::read_to_string(&note).expect("something was linked");
    let (call, objects) = noted
        .trim()
        .rsplit_once('\n')
        .unwrap_or_else(|| panic!("{noted}"));
    assert!(
        call.contains("--test") && call.contains("linker="),
        "{noted}"
    );
    assert_ne!(objects, "0", "the library has no code: {noted}");
}

/// What a drill is built by, after each of these bodies of `add` in turn.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn ways(place: &Place, library: &str, tests: &str, bodies: &[&str]) -> Vec<&'static str> {
    place.write(&format!("{CRATE}/tests/checks.rs"), tests);
    let run = |body: &&str| {
        let code = library.replace('@', body);
        place.write(&format!("{CRATE}/src/lib.rs"), code);
        let mut command = place.command();
        command.args(["--verbose", "run", "add_up"]);
        let output = command.output().expect("the program can be started");
        let said = [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said));
        let said = said.concat();
        assert!(output.status.success(), "{body}: {said}");
        let ways = ["by cargo", "linked anew", "by asking rustc"];
        let way = ways.into_iter().find(|way| said.contains(way));
        way.unwrap_or_else(|| panic!("{said}"))
    };
    bodies.iter().map(run).collect()
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn a_test_is_linked_anew_where_only_bodies_have_changed() {
    let place = Place::course();
    if no_fast_path(&place.root).is_some() {
        return;
    }
    let library = "pub fn add(a: u32, b: u32) -> u32 {\n    @\n}\n";
    let tests = "#[test]\nfn adds_two_numbers() { assert_eq!(add_up::add(2, 2), 4); }\n\
                 #[test]\nfn adds_nothing() { assert_eq!(add_up::add(0, 0), 0); }\n";
    let bodies = [
        "a + b",
        "b + a",
        "let c = a; c + b",
        "helper(a, b)\n}\nfn helper(a: u32, b: u32) -> u32 {\n    a + b",
    ];
    let took = ways(&place, library, tests, &bodies);
    assert_eq!(
        took,
        ["by cargo", "by asking rustc", "linked anew", "linked anew"]
    );
    // A test that was touched is compiled, and so is one whose library declares something else for it.
    let tests = format!("// Touched, with MORE.\n{tests}");
    let library = format!("pub fn more() {{}}\n{library}");
    assert_eq!(
        ways(&place, &library, &tests, &["a + b", "b + a"]),
        ["by asking rustc", "linked anew"]
    );
    let library = format!("pub const MORE: u32 = 1;\n{library}");
    assert_eq!(
        ways(&place, &library, &tests, &["a + b", "b + a"]),
        ["by asking rustc", "linked anew"]
    );
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn a_test_is_compiled_where_its_library_no_longer_has_generic_code_for_both() {
    let place = Place::course();
    if no_fast_path(&place.root).is_some() {
        return;
    }
    let library =
        "pub struct Odd(pub u32, pub [u8; 3]);\npub fn add(a: u32, b: u32) -> u32 {\n    @\n}\n";
    let tests = "use add_up::{Odd, add};\n#[test]\nfn adds_two_numbers() {\n    let mut all: Vec<Odd> = Vec::new();\n    \
                 all.push(Odd(add(2, 2), [0; 3]));\n    assert_eq!(all[0].0, 4);\n}\n\
                 #[test]\nfn adds_nothing() { assert_eq!(add(0, 0), 0); }\n";
    let pushes = "let mut all: Vec<Odd> = Vec::new(); all.push(Odd(a, [0; 3])); all[0].0 + b";
    let bodies = [
        pushes,
        &format!("let c = a; {pushes}"),
        "a + b",
        "b + a",
        pushes,
    ];
    let took = ways(&place, library, tests, &bodies);
    let expected = [
        "by cargo",
        "by asking rustc",
        "by asking rustc",
        "linked anew",
        "linked anew",
    ];
    assert_eq!(took, expected);
}
