//! What a depot knows of a parcel. Nothing here knows of HTTP.

use serde::{Deserialize, Serialize};

/// A parcel that waits to be collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Parcel {
    /// From 1; never given twice.
    pub(crate) id: u64,
    pub(crate) recipient: String,
    pub(crate) shelf: String,
    pub(crate) grams: u32,
}

/// What a client says of a parcel; the depot adds the rest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Draft {
    pub(crate) recipient: String,
    pub(crate) shelf: String,
    pub(crate) grams: u32,
}

impl Draft {
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

/// A parcel as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) parcel: Parcel,
    /// From 1, and more with each change. Since ids are not reused, id and revision name one state for ever.
    pub(crate) revision: u64,
}

/// Which revisions a change may be made to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Only {
    Any,
    OneOf(Vec<u64>),
}

impl Only {
    pub(crate) fn allows(&self, revision: u64) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(revisions) => revisions.contains(&revision),
        }
    }
}

/// Why a change was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotChanged {
    /// There is no such parcel.
    Missing,
    /// There is, in a revision that was not allowed.
    Moved,
}
