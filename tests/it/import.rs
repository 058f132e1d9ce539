//! Courses of other tools are brought in, and are courses like any other afterwards. The fixtures in
//! `tests/imports` are written for this, with the oddities of each format.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use walkdir::WalkDir;

use crate::support::{Place, Ran, copy_folder};

/// A course that was brought in, and what the import said.
struct Import {
    course: Place,
    said: Ran,
    _keep: TempDir,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/imports")
}

fn bytes_of(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = WalkDir::new(folder).into_iter().flatten();
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let bytes = std::fs::read(entry.path()).expect("it can be read");
            (entry.path().to_owned(), bytes)
        })
        .collect()
}

/// Brings a copy of a fixture in; the original is as it was afterwards.
fn import(fixture: &str, more: &[&str]) -> Import {
    let keep = TempDir::with_prefix("workbook-it-").expect("a temporary folder");
    let root = keep.path().canonicalize().expect("it is there");
    copy_folder(&fixtures(), &root.join("originals"));
    let here = Place::at(&root);
    let before = bytes_of(&root.join("originals"));
    let dir = format!("originals/{fixture}");
    let mut arguments = vec!["author", "import", fixture, &dir, "--out", "course"];
    arguments.extend(more);
    let said = here.expect(0, &arguments);
    assert_eq!(bytes_of(&root.join("originals")), before, "{}", said.all());
    Import {
        course: Place::at(&root.join("course")),
        said,
        _keep: keep,
    }
}

impl Import {
    /// Puts the reference in place of the learner's files.
    fn solve(&self, inside: &str) {
        let reference = self.course.path(&format!("solutions/{inside}/reference"));
        copy_folder(
            &reference,
            &self.course.path(&format!("exercises/{inside}")),
        );
    }

    /// Expects that the exercise passes as the reference, and does not with this in its file.
    fn falls_with(&self, inside: &str, file: &str, texts: &[&str]) {
        let id = inside.rsplit('/').next().expect("there is one");
        self.solve(inside);
        self.course.expect(0, ["verify", id]);
        for text in texts {
            self.course
                .write(&format!("exercises/{inside}/{file}"), text);
            let ran = self.course.run(["verify", id]);
            assert_eq!(ran.code, 1, "{text}\n{}", ran.all());
        }
    }
}

#[test]
fn a_course_for_rustlings_is_proven_and_keeps_its_order() {
    let import = import("rustlings", &[]);
    let course = &import.course;
    import
        .said
        .says("Rustlings: 8 exercises with 10 tests in course");
    course
        .expect(0, ["author", "prove"])
        .says("8 of 8 exercises proven")
        .says("loose1 judged; it came without a solution, so only its start is shown to fail");
    let list = course.expect(0, ["list", "--json"]).json();
    let ids: Vec<&str> = (list["exercises"].as_array().expect("a list").iter())
        .filter_map(|one| one["id"].as_str())
        .collect();
    // A folder that comes twice is two topics: the order is kept.
    assert_eq!(
        ids,
        [
            "hello1", "hello2", "sums1", "sums2", "sums3", "hello3", "hello4", "loose1"
        ]
    );
    course
        .expect(2, ["solution", "loose1", "--before-pass"])
        .complains("it was made for rustlings, and came without one");
    course.expect(0, ["hint", "sums1"]).says("What comes out?");
    course
        .expect(0, ["show", "sums1"])
        .says("The shop adds two prices")
        .says("Numbers add up");
    course.expect(0, ["notes"]).says("That was all of it");

    // What was solved from the start is passed at once; the next is found, and asked for.
    course.expect(0, ["next"]).says("hello2 — hello2");
    course
        .expect(1, ["run", "hello2"])
        .says("cannot find value `number`");
    // Nothing but a warning of clippy's.
    course.expect(1, ["verify", "sums2"]);
    course
        .expect(1, ["run", "sums2"])
        .says("unneeded `return` statement");
    import.solve("sums/sums2");
    course.expect(0, ["verify", "sums2"]);
}

