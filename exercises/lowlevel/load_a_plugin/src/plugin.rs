//! A plugin that is loaded, and a place for one that may be swapped.

use std::error::Error;
use std::ffi::c_void;
use std::fmt;

use crate::abi::{Table, Text};
use crate::library::Library;

/// A plugin with one instance.
pub struct Plugin {
    #[expect(dead_code, reason = "held so that it stays loaded")]
    library: Library,
    instance: Instance,
}

/// An instance of a plugin.
struct Instance {
    raw: *mut c_void,
    table: Table,
}

/// Why a plugin was not loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadError {
    /// The library is no plugin, or says nothing of itself.
    NoPlugin,
    /// It is of another major version.
    OtherVersion(u32),
    /// A function that is required is missing.
    Incomplete,
    /// It does not like its configuration.
    Refused,
}

/// What a plugin answers in place of an answer.
#[derive(Debug)]
pub struct CallError {
    text: &'static str,
}

/// A place for a plugin.
pub struct Slot {
    plugin: Option<Plugin>,
}

impl Plugin {
    /// Makes an instance of a plugin.
    ///
    /// # Errors
    ///
    /// Why it can't. The library is unloaded then.
    pub fn load(library: Library, configuration: &str) -> Result<Self, LoadError> {
        let entry = library.entry().ok_or(LoadError::NoPlugin)?;
        let table = unsafe { *entry() };
        let create = table.create.ok_or(LoadError::Incomplete)?;
        let raw = unsafe { create(text(configuration)) };
        Ok(Plugin {
            library,
            instance: Instance { raw, table },
        })
    }

    /// Asks the plugin.
    ///
    /// # Errors
    ///
    /// What the plugin says.
    pub fn call(&mut self, question: &str) -> Result<String, CallError> {
        let call = self.instance.table.call.expect("a function");
        let mut answer = text("");
        let status = unsafe { call(self.instance.raw, text(question), &raw mut answer) };
        let bytes = unsafe { std::slice::from_raw_parts(answer.start, answer.length) };
        let answer = std::str::from_utf8(bytes).unwrap_or("no text");
        if status == 0 {
            Ok(answer.to_owned())
        } else {
            Err(CallError { text: answer })
        }
    }

    /// Has the plugin write down what it has noted.
    pub fn flush(&mut self) {
        if let Some(flush) = self.instance.table.flush {
            unsafe { flush(self.instance.raw) };
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(destroy) = self.table.destroy {
            unsafe { destroy(self.raw) };
        }
    }
}

impl Slot {
    /// A place with a plugin in it.
    pub fn new(plugin: Plugin) -> Self {
        Slot {
            plugin: Some(plugin),
        }
    }

    /// The plugin.
    pub fn plugin(&mut self) -> &mut Plugin {
        self.plugin.as_mut().expect("there is one")
    }

    /// Puts another plugin in its place.
    ///
    /// # Errors
    ///
    /// Why the new one can't be loaded.
    pub fn swap(&mut self, library: Library, configuration: &str) -> Result<(), LoadError> {
        self.plugin = None;
        self.plugin = Some(Plugin::load(library, configuration)?);
        Ok(())
    }
}

fn text(text: &str) -> Text {
    Text {
        start: text.as_ptr(),
        length: text.len(),
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::NoPlugin => f.write_str("the library is no plugin"),
            LoadError::OtherVersion(major) => write!(f, "the plugin is of version {major}"),
            LoadError::Incomplete => f.write_str("the plugin lacks a function"),
            LoadError::Refused => f.write_str("the plugin refuses its configuration"),
        }
    }
}

impl Error for LoadError {}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl Error for CallError {}
