//! What the image is made of, read from its Dockerfile.

use lean_image::{Arguments, Base, Dockerfile, Instruction, Stage};

const DOCKERFILE: &str = include_str!("../Dockerfile");
const IGNORED: &str = include_str!("../.dockerignore");
const IMAGES: &str = include_str!("../images.txt");

fn dockerfile() -> Dockerfile {
    Dockerfile::read(DOCKERFILE).unwrap_or_else(|problem| panic!("{problem}"))
}

/// A path below a folder, or as it is if it begins at the root; without `.` and without a slash at the end.
fn absolute(folder: &str, path: &str) -> String {
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{folder}/{path}")
    };
    let parts = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".");
    parts.fold(String::new(), |so_far, part| format!("{so_far}/{part}"))
}

/// The working folder before the instruction at `at`.
fn workdir(whole: &[&Instruction], at: usize) -> String {
    let folders = whole[..at]
        .iter()
        .filter(|instruction| instruction.name == "WORKDIR");
    folders.fold(String::new(), |folder, instruction| {
        absolute(&folder, &instruction.words().concat())
    })
}

/// Each source of a `COPY`, with where it comes to lie.
fn copied(whole: &[&Instruction], at: usize) -> Vec<(String, String)> {
    let words = whole[at].words();
    let (to, sources) = words.split_last().expect("a `COPY` has words");
    let place = absolute(&workdir(whole, at), to);
    let into_folder = to.ends_with('/') || to.ends_with('.') || sources.len() > 1;
    let one = |source: &&str| {
        let name = source
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let to = if into_folder {
            format!("{place}/{name}")
        } else {
            place.clone()
        };
        ((*source).to_owned(), to)
    };
    sources.iter().map(one).collect()
}

/// What the last stage copies from other stages: the stage, the path there, the path here.
fn taken_over(file: &Dockerfile) -> Vec<(&Stage, String, String)> {
    let whole = file.whole(file.last());
    let mut all = Vec::new();
    for (at, copy) in whole
        .iter()
        .enumerate()
        .filter(|(_, one)| one.name == "COPY")
    {
        for stage in copy.flag("from").filter_map(|name| file.stage(name)) {
            all.extend(
                copied(&whole, at)
                    .into_iter()
                    .map(|(from, to)| (stage, absolute("", &from), to)),
            );
        }
    }
    all
}

/// Where the program lies in the image.
fn program(file: &Dockerfile) -> String {
    let programs = taken_over(file).into_iter().map(|(_, _, to)| to);
    programs.into_iter().find(|to| to.ends_with("/orders")).unwrap_or_else(|| {
        panic!(
            "the last stage takes the finished program `orders` from the stage that built it, by `COPY --from=…`; \
             otherwise it has what built it as well, compiler, sources and all"
        )
    })
}

fn shell_text(instruction: &Instruction) -> String {
    instruction.words().join(" ")
}

/// Whether a `RUN` compiles, installs or fetches with cargo.
fn builds(instruction: &Instruction) -> bool {
    let text = shell_text(instruction);
    let verbs = [
        "cargo build",
        "cargo install",
        "cargo fetch",
        "cargo chef cook",
        "cargo rustc",
    ];
    instruction.name == "RUN" && verbs.iter().any(|verb| text.contains(verb))
}

/// Whether a `RUN` compiles dependencies of the program. To fetch them or to install a tool is less.
fn compiles(instruction: &Instruction) -> bool {
    let text = shell_text(instruction);
    let verbs = ["cargo build", "cargo chef cook", "cargo rustc"];
    let installs_it = text.contains("cargo install") && text.contains("--path");
    instruction.name == "RUN" && (verbs.iter().any(|verb| text.contains(verb)) || installs_it)
}

/// Where cargo compiles to, in the instruction at `at`.
fn target_folder(whole: &[&Instruction], at: usize) -> String {
    let folder = workdir(whole, at);
    let mut target = absolute(&folder, "target");
    for setting in whole[..at].iter().filter(|one| one.name == "ENV") {
        for (name, value) in setting.pairs().expect("it was read before") {
            if name == "CARGO_TARGET_DIR" {
                target = absolute(&folder, &value);
            }
        }
    }
    target
}

