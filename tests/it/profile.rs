//! `workbook profile`: what it names, what it draws, and what it says where there is nothing to see.

use std::path::Path;

use crate::support::{Place, copy_folder};

const GREET: &str = "exercises/basics/greet";

/// What a hot function has at least, in per cent. How much of the rest the system takes (80 kB of fresh
/// pages at each call) is the machine's affair: 3 % on one, 10 % on another.
const MOST: u32 = 50;

/// Nearly all time goes into `spin`, although `many` is called a hundred times as often; nearly all bytes
/// are asked for by `hoard`.
const SOURCE: &str = "pub fn greet(rounds: u64) -> u64 {
    let often = (0..100).fold(rounds, |sum, i| sum ^ many(i));
    spin(often) ^ hoard(rounds)
}

#[inline(never)]
fn many(i: u64) -> u64 {
    i.rotate_left(3)
}

#[inline(never)]
fn spin(seed: u64) -> u64 {
    (0..60_000).fold(seed, |sum, i| sum.rotate_left(5) ^ i)
}

#[inline(never)]
fn hoard(seed: u64) -> u64 {
    let small: Vec<Box<u64>> = (0..3).map(Box::new).collect();
    let large = vec![seed; 10_000];
    large[9_999] ^ *small[2]
}
";

const SPEED: &str = "#[test]
fn greets() {
    probes::speed::report(\"greets\", || greet::greet(std::hint::black_box(7)));
}
";

/// The fixture with the real probes, and with a workload in `greet`.
fn course() -> Place {
    let course = Place::course();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy_folder(&repository.join("probes"), &course.path("probes"));
    course.replace(
        "Cargo.toml",
        "edition = \"2024\"\n",
        "edition = \"2024\"\nrust-version = \"1.95\"\nlicense = \"MIT\"\npublish = false\n\n\
         [workspace.dependencies]\nprobes = { path = \"probes\" }\n",
    );
    let manifest = course.read(&format!("{GREET}/Cargo.toml"));
    course.write(
        &format!("{GREET}/Cargo.toml"),
        manifest + "\n[dev-dependencies]\nprobes = { workspace = true }\n",
    );
    let manifest = course.read(&format!("{GREET}/exercise.toml"));
    course.write(
        &format!("{GREET}/exercise.toml"),
        manifest + "\n[[ratios]]\nname = \"greets\"\nat_least = 2\nshows = \"fast\"\n",
    );
    course.write(&format!("{GREET}/tests/speed.rs"), SPEED);
    course.write(&format!("{GREET}/src/lib.rs"), SOURCE);
    course
}

/// The cells of the first row below a head.
fn first_row<'t>(text: &'t str, head: &str) -> Vec<&'t str> {
    let mut lines = text.lines();
    lines
        .find(|line| line.trim_start().starts_with(head))
        .unwrap_or_else(|| panic!("no `{head}` in:\n{text}"));
    let row = lines.next().expect("a row follows");
    row.split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .collect()
}

fn percent(cell: &str) -> u64 {
    let number = cell.strip_suffix(" %").expect("a percentage");
    number.parse().expect("a number")
}

