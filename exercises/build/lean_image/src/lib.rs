//! A strict reader of Dockerfiles: as much of the format as images of services need. What it does not know it
//! refuses with the line, so that nothing is judged by a guess.

use std::collections::BTreeMap;

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// In order; the last one is the image.
    pub stages: Vec<Stage>,
}

/// From one `FROM` to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// After `AS`.
    pub name: Option<String>,
    /// What it begins with.
    pub base: Base,
    /// What follows, in order.
    pub instructions: Vec<Instruction>,
}

/// What a stage begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// An image of a registry, as it is written.
    Image(String),
    /// An earlier stage.
    Stage(usize),
}

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Where it begins, from 1.
    pub line: usize,
    /// In capitals.
    pub name: String,
    /// `--name=value` before the arguments, each with its value; empty where it has none.
    pub flags: Vec<(String, String)>,
    /// What is after the flags. Variables are put in, but not in `RUN`, `CMD`, `ENTRYPOINT` and `HEALTHCHECK`,
    /// where a shell does that later.
    pub arguments: Arguments,
}

/// The two ways to write arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arguments {
    /// `["program", "argument"]`: no shell is between.
    Exec(Vec<String>),
    /// Anything else: a shell reads it.
    Shell(String),
}

const KNOWN: [&str; 16] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Where variables stay as they are.
const FOR_A_SHELL: [&str; 4] = ["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"];

impl Dockerfile {
    /// Reads a Dockerfile.
    ///
    /// # Errors
    ///
    /// What is wrong, with the line.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut stages: Vec<Stage> = Vec::new();
        let mut globals = BTreeMap::new();
        let mut variables = BTreeMap::new();
        for (line, text) in logical_lines(text)? {
            let at = |what: String| format!("Dockerfile, line {line}: {what}");
            let mut instruction = instruction(line, &text).map_err(at)?;
            if !FOR_A_SHELL.contains(&instruction.name.as_str()) {
                let known = if instruction.name == "FROM" {
                    &globals
                } else {
                    &variables
                };
                instruction.substitute(known);
            }
            match instruction.name.as_str() {
                "FROM" => {
                    stages.push(stage(&instruction, &stages).map_err(at)?);
                    variables.clear();
                }
                "ARG" if stages.is_empty() => globals.extend(instruction.pairs().map_err(at)?),
                _ => {
                    let Some(stage) = stages.last_mut() else {
                        return Err(at(format!(
                            "`{}` before the first `FROM`",
                            instruction.name
                        )));
                    };
                    if instruction.name == "ARG" || instruction.name == "ENV" {
                        for (name, value) in instruction.pairs().map_err(at)? {
                            // An `ARG` without a default takes that from before the first stage.
                            let global = globals.get(&name).filter(|_| value.is_empty()).cloned();
                            variables.insert(name, global.unwrap_or(value));
                        }
                    }
                    stage.instructions.push(instruction);
                }
            }
        }
        if stages.is_empty() {
            return Err("Dockerfile: there is no `FROM`".to_owned());
        }
        Ok(Dockerfile { stages })
    }

    /// The image that all of it makes.
    pub fn last(&self) -> &Stage {
        self.stages.last().expect("there is at least one stage")
    }

    /// What a stage consists of: its own instructions, after those of the stage that it begins with, and so on.
    pub fn whole<'d>(&'d self, stage: &'d Stage) -> Vec<&'d Instruction> {
        let mut all = match stage.base {
            Base::Image(_) => Vec::new(),
            Base::Stage(at) => self.whole(&self.stages[at]),
        };
        all.extend(&stage.instructions);
        all
    }

    /// The registry's image at the bottom of a stage.
    pub fn image<'d>(&'d self, stage: &'d Stage) -> &'d str {
        match &stage.base {
            Base::Image(image) => image,
            Base::Stage(at) => self.image(&self.stages[*at]),
        }
    }

    /// The stage with a name or number.
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        let name = name.to_ascii_lowercase();
        let named = |stage: &&Stage| stage.name.as_deref() == Some(&*name);
        let numbered = || self.stages.get(name.parse::<usize>().ok()?);
        self.stages.iter().find(named).or_else(numbered)
    }
}

impl Instruction {
    /// The values of a flag.
    pub fn flag<'i>(&'i self, name: &'i str) -> impl Iterator<Item = &'i str> {
        let values = self.flags.iter().filter(move |(flag, _)| flag == name);
        values.map(|(_, value)| value.as_str())
    }

    /// The arguments one by one.
    pub fn words(&self) -> Vec<&str> {
        match &self.arguments {
            Arguments::Exec(words) => words.iter().map(String::as_str).collect(),
            Arguments::Shell(text) => text.split_whitespace().collect(),
        }
    }

    /// `name=value` each, or a name alone, or `name value` in the old form of `ENV`.
    ///
    /// # Errors
    ///
    /// What can't be read.
    pub fn pairs(&self) -> Result<Vec<(String, String)>, String> {
        let Arguments::Shell(text) = &self.arguments else {
            return Err(format!("`{}` takes no brackets", self.name));
        };
        let words = quoted_words(text)?;
        if self.name == "ENV" && !words[0].contains('=') {
            return Ok(vec![(words[0].clone(), words[1..].join(" "))]);
        }
        let pair = |word: &String| match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (word.clone(), String::new()),
        };
        Ok(words.iter().map(pair).collect())
    }

    /// The options of each `--mount`, such as `type` and `target`; `dst` and `destination` are `target`, too.
    pub fn mounts(&self) -> Vec<BTreeMap<&str, &str>> {
        let mounts = self.flag("mount");
        mounts
            .map(|value| value.split(',').map(option).collect())
            .collect()
    }

    fn substitute(&mut self, known: &BTreeMap<String, String>) {
        for (_, value) in &mut self.flags {
            *value = with_variables(value, known);
        }
        match &mut self.arguments {
            Arguments::Exec(words) => words
                .iter_mut()
                .for_each(|word| *word = with_variables(word, known)),
            Arguments::Shell(text) => *text = with_variables(text, known),
        }
    }
}

