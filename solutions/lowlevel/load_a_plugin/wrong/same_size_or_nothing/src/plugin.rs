//! A plugin that is loaded, and a place for one that may be swapped.

use std::error::Error;
use std::ffi::c_void;
use std::fmt;
use std::mem::offset_of;

use crate::abi::{MAJOR, Table, Text};
use crate::library::Library;

/// A plugin with one instance.
pub struct Plugin {
    // In this order: fields are dropped from the first to the last, and the instance ends by code of the library.
    instance: Instance,
    #[expect(dead_code, reason = "held so that it stays loaded")]
    library: Library,
}

/// An instance of a plugin, whose library is loaded as long as it lives.
struct Instance {
    /// Not null, and not given to `destroy`.
    raw: *mut c_void,
    functions: Functions,
}

/// The functions of a table, looked through once.
#[derive(Clone, Copy)]
struct Functions {
    create: unsafe extern "C" fn(Text) -> *mut c_void,
    call: unsafe extern "C" fn(*mut c_void, Text, *mut Text) -> i32,
    destroy: unsafe extern "C" fn(*mut c_void),
    flush: Option<unsafe extern "C" fn(*mut c_void)>,
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
    /// A copy: the plugin's own text goes with the next call, or with the library.
    text: String,
}

/// A place for a plugin.
pub struct Slot {
    plugin: Plugin,
}

impl Plugin {
    /// Makes an instance of a plugin.
    ///
    /// # Errors
    ///
    /// Why it can't. The library is unloaded then.
    pub fn load(library: Library, configuration: &str) -> Result<Self, LoadError> {
        let functions = Functions::of(&library)?;
        // SAFETY: the function is of a table of our version, and the text lives during the call.
        let raw = unsafe { (functions.create)(text(configuration)) };
        if raw.is_null() {
            return Err(LoadError::Refused);
        }
        Ok(Plugin {
            instance: Instance { raw, functions },
            library,
        })
    }

    /// Asks the plugin.
    ///
    /// # Errors
    ///
    /// What the plugin says.
    pub fn call(&mut self, question: &str) -> Result<String, CallError> {
        let Instance { raw, functions } = &self.instance;
        let mut answer = text("");
        // SAFETY: the instance is alive, and so are the question and the place for the answer during the call.
        let status = unsafe { (functions.call)(*raw, text(question), &raw mut answer) };
        // SAFETY: the plugin says that the text is valid until the next call, which needs `self` again.
        let bytes = unsafe { std::slice::from_raw_parts(answer.start, answer.length) };
        // Copied before anything else happens. Whether it is UTF-8 is not ours to promise.
        let answer = String::from_utf8_lossy(bytes).into_owned();
        if status == 0 {
            Ok(answer)
        } else {
            Err(CallError { text: answer })
        }
    }

    /// Has the plugin write down what it has noted.
    pub fn flush(&mut self) {
        if let Some(flush) = self.instance.functions.flush {
            // SAFETY: the instance is alive, and the table goes as far as this function.
            unsafe { flush(self.instance.raw) };
        }
    }
}

impl Functions {
    fn of(library: &Library) -> Result<Self, LoadError> {
        let entry = library.entry().ok_or(LoadError::NoPlugin)?;
        // SAFETY: it is the plugin's entry, and the library is loaded.
        let table = unsafe { entry() };
        if table.is_null() {
            return Err(LoadError::NoPlugin);
        }
        // Field by field, and no reference to the whole: there may be less of it than we know of.
        // SAFETY: these two fields are in every table of every version.
        let (major, size) = unsafe { ((*table).major, (*table).size) };
        if major != MAJOR {
            return Err(LoadError::OtherVersion(major));
        }
        if size != size_of::<Table>() {
            return Err(LoadError::Incomplete);
        }
        // SAFETY: the table has at least the fields of 1.0.
        let (create, call, destroy) = unsafe { ((*table).create, (*table).call, (*table).destroy) };
        let flush = if size >= offset_of!(Table, flush) + size_of::<*const ()>() {
            // SAFETY: the table goes as far as this field.
            unsafe { (*table).flush }
        } else {
            None
        };
        match (create, call, destroy) {
            (Some(create), Some(call), Some(destroy)) => Ok(Functions {
                create,
                call,
                destroy,
                flush,
            }),
            _ => Err(LoadError::Incomplete),
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // SAFETY: the instance is alive, and this is the last that is done with it.
        unsafe { (self.functions.destroy)(self.raw) };
    }
}

impl Slot {
    /// A place with a plugin in it.
    pub fn new(plugin: Plugin) -> Self {
        Slot { plugin }
    }

    /// The plugin.
    pub fn plugin(&mut self) -> &mut Plugin {
        &mut self.plugin
    }

    /// Puts another plugin in its place.
    ///
    /// # Errors
    ///
    /// Why the new one can't be loaded.
    pub fn swap(&mut self, library: Library, configuration: &str) -> Result<(), LoadError> {
        // The new one first: if it can't be had, the old one goes on.
        self.plugin = Plugin::load(library, configuration)?;
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
        f.write_str(&self.text)
    }
}

impl Error for CallError {}