#[test]
fn what_is_deleted_of_a_rustlings_file_is_missed() {
    let import = import("rustlings", &[]);
    let learners = import.course.read("exercises/sums/sums1/src/lib.rs");
    assert!(
        learners.contains("// TODO: Fix the function.") && !learners.contains("#[test]"),
        "{learners}"
    );
    // The tests are the course's: what is left in the file, or put there in their place, makes no difference.
    import.falls_with(
        "sums/sums1",
        "src/lib.rs",
        &[
            "",
            "fn main() {}\n",
            "fn add(a: u32, b: u32) -> u32 {\n    a * b\n}\nfn main() {}\n",
            "fn add(_: u32, _: u32) -> u32 {\n    5\n}\nfn main() {}\n#[cfg(test)]\nmod own {\n    #[test]\n    fn two_and_two() {}\n}\n",
            "macro_rules! assert_eq { ($($any:tt)*) => {} }\nfn add(_: u32, _: u32) -> u32 {\n    5\n}\nfn main() {}\n",
        ],
    );
    // Without tests, the program has to run, and what it is made of has to be there.
    import.falls_with(
        "hello/hello2",
        "src/lib.rs",
        &["", "fn main() {}\n", "fn say(number: i32) -> String {\n    format!(\"{number}\")\n}\nfn main() {\n    panic!(\"{}\", say(1));\n}\n"],
    );
    // Where the tests are the learner's to write, they have to be there.
    import.falls_with(
        "sums/sums3",
        "src/lib.rs",
        &[
            "",
            "fn double(number: u32) -> u32 {\n    number * 2\n}\nfn main() {}\n",
        ],
    );
}

#[test]
fn a_track_of_exercism_is_proven_and_its_roles_of_files_are_kept() {
    let import = import("exercism", &[]);
    let course = &import.course;
    let ids = [
        "scale_it",
        "two_by_two",
        "many_files",
        "quick_sum",
        "not_solved",
    ];
    course
        .expect(0, ["author", "prove"].into_iter().chain(ids))
        .says("5 of 5 exercises proven");
    let read = |file: &str| course.read(&format!("exercises/{file}"));
    let has = |file: &str, texts: &[&str]| {
        let text = read(file);
        for expected in texts {
            assert!(
                text.contains(expected),
                "{file} has no `{expected}`:\n{text}"
            );
        }
    };
    // Ignored tests run, a file's name becomes a target's, and features are on.
    has(
        "concept/scale_it/exercise.toml",
        &[
            "title = \"Scale it!\"",
            "name = \"twelve\"",
            "target = \"scale_it\"",
            "objectives = [\"concepts.numbers\"]",
            "Multiply.",
        ],
    );
    assert!(!read("concept/scale_it/tests/scale_it.rs").contains("ignore"));
    has(
        "concept/scale_it/README.md",
        &[
            "A scale multiplies",
            "## Instructions",
            "### 1. Scale",
            "Authors: ada",
        ],
    );
    has(
        "practice/two_by_two/exercise.toml",
        &[
            "may_not_build = true",
            "needs = [\"scale_it\"]",
            "name = \"wide_ones\"",
            "\"Cargo.toml\"",
        ],
    );
    has("practice/two_by_two/Cargo.toml", &["default = [\"wide\"]"]);
    has(
        "practice/two_by_two/README.md",
        &[
            "[A table](https://example.org/table)",
            "With the feature `wide`",
        ],
    );
    has("practice/two_by_two/tests/data/table.txt", &["3 4 12"]);
    // What is only shown is not the learner's.
    has(
        "practice/many_files/exercise.toml",
        &["owned = [\"src/lib.rs\", \"src/words.rs\"]"],
    );
    assert!(
        course
            .read("Cargo.toml")
            .contains("[profile.dev.package.quick_sum]")
    );
    // One needs the registry, so it is only looked at.
    let reference = course.read("solutions/practice/from_outside/reference/Cargo.toml");
    assert!(reference.contains("serde = \"1\""), "{reference}");
    for left in [
        "exercises that learners do not see (status `deprecated`): old-one",
        "exercises that `config.json` lists and nobody wrote: nowhere",
        "`icon` in `.meta/config.json`: scale_it",
        "tests that `cases!` may write: only written out ones are listed: from_outside",
        "the prerequisite `patience`, which no exercise before teaches: two_by_two",
        "no solution: only that the start fails can be shown: not_solved",
        "further texts on concepts: concepts/numbers/links.json",
    ] {
        import.said.says(left);
        assert!(course.read("IMPORTED.md").contains(left), "{left}");
    }
    import.falls_with(
        "concept/scale_it",
        "src/lib.rs",
        &["", "pub fn scale(_: u32) -> u32 {\n    10\n}\n"],
    );
}

