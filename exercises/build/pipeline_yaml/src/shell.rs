//! `run:` of steps, as bash runs it.

use crate::Fault;

/// Runs a script, with what `RUSTFLAGS` are in its environment; tells whether it ends with 0.
pub(crate) fn run(
    script: &str,
    shell: Option<&str>,
    rustflags: Option<&str>,
    faults: &[Fault],
    commands: &mut Vec<String>,
) -> Result<bool, String> {
    // Without a word on the shell it is `bash -e`; `shell: bash` is `bash --noprofile --norc -eo pipefail`.
    let pipe = match shell {
        None => false,
        Some("bash") => true,
        Some(other) => return Err(format!("`shell: {other}` is not run here")),
    };
    let mut options = Options {
        exit: true,
        pipe,
        denies: rustflags.is_some_and(denies),
    };
    let mut passed = true;
    for line in script.replace("\\\n", " ").lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        for list in line.split(';') {
            let (ended, exits) = run_list(list, &mut options, faults, commands)?;
            passed = ended;
            if exits {
                return Ok(passed);
            }
        }
    }
    Ok(passed)
}

#[derive(Clone, Copy)]
struct Options {
    exit: bool,
    pipe: bool,
    /// Whether the environment makes warnings errors.
    denies: bool,
}

/// Whether such words make warnings errors.
fn denies(words: &str) -> bool {
    ["-D warnings", "-Dwarnings"]
        .iter()
        .any(|deny| words.contains(deny))
}

/// Pipelines with `&&` and `||` between. Tells how it ended, and whether the script ends with it: `-e` looks at the
/// last pipeline only.
fn run_list(
    list: &str,
    options: &mut Options,
    faults: &[Fault],
    commands: &mut Vec<String>,
) -> Result<(bool, bool), String> {
    let mut passed = true;
    let mut rest = list;
    // What stands before the pipeline: `&&` at first, as if after something that passed.
    let mut runs = true;
    loop {
        let end = [rest.find("&&"), rest.find("||")]
            .into_iter()
            .flatten()
            .min();
        let pipeline = &rest[..end.unwrap_or(rest.len())];
        if runs {
            passed = run_pipeline(pipeline, options, faults, commands)?;
        }
        let Some(end) = end else {
            let leaves = pipeline.trim().starts_with("exit");
            return Ok((passed, runs && (leaves || (!passed && options.exit))));
        };
        runs = if rest[end..].starts_with("&&") {
            passed
        } else {
            !passed
        };
        rest = &rest[end + 2..];
    }
}

fn run_pipeline(
    pipeline: &str,
    options: &mut Options,
    faults: &[Fault],
    commands: &mut Vec<String>,
) -> Result<bool, String> {
    let mut all = true;
    let mut last = true;
    for command in pipeline.split('|') {
        let words: Vec<&str> = command
            .split_whitespace()
            .filter(|word| *word != "2>&1")
            .collect();
        let command = words.join(" ");
        last = passes(&command, options, faults)?;
        all &= last;
        commands.push(command);
    }
    Ok(if options.pipe { all } else { last })
}

fn passes(command: &str, options: &mut Options, faults: &[Fault]) -> Result<bool, String> {
    let is = |name: &str| command == name || command.starts_with(&format!("{name} "));
    let has = |fault| faults.contains(&fault);
    if ["$", "`", "<<", "(", "if ", "for ", "while ", "!"]
        .iter()
        .any(|sign| command.contains(sign))
    {
        return Err(format!("`{command}` is more shell than is run here"));
    }
    if let Some(which) = command.strip_prefix("set ") {
        for word in which.split_whitespace() {
            match word {
                "-e" | "-eu" | "-u" | "-o" | "-x" | "-ex" => options.exit |= word.contains('e'),
                "-eo" | "-euo" | "-exo" | "-euxo" => options.exit = true,
                "errexit" => options.exit = true,
                "pipefail" => options.pipe = true,
                "+e" => options.exit = false,
                _ => return Err(format!("`set {which}` is not run here")),
            }
        }
        return Ok(true);
    }
    if is("cargo fmt") {
        Ok(!(has(Fault::Unformatted) && command.contains("--check")))
    } else if is("cargo clippy") {
        Ok(!(has(Fault::Warning) && (options.denies || denies(command))))
    } else if is("cargo test") {
        Ok(!has(Fault::Test) || command.contains("--no-run"))
    } else if is("cargo deny check") {
        Ok(!has(Fault::Advisory))
    } else if is("./image.sh build") {
        Ok(!has(Fault::Image))
    } else if is("./deploy.sh") {
        Ok(!has(Fault::Deploy))
    } else if [
        "./image.sh push",
        "./report.sh",
        "echo",
        "tee",
        "true",
        ":",
        "exit 0",
    ]
    .iter()
    .any(|name| is(name))
    {
        Ok(true)
    } else if is("false") || is("exit") {
        Ok(false)
    } else {
        Err(format!("`{command}` is no command that this service has"))
    }
}
