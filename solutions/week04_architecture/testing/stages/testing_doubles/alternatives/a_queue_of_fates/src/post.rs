//! The print shop that takes letters to customers, as the night sees it; and one on paper.

use std::collections::{BTreeMap, VecDeque};

/// Takes letters, and sees to it that customers get them. What it promises is in [`contract`](crate::contract).
pub trait Post {
    /// Hands over a letter under a key.
    ///
    /// # Errors
    ///
    /// The letter was not taken, or, where the answer is [`Refusal::Lost`], nobody knows.
    fn send(&mut self, key: &str, text: &str) -> Result<(), Refusal>;

    /// The keys of all letters that were taken, in no order.
    fn taken(&self) -> Vec<String>;
}

/// Why a letter was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The key is none.
    BadKey,
    /// The text is empty or too long.
    BadText,
    /// There is another letter under this key.
    Conflict,
    /// There is no more room today.
    Full,
    /// There was no answer. The letter may have been taken.
    Lost,
}

/// When a call gets lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// On its way to the shop, which never hears of it.
    Before,
    /// On its way back, when the shop has done what it does.
    After,
}

/// A print shop on paper: it answers as the real one does, and loses what it is told to.
// It is strict where the shop is, or whoever tests with it learns of the shop's rules in production.
#[derive(Debug)]
pub struct Fake {
    room: usize,
    letters: BTreeMap<String, String>,
    /// What becomes of the next calls, the next one first. Behind its end all are answered.
    fates: VecDeque<Option<Loss>>,
}

impl Fake {
    /// An empty shop with room for so many letters.
    #[must_use]
    pub fn new(room: usize) -> Self {
        Self {
            room,
            letters: BTreeMap::new(),
            fates: VecDeque::new(),
        }
    }

    /// The call of `send` with this number, from 1, gets lost.
    #[must_use]
    pub fn losing(mut self, call: usize, when: Loss) -> Self {
        let length = self.fates.len().max(call);
        self.fates.resize(length, None);
        if let Some(fate) = call.checked_sub(1).and_then(|at| self.fates.get_mut(at)) {
            *fate = Some(when);
        }
        self
    }

    fn take(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !(1..=40).contains(&key.len()) || !key.bytes().all(is_part) {
            return Err(Refusal::BadKey);
        }
        if !(1..=2_000).contains(&text.len()) {
            return Err(Refusal::BadText);
        }
        match self.letters.get(key) {
            Some(there) if there == text => Ok(()),
            Some(_) => Err(Refusal::Conflict),
            None if self.letters.len() >= self.room => Err(Refusal::Full),
            None => {
                self.letters.insert(key.to_owned(), text.to_owned());
                Ok(())
            }
        }
    }
}

impl Post for Fake {
    fn send(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        let fate = self.fates.pop_front().flatten();
        if fate == Some(Loss::Before) {
            return Err(Refusal::Lost);
        }
        let said = self.take(key, text);
        if fate == Some(Loss::After) {
            return Err(Refusal::Lost);
        }
        said
    }

    fn taken(&self) -> Vec<String> {
        self.letters.keys().cloned().collect()
    }
}