#[test]
fn a_workspace_of_crates_is_proven_with_its_helpers() {
    let import = import("crates", &["--solutions", "originals/crates_solved"]);
    let course = &import.course;
    course
        .expect(0, ["author", "prove"])
        .says("10 of 10 exercises proven");
    import
        .said
        .says("members that no exercise depends on: helpers/tool")
        .says("files of which nothing is made: .github/ (1 file), book/book.toml")
        .says("examples in comments, which `cargo test` would run: unsolved")
        .says("no solution: only that the start fails can be shown: unsolved");
    assert!(
        course
            .read("curriculum.toml")
            .contains("exercises = [\"welcome\", \"second\", \"last\"]")
    );
    assert!(
        course
            .read("exercises/intro/welcome/README.md")
            .contains("You are welcome to the workshop")
    );
    assert!(
        course
            .read("Cargo.toml")
            .contains("overflow-checks = false")
    );
    assert!(
        course
            .read("helpers/fields/Cargo.toml")
            .contains("../common")
    );
    assert!(
        course
            .read("exercises/parts/fields_03/data/four.txt")
            .contains('4')
    );
    let module = course.read("exercises/parts/modules/src/title.rs");
    assert!(
        module.contains("mod tests;") && !module.contains("#[test]"),
        "{module}"
    );
    import.falls_with(
        "parts/modules",
        "src/title.rs",
        &["pub struct Title(String);\nimpl Title {\n    pub fn new(text: &str) -> Option<Self> {\n        (!text.is_empty()).then(|| Title(text.to_owned()))\n    }\n}\n"],
    );
    import.falls_with("parts/orphan", "src/lib.rs", &[""]);
    // Another name for a helper, for some targets only, and its features as they were asked for.
    let manifest = course.read("exercises/parts/renamed_one/Cargo.toml");
    assert!(
        manifest.contains("words = { workspace = true }")
            && manifest.contains("default-features = false"),
        "{manifest}"
    );
    assert!(
        course
            .read("exercises/parts/renamed_one/exercise.toml")
            .contains("inner::three_again")
    );
    import.falls_with("parts/renamed_one", "src/lib.rs", &[""]);
    // A library that is still to be written.
    let manifest = course.read("exercises/parts/split/exercise.toml");
    assert!(manifest.contains("owned = [\"src/lib.rs\"]"), "{manifest}");
    import.falls_with(
        "parts/split",
        "src/lib.rs",
        &["", "pub fn say() -> &'static str {\n    \"\"\n}\n"],
    );
    assert!(course.read("LICENSE-MIT").contains("anything goes"));
    import.falls_with("intro/second", "src/main.rs", &["", "fn main() {}\n"]);
    course
        .expect(0, ["hint", "second"])
        .says("`second` came without a hint");
    // To name the dependency is the exercise.
    import.falls_with("parts/depends", "src/lib.rs", &[""]);
}

