//! `quiz`: asks an exercise's questions at the terminal and keeps the answers in the learner's file.

use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use colored::Colorize as _;
use toml_edit::{Array, DocumentMut, Item, value};

use super::args::QuizArgs;
use super::{CliError, Config, Exit, judge, next};
use crate::course::quiz::{ANSWERS, Question, QuestionKind, Quiz};
use crate::engine::Stop;
use crate::report::{self, Screen, markdown, questions};
use crate::watch::{form, options};

/// How soon a raised stop is seen while an answer is waited for.
const TICK: Duration = Duration::from_millis(50);

/// `workbook quiz`
pub fn run(args: &QuizArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    config.remember_starters()?;
    let exercise = config.named_or_current(args.id.as_deref(), "quiz")?;
    let Some(quiz) = &exercise.quiz else {
        return Err(CliError::NoQuiz {
            id: exercise.id.clone(),
        });
    };
    let path = config.desk.root.join(&exercise.crate_folder).join(ANSWERS);
    let mut answers = Answers::read(path)?;
    if args.json {
        let verdict = judge::judge_beside(config, &exercise, screen, Screen::complain)?;
        let document = questions::json(&exercise, quiz, &answers.table(), &verdict);
        screen.line(report::json::document(document));
        return Ok(next::exit_of(&verdict));
    }
    let lines = input()?;
    let pristine = config.desk.course_root().join(&exercise.crate_folder);
    let asking = Asking {
        quiz,
        all: args.all,
        folder: &pristine,
    };
    let ended = asking.ask_all(&mut answers, &lines, &config.stop, screen)?;
    if ended == Ended::Stopped {
        return Ok(Exit::Interrupted);
    }
    next::check(&exercise, config, screen)
}

/// The program whose output is to be predicted.
fn show_program(path: &Path, screen: &mut Screen) -> Result<(), CliError> {
    let text = std::fs::read_to_string(path).map_err(|source| CliError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    for line in text.lines() {
        screen.line(format!("    {line}"));
    }
    screen.gap();
    Ok(())
}

#[derive(PartialEq, Eq)]
enum Ended {
    Asked,
    Stopped,
}

/// What is to be asked.
struct Asking<'q> {
    quiz: &'q Quiz,
    /// Also what is answered.
    all: bool,
    /// The crate, where the programs are.
    folder: &'q Path,
}

impl Asking<'_> {
    /// Asks what is not answered yet, or everything. Each answer is kept at once. The end of the input ends
    /// the asking, and nothing is lost.
    fn ask_all(
        &self,
        answers: &mut Answers,
        lines: &Receiver<String>,
        stop: &Stop,
        screen: &mut Screen,
    ) -> Result<Ended, CliError> {
        let Asking { quiz, all, folder } = self;
        let count = quiz.questions.len();
        for (at, question) in quiz.questions.iter().enumerate() {
            if !*all && answers.has(question) {
                continue;
            }
            screen.line(format!("{} {} of {count}", "Question".bold(), at + 1));
            screen.line(markdown::render(&question.ask, screen.width));
            if let QuestionKind::Output(program) = &question.kind {
                show_program(&folder.join(format!("predict/{program}.rs")), screen)?;
            }
            let (options, how) = (options(question), form(question));
            for (letter, option) in ('a'..).zip(options) {
                let text = markdown::render(option, screen.width.saturating_sub(5));
                screen.line(format!(
                    "  {} {}",
                    format!("{letter})").cyan(),
                    text.replace('\n', "\n     ")
                ));
            }
            loop {
                screen.line(
                    format!("Your answer ({how}; empty leaves it open):")
                        .dimmed()
                        .to_string(),
                );
                let line = match wait(lines, stop) {
                    Line::Text(line) => line,
                    Line::End => return Ok(Ended::Asked),
                    Line::Stopped => return Ok(Ended::Stopped),
                };
                if line.trim().is_empty() {
                    break;
                }
                if answers.keep(question, line.trim())? {
                    break;
                }
                screen.line(format!("`{}` is not {how}", line.trim()));
            }
            screen.gap();
        }
        Ok(Ended::Asked)
    }
}

enum Line {
    Text(String),
    End,
    Stopped,
}

fn wait(lines: &Receiver<String>, stop: &Stop) -> Line {
    loop {
        match lines.recv_timeout(TICK) {
            Ok(line) => return Line::Text(line),
            Err(RecvTimeoutError::Disconnected) => return Line::End,
            Err(RecvTimeoutError::Timeout) if stop.is_raised() => return Line::Stopped,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Lines of standard input, read apart, so that a wait for one can be ended.
fn input() -> Result<Receiver<String>, CliError> {
    let (sender, lines) = mpsc::channel();
    let read = move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new()
        .name("input".to_owned())
        .spawn(read)
        .map_err(CliError::Thread)?;
    Ok(lines)
}

/// The learner's `answers.toml`, edited in place: comments stay.
pub struct Answers {
    path: PathBuf,
    document: DocumentMut,
}

impl Answers {
    /// Reads the answers there are.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or is no TOML.
    pub fn read(path: PathBuf) -> Result<Self, CliError> {
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(source) => return Err(CliError::Unreadable { path, source }),
        };
        match text.parse() {
            Ok(document) => Ok(Answers { path, document }),
            Err(error) => Err(CliError::BadAnswers {
                path,
                source: Box::new(error),
            }),
        }
    }

    /// Whether the question is answered.
    pub fn has(&self, question: &Question) -> bool {
        self.table()
            .get(&question.id)
            .is_some_and(|answer| question.form(answer).is_some())
    }

    /// The answers by the ids of their questions.
    fn table(&self) -> toml::Table {
        toml::from_str(&self.document.to_string()).unwrap_or_default()
    }

    /// Keeps an answer if it is one; tells whether it is.
    ///
    /// # Errors
    ///
    /// If the file can't be written.
    pub fn keep(&mut self, question: &Question, line: &str) -> Result<bool, CliError> {
        let Some(item) = to_item(question, line) else {
            return Ok(false);
        };
        self.document[&question.id] = item;
        if !self.has(question) {
            return Ok(false);
        }
        write(&self.path, &self.document.to_string())?;
        Ok(true)
    }
}

fn to_item(question: &Question, line: &str) -> Option<Item> {
    match &question.kind {
        QuestionKind::Single(_) | QuestionKind::Text => Some(value(line)),
        QuestionKind::Output(_) => {
            let lines: Vec<&str> = line.split('|').map(str::trim).collect();
            Some(value(lines.join("\n")))
        }
        QuestionKind::Multiple(_) => {
            let letters = line.chars().filter(char::is_ascii_alphabetic);
            Some(value(letters.map(String::from).collect::<Array>()))
        }
        QuestionKind::Number(_) => {
            let digits: String = line
                .chars()
                .filter(|c| !matches!(c, '_' | ',' | ' '))
                .collect();
            digits
                .parse::<i64>()
                .map(value)
                .ok()
                .or_else(|| digits.parse::<f64>().ok().map(value))
        }
    }
}

/// Beside the file and then into its place, so that a kill never leaves half of it.
fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let fail = |source| CliError::Unwritable {
        path: path.to_owned(),
        source,
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut draft = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
    std::io::Write::write_all(&mut draft, text.as_bytes()).map_err(fail)?;
    draft.persist(path).map_err(|error| fail(error.error))?;
    Ok(())
}
