//! Reads the documentation out of the source. It follows examples of the form `assert_eq!(function(literals), value);`, each on
//! one line or several; `cargo test --doc` runs all of them, whatever their form.

const SOURCE: &str = include_str!("../../src/lib.rs");

/// A function's documentation: line numbers from 1, and the text behind `///`.
pub struct Function(Vec<(usize, &'static str)>);

/// A block of code in it.
pub struct Example {
    /// Where it begins.
    pub line: usize,
    /// What stands behind the opening fence.
    pub marks: &'static str,
    code: Vec<(usize, String)>,
}

/// One `assert_eq!`.
#[derive(Clone)]
pub struct Sample {
    pub line: usize,
    pub function: String,
    pub arguments: Vec<String>,
    pub expected: String,
}

impl Function {
    /// The documentation of a public function.
    pub fn of(name: &str) -> Self {
        let mut docs = Vec::new();
        for (at, line) in SOURCE.lines().enumerate() {
            if let Some(text) = line.strip_prefix("///") {
                docs.push((at + 1, text.strip_prefix(' ').unwrap_or(text)));
            } else if line.starts_with(&format!("pub fn {name}(")) {
                return Self(docs);
            } else if !line.starts_with("#[") {
                docs.clear();
            }
        }
        panic!("`pub fn {name}(` begins a line of the source, as it did");
    }

    /// Its blocks of code.
    pub fn examples(&self) -> Vec<Example> {
        let mut examples: Vec<Example> = Vec::new();
        let mut inside = false;
        for (line, text) in &self.0 {
            if let Some(marks) = text.trim().strip_prefix("```") {
                inside = !inside;
                if inside {
                    let (line, marks, code) = (*line, marks.trim(), Vec::new());
                    examples.push(Example { line, marks, code });
                }
            } else if let (true, Some(example)) = (inside, examples.last_mut()) {
                let shown = text.trim();
                let code = shown.strip_prefix("# ").unwrap_or(shown);
                example.code.push((*line, code.to_owned()));
            }
        }
        examples
    }

    /// All that its examples assert.
    pub fn samples(&self) -> Vec<Sample> {
        self.examples().iter().flat_map(Example::samples).collect()
    }

    /// What stands below a heading, up to the next heading or example.
    pub fn section(&self, heading: &str) -> String {
        let lines = self.0.iter().map(|(_, text)| *text);
        let below = lines
            .skip_while(|text| *text != format!("# {heading}"))
            .skip(1);
        below
            .take_while(|text| !text.starts_with("# ") && !text.starts_with("```"))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl Example {
    /// Whether `cargo test` compiles and runs it.
    pub fn is_run(&self) -> bool {
        self.marks.is_empty() || self.marks == "rust"
    }

    /// A name of the crate that it uses without importing it.
    pub fn missing_import(&self) -> Option<&'static str> {
        let lines = || self.code.iter().map(|(_, code)| code);
        let imported: String = lines()
            .filter(|code| code.starts_with("use docs_that_run::"))
            .cloned()
            .collect();
        let used: String = lines()
            .filter(|code| !code.starts_with("use "))
            .cloned()
            .collect();
        ["parse", "format", "next", "ParseError"]
            .into_iter()
            .find(|name| {
                let called = used
                    .replace(&format!("docs_that_run::{name}"), "")
                    .replace(&format!(".{name}("), "");
                let opening = if *name == "ParseError" { "::" } else { "(" };
                words(&called).any(|word| word == *name)
                    && called.contains(&format!("{name}{opening}"))
                    && !imported.contains('*')
                    && !words(&imported).any(|word| word == *name)
            })
    }

    fn samples(&self) -> Vec<Sample> {
        let mut samples = Vec::new();
        let mut pending: Option<(usize, String)> = None;
        for (line, code) in &self.code {
            let (line, code) = match pending.take() {
                Some((line, begun)) => (line, format!("{begun} {code}")),
                None => (*line, code.clone()),
            };
            let Some(assertion) = code.strip_prefix("assert_eq!(") else {
                continue;
            };
            let Some((assertion, _)) = assertion.rsplit_once(");") else {
                pending = Some((line, code));
                continue;
            };
            let sides = split(assertion);
            let Some((function, arguments)) = sides[0].trim_end_matches(')').split_once('(') else {
                continue;
            };
            samples.push(Sample {
                line,
                function: function.trim_start_matches("docs_that_run::").to_owned(),
                arguments: split(arguments),
                expected: sides.get(1).cloned().unwrap_or_default(),
            });
        }
        samples
    }
}

/// Splits at commas that are in no text and no brackets.
fn split(code: &str) -> Vec<String> {
    let (mut parts, mut depth, mut quoted) = (vec![String::new()], 0, false);
    for letter in code.chars() {
        match letter {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    let parts = parts.iter().map(|part| part.trim().to_owned());
    parts.filter(|part| !part.is_empty()).collect()
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
}

/// The text of a literal.
pub fn text(literal: &str) -> String {
    literal.trim_matches('"').to_owned()
}

/// The number of a literal.
pub fn number(literal: &str) -> u64 {
    let digits = literal
        .trim_end_matches("_u64")
        .trim_end_matches("u64")
        .replace('_', "");
    digits
        .parse()
        .unwrap_or_else(|_| panic!("`{literal}` is a number in an example"))
}

/// Code as it compares: without paths, digit separators, and white space outside texts.
pub fn plain(code: &str) -> String {
    let (mut plain, mut quoted) = (String::new(), false);
    for letter in code
        .replace("docs_that_run::", "")
        .replace("ParseError::", "")
        .chars()
    {
        quoted ^= letter == '"';
        if quoted || !(letter == '_' || letter.is_whitespace()) {
            plain.push(letter);
        }
    }
    plain.replace(".to_owned()", "").replace(".to_string()", "")
}