/// An option of a mount, by the first of its names.
fn option(text: &str) -> (&str, &str) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    match name {
        "dst" | "destination" => ("target", value),
        _ => (name, value),
    }
}

/// Lines with their continuations, without comments, each with its number.
fn logical_lines(text: &str) -> Result<Vec<(usize, String)>, String> {
    let mut lines = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        // Comments and empty lines are skipped also between a line and its continuation.
        if line.is_empty() || line.starts_with('#') {
            if line
                .replace(' ', "")
                .to_ascii_lowercase()
                .starts_with("#escape=")
            {
                return Err(format!(
                    "Dockerfile, line {}: `escape` is not read here",
                    at + 1
                ));
            }
            continue;
        }
        let (number, mut so_far) = open.take().unwrap_or((at + 1, String::new()));
        match line.strip_suffix('\\') {
            Some(part) => {
                so_far += part;
                so_far.push(' ');
                open = Some((number, so_far));
            }
            None => lines.push((number, so_far + line)),
        }
    }
    if let Some((number, _)) = open {
        return Err(format!(
            "Dockerfile, line {number}: its continuation is missing"
        ));
    }
    Ok(lines)
}

fn instruction(line: usize, text: &str) -> Result<Instruction, String> {
    let (name, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let name = name.to_ascii_uppercase();
    if !KNOWN.contains(&name.as_str()) {
        return Err(format!("`{name}` is no instruction that is read here"));
    }
    if text.contains("<<") {
        return Err("here-documents are not read here".to_owned());
    }
    let mut flags = Vec::new();
    loop {
        rest = rest.trim();
        let Some(flag) = rest.strip_prefix("--") else {
            break;
        };
        let (flag, after) = flag.split_once(char::is_whitespace).unwrap_or((flag, ""));
        let (flag, value) = flag.split_once('=').unwrap_or((flag, ""));
        flags.push((flag.to_owned(), value.to_owned()));
        rest = after;
    }
    // `HEALTHCHECK CMD …`: the form is that of what follows.
    let body = match name.as_str() {
        "HEALTHCHECK" if rest != "NONE" => rest
            .strip_prefix("CMD")
            .ok_or("`HEALTHCHECK` takes `CMD` or `NONE`")?
            .trim(),
        _ => rest,
    };
    if body.is_empty() {
        return Err(format!("`{name}` has no arguments"));
    }
    let arguments = match exec_form(body) {
        Some(words) => Arguments::Exec(words),
        None => Arguments::Shell(body.to_owned()),
    };
    Ok(Instruction {
        line,
        name,
        flags,
        arguments,
    })
}

/// A list of strings in JSON. Anything else is no such list, which docker takes as text for a shell, too.
fn exec_form(text: &str) -> Option<Vec<String>> {
    let mut rest = text.strip_prefix('[')?.trim_start();
    let mut words = Vec::new();
    loop {
        let mut word = String::new();
        let mut characters = rest.strip_prefix('"')?.chars();
        loop {
            match characters.next()? {
                '"' => break,
                '\\' => word.push(characters.next().filter(|c| ['"', '\\', '/'].contains(c))?),
                character => word.push(character),
            }
        }
        words.push(word);
        rest = characters.as_str().trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None => return (rest == "]").then_some(words),
        }
    }
}

fn stage(from: &Instruction, earlier: &[Stage]) -> Result<Stage, String> {
    let words = from.words();
    let (base, name) = match words[..] {
        [base] => (base, None),
        [base, like, name] if like.eq_ignore_ascii_case("as") => {
            (base, Some(name.to_ascii_lowercase()))
        }
        _ => return Err("`FROM` takes an image and perhaps `AS` and a name".to_owned()),
    };
    if base.is_empty() || base.contains('$') {
        return Err(format!(
            "`FROM {base}`: an `ARG` with a default has to come before it"
        ));
    }
    let same = earlier
        .iter()
        .position(|stage| stage.name.as_deref() == Some(&*base.to_ascii_lowercase()));
    let base = same.map_or_else(|| Base::Image(base.to_owned()), Base::Stage);
    Ok(Stage {
        name,
        base,
        instructions: Vec::new(),
    })
}

/// Words apart at white space, with quotes around what stays together.
fn quoted_words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for character in text.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, _) if character.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(character),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".to_owned());
    }
    words.extend((!word.is_empty()).then_some(word));
    Ok(words)
}

/// `$NAME`, `${NAME}` and `${NAME:-default}`; what nobody has set is empty, as docker has it.
fn with_variables(text: &str, known: &BTreeMap<String, String>) -> String {
    let mut parts = text.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, default, rest) =
            match part.strip_prefix('{').and_then(|part| part.split_once('}')) {
                Some((inner, rest)) => {
                    let (name, default) = inner.split_once(":-").unwrap_or((inner, ""));
                    (name, default, rest)
                }
                None => {
                    let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                    let (name, rest) = part.split_at(end.unwrap_or(part.len()));
                    (name, "", rest)
                }
            };
        out += known
            .get(name)
            .filter(|value| !value.is_empty())
            .map_or(default, String::as_str);
        out += rest;
    }
    out
}