/// The folders that are cache mounts of the instruction at `at`.
fn caches(whole: &[&Instruction], at: usize) -> Vec<String> {
    let folder = workdir(whole, at);
    let mounts = whole[at].mounts();
    let caches = mounts
        .iter()
        .filter(|mount| mount.get("type") == Some(&"cache"));
    caches
        .map(|mount| absolute(&folder, mount.get("target").unwrap_or(&"")))
        .collect()
}

/// Whether a path of the context is `src`, below it, or has it in it.
fn has_the_sources(path: &str) -> bool {
    let path = path.trim_start_matches("./").trim_matches('/');
    path.is_empty() || path == "." || path == "*" || path.starts_with("src")
}

/// Whether a `RUN` has what is below `src/` by a bind mount of the context.
fn mounts_the_sources(instruction: &Instruction) -> bool {
    instruction.mounts().iter().any(|mount| {
        // `bind` is the type of a mount that names none, and all of the context is its source then, too.
        let is_bind = *mount.get("type").unwrap_or(&"bind") == "bind";
        let source = mount.get("source").or(mount.get("src"));
        is_bind && !mount.contains_key("from") && has_the_sources(source.unwrap_or(&""))
    })
}

/// Whether an instruction takes what is below `src/` from the context. It runs anew, and what follows, when that changes.
fn takes_the_sources(instruction: &Instruction) -> bool {
    if instruction.name == "RUN" {
        return mounts_the_sources(instruction);
    }
    let words = instruction.words();
    let is_copy = ["COPY", "ADD"].contains(&instruction.name.as_str());
    let sources = words.split_last().map_or(&[][..], |(_, sources)| sources);
    is_copy
        && instruction.flag("from").next().is_none()
        && sources.iter().any(|source| has_the_sources(source))
}

#[test]
fn every_image_is_pinned() {
    let known: Vec<&str> = IMAGES.lines().filter(|line| line.contains('@')).collect();
    let file = dockerfile();
    for stage in &file.stages {
        let mut images: Vec<&str> = Vec::new();
        if let Base::Image(image) = &stage.base {
            images.push(image);
        }
        for copy in &stage.instructions {
            images.extend(copy.flag("from").filter(|name| file.stage(name).is_none()));
        }
        for image in images {
            assert!(
                known.contains(&image),
                "`{image}` is none of the images in images.txt, named with tag and digest as there; a tag alone means \
                 other contents tomorrow, and then the same commit is another image"
            );
        }
    }
}

#[test]
fn the_image_has_no_toolchain() {
    let file = dockerfile();
    let image = file.image(file.last());
    assert!(
        !image.contains("/rust"),
        "the last stage begins with `{image}`: a compiler and a linker are what whoever breaks in would like to find, \
         and they are most of the image's size"
    );
    program(&file);
    for instruction in file.whole(file.last()) {
        let line = instruction.line;
        let text = shell_text(instruction);
        assert!(
            instruction.name != "ADD" && !(instruction.name == "RUN" && text.contains("cargo")),
            "line {line}: nothing is compiled or unpacked in the last stage"
        );
        if instruction.name == "COPY" && instruction.flag("from").next().is_none() {
            let words = instruction.words();
            let sources = &words[..words.len() - 1];
            assert!(
                sources
                    .iter()
                    .all(|source| source.trim_start_matches("./").starts_with("migrations")),
                "line {line}: of the context the image needs `migrations` and nothing else, and it gets {sources:?}"
            );
        }
        assert!(
            instruction.name != "RUN" || !image.contains("distroless"),
            "line {line}: `RUN` needs a shell, and `{image}` has none"
        );
    }
}

