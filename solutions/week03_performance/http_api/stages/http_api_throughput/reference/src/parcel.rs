//! What a depot knows of a parcel. Nothing here knows of HTTP.

use serde::Serialize;
use serde_json::{Map, Value};

/// A parcel that waits to be collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parcel {
    /// From 1; never given twice.
    pub id: u64,
    /// Who may collect it.
    pub recipient: String,
    /// Where it is.
    pub shelf: String,
    /// What it weighs.
    pub grams: u32,
}

/// What a client says of a parcel, once it has been checked; the depot adds the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Who may collect it.
    pub recipient: String,
    /// Where it is.
    pub shelf: String,
    /// What it weighs.
    pub grams: u32,
}

impl Draft {
    /// The draft, or all that is wrong with it.
    ///
    /// By hand and not by `Deserialize`, which stops at the first field that it does not like and says so in
    /// words about Rust.
    pub(crate) fn parse(json: Value) -> Result<Self, Vec<Fault>> {
        let Value::Object(mut fields) = json else {
            return Err(vec![Fault::new("", "must be an object")]);
        };
        let mut faults = Vec::new();
        let recipient = take(&mut fields, "recipient", recipient, &mut faults);
        let shelf = take(&mut fields, "shelf", shelf, &mut faults);
        let grams = take(&mut fields, "grams", grams, &mut faults);
        // A field that nobody reads is a misspelt one, or a wish that would be ignored without a word.
        let unknown = fields.keys();
        faults.extend(unknown.map(|name| Fault::new(&pointer(name), "is not known")));
        match (recipient, shelf, grams) {
            (Some(recipient), Some(shelf), Some(grams)) if faults.is_empty() => Ok(Self {
                recipient,
                shelf,
                grams,
            }),
            _ => Err(faults),
        }
    }

    pub(crate) fn with_id(self, id: u64) -> Parcel {
        let Self {
            recipient,
            shelf,
            grams,
        } = self;
        Parcel {
            id,
            recipient,
            shelf,
            grams,
        }
    }
}

/// One thing that is wrong with what a client sent. It says what would be right and never repeats a value: answers
/// are logged by people who were not meant to read what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    /// RFC 6901.
    pub(crate) pointer: String,
    pub(crate) detail: &'static str,
}

impl Fault {
    fn new(pointer: &str, detail: &'static str) -> Self {
        Self {
            pointer: pointer.to_owned(),
            detail,
        }
    }
}

/// Takes a field out and checks it; what is wrong is noted.
fn take<T>(
    fields: &mut Map<String, Value>,
    name: &str,
    check: fn(&Value) -> Result<T, &'static str>,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let checked = match fields.remove(name) {
        Some(value) => check(&value),
        None => Err("is missing"),
    };
    let noted = |detail| faults.push(Fault::new(&pointer(name), detail));
    checked.map_err(noted).ok()
}

fn recipient(value: &Value) -> Result<String, &'static str> {
    let fits = |text: &&str| {
        !text.trim().is_empty() && text.chars().count() <= 80 && !text.contains(char::is_control)
    };
    let text = value.as_str().filter(fits);
    text.map(str::to_owned)
        .ok_or("must be a text of 1 to 80 characters, not blank, without control characters")
}

fn shelf(value: &Value) -> Result<String, &'static str> {
    let fits = |text: &&str| {
        let Some((row, place)) = text.split_once('-') else {
            return false;
        };
        let mut row = row.chars();
        let one_letter = row.next().is_some_and(|c| c.is_ascii_uppercase()) && row.next().is_none();
        let digits = (1..=3).contains(&place.len()) && place.chars().all(|c| c.is_ascii_digit());
        one_letter && digits && !place.starts_with('0')
    };
    let text = value.as_str().filter(fits);
    text.map(str::to_owned)
        .ok_or("must be a shelf from A-1 to Z-999")
}

fn grams(value: &Value) -> Result<u32, &'static str> {
    let number = value.as_u64().filter(|grams| (1..=50_000).contains(grams));
    number
        .and_then(|grams| u32::try_from(grams).ok())
        .ok_or("must be a whole number from 1 to 50000")
}

fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// A parcel as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The parcel itself.
    pub parcel: Parcel,
    /// From 1, and more with each change. Since ids are not reused, id and revision name one state for ever.
    pub revision: u64,
}

/// Which revisions a change may be made to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Only {
    /// Whatever is there.
    Any,
    /// If one of these is there.
    OneOf(Vec<u64>),
}

impl Only {
    /// Whether a change may be made to that revision.
    pub fn allows(&self, revision: u64) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(revisions) => revisions.contains(&revision),
        }
    }
}
