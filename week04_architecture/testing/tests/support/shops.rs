// The print shop, and some that keep its contract less well. Deliveries, and some that lose letters.
//
// Look for mistakes in what is promised, not here: a clause that was written after reading this finds these.

use std::cell::RefCell;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use dunning::post::{Post, Refusal};

// ---- the real one ----

/// The shop's letter box: a folder, from which it collects.
pub struct LetterBox {
    folder: PathBuf,
    room: usize,
}

impl LetterBox {
    pub fn open(room: usize) -> Self {
        static OPENED: AtomicU32 = AtomicU32::new(0);
        let number = OPENED.fetch_add(1, Ordering::Relaxed);
        let name = format!("letter_box_{}_{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder for the letters");
        Self { folder, room }
    }
}

impl Drop for LetterBox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Post for LetterBox {
    fn send(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if key.is_empty() || key.len() > 40 || !key.chars().all(fits) {
            return Err(Refusal::BadKey);
        }
        if text.is_empty() || text.len() > 2_000 {
            return Err(Refusal::BadText);
        }
        // In hex: there are disks that do not tell `a` from `A`.
        let name: String = key.bytes().map(|byte| format!("{byte:02x}")).collect();
        let path = self.folder.join(name);
        match fs::read_to_string(&path) {
            Ok(there) if there == text => Ok(()),
            Ok(_) => Err(Refusal::Conflict),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if self.taken().len() >= self.room {
                    return Err(Refusal::Full);
                }
                fs::write(path, text).map_err(|_| Refusal::Lost)
            }
            Err(_) => Err(Refusal::Lost),
        }
    }

    fn taken(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).expect("the folder is there");
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let key = |name: String| {
            let bytes: Option<Vec<u8>> = name.as_bytes().chunks(2).map(byte).collect();
            String::from_utf8(bytes?).ok()
        };
        let mut keys: Vec<String> = names.filter_map(key).collect();
        keys.sort();
        keys
    }
}

pub fn letter_box(room: usize) -> Box<dyn Post> {
    Box::new(LetterBox::open(room))
}

// ---- others ----

/// As the shop is, in memory.
pub const AS_IT_IS: u8 = 0;
/// Right, and different where nobody can rely on it.
pub const NEWEST_FIRST: u8 = 1;

// More lenient than the shop.
pub const ANY_KEY: u8 = 10;
pub const LONG_KEYS: u8 = 11;
pub const CHARACTERS: u8 = 12;
pub const NO_TEXT: u8 = 13;
pub const LAST_WINS: u8 = 14;
pub const ONE_MORE: u8 = 15;
pub const NEVER_FULL: u8 = 16;

// Stricter, or forgetful.
pub const LISTED_TWICE: u8 = 20;
pub const FULL_FOR_ALL: u8 = 21;
pub const REFUSED_AND_REPLACED: u8 = 22;
pub const REFUSED_TAKES_ROOM: u8 = 23;
pub const ONE_FOR_ALL: u8 = 24;
pub const TEXT_FIRST: u8 = 25;

thread_local! {
    static ALL: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
}

/// A shop in memory, with a mistake chosen by a number.
struct Shop<const M: u8> {
    room: usize,
    letters: Vec<(String, String)>,
}

/// Opens a shop of this number.
pub fn shop<const M: u8>(room: usize) -> Box<dyn Post> {
    Box::new(Shop::<M> {
        room,
        letters: Vec::new(),
    })
}

impl<const M: u8> Shop<M> {
    fn key_is_bad(key: &str) -> bool {
        let longest = if M == LONG_KEYS { 41 } else { 40 };
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || M == ANY_KEY;
        key.is_empty() || key.len() > longest || !key.chars().all(fits)
    }

    fn text_is_bad(text: &str) -> bool {
        let length = if M == CHARACTERS {
            text.chars().count()
        } else {
            text.len()
        };
        text.is_empty() && M != NO_TEXT || length > 2_000
    }