#[test]
#[cfg(target_os = "linux")]
fn a_profile_as_json_has_shares_and_the_files_that_were_written() {
    let course = course();
    let typed = "profile greet --json --html page.html --out flames";
    let json = course.expect(0, typed.split(' ')).json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    assert_eq!(json["version"], 1);
    assert_eq!(
        ["exercise", "of", "workload"].map(|key| text(&json[key])),
        ["greet", "mine", "greets"]
    );
    let hot = &json["cpu"]["functions"][0];
    assert_eq!(text(&hot["name"]), "spin", "{json:#}");
    assert_eq!(text(&hot["origin"]), "own");
    let shares = ["self", "total"].map(|key| hot[key].as_f64().unwrap_or(9.0));
    assert!(
        shares[0] > f64::from(MOST) / 100.0 && shares[1] <= 1.0,
        "{shares:?}"
    );
    assert_eq!(hot["mostly_at"]["file"], "src/lib.rs");
    assert_eq!(json["heap"]["allocations"], 5);
    assert_eq!(json["heap"]["bytes"], 80_048);
    let line = &json["heap"]["lines"][0];
    assert_eq!(line["at"]["line"], 19, "{line:#}");
    assert_eq!(line["allocations_share"], 0.2);
    let files = json["files"].as_array().expect("files are a list");
    assert_eq!(files.len(), 7, "{files:?}");
    for file in files {
        assert!(course.path(&text(&file["path"])).is_file(), "{file:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn why_there_is_no_profile_is_no_part_of_a_document() {
    let course = course();
    course.write(&format!("{GREET}/src/lib.rs"), "pub fn greet(\n");
    let ran = course.run(["profile", "greet", "--json"]);
    assert_ne!(ran.code, 0);
    assert_eq!(ran.stdout, "");
    ran.complains("error");
}

#[test]
#[cfg(target_os = "linux")]
fn a_profile_names_the_hot_function_and_the_line_that_allocates() {
    let course = course();
    let typed = "profile greet --plain --html page.html --out flames";
    let ran = course.expect(0, typed.split(' '));
    assert!(!ran.stdout.contains('\u{1b}'), "{}", ran.all());

    let hot = first_row(&ran.stdout, "self");
    assert_eq!(hot[2], "spin", "{}", ran.all());
    assert!(
        percent(hot[0]) > u64::from(MOST) && percent(hot[1]) >= percent(hot[0]),
        "{hot:?}"
    );
    assert!(hot[3].starts_with("src/lib.rs:13"), "{hot:?}");
    ran.says("one call allocates 5 times, 80,048 bytes in all");
    let site = first_row(&ran.stdout, "bytes");
    assert_eq!(
        site[..5],
        ["80,000", "100 %", "1", "src/lib.rs:19", "hoard"]
    );
    let (_, often) = ran
        .stdout
        .split_once("Heap by count")
        .expect("that order differs");
    let site = first_row(often, "count");
    assert_eq!(
        site[..4],
        ["4", "80 %", "48", "src/lib.rs:18"],
        "three boxes and their list"
    );

    let page = course.read("page.html");
    // A name for the format, and no address of anything to bring.
    let rest = page.replace("http://www.w3.org/2000/svg", "");
    for sign in ["http", "href", "src=", "url(", "import"] {
        assert!(!rest.contains(sign), "the page has `{sign}`");
    }
    assert_eq!(page.matches("<svg").count(), 3);
    assert!(page.contains("<title>spin: 9"), "{page}");

    let svg = course.read("flames/cpu.svg");
    assert!(
        svg.starts_with("<svg") && svg.contains(">spin</text>"),
        "{svg}"
    );
    assert!(
        !svg.contains("probes"),
        "the sampler is in the picture: {svg}"
    );
    let folded = course.read("flames/heap-bytes.folded");
    assert!(folded.contains("greet;hoard;"), "{folded}");
    // Nothing of this is a verdict, nor in the way of one.
    assert!(course.journal().is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn a_profile_is_of_the_starter_or_of_the_reference_where_that_may_be_seen() {
    let course = course();
    let reference = "solutions/basics/greet/reference/src/lib.rs";
    course.write(reference, SOURCE.replace("spin", "whirl"));
    let ran = course.expect(2, ["profile", "greet", "--of", "reference"]);
    ran.complains("show the reference of `greet`: it is not passed yet");
    let ran = course.expect(
        0,
        ["profile", "greet", "--of", "reference", "--before-pass"],
    );
    assert_eq!(first_row(&ran.stdout, "self")[2], "whirl", "{}", ran.all());
    assert_eq!(course.journal()[0]["before_pass"], true);

    // What was there at the first command is the starter.
    let mine = SOURCE.replace("spin", "turn");
    course.write(&format!("{GREET}/src/lib.rs"), mine);
    let ran = course.expect(0, ["profile", "greet", "--of", "starter"]);
    assert_eq!(first_row(&ran.stdout, "self")[2], "spin", "{}", ran.all());
}

#[test]
#[cfg(target_os = "linux")]
fn a_stage_starts_where_the_one_before_ends() {
    let course = course();
    let manifest = course.read("builder/Cargo.toml");
    course.write(
        "builder/Cargo.toml",
        manifest + "\n[dev-dependencies]\nprobes = { workspace = true }\n",
    );
    let manifest = "builder/stages/raise_wall/exercise.toml";
    let text = course.read(manifest);
    course.write(
        manifest,
        text + "\n[workload]\nname = \"walks\"\ntarget = \"raise_wall\"\n",
    );
    let test = "builder/tests/raise_wall.rs";
    let text = course.read(test);
    // A floor of 0, the project's own start, allocates nothing.
    let walks = "#[test]\nfn walks() {\n    probes::speed::report(\"walks\", || {\n        \
                 std::hint::black_box(vec![7_u8; 100 * builder::floor() as usize])\n    });\n}\n";
    course.write(test, text + "\n" + walks);
    let typed = ["profile", "raise_wall", "--of", "starter"];
    course
        .expect(0, typed)
        .says("one call allocates once, 100 bytes in all");

    // Whoever has passed the stage before began with what passed.
    let mine = "pub fn floor() -> u32 {\n    2 - 1\n}\n\npub fn wall() -> u32 {\n    0\n}\n";
    course.write("builder/src/lib.rs", mine);
    course.expect(0, ["run", "lay_floor"]);
    course.write("builder/src/lib.rs", mine.replace("2 - 1", "3"));
    course
        .expect(0, typed)
        .says("one call allocates once, 100 bytes in all");
}

#[test]
#[cfg(target_os = "linux")]
fn a_workload_that_can_t_be_profiled_says_why() {
    let course = course();
    let file = format!("{GREET}/src/lib.rs");
    course.replace(&file, "i.rotate_left(3)", "i.rotate_left(\"3\")");
    let ran = course.expect(1, ["profile", "greet"]);
    ran.says("mismatched types")
        .says("--> exercises/basics/greet/src/lib.rs:8")
        .complains("failed to build the workload");
    course.replace(&file, "i.rotate_left(\"3\")", "panic!(\"number {i}\")");
    let ran = course.expect(1, ["profile", "greet"]);
    ran.says("number 0")
        .complains("failed to run the workload `greets` to its end");
    std::fs::remove_file(course.path(&file)).expect("it is there");
    course
        .expect(1, ["profile", "greet"])
        .complains("find `exercises/basics/greet/src/lib.rs`; `workbook reset` brings");
    let test = "#[test]\nfn greets() {}\n";
    course.write(&format!("{GREET}/tests/speed.rs"), test);
    course.write(&file, SOURCE);
    course
        .expect(2, ["profile", "greet"])
        .complains("it hands its work to neither");
}

#[test]
fn an_exercise_without_a_workload_names_those_that_have_one() {
    let course = Place::course();
    course
        .expect(2, ["profile", "add_up"])
        .complains("profile `add_up`: it has no workload; no exercise of this course has one");
    let manifest = course.read("exercises/basics/tally/exercise.toml");
    course.write(
        "exercises/basics/tally/exercise.toml",
        manifest + "\n[workload]\ntarget = \"checks\"\nname = \"reports_its_steps\"\n",
    );
    course
        .expect(2, ["profile", "add_up"])
        .complains("these have one: tally");
    course
        .expect(2, ["profile", "taly"])
        .complains("did you mean `tally`?");
}
