//! Stands in for `dlopen`, `dlsym` and `dlclose`, so that the course needs neither another compiler nor files that are
//! built on the way. The plugins below are in this program; what is done with them is written down, and what would
//! crash with a real library is written down too, with `CRASH` in front.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::slice;

use crate::abi::{SIZE_OF_1_0, Table, Text};

/// The symbol that a plugin exports.
pub type Entry = unsafe extern "C" fn() -> *const Table;

/// A library that is loaded, and unloaded when it is dropped. What it has given away is gone then: its functions, its
/// tables and its texts.
#[derive(Debug)]
pub struct Library {
    kind: Kind,
}

/// The plugins that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of this version.
    Current,
    /// Of 1.0, with the shorter table.
    Old,
    /// Of 1.7, with functions that this host has never heard of.
    Newer,
    /// Of 2.0, with another table.
    NextMajor,
    /// Of 1.1, with a table that is cut off.
    CutOff,
    /// Of 1.1, without `destroy`.
    Incomplete,
    /// Its entry returns null.
    NoTable,
    /// No plugin at all.
    NoEntry,
}

thread_local! {
    static LOADED: Cell<usize> = const { Cell::new(0) };
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    // The library's own memory. Overwritten when it is unloaded.
    static SEGMENT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What happened since this was asked last.
pub fn log() -> Vec<String> {
    LOG.take()
}

fn note(what: &str) {
    let crash = if LOADED.get() == 0 { "CRASH: " } else { "" };
    LOG.with_borrow_mut(|log| log.push(format!("{crash}{what}")));
}

impl Library {
    /// `dlopen`.
    pub fn open(kind: Kind) -> Self {
        LOADED.set(LOADED.get() + 1);
        SEGMENT.with_borrow_mut(|segment| *segment = b"no rule for this".to_vec());
        note(&format!("load {kind:?}"));
        Library { kind }
    }

    /// `dlsym`: the entry, if there is one.
    pub fn entry(&self) -> Option<Entry> {
        match self.kind {
            Kind::Current => Some(current),
            Kind::Old => Some(old),
            Kind::Newer => Some(newer),
            Kind::NextMajor => Some(next_major),
            Kind::CutOff => Some(cut_off),
            Kind::Incomplete => Some(incomplete),
            Kind::NoTable => Some(no_table),
            Kind::NoEntry => None,
        }
    }
}

impl Drop for Library {
    /// `dlclose`.
    fn drop(&mut self) {
        note(&format!("unload {:?}", self.kind));
        LOADED.set(LOADED.get() - 1);
        if LOADED.get() == 0 {
            SEGMENT.with_borrow_mut(|segment| segment.fill(b'~'));
        }
    }
}

struct Instance {
    percent: u64,
    answer: String,
}

unsafe extern "C" fn create(configuration: Text) -> *mut c_void {
    // SAFETY: the host hands over a text.
    let bytes = unsafe { slice::from_raw_parts(configuration.start, configuration.length) };
    let percent = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| text.parse().ok());
    let Some(percent) = percent else {
        note("create refused");
        return std::ptr::null_mut();
    };
    note("create");
    Box::into_raw(Box::new(Instance {
        percent,
        answer: String::new(),
    }))
    .cast()
}

unsafe extern "C" fn call(instance: *mut c_void, question: Text, answer: *mut Text) -> i32 {
    note("call");
    // SAFETY: the host hands over an instance of `create`, a text, and a place for the answer.
    unsafe {
        let instance = &mut *instance.cast::<Instance>();
        let bytes = slice::from_raw_parts(question.start, question.length);
        let cents = std::str::from_utf8(bytes)
            .ok()
            .and_then(|text| text.parse::<u64>().ok());
        let Some(cents) = cents else {
            let (start, length) = SEGMENT.with_borrow(|segment| (segment.as_ptr(), segment.len()));
            answer.write(Text { start, length });
            return 1;
        };
        // Overwritten, so that whoever keeps the text of the call before has another one.
        instance.answer.clear();
        instance.answer.reserve(32);
        instance.answer += &format!("{} off", cents * instance.percent / 100);
        answer.write(Text {
            start: instance.answer.as_ptr(),
            length: instance.answer.len(),
        });
        0
    }
}

unsafe extern "C" fn destroy(instance: *mut c_void) {
    note("destroy");
    if LOADED.get() > 0 {
        // SAFETY: the host hands back an instance of `create`, once.
        drop(unsafe { Box::from_raw(instance.cast::<Instance>()) });
    }
}

unsafe extern "C" fn flush(_instance: *mut c_void) {
    note("flush");
}

unsafe extern "C" fn nothing(_: *mut c_void) {
    LOG.with_borrow_mut(|log| log.push("CRASH: called what is behind the table".to_owned()));
}

unsafe extern "C" fn other_create(_: Text) -> *mut c_void {
    LOG.with_borrow_mut(|log| log.push("CRASH: called a function of 2.0 as one of 1.1".to_owned()));
    std::ptr::null_mut()
}

const FULL: Table = Table {
    major: 1,
    minor: 1,
    size: size_of::<Table>(),
    create: Some(create),
    call: Some(call),
    destroy: Some(destroy),
    flush: Some(flush),
};

unsafe extern "C" fn current() -> *const Table {
    static TABLE: Table = FULL;
    &raw const TABLE
}

unsafe extern "C" fn old() -> *const Table {
    // What lies behind the table of 1.0 is the library's own affair; here it is something that can be called.
    static TABLE: Table = Table {
        minor: 0,
        size: SIZE_OF_1_0,
        flush: Some(nothing),
        ..FULL
    };
    &raw const TABLE
}

unsafe extern "C" fn newer() -> *const Table {
    #[repr(C)]
    struct Longer {
        table: Table,
        more: [usize; 2],
    }
    static TABLE: Longer = Longer {
        table: Table {
            minor: 7,
            size: size_of::<Longer>(),
            ..FULL
        },
        more: [1, 2],
    };
    (&raw const TABLE).cast()
}

unsafe extern "C" fn next_major() -> *const Table {
    static TABLE: Table = Table {
        major: 2,
        minor: 0,
        create: Some(other_create),
        ..FULL
    };
    &raw const TABLE
}

unsafe extern "C" fn cut_off() -> *const Table {
    static TABLE: Table = Table {
        size: SIZE_OF_1_0 - 8,
        destroy: Some(nothing),
        flush: None,
        ..FULL
    };
    &raw const TABLE
}

unsafe extern "C" fn incomplete() -> *const Table {
    static TABLE: Table = Table {
        destroy: None,
        ..FULL
    };
    &raw const TABLE
}

unsafe extern "C" fn no_table() -> *const Table {
    std::ptr::null()
}