#[test]
fn a_change_to_the_code_keeps_compiled_dependencies() {
    let file = dockerfile();
    let mut compiled = 0;
    for stage in &file.stages {
        let whole = file.whole(stage);
        let makes_it = taken_over(&file)
            .iter()
            .any(|(from, _, to)| std::ptr::eq(*from, stage) && to.ends_with("/orders"));
        // Where the program is made it is made from the sources, however they come there.
        let sources = whole
            .iter()
            .position(|one| takes_the_sources(one))
            .or_else(|| {
                let last = whole.iter().rposition(|one| compiles(one));
                last.filter(|_| makes_it)
            });
        // What is compiled into a cache mount is not in the layer.
        let in_a_layer = (0..sources.unwrap_or(0)).any(|at| {
            compiles(whole[at]) && !caches(&whole, at).contains(&target_folder(&whole, at))
        });
        for (at, run) in whole.iter().enumerate().filter(|(_, one)| builds(one)) {
            compiled += usize::from(compiles(run));
            // Whatever follows a changed COPY runs anew.
            if sources.is_none_or(|sources| at < sources) || in_a_layer {
                continue;
            }
            let target = target_folder(&whole, at);
            let caches = caches(&whole, at);
            let needed = [target.as_str(), "/usr/local/cargo/registry"];
            for needed in &needed[usize::from(!compiles(run))..] {
                assert!(
                    caches.iter().any(|cache| cache == needed),
                    "line {}: after a change below `src/` this runs anew, and finds in `{needed}` nothing of what it made the \
                     last time: 300 crates that nobody touched are fetched or compiled again. To have fetched them is \
                     not enough. Keep it in a cache mount, or compile the dependencies before the sources are copied",
                    run.line
                );
            }
        }
    }
    assert!(
        compiled > 0,
        "some stage compiles the program, by `RUN … cargo build …`"
    );
}

#[test]
fn what_is_copied_over_is_there() {
    let file = dockerfile();
    program(&file);
    for (stage, from, _) in taken_over(&file) {
        let whole = file.whole(stage);
        let mut made = false;
        for (at, run) in whole
            .iter()
            .enumerate()
            .filter(|(_, one)| one.name == "RUN")
        {
            let folder = workdir(&whole, at);
            for mount in run.mounts().iter().filter(|mount| {
                mount.get("type") != Some(&"secret") && mount.contains_key("target")
            }) {
                let kept = absolute(&folder, mount["target"]);
                assert!(
                    !from.starts_with(&format!("{kept}/")),
                    "`{from}` lies in the mount `{kept}` of line {}: a mount is there while the command runs and is \
                     no part of the stage, so there is nothing to copy. Copy the program out of it in the same `RUN`",
                    run.line
                );
            }
            let (parent, _) = from.rsplit_once('/').unwrap_or_default();
            made |= from == absolute(&folder, "target/release/orders")
                || shell_text(run).contains(parent);
        }
        assert!(
            made || !from.ends_with("/orders"),
            "`{from}` is copied from a stage none of whose commands makes it"
        );
    }
}

#[test]
fn the_lock_file_is_obeyed() {
    let file = dockerfile();
    for stage in &file.stages {
        for run in stage.instructions.iter().filter(|one| builds(one)) {
            let text = shell_text(run);
            assert!(
                text.contains("--locked") || text.contains("--frozen"),
                "line {}: without `--locked` cargo may write another Cargo.lock than the one that was tested, and \
                 build that: {text}",
                run.line
            );
        }
    }
    program(&file);
}

#[test]
fn it_does_not_run_as_root() {
    let file = dockerfile();
    let whole = file.whole(file.last());
    let user = whole
        .iter()
        .rev()
        .find(|one| one.name == "USER")
        .map(|one| one.words().concat());
    let Some(user) = user else {
        panic!("the last stage has no `USER`, so the program runs as root");
    };
    let number = user
        .split(':')
        .next()
        .and_then(|user| user.parse::<u32>().ok());
    assert!(
        number.is_some_and(|number| number != 0),
        "`USER {user}`: it takes a number that is not 0; a name tells the orchestrator, which has to refuse root, nothing"
    );
}