#[test]
fn solutions_can_be_in_a_branch() {
    let keep = TempDir::with_prefix("workbook-it-").expect("a temporary folder");
    let root = keep.path().canonicalize().expect("it is there");
    let here = Place::at(&root);
    let git = |arguments: &[&str]| {
        let status = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-C"])
            .arg(root.join("workshop"))
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.expect("there is a git").success(), "{arguments:?}");
    };
    copy_folder(&fixtures().join("crates"), &root.join("workshop"));
    for arguments in [
        &["init", "-q"][..],
        &["add", "-A"],
        &["commit", "-qm", "starters"],
        &["checkout", "-qb", "solved"],
    ] {
        git(arguments);
    }
    copy_folder(&fixtures().join("crates_solved"), &root.join("workshop"));
    for arguments in [
        &["add", "-A"][..],
        &["commit", "-qm", "solutions"],
        &["checkout", "-q", "-"],
    ] {
        git(arguments);
    }
    let arguments = [
        "author",
        "import",
        "crates",
        "workshop",
        "--out",
        "course",
        "--solutions-branch",
    ];
    here.expect(2, arguments.into_iter().chain(["nobody"]))
        .complains("failed to take the solutions from the branch `nobody`");
    let ran = here.expect(0, arguments.into_iter().chain(["solved"]));
    ran.says("a solution that is the start, and counts as none: unsolved");
    let reference = here.read("course/solutions/intro/welcome/reference/src/lib.rs");
    assert!(
        reference.contains("\"welcome\"") && !reference.contains("#[test]"),
        "{reference}"
    );
}

