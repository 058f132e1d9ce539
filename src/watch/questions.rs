//! A quiz on the screen: one question at a time, and what is typed of its answer.

use super::keys::Key;
use crate::course::quiz::{Question, QuestionKind};

/// Where in a quiz the learner is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questions {
    /// The index of the question.
    pub at: usize,
    /// How many there are.
    pub count: usize,
    /// What is typed so far.
    pub typed: String,
    /// What was the matter with the last answer.
    pub refused: Option<String>,
    /// Lines of the question that are scrolled past.
    pub scroll: usize,
}

/// What a key leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Still at this question.
    Stay,
    /// This is the answer.
    Answer(String),
    /// Back to the exercise.
    Back,
}

impl Questions {
    /// At this question.
    pub fn at(at: usize, count: usize) -> Self {
        Questions {
            at,
            count,
            typed: String::new(),
            refused: None,
            scroll: 0,
        }
    }

    /// Takes a key.
    pub fn press(&mut self, key: Key) -> Step {
        match key {
            Key::Char(character) => {
                self.typed.push(character);
                self.refused = None;
            }
            Key::Backspace => {
                self.typed.pop();
            }
            Key::Enter if self.typed.trim().is_empty() => return self.go_on(),
            Key::Enter => return Step::Answer(self.typed.trim().to_owned()),
            Key::Esc => return Step::Back,
            Key::Up => self.scroll = self.scroll.saturating_sub(1),
            Key::Down => self.scroll += 1,
            Key::PageUp if self.at > 0 => *self = Questions::at(self.at - 1, self.count),
            Key::PageDown if self.at + 1 < self.count => {
                *self = Questions::at(self.at + 1, self.count);
            }
            _ => {}
        }
        Step::Stay
    }

    /// To the next question; after the last, back.
    pub fn go_on(&mut self) -> Step {
        if self.at + 1 == self.count {
            return Step::Back;
        }
        *self = Questions::at(self.at + 1, self.count);
        Step::Stay
    }

    /// The answer is not one.
    pub fn refuse(&mut self, question: &Question) {
        self.refused = Some(format!("`{}` is not {}", self.typed, form(question)));
        self.typed.clear();
    }
}

/// How a question is answered, in a few words.
pub fn form(question: &Question) -> &'static str {
    match &question.kind {
        QuestionKind::Single(_) => "a letter",
        QuestionKind::Multiple(_) => "letters, such as ac",
        QuestionKind::Number(_) => "a number",
        QuestionKind::Text => "a word or a line",
        QuestionKind::Output(_) => "what it prints, with | between lines",
    }
}

/// What there is to choose from.
pub fn options(question: &Question) -> &[String] {
    match &question.kind {
        QuestionKind::Single(options) | QuestionKind::Multiple(options) => options,
        QuestionKind::Number(_) | QuestionKind::Text | QuestionKind::Output(_) => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_typed_and_an_empty_one_leaves_the_question_open() {
        let mut questions = Questions::at(0, 2);
        for key in [Key::Char('b'), Key::Char('x'), Key::Backspace] {
            assert_eq!(questions.press(key), Step::Stay);
        }
        let answer = Step::Answer("b".to_owned());
        assert_eq!(questions.press(Key::Enter), answer);
        assert_eq!(questions.go_on(), Step::Stay);
        assert_eq!((questions.at, questions.typed.as_str()), (1, ""));
        assert_eq!(questions.press(Key::Enter), Step::Back);
    }

    #[test]
    fn the_letter_that_quits_elsewhere_is_a_letter_here() {
        let mut questions = Questions::at(0, 1);
        assert_eq!(questions.press(Key::Char('q')), Step::Stay);
        assert_eq!(questions.typed, "q");
        assert_eq!(questions.press(Key::Esc), Step::Back);
    }
}