    fn take(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        if M == TEXT_FIRST && Self::text_is_bad(text) {
            return Err(Refusal::BadText);
        }
        if Self::key_is_bad(key) {
            return Err(Refusal::BadKey);
        }
        if Self::text_is_bad(text) {
            if M == REFUSED_TAKES_ROOM {
                self.room = self.room.saturating_sub(1);
            }
            return Err(Refusal::BadText);
        }
        let is_full =
            self.letters.len() >= self.room + usize::from(M == ONE_MORE) && M != NEVER_FULL;
        let there = self.letters.iter_mut().find(|(it, _)| it == key);
        match there {
            Some(_) if M == FULL_FOR_ALL && is_full => Err(Refusal::Full),
            Some((_, old)) if old == text => {
                if M == LISTED_TWICE {
                    self.letters.push((key.to_owned(), text.to_owned()));
                }
                Ok(())
            }
            Some((_, old)) if M == LAST_WINS || M == REFUSED_AND_REPLACED => {
                text.clone_into(old);
                (M == LAST_WINS).then_some(()).ok_or(Refusal::Conflict)
            }
            Some(_) => Err(Refusal::Conflict),
            None if is_full => Err(Refusal::Full),
            None => {
                self.letters.push((key.to_owned(), text.to_owned()));
                Ok(())
            }
        }
    }
}

impl<const M: u8> Post for Shop<M> {
    fn send(&mut self, key: &str, text: &str) -> Result<(), Refusal> {
        if M == ONE_FOR_ALL {
            self.letters = ALL.take();
        }
        let said = self.take(key, text);
        if M == ONE_FOR_ALL {
            ALL.set(self.letters.clone());
        }
        said
    }

    fn taken(&self) -> Vec<String> {
        let letters = if M == ONE_FOR_ALL {
            ALL.with_borrow(Clone::clone)
        } else {
            self.letters.clone()
        };
        let mut keys: Vec<String> = letters.into_iter().map(|(key, _)| key).collect();
        if M == NEWEST_FIRST {
            keys.reverse();
        }
        keys
    }
}

// ---- deliveries ----

// Right, in three ways.
pub const ONE_BY_ONE: u8 = 0;
pub const BACKWARDS: u8 = 1;
pub const ASKS_FIRST: u8 = 2;

// With one mistake.
pub const GIVES_UP: u8 = 10;
pub const BELIEVES: u8 = 11;
pub const ANOTHER_KEY: u8 = 12;
pub const STOPS: u8 = 13;
pub const TRIES_ON: u8 = 14;
pub const FORGETS_THE_REST: u8 = 15;
pub const CONFLICT_IS_DONE: u8 = 16;
pub const TRIES_TWICE: u8 = 17;

/// The delivery of this number.
pub fn deliver<const M: u8>(letters: &[(&str, &str)], post: &mut dyn Post) -> Vec<String> {
    let mut left = Vec::new();
    let before = post.taken();
    let mut letters = letters.to_vec();
    if M == BACKWARDS {
        letters.reverse();
    }
    let tries = match M {
        GIVES_UP | BELIEVES => 1,
        TRIES_TWICE => 2,
        TRIES_ON => 10,
        _ => 3,
    };
    for (key, text) in letters {
        let mut said = post.send(key, text);
        for again in 1..tries {
            if said != Err(Refusal::Lost) {
                break;
            }
            let has_arrived = M == ASKS_FIRST
                && !before.iter().any(|it| it == key)
                && post.taken().iter().any(|it| it == key);
            said = if has_arrived {
                Ok(())
            } else if M == ANOTHER_KEY {
                post.send(&format!("{key}-{again}"), text)
            } else {
                post.send(key, text)
            };
        }
        match said {
            Ok(()) => {}
            Err(Refusal::Lost) if M == BELIEVES => {}
            Err(Refusal::Conflict) if M == CONFLICT_IS_DONE => {}
            Err(Refusal::Full) if M == FORGETS_THE_REST => break,
            Err(Refusal::BadKey | Refusal::BadText) if M == STOPS => {
                left.push(key.to_owned());
                break;
            }
            Err(_) => left.push(key.to_owned()),
        }
    }
    left
}