#[test]
fn nothing_is_written_over_and_the_original_is_left_alone() {
    let keep = TempDir::with_prefix("workbook-it-").expect("a temporary folder");
    let root = keep.path().canonicalize().expect("it is there");
    copy_folder(&fixtures().join("rustlings"), &root.join("original"));
    let here = Place::at(&root);
    here.write("full/file", "text");
    let import =
        |dir: &str, out: &str| here.expect(2, ["author", "import", "rustlings", dir, "--out", out]);
    import("original", "full").complains("the folder is not empty; name a new one");
    import("original", "original/course").complains("it is inside of what is brought in");
    import("nowhere", "course").complains("name the folder of the course that is to be brought in");
    import("full", "course").complains("info.toml");
    here.replace(
        "original/info.toml",
        "format_version = 1",
        "format_version = 2",
    );
    import("original", "course").complains("format_version 2 is not known");
    assert!(!here.path("course").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn submissions_to_an_imported_course_are_graded() {
    let import = import("rustlings", &[]);
    let course = &import.course;
    let hand_in = |student: &str, from: &str| {
        let to = course.path(&format!("submissions/{student}/sums1"));
        copy_folder(&course.path(from), &to);
    };
    hand_in("ada", "solutions/sums/sums1/reference");
    hand_in("bob", "exercises/sums/sums1");
    let arguments = [
        "grade",
        "run",
        "--submissions",
        "submissions",
        "--exercise",
        "sums1",
        "--json",
    ];
    let json = course
        .run(arguments.into_iter().chain(["--require", "nothing"]))
        .json();
    let results = json["grades"].as_array().expect("grades");
    let states: BTreeMap<&str, &str> = (results.iter())
        .filter_map(|one| {
            Some((
                one["submission"].as_str()?,
                one["outcome"]["state"].as_str()?,
            ))
        })
        .collect();
    assert_eq!(
        states,
        BTreeMap::from([("ada", "passed"), ("bob", "failed")]),
        "{json:#}"
    );
}

#[test]
fn nothing_outside_of_a_foreign_course_is_read_or_written() {
    let keep = TempDir::with_prefix("workbook-it-").expect("a temporary folder");
    let root = keep.path().canonicalize().expect("it is there");
    copy_folder(&fixtures(), &root.join("originals"));
    let here = Place::at(&root);
    here.write("secret.rs", "fn main() {}\n");
    let refused = |format: &str, why: &str| {
        let dir = format!("originals/{format}");
        let import = ["author", "import", format, &dir, "--out", "course"];
        here.expect(2, import).complains(why);
        assert!(!here.path("course").exists(), "{format}: {why}");
    };
    // The helper's name becomes a folder's.
    let helper = "originals/crates/helpers/fields/Cargo.toml";
    here.replace(helper, "name = \"fields\"", "name = \"../../escaped\"");
    refused("crates", "`../../escaped` is no name of a package");
    here.replace(helper, "name = \"../../escaped\"", "name = \"common\"");
    refused("crates", "another crate is called `common`, too");
    assert!(!here.path("escaped").exists());

    let info = "originals/rustlings/info.toml";
    here.replace(info, "name = \"hello1\"", "name = \"../../../../secret\"");
    refused("rustlings", "it leads out of the course");
    here.replace(info, "name = \"../../../../secret\"", "name = \"gone\"");
    refused("rustlings", "gone.rs`: it is not there");
    #[cfg(unix)]
    {
        let link = here.path("originals/rustlings/exercises/00_hello/gone.rs");
        std::os::unix::fs::symlink(here.path("secret.rs"), link).expect("links can be made");
        refused("rustlings", "it leads out of the course");
    }

    let meta = "originals/exercism/exercises/practice/quick-sum/.meta/config.json";
    here.replace(meta, ".meta/example.rs", "../../../../../secret.rs");
    let import = ["author", "import", "exercism", "originals/exercism"];
    here.expect(0, import.into_iter().chain(["--out", "course"]))
        .says("no solution: only that the start fails can be shown")
        .says("quick_sum: ../../../../../secret.rs");
}

#[test]
fn a_solution_that_leaves_the_tests_out_takes_none_away() {
    let keep = TempDir::with_prefix("workbook-it-").expect("a temporary folder");
    let root = keep.path().canonicalize().expect("it is there");
    copy_folder(&fixtures(), &root.join("originals"));
    let here = Place::at(&root);
    for file in [
        "01_intro/1_welcome/src/lib.rs",
        "02_parts/01_modules/src/title.rs",
    ] {
        let solution = format!("originals/crates_solved/exercises/{file}");
        let text = here.read(&solution);
        let (code, _) = text.split_once("#[cfg(test)]").expect("it has tests");
        here.write(&solution, code);
    }
    let import = [
        "author",
        "import",
        "crates",
        "originals/crates",
        "--out",
        "course",
    ];
    here.expect(
        0,
        import
            .into_iter()
            .chain(["--solutions", "originals/crates_solved"]),
    );
    for (exercise, test) in [
        ("intro/welcome", "tests::it_welcomes"),
        ("parts/modules", "title::tests::an_empty_title_is_none"),
    ] {
        let manifest = here.read(&format!("course/exercises/{exercise}/exercise.toml"));
        assert!(manifest.contains(test), "{exercise}:\n{manifest}");
    }
}

/// A copy of the fixtures, in which one thing is changed.
struct Changed {
    here: Place,
    _keep: TempDir,
}

fn changed(files: &[(&str, &[u8])]) -> Changed {
    let keep = TempDir::with_prefix("workbook-it-").expect("a temporary folder");
    let root = keep.path().canonicalize().expect("it is there");
    copy_folder(&fixtures(), &root.join("originals"));
    let here = Place::at(&root);
    for (path, bytes) in files {
        let path = root.join("originals").join(path);
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
        std::fs::write(path, bytes).expect("it can be written");
    }
    Changed { here, _keep: keep }
}

impl Changed {
    fn import(&self, format: &str, code: i32) -> Ran {
        let dir = format!("originals/{format}");
        let import = ["author", "import", format, &dir, "--out", "course"];
        self.here.expect(code, import)
    }
}

#[test]
fn what_can_t_be_carried_right_is_refused_by_name() {
    let check = |format: &str, file: &str, bytes: &[u8], why: &str| {
        let changed = changed(&[(&format!("{format}/{file}"), bytes)]);
        changed.import(format, 2).complains(why);
        assert!(!changed.here.path("course").exists(), "{file}: {why}");
    };
    let manifest = |dependency: &str| {
        format!(
            "[package]\nname = \"depends\"\nversion = \"0.1.0\"\n[dependencies]\n{dependency}\n"
        )
    };
    let depends = "exercises/02_parts/04_depends/Cargo.toml";
    check(
        "crates",
        depends,
        manifest("whole = { path = \"../../..\" }").as_bytes(),
        "`depends` depends on the root package, which is the course itself",
    );
    check(
        "crates",
        depends,
        manifest("words = { package = \"fields\", path = \"../../../helpers/fields\" }").as_bytes(),
        "`words` is the crate `common` to one package, and `fields` to another; give one of them another name",
    );
    check(
        "crates",
        depends,
        manifest("last = { path = \"../../01_intro/10_last\" }").as_bytes(),
        "other packages depend on this exercise",
    );
    check(
        "crates",
        "exercises/01_intro/10_last/src/lib.rs",
        b"// caf\xe9\nfn a() {}\n",
        "10_last/src/lib.rs`: it is not UTF-8 from byte 6 on; save it as UTF-8",
    );
    check(
        "rustlings",
        "exercises/00_hello/hello2.rs",
        b"// caf\xe9\nfn main() {}\n",
        "hello2.rs`: it is not UTF-8 from byte 6 on",
    );
    check(
        "exercism",
        "exercises/concept/scale-it/tests/scale_it.rs",
        b"#[test]\nfn twice() {}\n",
        "two files of tests would be called `scale_it`; rename one of them",
    );
}

#[test]
fn nothing_of_a_workspace_is_dropped_in_silence() {
    let root = std::fs::read_to_string(fixtures().join("crates/Cargo.toml")).expect("it is there");
    let root = format!(
        "{root}\n[workspace.metadata.tool]\na = 1\n\n[patch.crates-io]\ncommon = {{ path = \"helpers/common\" }}\n"
    );
    let folder = "crates/exercises/02_parts/03_fields";
    let own = "[package]\nname = \"fields_03\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
               [dependencies]\nfields = { path = \"../../../helpers/fields\" }\naway = { path = \"../../../../away\" }\n\
               gone = { path = \"gone\" }\n\n[profile.dev]\nopt-level = 1\n\n[workspace]\nmembers = [\"x\"]\n\n\
               [[test]]\nname = \"own\"\nharness = false\n\n[[test]]\nname = \"far\"\npath = \"checks/far.rs\"\n\n\
               [[bin]]\nname = \"out\"\npath = \"../../out.rs\"\n";
    let changed = changed(&[
        ("crates/Cargo.toml", root.as_bytes()),
        (&format!("{folder}/Cargo.toml"), own.as_bytes()),
        (&format!("{folder}/tests/own.rs"), b"fn main() {}\n"),
        (
            &format!("{folder}/checks/far.rs"),
            b"#[test]\nfn far() {}\n",
        ),
        (
            &format!("{folder}/tests/rows.rs"),
            b"#[rstest]\nfn rows() {\n    std::fs::read(\"data\").unwrap();\n}\n",
        ),
        // Bytes that are no text are none of ours.
        (&format!("{folder}/data/bytes.bin"), b"\xff\xfe\0\r\n"),
        ("crates/notes/a.txt", b"a"),
        ("crates/notes/b.txt", b"b"),
        ("crates/rust-analyzer.toml", b""),
    ]);
    let ran = changed.import("crates", 0);
    for left in [
        "`[workspace.metadata]`: the workspace",
        "`[patch]` by a folder of the workspace: `common`",
        "away`, which is outside of the course: fields_03",
        "the crate in `exercises/02_parts/03_fields/gone`, which is not there: fields_03",
        "`[profile]` in a package's own manifest: fields_03",
        "`[workspace]` in a package's own manifest: fields_03",
        "`[[test]]` with `harness = false`, whose tests are not listed: fields_03",
        "`[[test]]` at another place than cargo's, whose tests are not listed: fields_03",
        "the path `../../out.rs` of a target, which leads out of its package: fields_03",
        "tests that `#[rstest]` may write: only written out ones are listed: fields_03",
        "has to be taken in with `include_str!`: fields_03",
        "notes/ (2 files), rust-analyzer.toml",
    ] {
        let account = changed.here.read("course/IMPORTED.md");
        assert!(
            account.contains(left),
            "no `{left}` in\n{account}\n{}",
            ran.all()
        );
    }
    let bytes = changed
        .here
        .path("course/exercises/parts/fields_03/data/bytes.bin");
    assert_eq!(
        std::fs::read(bytes).expect("it is there"),
        b"\xff\xfe\0\r\n"
    );
}

#[test]
fn nothing_of_a_track_or_of_rustlings_is_dropped_in_silence() {
    let scale = "exercism/exercises/concept/scale-it";
    let changed = changed(&[
        (&format!("{scale}/.gitignore"), b"/target\n"),
        (&format!("{scale}/.approaches/config.json"), b"{}"),
        (&format!("{scale}/src/lib.rs"), b"/// ```\n/// assert!(true);\n/// ```\npub fn scale(_: u32) -> u32 {\n    0\n}\n"),
        ("exercism/exercises/shared/.docs/help.md", b"help"),
        ("exercism/Cargo.toml", b"[workspace]\nexclude = [\"exercises\"]\n"),
        ("rustlings/dev-notes.md", b"notes"),
        ("rustlings/Cargo.toml", b"bin = [{ name = \"other\", path = \"x.rs\" }]\n[package]\nname = \"exercises\"\n\
           edition = \"2021\"\nrust-version = \"1.80\"\n[dependencies]\ngreeter = { path = \"greeter\" }\n[badges]\n"),
    ]);
    changed.import("exercism", 0);
    let account = changed.here.read("course/IMPORTED.md");
    for left in [
        "`.gitignore` of an exercise: the course has one: scale_it",
        "scale_it: approaches/config.json",
        "examples in comments, which `cargo test` would run: scale_it",
        "files of which nothing is made: exercises/shared/ (1 file)",
        "`Cargo.toml` of the whole track, of which no exercise inherits: the track",
        "settings of the website in `config.json`: `active`, `tags`, `version`, `exercises.foregone`",
        "`uuid`s of exercises and concepts, by which the website knows them: the track",
    ] {
        assert!(account.contains(left), "no `{left}` in\n{account}");
    }
    std::fs::remove_dir_all(changed.here.path("course")).expect("it is there");
    changed.import("rustlings", 0);
    let account = changed.here.read("course/IMPORTED.md");
    for left in [
        "keys of `Cargo.toml` that are not used: `[badges]`, `package.rust-version`",
        "programs of `Cargo.toml` that are no exercise: `other`",
        "files of which nothing is made: dev-notes.md",
        "`module_file` of `[[exercises]]`, which is not known: loose1",
    ] {
        assert!(account.contains(left), "no `{left}` in\n{account}");
    }
}

#[test]
fn crates_need_no_workspace_and_solutions_no_exercises_folder() {
    let package = b"[package]\nname = \"alone\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    let tests = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn one() {\n        assert_eq!(super::one(), 1);\n    }\n}\n";
    let start = format!("fn one() -> u32 {{\n    0\n}}\n\n{tests}");
    let solved = start.replace("    0\n", "    1\n");
    let changed = changed(&[
        ("bare/exercises/1_alone/Cargo.toml", package),
        ("bare/exercises/1_alone/src/lib.rs", start.as_bytes()),
        ("bare/solutions/1_alone/Cargo.toml", package),
        ("bare/solutions/1_alone/src/lib.rs", solved.as_bytes()),
    ]);
    let import = [
        "author",
        "import",
        "crates",
        "originals/bare",
        "--out",
        "course",
    ];
    let here = &changed.here;
    here.expect(
        0,
        import
            .into_iter()
            .chain(["--solutions", "originals/bare/solutions"]),
    );
    assert!(here.read("course/IMPORTED.md").contains("Nothing."));
    let reference = here.read("course/solutions/exercises/alone/reference/src/lib.rs");
    assert_eq!(reference, "fn one() -> u32 {\n    1\n}\n");
}