#[test]
fn signals_reach_the_program() {
    let file = dockerfile();
    let program = program(&file);
    let whole = file.whole(file.last());
    let last = |name: &str| whole.iter().rev().find(|one| one.name == name);
    let Some(start) = last("ENTRYPOINT").or(last("CMD")) else {
        panic!("the image does not say what it starts");
    };
    match &start.arguments {
        Arguments::Exec(words) => assert_eq!(
            words.first(),
            Some(&program),
            "line {}: what is started is the program that was copied, by its full path",
            start.line
        ),
        Arguments::Shell(text) => panic!(
            "line {}: `{text}` is started as `/bin/sh -c …`, so SIGTERM goes to the shell, which does not pass it on: \
             the program is killed after the grace period with its requests in flight. Write a list in brackets",
            start.line
        ),
    }
}

#[test]
fn its_health_is_asked_without_a_shell() {
    let file = dockerfile();
    let program = program(&file);
    let whole = file.whole(file.last());
    let Some(check) = whole.iter().rev().find(|one| one.name == "HEALTHCHECK") else {
        panic!("the image has no `HEALTHCHECK`: a process that hangs counts as running");
    };
    assert_eq!(
        check.arguments,
        Arguments::Exec(vec![program, "health".to_owned()]),
        "line {}: `orders health` asks the running service and exits with 1 if it is not well; it needs neither a shell \
         nor curl, which the image would have to have for this alone",
        check.line
    );
}

#[test]
fn no_secret_is_baked_in() {
    let file = dockerfile();
    let mut mounted = false;
    for instruction in file.stages.iter().flat_map(|stage| &stage.instructions) {
        let line = instruction.line;
        if ["ARG", "ENV"].contains(&instruction.name.as_str()) {
            for (name, value) in instruction.pairs().expect("it was read before") {
                let upper = name.to_ascii_uppercase();
                assert!(
                    !["TOKEN", "PASSWORD", "SECRET"]
                        .iter()
                        .any(|word| upper.contains(word)),
                    "line {line}: `{name}` stays in the image's history, where `docker history` shows it; a secret is \
                     mounted for one command, by `--mount=type=secret`"
                );
                assert!(
                    !(value.contains("://") && value.contains('@')),
                    "line {line}: `{name}` has a user and a password in it, for everybody who may pull the image; \
                     the operator gives it to the container"
                );
            }
        }
        mounted |= builds(instruction)
            && instruction.mounts().iter().any(|mount| {
                mount.get("type") == Some(&"secret") && mount.get("id") == Some(&"house_token")
            });
    }
    assert!(
        mounted,
        "cargo needs the token of the house's registry while it builds: mount the secret `house_token` for that command"
    );
}

#[test]
fn the_context_is_small() {
    // `**/target` is `target` at any depth, also at none.
    let plain = |line: &str| {
        let (not, path) = match line.strip_prefix('!') {
            Some(path) => ("!", path),
            None => ("", line),
        };
        let path = path.trim().trim_start_matches("./").trim_matches('/');
        format!("{not}{}", path.trim_start_matches("**/"))
    };
    let ignored: Vec<String> = IGNORED
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(plain)
        .collect();
    let has = |pattern: &str| ignored.iter().any(|line| line == pattern);
    let all = has("*") || has("**");
    for (folder, why) in [
        (
            "target",
            "gigabytes that the build makes itself, for another system perhaps",
        ),
        (
            ".git",
            "the whole history; each commit changes it, and with it every layer after `COPY . .`",
        ),
        (".env", "the passwords of whoever builds"),
    ] {
        assert!(
            (all || has(folder)) && !has(&format!("!{folder}")),
            "`{folder}` goes to the builder with every build: {why}. List it in .dockerignore"
        );
    }
    for needed in ["Cargo.toml", "Cargo.lock", "src", "migrations"] {
        let back = ignored.iter().any(|line| {
            line.strip_prefix('!')
                .is_some_and(|line| line.starts_with(needed))
        });
        assert!(
            !has(needed) && (!all || back),
            "`{needed}` is needed and ignored: {IGNORED:?}"
        );
    }
}
