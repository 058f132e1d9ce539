//! From arguments to what the core knows.

use super::answer::Trouble;
use crate::domain::{Role, Slot};
use crate::http::view::minute;

/// A command whose values nobody has looked at yet.
pub(super) enum Request<'a> {
    Found,
    Show {
        room: &'a str,
    },
    Book {
        room: &'a str,
        from: &'a str,
        until: &'a str,
        title: &'a str,
    },
    Cancel {
        room: &'a str,
        booking: &'a str,
    },
    Appoint {
        room: &'a str,
        user: &'a str,
        role: Option<&'a str>,
    },
}

impl<'a> Request<'a> {
    /// Six commands, each with so many values.
    pub(super) fn of(args: &'a [String]) -> Option<Self> {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        Some(match args[..] {
            ["found"] => Self::Found,
            ["show", room] => Self::Show { room },
            ["book", room, from, until, title] => Self::Book {
                room,
                from,
                until,
                title,
            },
            ["cancel", room, booking] => Self::Cancel { room, booking },
            ["appoint", room, user, role] => Self::Appoint {
                room,
                user,
                role: Some(role),
            },
            ["dismiss", room, user] => Self::Appoint {
                room,
                user,
                role: None,
            },
            _ => return None,
        })
    }
}

/// The number that names something, in its one spelling.
pub(super) fn named(text: &str) -> Result<u64, Trouble> {
    let number = text.parse::<u64>().ok();
    let number = number.filter(|number| number.to_string() == text);
    number.ok_or_else(Trouble::not_found)
}

/// Both are numbers before either is looked at: a value of another shape is told first, as it is over HTTP.
pub(super) fn slot(from: &str, until: &str) -> Result<Slot, Trouble> {
    let (from, until) = (seconds(from)?, seconds(until)?);
    Ok(Slot::new(minute(from)?, minute(until)?)?)
}

/// A role, or with none that there is to be none.
pub(super) fn appointment(role: Option<&str>) -> Result<Option<Role>, Trouble> {
    match role {
        None => Ok(None),
        Some("guest") => Ok(Some(Role::Guest)),
        Some("member") => Ok(Some(Role::Member)),
        Some("owner") => Ok(Some(Role::Owner)),
        Some(_) => Err(Trouble::shape()),
    }
}

fn seconds(text: &str) -> Result<i64, Trouble> {
    text.parse().map_err(|_| Trouble::shape())
}
