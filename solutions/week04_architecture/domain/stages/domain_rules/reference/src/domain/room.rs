//! A room, its people and its bookings.

use std::collections::{BTreeMap, BTreeSet};

use super::{Minute, Slot, Title};

/// Somebody. Who it is has been found out elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(pub u64);

/// Names a booking for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BookingId(pub u64);

/// What somebody is to a room. Each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// May see the bookings.
    Guest,
    /// May book, and cancel what is their own.
    Member,
    /// May cancel everything, and say who is what.
    Owner,
}

/// A slot that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    pub id: BookingId,
    pub by: UserId,
    pub slot: Slot,
    pub title: Title,
}

/// What has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Somebody has a role from now on; without one, none any more.
    Appointed {
        user: UserId,
        role: Option<Role>,
    },
    Booked(Booking),
    Cancelled(Booking),
}

/// Why nothing has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Whoever asks has no role in this room.
    Stranger,
    /// The role does not suffice.
    NotAllowed,
    /// A room has an owner at all times.
    LastOwner,
    /// There is no booking with this id.
    NoSuchBooking,
    /// It has begun already.
    Past,
    /// It begins more than 30 days from now.
    TooFar,
    /// Members, unlike owners, have at most three bookings that have not begun.
    TooMany,
    /// Another booking has a part of it, or its id.
    Taken,
}

/// A room as plain data, for whoever keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    pub roles: Vec<(UserId, Role)>,
    pub bookings: Vec<Booking>,
}

/// No room was ever like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrupt;

const FARTHEST: i64 = 30 * 24 * 60;
const AHEAD: usize = 3;

/// A room. It has an owner, and no two bookings overlap, whoever holds it and however it came here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    roles: BTreeMap<UserId, Role>,
    // By start. They do not overlap, so there is one order, and a calendar wants it.
    bookings: Vec<Booking>,
}

impl Room {
    /// A new room.
    #[must_use]
    pub fn found(owner: UserId) -> Self {
        Self {
            roles: BTreeMap::from([(owner, Role::Owner)]),
            bookings: Vec::new(),
        }
    }

    /// What somebody is to this room.
    #[must_use]
    pub fn role(&self, user: UserId) -> Option<Role> {
        self.roles.get(&user).copied()
    }

    /// All bookings, the earliest first.
    ///
    /// # Errors
    ///
    /// For strangers.
    pub fn bookings(&self, by: UserId) -> Result<&[Booking], Refusal> {
        self.admit(by, Role::Guest)?;
        Ok(&self.bookings)
    }

    /// Gives somebody a role, or takes it away. Who may no longer book loses all bookings that have not begun.
    ///
    /// # Errors
    ///
    /// In this order: [`Refusal::Stranger`], [`Refusal::NotAllowed`], [`Refusal::LastOwner`].
    pub fn appoint(
        &mut self,
        by: UserId,
        user: UserId,
        role: Option<Role>,
        now: Minute,
    ) -> Result<Vec<Event>, Refusal> {
        self.admit(by, Role::Owner)?;
        let others = self.roles.iter().filter(|(other, _)| **other != user);
        if role != Some(Role::Owner) && !others.into_iter().any(|(_, it)| *it == Role::Owner) {
            return Err(Refusal::LastOwner);
        }
        match role {
            Some(role) => self.roles.insert(user, role),
            None => self.roles.remove(&user),
        };
        let mut events = vec![Event::Appointed { user, role }];
        if role < Some(Role::Member) {
            let gone = (self.bookings)
                .extract_if(.., |it| it.by == user && it.slot.start() > now)
                .map(Event::Cancelled);
            events.extend(gone);
        }
        Ok(events)
    }

    /// Takes a slot.
    ///
    /// # Errors
    ///
    /// In this order: [`Refusal::Stranger`], [`Refusal::NotAllowed`], [`Refusal::Past`], [`Refusal::TooFar`],
    /// [`Refusal::TooMany`], [`Refusal::Taken`].
    pub fn book(
        &mut self,
        by: UserId,
        id: BookingId,
        slot: Slot,
        title: Title,
        now: Minute,
    ) -> Result<Vec<Event>, Refusal> {
        let role = self.admit(by, Role::Member)?;
        let until = slot.start().0.saturating_sub(now.0);
        if until < 0 {
            return Err(Refusal::Past);
        }
        if until > FARTHEST {
            return Err(Refusal::TooFar);
        }
        let ahead = (self.bookings.iter())
            .filter(|it| it.by == by && it.slot.start() > now)
            .count();
        if role == Role::Member && ahead >= AHEAD {
            return Err(Refusal::TooMany);
        }
        let clash = |it: &Booking| it.id == id || it.slot.overlaps(slot);
        if self.bookings.iter().any(clash) {
            return Err(Refusal::Taken);
        }
        // From here on nothing is refused, so nothing has to be undone.
        let booking = Booking {
            id,
            by,
            slot,
            title,
        };
        let at = (self.bookings).partition_point(|it| it.slot.start() < slot.start());
        self.bookings.insert(at, booking.clone());
        Ok(vec![Event::Booked(booking)])
    }

    /// Gives a slot back.
    ///
    /// # Errors
    ///
    /// In this order: [`Refusal::Stranger`], [`Refusal::NoSuchBooking`], [`Refusal::NotAllowed`], [`Refusal::Past`].
    pub fn cancel(
        &mut self,
        by: UserId,
        id: BookingId,
        now: Minute,
    ) -> Result<Vec<Event>, Refusal> {
        let role = self.admit(by, Role::Guest)?;
        let at = self.bookings.iter().position(|it| it.id == id);
        let at = at.ok_or(Refusal::NoSuchBooking)?;
        let own = self.bookings[at].by == by && role >= Role::Member;
        if !own && role < Role::Owner {
            return Err(Refusal::NotAllowed);
        }
        if self.bookings[at].slot.start() <= now {
            return Err(Refusal::Past);
        }
        Ok(vec![Event::Cancelled(self.bookings.remove(at))])
    }

    /// This room as plain data: roles by user, bookings by start.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            roles: (self.roles.iter())
                .map(|(user, role)| (*user, *role))
                .collect(),
            bookings: self.bookings.clone(),
        }
    }

    /// The room of which this is the snapshot.
    ///
    /// # Errors
    ///
    /// If no room can be like this: without an owner, with two roles for one user, with two bookings of one id, or with
    /// bookings that overlap.
    pub fn restore(snapshot: Snapshot) -> Result<Self, Corrupt> {
        let Snapshot {
            roles,
            mut bookings,
        } = snapshot;
        let users = roles.len();
        let roles: BTreeMap<UserId, Role> = roles.into_iter().collect();
        bookings.sort_by_key(|it| it.slot.start());
        let ids: BTreeSet<BookingId> = bookings.iter().map(|it| it.id).collect();
        let owned = roles.values().any(|role| *role == Role::Owner);
        let apart = bookings.is_sorted_by(|one, next| !one.slot.overlaps(next.slot));
        // What was true when it was booked (how far ahead, how many) need not be true now, so it is not asked again.
        if !owned || !apart || roles.len() != users || ids.len() != bookings.len() {
            return Err(Corrupt);
        }
        Ok(Self { roles, bookings })
    }

    /// The role of somebody who has at least this one.
    fn admit(&self, by: UserId, least: Role) -> Result<Role, Refusal> {
        let role = self.role(by).ok_or(Refusal::Stranger)?;
        if role < least {
            return Err(Refusal::NotAllowed);
        }
        Ok(role)
    }
}
