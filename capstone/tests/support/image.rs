// What a Dockerfile and its list of ignored files say, as far as images of services need it. What is not known here
// is refused with its line, so that nothing is judged by a guess.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

/// A Dockerfile: its stages in order, of which the last one is the image.
pub struct Image {
    pub stages: Vec<Stage>,
}

/// From one `FROM` to the next.
pub struct Stage {
    pub name: String,
    /// An earlier stage's name, or an image as it is written.
    pub base: String,
    pub lines: Vec<Line>,
}

/// An instruction, its continuations included.
pub struct Line {
    /// Where it begins, from 1.
    pub number: usize,
    /// In capitals.
    pub keyword: String,
    /// `--name=value`, before the rest.
    pub flags: Vec<(String, String)>,
    pub rest: String,
}

impl Image {
    pub fn read(text: &str) -> Self {
        let mut stages: Vec<Stage> = Vec::new();
        let mut arguments: Vec<(String, String)> = Vec::new();
        for line in lines(text) {
            match (line.keyword.as_str(), stages.last_mut()) {
                ("FROM", _) => {
                    let mut from = line.rest.clone();
                    for (name, value) in &arguments {
                        from = from.replace(&format!("${{{name}}}"), value);
                        from = from.replace(&format!("${name}"), value);
                    }
                    let words: Vec<&str> = from.split_whitespace().collect();
                    let (base, name) = match words[..] {
                        [base] => (base, stages.len().to_string()),
                        [base, "AS" | "as", name] => (base, name.to_owned()),
                        _ => panic!(
                            "Dockerfile, line {}: `FROM image AS name` is read here",
                            line.number
                        ),
                    };
                    stages.push(Stage {
                        name,
                        base: base.to_owned(),
                        lines: Vec::new(),
                    });
                }
                ("ARG", None) => {
                    let pair = line.rest.split_once('=');
                    arguments.extend(pair.map(|(name, value)| (name.to_owned(), value.to_owned())));
                }
                (_, None) => panic!("Dockerfile, line {}: `FROM` comes first", line.number),
                (_, Some(stage)) => stage.lines.push(line),
            }
        }
        assert!(!stages.is_empty(), "Dockerfile: there is no `FROM`");
        Self { stages }
    }

    pub fn stage(&self, name: &str) -> Option<&Stage> {
        let by_number = || self.stages.get(name.parse::<usize>().ok()?);
        let mut all = self.stages.iter();
        all.find(|stage| stage.name == name).or_else(by_number)
    }

    pub fn last(&self) -> &Stage {
        self.stages.last().expect("there is one at least")
    }

    /// All that a stage consists of: what the stages below it have done comes first.
    pub fn history<'i>(&'i self, stage: &'i Stage) -> Vec<&'i Line> {
        let below = self.stage(&stage.base);
        let mut all = below.map_or_else(Vec::new, |below| self.history(below));
        all.extend(&stage.lines);
        all
    }

    /// The image of a registry that a stage begins with, at the bottom.
    pub fn bottom<'i>(&'i self, stage: &'i Stage) -> &'i str {
        match self.stage(&stage.base) {
            Some(below) => self.bottom(below),
            None => &stage.base,
        }
    }

    /// The images that it takes from registries, to begin with or to copy from.
    pub fn foreign(&self) -> Vec<&str> {
        let mut all = Vec::new();
        for stage in &self.stages {
            all.extend(Some(stage.base.as_str()).filter(|base| self.stage(base).is_none()));
            let from = stage.lines.iter().filter_map(Line::from);
            all.extend(from.filter(|from| self.stage(from).is_none()));
        }
        all
    }

    /// The last instruction of this kind that the image is left with.
    pub fn has(&self, keyword: &str) -> Option<&Line> {
        let history = self.history(self.last());
        history.into_iter().rfind(|line| line.keyword == keyword)
    }

    /// The program's path in the image, and the stage and the path that it comes from.
    pub fn program(&self, name: &str) -> (String, &Stage, String) {
        let history = self.history(self.last());
        let copies = history.into_iter().rev().filter_map(|line| {
            let stage = self.stage(line.from()?)?;
            let (sources, target) = line.copied()?;
            let source = sources.iter().find(|source| basename(source) == name)?;
            let target = match target.ends_with('/') {
                true => format!("{target}{name}"),
                false => target.to_owned(),
            };
            Some((target, stage, (*source).to_owned()))
        });
        copies.into_iter().next().unwrap_or_else(|| {
            panic!(
                "Dockerfile: no `COPY --from=… /…/{name} …` takes the finished program into the last stage. Whatever built it \
                 is shipped with it: a compiler, the sources, and a gigabyte"
            )
        })
    }
}

