//! The use cases on a command line.
//!
//! Architecture invariant: as in `http`, an argument list becomes one call, and its answer text and an exit code. Nothing here
//! is taken from `http`, or the other way round: two ways in have the core in common, and a suite that asks both the same.

mod answer;
mod parse;

use std::io::{self, Write};

use self::answer::{Answer, Trouble};
use self::parse::{Request, appointment, named, slot};
use crate::desk::UseCases;
use crate::domain::{BookingId, Title, UserId};
use crate::ports::{Callers, RoomId};

/// What a command says where.
pub struct Streams<'s> {
    pub out: &'s mut dyn Write,
    pub err: &'s mut dyn Write,
}

/// Carries out one command for whoever has the token, and returns the exit code.
pub fn run(
    args: &[String],
    token: Option<&str>,
    desk: &dyn UseCases,
    callers: &dyn Callers,
    streams: Streams<'_>,
) -> u8 {
    let Streams { out, err } = streams;
    let told = carry_out(args, token, desk, callers).and_then(|answer| {
        // It has happened, and whoever hears "failed" would do it again.
        say(out, &answer.to_string()).map_err(|_| Trouble::unsaid())
    });
    match told {
        Ok(()) => 0,
        Err(trouble) => {
            // If that fails as well, the code is all that is left.
            let _ = say(err, &trouble.to_string());
            trouble.code()
        }
    }
}

fn say(to: &mut dyn Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes())
}

/// Which command it is, who calls, what with, and then the desk: in the order of any other way in.
fn carry_out(
    args: &[String],
    token: Option<&str>,
    desk: &dyn UseCases,
    callers: &dyn Callers,
) -> Result<Answer, Trouble> {
    let request = Request::of(args).ok_or_else(Trouble::usage)?;
    let by = who(token, callers)?;
    Ok(match request {
        Request::Found => Answer::Room(desk.found(by)?),
        Request::Show { room } => Answer::Bookings(desk.bookings(by, RoomId(named(room)?))?),
        Request::Book {
            room,
            from,
            until,
            title,
        } => {
            let room = RoomId(named(room)?);
            let slot = slot(from, until)?;
            Answer::Events(desk.book(by, room, slot, &Title::new(title)?)?)
        }
        Request::Cancel { room, booking } => {
            let (room, booking) = (RoomId(named(room)?), BookingId(named(booking)?));
            Answer::Events(desk.cancel(by, room, booking)?)
        }
        Request::Appoint { room, user, role } => {
            let (room, user) = (RoomId(named(room)?), UserId(named(user)?));
            Answer::Events(desk.appoint(by, room, user, appointment(role)?)?)
        }
    })
}

fn who(token: Option<&str>, callers: &dyn Callers) -> Result<UserId, Trouble> {
    let token = token.ok_or_else(Trouble::not_signed_in)?;
    callers.who(token)?.ok_or_else(Trouble::not_signed_in)
}
