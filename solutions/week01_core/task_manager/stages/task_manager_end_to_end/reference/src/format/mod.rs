//! The file's formats, and nothing that knows of files.
//!
//! Each version has a type of its own, as it was written, and one step to the next version. So a format is understood
//! in one place for ever, and the domain can change without the files of last year becoming unreadable: only the
//! last step has to change. What can be checked is checked once, at the end of the steps.

mod version_1;
mod version_2;
mod version_3;

use serde::Deserialize;

use crate::list::TaskList;
use version_1::Version1;
use version_2::Version2;
use version_3::Version3;

/// The version that is written.
const VERSION: u64 = 3;

/// What a file holds.
pub(crate) struct Content {
    pub(crate) list: TaskList,
    /// The version that it was written in, unless that is the one that is written now.
    pub(crate) old: Option<u64>,
}

/// Why bytes are no list.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// They make no sense.
    Damaged(String),
    /// They are in a format of this version, which this program does not know.
    Newer(u64),
}

/// All that is asked of a document before its version is known.
#[derive(Deserialize)]
struct Head {
    version: u64,
}

/// Understands the bytes of a file.
pub(crate) fn read(bytes: &[u8]) -> Result<Content, Unreadable> {
    // The version first: of a later format nothing else can be expected.
    let version = version(bytes)?;
    let document = match version {
        1 => Version3::from(Version2::from(json::<Version1>(bytes)?)),
        2 => Version3::from(json::<Version2>(bytes)?),
        VERSION => json::<Version3>(bytes)?,
        0 => return Err(Unreadable::Damaged("there is no version 0".to_owned())),
        newer => return Err(Unreadable::Newer(newer)),
    };
    Ok(Content {
        list: document.into_list().map_err(Unreadable::Damaged)?,
        old: (version < VERSION).then_some(version),
    })
}

/// The bytes of a file.
pub(crate) fn write(list: &TaskList) -> Vec<u8> {
    let document = Version3::from(list);
    let mut bytes =
        serde_json::to_vec_pretty(&document).expect("numbers, texts and lists of them are JSON");
    // People look at it with tools that want a last line to end.
    bytes.push(b'\n');
    bytes
}

fn version(bytes: &[u8]) -> Result<u64, Unreadable> {
    // Version 1 did not know that there would be another one.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Ok(1);
    }
    Ok(json::<Head>(bytes)?.version)
}

fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Unreadable> {
    // serde_json's text ends in line and column.
    serde_json::from_slice(bytes).map_err(|error| Unreadable::Damaged(error.to_string()))
}