impl Line {
    /// The stage or image that `COPY` takes from.
    pub fn from(&self) -> Option<&str> {
        let copies = self.keyword == "COPY";
        let flag = self.flags.iter().find(|(name, _)| copies && name == "from");
        flag.map(|(_, value)| value.as_str())
    }

    /// What `COPY` or `ADD` takes, and to where.
    pub fn copied(&self) -> Option<(Vec<&str>, &str)> {
        if self.keyword != "COPY" && self.keyword != "ADD" {
            return None;
        }
        assert!(
            !self.rest.starts_with(['[', '<']),
            "Dockerfile, line {}: `COPY source… target` is read here",
            self.number
        );
        let mut words: Vec<&str> = self.rest.split_whitespace().collect();
        let target = words.pop()?;
        Some((words, target))
    }

    /// The words of the form that needs no shell.
    pub fn exec(&self) -> Option<Vec<String>> {
        let rest = match self.keyword.as_str() {
            "HEALTHCHECK" => self.rest.strip_prefix("CMD")?.trim(),
            _ => &self.rest,
        };
        serde_json::from_str(rest).ok()
    }

    /// What a `RUN` has mounted of a kind: the options of each.
    pub fn mounts(&self, kind: &str) -> Vec<Vec<(&str, &str)>> {
        let all = self.flags.iter().filter(|(name, _)| name == "mount");
        all.map(|(_, text)| {
            let each = text.split(',');
            each.map(|option| option.split_once('=').unwrap_or((option, "")))
                .collect::<Vec<_>>()
        })
        .filter(|options| {
            let named = options.iter().find(|(name, _)| *name == "type");
            named.map_or("bind", |(_, kind)| kind) == kind
        })
        .collect()
    }
}

pub fn basename(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn lines(text: &str) -> Vec<Line> {
    let mut all = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (number, before) = open.take().unwrap_or((at + 1, String::new()));
        match line.strip_suffix('\\') {
            Some(part) => open = Some((number, format!("{before}{part} "))),
            None => all.push(parsed(number, &format!("{before}{line}"))),
        }
    }
    assert!(open.is_none(), "Dockerfile: it ends with a `\\`");
    all
}

fn parsed(number: usize, text: &str) -> Line {
    let (keyword, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let keyword = keyword.to_ascii_uppercase();
    let known = "ARG CMD COPY ADD ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN SHELL STOPSIGNAL USER VOLUME WORKDIR";
    assert!(
        known.split(' ').any(|known| known == keyword) && !rest.contains("<<"),
        "Dockerfile, line {number}: `{text}` is not read here"
    );
    let mut rest = rest.trim();
    let mut flags = Vec::new();
    while let Some(flag) = rest.strip_prefix("--") {
        let (flag, after) = flag.split_once(char::is_whitespace).unwrap_or((flag, ""));
        let (name, value) = flag.split_once('=').unwrap_or((flag, ""));
        flags.push((name.to_owned(), value.to_owned()));
        rest = after.trim();
    }
    Line {
        number,
        keyword,
        flags,
        rest: rest.to_owned(),
    }
}

/// Whether an image is named so that it is the same one tomorrow: by its digest, or by a version that is not only a
/// major one.
pub fn is_pinned(image: &str) -> bool {
    if let Some((_, digest)) = image.split_once("@sha256:") {
        return digest.len() == 64 && digest.chars().all(|c| c.is_ascii_hexdigit());
    }
    let Some((_, tag)) = basename(image).split_once(':') else {
        return false;
    };
    let version = tag.split('-').next().unwrap_or_default();
    let parts: Vec<&str> = version.split('.').collect();
    parts.len() > 1 && parts.iter().all(|part| part.parse::<u32>().is_ok())
}

/// Whether a list of ignored files keeps this path from the builder. The last pattern that fits decides, and a folder
/// decides for all that is in it.
pub fn is_ignored(list: &str, path: &str) -> bool {
    let mut ignored = false;
    for line in list.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (pattern, verdict) = match line.strip_prefix('!') {
            Some(pattern) => (pattern, false),
            None => (line, true),
        };
        let pattern: Vec<&str> = pattern.trim_matches('/').split('/').collect();
        let path: Vec<&str> = path.split('/').collect();
        let mut folders = (1..=path.len()).map(|depth| &path[..depth]);
        if folders.any(|folder| fits(&pattern, folder)) {
            ignored = verdict;
        }
    }
    ignored
}

fn fits(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=path.len()).any(|skip| fits(rest, &path[skip..])),
        (["." | "", rest @ ..], _) => fits(rest, path),
        ([first, rest @ ..], [name, inside @ ..]) => part_fits(first, name) && fits(rest, inside),
        _ => false,
    }
}

fn part_fits(pattern: &str, name: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(rest) = name.strip_prefix(before) else {
        return false;
    };
    let mut cuts = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    cuts.any(|at| part_fits(after, &rest[at..]))
}
