//! What host and plugins have agreed upon. Plugins are built by other people, with other compilers, at other times, so
//! all of it is C: layouts that are fixed, and functions with C's calling convention.

use std::ffi::c_void;

/// The major version of this file. Another one is another table.
pub const MAJOR: u32 = 1;

/// Bytes of UTF-8 that belong to whoever hands them out.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// The first byte. Never null.
    pub start: *const u8,
    /// How many there are.
    pub length: usize,
}

/// What a plugin's entry returns.
///
/// A minor version adds functions at the end and changes nothing else. A plugin of an earlier one has a shorter table.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Has to be [`MAJOR`]; otherwise nothing behind this field is what it is here.
    pub major: u32,
    /// Counts additions. For people: the host goes by `size`.
    pub minor: u32,
    /// The bytes that this table has. Nothing may be read from behind them.
    pub size: usize,
    /// Makes an instance with a configuration, or null if it does not like it. Required.
    pub create: Option<unsafe extern "C" fn(configuration: Text) -> *mut c_void>,
    /// Answers. The text in `answer` is the plugin's, and valid until the next call for this instance. The result is 0,
    /// or anything else for a failure, of which `answer` tells. Required.
    pub call: Option<
        unsafe extern "C" fn(instance: *mut c_void, question: Text, answer: *mut Text) -> i32,
    >,
    /// Ends an instance, once. Required.
    pub destroy: Option<unsafe extern "C" fn(instance: *mut c_void)>,
    /// Writes down what an instance has noted. Since 1.1; may be missing, then there is nothing to write down.
    pub flush: Option<unsafe extern "C" fn(instance: *mut c_void)>,
}

/// The bytes of a table of 1.0.
pub const SIZE_OF_1_0: usize = std::mem::offset_of!(Table, flush);
