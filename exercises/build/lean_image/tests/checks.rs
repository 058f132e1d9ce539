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

/// Whether a `COPY` or `ADD` from the context takes in what is below `src/`.
fn takes_the_sources(instruction: &Instruction) -> bool {
    let words = instruction.words();
    let is_copy = ["COPY", "ADD"].contains(&instruction.name.as_str());
    let sources = words.split_last().map_or(&[][..], |(_, sources)| sources);
    is_copy
        && instruction.flag("from").next().is_none()
        && sources.iter().any(|source| {
            let source = source.trim_start_matches("./").trim_end_matches('/');
            source.is_empty() || source == "." || source == "*" || source.starts_with("src")
        })
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
    let mut compiles = 0;
    for stage in &file.stages {
        let whole = file.whole(stage);
        let sources = whole.iter().position(|one| takes_the_sources(one));
        for (at, run) in whole.iter().enumerate().filter(|(_, one)| builds(one)) {
            compiles += 1;
            // Whatever follows a changed COPY runs anew.
            if sources.is_none_or(|sources| at < sources)
                || whole[..sources.unwrap_or(0)].iter().any(|one| builds(one))
            {
                continue;
            }
            let folder = workdir(&whole, at);
            let mut target = absolute(&folder, "target");
            for setting in whole[..at].iter().filter(|one| one.name == "ENV") {
                for (name, value) in setting.pairs().expect("it was read before") {
                    if name == "CARGO_TARGET_DIR" {
                        target = absolute(&folder, &value);
                    }
                }
            }
            let caches: Vec<String> = run
                .mounts()
                .iter()
                .filter(|mount| mount.get("type") == Some(&"cache"))
                .map(|mount| absolute(&folder, mount.get("target").unwrap_or(&"")))
                .collect();
            for needed in [target.as_str(), "/usr/local/cargo/registry"] {
                assert!(
                    caches.iter().any(|cache| cache == needed),
                    "line {}: after a change below `src/` this runs anew, with an empty `{needed}`: 300 crates that \
                     nobody touched are fetched and compiled again. Keep it in a cache mount, or compile the \
                     dependencies before the sources are copied",
                    run.line
                );
            }
        }
    }
    assert!(
        compiles > 0,
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
            for mount in run
                .mounts()
                .iter()
                .filter(|mount| mount.get("type") != Some(&"secret"))
            {
                let kept = absolute(&folder, mount.get("target").unwrap_or(&""));
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
    let ignored: Vec<&str> = IGNORED
        .lines()
        .map(|line| line.trim().trim_start_matches("./").trim_matches('/'))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
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
        let all = ignored.contains(&"*") || ignored.contains(&"**");
        assert!(
            (all || ignored.contains(&folder)) && !ignored.contains(&format!("!{folder}").as_str()),
            "`{folder}` goes to the builder with every build: {why}. List it in .dockerignore"
        );
    }
    for needed in ["Cargo.toml", "Cargo.lock", "src", "migrations"] {
        let all = ignored.contains(&"*") || ignored.contains(&"**");
        let back = ignored.iter().any(|line| {
            line.strip_prefix('!')
                .is_some_and(|line| line.starts_with(needed))
        });
        assert!(
            !ignored.contains(&needed) && (!all || back),
            "`{needed}` is needed and ignored: {IGNORED:?}"
        );
    }
}
